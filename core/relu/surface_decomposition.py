"""Exact subdivision of a triangulated surface by the ReLU network that is defined around it."""

import numpy as np
from jaxtyping import Float64

from core.errors import TopologyError
from core.progress import Progress, Work
from core.relu.packed_network import pack
from core.relu.relu_map import ReluMap
from core.relu.subdivision import StartPolygons, Subdivision, cells_that_fit, too_many
from core.relu.surface_cell_complex import SurfaceCellComplex
from core.surface.surface import Surface

REPORT_EVERY = 100_000
"""Pieces between two reports."""

SURE_FRACTION = 0.05
"""Part of the triangles after which the number of pieces is told by extrapolation."""

SAMPLE = 4096
"""Vertices of the surface that give the scales of the units."""


def compose(first: ReluMap, second: ReluMap) -> ReluMap:
    """Return the network that is one network after another; the two linear layers that meet become one."""
    joint = second.weights[0] @ first.weights[-1]
    shift = second.weights[0] @ first.biases[-1] + second.biases[0]
    return ReluMap([*first.weights[:-1], joint, *second.weights[1:]], [*first.biases[:-1], shift, *second.biases[1:]])


def surface_decomposition(
    surface: Surface,
    encoder: ReluMap,
    centre: Float64[np.ndarray, " 3"],
    scale: float,
    decoder: ReluMap | None = None,
    max_pieces: int | None = None,
) -> Work[SurfaceCellComplex]:
    """Cut the triangles of a surface along the zero sets of all hidden units.

    Parameters
    ----------
    surface : Surface
        An oriented triangulated surface, in input units.
    encoder : ReluMap
        Network from normalized space to the plane.
    centre, scale : (3,) float64 array, float
        Normalized space is (x - centre) / scale.
    decoder : ReluMap, optional
        Network from the plane; if given, its hidden units cut too: the decomposition of decoder after encoder, which
        refines that of the encoder.
    max_pieces : int, optional
        Refuse beyond this number; by default what the free memory holds.

    Returns
    -------
    SurfaceCellComplex
        The pieces, glued as the surface is.

    Raises
    ------
    TopologyError
        If more than two triangles meet at an edge, or neighbours are not oriented alike.
    BudaiError
        If there are more pieces than memory.

    Notes
    -----
    D(phi) and D(psi o phi) of Lei, Luo, Yau and Gu (arXiv 1805.10451), section 3.2, on the surface itself. A triangle
    is cut in space, where neighbours with the same pattern have the same affine maps; a vertex has one sign for every
    unit whichever triangle asks, so the pieces are glued without gaps.
    """
    network = encoder if decoder is None else compose(encoder, decoder)
    most = cells_that_fit() if max_pieces is None else max_pieces
    points = (surface.vertices - centre) / scale
    start = surface_start(points, surface.faces)
    rng = np.random.default_rng(0)
    sample = points if len(points) <= SAMPLE else points[rng.choice(len(points), SAMPLE, replace=False)]
    precision = np.finfo(np.float64).eps * max(1.0, np.abs(surface.vertices).max() / scale)
    subdivision = Subdivision(pack(network, sample, precision), start)
    while not subdivision.advance(min(subdivision.n_cells + REPORT_EVERY, most + 1), most):
        n, fraction = subdivision.n_cells, subdivision.fraction_started
        if n > most or (fraction > SURE_FRACTION and n / fraction > 1.2 * most):
            raise too_many(max(n, n / fraction), most)
        yield Progress(fraction, f"{n:,} pieces")
    return SurfaceCellComplex.made(surface, network, encoder, centre, scale, subdivision.result())


def surface_start(points: Float64[np.ndarray, "n 3"], faces: np.ndarray) -> StartPolygons:
    """Return the triangles of a surface with their edges, those shared entered once."""
    sides = np.stack([faces, np.roll(faces, -1, 1)], 2).reshape(-1, 2)
    low, high = sides.min(1), sides.max(1)
    _, first, number, uses = np.unique(
        low * len(points) + high, return_index=True, return_inverse=True, return_counts=True
    )
    backwards = (sides[:, 0] != sides[first, 0][number]).astype(np.int64)
    directed = 2 * number + backwards
    twice = len(directed) - len(np.unique(directed))
    if uses.max(initial=0) > 2 or twice:
        raise TopologyError(
            f"{int((uses > 2).sum())} edges of the surface have more than two triangles, and {twice} sides have a "
            "neighbour that is oriented the other way. Repair and orient the surface first."
        )
    return StartPolygons(
        points, sides[first].astype(np.int64), directed.astype(np.int32), 3 * np.arange(len(faces) + 1)
    )
