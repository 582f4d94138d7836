"""Small surfaces to teach with, meshed with structure, about two units across, and what each of them shows."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core.data.surface import Surface

Mesh = tuple[np.ndarray, np.ndarray]
LONGITUDE, COLATITUDE = "longitude, degrees", "colatitude, degrees"
"""Names of the spherical coordinates among the scalars of the sphere."""


@dataclass(frozen=True, eq=False)
class TeachingSurface:
    """A surface that is opened by its name.

    Parameters
    ----------
    mesh : callable
        Returns vertices and faces.
    lesson : str
        What it shows, one sentence.
    charts : int
        Charts that it is covered by unless another number is asked for; 0 for as few as their distortion allows.
    """

    mesh: Callable[[], Mesh]
    lesson: str
    charts: int = 0


def disk_grid(rings: int) -> tuple[np.ndarray, np.ndarray]:
    """Return points of the unit disk on concentric rings, ring k with 6 k points, and the triangles between them.

    Returns
    -------
    points : (3 rings (rings + 1) + 1, 2) float64 array
        The centre, then ring after ring.
    faces : (6 rings², 3) int64 array
        Counter-clockwise.
    """
    points, start = [np.zeros((1, 2))], [0]
    faces: list[tuple[int, int, int]] = []
    for ring in range(1, rings + 1):
        angle = 2 * np.pi * np.arange(6 * ring) / (6 * ring)
        points.append(ring / rings * np.stack([np.cos(angle), np.sin(angle)], axis=1))
        start.append(start[-1] + max(6 * (ring - 1), 1))
    for ring in range(1, rings + 1):
        outer, inner = start[ring], start[ring - 1]
        n_outer, n_inner = 6 * ring, max(6 * (ring - 1), 1)
        for sector in range(6):
            for step in range(ring):
                a = outer + (sector * ring + step) % n_outer
                b = outer + (sector * ring + step + 1) % n_outer
                c = inner + (sector * (ring - 1) + step) % n_inner
                faces.append((c, a, b))
                if step < ring - 1:
                    faces.append((c, b, inner + (sector * (ring - 1) + step + 1) % n_inner))
    return np.concatenate(points), np.array(faces)


def strip_grid(rows: int, columns: int) -> np.ndarray:
    """Return triangles between rows of points, row-major, with diagonals that alternate."""
    i, j = (index.ravel() for index in np.meshgrid(np.arange(rows - 1), np.arange(columns - 1), indexing="ij"))
    a, b = i * columns + j, (i + 1) * columns + j
    even = ((i + j) % 2 == 0)[:, None]
    first = np.where(even, np.stack([a, b, b + 1], axis=1), np.stack([a, b, a + 1], axis=1))
    second = np.where(even, np.stack([a, b + 1, a + 1], axis=1), np.stack([b, b + 1, a + 1], axis=1))
    return np.concatenate([first, second])


def hemisphere(rings: int = 36) -> Mesh:
    """Upper half of the unit sphere, the rings evenly spread in latitude."""
    points, faces = disk_grid(rings)
    return _over_polar(points), faces


def _over_polar(points: np.ndarray) -> np.ndarray:
    """Points of the unit sphere whose polar angle is 90 degrees times the radius in the disk."""
    radius = np.hypot(*points.T)
    polar = np.pi / 2 * radius
    scale = np.sin(polar) / np.where(radius > 0, radius, 1)
    return np.stack([points[:, 0] * scale, points[:, 1] * scale, np.cos(polar)], axis=1)


def saddle(rings: int = 36) -> Mesh:
    """The graph of (x² - y²) / 2 over the unit disk."""
    points, faces = disk_grid(rings)
    return np.column_stack([points, (points[:, 0] ** 2 - points[:, 1] ** 2) / 2]), faces


def bumpy_disk(rings: int = 48) -> Mesh:
    """The unit disk with waves that die away towards its border."""
    points, faces = disk_grid(rings)
    x, y = points.T
    envelope = 1 - (x**2 + y**2) ** 2
    height = 0.12 * np.sin(7 * x + 1) * np.cos(6 * y) + 0.06 * np.cos(11 * y - 5 * x)
    return np.column_stack([points, envelope * height]), faces


def swiss_roll(rows: int = 140, columns: int = 36) -> Mesh:
    """A sheet rolled along the spiral r = phi / (4.5 pi) through one and a half turns, sampled evenly in length."""
    fine = np.linspace(1.5 * np.pi, 4.5 * np.pi, 20001)
    length = (fine * np.sqrt(1 + fine**2) + np.arcsinh(fine)) / 2
    phi = np.asarray(np.interp(np.linspace(float(length[0]), float(length[-1]), rows), length, fine), float)
    radius = phi / (4.5 * np.pi)
    width = np.linspace(-0.6, 0.6, columns)
    x, z = np.repeat(radius * np.cos(phi), columns), np.repeat(radius * np.sin(phi), columns)
    return np.stack([x, np.tile(width, rows), z], axis=1), strip_grid(rows, columns)


def sphere(rings: int = 24) -> Mesh:
    """The unit sphere: two hemispheres glued at the equator."""
    points, faces = disk_grid(rings)
    n, n_equator = len(points), 6 * rings
    upper = _over_polar(points)
    lower = upper[: n - n_equator] * [1, 1, -1]
    renamed = np.concatenate([n + np.arange(n - n_equator), np.arange(n - n_equator, n)])
    return np.concatenate([upper, lower]), np.concatenate([faces, renamed[faces][:, ::-1]])


def torus(around: int = 96, across: int = 40, radius: float = 0.7, thickness: float = 0.3) -> Mesh:
    """A ring torus about the z axis."""
    u = np.repeat(2 * np.pi * np.arange(around) / around, across)
    v = np.tile(2 * np.pi * np.arange(across) / across, around)
    distance = radius + thickness * np.cos(v)
    vertices = np.stack([distance * np.cos(u), distance * np.sin(u), thickness * np.sin(v)], axis=1)
    grid = strip_grid(around + 1, across + 1)
    row, column = np.divmod(grid, across + 1)
    return vertices, (row % around) * across + column % across


def mobius_strip(around: int = 160, across: int = 17, half_width: float = 0.35) -> Mesh:
    """A band around the unit circle with one half twist; its last column is glued to the first, upside down."""
    angle = np.repeat(2 * np.pi * np.arange(around) / around, across)
    offset = np.tile(np.linspace(-half_width, half_width, across), around)
    distance = 1 + offset * np.cos(angle / 2)
    vertices = np.stack([distance * np.cos(angle), distance * np.sin(angle), offset * np.sin(angle / 2)], axis=1)
    row, column = np.divmod(strip_grid(around + 1, across), across)
    column = np.where(row == around, across - 1 - column, column)
    return vertices, (row % around) * across + column


def linked_tori() -> Mesh:
    """Two tori, each through the hole of the other."""
    vertices, faces = torus(96, 32, 0.7, 0.2)
    turned = vertices[:, [0, 2, 1]] * [1, -1, 1] + [0.7, 0, 0]
    return np.concatenate([vertices, turned]), np.concatenate([faces, faces + len(vertices)])


def klein_bottle(across: int = 24) -> Mesh:
    """The Klein bottle, immersed: its neck passes through its wall; last row glued to the first, turned over.

    Parameters
    ----------
    across : int
        Even number of vertices around the tube; along it they are as far apart, so that triangles are even.

    Notes
    -----
    The tube of the mathematician Robert Israel; u runs along it from 0 to pi, v around it.
    """
    fine, around = np.linspace(0.0, np.pi, 20_001), 2 * np.pi * np.arange(48) / 48
    tube = _bottle(fine[:, None], around[None])
    step = np.linalg.norm(np.diff(tube, axis=0), axis=2).mean(axis=1)
    girth = np.linalg.norm(np.diff(tube, axis=1, append=tube[:, :1]), axis=2).sum(axis=1)
    place = np.concatenate([[0.0], np.cumsum(2.0 * across * step / (girth[1:] + girth[:-1]))])
    whole = float(place[-1])
    rows = round(whole)
    u = np.asarray(np.interp(np.arange(rows) / rows * whole, place, fine), float)
    v = 2 * np.pi * np.arange(across) / across
    vertices = _bottle(u[:, None], v[None]).reshape(-1, 3)
    row, column = np.divmod(strip_grid(rows + 1, across + 1), across + 1)
    column = np.where(row == rows, across // 2 - column, column) % across
    faces = (row % rows) * across + column
    middle = 0.5 * (vertices.max(axis=0) + vertices.min(axis=0))
    return 2.0 * (vertices - middle) / np.ptp(vertices, axis=0).max(), faces


def _bottle(u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Points of the Klein bottle."""
    c, s, a, b = np.cos(u), np.sin(u), np.cos(v), np.sin(v)
    x = -2 / 15 * c * (3 * a - 30 * s + 90 * c**4 * s - 60 * c**6 * s + 5 * c * a * s)
    bend = 3 * a - 3 * c**2 * a - 48 * c**4 * a + 48 * c**6 * a - 60 * s
    y = -1 / 15 * s * (bend + 5 * c * a * s - 5 * c**3 * a * s - 80 * c**5 * a * s + 80 * c**7 * a * s)
    z = 2 / 15 * (3 + 5 * c * s) * b
    return np.stack([x, z, y], axis=-1)  # it stands on its foot


def spherical_coordinates(vertices: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return longitude, from -180 to 180, and colatitude, from 0 to 180, of points around the origin, in degrees."""
    x, y, z = vertices.T
    return np.degrees(np.arctan2(y, x)), np.degrees(np.arctan2(np.hypot(x, y), z))


def spherical_lesson(surface: Surface) -> str:
    """Return what is wrong with spherical coordinates as the one chart of a sphere, in figures of its triangles."""
    longitude, colatitude = (np.radians(values) for values in spherical_coordinates(surface.vertices))
    corners = np.stack([longitude, colatitude], axis=1)[surface.faces]
    torn = np.ptp(corners[:, :, 0], axis=1) > np.pi
    poles = np.sin(colatitude) < 1e-9
    at_pole = poles[surface.faces].any(axis=1)
    u, v = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    areas = 0.5 * np.abs(u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0])
    sound = ~torn & ~at_pole
    stretch = (areas[sound] / surface.face_areas[sound]).max()
    return (
        f"Spherical coordinates are no chart of it: longitude has no value at {int(poles.sum())} poles, it tears "
        f"{int((torn & ~at_pole).sum()):,} of {len(surface.faces):,} triangles along a seam from pole to pole, and "
        f"beside the poles it stretches areas up to {stretch:.3g} times. Colour the surface by longitude to see it."
    )


def teaching_surface(key: str) -> tuple[Surface, tuple[str, ...]]:
    """Return a teaching surface and what is to be said of it, by its name.

    Raises
    ------
    KeyError
        If there is none of that name.
    """
    known = TEACHING_SURFACES[key]
    surface = Surface(*known.mesh())
    if key == "klein_bottle":
        from core.geometry.crossings import crossings  # numba takes its time to import: only where it is needed

        pairs = len(crossings(surface.vertices, surface.faces))
        return surface, (known.lesson, f"Immersed, not embedded: {pairs:,} pairs of triangles pass through each other.")
    if key != "sphere":
        return surface, (known.lesson,)
    longitude, colatitude = spherical_coordinates(surface.vertices)
    surface = Surface(surface.vertices, surface.faces, scalars={LONGITUDE: longitude, COLATITUDE: colatitude})
    return surface, (known.lesson, spherical_lesson(surface))


TEACHING_SURFACES = {
    "hemisphere": TeachingSurface(
        hemisphere, "Half a sphere: a disk that cannot be flattened without distortion, for it is curved."
    ),
    "saddle": TeachingSurface(
        saddle, "A hyperbolic paraboloid over a disk: curved the other way than a sphere, too wide to lie flat."
    ),
    "swiss_roll": TeachingSurface(
        swiss_roll,
        "A rolled sheet that unrolls into a rectangle without any distortion: how it lies in space is not it.",
    ),
    "bumpy_disk": TeachingSurface(bumpy_disk, "A round sheet with waves: detail that the decoder has to find."),
    "sphere": TeachingSurface(
        sphere, "A closed surface: one chart never covers it, two that overlap along a band do.", charts=2
    ),
    "torus": TeachingSurface(
        torus, "One handle, so two loops that bound nothing: two disks cannot cover it, it takes at least three."
    ),
    "mobius_strip": TeachingSurface(
        mobius_strip,
        "One side and one boundary loop: two charts cover it, but they agree on left and right in only one of their "
        "two overlaps.",
        charts=2,
    ),
    "linked_tori": TeachingSurface(
        linked_tori,
        "Two components, linked like a chain: no chart meets both, for linking is a matter of the space around.",
    ),
    "klein_bottle": TeachingSurface(
        klein_bottle,
        "Closed and one-sided, so that in space it must pass through itself: its charts do not notice, for each learns "
        "its own sheet alone.",
    ),
}
"""The teaching surfaces by their names, in the order in which they are offered."""
