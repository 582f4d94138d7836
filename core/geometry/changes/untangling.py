"""Moving a few vertices a little, until triangles no longer cross and small ones are no longer folded over."""

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float64, Int64
from scipy.sparse import coo_array, csr_array

from core.base.errors import TopologyError
from core.base.progress import Progress, Work
from core.data.surface import Surface
from core.data.topology import counted
from core.geometry.changes.change import Change
from core.geometry.crossings import crossings
from core.geometry.nearest_triangle import triangle_tree
from core.geometry.topology import edge_table, groups

MOST = 0.005
"""How far a vertex is moved at most unless it is told, over the diagonal."""
_SMALL = 0.25
"""Area of a triangle, over the median, below which it may count as folded over: larger ones turn at real edges."""
_STEP = 0.5
"""Part of the way to the middle of its neighbours that a vertex goes at a time."""
_STEPS = 24
_PATIENCE, _RINGS = 5, 3
"""Steps after which the vertices around are moved too, and again; and rings of them at most."""
_AROUND = 2
"""Rings of neighbours over which normals are summed to tell which side a triangle should show."""


@dataclass(frozen=True, eq=False)
class Tangles:
    """What is tangled of a surface.

    Parameters
    ----------
    pairs : (p, 2) int64 array
        Faces that cross, the lower one first.
    folded : (k,) int64 array
        Small faces that are turned against the surface around them.
    """

    pairs: Int64[np.ndarray, "p 2"]
    folded: Int64[np.ndarray, " k"]


def find_tangles(surface: Surface) -> Tangles:
    """Find the triangles that cross, and the small ones that are folded over.

    Notes
    -----
    A triangle is small with less than a quarter of the median area; it is folded over where its normal is turned by
    more than a right angle from the sum of those around, by area, over two rings of vertices.
    """
    points, faces = surface.vertices, surface.faces
    if not len(faces):
        return Tangles(np.zeros((0, 2), np.int64), np.zeros(0, np.int64))
    beside = _beside(faces, len(points))
    folded = np.flatnonzero(_folded(points, faces, beside, _small_area(points, faces)))
    return Tangles(crossings(points, faces), folded)


@dataclass(frozen=True, eq=False)
class Untangled:
    """A surface with some of its vertices moved.

    Parameters
    ----------
    change : Change
        The surface; the faces that moved, and the sides of those that still cross.
    before, after : Tangles
        What was tangled, and is.
    moved : (m,) int64 array
        Vertices that were moved.
    farthest, rms : float
        The largest and the root mean square way of these, over the diagonal.
    """

    change: Change
    before: Tangles
    after: Tangles
    moved: Int64[np.ndarray, " m"]
    farthest: float
    rms: float


def untangled(surface: Surface, most: float = MOST) -> Work[Untangled]:
    """Move vertices of triangles that cross or are folded over, until none is; where that fails they stay.

    Parameters
    ----------
    surface : Surface
        Any triangles.
    most : float
        How far a vertex may be moved, over the diagonal.

    Returns
    -------
    Untangled
        With the same faces; vertices on the boundary and far from tangles keep their places to the last bit.

    Raises
    ------
    TopologyError
        If nothing is tangled, or nothing of it can be put right within this bound.

    Notes
    -----
    Vertices of tangled faces step half of the way to the mean of their neighbours (of those farther than the median
    edge is long by less), again and again, and where that does not help those of a ring around, up to three; no farther
    from where they were than told. Faces that moved fall into places that are apart; of each place the first step is
    taken after which the fewest pairs cross and the fewest faces are folded over. Signs are exact (`crossings`). A
    place is left as it was where no step is better, or it would make a face cross that neither moved nor crossed.
    """
    yield Progress(0.0, "Looking for triangles that cross")
    before = find_tangles(surface)
    if not len(before.pairs) and not len(before.folded):
        raise TopologyError("There is nothing to untangle: no two triangles cross, and none is folded over.")
    mesh = _Neighbourhood(surface, before, most * surface.diagonal)
    steps = [mesh.start]
    for k in range(_STEPS):
        yield Progress(0.05 + 0.9 * k / _STEPS, "Untangling")
        if not steps[-1].is_tangled:
            break
        steps.append(mesh.step(steps[-1]))
    yield Progress(0.95, "Untangling")
    points = mesh.best(steps)
    way = np.linalg.norm(points - surface.vertices, axis=1)
    moved = np.flatnonzero((points != surface.vertices).any(axis=1))
    if not len(moved):
        raise TopologyError(
            f"Nothing could be untangled: {_words(before)}, and none of it comes apart with moves of up to "
            f"{100 * most:.3g} % of the diagonal. Allow larger ones, or leave it as it is."
        )
    made = replace(surface, vertices=points)
    after = find_tangles(made)
    farthest, rms = (float(x) / surface.diagonal for x in (way.max(), np.sqrt(np.mean(way[moved] ** 2))))
    left = made.faces[np.unique(after.pairs)]
    edges = np.sort(np.concatenate([left[:, :2], left[:, 1:], left[:, [2, 0]]]), axis=1)
    sentence = (
        f"Untangled: moved {counted(len(moved), 'vertex')} by up to {100 * farthest:.3g} % of the diagonal (root mean "
        f"square {100 * rms:.3g} %); {_fell(before, after)}"
    )
    new = np.flatnonzero(np.isin(made.faces, moved).any(axis=1))
    change = Change(made, sentence, new, np.unique(edges, axis=0).reshape(-1, 2))
    return Untangled(change, before, after, moved, farthest, rms)


def _words(found: Tangles) -> str:
    return f"{counted(len(found.pairs), 'pair')} of triangles cross, {len(found.folded):,} are folded over"


def _fell(before: Tangles, after: Tangles) -> str:
    """Tell what is left of what was tangled, and where."""
    said = (
        f"of {counted(len(before.pairs), 'pair')} of triangles that crossed {len(after.pairs):,} still do, of "
        f"{counted(len(before.folded), 'triangle')} folded over {len(after.folded):,} still are"
    )
    if not len(after.pairs):
        return said
    one, other = after.pairs[0]
    return f"{said}; the first that cross are {one:,} and {other:,}"


@dataclass(frozen=True, eq=False)
class _Step:
    """Where the vertices of a neighbourhood are, how long each has been tangled, and what is."""

    points: Float64[np.ndarray, "n 3"]
    age: Int64[np.ndarray, " n"]
    pairs: Int64[np.ndarray, "p 2"]
    folded: Bool[np.ndarray, " f"]

    @property
    def is_tangled(self) -> bool:
        return len(self.pairs) > 0 or bool(self.folded.any())


class _Neighbourhood:
    """The part of a surface that lies around its tangles, with the faces that could come to cross it."""

    def __init__(self, surface: Surface, found: Tangles, most: float) -> None:
        self._surface, self._most = surface, most
        points, faces = surface.vertices, surface.faces
        self._limit = _small_area(points, faces)
        table = edge_table(faces)
        length = np.linalg.norm(points[table.edges[:, 0]] - points[table.edges[:, 1]], axis=1)
        self._length = float(np.median(length))
        tangled = np.zeros(len(points), bool)
        tangled[faces[found.pairs]] = True
        tangled[faces[found.folded]] = True
        whole = _beside(faces, len(points))
        free = _grown(whole, tangled, _RINGS + 1)
        free[table.edges[table.n_faces != 2]] = False  # the boundary stays
        # Normals around are right on faces that the sums reach in full, and only those can become tangled.
        near = _grown(whole, free, _AROUND + 2)[faces].any(axis=1)
        moving = free[faces].any(axis=1)
        reach = _within_reach(points[faces], moving, most)
        near[reach] = True
        near[found.pairs] = near[found.folded] = True
        self._faces = np.flatnonzero(near)
        self._vertices, local = np.unique(faces[near], return_inverse=True)
        self._local = local.reshape(-1, 3)
        self._free, self._moving = free[self._vertices], moving[near]
        self._reach = np.searchsorted(self._faces, reach)
        self._beside = _beside(self._local, len(self._vertices))
        self._edges = edge_table(self._local).edges
        self._first = points[self._vertices]
        self._tangled = np.zeros(len(self._local), bool)
        self._tangled[np.searchsorted(self._faces, found.pairs)] = True
        self.start = self._looked_at(self._first, np.zeros(len(self._vertices), np.int64))

    def step(self, last: _Step) -> _Step:
        """Move what is tangled once."""
        tangled = np.zeros(len(self._vertices), bool)
        tangled[self._local[last.pairs]] = True
        tangled[self._local[last.folded]] = True
        age = np.where(tangled, last.age + 1, np.maximum(last.age - 1, 0))
        moving = tangled.copy()
        for k in range(1, _RINGS + 1):
            moving |= _grown(self._beside, age > _PATIENCE * k, k)
        moving &= self._free
        a, b = self._edges.T
        length = np.linalg.norm(last.points[a] - last.points[b], axis=1)
        weight = self._length / np.maximum(length, self._length)
        n = len(self._vertices)
        rows, columns = np.concatenate([a, b]), np.concatenate([b, a])
        weights = coo_array((np.tile(weight, 2), (rows, columns)), (n, n)).tocsr()[moving]
        mean = (weights @ last.points) / np.asarray(weights.sum(axis=1)).reshape(-1, 1)
        points = last.points.copy()
        way = points[moving] + _STEP * (mean - points[moving]) - self._first[moving]
        size = np.linalg.norm(way, axis=1)[:, None]
        points[moving] = self._first[moving] + way * (self._most / np.maximum(size, self._most))
        return self._looked_at(points, age)

    def best(self, steps: list[_Step]) -> Float64[np.ndarray, "n 3"]:
        """Return all vertices of the surface, each place of it after the step that was best for it."""
        moved = (np.array([step.points for step in steps[1:]] or [self._first]) != self._first).any(axis=(0, 2))
        count, place = self._places(moved, steps)
        scores = np.array([self._scores(step, place, count) for step in steps])
        # Pairs count first; the earliest of the best steps has moved the least.
        rank = scores[:, :, 0] * (len(self._faces) + 1) + scores[:, :, 1]
        rank[scores[:, :, 2] > 0] = np.iinfo(np.int64).max
        chosen = rank.argmin(axis=0)
        known = {(int(a), int(b)) for a, b in self.start.pairs}
        while True:
            points = self._first.copy()
            at = place >= 0
            points[at] = np.array([step.points for step in steps])[chosen[place[at]], at]
            pairs = crossings(points, self._local)
            # Places that were chosen apart can come to cross: then they stay as they were.
            of_face = np.where(moved[self._local], place[self._local], -1).max(axis=1)
            there = of_face[pairs]
            expected = self._crossing_in(steps, chosen)
            is_new = [
                (int(a), int(b)) not in known
                and all((int(a), int(b)) not in expected[p] for p in (int(p), int(q)) if p >= 0)
                for (a, b), (p, q) in zip(pairs, there, strict=True)
            ]
            guilty = np.unique(there[is_new])
            guilty = guilty[(guilty >= 0)]
            guilty = guilty[chosen[guilty] > 0]
            if not len(guilty):
                break
            chosen[guilty] = 0
        result = self._surface.vertices.copy()
        result[self._vertices[moved]] = points[moved]
        return result

    def _crossing_in(self, steps: list[_Step], chosen: Int64[np.ndarray, " c"]) -> dict[int, set[tuple[int, int]]]:
        """Return the pairs that cross after the step of each place."""
        after = {k: {(int(a), int(b)) for a, b in steps[k].pairs} for k in set(chosen.tolist())}
        return {place: after[k] for place, k in enumerate(chosen.tolist())}

    def _looked_at(self, points: np.ndarray, age: np.ndarray) -> _Step:
        # Only what has moved can cross anew, and only what is in its reach.
        moved = (points != self._first).any(axis=1)[self._local].any(axis=1) | self._tangled
        some = moved.copy()
        some[self._reach[moved[self._reach].any(axis=1)]] = True
        looked_at = np.flatnonzero(some)
        pairs = looked_at[crossings(points, self._local[looked_at])].reshape(-1, 2)
        pairs = pairs[self._moving[pairs].any(axis=1)]
        folded = _folded(points, self._local, self._beside, self._limit) & self._moving
        return _Step(points, age, pairs, folded)

    def _places(self, moved: np.ndarray, steps: list[_Step]) -> tuple[int, Int64[np.ndarray, " n"]]:
        """Return the number of places that are apart, and that of each vertex that was moved; else -1."""
        sides = np.concatenate([self._local[:, :2], self._local[:, 1:]])
        sides = sides[moved[sides].all(axis=1)]
        some = np.flatnonzero(moved[self._local].any(axis=1))
        first = self._local[some, moved[self._local[some]].argmax(axis=1)]
        of_face = np.full(len(self._local), -1)
        of_face[some] = first
        # One with another vertex of a face, and with what its faces cross, whenever they do.
        across = [of_face[step.pairs] for step in steps]
        corners = np.column_stack([np.repeat(first, 3), self._local[some].ravel()])
        corners = corners[moved[corners].all(axis=1)]
        joined = np.concatenate([sides, corners, *(pair[(pair >= 0).all(axis=1)] for pair in across)])
        _, label = groups(joined, len(moved))
        names, place = np.unique(label[moved], return_inverse=True)
        result = np.full(len(moved), -1)
        result[moved] = place
        return len(names), result

    def _scores(self, step: _Step, place: np.ndarray, count: int) -> Int64[np.ndarray, "c 3"]:
        """Return for each place the pairs that cross, faces folded over, and pairs with a face that was fine."""
        of_face = place[self._local].max(axis=1)
        there = of_face[step.pairs].max(axis=1)
        pairs = np.bincount(there[there >= 0], minlength=count)
        over = of_face[step.folded]
        crossed = np.zeros(len(self._local), bool)
        crossed[self.start.pairs] = True
        fine = ((of_face[step.pairs] < 0) & ~crossed[step.pairs]).any(axis=1) & (there >= 0)
        bad = np.bincount(there[fine], minlength=count)
        return np.column_stack([pairs, np.bincount(over[over >= 0], minlength=count), bad])


def _beside(faces: np.ndarray, n: int) -> csr_array:
    """Return which of n vertices are joined by an edge."""
    a, b = edge_table(faces).edges.T
    graph = coo_array((np.ones(2 * len(a)), (np.concatenate([a, b]), np.concatenate([b, a]))), (n, n))
    return graph.tocsr()


def _grown(beside: csr_array, mask: np.ndarray, rings: int) -> Bool[np.ndarray, " n"]:
    """Return some vertices with rings around them."""
    for _ in range(rings):
        mask = mask | (beside @ mask.astype(np.float64) > 0.0)
    return mask


def _normals(points: np.ndarray, faces: np.ndarray) -> np.ndarray:
    """Return the normals of faces, as long as twice their area."""
    a, b, c = points[faces].transpose(1, 0, 2)
    return np.cross(b - a, c - a)


def _small_area(points: np.ndarray, faces: np.ndarray) -> float:
    """Return the area below which a face is small."""
    return _SMALL * float(np.median(np.linalg.norm(_normals(points, faces), axis=1)) / 2.0)


def _folded(points: np.ndarray, faces: np.ndarray, beside: csr_array, limit: float) -> Bool[np.ndarray, " f"]:
    """Return which faces of less than an area are turned against the surface around them."""
    normals = _normals(points, faces)
    small = np.linalg.norm(normals, axis=1) < 2.0 * limit
    around = np.zeros_like(points)
    for k in range(3):
        for axis in range(3):
            around[:, axis] += np.bincount(faces[:, k], normals[:, axis], len(points))
    for _ in range(_AROUND):
        around = around + beside @ around
    result = np.zeros(len(faces), bool)
    result[small] = (normals[small] * around[faces[small]].sum(axis=1)).sum(axis=1) < 0.0
    return result


def _within_reach(corners: np.ndarray, moving: np.ndarray, most: float) -> Int64[np.ndarray, "p 2"]:
    """Return the pairs of faces that are in one box while some of them move by up to a way."""
    low, high = corners.min(axis=1), corners.max(axis=1)
    low[moving], high[moving] = low[moving] - most, high[moving] + most
    pairs = triangle_tree(np.stack([low, high, low], axis=1)).meeting_boxes()  # of which only the boxes matter
    return pairs[moving[pairs].any(axis=1)]
