"""Filling the smaller boundary loops of a surface, so that the largest is its only one."""

import numpy as np

from core.data.surface import Surface
from core.data.topology import Topology
from core.geometry.topology import edge_table


def is_fillable(found: Topology) -> bool:
    """Return whether filling all boundary loops but the largest makes a surface a topological disk."""
    is_surface = found.is_manifold and found.is_orientable and found.n_components == 1
    return is_surface and found.genus == 0 and found.n_boundary_loops > 1


def boundary_loops(surface: Surface) -> list[np.ndarray]:
    """Return the vertices of each boundary loop of an oriented manifold, along the sides of its faces, longest first.

    Parameters
    ----------
    surface : Surface
        An oriented manifold: at most one side on the boundary begins at each vertex.
    """
    table = edge_table(surface.faces)
    sides = np.stack([surface.faces, np.roll(surface.faces, -1, axis=1)], axis=2).reshape(-1, 2)
    bounding = sides[table.n_faces[table.edge_of_side] == 1]
    following = dict(bounding.tolist())
    loops: list[np.ndarray] = []
    while following:
        start, end = following.popitem()
        loop = [start]
        while end != start:
            loop.append(end)
            end = following.pop(end)
        loops.append(np.array(loop))
    return sorted(loops, key=lambda loop: -_length(surface, loop))


def filled(surface: Surface) -> tuple[Surface, str]:
    """Return a surface with all boundary loops but the longest filled, and a sentence that says so.

    Parameters
    ----------
    surface : Surface
        A connected, oriented manifold with several boundary loops.

    Notes
    -----
    A loop of three vertices gets one triangle; a longer one a fan around the mean of its vertices, which takes the mean
    of their colours, texture coordinates and scalars. O(f log f).
    """
    holes = boundary_loops(surface)[1:]
    faces, middles = [surface.faces], [loop for loop in holes if len(loop) > 3]
    number = len(surface.vertices)
    for loop in holes:
        if len(loop) == 3:
            faces.append(loop[None, ::-1])
            continue
        faces.append(np.column_stack([np.roll(loop, -1), loop, np.full(len(loop), number)]))
        number += 1

    def extended(values: np.ndarray) -> np.ndarray:
        means = np.array([values[loop].astype(np.float64).mean(axis=0) for loop in middles])
        return np.concatenate([values, means.astype(values.dtype)]) if len(means) else values

    texture, colors = surface.texture_coordinates, surface.colors
    made = Surface(
        extended(surface.vertices),
        np.concatenate(faces),
        None if colors is None else extended(colors),
        None if texture is None else extended(texture),
        {name: extended(values) for name, values in surface.scalars.items()},
    )
    n_sides = sum(len(loop) for loop in holes)
    what = "1 boundary loop" if len(holes) == 1 else f"{len(holes):,} boundary loops"
    n_faces = len(made.faces) - len(surface.faces)
    return made, f"Filled {what} of {n_sides:,} edges with {n_faces:,} triangles; the longest is left open"


def _length(surface: Surface, loop: np.ndarray) -> float:
    """Length of a closed loop of vertices."""
    places = surface.vertices[loop]
    return float(np.linalg.norm(places - np.roll(places, -1, axis=0), axis=1).sum())
