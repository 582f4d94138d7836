"""The image of the latent disk under a decoder, as triangles in space with the codes of their corners."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float64, Int64

from core.base.arrays import frozen
from core.base.progress import Progress, Work, part
from core.cells.decoder_pieces import DecoderPieces, decoder_pieces
from core.cells.piece_tree import PieceTree, piece_tree
from core.charts.autoencoder import Autoencoder
from core.relu.cell_complex import CellComplex
from core.relu.decomposition import decomposition, disk_polygon


@dataclass(frozen=True, eq=False)
class DecoderImage:
    """The exact piecewise linear image of the latent domain under the whole decoder.

    Parameters
    ----------
    codes : (V, 2) float64 array
        Codes of the vertices, in latent units.
    points : (V, D) float64 array
        Their images, in input units.
    triangles : (f, 3) int64 array
        The pieces, each cut into a fan of triangles from its first corner.
    piece : (f,) int64 array
        The piece that each triangle is part of.

    Notes
    -----
    The pieces are the cells of the network, or with a detail layer those cells cut by its lattice: the faces of
    ``reconstruction_cells.ply`` or ``reconstruction_pieces.ply``. They cover the polygon inscribed in the unit disk,
    also where no point of the surface has its code.
    """

    codes: Float64[np.ndarray, "V 2"]
    points: Float64[np.ndarray, "V D"]
    triangles: Int64[np.ndarray, "f 3"]
    piece: Int64[np.ndarray, " f"]

    def __post_init__(self) -> None:
        set_ = object.__setattr__
        set_(self, "codes", frozen(self.codes, np.float64, (None, 2)))
        set_(self, "points", frozen(self.points, np.float64, (len(self.codes), None)))
        set_(self, "triangles", frozen(self.triangles, np.int64, (None, 3)))
        set_(self, "piece", frozen(self.piece, np.int64, (len(self.triangles),)))

    @property
    def n_pieces(self) -> int:
        """Number of pieces."""
        return int(self.piece.max(initial=-1)) + 1

    @cached_property
    def tree(self) -> PieceTree:
        """The tree in which nearest pieces are looked up; of images in space only."""
        return piece_tree(self.points[self.triangles], self.piece)


def decoder_image(autoencoder: Autoencoder, known: CellComplex | DecoderPieces | None = None) -> Work[DecoderImage]:
    """Find the exact image of the latent domain under a decoder.

    Parameters
    ----------
    autoencoder : Autoencoder
        Networks, with or without a detail layer.
    known : CellComplex or DecoderPieces, optional
        The cells of its decoder in the disk, or with a detail layer its pieces, where they are known already.

    Returns
    -------
    DecoderImage
        All pieces.

    Raises
    ------
    BudaiError
        If there are more pieces than memory.
    """
    if isinstance(known, DecoderPieces):
        return _image(known, known.vertices, known.images)
    if known is None:
        yield Progress(0.0, "Cells of the decoder: compiling the kernels the first time")
        known = yield from part(decomposition(autoencoder.decoder, disk_polygon()), 0.0, 0.3)
    if autoencoder.detail is None:
        return _image(known, known.vertices, known.images * autoencoder.scale + autoencoder.centre)
    pieces = yield from part(decoder_pieces(autoencoder, known), 0.3)
    return _image(pieces, pieces.vertices, pieces.images)


def _image(polygons: CellComplex | DecoderPieces, codes: np.ndarray, points: np.ndarray) -> DecoderImage:
    """Cut convex polygons into fans."""
    sizes = np.asarray(polygons.sizes)
    owner = np.repeat(np.arange(len(sizes)), sizes)
    first = polygons.offsets[:-1][owner]
    place = np.arange(len(polygons.corners))
    third = np.flatnonzero(place - first >= 2)
    fans = polygons.corners[np.column_stack([first[third], third - 1, third])]
    return DecoderImage(codes, points, fans.astype(np.int64), owner[third])
