"""Finding what stands between a surface and one planar chart, and what helps."""

import time

import numpy as np
from jaxtyping import Int64

from core.atlas.handles import handle_loops, loop_length
from core.base.errors import TopologyError
from core.base.progress import Progress, Work, part
from core.data.obstacles import Kind, Obstacles, Place
from core.data.surface import Surface
from core.data.topology import Topology, counted
from core.geometry.changes.splitting import split
from core.geometry.changes.untangling import untangled
from core.geometry.crossings import crossings
from core.geometry.degenerate import has_no_height
from core.geometry.topology import EdgeTable, edge_table, fans, groups, topology

MOST_PLACES = 500
"""Places of one kind that are told one by one, the largest of them."""
MOST_PIECES, FEW_FACES = 50, 20
"""Components from which a surface is a soup if most of them have fewer faces than this."""
_MOST_LOOKED_AT = 1_000_000
"""Faces up to which those that cross are looked for: about 7 s of a core."""
_MOST_OF_IT = 0.9
"""Part of the area of which the largest component stands for the whole."""


def is_soup(sizes: np.ndarray) -> bool:
    """Return whether components of these numbers of faces are loose triangles rather than surfaces."""
    return len(sizes) > MOST_PIECES and 2 * int((sizes < FEW_FACES).sum()) > len(sizes)


def component_sizes(surface: Surface) -> Int64[np.ndarray, " c"]:
    """Return the numbers of faces of the parts that are joined through vertices."""
    sides = np.concatenate([surface.faces[:, :2], surface.faces[:, 1:]])
    count, group = groups(sides, len(surface.vertices))
    sizes = np.bincount(group[surface.faces[:, 0]], minlength=count)
    return sizes[sizes > 0]


def find_obstacles(surface: Surface) -> Work[Obstacles]:
    """Find what stands between a surface and one planar chart, with places, and which way to prepare it is best.

    Parameters
    ----------
    surface : Surface
        Any triangles.

    Yields
    ------
    Progress
        Without payload.
    """
    started = time.monotonic()
    yield Progress(0.0, "Examining the surface")
    table, known = edge_table(surface.faces), topology(surface)
    components = _components(surface)
    loose = list(_touching(surface, table)) + (components if len(components) > 1 else [])
    loose += _holes(surface, table)
    yield Progress(0.1, "Looking for handles")
    if known.n_nonmanifold_edges == 0 and len(surface.faces) and known.area > 0.0 and known.genus != 0:
        loops = yield from part(handle_loops(surface), 0.1, 0.6)
        loose += [_along("handle", surface, loop) for loop in loops]
    winding = _pairs_wound_alike(table)
    if len(winding):
        loose.append(_of_edges("winding", surface, winding))
    flat = surface.faces[has_no_height(surface.vertices, surface.faces)]
    loose += [Place("flat", np.zeros((0, 2), np.int64), np.unique(corners), 0.0) for corners in flat[:MOST_PLACES]]
    yield Progress(0.6, "Looking for triangles that cross")
    is_looked_at = len(surface.faces) <= _MOST_LOOKED_AT
    crossing = crossings(surface.vertices, surface.faces) if is_looked_at else np.zeros((0, 2), np.int64)
    loose += _crossing(surface, crossing)
    rim = np.unique(table.edges[table.n_faces == 1])
    counts = {
        "edge": known.n_nonmanifold_edges,
        "vertex": known.n_nonmanifold_vertices,
        "component": len(components) if len(components) > 1 else 0,
        "closed": sum(not np.isin(place.vertices, rim).any() for place in components[:MOST_PLACES]),
        "hole": 0 if known.is_disk else known.n_boundary_loops,
        "handle": known.genus if known.genus is not None else len([p for p in loose if p.kind == "handle"]),
        "winding": len(winding),
        "flat": len(flat),
        "crossing": len(crossing),
    }
    counts = {kind: n for kind, n in counts.items() if n}
    places = [place for kind in counts for place in _largest([p for p in loose if p.kind == kind])]
    advice, why = _advice(surface, known, components)
    if len(crossing):
        advice, why = yield from part(_untangling(surface, advice, why), 0.7, 1.0)
    elif not is_looked_at:
        why = f"{why} Triangles that cross were not looked for: there are more than {_MOST_LOOKED_AT:,}."
    return Obstacles(tuple(places), counts, advice, why, time.monotonic() - started)


def _advice(surface: Surface, known: Topology, components: list[Place]) -> tuple[str, str]:
    """Return the way that is recommended, and why."""
    if known.is_disk:
        return "as-is", "It is a topological disk: one chart is enough."
    if not known.is_manifold:
        parted = _components(split(surface).surface)
        if len(parted) > 1 and parted[0].size > _MOST_OF_IT * sum(place.size for place in parted):
            rest = counted(len(parted) - 1, "small part")
            return "split,largest", f"Where parts touch there is no chart: they are parted first, then {rest} left out."
        return "split", "Where parts touch there is no chart: they are parted first, then covered."
    sizes = np.array([place.n_faces for place in components])
    areas = np.array([place.size for place in components])
    if is_soup(sizes):
        return "largest", (
            f"It is a soup of {counted(len(sizes), 'component')}: each would take a chart of its own. Weld it, or keep "
            "the largest."
        )
    if len(areas) > 1 and areas.max() > _MOST_OF_IT * areas.sum():
        share = 100.0 * areas.max() / areas.sum()
        return "largest", f"The largest of {counted(len(areas), 'component')} has {share:.3g} % of the area."
    return "atlas", "Small charts learn what is no disk, and learn it better than one stretched chart."


def _untangling(surface: Surface, advice: str, why: str) -> Work[tuple[str, str]]:
    """Return the way that is recommended where triangles cross: untangled first if that takes most of them away."""
    try:
        made = yield from part(untangled(surface))
    except TopologyError:
        return advice, why
    before, after = len(made.before.pairs), len(made.after.pairs)
    if 2 * after > before:
        return advice, why
    said = (
        f"Triangles that cross can have no homeomorphism: {before - after:,} of {counted(before, 'pair')} come apart "
        f"with moves of up to {100 * made.farthest:.2g} % of the diagonal."
    )
    return ("untangle" if advice == "as-is" else f"untangle,{advice}"), f"{said} {why}"


def _crossing(surface: Surface, pairs: np.ndarray) -> list[Place]:
    """Return the places where faces cross: those that share a vertex or cross are one."""
    faces = np.unique(pairs)
    corners = surface.faces[faces]
    joined = np.concatenate([corners[:, :2], corners[:, 1:], surface.faces[pairs, 0]])
    _, group = groups(joined, len(surface.vertices))
    names, place = np.unique(group[corners[:, 0]], return_inverse=True)
    places: list[Place] = []
    for k in range(len(names)):
        own = corners[place == k]
        edges = np.unique(np.sort(np.concatenate([own[:, :2], own[:, 1:], own[:, [2, 0]]]), axis=1), axis=0)
        extent = float(np.linalg.norm(np.ptp(surface.vertices[own].reshape(-1, 3), axis=0)))
        places.append(Place("crossing", edges, np.zeros(0, np.int64), extent, len(own)))
    return places


def _components(surface: Surface) -> list[Place]:
    """Return the parts joined through vertices."""
    if not len(surface.faces):
        return []
    sides = np.concatenate([surface.faces[:, :2], surface.faces[:, 1:]])
    count, group = groups(sides, len(surface.vertices))
    of_face = group[surface.faces[:, 0]]
    areas, sizes = np.bincount(of_face, surface.face_areas, count), np.bincount(of_face, minlength=count)
    used = np.flatnonzero(sizes)
    used = used[np.argsort(-areas[used], kind="stable")]
    order = np.argsort(group, kind="stable")
    first = np.searchsorted(group[order], np.arange(count + 1))
    none = np.zeros((0, 2), np.int64)
    return [
        Place("component", none, np.sort(order[first[k] : first[k + 1]]), float(areas[k]), int(sizes[k]))
        for k in used.tolist()
    ]


def _touching(surface: Surface, table: EdgeTable) -> list[Place]:
    """Return edges of more than two faces, joined where they meet, and vertices where parts touch."""
    rough = table.edges[table.n_faces > 2]
    ends, local = np.unique(rough, return_inverse=True)
    count, group = groups(local.reshape(-1, 2), len(ends))
    of_edge = group[local.reshape(-1, 2)[:, 0]] if len(rough) else np.zeros(0, np.int64)
    places = [_of_edges("edge", surface, rough[of_edge == k]) for k in range(min(count, MOST_PLACES))]
    n_fans, fan = fans(surface.faces, table)
    vertex = np.empty(n_fans, np.int64)
    vertex[fan.ravel()] = surface.faces.ravel()
    pinched = np.flatnonzero(np.bincount(vertex, minlength=1) > 1)
    none = np.zeros((0, 2), np.int64)
    return places + [Place("vertex", none, np.array([v]), 0.0) for v in pinched[:MOST_PLACES].tolist()]


def _holes(surface: Surface, table: EdgeTable) -> list[Place]:
    """Return the boundary loops: edges of one face, joined where they meet."""
    rim = table.edges[table.n_faces == 1]
    ends, local = np.unique(rim, return_inverse=True)
    count, group = groups(local.reshape(-1, 2), len(ends))
    of_edge = group[local.reshape(-1, 2)[:, 0]] if len(rim) else np.zeros(0, np.int64)
    order = np.argsort(of_edge, kind="stable")
    parts = np.split(rim[order], np.searchsorted(of_edge[order], np.arange(1, count))) if count else []
    return [_of_edges("hole", surface, edges) for edges in parts]


def _pairs_wound_alike(table: EdgeTable) -> np.ndarray:
    """Return the edges whose two faces run along them the same way."""
    start = table.faces.ravel()[table.pairs]
    return table.edges[table.edge_of_side[table.pairs[start[:, 0] == start[:, 1], 0]]]


def _along(kind: Kind, surface: Surface, loop: np.ndarray) -> Place:
    edges = np.column_stack([loop, np.roll(loop, -1)])
    return Place(kind, edges, np.zeros(0, np.int64), loop_length(surface, loop))


def _of_edges(kind: Kind, surface: Surface, edges: np.ndarray) -> Place:
    ends = surface.vertices[edges]
    length = float(np.linalg.norm(ends[:, 0] - ends[:, 1], axis=1).sum())
    return Place(kind, edges, np.zeros(0, np.int64), length)


def _largest(places: list[Place]) -> list[Place]:
    return sorted(places, key=lambda place: -place.size)[:MOST_PLACES]
