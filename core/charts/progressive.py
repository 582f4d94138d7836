"""A planar embedding of a disk by simplifying it, embedding what is left, and putting every vertex back."""

import numba
import numpy as np
from jaxtyping import Bool, Float64, Int64

from core.base.errors import SolveError
from core.base.progress import Progress, Work
from core.charts.relaxation import local_energy, metric_of, move_vertex
from core.geometry.merging import after, drop_face, merge_cheapest, quadrics_of, rings_of

_KEPT = 24
"""Vertices inside the boundary at which simplification ends."""
_GROWTH = 1.3
"""All vertices are relaxed whenever their number has grown by this factor."""
_SWEEPS, _FEWEST_SWEEPS = 12, 3
"""How often, each time; fewer for large surfaces, where a sweep is dear and the shape is settled before."""
_MANY = 12_000
"""Vertices up to which all sweeps are made."""
_BATCH = 1500
"""Vertices taken away or put back between two places to cancel, at least."""
_SAID = "Flattening the surface onto the disk"
"""What is told while that goes on."""


class NoRoomError(SolveError):
    """A vertex that float64 leaves no room for.

    Parameters
    ----------
    vertex : int
        Its number.
    """

    def __init__(self, vertex: int) -> None:
        self.vertex = vertex
        super().__init__(
            f"Vertex {vertex} finds no room in the disk chart in double precision. Remesh the surface more evenly, or "
            "train in free mode."
        )

    def __reduce__(self) -> tuple[type["NoRoomError"], tuple[int]]:
        return type(self), (self.vertex,)


def progressive_embedding(
    vertices: Float64[np.ndarray, "n 3"],
    faces: Int64[np.ndarray, "f 3"],
    loop: Int64[np.ndarray, " b"],
    boundary: Float64[np.ndarray, "b 2"],
    unit: float,
) -> Work[Float64[np.ndarray, "n 2"]]:
    """Embed a disk in the plane, its boundary fixed on a strictly convex polygon.

    Parameters
    ----------
    vertices : (n, 3) float64 array
        Positions in space.
    faces : (f, 3) int64 array
        Corners of the faces of a disk.
    loop : (b,) int64 array
        Vertices of the boundary, counter-clockwise.
    boundary : (b, 2) float64 array
        Their places.
    unit : float
        Length in space that corresponds to 1 in the plane.

    Yields
    ------
    Progress
        Without payload.

    Returns
    -------
    (n, 2) float64 array
        Places of all vertices; no face is flipped.

    Raises
    ------
    NoRoomError
        If a vertex cannot be put back for want of precision.

    Notes
    -----
    Vertices are taken away one by one, each merged into a neighbour. Put back in reverse order, each finds room in
    the kernel of the polygon of its neighbours, which has an inner point next to the one it was merged into; so no
    face flips, and every part grows while it has few vertices, with all others making room for it. Hormann, Greiner
    and Campagna, *Hierarchical parametrization of triangulated surfaces* (1999); Shen, Jiang, Zorin and Panozzo,
    *Progressive embedding* (2019).
    """
    mesh = _Mesh(vertices / unit, faces, loop, boundary)
    total = mesh.inside.sum()
    while mesh.inside.sum() > _KEPT and mesh.simplify(max(_BATCH, mesh.inside.sum() // 4)):
        yield Progress(0.2 * (1.0 - mesh.inside.sum() / max(total, 1)), _SAID)
    mesh.embed()
    relaxed = mesh.inside.sum()
    while mesh.merges:
        mesh.restore(max(16, min(_BATCH, int(relaxed * _GROWTH) - mesh.inside.sum())))
        if mesh.inside.sum() >= int(relaxed * _GROWTH) or not mesh.merges:
            relaxed = mesh.inside.sum()
            for _ in range(max(_FEWEST_SWEEPS, min(_SWEEPS, int(_SWEEPS * _MANY / relaxed)))):
                mesh.relax()
                yield Progress(0.2 + 0.8 * relaxed / total, _SAID)
        yield Progress(0.2 + 0.8 * mesh.inside.sum() / total, _SAID)
    return mesh.codes


class _Mesh:
    """A disk between its simplified and its full form, in space and in the plane."""

    def __init__(self, vertices: np.ndarray, faces: np.ndarray, loop: np.ndarray, boundary: np.ndarray) -> None:
        n = len(vertices)
        self.vertices, self.faces = vertices, faces.copy()
        self.rings, self.counts = rings_of(self.faces, n)
        self.alive = np.ones(len(faces), bool)
        self.inside, self.fixed = np.ones(n, bool), np.zeros(n, bool)
        self.inside[loop], self.fixed[loop] = False, True
        self.codes, self.metrics = np.zeros((n, 2)), np.zeros((len(faces), 3))
        self.codes[loop] = boundary
        self.quadrics = quadrics_of(vertices, self.faces)
        self.merges: list[tuple[np.ndarray, ...]] = []

    def simplify(self, most: int) -> bool:
        """Merge some vertices into neighbours; return whether there was one."""
        most = min(most, int(self.inside.sum()) - _KEPT)
        merged = merge_cheapest(
            most, self.vertices, self.faces, self.alive, self.rings, self.counts, self.inside, self.quadrics, False
        )
        self.merges.append(merged)
        return len(merged[0]) > 0

    def embed(self) -> None:
        """Place the vertices that are left, and relax them."""
        _place_the_rest(self.codes, self.faces[self.alive], np.flatnonzero(self.inside), self.fixed)
        _measure(self.vertices, self.faces, self.alive, self.metrics)
        for _ in range(4 * _SWEEPS):
            self.relax()

    def restore(self, most: int) -> None:
        """Put some vertices back.

        Raises
        ------
        NoRoomError
            If one finds no room.
        """
        merged, targets, starts, changed = self.merges[-1]
        keep = max(0, len(merged) - most)
        failed = _restore(
            keep,
            (merged, targets, starts, changed),
            self.vertices,
            self.codes,
            self.faces,
            self.alive,
            self.metrics,
            self.rings,
            self.counts,
            self.fixed,
        )
        if failed >= 0:
            raise NoRoomError(failed)
        self.inside[merged[keep:]] = True
        self.merges[-1] = merged[:keep], targets[:keep], starts[: keep + 1], changed
        if not keep:
            self.merges.pop()

    def relax(self) -> None:
        """Move every vertex inside the boundary once."""
        _sweep(self.codes, np.flatnonzero(self.inside), self.faces, self.metrics, self.rings, self.counts)


def _place_the_rest(codes: np.ndarray, faces: np.ndarray, inner: np.ndarray, fixed: np.ndarray) -> None:
    """Place the few vertices left inside the boundary at the means of their neighbours (Tutte)."""
    if not len(inner):
        return
    index = np.full(len(codes), -1)
    index[inner] = np.arange(len(inner))
    sides = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]])
    sides = np.unique(np.concatenate([sides, sides[:, ::-1]]), axis=0)
    sides = sides[~fixed[sides[:, 0]]]
    matrix, right = np.zeros((len(inner), len(inner))), np.zeros((len(inner), 2))
    np.add.at(matrix, (index[sides[:, 0]], index[sides[:, 0]]), 1.0)
    inside = ~fixed[sides[:, 1]]
    np.add.at(matrix, (index[sides[inside, 0]], index[sides[inside, 1]]), -1.0)
    np.add.at(right, index[sides[~inside, 0]], codes[sides[~inside, 1]])
    codes[inner] = np.linalg.solve(matrix, right)


@numba.njit(cache=True, nogil=True)
def _unmerge(
    v: int,
    u: int,
    faces: Int64[np.ndarray, "f 3"],
    alive: Bool[np.ndarray, " f"],
    rings: Int64[np.ndarray, "n m"],
    counts: Int64[np.ndarray, " n"],
    changed: Int64[np.ndarray, " k"],
) -> None:
    """Undo a merge: v takes back its faces."""
    counts[v] = 0
    for i in range(len(changed)):
        f = changed[i]
        if i < 2:
            alive[f] = True
            a, b = after(faces, f, v)
            rings[a, counts[a]] = f
            counts[a] += 1
            rings[b, counts[b]] = f
            counts[b] += 1
        else:
            for k in range(3):
                if faces[f, k] == u:
                    faces[f, k] = v
            drop_face(rings, counts, u, f)
        rings[v, counts[v]] = f
        counts[v] += 1


@numba.njit(cache=True, nogil=True)
def _measure_face(
    f: int, vertices: Float64[np.ndarray, "n 3"], faces: Int64[np.ndarray, "m 3"], metrics: Float64[np.ndarray, "m 3"]
) -> None:
    """Write the metric of one face."""
    metrics[f, 0], metrics[f, 1], metrics[f, 2] = metric_of(
        vertices[faces[f, 0]], vertices[faces[f, 1]], vertices[faces[f, 2]], 1.0
    )


@numba.njit(cache=True, nogil=True)
def _measure(
    vertices: Float64[np.ndarray, "n 3"],
    faces: Int64[np.ndarray, "f 3"],
    alive: Bool[np.ndarray, " f"],
    metrics: Float64[np.ndarray, "f 3"],
) -> None:
    """Write the metrics of all faces that are there."""
    for f in range(len(faces)):
        if alive[f]:
            _measure_face(f, vertices, faces, metrics)


@numba.njit(cache=True, nogil=True)
def _direction(
    v: int, u: int, codes: Float64[np.ndarray, "n 2"], faces: Int64[np.ndarray, "f 3"], changed: Int64[np.ndarray, " m"]
) -> tuple[float, float]:
    """Direction from u into the kernel of the polygon around v: half-way through the angle at u."""
    angle, ax, ay = 0.0, 0.0, 0.0
    for i in range(len(changed)):
        a, b = after(faces, changed[i], v)
        if i < 2:
            if a == u:  # the face (v, u, b): its far corner begins the angle
                ax, ay = codes[b, 0] - codes[u, 0], codes[b, 1] - codes[u, 1]
            continue
        px, py = codes[a, 0] - codes[u, 0], codes[a, 1] - codes[u, 1]
        qx, qy = codes[b, 0] - codes[u, 0], codes[b, 1] - codes[u, 1]
        angle += np.arctan2(px * qy - py * qx, px * qx + py * qy)
    c, s = np.cos(0.5 * angle), np.sin(0.5 * angle)
    return c * ax - s * ay, s * ax + c * ay


@numba.njit(cache=True, nogil=True)
def _insert(
    v: int,
    u: int,
    codes: Float64[np.ndarray, "n 2"],
    faces: Int64[np.ndarray, "f 3"],
    metrics: Float64[np.ndarray, "f 3"],
    rings: Int64[np.ndarray, "n m"],
    counts: Int64[np.ndarray, " n"],
    changed: Int64[np.ndarray, " k"],
) -> bool:
    """Place v next to u where the energy around it is least on a line; return whether there is room."""
    dx, dy = _direction(v, u, codes, faces, changed)
    best, t, found = np.inf, 2.0, 0.0
    for _ in range(60):
        t *= 0.5
        there = local_energy(v, codes[u, 0] + t * dx, codes[u, 1] + t * dy, codes, rings[v], counts[v], faces, metrics)
        if there < best:
            best, found = there, t
        elif best < np.inf:
            break
    codes[v, 0], codes[v, 1] = codes[u, 0] + found * dx, codes[u, 1] + found * dy
    return best < np.inf


@numba.njit(cache=True, nogil=True)
def _restore(
    keep: int,
    merges: tuple[Int64[np.ndarray, " n"], Int64[np.ndarray, " n"], Int64[np.ndarray, " m"], Int64[np.ndarray, " k"]],
    vertices: Float64[np.ndarray, "p 3"],
    codes: Float64[np.ndarray, "p 2"],
    faces: Int64[np.ndarray, "f 3"],
    alive: Bool[np.ndarray, " f"],
    metrics: Float64[np.ndarray, "f 3"],
    rings: Int64[np.ndarray, "p q"],
    counts: Int64[np.ndarray, " p"],
    fixed: Bool[np.ndarray, " p"],
) -> int:
    """Put back the last vertices down to number `keep`; return the first without room, -1 if all found it."""
    merged, targets, starts, notes = merges
    for k in range(len(merged) - 1, keep - 1, -1):
        v: int = merged[k]
        u: int = targets[k]
        changed = notes[starts[k] : starts[k + 1]]
        _unmerge(v, u, faces, alive, rings, counts, changed)
        for f in changed:
            _measure_face(f, vertices, faces, metrics)
        if not _insert(v, u, codes, faces, metrics, rings, counts, changed):
            return v
        for _ in range(3):
            move_vertex(v, codes, rings[v], counts[v], faces, metrics)
        for f in changed:
            w, _ = after(faces, f, v)
            if not fixed[w]:
                move_vertex(w, codes, rings[w], counts[w], faces, metrics)
        move_vertex(v, codes, rings[v], counts[v], faces, metrics)
    return -1


@numba.njit(cache=True, nogil=True)
def _sweep(
    codes: Float64[np.ndarray, "n 2"],
    inner: Int64[np.ndarray, " m"],
    faces: Int64[np.ndarray, "f 3"],
    metrics: Float64[np.ndarray, "f 3"],
    rings: Int64[np.ndarray, "n k"],
    counts: Int64[np.ndarray, " n"],
) -> None:
    """Move every vertex inside the boundary once."""
    for i in range(len(inner)):
        v: int = inner[i]
        move_vertex(v, codes, rings[v], counts[v], faces, metrics)
