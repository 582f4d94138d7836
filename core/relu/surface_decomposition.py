"""Exact subdivision of a triangulated surface by the ReLU network that is defined around it."""

from dataclasses import replace

import numpy as np
from jaxtyping import Float64

from core.base.errors import TopologyError
from core.base.progress import Progress, Work
from core.data.surface import Surface
from core.relu.affine_pieces import joined
from core.relu.packed_network import pack
from core.relu.polygonal_complex import signed_areas_and_lengths
from core.relu.relu_map import ReluMap
from core.relu.slivers import merge_slivers
from core.relu.subdivision import StartPolygons, Subdivided, Subdivision, cells_that_fit, too_many
from core.relu.surface_cell_complex import SurfaceCellComplex, triangle_frames

REPORT_EVERY = 100_000
"""Pieces between two reports."""

SURE_FRACTION = 0.05
"""Part of the triangles after which the number of pieces is told by extrapolation."""

FLAT = 1e-13
"""Determinant over squared derivative below which an image counts as flat."""

COARSEST = 1e-6
"""Step of the coordinates, over the unit of the networks, beyond which pieces are measured from the frame's centre."""

SAMPLE = 1024
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
    centre, scale = np.asarray(centre, np.float64), float(scale)
    points, origin = (surface.vertices - centre) / scale, piece_origin(surface, centre, scale)
    precision = float(np.finfo(np.float64).eps * max(1.0, np.abs(surface.vertices - origin).max() / scale))
    subdivision = Subdivision(
        pack(network, scale_sample(points), precision), surface_start(points, surface.faces), True
    )
    while not subdivision.advance(min(subdivision.n_cells + REPORT_EVERY, most + 1), most):
        n, fraction = subdivision.n_cells, subdivision.fraction_started
        if n > most or (fraction > SURE_FRACTION and n / fraction > 1.2 * most):
            raise too_many(max(n, n / fraction), most)
        yield Progress(fraction, f"{n:,} pieces")
    yield Progress(None, "Gluing the pieces")
    return glued(surface, network, encoder, centre, scale, origin, subdivision.result())


def piece_origin(surface: Surface, centre: Float64[np.ndarray, " 3"], scale: float) -> Float64[np.ndarray, " 3"]:
    """Return the point that pieces on a surface are measured from: 0, or the centre of the frame.

    Notes
    -----
    Coordinates of 1e12 have steps of 1e-4, larger than many pieces; measured from the centre they are as fine as those
    of a surface at the origin. Elsewhere the pieces are those that a file in input units holds.
    """
    step = float(np.spacing(np.abs(surface.vertices).max()))
    return np.zeros(3) if step <= COARSEST * scale else centre


def scale_sample(points: Float64[np.ndarray, "n 3"]) -> Float64[np.ndarray, "m 3"]:
    """Return the vertices of a surface that give the scales of the units: all, or some of very many."""
    rng = np.random.default_rng(0)
    return points if len(points) <= SAMPLE else points[rng.choice(len(points), SAMPLE, replace=False)]


def glued(
    surface: Surface,
    network: ReluMap,
    encoder: ReluMap,
    centre: Float64[np.ndarray, " 3"],
    scale: float,
    origin: Float64[np.ndarray, " 3"],
    found: Subdivided,
) -> SurfaceCellComplex:
    """Return the pieces as a complex on the surface in input units, with their codes, cells and orientations."""
    shift = centre - origin
    vertices = found.points * scale + shift
    vertices[: len(surface.vertices)] = surface.vertices - origin
    # Rounded once more to the units of the file: slivers are judged as they will be read.
    found = replace(found, points=vertices)
    inputs = (vertices - shift) / scale
    first_corner, frames = inputs[surface.faces[:, 0]], triangle_frames(surface.corners)

    def coordinates(vertices: np.ndarray, faces: np.ndarray) -> np.ndarray:
        return np.einsum("nij,nj->ni", frames[faces], inputs[vertices] - first_corner[faces])

    normals = np.cross(frames[:, 0], frames[:, 1])
    found, n_merged = merge_slivers(found, coordinates, len(surface.vertices), normals)
    inputs = (found.points - shift) / scale
    if network is encoder:
        polygon = np.empty(len(found.points), np.int64)
        polygon[found.corners] = np.repeat(np.arange(len(found.owner)), np.diff(found.offsets))
        maps = found.maps[polygon]
        codes = np.einsum("vij,vj->vi", maps[:, :, :-1], inputs) + maps[:, :, -1]
    else:
        codes = encoder(inputs)
    first, second = found.edge_cells.T
    same = (found.edge_cells >= 0).all(1) & (found.pattern_hash[first] == found.pattern_hash[second])
    pieces = SurfaceCellComplex(
        network=network,
        vertices=found.points,
        offsets=found.offsets,
        corners=found.corners,
        edges=found.edges,
        edge_cells=found.edge_cells,
        edge_unit=found.edge_unit,
        pattern_hash=found.pattern_hash,
        maps=found.maps,
        n_merged=n_merged,
        surface=surface,
        encoder=encoder,
        centre=centre,
        scale=scale,
        origin=origin,
        codes=codes,
        face=found.owner,
        cell=joined(len(found.owner), found.edge_cells[same]),
        orientation=np.zeros(len(found.owner), np.int8),
    )
    return replace(pieces, edge_unit=labelled_edges(pieces), orientation=orientations(pieces))


def labelled_edges(pieces: SurfaceCellComplex) -> np.ndarray:
    """Return the unit of each edge, also of edges of the triangulation that happen to lie on a zero set."""
    unit = pieces.edge_unit.copy()
    first, second = pieces.edge_cells.T
    hashes = pieces.pattern_hash
    silent = np.flatnonzero(pieces.is_interior & (unit < 0) & (hashes[first] != hashes[second]))
    if len(silent):
        differ = pieces.activation_pattern(first[silent]) != pieces.activation_pattern(second[silent])
        unit[silent] = np.where(differ.any(1), differ.argmax(1), -1)
    return unit


def orientations(pieces: SurfaceCellComplex) -> np.ndarray:
    """Return the sign of the signed area of each image in the plane; by the derivative where rounding could decide."""
    area, around = signed_areas_and_lengths(pieces.codes, pieces.offsets, pieces.corners)
    sign = np.sign(area).astype(np.int8)
    precision = np.finfo(np.float64).eps * max(1.0, np.abs(pieces.vertices).max() / pieces.scale)
    doubtful = np.flatnonzero(np.abs(area) <= max(1e-12, 16 * precision) * np.abs(pieces.codes).max() * around)
    if len(doubtful):
        slopes = pieces.encoder.jacobian(pieces.interior_points[doubtful])
        slopes = slopes @ np.swapaxes(pieces.frames(doubtful), 1, 2)
        determinant = slopes[:, 0, 0] * slopes[:, 1, 1] - slopes[:, 0, 1] * slopes[:, 1, 0]
        flat = np.abs(determinant) <= FLAT * (slopes**2).sum((1, 2))
        sign[doubtful] = np.where(flat, 0, np.sign(determinant))
    return sign


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
            f"{int((uses > 2).sum()):,} edges of the surface have more than two triangles, and {twice:,} sides have a "
            "neighbour that is oriented the other way. Repair and orient the surface first."
        )
    return StartPolygons(
        points, sides[first].astype(np.int64), directed.astype(np.int32), 3 * np.arange(len(faces) + 1)
    )
