"""The head of the figure, in a frame of its own: the origin in its middle, looking along -y."""

from collections.abc import Sequence
from functools import cache

import numpy as np

from assets.sculpting import Shape, Stroke, draped, ellipsoid, sculpture, smooth_maximum, tube

MOUTH_HALF_WIDTH = 1.5


@cache
def head() -> Shape:
    """Return the head: skull, full cheeks, laughing mouth, closed eyes, brows, nose and long ears."""
    return sculpture([Stroke(_skull(), 0.0), *_ears(), *_eyes(), *_nose(), *_mouth()])


@cache
def _skull() -> Shape:
    """Skull, jaw, cheeks, chin and double chin, with nothing on them yet."""
    strokes = [
        Stroke(ellipsoid((0, 0.25, 0.75), (2.65, 2.75, 2.7)), 0.0),
        Stroke(ellipsoid((0, -0.3, -0.95), (3.0, 2.45, 2.0)), 1.2),
        Stroke(ellipsoid((0, 0.6, -2.6), (2.4, 2.0, 1.5)), 0.8),
    ]
    for side in (-1, 1):
        strokes.append(Stroke(ellipsoid((side * 1.65, -1.65, -0.6), (1.05, 0.95, 0.85)), 0.6))
    strokes.append(Stroke(ellipsoid((0, -1.95, -2.3), (0.95, 0.75, 0.6)), 0.5))
    angle = np.radians(np.linspace(-70, 70, 9))
    chin = np.stack([2.35 * np.sin(angle), -2.05 * np.cos(angle) + 0.2, -2.5 - 0.5 * np.cos(angle)], axis=1)
    strokes.append(Stroke(tube(chin, [0.2, 0.35, 0.45, 0.5, 0.5, 0.5, 0.45, 0.35, 0.2], samples=24), 0.45))
    return sculpture(strokes)


def _on_face(rows: Sequence[tuple[float, float]], side: int = 1, lift: float | Sequence[float] = 0.0) -> np.ndarray:
    """Points on the bare skull given by x and z seen from the front, lifted out of it by so much (all or each)."""
    x, z = np.array(rows, dtype=float).T
    origins = np.stack([side * x, np.full(len(x), -5.0), z], axis=1)
    points = draped(_skull(), origins, np.tile([0.0, 1.0, 0.0], (len(x), 1)))
    points[:, 1] -= lift
    return points


def _ears() -> list[Stroke]:
    """Big ears whose lobes hang to the shoulders; the room behind the lobes is filled, so there is no handle."""
    strokes = []
    for side in (-1, 1):
        rim = [(2.6, -0.1, -0.1), (2.75, -0.3, 0.75), (2.95, 0.0, 1.4), (3.2, 0.6, 1.35), (3.2, 0.85, 0.5)]
        rim += [(3.05, 0.55, -0.5)]
        lobe = [(3.02, 0.5, -0.4), (3.05, 0.2, -1.4), (3.1, 0.0, -2.4), (3.1, -0.1, -3.1)]
        strokes += [
            Stroke(ellipsoid((side * 2.75, 0.35, 0.4), (0.4, 0.75, 1.2)), 0.25),
            Stroke(tube(_mirrored(rim, side), [0.2, 0.24, 0.28, 0.3, 0.28, 0.26], samples=18), 0.1),
            Stroke(ellipsoid((side * 2.45, 0.5, -2.2), (0.75, 0.8, 1.8)), 0.4),
            Stroke(tube(_mirrored(lobe, side), [0.3, 0.42, 0.55, 0.56], samples=20), 0.22),
        ]
    return strokes


def _eyes() -> list[Stroke]:
    """Eyes closed by laughing: arched furrows between full lids, under raised brows."""
    strokes = []
    for side in (-1, 1):
        lid = _on_face([(0.55, 0.5), (0.85, 0.78), (1.25, 0.8), (1.75, 0.45)], side, lift=(-0.1, -0.1, -0.12, -0.4))
        furrow = _on_face([(0.5, 0.22), (0.8, 0.5), (1.2, 0.54), (1.6, 0.33), (1.85, 0.05)], side, lift=0.03)
        pouch = _on_face([(0.65, 0.05), (1.1, 0.2), (1.6, -0.02)], side, lift=-0.12)
        brow = _on_face([(0.5, 1.3), (0.95, 1.6), (1.5, 1.58), (2.0, 1.15)], side, lift=(-0.05, -0.05, -0.06, -0.4))
        strokes += [
            Stroke(tube(lid, [0.14, 0.28, 0.28, 0.14], samples=14), 0.25),
            Stroke(tube(pouch, [0.12, 0.25, 0.12], samples=10), 0.25),
            Stroke(tube(brow, [0.08, 0.18, 0.17, 0.07], samples=14), 0.2),
            Stroke(tube(furrow, [0.06, 0.12, 0.13, 0.12, 0.06], samples=14), 0.12, carve=True),
        ]
    return strokes


def _nose() -> list[Stroke]:
    """A broad short nose."""
    bridge = [(0, -2.45, 0.75), (0, -2.75, 0.2), (0, -3.0, -0.25)]
    strokes = [Stroke(tube(bridge, [0.25, 0.33, 0.45], samples=8), 0.35)]
    for side in (-1, 1):
        strokes.append(Stroke(ellipsoid((side * 0.46, -2.75, -0.4), (0.33, 0.34, 0.28)), 0.15))
    return strokes


def _upper_lip(x: np.ndarray) -> np.ndarray:
    """Height of the upper lip's edge."""
    return -1.15 + 0.42 * (x / MOUTH_HALF_WIDTH) ** 2


def _lower_lip(x: np.ndarray) -> np.ndarray:
    """Height of the lower lip's edge."""
    return -1.98 + 1.25 * (x / MOUTH_HALF_WIDTH) ** 2


def _mouth_opening(drop: float, depth: float) -> Shape:
    """The crescent between the lips, its upper edge lowered by ``drop``, carved ``depth`` behind the lips."""

    def distance(points: np.ndarray) -> np.ndarray:
        x = np.clip(points[:, 0], -2.0, 2.0)
        z = points[:, 2]
        slope = 2 * x / MOUTH_HALF_WIDTH**2
        below = (z - _upper_lip(x) + drop) / np.sqrt(1 + (0.42 * slope) ** 2)
        above = (_lower_lip(x) - z) / np.sqrt(1 + (1.25 * slope) ** 2)
        back = points[:, 1] + 2.62 - 0.17 * x**2 - depth
        return smooth_maximum(smooth_maximum(below, above, 0.25), back, 0.15)

    return Shape(distance, np.array([-1.6, -4.0, -2.2]), np.array([1.6, depth - 2.2, -0.7]))


def _mouth() -> list[Stroke]:
    """An open laughing mouth: a crescent with lips, upper teeth and tongue, and furrows from nose to chin."""
    x = np.linspace(-MOUTH_HALF_WIDTH, MOUTH_HALF_WIDTH, 9)
    taper = 1 - 0.35 * (x / MOUTH_HALF_WIDTH) ** 2
    upper = _on_face(np.stack([x, _upper_lip(x) + 0.08], axis=1), lift=-0.05)
    lower = _on_face(np.stack([x, _lower_lip(x) - 0.06], axis=1), lift=-0.06)
    strokes = [
        # Where only the shallow mouth is carved, below the upper lip, the teeth are left standing.
        Stroke(_mouth_opening(0.0, 0.22), 0.08, carve=True),
        Stroke(_mouth_opening(0.24, 0.9), 0.08, carve=True),
        Stroke(ellipsoid((0, -1.85, -2.25), (0.75, 0.5, 0.35)), 0.12),
        Stroke(tube(upper, 0.14 * taper, samples=24), 0.12),
        Stroke(tube(lower, 0.18 * taper, samples=24), 0.12),
    ]
    for side in (-1, 1):
        crease = _on_face([(0.72, -0.3), (1.2, -0.5), (1.66, -0.8), (1.9, -1.3)], side, lift=0.02)
        strokes.append(Stroke(tube(crease, [0.04, 0.1, 0.1, 0.04], samples=12), 0.2, carve=True))
    return strokes


def _mirrored(path: Sequence[Sequence[float]], side: int) -> np.ndarray:
    """Points for his left side (1) or his right side (-1)."""
    return np.array(path, dtype=float) * [side, 1, 1]
