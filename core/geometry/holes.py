"""Filling boundary loops of a surface: all but the longest, so that it is the only one, or all up to a length."""

import numpy as np

from core.base.errors import TopologyError
from core.data.surface import Surface
from core.data.topology import Topology, counted
from core.geometry.changes.change import Change, with_fans
from core.geometry.topology import boundary_loops, topology


def is_fillable(found: Topology) -> bool:
    """Return whether filling all boundary loops but the largest makes a surface a topological disk."""
    is_surface = found.is_manifold and found.is_orientable and found.n_components == 1
    return is_surface and found.genus == 0 and found.n_boundary_loops > 1


def loops_by_length(surface: Surface) -> list[np.ndarray]:
    """Return the vertices of each boundary loop of an oriented manifold, along the sides of its faces, longest first.

    Parameters
    ----------
    surface : Surface
        An oriented manifold: at most one side on the boundary begins at each vertex.
    """
    return sorted(boundary_loops(surface.faces), key=lambda loop: -_length(surface, loop))


def filled(surface: Surface, most: float | None = None) -> Change:
    """Return a surface with boundary loops filled.

    Parameters
    ----------
    surface : Surface
        A manifold with boundary.
    most : float, optional
        The greatest length of a loop that is filled, in input units; otherwise all but the longest are.

    Raises
    ------
    TopologyError
        If the surface is no manifold, or there is no loop to fill.

    Notes
    -----
    As `with_fans` does it. O(f log f).
    """
    known = topology(surface)
    if not known.is_manifold:
        raise TopologyError(
            f"Holes are filled in manifolds alone; {counted(known.n_nonmanifold_edges, 'edge')} of this surface "
            f"have more than two faces, and at {counted(known.n_nonmanifold_vertices, 'vertex')} parts touch. Split "
            "them first."
        )
    loops = loops_by_length(surface)
    holes = loops[1:] if most is None else [loop for loop in loops if _length(surface, loop) <= most]
    if not holes:
        longest = f" The shortest is {_length(surface, loops[-1]):.4g} long: fill larger ones." if loops else ""
        what = "one boundary loop, which stays" if most is None and loops else f"{len(loops):,} of them, none so short"
        raise TopologyError(f"There is no hole to fill: the surface has {what if loops else 'no boundary'}.{longest}")
    made = with_fans(surface, holes)
    n_sides = sum(len(loop) for loop in holes)
    new = np.arange(len(surface.faces), len(made.faces))
    rest = "the longest is left open" if most is None else f"{counted(len(loops) - len(holes), 'longer one')} left open"
    what = f"{counted(len(holes), 'boundary loop')} of {counted(n_sides, 'edge')} with {counted(len(new), 'triangle')}"
    edges = np.concatenate([np.column_stack([loop, np.roll(loop, -1)]) for loop in holes])
    return Change(made, f"Filled {what}; {rest}", new, edges)


def _length(surface: Surface, loop: np.ndarray) -> float:
    """Length of a closed loop of vertices."""
    places = surface.vertices[loop]
    return float(np.linalg.norm(places - np.roll(places, -1, axis=0), axis=1).sum())
