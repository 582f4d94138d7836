"""Small surfaces that are no disks."""

import numpy as np

from core.data.surface import Surface


def grid_surface(place, n: int, m: int, twisted: bool = False, closed: tuple[bool, bool] = (True, True)) -> Surface:
    """Return a grid of n x m points joined around in each closed direction, the second turned over where twisted."""
    i, j = np.meshgrid(np.arange(n), np.arange(m), indexing="ij")
    vertices = place(i.ravel() / n, j.ravel() / (m if closed[1] else m - 1))

    def number(a, b):
        over = twisted & (a >= n)
        return (a % n) * m + np.where(over, m - 1 - b % m, b % m)

    a, b = (x.ravel() for x in np.meshgrid(np.arange(n), np.arange(m if closed[1] else m - 1), indexing="ij"))
    p, q, r, s = number(a, b), number(a + 1, b), number(a + 1, b + 1), number(a, b + 1)
    return Surface(vertices, np.concatenate([np.column_stack([p, q, r]), np.column_stack([p, r, s])]))


def torus(n: int = 28, m: int = 14) -> Surface:
    """Return a torus whose tube changes its width, so that no two places are alike."""

    def place(u, v):
        u, v = 2 * np.pi * u, 2 * np.pi * v
        tube = 0.45 + 0.05 * np.cos(3 * u + 1.0) + 0.03 * np.sin(2 * v + u)
        around = 1.0 + tube * np.cos(v)
        return np.column_stack([around * np.cos(u), around * np.sin(u), tube * np.sin(v)])

    return grid_surface(place, n, m)


def moebius(n: int = 48, m: int = 9) -> Surface:
    """Return a one-sided strip."""

    def place(u, v):
        u, v = 2 * np.pi * u, v - 0.5
        around = 1.0 + v * np.cos(u / 2)
        return np.column_stack([around * np.cos(u), around * np.sin(u), v * np.sin(u / 2)])

    return grid_surface(place, n, m, twisted=True, closed=(True, False))


def ball(levels: int = 3, bumps: float = 0.1) -> Surface:
    """Return a closed surface of genus 0 with bumps: an octahedron refined some times, 8 * 4 ** levels faces."""
    vertices = np.array([[1.0, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0], [0, 0, 1], [0, 0, -1]])
    faces = np.array([[0, 2, 4], [2, 1, 4], [1, 3, 4], [3, 0, 4], [2, 0, 5], [1, 2, 5], [3, 1, 5], [0, 3, 5]])
    for _ in range(levels):
        sides = np.sort(faces[:, [[0, 1], [1, 2], [2, 0]]].reshape(-1, 2), axis=1)
        edges, number = np.unique(sides, axis=0, return_inverse=True)
        middle = (len(vertices) + number).reshape(-1, 3)
        vertices = np.concatenate([vertices, vertices[edges].mean(axis=1)])
        a, b, c = faces.T
        ab, bc, ca = middle.T
        faces = np.concatenate([np.column_stack(x) for x in ((a, ab, ca), (ab, b, bc), (ca, bc, c), (ab, bc, ca))])
        vertices /= np.linalg.norm(vertices, axis=1, keepdims=True)
    x, y, z = vertices.T
    height = 1.0 + bumps * (np.sin(3 * x + 1) * np.cos(2 * y) + 0.7 * np.sin(4 * z + x))
    return Surface(vertices * height[:, None], faces)


def tunnelled(n: int, cells: int = 2) -> Surface:
    """Return the surface of a board of cubes with n square holes through it: genus n."""
    solid = np.ones((2 * n + 1, 3, 1), bool)
    solid[1::2, 1] = False
    solid = np.pad(solid.repeat(cells, 0).repeat(cells, 1).repeat(cells, 2), 1)
    quads = []
    for axis in range(3):
        for side in (0, 1):
            x = np.argwhere(solid & ~np.roll(solid, 1 - 2 * side, axis))
            corner = x + side * np.eye(3, dtype=int)[axis]
            u, v = np.eye(3, dtype=int)[(axis + 1) % 3], np.eye(3, dtype=int)[(axis + 2) % 3]
            ring = [corner, corner + u, corner + u + v, corner + v]
            quads.append(np.stack(ring if side else ring[::-1], axis=1))
    vertices, corners = np.unique(np.concatenate(quads).reshape(-1, 3), axis=0, return_inverse=True)
    a, b, c, d = corners.reshape(-1, 4).T
    return Surface(vertices.astype(float), np.concatenate([np.column_stack([a, b, c]), np.column_stack([a, c, d])]))


def joined(*surfaces: Surface) -> Surface:
    """Return surfaces side by side as one."""
    vertices, faces, first = [], [], 0
    for k, surface in enumerate(surfaces):
        vertices.append(surface.vertices + 4.0 * k)
        faces.append(surface.faces + first)
        first += len(surface.vertices)
    return Surface(np.concatenate(vertices), np.concatenate(faces))


def without(surface: Surface, *dropped: int) -> Surface:
    """Return a surface without the faces around some vertices."""
    return Surface(surface.vertices, surface.faces[~np.isin(surface.faces, dropped).any(axis=1)])


SURFACES = {
    "ball": ball,
    "torus": torus,
    "moebius": moebius,
    "holes": lambda: without(ball(), 0, 60, 200),
    "pieces": lambda: joined(ball(2), torus(18, 9), Surface(np.eye(3), np.array([[0, 1, 2]]))),
    "inside out in part": lambda: turned(torus()),
}


def turned(surface: Surface) -> Surface:
    """Return a surface of which every third face is wound the other way."""
    faces = surface.faces.copy()
    faces[::3] = faces[::3, ::-1]
    return Surface(surface.vertices, faces)
