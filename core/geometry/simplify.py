"""A surface with fewer triangles, of the same topology."""

import numpy as np
from jaxtyping import Bool

from core.base.errors import InputError
from core.base.progress import Progress, Work
from core.data.surface import Surface
from core.geometry.merging import merge_cheapest, quadrics_of, rings_of
from core.geometry.repair import part_of
from core.geometry.topology import edge_table, fans

_PARTS = 5
"""Places to report at and to cancel."""
_MOST_BYTES = 4 << 30
"""What the lists of faces around all vertices may take."""


def simplified(surface: Surface, n_faces: int) -> Work[Surface]:
    """Take vertices away until so many triangles are left, those that change the shape least first.

    Parameters
    ----------
    surface : Surface
        Repaired already.
    n_faces : int
        How many triangles to end with at most; more are left where no vertex can go any more.

    Yields
    ------
    Progress
        Part of the work that is done.

    Returns
    -------
    Surface
        Some of the vertices, at their places and with all they carry, and as many triangles as were asked for or one
        fewer.

    Raises
    ------
    InputError
        If so many triangles meet at one vertex that memory does not suffice.

    Notes
    -----
    Garland and Heckbert, *Surface simplification using quadric error metrics* (1997), each vertex merged into a
    neighbour. Components, holes and handles stay: a vertex is merged only where its link meets that of its neighbour
    in two vertices, and not where a face would turn over; those on a boundary, on an edge of more than two faces, or
    where parts touch, stay. Libraries that do this in a fraction of the time do not check that, and made disks with
    edges of three faces of scans of 50,000 triangles.
    """
    low, high = surface.bounds
    vertices = np.ascontiguousarray((surface.vertices - low) / max(float((high - low).max()), np.finfo(float).tiny))
    faces = surface.faces.copy()
    widest = int(np.bincount(faces.ravel()).max())
    if widest * len(vertices) * 8 > _MOST_BYTES:
        reason = f"{widest:,} triangles meet at one vertex: it cannot be simplified"
        raise InputError("The surface", reason, "", "Remesh it.")
    inside = _inner(faces, len(vertices))
    yield _progress(0.1)
    rings, counts = rings_of(faces, len(vertices))
    alive, quadrics = np.ones(len(faces), bool), quadrics_of(vertices, faces)
    yield _progress(0.2)
    wanted = max(0, -(-(len(faces) - n_faces) // 2))
    for part in range(_PARTS):
        left = wanted - (len(faces) - int(alive.sum())) // 2
        most = -(-left // (_PARTS - part))
        if most <= 0:
            break
        merge_cheapest(most, vertices, faces, alive, rings, counts, inside, quadrics, True)
        yield _progress(0.2 + 0.8 * (part + 1) / _PARTS)
    kept = faces[alive]
    return part_of(surface, np.unique(kept), kept)


def _progress(share: float) -> Progress:
    return Progress(share, f"Simplifying ({100 * share:.0f} %)")


def _inner(faces: np.ndarray, n: int) -> Bool[np.ndarray, " n"]:
    """Return the vertices that may go: those with one closed fan of faces around, all wound one way."""
    table = edge_table(faces)
    sides = faces.ravel()
    ends = np.roll(faces, -1, axis=1).ravel()
    pairs = np.flatnonzero(table.n_faces == 2)
    first, second = table.order[table.first[pairs]], table.order[table.first[pairs] + 1]
    is_good = np.zeros(len(table.edges), bool)
    is_good[pairs] = sides[first] == ends[second]
    inside = np.ones(n, bool)
    inside[table.edges[~is_good].ravel()] = False
    _, fan = fans(faces, table)
    _, corner = np.unique(fan.ravel(), return_index=True)
    inside[np.bincount(sides[corner], minlength=n) != 1] = False
    return inside
