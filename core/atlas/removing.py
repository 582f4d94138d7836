"""Removing small handles: the surface is cut along a short loop around each, and both sides are capped."""

import numpy as np

from core.atlas.cut_open import CutMesh
from core.atlas.handles import handle_loops, loop_length
from core.base.errors import TopologyError
from core.base.progress import Work, part
from core.data.surface import Surface
from core.data.topology import counted
from core.geometry.changes.change import Change, taken, with_fans
from core.geometry.largest import part_of_faces
from core.geometry.topology import boundary_loops, edge_table, groups, topology

_ROUNDS = 8
"""How often handles are looked for: loops that touch another one or the boundary wait for the next time."""


def without_handles(surface: Surface, most: float) -> Work[Change]:
    """Return a surface without its small handles.

    Parameters
    ----------
    surface : Surface
        A manifold.
    most : float
        The greatest length of a loop that is cut along, in input units.

    Raises
    ------
    TopologyError
        If it is no manifold, one-sided, or has no handle so small.
    """
    known = topology(surface)
    if known.genus is None:
        raise TopologyError(
            "Handles are removed from orientable manifolds alone. Split what touches first, or choose an atlas."
        )
    made, n_original, rim, longest = surface, len(surface.faces), np.zeros((0, 2), np.int64), 0.0
    for turn in range(_ROUNDS):
        loops = yield from part(handle_loops(made), turn / _ROUNDS, (turn + 1) / _ROUNDS)
        if turn == 0 and (not loops or loop_length(surface, loops[0]) > most):
            shortest = f" The shortest loop is {loop_length(surface, loops[0]):.4g} long." if loops else ""
            raise TopologyError(
                f"There is no handle to remove: the surface has {counted(known.genus, 'handle')}, none with a loop of "
                f"{most:.4g} or less.{shortest}"
            )
        short = [loop for loop in loops if loop_length(made, loop) <= most]
        chosen = _apart(made, short) or short[:1]
        if not chosen:
            break
        longest = max(longest, max(loop_length(made, loop) for loop in chosen))
        opened, cut = _capped(made, chosen)
        if (topology(opened).genus or 0) >= (topology(made).genus or 0):
            break
        made = opened
        rim = np.concatenate([rim, cut])
    new = np.arange(n_original, len(made.faces))
    if topology(made).n_components > known.n_components:
        made, new, rim = _without_scraps(made, new, rim, known.n_components)
    after = topology(made)
    assert after.genus is not None
    sentence = (
        f"Removed {counted(known.genus - after.genus, 'handle')} of {known.genus:,}: cut along loops of up to "
        f"{longest:.4g}, both sides capped with {counted(len(new), 'triangle')}"
    )
    return Change(made, sentence, new, rim)


def _without_scraps(
    surface: Surface, new: np.ndarray, rim: np.ndarray, count: int
) -> tuple[Surface, np.ndarray, np.ndarray]:
    """Leave out what a loop along the boundary has cut off: all but some components, the largest; renumber the rest."""
    table = edge_table(surface.faces)
    n, label = groups(table.pairs // 3, len(surface.faces))
    largest = np.argsort(-np.bincount(label, minlength=n), kind="stable")[:count]
    kept = np.flatnonzero(np.isin(label, largest))
    vertices = np.unique(surface.faces[kept])
    rim = rim[np.isin(rim, vertices).all(axis=1)]
    return part_of_faces(surface, kept), np.searchsorted(kept, new[np.isin(new, kept)]), np.searchsorted(vertices, rim)


def _apart(surface: Surface, loops: list[np.ndarray]) -> list[np.ndarray]:
    """Return loops, the first ones first, that touch neither each other nor the boundary."""
    table = edge_table(surface.faces)
    taken_ = np.zeros(len(surface.vertices), bool)
    taken_[table.edges[table.n_faces == 1]] = True
    chosen: list[np.ndarray] = []
    for loop in loops:
        if not taken_[loop].any():
            taken_[loop] = True
            chosen.append(loop)
    return chosen


def _capped(surface: Surface, loops: list[np.ndarray]) -> tuple[Surface, np.ndarray]:
    """Return a surface cut along loops, both sides capped, and the edges of the caps.

    Vertices keep their numbers: copies are added behind them, so that edges of earlier caps stay known. Where a loop
    touches the boundary, that side stays open with the boundary loop, and the handle is gone all the same.
    """
    mesh = CutMesh(surface.faces, surface.vertices)
    cut = np.zeros(len(mesh.edges), bool)
    cut[np.concatenate([mesh.numbers(np.column_stack([loop, np.roll(loop, -1)])) for loop in loops])] = True
    fan = mesh.opened(cut).ravel()
    corner, n = surface.faces.ravel(), len(surface.vertices)
    keys, first = np.unique(fan, return_index=True)
    stands_for = corner[first]
    order = np.lexsort((keys, stands_for))
    is_first = np.ones(len(keys), bool)
    is_first[1:] = np.diff(stands_for[order]) > 0
    number = np.empty(len(keys), np.int64)
    number[order[is_first]] = stands_for[order[is_first]]
    copies = order[~is_first]
    number[copies] = n + np.arange(len(copies))
    opened = taken(surface, number[fan].reshape(-1, 3), np.concatenate([np.arange(n), stands_for[copies]]))
    on_cut = np.zeros(len(opened.vertices), bool)
    on_cut[np.concatenate(loops)] = True
    on_cut[n:] = True
    rims = [rim for rim in boundary_loops(opened.faces) if on_cut[rim].all()]
    edges = [np.column_stack([rim, np.roll(rim, -1)]) for rim in rims]
    return with_fans(opened, rims), np.concatenate([*edges, np.zeros((0, 2), np.int64)])
