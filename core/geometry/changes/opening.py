"""Opening a surface: a plane cuts away what lies beyond it, at the base for instance."""

import numpy as np

from core.base.errors import TopologyError
from core.data.surface import Surface
from core.data.topology import counted
from core.geometry.changes.change import Change, extended
from core.geometry.largest import largest_component, part_of_faces
from core.geometry.topology import boundary_loops, edge_table, topology

ENDS = ("-x", "+x", "-y", "+y", "-z", "+z")
"""Ends of a surface: the lower and the upper one along each axis."""
_TRIES = 9
"""Heights near the one that is wanted, of which that is taken that passes the vertices farthest."""
_NEAR = 0.05
"""How far these are from it at most, over it."""


def opened(surface: Surface, end: str, height: float) -> Change:
    """Return a surface without what lies beyond a plane near one of its ends.

    Parameters
    ----------
    surface : Surface
        A manifold.
    end : str
        One of `ENDS`, or "auto": that where the plane makes one loop, the largest; where none does, the fewest.
    height : float
        Where the plane is, from 0 at the end to 1 at the other one.

    Raises
    ------
    TopologyError
        If it is no manifold, or the plane leaves nothing.

    Notes
    -----
    Triangles that the plane passes are cut along it: the new boundary is straight. Colours, texture coordinates and
    scalars are interpolated. Where several components are left, the largest stays.
    """
    if not topology(surface).is_manifold:
        raise TopologyError("Only a manifold can be opened by a plane. Split what touches first.")
    if end == "auto":
        return min((_opened(surface, name, height) for name in ENDS), key=_preference)[1]
    return _opened(surface, end, height)[1]


def _preference(found: tuple[tuple[int, float], Change]) -> tuple[int, float]:
    return found[0]


def _opened(surface: Surface, end: str, height: float) -> tuple[tuple[int, float], Change]:
    """Return the change, after the number of loops that the plane makes and their negative length."""
    above = _heights(surface, end, height)
    faces = surface.faces
    count = (above[faces] > 0.0).sum(axis=1)
    n = len(surface.vertices)
    table = edge_table(faces)
    crossed = np.flatnonzero((above[table.edges] > 0.0).sum(axis=1) == 1)
    number = np.full(len(table.edges), -1)
    number[crossed] = n + np.arange(len(crossed))
    new = number[table.edge_of_side].reshape(-1, 3)
    pieces = [faces[count == 3]]
    rim: list[np.ndarray] = []
    for k in range(3):
        a, b, c = (faces[:, (k + j) % 3] for j in range(3))
        ab, ca = new[:, k], new[:, (k + 2) % 3]
        one = (count == 1) & (above[a] > 0.0)
        two = (count == 2) & (above[a] <= 0.0)
        pieces.append(np.column_stack([a, ab, ca])[one])
        pieces.append(np.concatenate([np.column_stack([ab, b, c])[two], np.column_stack([ab, c, ca])[two]]))
        rim += [np.column_stack([ab, ca])[one], np.column_stack([ca, ab])[two]]
    kept = np.concatenate(pieces)
    if not len(kept):
        raise TopologyError(f"The plane at {100 * height:g} % from the end {end} leaves nothing. Choose a lower one.")
    low, high = table.edges[crossed].T
    share = above[low] / (above[low] - above[high])

    def between(values: np.ndarray) -> np.ndarray:
        weights = share.reshape(-1, *(1,) * (values.ndim - 1))
        return (1.0 - weights) * values[low] + weights * values[high]

    made = extended(surface, kept, between)
    is_rim = np.zeros(len(made.vertices), bool)
    is_rim[n:] = True
    made = part_of_faces(made, np.arange(len(kept)))
    is_rim = is_rim[np.unique(kept)]
    return _described(surface, made, is_rim, end, height, int((count == 0).sum()))


def _described(
    surface: Surface, made: Surface, is_rim: np.ndarray, end: str, height: float, n_gone: int
) -> tuple[tuple[int, float], Change]:
    """Return the change with its sentence, after what tells how good it is."""
    left = ""
    if topology(made).n_components > 1:
        marked = Surface(made.vertices, made.faces, scalars={"rim": is_rim.astype(float)})
        largest, sentence = largest_component(marked)
        is_rim = largest.scalars["rim"] > 0.5
        left = f"; {sentence[0].lower()}{sentence[1:]}"
        made, _ = largest_component(made)
    loops = [loop for loop in boundary_loops(made.faces) if is_rim[loop].any()]
    edges = [np.column_stack([loop, np.roll(loop, -1)]) for loop in loops]
    rim = np.concatenate(edges) if edges else np.zeros((0, 2), np.int64)
    ends = made.vertices[rim]
    length = float(np.linalg.norm(ends[:, 0] - ends[:, 1], axis=1).sum())
    sentence = (
        f"Opened by a plane at {100 * height:g} % from the end {end}: {counted(n_gone, 'face')} of "
        f"{len(surface.faces):,} cut away, {counted(len(loops), 'boundary loop')} of length {length:.4g} made{left}"
    )
    rank = (len(loops) if loops else len(surface.faces), -length)
    return rank, Change(made, sentence, np.zeros(0, np.int64), rim)


def _heights(surface: Surface, end: str, height: float) -> np.ndarray:
    """Return how far above a plane each vertex lies, over the extent; none lies in it."""
    axis = "xyz".index(end[1])
    along = surface.vertices[:, axis] * (1.0 if end[0] == "-" else -1.0)
    extent = float(np.ptp(along))
    if not extent > 0.0:
        raise TopologyError(f"The surface is flat along {end[1]}: no plane across it opens it. Choose another end.")
    along = (along - along.min()) / extent
    ordered = np.sort(along)
    best, margin = height, -1.0
    for k in range(_TRIES):
        wanted = height * (1.0 + _NEAR * (2.0 * k / (_TRIES - 1) - 1.0))
        place = np.searchsorted(ordered, wanted)
        beside = ordered[max(0, place - 1) : place + 1]
        away = float(np.abs(beside - wanted).min()) if len(beside) else 0.0
        if away > margin:
            best, margin = wanted, away
    return along - best
