"""The exact pieces of a network on some triangles, one by one: cheaper than a complex, and enough to look for folds."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64, Int64

from core.relu.packed_network import pack
from core.relu.relu_map import ReluMap
from core.relu.subdivision import Subdivision
from core.relu.surface_decomposition import scale_sample, surface_start


@dataclass(frozen=True, eq=False)
class SurfacePieces:
    """Convex parts of triangles on each of which a network is affine.

    Parameters
    ----------
    face : (p,) int64 array
        Triangle that a piece lies in.
    slopes : (p, out, 3) float64 array
        Derivative of the network on it.
    middles : (p, 3) float64 array
        A point inside it.
    """

    face: Int64[np.ndarray, " p"]
    slopes: Float64[np.ndarray, "p out 3"]
    middles: Float64[np.ndarray, "p 3"]


def surface_pieces(
    network: ReluMap,
    points: Float64[np.ndarray, "n 3"],
    faces: Int64[np.ndarray, "f 3"],
    chosen: np.ndarray,
    glued: bool = False,
) -> SurfacePieces:
    """Return the pieces of some triangles.

    Parameters
    ----------
    network : ReluMap
        From space.
    points : (n, 3) float64 array
        Vertices, in the network's own units.
    faces : (f, 3) int64 array
        Triangles.
    chosen : (c,) int64 array
        Those to be cut.
    glued : bool
        Whether to make sure that the pieces can be glued to a complex.

    Raises
    ------
    SolveError
        If they cannot.
    """
    used, corners = np.unique(faces[chosen], return_inverse=True)
    precision = float(np.finfo(np.float64).eps * max(1.0, np.abs(points).max()))
    start = surface_start(points[used], corners.reshape(-1, 3))
    subdivision = Subdivision(pack(network, scale_sample(points), precision), start, True)
    most = np.iinfo(np.int64).max
    subdivision.advance(most, most)
    owner, maps, middles = subdivision.pieces()
    if glued:
        subdivision.result()
    return SurfacePieces(chosen[owner], maps.reshape(len(maps), -1, points.shape[1] + 1)[:, :, :-1], middles)
