"""A coarser mesh on some of the same vertices, drawn while frames must be quick."""

from dataclasses import dataclass

import numpy as np
from numba import njit

TRIANGLES = 30_000
"""Triangles that software draws in some 10 ms."""
POINTS = 25_000
"""Points that it draws in as much time."""


@dataclass(frozen=True, eq=False)
class Coarse:
    """Part of the vertices of a mesh, and triangles between them.

    Parameters
    ----------
    vertices : (m,) int64 array
        Numbers of the vertices that are kept.
    faces : (k, 3) int64 array
        Corners, as places in `vertices`.
    """

    vertices: np.ndarray
    faces: np.ndarray


def thin(n: int) -> Coarse | None:
    """Return an even part of the n points of a cloud; None where they are few."""
    if n <= POINTS:
        return None
    return Coarse(np.linspace(0, n - 1, POINTS).astype(np.int64), np.empty((0, 3), np.int64))


@njit(nogil=True, cache=True)
def _rows(faces, n):  # pragma: no cover - compiled
    """Return where the neighbours of each vertex begin, and the neighbours (those across two faces twice)."""
    first = np.zeros(n + 1, np.int64)
    for face in range(len(faces)):
        for k in range(3):
            first[faces[face, k] + 1] += 2
    for vertex in range(n):
        first[vertex + 1] += first[vertex]
    free, neighbours = first[:-1].copy(), np.empty(first[n], np.int64)
    for face in range(len(faces)):
        for k in range(3):
            vertex = faces[face, k]
            neighbours[free[vertex]] = faces[face, (k + 1) % 3]
            neighbours[free[vertex] + 1] = faces[face, (k + 2) % 3]
            free[vertex] += 2
    return first, neighbours


@njit(nogil=True, cache=True)
def _bends(points, first, neighbours):  # pragma: no cover - compiled
    """Return the squared distance of each vertex from the mean of its neighbours."""
    bends = np.zeros(len(points))
    for vertex in range(len(points)):
        count = first[vertex + 1] - first[vertex]
        for axis in range(3):
            total = 0.0
            for k in range(first[vertex], first[vertex + 1]):
                total += points[neighbours[k], axis]
            if count > 0:
                bends[vertex] += (points[vertex, axis] - total / count) ** 2
    return bends


@njit(nogil=True, cache=True)
def _nearest_kept(points, first, neighbours, order):  # pragma: no cover - compiled
    """Keep vertices no two of which are neighbours, taken in order; return for each the nearest one that is kept."""
    n = len(points)
    state = np.zeros(n, np.int8)
    for k in range(n):
        vertex = order[k]
        if state[vertex] == 0:
            state[vertex] = 1
            for j in range(first[vertex], first[vertex + 1]):
                if state[neighbours[j]] == 0:
                    state[neighbours[j]] = 2
    nearest = np.arange(n)
    for vertex in range(n):
        if state[vertex] == 1:
            continue
        least = np.inf
        for j in range(first[vertex], first[vertex + 1]):
            other = neighbours[j]
            if state[other] == 1:
                away = 0.0
                for axis in range(3):
                    away += (points[vertex, axis] - points[other, axis]) ** 2
                if away < least:
                    least, nearest[vertex] = away, other
    return nearest


def coarse(points: np.ndarray, faces: np.ndarray, triangles: int = TRIANGLES) -> Coarse | None:
    """Return a coarser mesh, None where the mesh is coarse already.

    Parameters
    ----------
    points : (n, 3) float32 array
        Positions.
    faces : (f, 3) int64 array
        Corners of each face.
    triangles : int
        How many triangles may be left.

    Notes
    -----
    In each round a largest set of vertices is kept of which no two are neighbours, the most bent first. Every other
    vertex joins the nearest one kept, and the faces between three groups become the coarser faces; a round leaves
    about a quarter. Unlike edge collapse by quadrics this lets go of the interpreter lock and takes milliseconds.
    """
    kept = np.arange(len(points))
    while len(faces) > triangles:
        positions = np.ascontiguousarray(points[kept])
        first, neighbours = _rows(faces, len(kept))
        order = np.argsort(-_bends(positions, first, neighbours), kind="stable")
        corners = _nearest_kept(positions, first, neighbours, order)[faces]
        corners = corners[(corners != np.roll(corners, 1, axis=1)).all(axis=1)]
        left, place = np.unique(corners, return_inverse=True)
        if len(left) == len(kept):
            break
        kept, faces = kept[left], place.reshape(-1, 3)
    return Coarse(kept, faces) if len(kept) < len(points) else None
