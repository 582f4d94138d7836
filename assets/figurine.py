"""The seated laughing figure, modelled with signed distances: z is up, it looks along -y, about 24 units high."""

from collections.abc import Sequence
from functools import cache

import numpy as np
from scipy.interpolate import PchipInterpolator

from assets.face import head
from assets.sculpting import (
    Shape,
    Stroke,
    draped,
    ellipsoid,
    placed,
    rotation_matrix,
    sculpture,
    smooth_maximum,
    tube,
)

PLINTH_RADIUS = 9.0
PLINTH_HEIGHT = 3.0
PETALS = 20
HEAD_POSITION = (0.0, -1.2, 20.2)
HEAD_SCALE = 1.12
HEAD_TURN = (4.0, -3.0, 3.0)

# Azimuth at which the robe begins, in degrees from the front: it hangs from the neck and closes below the belly.
_OPENING_HEIGHT = [5.3, 5.7, 6.3, 7.2, 8.4, 10.0, 11.8, 13.5, 15.2, 16.6, 18.5]
_OPENING_AZIMUTH = [0.0, 14.0, 29.0, 45.0, 57.0, 64.0, 65.0, 61.0, 52.0, 46.0, 44.0]


def opening_azimuth(height: np.ndarray) -> np.ndarray:
    """Return how many degrees from the front the robe begins at a height."""
    return PchipInterpolator(_OPENING_HEIGHT, _OPENING_AZIMUTH)(np.clip(height, 5.3, 18.5))


def add(shape: Shape, blend: float) -> Stroke:
    """Return the stroke that adds a shape."""
    return Stroke(shape, blend)


def carve(shape: Shape, blend: float) -> Stroke:
    """Return the stroke that takes a shape away."""
    return Stroke(shape, blend, carve=True)


@cache
def trunk() -> Shape:
    """Bare chest, belly and neck."""
    strokes = [
        add(ellipsoid((0, 1.2, 11.5), (5.0, 3.9, 6.0)), 0.0),
        add(ellipsoid((0, -1.9, 9.7), (5.3, 4.7, 4.6)), 0.9),
        add(ellipsoid((0, 0.3, 16.4), (3.6, 2.8, 2.6)), 1.2),
    ]
    for side in (-1, 1):
        strokes.append(add(ellipsoid((side * 1.95, -2.1, 14.7), (2.45, 1.75, 1.55), (18, side * 12, 0)), 0.35))
    for side in (-1, 1):
        strokes.append(add(ellipsoid((side * 2.3, -3.85, 14.1), (0.28, 0.22, 0.25)), 0.25))
    strokes.append(carve(tube([(0, -7.4, 9.75), (0, -5.9, 9.55)], [0.42, 0.3]), 0.5))
    return sculpture(strokes)


@cache
def jacket() -> Shape:
    """The upper robe before it is opened: the trunk inflated, with shoulders and sleeves."""
    strokes = [
        add(_inflated(trunk(), 0.28), 0.0),
        add(ellipsoid((0, 2.0, 15.0), (4.8, 2.8, 2.8)), 1.5),
    ]
    for side in (-1, 1):
        strokes.append(add(tube([(side * 1.8, 1.2, 17.8), (side * 4.5, 1.0, 16.0)], [1.1, 1.6]), 1.2))
        strokes.append(add(tube([(side * 4.6, 0.9, 15.5), (side * 6.5, 0.6, 11.2)], [1.9, 2.0]), 0.9))
    strokes += _sleeve_strokes(-1, elbow=(-6.8, 0.4, 11.2), wrist=(-6.3, -3.4, 10.9))
    strokes += _sleeve_strokes(1, elbow=(7.0, 0.5, 10.6), wrist=(6.6, -3.2, 8.6))
    return sculpture(strokes)


@cache
def skirt() -> Shape:
    """The lower robe over the legs: the raised leg on his right, the folded leg on his left."""
    strokes = [
        add(ellipsoid((0, 1.6, 5.4), (7.4, 5.6, 3.6)), 0.0),
        add(tube([(-3.2, 1.0, 5.4), (-6.0, -3.6, 8.4)], [2.6, 1.8]), 0.8),
        add(tube([(-6.0, -3.6, 8.3), (-5.2, -4.7, 3.4)], [1.8, 1.8]), 0.8),
        add(tube([(3.2, 0.8, 5.2), (6.7, -3.2, 5.3)], [2.7, 2.0]), 0.8),
        add(tube([(6.6, -3.3, 5.1), (2.0, -5.2, 4.3)], [2.0, 1.5]), 0.6),
        add(ellipsoid((-0.6, -3.6, 4.0), (5.2, 2.6, 2.0)), 1.0),
        # Fills the gaps between belly and forearms, which would be handles.
        add(ellipsoid((5.2, -1.9, 8.6), (1.3, 1.5, 1.8)), 0.6),
        add(ellipsoid((-5.2, -1.5, 9.6), (1.2, 1.5, 1.8)), 0.6),
    ]
    return sculpture(strokes)


@cache
def cloth_base() -> Shape:
    """All cloth, smooth: what the folds are laid on."""
    return sculpture([add(jacket(), 0.0), add(skirt(), 0.6)])


def _sleeve_strokes(side: int, elbow: Sequence[float], wrist: Sequence[float]) -> list[Stroke]:
    """Forearm in a wide sleeve that hangs below it."""
    elbow_point, wrist_point = np.array(elbow), np.array(wrist)
    hang = np.array([side * 0.3, 0.3, -2.2])
    return [
        add(tube([elbow_point, wrist_point], [1.9, 1.25]), 0.7),
        add(tube([elbow_point + hang, wrist_point + 0.55 * hang], [1.5, 0.7]), 1.2),
    ]


def _inflated(shape: Shape, thickness: float) -> Shape:
    """The shape grown by a thickness."""
    return Shape(lambda points: shape.distance(points) - thickness, shape.low - thickness, shape.high + thickness)


def opening_distance(points: np.ndarray) -> np.ndarray:
    """Distance along the cloth to the border of the part that the robe leaves open: negative inside."""
    x, y, z = points.T
    azimuth = np.abs(np.degrees(np.arctan2(x, -y)))
    turned = np.radians(azimuth - opening_azimuth(z)) * np.clip(np.hypot(x, y), 1.0, 6.0)
    return smooth_maximum(0.85 * turned, 5.45 - z, 0.4)


@cache
def robe() -> Shape:
    """The robe with its folds: the upper part open at the front, its border rolled."""
    upper = sculpture([add(jacket(), 0.0), *jacket_folds()])

    def distance(points: np.ndarray) -> np.ndarray:
        edge = opening_distance(points)
        border = 0.17 * np.exp(-(((edge - 0.35) / 0.33) ** 4))
        return smooth_maximum(upper.distance(points) - border, -edge, 0.2)

    opened = Shape(distance, upper.low - 0.2, upper.high + 0.2)
    return sculpture([add(opened, 0.0), add(skirt(), 0.35), *skirt_folds()])


def fold(curve: np.ndarray, width: float, blend: float = 0.4) -> list[Stroke]:
    """Strokes of one fold of cloth: a ridge that swells and dies away, with a furrow on its side."""
    swell = np.sin(np.linspace(0.12, 0.92, len(curve)) * np.pi) ** 0.7
    return [add(tube(curve, width * swell, samples=24), blend)]


def around(rows: Sequence[tuple[float, float]], centre: tuple[float, float] = (0.0, 0.0)) -> np.ndarray:
    """Points on the robe given by azimuth in degrees (0 front, 90 the viewer's right) and height."""
    azimuth, height = np.array(rows, dtype=float).T
    angle = np.radians(azimuth)
    outward = np.stack([np.sin(angle), -np.cos(angle), np.zeros(len(angle))], axis=1)
    origins = outward * 12 + np.stack([np.full(len(angle), centre[0]), np.full(len(angle), centre[1]), height], axis=1)
    return draped(cloth_base(), origins, -outward)


def from_front(rows: Sequence[tuple[float, float]]) -> np.ndarray:
    """Points on the robe given by x and z, seen from the front."""
    x, z = np.array(rows, dtype=float).T
    origins = np.stack([x, np.full(len(x), -12.0), z], axis=1)
    return draped(cloth_base(), origins, np.tile([0.0, 1.0, 0.0], (len(x), 1)))


@cache
def jacket_folds() -> tuple[Stroke, ...]:
    """Folds along the border of the opening and across the sleeves."""
    strokes: list[Stroke] = []
    for side in (-1, 1):
        for offset, width, top in ((13, 0.3, 16.0), (23, 0.28, 15.2)):
            height = np.linspace(8.0, top, 7)
            azimuth = opening_azimuth(height) + offset * np.linspace(1.0, 0.8, 7)
            strokes += fold(around(np.stack([side * azimuth, height], axis=1)), width)
        for rows, width in _SLEEVE_FOLDS:
            strokes += fold(around([(side * azimuth, height) for azimuth, height in rows]), width)
    return tuple(strokes)


@cache
def skirt_folds() -> tuple[Stroke, ...]:
    """Folds over the legs, and the roll of cloth below the belly."""
    strokes: list[Stroke] = []
    for rows, width in _LEG_FOLDS:
        strokes += fold(from_front(rows), width)
    azimuth = np.linspace(-75, 75, 11)
    height = 5.9 + 2.6 * (np.abs(azimuth) / 75) ** 2.2
    for drop, width in ((0.0, 0.42), (0.62, 0.34)):
        angle = np.radians(azimuth)
        reach = 5.55 - 0.35 * (np.abs(azimuth) / 75) - 0.1 * drop
        roll = np.stack([reach * np.sin(angle), -reach * np.cos(angle), height - drop], axis=1)
        strokes.append(add(tube(roll, width, samples=40), 0.3))
    return tuple(strokes)


# Azimuth and height on his left; mirrored on his right.
_SLEEVE_FOLDS = [
    ([(72, 15.8), (88, 14.6), (112, 14.0)], 0.3),
    ([(74, 14.2), (92, 13.2), (118, 13.0)], 0.3),
    ([(76, 12.8), (95, 11.9), (122, 12.0)], 0.32),
    ([(74, 11.3), (95, 10.6), (120, 11.0)], 0.3),
]

# x and z, seen from the front.
_LEG_FOLDS = [
    ([(1.6, 5.7), (4.0, 6.0), (6.8, 6.9)], 0.3),
    ([(1.9, 5.0), (4.4, 4.8), (7.4, 5.6)], 0.32),
    ([(2.6, 4.2), (4.8, 3.9), (7.2, 4.3)], 0.28),
    ([(-5.2, 9.4), (-4.0, 7.2), (-1.8, 5.3)], 0.32),
    ([(-5.0, 8.3), (-4.2, 6.2), (-2.6, 4.3)], 0.3),
    ([(-6.8, 9.0), (-6.7, 6.4), (-6.2, 4.0)], 0.3),
    ([(-5.9, 8.6), (-5.7, 6.4), (-5.2, 4.6)], 0.24),
]


def hand(side: int) -> Shape:
    """A hand at rest: the wrist at the origin, fingers along -y and down, the back up; ``side`` 1 is his left."""
    strokes = [
        add(ellipsoid((0, -0.7, 0), (0.95, 1.15, 0.55)), 0.0),
        add(ellipsoid((0, -1.0, -0.8), (0.95, 1.3, 1.0)), 0.2),
        add(ellipsoid((0, -1.9, -1.0), (1.0, 0.75, 1.0)), 0.3),
        add(tube([(0, 0.8, 0.1), (0, -0.3, 0.05)], [0.75, 0.7]), 0.4),
    ]
    for finger, (x, length) in enumerate([(-0.78, 0.9), (-0.27, 1.08), (0.26, 1.05), (0.75, 0.85)]):
        spread = 1.12 + 0.03 * finger
        path = [
            (x, -1.35, 0.12),
            (x * spread, -1.35 - 0.65 * length, 0.1),
            (x * spread, -1.35 - 1.15 * length, -0.4),
            (x * spread, -1.35 - 1.25 * length, -0.95),
        ]
        strokes.append(add(tube(path, [0.33, 0.32, 0.3, 0.27], samples=8), 0.1))
    thumb = [(-side * 0.7, -0.4, -0.1), (-side * 1.15, -0.95, -0.3), (-side * 1.2, -1.6, -0.7)]
    strokes.append(add(tube(thumb, [0.42, 0.38, 0.34], samples=6), 0.25))
    return sculpture(strokes)


def foot(side: int) -> Shape:
    """A bare foot: the ankle at the origin, toes along -y, sole down; ``side`` 1 has the big toe at +x."""
    strokes = [
        add(ellipsoid((0, -0.9, -0.25), (0.95, 2.0, 0.65)), 0.0),
        add(ellipsoid((0, 0.1, 0.2), (0.85, 1.0, 0.8)), 0.5),
        add(ellipsoid((0, -2.0, -0.35), (1.1, 0.9, 0.5)), 0.4),
        add(ellipsoid((0, -2.2, -0.8), (1.0, 1.0, 0.4)), 0.2),
    ]
    toes = [(0.82, -2.95, 0.45), (0.2, -3.05, 0.33), (-0.25, -2.9, 0.3), (-0.66, -2.7, 0.28), (-1.02, -2.4, 0.25)]
    for x, y, radius in toes:
        strokes.append(add(tube([(side * x * 0.9, y + 0.8, -0.3), (side * x, y, -0.38)], [radius * 0.85, radius]), 0.1))
    return sculpture(strokes)


@cache
def plinth() -> Shape:
    """A round plinth with a waist and a border of petals; it goes on below z = 0, where the surface is cut."""

    def distance(points: np.ndarray) -> np.ndarray:
        x, y, z = points.T
        radius = np.hypot(x, y)
        angle = np.arctan2(x, -y)
        waist = 0.45 * np.exp(-(((z - 1.45) / 0.85) ** 6))
        side = radius - PLINTH_RADIUS + waist - _petals(angle, (z - 0.65) / 1.7)
        return smooth_maximum(side * 0.8, z - PLINTH_HEIGHT, 0.5)

    reach = PLINTH_RADIUS + 0.2
    return Shape(distance, np.array([-reach, -reach, -3.0]), np.array([reach, reach, PLINTH_HEIGHT]))


def _petals(angle: np.ndarray, height: np.ndarray) -> np.ndarray:
    """Relief of two overlapping rows of lotus petals; ``height`` runs from 0 at their foot to 1 at their tips."""
    relief = np.zeros(len(angle))
    for shift, depth in ((0.5, 0.3), (0.0, 0.42)):
        across = 2 * np.abs((angle * PETALS / (2 * np.pi) + shift) % 1 - 0.5)
        outline = np.sqrt(np.clip(1 - np.clip(height, 0, 1) ** 2.5, 0, 1)) * 0.92
        inside = np.clip((outline - across) / 0.22, 0, 1) * np.clip(height / 0.12, 0, 1) * (height < 1)
        dome = inside * inside * (3 - 2 * inside) * (0.75 + 0.25 * across**2)
        relief = np.maximum(relief, depth * dome)
    return relief


@cache
def figurine() -> Shape:
    """The whole figure on its plinth."""
    strokes = [
        add(trunk(), 0.0),
        add(ellipsoid((0, -2.4, 5.7), (4.6, 3.0, 1.5)), 0.3),
        add(robe(), 0.3),
        add(placed(hand(-1), (-6.0, -3.75, 10.4), rotation_matrix((32, 0, 2))), 0.22),
        add(placed(hand(1), (6.5, -3.75, 7.75), rotation_matrix((32, 0, -6))), 0.22),
        add(placed(foot(1), (-4.9, -5.0, 3.9), rotation_matrix((0, 0, 6))), 0.15),
        add(placed(foot(-1), (1.6, -5.6, 4.2), rotation_matrix((-10, 35, -70))), 0.15),
        add(placed(head(), HEAD_POSITION, rotation_matrix(HEAD_TURN), HEAD_SCALE), 0.25),
        add(plinth(), 0.12),
    ]
    return sculpture(strokes)
