"""The small disks of an atlas: where each lies beside the large one, and the shape of what its chart learns in it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.charts.atlas import Cover

LEAST = 6.0
"""Radius of the smallest disk, in pixels, where there is room for it."""
GAP = 6.0
"""Pixels between two disks."""
_HALVINGS = 40


@dataclass(frozen=True, eq=False)
class ChartRims:
    """Loops of edges around what charts own, and around what they learn, by the numbers of vertices in each.

    Parameters
    ----------
    learned, owned : tuple of tuples of (k,) int64 arrays
        For each chart the loops around all its faces, and around those that it owns.
    """

    learned: tuple[tuple[np.ndarray, ...], ...]
    owned: tuple[tuple[np.ndarray, ...], ...]


def chart_rims(cover: Cover) -> ChartRims:
    """Return the rims of all charts of a cover."""
    learned, owned = [], []
    for k, patch in enumerate(cover.patches):
        learned.append(loops(patch.corners))
        owned.append(loops(patch.corners[cover.face_chart[patch.faces] == k]))
    return ChartRims(tuple(learned), tuple(owned))


def loops(corners: np.ndarray) -> tuple[np.ndarray, ...]:
    """Return the closed loops of the sides of faces that no other face has, each as the numbers of its vertices.

    Parameters
    ----------
    corners : (f, 3) int64 array
        Faces, wound one way.
    """
    sides = corners[:, [[0, 1], [1, 2], [2, 0]]].reshape(-1, 2)
    n = int(sides.max(initial=0)) + 1
    is_rim = ~np.isin(sides[:, 0] * n + sides[:, 1], sides[:, 1] * n + sides[:, 0])
    following: dict[int, list[int]] = {}
    for a, b in sides[is_rim].tolist():
        following.setdefault(a, []).append(b)
    found = []
    while following:
        vertex, loop = next(iter(following)), []
        while vertex in following:  # as many sides leave a vertex as come to it, so that this ends where it began
            loop.append(vertex)
            ends = following[vertex]
            onward = ends.pop()
            if not ends:
                del following[vertex]
            vertex = onward
        found.append(np.array(loop, np.int64))
    return tuple(found)


def packed(areas: Sequence[float], width: float, height: float) -> np.ndarray:
    """Return disks in rows, the largest first, as large as a rectangle has room for.

    Parameters
    ----------
    areas : sequence of float
        To which the areas of the disks are proportional, but for the smallest.
    width, height : float
        Of the rectangle, in pixels.

    Returns
    -------
    (n, 3) float64 array
        Middle and radius of each disk, in pixels from the top left corner.
    """
    roots = np.sqrt(np.maximum(np.asarray(areas, np.float64), 0.0))
    order = np.argsort(-roots, kind="stable")
    result = np.zeros((len(roots), 3))
    low, high = 0.0, 0.5 * min(width, height) / max(float(roots.max(initial=0.0)), 1e-300)
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if _rows(_radii(roots, middle)[order], width, height) else (low, middle)
    radii = _radii(roots, low)
    rows = _rows(radii[order], width, height)
    if not rows:  # there is no room even for the smallest: they are laid out as if there were
        rows = _rows(radii[order], width, np.inf)
    free = height - sum(2 * radii[order[row[0]]] for row in rows) if rows else 0.0
    top = step = max(free, 0.0) / (len(rows) + 1) if rows else 0.0
    for row in rows:
        members = order[row]
        top += radii[members[0]]
        left = between = (width - 2 * radii[members].sum()) / (len(members) + 1)
        for chart in members:
            result[chart] = left + radii[chart], top, radii[chart]
            left += 2 * radii[chart] + between
        top += radii[members[0]] + step
    return result


def _radii(roots: np.ndarray, scale: float) -> np.ndarray:
    """Radii of disks at some pixels per root of the area; none is too small to be seen."""
    return np.maximum(scale * roots, LEAST)


def _rows(radii: np.ndarray, width: float, height: float) -> list[np.ndarray]:
    """Which disks, in descending order, each row holds; no rows where they do not fit."""
    rows, row, left, top = [], [0], 2 * radii[0] + 2 * GAP, 2 * radii[0] + 2 * GAP
    for k in range(1, len(radii)):
        if left + 2 * radii[k] + GAP > width:
            rows.append(np.array(row))
            row, left, top = [], GAP, top + 2 * radii[k] + GAP
        row.append(k)
        left += 2 * radii[k] + GAP
    rows.append(np.array(row))
    return rows if top <= height and 2 * radii[0] + 2 * GAP <= width else []
