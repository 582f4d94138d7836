"""A chart of a disk-type surface on the unit disk, without folds and of low stretch."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64, Int64

from core.base.arrays import frozen
from core.base.errors import SolveError, TopologyError
from core.base.progress import Work, part
from core.charts.progressive import progressive_embedding
from core.data.surface import Surface
from core.geometry.distortion import flipped_triangles, l2_stretch

_SHORTEST = 1e-3
"""Least part of the mean length that a side of the boundary counts: two of its vertices may lie in one place."""


@dataclass(frozen=True, eq=False)
class DiskChart:
    """A piecewise affine map of a surface onto the unit disk.

    Parameters
    ----------
    codes : (n, 2) float64 array
        Image of each vertex; the boundary lies on the unit circle, by arc length.
    flips : int
        Faces whose image has zero signed area, or not the sign of the whole; 0 for an embedding.
    stretch : float
        L2 stretch of the surface over its image, 1 for an isometry; infinite if a face is flipped.
    """

    codes: Float64[np.ndarray, "n 2"]
    flips: int
    stretch: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "codes", frozen(self.codes, np.float64, (None, 2)))


def disk_chart(surface: Surface) -> Work[DiskChart]:
    """Map a disk-type surface onto the unit disk.

    Parameters
    ----------
    surface : Surface
        A topological disk; every vertex belongs to a face.

    Yields
    ------
    Progress
        Without payload.

    Raises
    ------
    TopologyError
        If the surface is not a disk.
    SolveError
        If a face is flipped for want of precision.

    Notes
    -----
    The boundary goes to the circle by arc length. A plain embedding by means of neighbours (Tutte) shrinks what lies
    far from a short boundary below what float64 can tell apart; here the surface is simplified first and its vertices
    are put back one by one (`progressive_embedding`), while the symmetric Dirichlet energy is lowered: Smith and
    Schaefer, *Bijective parameterization with free boundaries* (2015), section 3. About 2 core seconds for 23,000
    vertices.
    """
    loop = disk_boundary(surface)
    unit = float(np.sqrt(surface.area / np.pi))
    steps = progressive_embedding(
        surface.vertices - surface.bounds[0], surface.faces, loop, _circle(surface, loop), unit
    )
    codes = yield from part(steps)
    flips = int(flipped_triangles(codes, surface.faces).sum())
    if flips:
        raise SolveError(
            f"{flips:,} of {len(surface.faces):,} triangles are flipped in the disk chart for want of precision. "
            "Remesh the surface more evenly, or train in free mode."
        )
    return DiskChart(codes, flips, l2_stretch(surface, codes))


def disk_boundary(surface: Surface) -> Int64[np.ndarray, " b"]:
    """Return the boundary loop of a disk-type surface, counter-clockwise.

    Raises
    ------
    TopologyError
        If the surface is not a disk.
    """
    faces, n = surface.faces, len(surface.vertices)
    sides = faces[:, [[0, 1], [1, 2], [2, 0]]].reshape(-1, 2)
    forward, backward = sides @ [n, 1], sides @ [1, n]
    rim = sides[~np.isin(forward, backward)]
    following = dict(rim.tolist())
    euler = len(np.unique(faces)) - len(surface.edges) + len(faces)
    loop = [int(rim[0, 0])] if len(rim) else []
    while loop and following.get(loop[-1], loop[0]) != loop[0] and len(loop) < len(rim):
        loop.append(following[loop[-1]])
    if not loop or len(loop) != len(rim) or euler != 1 or len(np.unique(forward)) != len(forward):
        raise TopologyError(
            f"The surface is not a disk: its Euler characteristic is {euler} and it has {len(rim)} boundary edges. "
            "Cut it open, or fill holes, until it is one piece with one boundary loop and no handle."
        )
    if len(np.unique(faces)) != n:
        raise TopologyError(
            f"{n - len(np.unique(faces)):,} of {n:,} vertices belong to no face. Remove them before making a chart."
        )
    return np.array(loop)


def _circle(surface: Surface, loop: np.ndarray) -> np.ndarray:
    """Points of the unit circle for the vertices of the boundary loop, by arc length."""
    length = np.linalg.norm(surface.vertices[loop] - surface.vertices[np.roll(loop, -1)], axis=1)
    length = np.maximum(length, _SHORTEST * length.mean())
    angle = 2.0 * np.pi * np.concatenate([[0.0], np.cumsum(length)[:-1]]) / length.sum()
    return np.stack([np.cos(angle), np.sin(angle)], axis=1)
