"""Dividing charts that are stretched on the round disk, or come near themselves: what the coarse plan did not see."""

import numpy as np
from jaxtyping import Int64

from core.atlas.borders import Borders, in_one_piece
from core.atlas.face_graph import FaceGraph, graph_of
from core.atlas.growth import patches
from core.atlas.joining import divided
from core.atlas.near_sheets import near_sheets
from core.atlas.overlap import Growth
from core.base.errors import SolveError
from core.base.progress import Progress, Work
from core.charts.disk_chart import disk_chart
from core.data.surface import Surface
from core.geometry.distortion import planar_edges, squared_stretch

_RINGS = 1
"""Rings by which a chart is grown before it is mapped, as it is for training: its rim is smoother then."""
_DIRECTIONS = 12
"""Lines through the worst place of a map, along which a chart may be divided."""
_LEAST_SHARE = 0.15
"""Part of the area that each half must have, if possible."""
_LARGE_SHARE = 0.3
"""The same of a chart that is too large, of its faces or bends."""
_BAD_SHARE = 0.02
"""Part of the area that may be stretched more than is wanted."""
_BAD_AREA = 5e-4
"""Area, that of the surface being 1, for which no chart is divided."""
_NEAR_SHARE, _NEAR_AREA = 0.2, 1e-3
"""Part of its area that may be near another place of a chart, and such area, that of the surface being 1, for which no
chart is divided."""
_OFFSETS = np.linspace(0.1, 0.9, 9)
"""Where lines that are to part what is near each other are laid, among the middles of such pairs."""
_LONG = 0.3
"""How many of these pairs a line must part more, of all, to be longer by the side of a square of the chart's area."""
_BINS = 20
"""Squares across the disk in which what is stretched too much is looked for."""
_MOST_FACES, _MOST_BEND = 5000, 400.0
"""Faces, and sum of the squares of the angles by which the surface turns across their sides, that a chart has at most:
its networks lose details of larger ones."""
_WIDTH = 0.02
"""How far the new border may move, over the side of a square of the surface's area."""


def refined(graph: FaceGraph, owner: np.ndarray, most_stretch: float, least: int) -> Work[np.ndarray]:
    """Return charts divided until each maps to the round disk with low stretch.

    Parameters
    ----------
    graph : FaceGraph
        The faces.
    owner : (f,) int64 array
        The chart of each, all of them disks.
    most_stretch : float
        Stretch that all but a small part of a chart must not exceed.
    least : int
        Faces of a chart that is not divided any more.

    Yields
    ------
    Progress
        After each chart.

    Notes
    -----
    A chart is divided along a straight line of its map through the place of the worst stretch: a thin feature is halved
    lengthwise, and each half lies at the rim.
    """
    owner, growth = owner.copy(), Growth(graph)
    waiting = np.unique(owner).tolist()
    done, following = 0, int(owner.max()) + 1
    while waiting:
        label = waiting.pop()
        yield Progress(done / (done + len(waiting) + 1), "Mapping charts")
        done += 1
        owned = np.flatnonzero(owner == label)
        if len(owned) < least:
            continue
        piece = yield from _pieces(graph, growth, owned, most_stretch, least // 2)
        names = [label, *range(following, following + int(piece.max()))]
        following += len(names) - 1
        owner[owned] = np.array(names)[piece]
        waiting += names if len(names) > 1 else []
    return owner


def _pieces(graph: FaceGraph, growth: Growth, owned: np.ndarray, most_stretch: float, least: int) -> Work[np.ndarray]:
    """Return the number of the new chart that each face of a chart lies in; all 0 if it is good as it is."""
    side = yield from _side(graph, growth, owned, most_stretch)
    if not side.any():
        return side
    vertices, corners = np.unique(graph.faces[owned], return_inverse=True)
    alone = graph_of(graph.vertices[vertices], corners.reshape(-1, 3), graph.original[vertices])
    if side.all():
        side = patches(alone.across, alone.steps, 2, 3)
    borders = Borders(alone, in_one_piece(alone, side))
    borders.owner = divided(alone, borders.owner, borders.is_disk)
    yield from borders.straighten(_WIDTH)
    borders.absorb(len(owned), least)
    return np.unique(borders.owner, return_inverse=True)[1].reshape(-1)


def _side(graph: FaceGraph, growth: Growth, owned: np.ndarray, most_stretch: float) -> Work[np.ndarray]:
    """Return on which side (0, 1) of a line each face of a chart lies: all 0 if it is good, all 1 if no line helps."""
    n = len(owned)
    _, local, vertices = growth.grown(owned, _RINGS)
    surface = Surface(graph.vertices[vertices], local)
    try:
        chart = yield from disk_chart(surface)
    except SolveError:
        return np.ones(n, np.int64)
    areas, bends = graph.areas[owned], graph.bends[owned].sum(axis=1)
    lines = _Lines(graph, owned, chart.codes[local[:n]].mean(axis=1))
    bad = np.where(squared_stretch(surface, planar_edges(chart.codes, local))[:n] > most_stretch**2, areas, 0.0)
    if bad.sum() > max(_BAD_SHARE * areas.sum(), _BAD_AREA):
        return lines.through(_densest(lines.middles, bad), areas, _LEAST_SHARE)
    weight = np.maximum(bends / _MOST_BEND, 1.0 / _MOST_FACES)
    if weight.sum() > 1.0:
        return lines.through(np.average(lines.middles, axis=0, weights=weight), weight, _LARGE_SHARE)
    pairs, share = near_sheets(graph.vertices[graph.faces[owned]].mean(axis=1), areas, lines.across)
    if share > max(_NEAR_SHARE, _NEAR_AREA / areas.sum()):
        return lines.between(pairs)
    return np.zeros(n, np.int64)


class _Lines:
    """Straight lines in the map of a chart, along which it may be divided.

    Parameters
    ----------
    graph : FaceGraph
        All faces.
    owned : (n,) int64 array
        Those of the chart.
    middles : (n, 2) float64 array
        Where the middle of each is mapped to.
    """

    def __init__(self, graph: FaceGraph, owned: np.ndarray, middles: np.ndarray) -> None:
        place = np.full(len(graph.faces), -1)
        place[owned] = np.arange(len(owned))
        beside = np.where(graph.across[owned] >= 0, place[graph.across[owned] // 3], -1)
        self.middles, self.across = middles, np.where(beside >= 0, 3 * beside + graph.across[owned] % 3, -1)
        self._beside, self._areas, self._lengths = beside, graph.areas[owned], graph.lengths[owned]
        angles = np.pi * np.arange(_DIRECTIONS) / _DIRECTIONS
        self._heights = middles @ np.stack([np.cos(angles), np.sin(angles)])
        self._directions = np.stack([np.cos(angles), np.sin(angles)])

    def through(self, place: np.ndarray, weight: np.ndarray, least: float) -> Int64[np.ndarray, " n"]:
        """Return the side of each face at the shortest line through a place whose halves have a part of the weight."""
        return self._best(self._heights > place @ self._directions, weight, least)

    def between(self, pairs: np.ndarray) -> Int64[np.ndarray, " n"]:
        """Return the side of each face at a short line that parts most pairs of faces."""
        levels = np.quantile(self._heights[pairs].mean(axis=1), _OFFSETS, axis=0)
        sides = (self._heights[:, None, :] > levels).reshape(len(self._heights), -1)
        parted = (sides[pairs[:, 0]] != sides[pairs[:, 1]]).mean(axis=0)
        return self._best(sides, self._areas, _LEAST_SHARE, parted / _LONG)

    def _best(self, sides: np.ndarray, weight: np.ndarray, least: float, merit: np.ndarray | float = 0.0) -> np.ndarray:
        """Return the shortest border of those whose halves have a part of the weight; merit makes up for length."""
        share = weight @ sides / weight.sum()
        balance = np.minimum(share, 1.0 - share)
        if not balance.max() > 0.0:
            return np.ones(len(sides), np.int64)
        length = self._length(sides) / np.sqrt(self._areas.sum())
        return sides[:, np.lexsort((length - merit, balance < min(least, balance.max())))[0]].astype(np.int64)

    def _length(self, sides: np.ndarray) -> np.ndarray:
        """Return how long the border along each line is."""
        inner = self._beside >= 0
        return np.array([float(self._lengths[inner & (side[self._beside] != side[:, None])].sum()) for side in sides.T])


def _densest(codes: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Return the middle of what weighs most in a square of the disk."""
    square = np.clip(((codes + 1.0) * (0.5 * _BINS)).astype(np.int64), 0, _BINS - 1) @ [_BINS, 1]
    here = square == np.argmax(np.bincount(square, weight))
    return np.average(codes[here], axis=0, weights=weight[here])
