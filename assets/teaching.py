"""Small teaching surfaces, meshed with structure, about two units across."""

import numpy as np

Mesh = tuple[np.ndarray, np.ndarray]


def disk_grid(rings: int) -> tuple[np.ndarray, np.ndarray]:
    """Return points of the unit disk on concentric rings, ring k with 6 k points, and the triangles between them.

    Returns
    -------
    points : (3 rings (rings + 1) + 1, 2) float64 array
        The centre, then ring after ring.
    faces : (6 rings², 3) int64 array
        Counter-clockwise.
    """
    points, faces, start = [np.zeros((1, 2))], [], [0]
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
    return _over_polar(points, lambda polar: polar), faces


def _over_polar(points: np.ndarray, polar_of) -> np.ndarray:
    """Points of the unit sphere whose polar angle is 90 degrees times the radius in the disk."""
    radius = np.hypot(*points.T)
    polar = polar_of(np.pi / 2 * radius)
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
    phi = np.interp(np.linspace(length[0], length[-1], rows), length, fine)
    radius = phi / (4.5 * np.pi)
    width = np.linspace(-0.6, 0.6, columns)
    x, z = np.repeat(radius * np.cos(phi), columns), np.repeat(radius * np.sin(phi), columns)
    return np.stack([x, np.tile(width, rows), z], axis=1), strip_grid(rows, columns)


def sphere(rings: int = 24) -> Mesh:
    """The unit sphere: two hemispheres glued at the equator."""
    points, faces = disk_grid(rings)
    n, n_equator = len(points), 6 * rings
    upper = _over_polar(points, lambda polar: polar)
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


TEACHING_SURFACES = {
    "hemisphere": hemisphere,
    "saddle": saddle,
    "swiss_roll": swiss_roll,
    "bumpy_disk": bumpy_disk,
    "sphere": sphere,
    "torus": torus,
    "mobius_strip": mobius_strip,
    "linked_tori": linked_tori,
}
"""Name of the file and the function that makes the surface."""
