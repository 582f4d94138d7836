"""Routine repairs of a surface just read: weld, drop what is degenerate, double or unused, orient. Each one is told."""

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float64, Int64

from core.data.surface import Surface
from core.data.topology import counted
from core.geometry.degenerate import duplicate_faces, flip_caps, has_no_height, has_repeated_corner
from core.geometry.topology import EdgeTable, corners_in_parts, edge_table, topology

MERGED = "Merged"
"""How the sentence begins that tells of vertices at the same position."""


@dataclass(frozen=True, eq=False)
class Repair:
    """A repaired surface and what was done to it.

    Parameters
    ----------
    surface : Surface
        The result; without faces where none had any area.
    done : tuple of str
        Each change as a sentence with its number.
    left : tuple of str
        What was found and left as it is, as sentences.
    table : EdgeTable or None
        The edges of the result where they are known.
    """

    surface: Surface
    done: tuple[str, ...]
    left: tuple[str, ...]
    table: EdgeTable | None = None


def repair(surface: Surface) -> Repair:
    """Weld equal positions, drop degenerate and duplicate faces and unused vertices, and orient what is left.

    Vertices are merged only where their coordinates are exactly equal. A surface that is closed and manifold as it is
    stored has no seam to close: if merging would pinch it, its vertices are left apart, and that is told.

    Parameters
    ----------
    surface : Surface
        As read from a file; coordinates finite.
    """
    done: list[str] = []
    surface = _without_unused_vertices(surface, done)
    first = weld(surface.vertices)
    left = _reason_not_to_weld(surface, first)
    if not left:
        surface = _welded(surface, first, done)
        surface = _without_faces(surface, has_repeated_corner(surface.faces), "face with a repeated corner", done)
        surface = _without_faces(surface, duplicate_faces(surface.faces), "duplicate face", done)
    table = edge_table(surface.faces)
    surface = _oriented(surface, table, done)
    if not left:
        surface = _without_flat_faces(surface, done)
        surface = _without_unused_vertices(surface, done)
    known = table if table.faces is surface.faces else None
    return Repair(surface, tuple(done), (left,) if left else (), known)


def weld(vertices: Float64[np.ndarray, "n 3"]) -> Int64[np.ndarray, " n"]:
    """Return for each vertex the first one at exactly the same position.

    Parameters
    ----------
    vertices : (n, 3) float64 array
        Positions; 0.0 and -0.0 are equal.
    """
    order = np.lexsort(vertices.T)
    sorted_ = vertices[order]
    new = np.ones(len(vertices), bool)
    new[1:] = (sorted_[1:] != sorted_[:-1]).any(axis=1)
    first = np.empty(len(vertices), np.int64)
    # lexsort is stable, so the first of each run of equal positions is the one with the smallest number.
    first[order] = order[np.flatnonzero(new)][np.cumsum(new) - 1]
    return first


def orient(
    vertices: Float64[np.ndarray, "n 3"], faces: Int64[np.ndarray, "f 3"], table: EdgeTable | None = None
) -> tuple[Bool[np.ndarray, " f"], Bool[np.ndarray, " f"]]:
    """Return which faces to turn for a consistent winding, and which besides because their closed part is inside out.

    A part with a boundary keeps the winding of most of its faces. A closed part is wound so that its volume is
    positive, unless it lies in the bounding box of another closed part: then it may be the wall of a cavity, and keeps
    the winding of most of its faces. Parts that cannot be oriented are left as they are.

    Parameters
    ----------
    vertices : (n, 3) float64 array
        Positions.
    faces : (f, 3) int64 array
        Corners of each face.
    table : EdgeTable, optional
        Their edges, where they are known already.
    """
    table = edge_table(faces) if table is None else table
    part, turn = table.winding
    numbers, part = np.unique(part, return_inverse=True)
    n = len(numbers)
    sizes, turned = np.bincount(part, minlength=n), np.bincount(part, weights=turn, minlength=n)
    turn = turn ^ ((2 * turned > sizes) & (numbers >= 0))[part]
    rough = np.bincount(part[table.order // 3], weights=table.n_faces[table.edge_of_side[table.order]] != 2)
    closed = (rough == 0) & (numbers >= 0)
    inside_out = np.zeros(n, bool)
    if closed.any():
        volume, low, high = _volumes_and_boxes(vertices, faces, turn, part, n)
        inside_out = closed & (volume < 0) & ~_enclosed(low, high, closed)
    return turn, inside_out[part]


def _volumes_and_boxes(
    vertices: np.ndarray, faces: np.ndarray, turn: np.ndarray, part: np.ndarray, n: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return six times the signed volume of each part, in units of the whole, and its bounding box."""
    low_of_all, high_of_all = vertices.min(axis=0), vertices.max(axis=0)
    centre, size = 0.5 * (low_of_all + high_of_all), max(float((high_of_all - low_of_all).max()), np.finfo(float).tiny)
    low, high = np.full((n, 3), np.inf), np.full((n, 3), -np.inf)
    if n == 1:
        low[0], high[0] = (low_of_all - centre) / size, (high_of_all - centre) / size
    volume, done = np.zeros(n), 0
    for corners in corners_in_parts(vertices, faces, centre, size):
        here = slice(done, done := done + corners.shape[1])
        a, b, c = corners.transpose(0, 2, 1)
        six = (
            a[0] * (b[1] * c[2] - b[2] * c[1]) + a[1] * (b[2] * c[0] - b[0] * c[2]) + a[2] * (b[0] * c[1] - b[1] * c[0])
        )
        volume += np.bincount(part[here], weights=np.where(turn[here], -1.0, 1.0) * six, minlength=n)
        if n > 1:
            np.minimum.at(low, part[here], corners.min(axis=0))
            np.maximum.at(high, part[here], corners.max(axis=0))
    return volume, low, high


def _enclosed(low: np.ndarray, high: np.ndarray, closed: np.ndarray) -> np.ndarray:
    """Return which boxes lie strictly inside the box of a closed part."""
    enclosed = np.zeros(len(low), bool)
    order = np.flatnonzero(closed)
    # Only a bigger box can hold a smaller one; a file with very many parts has few big ones.
    order = order[np.argsort(-(high - low)[order].prod(axis=1), kind="stable")][:1000]
    for k in order:
        enclosed |= ((low > low[k]) & (high < high[k])).all(axis=1)
    return enclosed


def part_of(surface: Surface, vertices: np.ndarray, faces: np.ndarray) -> Surface:
    """Return the surface of some of the vertices, with faces that name the old numbers."""
    number = np.full(len(surface.vertices), -1)
    number[vertices] = np.arange(len(vertices))
    texture = surface.texture_coordinates
    return Surface(
        surface.vertices[vertices],
        number[faces],
        None if surface.colors is None else surface.colors[vertices],
        None if texture is None else texture[vertices],
        {name: values[vertices] for name, values in surface.scalars.items()},
    )


def _welded(surface: Surface, first: np.ndarray, done: list[str]) -> Surface:
    """Merge vertices into the first ones at their positions."""
    kept = np.flatnonzero(first == np.arange(len(first)))
    if len(kept) == len(first):
        return surface
    done.append(f"{MERGED} {counted(len(first) - len(kept), 'vertex')} into others at the same position.")
    differs = np.zeros(len(first), bool)
    for values in (surface.texture_coordinates, surface.colors):
        if values is not None:
            differs |= (values != values[first]).any(axis=1)
    if differs.any():
        number = counted(int(differs.sum()), "merged vertex")
        done.append(f"Texture coordinates or colours differed at {number}; the first ones are kept.")
    return part_of(surface, kept, first[surface.faces])


def _reason_not_to_weld(surface: Surface, first: np.ndarray) -> str:
    """Say where welding would make a closed manifold non-manifold; empty where it would not."""
    n_joined = int(np.count_nonzero(first != np.arange(len(first))))
    if not n_joined or (edge_table(surface.faces).n_faces != 2).any() or not topology(surface).is_manifold:
        return ""
    faces = first[surface.faces]
    faces = faces[~has_repeated_corner(faces)]
    welded = topology(Surface(surface.vertices, faces[~duplicate_faces(faces)]))
    if welded.is_manifold:
        return ""
    found = ((welded.n_nonmanifold_edges, "edge"), (welded.n_nonmanifold_vertices, "vertex"))
    places = " and ".join(counted(n, noun) for n, noun in found if n)
    flat = int(np.count_nonzero(has_no_height(surface.vertices, surface.faces)))
    return (
        f"{counted(n_joined, 'vertex')} at the position of another and {counted(flat, 'face')} without area are left "
        f"as stored: the surface is closed, and merging them would pinch it at {places}."
    )


def _without_faces(surface: Surface, dropped: Bool[np.ndarray, " f"], noun: str, done: list[str]) -> Surface:
    """Drop some faces."""
    if not dropped.any():
        return surface
    done.append(f"Dropped {counted(int(dropped.sum()), noun)}.")
    return replace(surface, faces=surface.faces[~dropped])


def _without_flat_faces(surface: Surface, done: list[str]) -> Surface:
    """Remove the faces without area: by flips where possible, else by dropping them."""
    flat = np.flatnonzero(has_no_height(surface.vertices, surface.faces))
    if not len(flat):
        return surface
    faces, n_flipped = flip_caps(surface.vertices, surface.faces, flat)
    if n_flipped:
        done.append(f"Flipped {counted(n_flipped, 'edge')} to remove faces without area.")
        surface = replace(surface, faces=faces)
    return _without_faces(surface, has_no_height(surface.vertices, surface.faces), "face without area", done)


def _without_unused_vertices(surface: Surface, done: list[str]) -> Surface:
    """Drop the vertices that no face uses."""
    used = np.zeros(len(surface.vertices), bool)
    used[surface.faces] = True
    if used.all() or not used.any():
        return surface
    done.append(f"Dropped {counted(int((~used).sum()), 'vertex')} that no face uses.")
    return part_of(surface, np.flatnonzero(used), surface.faces)


def _oriented(surface: Surface, table: EdgeTable, done: list[str]) -> Surface:
    """Wind the faces consistently, and closed parts outward."""
    turn, inside_out = orient(surface.vertices, surface.faces, table)
    if turn.any():
        done.append(f"Turned {counted(int(turn.sum()), 'face')} to wind the surface consistently.")
    if inside_out.any():
        done.append(f"Turned {counted(int(inside_out.sum()), 'face')} outward: the closed surface was inside out.")
    turn = turn ^ inside_out
    if not turn.any():
        return surface
    return replace(surface, faces=np.where(turn[:, None], surface.faces[:, ::-1], surface.faces))
