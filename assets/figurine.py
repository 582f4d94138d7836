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
    gradient,
    placed,
    rotation_matrix,
    sculpture,
    smooth_maximum,
    tube,
)

PLINTH_RADIUS = 9.25
PLINTH_HEIGHT = 3.0
PETALS = 18
HEAD_POSITION = (0.0, -1.2, 20.2)
HEAD_SCALE = 1.12
HEAD_TURN = (4.0, -3.0, 3.0)

FOREARMS = {
    -1: (np.array([-6.8, 0.4, 11.2]), np.array([-6.3, -3.1, 10.9])),
    1: (np.array([7.0, 0.5, 10.6]), np.array([6.6, -3.0, 8.7])),
}
"""Elbow and wrist of his right arm (-1) and his left (1)."""

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
    strokes.append(carve(tube([(0, -7.4, 9.8), (0, -6.1, 9.55)], [0.36, 0.26]), 0.5))
    return sculpture(strokes, exact_within=2.6)


@cache
def jacket() -> Shape:
    """The upper robe before it is opened: the trunk inflated, with shoulders and sleeves."""
    strokes = [
        add(_inflated(trunk(), 0.28), 0.0),
        add(ellipsoid((0, 2.0, 15.0), (4.8, 2.8, 2.8)), 1.5),
        # The back of the robe falls from the shoulders to the plinth.
        add(_cape(), 1.5),
    ]
    for side in (-1, 1):
        strokes.append(add(tube([(side * 1.8, 1.2, 17.8), (side * 4.5, 1.0, 16.0)], [1.1, 1.6]), 1.2))
        strokes.append(add(tube([(side * 4.6, 0.9, 15.5), (side * 6.5, 0.6, 11.2)], [1.9, 2.0]), 0.9))
    for side in (-1, 1):
        # Fills the armpit, so that no fold bridges it.
        strokes.append(add(ellipsoid((side * 4.8, -0.9, 13.6), (1.1, 1.3, 2.0)), 0.8))
        strokes += _sleeve_strokes(side)
    return sculpture(strokes)


@cache
def skirt() -> Shape:
    """The lower robe over the legs: the raised leg on his right, the folded leg on his left."""
    strokes = [
        add(ellipsoid((0, 0.8, 5.2), (7.3, 4.8, 3.2)), 0.0),
        add(tube([(-3.2, 1.0, 5.4), (-6.0, -3.6, 8.4)], [2.6, 1.8]), 0.8),
        add(tube([(-6.0, -3.6, 8.3), (-5.2, -4.7, 3.4)], [1.8, 1.8]), 0.8),
        add(tube([(3.2, 0.8, 5.2), (6.7, -3.2, 5.3)], [2.7, 2.0]), 0.8),
        add(tube([(6.6, -3.3, 5.1), (2.0, -5.2, 4.3)], [2.0, 1.5]), 0.6),
        add(ellipsoid((-0.6, -3.6, 4.0), (5.2, 2.6, 2.0)), 1.0),
        add(ellipsoid((-5.6, -1.4, 4.6), (1.8, 2.9, 2.9)), 1.2),
        add(ellipsoid((6.6, -3.3, 6.8), (1.4, 1.7, 1.0)), 0.5),
        add(ellipsoid((4.4, -4.2, 6.0), (1.7, 1.4, 1.0)), 0.6),
        # Fills the gaps between belly and forearms, which would be handles.
        add(ellipsoid((5.2, -1.9, 8.6), (1.3, 1.5, 1.8)), 0.6),
        add(ellipsoid((-5.2, -1.5, 9.6), (1.2, 1.5, 1.8)), 0.6),
        add(ellipsoid((-6.0, -2.3, 9.8), (1.0, 1.4, 1.2)), 0.5),
    ]
    return sculpture(strokes)


@cache
def cloth_base() -> Shape:
    """All cloth, smooth: what the folds are laid on."""
    return sculpture([add(jacket(), 0.0), add(skirt(), 0.6)])


def _cape() -> Shape:
    """A slanted column with an oval section from the shoulders to the plinth."""

    def distance(points: np.ndarray) -> np.ndarray:
        x, y, z = points.T
        mantle = (np.hypot(x, (y - 1.4) / 0.8) - (7.2 - 0.27 * (np.clip(z, 2.5, 15.0) - 3.0))) * 0.8
        return smooth_maximum(smooth_maximum(mantle, z - 14.5, 1.0), 2.5 - z, 0.2)

    return Shape(distance, np.array([-7.4, -4.6, 2.5]), np.array([7.4, 7.4, 14.5]))


def _sleeve_strokes(side: int) -> list[Stroke]:
    """Forearm in a wide sleeve that hangs below it, with an open cuff."""
    elbow, wrist = FOREARMS[side]
    hang = np.array([side * 0.3, 0.3, -2.0])
    along, across, up = _forearm_frame(side)
    middle = wrist - 0.1 * up
    angle = np.linspace(0, 2 * np.pi, 25)[:, None]
    cuff = middle - 0.05 * along + 1.3 * (np.cos(angle) * across + np.sin(angle) * up)
    arm = tube([elbow, wrist + along], [1.9, 1.2])

    def cut_off(points: np.ndarray) -> np.ndarray:
        return smooth_maximum(arm.distance(points), (points - wrist) @ along, 0.1)

    return [
        add(Shape(cut_off, arm.low, arm.high), 0.7),
        add(tube([elbow + hang, wrist + 0.55 * hang], [1.5, 0.7]), 1.2),
        add(tube(cuff, 0.2), 0.15),
        carve(tube([middle + along, middle - 0.1 * along], [1.05, 0.95]), 0.1),
    ]


def _forearm_frame(side: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Unit vectors along a forearm towards the hand, across it and upwards."""
    elbow, wrist = FOREARMS[side]
    along = (wrist - elbow) / np.linalg.norm(wrist - elbow)
    across = np.cross(along, [0.0, 0.0, 1.0])
    across /= np.linalg.norm(across)
    return along, across, np.cross(across, along)


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
        # A flat band along the border, with a seam.
        border = 0.16 * np.exp(-(((edge - 0.45) / 0.55) ** 6)) - 0.07 * np.exp(-(((edge - 0.68) / 0.1) ** 2))
        return smooth_maximum(upper.distance(points) - border, -edge, 0.2)

    opened = Shape(distance, upper.low - 0.2, upper.high + 0.2)
    return sculpture([add(opened, 0.0), add(skirt(), 0.6), *skirt_folds()])


def fold(shape: Shape, curve: np.ndarray, width: float, blend: float = 0.45) -> list[Stroke]:
    """Strokes of one fold of cloth: a ridge along a curve, sunk into the cloth, that swells and dies away."""
    inward = gradient(shape, curve)
    swell = np.sin(np.linspace(0.1, 0.9, len(curve)) * np.pi) ** 0.8
    sunk = curve - inward * (0.35 * width + 0.5 * width * (1 - swell))[:, None]
    return [add(tube(sunk, width * (0.25 + 0.75 * swell), samples=24), blend)]


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
    """Folds along the border of the opening, over the upper arms and around the forearms."""
    strokes: list[Stroke] = []
    for side in (-1, 1):
        for offset, width, top in ((15, 0.28, 16.2), (24, 0.24, 14.5)):
            height = np.linspace(9.5, top, 7)
            azimuth = opening_azimuth(height) + offset * np.linspace(1.0, 0.8, 7)
            strokes += fold(jacket(), around(np.stack([side * azimuth, height], axis=1)), width)
        for rows, width in _SLEEVE_FOLDS:
            curve = around([(side * azimuth, height) for azimuth, height in rows])
            strokes += fold(jacket(), curve, width)
        for position, slant, width in ((0.28, 0.5, 0.26), (0.5, 0.4, 0.22)):
            strokes += fold(jacket(), _ring_on_sleeve(side, position, slant), width)
    return tuple(strokes)


def _ring_on_sleeve(side: int, position: float, slant: float) -> np.ndarray:
    """Points of an arc over a forearm, ``position`` of the way from elbow to wrist, its outer end drawn back."""
    elbow, wrist = FOREARMS[side]
    _, across, up = _forearm_frame(side)
    angle = np.radians(np.linspace(15, 165, 9))[:, None]
    outward = np.cos(angle) * across * side * -1 + np.sin(angle) * up
    middle = elbow + (wrist - elbow) * (position + slant * 0.25 * np.cos(angle))
    return draped(jacket(), middle + 3.2 * outward, -outward)


def _ground_hem() -> Shape:
    """The border of the robe where it lies on the plinth."""
    azimuth = np.linspace(48, 318, 120)
    rim = around(np.stack([azimuth, np.full(len(azimuth), PLINTH_HEIGHT + 0.35)], axis=1))
    outward = rim[:, :2] / np.linalg.norm(rim[:, :2], axis=1, keepdims=True)
    wave = 0.1 * np.sin(np.radians(azimuth) * 23) + 0.06 * np.sin(np.radians(azimuth) * 41 + 1)
    # Both ends go inside.
    ends = 0.6 * np.maximum(0, 1 - np.minimum(azimuth - 48, 318 - azimuth) / 12)
    rim[:, :2] += outward * (wave - ends - 0.05)[:, None]
    rim[:, 2] = PLINTH_HEIGHT + 0.12
    return tube(rim, 0.2)


def _shin_hem() -> Shape:
    """The hem of the robe around the raised shin, wavy where it nears the foot."""
    angle = np.linspace(-100, 160, 27)
    swing = 0.12 * np.sin(np.radians(angle) * 5)
    radius = 1.8 + 0.08 * np.cos(np.radians(angle) * 5)
    around_shin = np.stack([radius * np.sin(np.radians(-angle)), -radius * np.cos(np.radians(angle))], axis=1)
    return tube(np.column_stack([around_shin + np.array([-5.35, -4.55]), 4.35 + swing]), 0.2)


def sack() -> Shape:
    """The cloth sack that gave him his name, tied up, beside his left knee."""
    neck, mouth = np.array([7.9, -0.5, 6.3]), np.array([8.35, -0.95, 7.3])
    strokes = [
        add(ellipsoid((6.7, 1.5, 4.8), (2.15, 2.7, 2.2), (0, 0, 10)), 0.0),
        add(tube([(7.2, 0.4, 5.2), neck, mouth], [1.3, 0.5, 0.95]), 0.6),
        carve(ellipsoid(mouth + (mouth - neck) * 0.8, (0.75, 0.75, 0.6)), 0.25),
    ]
    along = (mouth - neck) / np.linalg.norm(mouth - neck)
    across = np.cross(along, [0.0, 1.0, 0.0])
    across /= np.linalg.norm(across)
    angle = np.linspace(0, 2 * np.pi, 21)[:, None]
    cord = neck + 0.52 * (np.cos(angle) * across + np.sin(angle) * np.cross(along, across))
    strokes.append(add(tube(cord, 0.17), 0.08))
    return sculpture(strokes)


@cache
def skirt_folds() -> tuple[Stroke, ...]:
    """Folds over the legs, and the roll of cloth below the belly."""
    strokes: list[Stroke] = []
    for rows, width in _LEG_FOLDS:
        strokes += fold(cloth_base(), from_front(rows), width)
    strokes += [add(_shin_hem(), 0.2), add(_ground_hem(), 0.25)]
    for side in (-1, 1):
        for rows, width in _BACK_FOLDS:
            strokes += fold(cloth_base(), around([(side * azimuth, height) for azimuth, height in rows]), width)
    for rows, width in _THIGH_FOLDS:
        strokes += fold(cloth_base(), around(rows), width)
    azimuth = np.linspace(-75, 75, 11)
    angle = np.radians(azimuth)
    height = 5.9 + 2.6 * (np.abs(azimuth) / 75) ** 2.2
    for drop, width in ((0.0, 0.42), (0.62, 0.34)):
        reach = 5.55 - 0.35 * (np.abs(azimuth) / 75) - 0.1 * drop
        roll = np.stack([reach * np.sin(angle), -reach * np.cos(angle), height - drop], axis=1)
        strokes.append(add(tube(roll, width, samples=40), 0.3))
    return tuple(strokes)


# Azimuth and height on his left; mirrored on his right.
_SLEEVE_FOLDS = [
    ([(78, 16.2), (90, 15.0), (108, 14.2), (126, 13.8)], 0.28),
    ([(82, 14.6), (95, 13.4), (114, 12.9), (132, 13.2)], 0.28),
    ([(84, 13.2), (100, 12.2), (120, 11.9), (138, 12.6)], 0.28),
]
_BACK_FOLDS = [
    ([(122, 11.5), (118, 8.0), (112, 4.2)], 0.34),
    ([(140, 13.5), (137, 9.0), (130, 4.0)], 0.34),
    ([(157, 12.0), (155, 8.0), (150, 3.8)], 0.36),
    ([(171, 14.0), (171, 9.0), (168, 4.0)], 0.34),
]

# Azimuth and height.
_THIGH_FOLDS = [
    ([(58, 6.6), (78, 6.6), (100, 7.6)], 0.3),
    ([(62, 5.4), (82, 5.0), (104, 5.4)], 0.3),
    ([(66, 4.2), (85, 3.8), (106, 3.9)], 0.28),
    ([(-62, 8.0), (-72, 6.2), (-84, 4.2)], 0.3),
    ([(-60, 6.4), (-66, 5.0), (-74, 3.8)], 0.28),
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
    ([(-4.6, 8.6), (-3.4, 6.6), (-1.2, 5.0)], 0.26),
    ([(-6.2, 6.4), (-5.4, 5.4), (-4.4, 5.0)], 0.24),
]


def hand(side: int) -> Shape:
    """A hand at rest: the wrist at the origin, fingers along -y and down, the back up; ``side`` 1 is his left."""
    strokes = [
        add(ellipsoid((0, -0.7, 0), (0.95, 1.15, 0.55)), 0.0),
        add(ellipsoid((0, -1.0, -0.8), (0.95, 1.3, 1.0)), 0.2),
        # The hollow of the hand is filled, so that no finger is a handle.
        add(tube([(-0.65, -1.75, -0.45), (0.65, -1.75, -0.45)], 0.53), 0.2),
        add(tube([(-0.65, -2.02, -1.05), (0.65, -2.02, -1.05)], 0.55), 0.2),
        add(tube([(-0.6, -1.65, -1.6), (0.6, -1.65, -1.6)], 0.55), 0.3),
        add(tube([(0, 1.9, -0.1), (0, -0.3, 0.05)], [0.66, 0.68]), 0.4),
    ]
    for x, length in [(-0.84, 0.9), (-0.29, 1.08), (0.27, 1.05), (0.81, 0.85)]:
        spread = 1.08
        path = [
            (x, -1.35, 0.12),
            (x * spread, -1.35 - 0.65 * length, 0.1),
            (x * spread, -1.35 - 1.15 * length, -0.4),
            (x * spread, -1.35 - 1.25 * length, -0.95),
        ]
        strokes.append(add(tube(path, [0.3, 0.3, 0.28, 0.26], samples=18), 0.13))
    thumb = [(-side * 0.7, -0.4, -0.1), (-side * 1.15, -0.95, -0.3), (-side * 1.2, -1.6, -0.7)]
    strokes.append(add(tube(thumb, [0.42, 0.38, 0.34], samples=6), 0.25))
    return sculpture(strokes)


def foot(side: int) -> Shape:
    """A bare foot: the ankle at the origin, toes along -y, sole down; ``side`` 1 has the big toe at +x."""
    strokes = [
        add(ellipsoid((0, -0.9, -0.25), (0.95, 2.0, 0.65)), 0.0),
        add(ellipsoid((0, 0.1, 0.2), (0.85, 1.0, 0.8)), 0.5),
        add(ellipsoid((0, -2.0, -0.35), (1.1, 0.9, 0.5)), 0.4),
        add(ellipsoid((0, -1.9, -0.75), (0.95, 1.0, 0.45)), 0.5),
    ]
    toes = [(0.82, -2.95, 0.45), (0.2, -3.05, 0.33), (-0.25, -2.9, 0.3), (-0.66, -2.7, 0.28), (-1.02, -2.4, 0.25)]
    for x, y, radius in toes:
        strokes.append(add(tube([(side * x * 0.9, y + 0.8, -0.3), (side * x, y, -0.38)], [radius * 0.85, radius]), 0.1))
    return sculpture(strokes)


@cache
def plinth() -> Shape:
    """A round plinth between a foot and a rim, with lotus petals; it goes on below z = 0, where it is cut open."""

    def distance(points: np.ndarray) -> np.ndarray:
        x, y, z = points.T
        recess = 0.42 * np.exp(-(((z - 1.5) / 1.02) ** 8))
        side = np.hypot(x, y) - PLINTH_RADIUS + recess - _petals(np.arctan2(x, -y), z - 0.62)
        return smooth_maximum(side * 0.75, z - PLINTH_HEIGHT, 0.5)

    reach = PLINTH_RADIUS + 0.2
    return Shape(distance, np.array([-reach, -reach, -3.0]), np.array([reach, reach, PLINTH_HEIGHT]))


def _petals(angle: np.ndarray, height: np.ndarray) -> np.ndarray:
    """Relief of two rows of pointed petals, the second behind the first; ``height`` above the foot of the petals."""
    pitch = 2 * np.pi / PETALS
    relief = np.zeros(len(angle))
    for shift, half_width, tip, depth in ((0.5, 1.55, 1.85, 0.26), (0.0, 1.5, 1.72, 0.44)):
        across = PLINTH_RADIUS * pitch * np.abs((angle / pitch + shift) % 1 - 0.5)
        arc = (half_width**2 + tip**2) / (2 * half_width)
        depth_inside = np.minimum(arc - np.hypot(across + arc - half_width, np.maximum(height, 0)), height + 0.2)
        rise = np.clip(depth_inside / 0.5, 0, 1)
        relief = np.maximum(relief, depth * rise * rise * (3 - 2 * rise))
    return relief


@cache
def figurine() -> Shape:
    """The whole figure on its plinth."""
    strokes = [
        add(trunk(), 0.0),
        add(ellipsoid((0, -2.4, 5.7), (4.6, 3.0, 1.5)), 0.3),
        add(robe(), 0.3),
        add(sack(), 0.2),
        # Under the left foot and behind the left fingertips nothing is hollow.
        add(ellipsoid((0.5, -5.4, 3.3), (2.3, 1.0, 0.75)), 0.3),
        add(ellipsoid((6.5, -4.75, 6.0), (1.35, 0.8, 1.1)), 0.25),
        add(placed(hand(-1), (-6.0, -3.75, 10.4), rotation_matrix((32, 0, 2))), 0.14),
        add(placed(hand(1), (6.5, -3.75, 7.75), rotation_matrix((32, 0, -6))), 0.14),
        add(placed(foot(1), (-4.9, -4.8, 3.62), rotation_matrix((0, 0, 6))), 0.15),
        add(placed(foot(-1), (1.6, -5.55, 4.05), rotation_matrix((-10, 35, -70))), 0.15),
        add(placed(head(), HEAD_POSITION, rotation_matrix(HEAD_TURN), HEAD_SCALE), 0.25),
        add(plinth(), 0.12),
    ]
    return sculpture(strokes)
