"""Parting what touches: edges of more than two faces, and vertices where parts meet in a point."""

import numpy as np
from jaxtyping import Int64

from core.base.errors import TopologyError
from core.data.surface import Surface
from core.data.topology import counted
from core.geometry.changes.change import Change, taken
from core.geometry.repair import orient
from core.geometry.topology import EdgeTable, edge_table, groups, topology

_FLAT = -0.5
"""Cosine of the angle between two faces at an edge up to which they go on in each other: 120 degrees and more."""


def split(surface: Surface) -> Change:
    """Return a surface that is a manifold: each fan of faces at a vertex has a vertex of its own.

    Parameters
    ----------
    surface : Surface
        Any triangles.

    Raises
    ------
    TopologyError
        If it is a manifold already.

    Notes
    -----
    Of more than two faces at an edge, those two stay joined that go on in each other with the least bend, then the next
    two; others come apart. Where that leaves no manifold, all faces at such edges come apart.
    """
    known = topology(surface)
    if known.is_manifold:
        raise TopologyError("There is nothing to split: the surface is a manifold already.")
    table = edge_table(surface.faces)
    made, vertices = _parted(surface, table, np.concatenate([table.pairs, _going_on(surface, table)]))
    found = topology(made)
    if not found.is_manifold:
        made, vertices = _parted(surface, table, table.pairs)
        found = topology(made)
    used = len(np.unique(surface.faces))
    more, pieces = counted(len(vertices) - used, "vertex"), counted(found.n_components, "component")
    sentence = (
        f"Split {counted(known.n_nonmanifold_edges, 'edge')} of more than two faces and "
        f"{counted(known.n_nonmanifold_vertices, 'vertex')} where parts touched: {more} more, {pieces} now"
    )
    sides = np.stack([made.faces, np.roll(made.faces, -1, axis=1)], axis=2).reshape(-1, 2)
    shown = (table.n_faces > 2)[table.edge_of_side]
    if not shown.any():
        shown = (np.bincount(vertices, minlength=1)[vertices] > 1)[sides].any(axis=1)
    edges = sides[shown]
    turn, inside_out = orient(made.vertices, made.faces)
    turn ^= inside_out
    faces = np.where(turn[:, None], made.faces[:, ::-1], made.faces)
    return Change(taken(made, faces, np.arange(len(made.vertices))), sentence, np.zeros(0, np.int64), edges)


def _parted(surface: Surface, table: EdgeTable, pairs: Int64[np.ndarray, "p 2"]) -> tuple[Surface, np.ndarray]:
    """Return the faces joined at some pairs of sides alone, and the vertex that each new one is a copy of."""
    corner = surface.faces.ravel()
    first, second = pairs.T
    ends = [3 * (side // 3) + (side + 1) % 3 for side in (first, second)]
    same_way = corner[first] == corner[second]
    to_start = np.asarray(np.where(same_way, second, ends[1]), np.int64)
    to_end = np.asarray(np.where(same_way, ends[1], second), np.int64)
    links = np.concatenate([np.column_stack([first, to_start]), np.column_stack([ends[0], to_end])])
    count, fan = groups(links, len(corner))
    vertices = np.empty(count, np.int64)
    vertices[fan] = corner
    return taken(surface, fan.reshape(-1, 3), vertices), vertices


def _going_on(surface: Surface, table: EdgeTable) -> Int64[np.ndarray, "p 2"]:
    """Return pairs of sides, at edges of more than two faces, whose faces go on in each other."""
    found: list[tuple[int, int]] = []
    for edge in np.flatnonzero(table.n_faces > 2).tolist():
        sides = table.order[table.first[edge] : table.first[edge] + table.n_faces[edge]]
        start, end = surface.vertices[table.edges[edge]]
        tips = surface.vertices[surface.faces[sides // 3, (sides + 2) % 3]] - start
        along = (end - start) / max(float(np.linalg.norm(end - start)), 1e-300)
        across = tips - np.outer(tips @ along, along)
        across /= np.maximum(np.linalg.norm(across, axis=1), 1e-300)[:, None]
        cosines = across @ across.T
        taken_: set[int] = set()
        i, j = np.triu_indices(len(sides), 1)
        for k in np.argsort(cosines[i, j], kind="stable").tolist():
            pair = {int(i[k]), int(j[k])}
            if cosines[i[k], j[k]] < _FLAT - 1e-9 and not pair & taken_:
                taken_ |= pair
                found.append((int(sides[i[k]]), int(sides[j[k]])))
    return np.array(found, np.int64).reshape(-1, 2)
