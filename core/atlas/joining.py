"""Joining neighbouring disks of faces as long as what they make together is a disk of low distortion."""

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from core.atlas.disk_kernels import judged
from core.atlas.face_graph import FaceGraph
from core.atlas.growth import patches
from core.base.progress import Progress, Work

_SWEEPS, _FREE_SWEEPS = 20, 40
"""How often all vertices of a map are moved before its distortion is told: on the round disk, then with a free rim."""
_ROUND = 0.5
"""Weight of the stretch on the round disk against the distortion with a free rim."""
_SHORTER = 0.02
"""Weight of the length of borders against distortion: that of the side of a square of the surface's area costs as much
as so much distortion everywhere."""


@dataclass(frozen=True)
class Quality:
    """How well a set of faces can be flattened; every figure is 1 for an isometry, infinite where there is no disk.

    Parameters
    ----------
    distortion : float
        Root of the product of the mean squared norms of the best plane map and of its inverse, halved.
    stretch : float
        L2 stretch of the map to the round disk.
    area_distortion : float
        Mean over the area of the larger of relative area and its inverse, of the best plane map.
    """

    distortion: float
    stretch: float
    area_distortion: float

    def within(self, bounds: "Quality") -> bool:
        """Return whether distortion and stretch are within bounds (their area distortion does not count)."""
        return bool(self.distortion <= bounds.distortion and self.stretch <= bounds.stretch)

    @property
    def cost(self) -> float:
        """What joining keeps low."""
        return self.distortion - 1.0 + _ROUND * (self.stretch - 1.0)


class Judge:
    """Tells how well sets of faces can be flattened.

    Parameters
    ----------
    graph : FaceGraph
        The faces.
    """

    def __init__(self, graph: FaceGraph) -> None:
        self._graph = graph
        self._slot, self._mark = np.full(len(graph.faces), -1), np.full(len(graph.vertices), -1)

    def __call__(self, faces: np.ndarray) -> Quality:
        """Return how well faces can be flattened."""
        graph = self._graph
        figures = judged(
            faces, graph.faces, graph.across, graph.vertices, self._slot, self._mark, _SWEEPS, _FREE_SWEEPS
        )
        return Quality(*figures)


@dataclass
class Parts:
    """Disks that the faces of a graph are divided into, and how good they are.

    Parameters
    ----------
    graph : FaceGraph
        The faces.
    owner : (f,) int64 array
        The part of each face; changed in place as parts are joined.
    """

    graph: FaceGraph
    owner: np.ndarray
    members: dict[int, np.ndarray] = field(default_factory=dict[int, np.ndarray])
    quality: dict[int, Quality] = field(default_factory=dict[int, Quality])
    borders: dict[int, dict[int, float]] = field(default_factory=dict[int, dict[int, float]])

    def __post_init__(self) -> None:
        graph, self.judge = self.graph, Judge(self.graph)
        for label, faces in members_of(self.owner).items():
            self.members[label], self.borders[label] = faces, {}
            self.quality[label] = self.judge(faces)
        inner = graph.across >= 0
        here = np.broadcast_to(self.owner[:, None], inner.shape)[inner]
        there, length = self.owner[graph.across[inner] // 3], graph.lengths[inner]
        for a, b, shared in zip(here.tolist(), there.tolist(), length.tolist(), strict=True):
            if a != b:
                self.borders[a][b] = self.borders[a].get(b, 0.0) + shared

    def area(self, label: int) -> float:
        """Area of a part; that of all is 1."""
        return float(self.graph.areas[self.members[label]].sum())

    def join(self, a: int, b: int, quality: Quality) -> None:
        """Give the faces of b to a."""
        self.members[a] = np.concatenate([self.members[a], self.members.pop(b)])
        self.quality[a] = quality
        self.owner[self.members[a]] = a
        del self.quality[b]
        for other, length in self.borders.pop(b).items():
            del self.borders[other][b]
            if other != a:
                self.borders[a][other] = self.borders[other][a] = self.borders[a].get(other, 0.0) + length


def members_of(owner: np.ndarray) -> dict[int, np.ndarray]:
    """Return the faces of each part, in ascending order."""
    order = np.argsort(owner, kind="stable")
    labels, first = np.unique(owner[order], return_index=True)
    return dict(zip(labels.tolist(), np.split(order, first[1:]), strict=True))


def divided(graph: FaceGraph, owner: np.ndarray, is_good: Callable[[np.ndarray], bool]) -> np.ndarray:
    """Return parts of which those that are not good are divided until they are, or are single faces.

    Parameters
    ----------
    graph : FaceGraph
        The faces.
    owner : (f,) int64 array
        The part of each face.
    is_good : callable
        Whether a part may stay, given its faces.
    """
    owner, place = owner.copy(), np.full(len(owner), -1)
    following = int(owner.max()) + 1
    waiting = list(members_of(owner).items())
    while waiting:
        label, faces = waiting.pop()
        if len(faces) == 1 or is_good(faces):
            continue
        place[faces] = np.arange(len(faces))
        across, steps = graph.across[faces], graph.steps[faces]
        beside = np.where(across >= 0, place[across // 3], -1)
        place[faces] = -1
        # A side is known by its face alone here: the numbers of sides are not used by what grows.
        piece = patches(np.where(beside >= 0, 3 * beside, -1), steps, 2, 3)
        for k in range(int(piece.max()) + 1):
            new = label if k == 0 else following
            following += k > 0
            owner[faces[piece == k]] = new
            waiting.append((new, faces[piece == k]))
    return owner


def join_cheapest(parts: Parts, bounds: Quality, fewest: int) -> Work[None]:
    """Join parts, those first whose distortion grows least, while it stays within bounds.

    Parameters
    ----------
    parts : Parts
        Changed in place.
    bounds : Quality
        Most distortion and stretch of a part.
    fewest : int
        Number of parts to end at.

    Yields
    ------
    Progress
        After each joint.
    """
    heap: list[tuple[float, int, int, int, int, Quality]] = []
    stamp = dict.fromkeys(parts.members, 0)

    def offer(a: int, b: int) -> None:
        quality = parts.judge(np.concatenate([parts.members[a], parts.members[b]]))
        if quality.within(bounds):
            areas = parts.area(a), parts.area(b)
            before = areas[0] * parts.quality[a].cost + areas[1] * parts.quality[b].cost
            cost = sum(areas) * quality.cost - before - _SHORTER * parts.borders[a][b]
            heapq.heappush(heap, (cost, a, b, stamp[a], stamp[b], quality))

    start = len(parts.members)
    for a in sorted(parts.members):
        for b in sorted(parts.borders[a]):
            if a < b:
                offer(a, b)
    while heap and len(parts.members) > fewest:
        _, a, b, since_a, since_b, quality = heapq.heappop(heap)
        if stamp.get(a) != since_a or stamp.get(b) != since_b:
            continue
        parts.join(a, b, quality)
        stamp[a] += 1
        del stamp[b]
        for other in sorted(parts.borders[a]):
            offer(min(a, other), max(a, other))
        yield Progress(1.0 - len(parts.members) / start, "Joining patches to charts")


def join_slivers(parts: Parts, least: float, bounds: Quality, fewest: int) -> None:
    """Join parts of less than some area with the neighbour that suits best, within wider bounds.

    Parameters
    ----------
    parts : Parts
        Changed in place.
    least : float
        Area below which a part is a sliver; that of all is 1.
    bounds : Quality
        Most distortion and stretch of what is made.
    fewest : int
        Number of parts to end at.
    """
    for a in sorted(parts.members, key=lambda label: (parts.area(label), label)):
        if a not in parts.members or len(parts.members) <= fewest or parts.area(a) >= least:
            continue
        found = [(parts.judge(np.concatenate([parts.members[a], parts.members[b]])), b) for b in parts.borders[a]]
        possible = [(parts.area(b) * (q.cost - parts.quality[b].cost), b, q) for q, b in found if q.within(bounds)]
        if possible:
            _, b, quality = min(possible, key=lambda row: row[:2])
            parts.join(b, a, quality)
