"""A square lattice in the latent plane, and least squares for functions that are affine on its triangles."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float64, Int64
from numba import njit
from scipy.ndimage import binary_dilation, generate_binary_structure

from core.base.arrays import frozen
from core.charts.detail_layer import DetailLayer
from core.charts.nested_dissection import OFFSETS, REACH

RIM = 4
"""Nodes around those that the samples meet: there the layer fades to zero."""

_FLATNESS = 1e-3
"""Weight of first differences over that of second differences: only where there is no sample at all it matters."""


# Nodes beyond the active ones count as zero, so every node has the same differences around it.
_DIFFERENCES = np.array([18.0, -4.0, -4.0, -4.0, 1.0, 1.0, 1.0]) + _FLATNESS * np.array(
    [6.0, -1.0, -1.0, -1.0, 0.0, 0.0, 0.0]
)
"""Squared differences along the edges of the triangulation, second and a few first, as entries of a matrix."""


@dataclass(frozen=True, eq=False)
class Lattice:
    """Nodes at origin + spacing (i, j), those that are unknowns, and the empty margin around them.

    Parameters
    ----------
    origin : (2,) float64 array
        Position of node (0, 0), in latent units.
    spacing : float
        Distance of neighbouring nodes, in latent units.
    active : (m0, m1) bool array
        The nodes that are unknowns; the layer is zero at the others.
    n_met : int
        Active nodes whose hat a sample meets; the others form the rim.
    """

    origin: Float64[np.ndarray, " 2"]
    spacing: float
    active: Bool[np.ndarray, "m0 m1"]
    n_met: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "origin", frozen(self.origin, np.float64, (2,)))
        object.__setattr__(self, "active", frozen(self.active, bool, (None, None)))

    @property
    def n_unknowns(self) -> int:
        """Number of active nodes."""
        return int(self.active.sum())

    def layer(self, values: Float64[np.ndarray, "m 3"]) -> DetailLayer:
        """Return the detail layer with given values at all nodes, rounded to float32 and without the margin."""
        rows, columns = np.flatnonzero(self.active.any(1)), np.flatnonzero(self.active.any(0))
        inside = (slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1))
        table = values.reshape(*self.active.shape, 3)[inside].astype(np.float32).astype(np.float64)
        return DetailLayer(self.origin + self.spacing * np.array([rows[0], columns[0]]), self.spacing, table)


def lattice_over(codes: Float64[np.ndarray, "n 2"], spacing: float) -> Lattice:
    """Return the lattice whose unknowns are the nodes met by codes, and a rim around them.

    Parameters
    ----------
    codes : (n, 2) float64 array
        Finite codes of the samples, at least one.
    spacing : float
        Distance of neighbouring nodes, in latent units.
    """
    margin = RIM + REACH + 1
    # Whole multiples of the spacing: the same nodes for every set of samples.
    first = np.floor(codes.min(0) / spacing) - margin
    shape = (np.floor(codes.max(0) / spacing) - first).astype(np.int64) + margin + 2
    origin = first * spacing
    met = np.zeros(shape, bool)
    numbers, weights = hats(codes, origin, spacing, int(shape[1]))
    met.ravel()[numbers[weights > 0.0]] = True
    active = binary_dilation(met, generate_binary_structure(2, 2), iterations=RIM)
    return Lattice(origin, spacing, active, int(met.sum()))


def hats(
    codes: Float64[np.ndarray, "n 2"], origin: Float64[np.ndarray, " 2"], spacing: float, row: int
) -> tuple[Int64[np.ndarray, "n 3"], Float64[np.ndarray, "n 3"]]:
    """Return the three nodes around each code, numbered row by row of ``row`` nodes, and the values of their hats."""
    place = (codes - origin) / spacing
    floor = np.floor(place)
    part = place - floor
    corner = floor.astype(np.int64) @ np.array([row, 1])
    middle = corner + np.where(part[:, 0] >= part[:, 1], row, 1)
    low, high = part.min(1), part.max(1)
    return np.column_stack([corner, middle, corner + row + 1]), np.column_stack([1.0 - high, high - low, low])


@dataclass(frozen=True, eq=False)
class NormalEquations:
    """What least squares needs of weighted rows: sum of w h h^T and of w h r^T, h the hats of a row, r its target.

    Parameters
    ----------
    stencil : (7, m) float64 array
        The matrix, as `core.charts.nested_dissection.factorization` takes it.
    right : (m, 3) float64 array
        The right-hand sides.
    shape : pair of int
        Nodes of the lattice in both directions.
    """

    stencil: Float64[np.ndarray, "7 m"]
    right: Float64[np.ndarray, "m 3"]
    shape: tuple[int, int]

    def smoothed(self, smoothness: float) -> Float64[np.ndarray, "7 m"]:
        """Return the matrix with second differences along the edges of the triangulation, weighted, added to it.

        Parameters
        ----------
        smoothness : float
            Weight of a squared second difference; the rows of a node that samples meet weigh 1 on average.
        """
        return self.stencil + smoothness * _DIFFERENCES[:, None]

    def roughness(self, values: Float64[np.ndarray, "m 3"]) -> Float64[np.ndarray, "m 3"]:
        """Return half the derivative by the values of the sum of their squared second differences.

        Parameters
        ----------
        values : (m, 3) float64 array
            Values at all nodes, zero at those that are not active.
        """
        table = values.reshape(*self.shape, -1)
        result = _DIFFERENCES[0] * table
        for weight, (i, j) in zip(_DIFFERENCES[1:], OFFSETS[1:], strict=True):
            for di, dj in ((i, j), (-i, -j)):
                # The margin is empty, so that nothing comes round from the other side.
                result += weight * np.roll(table, (di, dj), axis=(0, 1))
        return result.reshape(values.shape)


def normal_equations(
    lattice: Lattice,
    codes: Float64[np.ndarray, "n 2"],
    weights: Float64[np.ndarray, " n"],
    targets: Float64[np.ndarray, "n 3"],
) -> NormalEquations:
    """Return the normal equations of rows that ask the layer to take given values at codes.

    Parameters
    ----------
    lattice : Lattice
        Whose active nodes include all that the codes meet.
    codes, weights, targets : (n, 2), (n,), (n, 3) float64 array
        Place, weight and wanted value of each row.
    """
    size, row = lattice.active.size, lattice.active.shape[1]
    numbers, values = hats(codes, lattice.origin, lattice.spacing, row)
    stencil, right = np.zeros((len(OFFSETS), size)), np.zeros((size, 3))
    _accumulate(numbers, values, weights, np.ascontiguousarray(targets), row, stencil, right)
    return NormalEquations(stencil, right, lattice.active.shape)


@njit(cache=True, nogil=True)
def _accumulate(
    numbers: Int64[np.ndarray, "n 3"],
    values: Float64[np.ndarray, "n 3"],
    weights: Float64[np.ndarray, " n"],
    targets: Float64[np.ndarray, "n 3"],
    row: int,
    stencil: Float64[np.ndarray, "m k"],
    right: Float64[np.ndarray, "k 3"],
) -> None:
    """Add all rows; the nodes of a row follow each other along two sides and the diagonal of a square."""
    for k in range(len(numbers)):
        a, b, c = numbers[k]
        w = weights[k]
        along, across = (1, 2) if b == a + row else (2, 1)
        stencil[0, a] += w * values[k, 0] * values[k, 0]
        stencil[0, b] += w * values[k, 1] * values[k, 1]
        stencil[0, c] += w * values[k, 2] * values[k, 2]
        stencil[along, a] += w * values[k, 0] * values[k, 1]
        stencil[across, b] += w * values[k, 1] * values[k, 2]
        stencil[3, a] += w * values[k, 0] * values[k, 2]
        for d in range(3):
            right[a, d] += w * values[k, 0] * targets[k, d]
            right[b, d] += w * values[k, 1] * targets[k, d]
            right[c, d] += w * values[k, 2] * targets[k, d]
