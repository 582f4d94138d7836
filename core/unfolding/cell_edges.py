"""Where the units of a network switch on a surface: the edges of its cells, exactly."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float32, Float64, Int32, Int64

from core.base.arrays import frozen
from core.base.progress import Progress, Work
from core.geometry.nearest_triangle import weights_in_triangles
from core.relu.packed_network import pack
from core.relu.relu_map import ReluMap
from core.relu.subdivision import Subdivided, Subdivision
from core.relu.surface_decomposition import scale_sample, surface_start
from core.unfolding.steps import Step

_REPORT_EVERY = 50_000
"""Cells between two reports."""
_SURE, _DIVIDED = 0.1, 1.3
"""Part of the triangles after which the number of edges is told by extrapolation; edges for each piece that is cut off,
as later layers divide those of former ones."""


@dataclass(frozen=True, eq=False)
class CellEdges:
    """Segments on triangles along which a unit of a network switches.

    Parameters
    ----------
    face : (e,) int32 array
        Triangle that each lies in.
    weights : (e, 2, 3) float32 array
        Barycentric coordinates of both ends.
    step : (e,) int32 array
        Step at whose end the unit bends, in ascending order.
    last : int
        The last step whose edges are here; those of later ones are too many.
    """

    face: Int32[np.ndarray, " e"]
    weights: Float32[np.ndarray, "e 2 3"]
    step: Int32[np.ndarray, " e"]
    last: int

    def __post_init__(self) -> None:
        for name in ("face", "weights", "step"):
            object.__setattr__(self, name, frozen(getattr(self, name), getattr(self, name).dtype))

    def so_far(self, mark: int) -> tuple[int, int]:
        """Return how many edges are of the steps before a mark, and how many of these are of those before the last."""
        older, all_of_them = np.searchsorted(self.step, (mark - 1, mark))
        return int(all_of_them), int(older)


def cell_edges(
    points: Float64[np.ndarray, "n 3"], faces: Int64[np.ndarray, "f 3"], steps: Sequence[Step], most: int
) -> Work[CellEdges | None]:
    """Find the edges of the cells of a ReLU network on a triangulated surface, of as many layers as there is room for.

    Parameters
    ----------
    points : (n, 3) float64 array
        Vertices, in the units of the network.
    faces : (f, 3) int64 array
        Triangles, oriented alike.
    steps : sequence of Step
        The network.
    most : int
        Most edges; the layer that exceeds it, and those behind it, are left out.

    Yields
    ------
    Progress
        Part of the triangles cut.

    Returns
    -------
    CellEdges or None
        None where not even the first layer fits, or none bends by ReLU.

    Raises
    ------
    TopologyError
        If more than two triangles meet at an edge, or neighbours are not oriented alike.

    Notes
    -----
    Each triangle is cut along the zero sets of all units of the layers, as by `surface_decomposition`; between the cuts
    a layer is affine, so its own zero sets are straight there.
    """
    start = surface_start(points, faces)
    precision = float(np.finfo(np.float64).eps * max(1.0, np.abs(points).max()))
    layers, found = _bending(steps), None
    for k, (network, last) in enumerate(layers, 1):
        subdivision = Subdivision(pack(network, scale_sample(points), precision), start, False)
        limit = len(faces) + most
        while not subdivision.advance(min(subdivision.n_cells + _REPORT_EVERY, limit + 1), limit + 2):
            done = subdivision.fraction_started
            foreseen = _DIVIDED * (subdivision.n_cells / max(done, _SURE) - len(faces))
            if subdivision.n_cells > limit or (done > _SURE and foreseen > most):
                return found
            part = (k - 1 + done) / len(layers)
            yield Progress(part, f"Cutting along layer {k}: {subdivision.n_cells:,} pieces")
        ends = np.cumsum([layer.width for layer in steps[: last + 1] if layer.bend == "relu"])
        bends = np.flatnonzero([layer.bend == "relu" for layer in steps])
        made = _edges(points, faces, subdivision.result(), ends, bends, last)
        if len(made.face) > most:
            return found
        found = made
    return found


def _bending(steps: Sequence[Step]) -> list[tuple[ReluMap, int]]:
    """Return the network up to each layer that bends by ReLU, and the number of its step; none behind a tanh."""
    weights, biases, found = list[np.ndarray](), list[np.ndarray](), list[tuple[ReluMap, int]]()
    matrix, shift = None, np.zeros(0)
    for k, step in enumerate(steps):
        if step.bend not in ("relu", ""):
            break
        shift = step.bias if matrix is None else step.weight @ shift + step.bias
        matrix = step.weight if matrix is None else step.weight @ matrix
        if step.bend:
            weights, biases = [*weights, matrix], [*biases, shift]
            found.append((ReluMap([*weights, np.eye(1, step.width)], [*biases, np.zeros(1)]), k))
            matrix = None
    return found


def _edges(
    points: np.ndarray, faces: np.ndarray, found: Subdivided, ends: np.ndarray, bends: np.ndarray, last: int
) -> CellEdges:
    """Return the edges along which a unit switches, sorted by its step."""
    cuts = np.flatnonzero(found.edge_unit >= 0)
    step = bends[np.searchsorted(ends, found.edge_unit[cuts], side="right")]
    order = np.argsort(step, kind="stable")
    cuts, step = cuts[order], step[order]
    face = found.owner[found.edge_cells[cuts].max(1)]
    corners = points[faces[face]]
    weights = [weights_in_triangles(corners, found.points[found.edges[cuts, end]]) for end in (0, 1)]
    return CellEdges(face.astype(np.int32), np.stack(weights, 1).astype(np.float32), step.astype(np.int32), last)
