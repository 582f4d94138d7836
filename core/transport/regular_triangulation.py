"""Regular (weighted Delaunay) triangulation of sites in the plane: built from nothing, or repaired for new weights.

Sites y_i with power weights w_i are lifted to (y_i, |y_i|^2 - w_i); the lower faces of their convex hull, seen from
below, are the triangulation, dual to the power diagram. Half-edge 3 t + k is side k of triangle t and leads from
``origins[3 t + k]`` to the origin of the next side; ``twins`` holds the half-edge beside it. A ghost vertex (index n)
joins every side of the outer boundary to a ghost triangle, so that each half-edge has a twin.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64, Int32, Int64
from numba import njit

from core.base.arrays import frozen
from core.transport.half_edges import build, flip_to_regular

_HILBERT_BITS = 16


@dataclass(frozen=True, eq=False)
class RegularTriangulation:
    """Triangles dual to the vertices of a power diagram.

    Parameters
    ----------
    origins : (6 m,) int32 array
        Site from which each half-edge starts; n, the number of sites, is the ghost.
    twins : (6 m,) int32 array
        Half-edge beside each half-edge, in the other direction.
    n_sites : int
        Number of sites; some may be hidden (in no triangle).

    Notes
    -----
    Empty where all sites lie on one line: there is no triangle then.
    """

    origins: Int32[np.ndarray, " h"]
    twins: Int32[np.ndarray, " h"]
    n_sites: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "origins", frozen(self.origins, np.int32, (None,)))
        object.__setattr__(self, "twins", frozen(self.twins, np.int32, (len(self.origins),)))

    @property
    def triangles(self) -> Int64[np.ndarray, "m 3"]:
        """Corners of each triangle, counter-clockwise, without ghosts."""
        corners = self.origins.reshape(-1, 3)
        return corners[(corners < self.n_sites).all(1)].astype(np.int64)

    @property
    def hidden(self) -> Int64[np.ndarray, " k"]:
        """Sites that are in no triangle: their power cells have no interior."""
        seen = np.zeros(self.n_sites + 1, bool)
        seen[self.origins] = True
        return np.flatnonzero(~seen[:-1])


def regular_triangulation(
    sites: Float64[np.ndarray, "n 2"], weights: Float64[np.ndarray, " n"]
) -> RegularTriangulation:
    """Triangulate from nothing: sites one after another along a Hilbert curve.

    Parameters
    ----------
    sites : (n, 2) float64 array
        Places, finite. Of equal ones only the one of greatest weight is kept.
    weights : (n,) float64 array
        Power weights, in squared units of the sites.

    Returns
    -------
    RegularTriangulation
        Without triangles if all sites lie on one line.

    Notes
    -----
    About O(n log n) in practice. Incremental insertion after Bowyer and Watson, in the form for weights of Edelsbrunner
    and Shah (1996), *Algorithmica* 15, with exact predicates, so the result is regular to the last bit.
    """
    x, y, w = _columns(sites, weights)
    origins, twins = build(x, y, w, hilbert_order(sites))
    return RegularTriangulation(origins, twins, len(x))


def repaired(
    triangulation: RegularTriangulation, sites: Float64[np.ndarray, "n 2"], weights: Float64[np.ndarray, " n"]
) -> RegularTriangulation | None:
    """Make a triangulation of all the sites regular for other weights by exchanging diagonals.

    Parameters
    ----------
    triangulation : RegularTriangulation
        Any triangulation of the convex hull of the same sites.
    sites, weights : (n, 2) and (n,) float64 arrays
        The sites and their new weights.

    Returns
    -------
    RegularTriangulation or None
        None exactly where a site is hidden by the new weights, in which case no triangulation of all sites is regular.

    Notes
    -----
    Lawson's flips. An edge that is not regular and cannot be flipped has an end inside (or on a side of) the triangle
    of its three neighbours and above it: that end is hidden, so the flips can only get stuck there.
    """
    x, y, w = _columns(sites, weights)
    origins, twins = triangulation.origins.copy(), triangulation.twins.copy()
    if not flip_to_regular(x, y, w, origins, twins):
        return None
    return RegularTriangulation(origins, twins, len(x))


def hilbert_order(sites: Float64[np.ndarray, "n 2"]) -> Int64[np.ndarray, " n"]:
    """Return the order of sites along a Hilbert curve over their bounding box."""
    low = sites.min(0)
    extent = float(np.ptp(sites, axis=0).max())
    side = 1 << _HILBERT_BITS
    scale = (side - 1) / extent if extent > 0 else 0.0
    cells = np.minimum((sites - low) * scale, side - 1).astype(np.int64)
    return np.argsort(_hilbert_index(cells[:, 0], cells[:, 1]), kind="stable")


def _columns(sites: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return coordinates and weights as separate contiguous arrays."""
    return (
        np.ascontiguousarray(sites[:, 0], np.float64),
        np.ascontiguousarray(sites[:, 1], np.float64),
        np.ascontiguousarray(weights, np.float64),
    )


@njit(cache=True, nogil=True)
def _hilbert_index(column: Int64[np.ndarray, " n"], row: Int64[np.ndarray, " n"]) -> Int64[np.ndarray, " n"]:
    """Return the place of each grid cell along the Hilbert curve."""
    index = np.empty(len(column), np.int64)
    for i in range(len(column)):
        x, y, key = column[i], row[i], np.int64(0)
        half = np.int64(1) << (_HILBERT_BITS - 1)
        while half > 0:
            right, up = np.int64((x & half) > 0), np.int64((y & half) > 0)
            key += half * half * ((3 * right) ^ up)
            if up == 0:
                if right == 1:
                    x, y = half - 1 - (x & (half - 1)), half - 1 - (y & (half - 1))
                x, y = y, x
            half >>= 1
        index[i] = key
    return index
