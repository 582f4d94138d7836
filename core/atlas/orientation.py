"""Orientation of an atlas: which transitions turn over however its charts are turned."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from core.base.arrays import frozen
from core.charts.atlas import Cover
from core.data.topology import counted


@dataclass(frozen=True, eq=False)
class Overlap:
    """A connected part of what two charts share.

    Parameters
    ----------
    a, b : int
        Numbers of the charts, from 0.
    faces : (m,) int64 array
        Faces of the surface.
    sign : int
        1 where both charts wind these faces the same way, -1 where the opposite way: there the transition turns over.
    """

    a: int
    b: int
    faces: np.ndarray
    sign: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "faces", frozen(self.faces, np.int64, (None,)))


def overlaps(cover: Cover) -> list[Overlap]:
    """Return the connected parts of all overlaps, the largest first."""
    found: list[Overlap] = []
    for b, second in enumerate(cover.patches):
        for a, first in enumerate(cover.patches[:b]):
            faces, here, there = np.intersect1d(first.faces, second.faces, return_indices=True)
            if not len(faces):
                continue
            corners = first.vertices[first.corners[here]]
            signs = _signs(corners, second.vertices[second.corners[there]])
            parts = _parts(corners) * 2 + (signs > 0)
            found += [Overlap(a, b, faces[parts == part], 1 if part % 2 else -1) for part in np.unique(parts).tolist()]
    return sorted(found, key=lambda overlap: -len(overlap.faces))


def turning(cover: Cover) -> list[Overlap]:
    """Return the overlaps that turn over once the charts are turned so that as large ones as can be agree.

    Returns
    -------
    list of Overlap
        None of them where the surface is two-sided; else at least one, whichever charts are turned.

    Notes
    -----
    Charts are turned along a spanning tree of the largest overlaps; what is left closes loops, and an overlap turns
    over exactly where its loop reverses the orientation.
    """
    side = np.ones(len(cover), np.int64)
    piece = np.arange(len(cover))
    known = overlaps(cover)
    for overlap in known:
        if piece[overlap.a] == piece[overlap.b]:
            continue
        joined = piece == piece[overlap.b]
        if side[overlap.a] * side[overlap.b] * overlap.sign < 0:
            side[joined] *= -1
        piece[joined] = piece[overlap.a]
    return [overlap for overlap in known if side[overlap.a] * side[overlap.b] * overlap.sign < 0]


def turning_sentence(cover: Cover) -> str:
    """Return where the orientations of charts do not fit, in one sentence; empty for a two-sided surface."""
    found = turning(cover)
    if not found:
        return ""
    largest = found[0]
    where = f"one is that of charts {largest.a + 1} and {largest.b + 1}, {counted(len(largest.faces), 'face')}"
    return (
        "One-sided: whichever charts are turned over, they disagree on left and right in at least one overlap; "
        f"as they are, in {counted(len(found), 'overlap')}, {where}."
    )


def rim_of_faces(faces: np.ndarray) -> np.ndarray:
    """Return the (k, 2) edges that one of some faces, (m, 3), has alone."""
    sides = np.sort(faces[:, [[0, 1], [1, 2], [2, 0]]].reshape(-1, 2), axis=1)
    edges, count = np.unique(sides, axis=0, return_counts=True)
    return edges[count == 1]


def _signs(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Tell, with 1 and -1, whether triples of the same three numbers run the same way round."""
    onward = np.take_along_axis(second, (np.argmax(second == first[:, :1], axis=1)[:, None] + 1) % 3, axis=1)[:, 0]
    return np.where(onward == first[:, 1], 1, -1)


def _parts(corners: np.ndarray) -> np.ndarray:
    """Number the faces that hang together at vertices."""
    vertices, local = np.unique(corners, return_inverse=True)
    face = np.repeat(np.arange(len(corners)), 3)
    has = csr_array((np.ones(len(face)), (face, local.ravel())), (len(corners), len(vertices)))
    return connected_components(has @ has.T, directed=False)[1]
