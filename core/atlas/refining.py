"""Dividing charts that cannot be mapped to the round disk well: what the coarse plan did not see."""

import numpy as np

from core.atlas.borders import Borders, in_one_piece
from core.atlas.face_graph import FaceGraph, graph_of
from core.atlas.growth import patches
from core.atlas.joining import divided
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
_BAD_SHARE = 0.02
"""Part of the area that may be stretched more than is wanted."""
_BAD_AREA = 5e-4
"""Area, that of the surface being 1, for which no chart is divided."""
_BINS = 20
"""Squares across the disk in which what is stretched too much is looked for."""
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
    _, local, vertices = growth.grown(owned, _RINGS)
    surface = Surface(graph.vertices[vertices], local)
    n = len(owned)
    try:
        chart = yield from disk_chart(surface)
    except SolveError:
        return np.ones(n, np.int64)
    areas = graph.areas[owned]
    bad = np.where(squared_stretch(surface, planar_edges(chart.codes, local))[:n] > most_stretch**2, areas, 0.0)
    if bad.sum() <= max(_BAD_SHARE * areas.sum(), _BAD_AREA):
        return np.zeros(n, np.int64)
    middles = chart.codes[local[:n]].mean(axis=1)
    worst = _densest(middles, bad)
    angles = np.pi * np.arange(_DIRECTIONS) / _DIRECTIONS
    sides = (middles - worst) @ np.stack([np.cos(angles), np.sin(angles)]) > 0.0
    share = areas @ sides / areas.sum()
    balance = np.minimum(share, 1.0 - share)
    if not balance.max() > 0.0:
        return np.ones(n, np.int64)
    place = np.full(len(graph.faces), -1)
    place[owned] = np.arange(n)
    beside = np.where(graph.across[owned] >= 0, place[graph.across[owned] // 3], -1)
    crossed = [(beside >= 0) & (side[beside] != side[:, None]) for side in sides.T]
    length = [float((graph.lengths[owned] * cut).sum()) for cut in crossed]
    best = np.lexsort((length, balance < min(_LEAST_SHARE, balance.max())))[0]
    return sides[:, best].astype(np.int64)


def _densest(codes: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Return the middle of what weighs most in a square of the disk."""
    square = np.clip(((codes + 1.0) * (0.5 * _BINS)).astype(np.int64), 0, _BINS - 1) @ [_BINS, 1]
    here = square == np.argmax(np.bincount(square, weight))
    return np.average(codes[here], axis=0, weights=weight[here])
