"""Pieces that the encoder turns over or flattens, and where they lie together."""

from dataclasses import dataclass

import numpy as np

from core.relu.affine_pieces import joined
from core.relu.surface_cell_complex import SurfaceCellComplex


@dataclass(frozen=True, eq=False)
class FlippedPieces:
    """Flipped pieces as polygons, with the groups that hang together.

    Parameters
    ----------
    n : int
        Number of pieces.
    offsets, corners : (n + 1,) int64, (m,) int64 array
        Piece k has the codes ``codes[corners[offsets[k]:offsets[k + 1]]]``.
    codes : (V, 2) float64 array
        Codes of all vertices of the complex.
    low, high : (g, 2) float64 array
        Box of the codes of each group.
    points : (g, 3) float64 array
        Middle of each group on the surface, in input units.
    """

    n: int
    offsets: np.ndarray
    corners: np.ndarray
    codes: np.ndarray
    low: np.ndarray
    high: np.ndarray
    points: np.ndarray


def flipped_pieces(pieces: SurfaceCellComplex) -> FlippedPieces | None:
    """Return the flipped pieces of an encoder, None where there are none."""
    flipped = pieces.flipped
    if not len(flipped):
        return None
    sizes = pieces.sizes[flipped]
    offsets = np.concatenate([[0], np.cumsum(sizes)])
    corners = np.concatenate([pieces.corners[pieces.offsets[k] : pieces.offsets[k + 1]] for k in flipped])
    number = np.full(pieces.n_polygons, -1)
    number[flipped] = np.arange(len(flipped))
    pairs = np.where(pieces.edge_cells >= 0, number[pieces.edge_cells], -1)
    group = joined(len(flipped), pairs[(pairs >= 0).all(1)])
    of_corner, n_groups = np.repeat(group, sizes), int(group.max()) + 1
    low, high = np.full((n_groups, 2), np.inf), np.full((n_groups, 2), -np.inf)
    np.minimum.at(low, of_corner, pieces.codes[corners])
    np.maximum.at(high, of_corner, pieces.codes[corners])
    total = np.zeros((n_groups, 3))
    np.add.at(total, of_corner, pieces.vertices[corners])
    points = total / np.bincount(of_corner)[:, None] + pieces.origin
    return FlippedPieces(len(flipped), offsets, corners.astype(np.int64), pieces.codes, low, high, points)
