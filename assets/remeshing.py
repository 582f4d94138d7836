"""From a signed distance to a triangulated surface with well-shaped triangles.

Marching cubes (scikit-image, needed only to build the surfaces) gives the topology. Then short edges are collapsed,
edges are flipped where that makes the least angle larger, and vertices slide along the surface to the middle of
their neighbours: the isotropic remeshing of Botsch and Kobbelt (2004), *A remeshing approach to multiresolution
modeling*, section 4, with the signed distance itself as the surface to project onto. The plane z = 0 cuts the shape
open; vertices of that boundary stay in the plane.
"""

from collections.abc import Callable

import numpy as np
import scipy.sparse as sparse
from numba import njit
from skimage.measure import marching_cubes

from assets.sculpting import OUTSIDE, Shape, gradient

TargetLength = Callable[[np.ndarray], np.ndarray]
Mesh = tuple[np.ndarray, np.ndarray]

_BLOCK = 4
"""Edge of the blocks, in grid cells, that are skipped where no surface is near."""


def contoured(shape: Shape, spacing: float) -> Mesh:
    """Return the largest component of the zero level above z = 0, as vertices and outward faces.

    Parameters
    ----------
    shape : Shape
        What to triangulate; it may go on below z = 0.
    spacing : float
        Edge of a grid cell.
    """
    low = np.array([shape.low[0] - 2 * spacing, shape.low[1] - 2 * spacing, 0.0])
    blocks = np.ceil((shape.high + 2 * spacing - low) / (spacing * _BLOCK)).astype(int)
    middles = [low[axis] + spacing * (_BLOCK * np.arange(blocks[axis]) + (_BLOCK - 1) / 2) for axis in range(3)]
    coarse = shape.distance(np.stack(np.meshgrid(*middles, indexing="ij"), axis=-1).reshape(-1, 3))
    values = (np.sign(coarse) * OUTSIDE).reshape(blocks)
    for axis in range(3):
        values = np.repeat(values, _BLOCK, axis=axis)
    near = np.flatnonzero(np.abs(coarse) < 1.6 * _BLOCK * spacing + 0.25)
    first = _BLOCK * np.stack(np.unravel_index(near, blocks), axis=-1)
    inside = np.stack(np.meshgrid(*[np.arange(_BLOCK)] * 3, indexing="ij"), axis=-1).reshape(-1, 3)
    cells = (first[:, None] + inside).reshape(-1, 3)
    values[tuple(cells.T)] = shape.distance(low + spacing * cells)
    vertices, faces, _, _ = marching_cubes(values, 0.0)
    vertices = vertices.astype(float) * spacing + low
    if _signed_volume(vertices, faces) < 0:
        faces = faces[:, ::-1]
    return largest_component(vertices, faces.astype(np.int64))


def _signed_volume(vertices: np.ndarray, faces: np.ndarray) -> float:
    """Volume under the faces; the missing base in z = 0 adds nothing."""
    a, b, c = vertices[faces].transpose(1, 0, 2)
    return float(np.einsum("ij,ij->", a, np.cross(b, c)) / 6)


def largest_component(vertices: np.ndarray, faces: np.ndarray) -> Mesh:
    """Return the component with the most vertices; hollows inside a figure are not seen and fall away."""
    n = len(vertices)
    links = sparse.coo_matrix((np.ones(2 * len(faces)), (faces[:, :2].ravel(), faces[:, 1:].ravel())), (n, n))
    _, label = sparse.csgraph.connected_components(links, directed=False)
    kept = np.argmax(np.bincount(label))
    return compacted(vertices, faces[label[faces[:, 0]] == kept])


def compacted(vertices: np.ndarray, faces: np.ndarray) -> Mesh:
    """Return the mesh without the vertices that no face uses."""
    used, renumbered = np.unique(faces, return_inverse=True)
    return vertices[used], renumbered.reshape(-1, 3)


def remeshed(shape: Shape, mesh: Mesh, target: TargetLength, rounds: int = 10) -> Mesh:
    """Return the mesh with edges about as long as ``target`` says, its vertices on the surface of ``shape``."""
    vertices, faces = mesh
    for round_ in range(rounds):
        for _ in range(6):
            before = len(faces)
            vertices, faces = _collapse_short_edges(vertices, faces, target, 0.72)
            if len(faces) > 0.999 * before:
                break
        for _ in range(3):
            faces = _flip_edges(vertices, faces)
        last = round_ >= rounds - 2
        vertices = _relaxed(shape, vertices, faces, 0.4 if last else 0.6, newton_steps=3 if last else 1)
    for _ in range(3):
        faces = _flip_edges(vertices, faces)
    return _without_slivers(vertices, faces, target)


def _without_slivers(vertices: np.ndarray, faces: np.ndarray, target: TargetLength, least_angle: float = 20.0) -> Mesh:
    """Smooth the surroundings of slivers, off the surface by a hair, until none is left or 40 rounds are over.

    They sit in creases, where vertices cannot slide along the surface to a better place.
    """
    for _ in range(40):
        slivers = faces[smallest_angles(vertices, faces) < least_angle]
        if not len(slivers):
            break
        links, on_boundary = _links(len(vertices), faces)
        near = np.zeros(len(vertices))
        near[slivers] = 1
        near = ((links @ near + near) > 0) & ~on_boundary
        middle = links @ vertices / np.asarray(links.sum(axis=1))
        vertices = np.where(near[:, None], (vertices + middle) / 2, vertices)
        faces = _flip_edges(vertices, faces)
        vertices, faces = _collapse_short_edges(vertices, faces, target, 0.5)
    return vertices, faces


def _links(n_vertices: int, faces: np.ndarray) -> tuple[sparse.csr_matrix, np.ndarray]:
    """Which vertices pull at which: all neighbours, on the boundary those along it; and who is on the boundary."""
    rows, columns = _edges(faces).T
    links = sparse.coo_matrix((np.ones(len(rows)), (rows, columns)), (n_vertices, n_vertices)).tocsr()
    loop = boundary_edges(faces)
    on_boundary = np.zeros(n_vertices, dtype=bool)
    on_boundary[loop] = True
    along = sparse.coo_matrix((np.ones(len(loop)), (loop[:, 0], loop[:, 1])), (n_vertices, n_vertices)).tocsr()
    return sparse.diags((~on_boundary).astype(float)) @ (links + links.T) + along + along.T, on_boundary


def smallest_angles(vertices: np.ndarray, faces: np.ndarray) -> np.ndarray:
    """Return the smallest angle of each triangle in degrees."""
    corners = vertices[faces]
    sides = corners[:, [1, 2, 0]] - corners
    lengths = np.linalg.norm(sides, axis=2)
    cosines = -np.einsum("fij,fij->fi", sides, sides[:, [2, 0, 1]]) / (lengths * lengths[:, [2, 0, 1]])
    return np.degrees(np.arccos(np.clip(cosines, -1, 1))).min(axis=1)


def boundary_edges(faces: np.ndarray) -> np.ndarray:
    """Return the (b, 2) edges that only one face has, directed as in that face."""
    directed = faces[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2)
    n = int(faces.max()) + 1
    forward, backward = directed[:, 0] * n + directed[:, 1], directed[:, 1] * n + directed[:, 0]
    return directed[~np.isin(forward, backward)]


def _incident_faces(faces: np.ndarray, n_vertices: int) -> tuple[np.ndarray, np.ndarray]:
    """Faces around each vertex: offsets, and face numbers in one row."""
    order = np.argsort(faces.ravel(), kind="stable")
    counts = np.bincount(faces.ravel(), minlength=n_vertices)
    return np.concatenate([[0], np.cumsum(counts)]), order // 3


def _edges(faces: np.ndarray) -> np.ndarray:
    """All edges, each once, its smaller vertex first."""
    directed = np.sort(faces[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2), axis=1)
    n = int(faces.max()) + 1
    keys = np.unique(directed[:, 0] * n + directed[:, 1])
    return np.stack([keys // n, keys % n], axis=1)


def _collapse_short_edges(vertices: np.ndarray, faces: np.ndarray, target: TargetLength, ratio: float) -> Mesh:
    """Collapse edges shorter than ``ratio`` of the target, shortest first, no two near one another."""
    edges = _edges(faces)
    ends = vertices[edges]
    relative = np.linalg.norm(ends[:, 1] - ends[:, 0], axis=1) / target(ends.mean(axis=1))
    order = np.argsort(relative, kind="stable")
    edges = edges[order[relative[order] < ratio]]
    on_boundary = np.zeros(len(vertices), dtype=bool)
    loop = boundary_edges(faces)
    on_boundary[loop] = True
    n = len(vertices)
    loop_keys = set((np.sort(loop, axis=1) @ np.array([n, 1])).tolist())
    is_loop = np.array([key in loop_keys for key in (edges @ np.array([n, 1])).tolist()], dtype=bool)
    moved = vertices.copy()
    merged = _merge(moved, faces, edges, is_loop, on_boundary, *_incident_faces(faces, n))
    faces = merged[faces]
    alive = (faces[:, 0] != faces[:, 1]) & (faces[:, 1] != faces[:, 2]) & (faces[:, 2] != faces[:, 0])
    return compacted(moved, faces[alive])


@njit(cache=True)
def _normal(a: np.ndarray, b: np.ndarray, c: np.ndarray) -> np.ndarray:
    """Twice the area vector of a triangle."""
    u, v = b - a, c - a
    return np.array([u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]])


@njit(cache=True)
def _merge(vertices, faces, edges, is_loop, on_boundary, offsets, incident):
    """Merge the ends of edges one after the other, where topology and normals allow; return the new names."""
    n = len(vertices)
    name = np.arange(n)
    locked = np.zeros(n, dtype=np.bool_)
    mark = np.full(n, -1)
    for e in range(len(edges)):
        a, b = edges[e]
        if on_boundary[a] and on_boundary[b] and not is_loop[e]:
            continue
        free = True
        for v in (a, b):
            for i in range(offsets[v], offsets[v + 1]):
                for k in range(3):
                    free = free and not locked[faces[incident[i], k]]
        if not free:
            continue
        for i in range(offsets[a], offsets[a + 1]):
            for k in range(3):
                mark[faces[incident[i], k]] = 2 * e
        common = 0
        for i in range(offsets[b], offsets[b + 1]):
            for k in range(3):
                w = faces[incident[i], k]
                if w != a and w != b and mark[w] == 2 * e:
                    mark[w] = 2 * e + 1
                    common += 1
        if common != (1 if is_loop[e] else 2):
            continue
        if on_boundary[a] and not on_boundary[b]:
            place = vertices[a].copy()
        elif on_boundary[b] and not on_boundary[a]:
            place = vertices[b].copy()
        else:
            place = (vertices[a] + vertices[b]) / 2
        if not _normals_stay(vertices, faces, offsets, incident, a, b, place):
            continue
        for v in (a, b):
            for i in range(offsets[v], offsets[v + 1]):
                for k in range(3):
                    locked[faces[incident[i], k]] = True
        vertices[a] = place
        name[b] = a
    return name


@njit(cache=True)
def _normals_stay(vertices, faces, offsets, incident, a, b, place):
    """Whether no face around an edge turns by more than some 50 degrees or loses its shape when it is collapsed."""
    for v in (a, b):
        other = b if v == a else a
        for i in range(offsets[v], offsets[v + 1]):
            face = faces[incident[i]]
            if face[0] == other or face[1] == other or face[2] == other:
                continue
            before = _normal(vertices[face[0]], vertices[face[1]], vertices[face[2]])
            p = place if face[0] == v else vertices[face[0]]
            q = place if face[1] == v else vertices[face[1]]
            r = place if face[2] == v else vertices[face[2]]
            after = _normal(p, q, r)
            long = max(((p - q) ** 2).sum(), ((q - r) ** 2).sum(), ((r - p) ** 2).sum())
            size = np.sqrt((after**2).sum())
            if size < 0.25 * long or (before * after).sum() < 0.65 * size * np.sqrt((before**2).sum()):
                return False
    return True


def _flip_edges(vertices: np.ndarray, faces: np.ndarray) -> np.ndarray:
    """Flip edges where the least angle of their two faces grows by it."""
    n = len(vertices)
    starts = faces[:, [0, 1, 2]].ravel()
    ends = faces[:, [1, 2, 0]].ravel()
    keys = np.minimum(starts, ends) * n + np.maximum(starts, ends)
    order = np.argsort(keys, kind="stable")
    paired = np.flatnonzero(keys[order[1:]] == keys[order[:-1]])
    pairs = np.stack([order[paired], order[paired + 1]], axis=1)
    flipped = faces.copy()
    _flip(vertices, flipped, pairs, *_incident_faces(faces, n))
    return flipped


@njit(cache=True)
def _least_cosine_gain(a, b, c, d):
    """How much the largest cosine of an angle falls when edge ab between c and d becomes cd."""
    return max(_largest_cosine(a, b, c), _largest_cosine(b, a, d)) - max(
        _largest_cosine(a, d, c), _largest_cosine(d, b, c)
    )


@njit(cache=True)
def _largest_cosine(a, b, c):
    """Cosine of the smallest angle of a triangle."""
    u, v, w = b - a, c - b, a - c
    lu, lv, lw = np.sqrt((u**2).sum()), np.sqrt((v**2).sum()), np.sqrt((w**2).sum())
    if lu * lv * lw < 1e-300:
        return 1.0
    return max(-(u * w).sum() / (lu * lw), -(u * v).sum() / (lu * lv), -(v * w).sum() / (lv * lw))


@njit(cache=True)
def _flip(vertices, faces, pairs, offsets, incident):
    """Flip in place; the four vertices of a flip take part in no other of the same pass."""
    locked = np.zeros(len(vertices), dtype=np.bool_)
    for k in range(len(pairs)):
        f, g = pairs[k, 0] // 3, pairs[k, 1] // 3
        i, j = pairs[k, 0] % 3, pairs[k, 1] % 3
        a, b, c = faces[f, i], faces[f, (i + 1) % 3], faces[f, (i + 2) % 3]
        d = faces[g, (j + 2) % 3]
        if locked[a] or locked[b] or locked[c] or locked[d] or c == d:
            continue
        pa, pb, pc, pd = vertices[a], vertices[b], vertices[c], vertices[d]
        if _least_cosine_gain(pa, pb, pc, pd) < 1e-3:
            continue
        joined = False
        for m in range(offsets[c], offsets[c + 1]):
            for corner in range(3):
                joined = joined or faces[incident[m], corner] == d
        if joined:
            continue
        first, second = _normal(pa, pb, pc), _normal(pb, pa, pd)
        mean = first / np.sqrt((first**2).sum() + 1e-300) + second / np.sqrt((second**2).sum() + 1e-300)
        new_first, new_second = _normal(pa, pd, pc), _normal(pd, pb, pc)
        length = np.sqrt((mean**2).sum())
        if (new_first * mean).sum() < 0.6 * length * np.sqrt((new_first**2).sum()):
            continue
        if (new_second * mean).sum() < 0.6 * length * np.sqrt((new_second**2).sum()):
            continue
        faces[f, 0], faces[f, 1], faces[f, 2] = a, d, c
        faces[g, 0], faces[g, 1], faces[g, 2] = d, b, c
        locked[a] = locked[b] = locked[c] = locked[d] = True


def _relaxed(shape: Shape, vertices: np.ndarray, faces: np.ndarray, amount: float, newton_steps: int) -> np.ndarray:
    """Vertices slid toward the middle of their neighbours, then put back on the surface."""
    links, on_boundary = _links(len(vertices), faces)
    middle = links @ vertices / np.asarray(links.sum(axis=1))
    slope = gradient(shape, vertices)
    slope[on_boundary, 2] = 0
    steepness = np.linalg.norm(slope, axis=1, keepdims=True)
    normal = slope / np.maximum(steepness, 1e-9)
    shift = amount * (middle - vertices)
    # Where the distance is flat, in a narrow pocket, it has no normal to speak of: there the surface may shrink.
    shift -= _trust(steepness) * normal * np.einsum("ij,ij->i", shift, normal)[:, None]
    return on_surface(shape, vertices + shift, on_boundary, newton_steps)


def on_surface(shape: Shape, vertices: np.ndarray, on_boundary: np.ndarray, steps: int) -> np.ndarray:
    """Return vertices put on the surface by damped Newton steps; those of the boundary stay in z = 0."""
    for _ in range(steps):
        slope = gradient(shape, vertices)
        slope[on_boundary, 2] = 0
        steepness = np.linalg.norm(slope, axis=1, keepdims=True)
        step = _trust(steepness) * shape.distance(vertices)[:, None] * slope / np.maximum(steepness**2, 0.01)
        length = np.linalg.norm(step, axis=1, keepdims=True)
        vertices = vertices - step * np.minimum(1, 0.06 / np.maximum(length, 1e-12))
    return vertices


def _trust(steepness: np.ndarray) -> np.ndarray:
    """Weight of the surface against smoothness: 1 where the distance has a clear gradient, 0 where it is flat."""
    return np.clip((steepness - 0.35) / 0.35, 0, 1)
