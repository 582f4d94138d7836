"""What is known of all cells, and of one: the figures behind the inspector."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from app.stages.cells.scene.colors import CellPlane
from core.cells.cells import Cells
from core.charts.autoencoder import Autoencoder
from core.charts.detail_layer import DetailLayer
from core.relu.capacity import Capacity, log10_bound_dimension, log10_bound_theorem
from core.relu.polygonal_complex import singular_values_of


@dataclass(frozen=True)
class DecoderFigures:
    """What was measured of the cells of a decoder.

    Parameters
    ----------
    cells, pieces : int
        How many there are; pieces are cells with equal maps joined.
    euler_characteristic : int
        V - E + F.
    area_error : float
        Sum of the areas over that of the domain, less 1.
    flat : int
        Cells without area.
    repeated : int
        Cells whose activation pattern another cell has too.
    merged : int
        Slivers that were merged.
    log10_bound_theorem, log10_bound_dimension : float
        Bounds of the number of pieces.
    """

    cells: int
    pieces: int
    euler_characteristic: int
    area_error: float
    flat: int
    repeated: int
    merged: int
    log10_bound_theorem: float
    log10_bound_dimension: float


@dataclass(frozen=True)
class EncoderFigures:
    """What was measured of the cells of an encoder on its surface.

    Parameters
    ----------
    cells, pieces : int
        How many there are; pieces lie in one triangle each.
    flipped : int
        Pieces that are turned over or flat.
    flipped_area : float
        Their part of the area.
    area_error : float
        Sum of the areas over that of the surface, less 1.
    merged : int
        Slivers that were merged.
    """

    cells: int
    pieces: int
    flipped: int
    flipped_area: float
    area_error: float
    merged: int


@dataclass(frozen=True, eq=False)
class CellsFigures:
    """All that was measured.

    Parameters
    ----------
    decoder, encoder : DecoderFigures, EncoderFigures or None
        Of what was decomposed.
    capacity : Capacity or None
        What the surface needs; None where it was not asked for.
    """

    decoder: DecoderFigures | None
    encoder: EncoderFigures | None
    capacity: Capacity | None


def decoder_figures(plane: CellPlane) -> DecoderFigures:
    """Measure the cells of a decoder; a second for half a million cells."""
    cells = plane.cells
    hashes = np.sort(cells.pattern_hash)
    same = hashes[1:] == hashes[:-1]
    return DecoderFigures(
        cells.n_cells,
        int(plane.pieces.max(initial=-1)) + 1,
        cells.euler_characteristic,
        abs(cells.area_error),
        int((cells.areas <= 0.0).sum()),
        int((np.append(same, False) | np.append(False, same)).sum()),
        cells.n_merged,
        log10_bound_theorem(cells.network.widths),
        log10_bound_dimension(cells.network.widths),
    )


def cells_figures(cells: Cells, plane: CellPlane | None, autoencoder: Autoencoder | None) -> CellsFigures:
    """Measure all cells that were computed."""
    encoder = None
    if cells.encoder is not None:
        part = cells.encoder
        encoder = EncoderFigures(
            part.n_cells,
            part.n_pieces,
            len(part.flipped),
            part.flipped_area / part.surface.area,
            abs(part.area_error),
            part.n_merged,
        )
    capacity = cells.capacity(autoencoder) if autoencoder is not None else None
    return CellsFigures(None if plane is None else decoder_figures(plane), encoder, capacity)


@dataclass(frozen=True, eq=False)
class PieceFacts:
    """The affine piece of the whole decoder, cell and lattice triangle met, that a code lies in.

    Parameters
    ----------
    matrix, shift : (3, 2), (3,) float64 array
        Its map from latent to input units.
    stretches : (float, float)
        Its singular values, the greater first.
    """

    matrix: np.ndarray
    shift: np.ndarray
    stretches: tuple[float, float]


@dataclass(frozen=True, eq=False)
class CellFacts:
    """What is known of one cell of a decoder.

    Parameters
    ----------
    cell : int
        Its number.
    corners : int
        Number of its corners.
    area : float
        Its area, in squared latent units.
    code : (float, float)
        The point that was picked in it.
    layers : tuple of (n,) bool arrays
        Which units of each hidden layer are active.
    matrix, shift : (D, 2), (D,) float64 array
        The affine map on the cell, from latent to input units.
    stretches : (float, float)
        Its singular values, the greater first.
    piece : PieceFacts or None
        The same with the detail layer, at the code; None without one.
    """

    cell: int
    corners: int
    area: float
    code: tuple[float, float]
    layers: tuple[np.ndarray, ...]
    matrix: np.ndarray
    shift: np.ndarray
    stretches: tuple[float, float]
    piece: PieceFacts | None = None

    @cached_property
    def directions(self) -> np.ndarray:
        """What a step of length 1 along each singular direction changes, (2, D), the greater first."""
        left, values, _ = np.linalg.svd(self.matrix, full_matrices=False)
        largest = np.take_along_axis(left, np.abs(left).argmax(0)[None], 0)[0]
        return (left * values * np.where(largest < 0.0, -1.0, 1.0)).T

    @property
    def area_factor(self) -> float:
        """Area of the image over the area, in squared input units per squared latent unit."""
        return self.stretches[0] * self.stretches[1]

    @property
    def conformality(self) -> float:
        """Greater stretch over smaller: 1 where angles are kept; infinite where the image is flat."""
        return self.stretches[0] / self.stretches[1] if self.stretches[1] > 0.0 else float("inf")


def cell_facts(
    plane: CellPlane,
    cell: int,
    code: tuple[float, float],
    scale: float,
    centre: np.ndarray,
    detail: DetailLayer | None = None,
) -> CellFacts:
    """Return what is known of a cell; `scale` and `centre` carry the network's images to input units."""
    cells = plane.cells
    chosen = np.array([cell])
    matrix, shift = (part[0] for part in cells.affine_map(chosen))
    matrix, shift = matrix * scale, shift * scale + centre
    pattern = cells.activation_pattern(chosen)[0]
    ends = np.cumsum(cells.network.widths[1:-1])
    polygon = cells.polygon(cell)
    x, y = (polygon - polygon[0]).T
    area = 0.5 * float((x * np.roll(y, -1) - y * np.roll(x, -1)).sum())
    layers = tuple(np.split(pattern, ends[:-1])) if len(ends) else ()
    piece = None
    if detail is not None:
        at = np.array([code])
        slope, value = detail.jacobian(at)[0] * scale, detail.evaluate(at)[0] * scale
        piece = PieceFacts(matrix + slope, shift + value - slope @ at[0], _stretches(matrix + slope))
    return CellFacts(cell, len(polygon), area, code, layers, matrix, shift, _stretches(matrix), piece)


def _stretches(matrix: np.ndarray) -> tuple[float, float]:
    greater, smaller = singular_values_of(matrix[None])[0]
    return float(greater), float(smaller)
