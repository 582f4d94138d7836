"""The exact pieces of a decoder with a detail layer: cells of its network, cut by the triangles of the lattice."""

from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np
from jaxtyping import Float64, Int8, Int64

from core.base.arrays import frozen
from core.base.progress import Progress, Work
from core.charts.autoencoder import Autoencoder
from core.relu.cell_complex import CellComplex
from core.relu.packed_network import pack
from core.relu.polygonal_complex import singular_values_of
from core.relu.relu_map import ReluMap
from core.relu.slivers import merge_slivers
from core.relu.subdivision import StartPolygons, Subdivision, cells_that_fit, too_many

REPORT_EVERY = 100_000
"""Pieces between two reports."""

SURE_FRACTION = 0.05
"""Part of the cells after which the number of pieces is told by extrapolation."""

FLAT = 1e-9
"""Smaller stretch over the larger one, of the network or the whole decoder, below which a piece counts as flat."""


@dataclass(frozen=True, eq=False)
class DecoderPieces:
    """Convex pieces of the latent domain on which decoder and detail layer together are affine.

    Parameters
    ----------
    autoencoder : Autoencoder
        With the detail layer.
    cells : CellComplex
        The cells of its decoder network.
    vertices : (V, 2) float64 array
        Codes of the corners; the first ones are those of the cells.
    offsets : (F + 1,) int64 array
        Piece k has the corners ``corners[offsets[k]:offsets[k + 1]]``.
    corners : (m,) int32 array
        Vertices of the pieces, counter-clockwise.
    edges, edge_pieces : (E, 2) int32 array
        Ends of each edge, and the pieces to its left and right; -1 outside the domain.
    cell : (F,) int32 array
        The cell of the network that a piece lies in.
    n_merged : int
        Slivers below the resolution of float64 that were merged with a neighbour in the same cell.

    Notes
    -----
    Where three lines of the lattice meet, a rounding error decides nothing: a vertex has one sign for every line,
    whichever piece asks, so that pieces share vertices and edges and leave no gap.
    """

    autoencoder: Autoencoder
    cells: CellComplex
    vertices: Float64[np.ndarray, "V 2"]
    offsets: Int64[np.ndarray, " F1"]
    corners: np.ndarray
    edges: np.ndarray
    edge_pieces: np.ndarray
    cell: np.ndarray
    n_merged: int

    def __post_init__(self) -> None:
        for name, dtype, shape in (
            ("vertices", np.float64, (None, 2)),
            ("offsets", np.int64, (None,)),
            ("corners", np.int32, (None,)),
            ("edges", np.int32, (None, 2)),
            ("edge_pieces", np.int32, (None, 2)),
            ("cell", np.int32, (None,)),
        ):
            object.__setattr__(self, name, frozen(getattr(self, name), dtype, shape))

    def __getstate__(self) -> dict[str, object]:
        # Derived arrays are cheaper made than sent to another process.
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @property
    def n_pieces(self) -> int:
        """Number of pieces."""
        return len(self.offsets) - 1

    @property
    def euler_characteristic(self) -> int:
        """V - E + F: 1 for a disk."""
        return len(self.vertices) - len(self.edges) + self.n_pieces

    @cached_property
    def sizes(self) -> Int64[np.ndarray, " F"]:
        """Number of corners of each piece."""
        return frozen(np.diff(self.offsets), np.int64)

    @cached_property
    def interior_points(self) -> Float64[np.ndarray, "F 2"]:
        """A code inside each piece, the mean of its corners."""
        return frozen(np.add.reduceat(self.vertices[self.corners], self.offsets[:-1]) / self.sizes[:, None])

    @cached_property
    def areas(self) -> Float64[np.ndarray, " F"]:
        """Area of each piece in the latent plane."""
        first = np.repeat(self.offsets[:-1], self.sizes)
        following = np.arange(1, len(self.corners) + 1)
        following[self.offsets[1:] - 1] = self.offsets[:-1]
        points = self.vertices[self.corners]
        here = points - points[first]
        there = here[following]
        return frozen(0.5 * np.add.reduceat(here[:, 0] * there[:, 1] - here[:, 1] * there[:, 0], self.offsets[:-1]))

    @cached_property
    def triangle(self) -> Int64[np.ndarray, "F 3"]:
        """Triangle of the lattice that a piece lies in: its square (i, j), and 0 below or 1 above the diagonal."""
        assert self.autoencoder.detail is not None
        return frozen(self.autoencoder.detail.triangles(self.interior_points), np.int64)

    @cached_property
    def images(self) -> Float64[np.ndarray, "V 3"]:
        """Images of the vertices under the whole decoder, in input units."""
        # Any piece beside a vertex gives its image; the last one entered stands.
        cell = np.empty(len(self.vertices), np.int64)
        cell[self.corners] = np.repeat(self.cell, self.sizes)
        matrices, shifts = self.cells.affine_map(cell)
        image = np.einsum("vij,vj->vi", matrices, self.vertices) + shifts
        assert self.autoencoder.detail is not None
        image += self.autoencoder.detail.evaluate(self.vertices)
        return frozen(image * self.autoencoder.scale + self.autoencoder.centre)

    @cached_property
    def network_jacobians(self) -> Float64[np.ndarray, "F 3 2"]:
        """Derivative of the network alone on each piece, in input units per latent unit."""
        return frozen(self.cells.affine_map(self.cell)[0] * self.autoencoder.scale)

    @cached_property
    def jacobians(self) -> Float64[np.ndarray, "F 3 2"]:
        """Derivative of the whole decoder on each piece, in input units per latent unit."""
        assert self.autoencoder.detail is not None
        bend = self.autoencoder.detail.jacobian(self.interior_points)
        return frozen(self.network_jacobians + bend * self.autoencoder.scale)

    @cached_property
    def singular_values(self) -> Float64[np.ndarray, "F 2"]:
        """Stretches of the whole decoder on each piece, the greater first, in input units per latent unit."""
        return frozen(singular_values_of(self.jacobians))

    @cached_property
    def rank(self) -> Int8[np.ndarray, " F"]:
        """Rank of the whole decoder on each piece; it is an immersion where all are 2."""
        greater, smaller = self.singular_values.T
        return frozen((greater > 0.0).astype(np.int8) + (smaller > FLAT * greater), np.int8)

    @cached_property
    def orientation(self) -> Int8[np.ndarray, " F"]:
        """1 where the image of a piece faces the side that the network's cell faces, -1 where it is turned over.

        Where one of the two is flat it is 0.
        """
        whole, network = (np.cross(j[:, :, 0], j[:, :, 1]) for j in (self.jacobians, self.network_jacobians))
        sign = np.sign(np.einsum("fi,fi->f", whole, network)).astype(np.int8)
        greater, smaller = singular_values_of(self.network_jacobians).T
        sign[(self.rank < 2) | (smaller <= FLAT * greater)] = 0
        return frozen(sign, np.int8)

    @cached_property
    def image_areas(self) -> Float64[np.ndarray, " F"]:
        """Area of the image of each piece, in squared input units."""
        return frozen(self.areas * self.singular_values.prod(1))

    @property
    def image_area(self) -> float:
        """Exact area of the image of the domain, folds counted as often as they lie there, in squared input units."""
        return float(self.image_areas.sum())


def decoder_pieces(autoencoder: Autoencoder, cells: CellComplex, max_pieces: int | None = None) -> Work[DecoderPieces]:
    """Cut the cells of a decoder network along the lines of its detail layer.

    Parameters
    ----------
    autoencoder : Autoencoder
        With a detail layer.
    cells : CellComplex
        The cells of its decoder in a convex domain.
    max_pieces : int, optional
        Refuse beyond this number; by default what the free memory holds.

    Returns
    -------
    DecoderPieces
        The intersections of cells with lattice triangles, sharing vertices and edges.

    Raises
    ------
    ValueError
        If there is no detail layer, or the cells are those of another network.
    BudaiError
        If there are more pieces than memory.

    Notes
    -----
    The lines are the hidden units of a network of one layer, and the cells are the polygons that it subdivides. The
    other way round, cutting lattice triangles by the decoder, its layers would be entered once for every triangle
    instead of once for every cell.
    """
    if autoencoder.detail is None:
        raise ValueError("the autoencoder has no detail layer")
    if cells.network is not autoencoder.decoder:
        raise ValueError("these are not the cells of this decoder")
    most = cells_that_fit() if max_pieces is None else max_pieces
    normals, offsets = autoencoder.detail.lines(cells.vertices.min(0), cells.vertices.max(0))
    lines = ReluMap([normals, np.zeros((1, len(normals)))], [offsets, np.zeros(1)])
    subdivision = Subdivision(pack(lines, cells.domain), cells_start(cells), with_maps=False)
    while not subdivision.advance(min(subdivision.n_cells + REPORT_EVERY, most + 1), most):
        n, fraction = subdivision.n_cells, subdivision.fraction_started
        if n > most or (fraction > SURE_FRACTION and n / fraction > 1.2 * most):
            raise too_many(max(n, n / fraction), most)
        yield Progress(fraction, f"{n:,} pieces")
    found = subdivision.result()
    found, n_merged = merge_slivers(found, lambda vertices, _: found.points[vertices], len(cells.vertices))
    return DecoderPieces(
        autoencoder=autoencoder,
        cells=cells,
        vertices=found.points,
        offsets=found.offsets,
        corners=found.corners,
        edges=found.edges,
        edge_pieces=found.edge_cells,
        cell=found.owner,
        n_merged=n_merged,
    )


def cells_start(cells: CellComplex) -> StartPolygons:
    """Return the cells of a complex as polygons to be subdivided, with the edges that they share."""
    following = np.arange(1, len(cells.corners) + 1)
    following[cells.offsets[1:] - 1] = cells.offsets[:-1]
    sides = np.stack([cells.corners, cells.corners[following]], 1).astype(np.int64)
    n, edges = len(cells.vertices), cells.edges.astype(np.int64)
    keys = edges.min(1) * n + edges.max(1)
    order = np.argsort(keys)
    number = order[np.searchsorted(keys, sides.min(1) * n + sides.max(1), sorter=order)]
    directed = 2 * number + (sides[:, 0] != edges[number, 0])
    return StartPolygons(cells.vertices, edges, directed.astype(np.int32), cells.offsets)
