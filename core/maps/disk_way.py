"""A piecewise affine way from the codes of a chart to the unit disk and back, made by optimal transport."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float64, Int64
from scipy.spatial import Delaunay, QhullError

from core.base.arrays import frozen
from core.base.errors import SolveError
from core.base.progress import Stop, Work, part
from core.data.surface import Surface
from core.geometry.distortion import signed_areas
from core.geometry.nearest_triangle import TriangleTree, triangle_tree
from core.geometry.topology import boundary_loops
from core.transport.parameterization import area_preserving_parameterization
from core.transport.semidiscrete import solve
from core.transport.surface_measure import even_density, surface_measure


@dataclass(frozen=True, eq=False)
class DiskWay:
    """Where triangles of codes lie in the unit disk.

    Parameters
    ----------
    codes : (n, 2) float64 array
        Corners of the triangles in the chart.
    places : (n, 2) float64 array
        The same corners in the disk, those of the boundary on the circle.
    faces : (f, 3) int64 array
        The triangles.
    area_ratio_sd : float
        How unevenly the triangles keep their shares: standard deviation of share in the disk over share of the measure.
    """

    codes: Float64[np.ndarray, "n 2"]
    places: Float64[np.ndarray, "n 2"]
    faces: Int64[np.ndarray, "f 3"]
    area_ratio_sd: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "codes", frozen(self.codes, np.float64, (None, 2)))
        object.__setattr__(self, "places", frozen(self.places, np.float64, self.codes.shape))
        object.__setattr__(self, "faces", frozen(self.faces, np.int64, (None, 3)))

    def into(self, codes: Float64[np.ndarray, "m 2"]) -> Float64[np.ndarray, "m 2"]:
        """Return the points of the disk that codes are carried to; codes outside all triangles as the nearest inside.

        Notes
        -----
        Affine in each triangle; then every ray from the centre is stretched, so that the polygon with corners on the
        circle becomes the whole disk.
        """
        inside = _carried(codes, self._tree_of_codes, self.codes, self.places, self.faces)
        return inside / self._reach(inside)[:, None]

    def out(self, points: Float64[np.ndarray, "m 2"]) -> Float64[np.ndarray, "m 2"]:
        """Return the codes that are carried to points of the disk: the inverse of `into`."""
        inside = points * self._reach(points)[:, None]
        return _carried(inside, self._tree_of_places, self.places, self.codes, self.faces)

    @property
    def mirrored(self) -> "DiskWay":
        """The same way, the disk turned over."""
        return DiskWay(self.codes, self.places * (1.0, -1.0), self.faces, self.area_ratio_sd)

    @cached_property
    def _tree_of_codes(self) -> TriangleTree:
        return _tree(self.codes[self.faces])

    @cached_property
    def _tree_of_places(self) -> TriangleTree:
        return _tree(self.places[self.faces])

    @cached_property
    def _corner_angles(self) -> Float64[np.ndarray, " k"]:
        """Angles of the corners on the circle, in increasing order, the first again behind the last."""
        corners = self.places[max(boundary_loops(self.faces), key=len)]
        angles = np.sort(np.arctan2(corners[:, 1], corners[:, 0]))
        return np.append(angles, angles[0] + 2.0 * np.pi)

    def _reach(self, points: np.ndarray) -> np.ndarray:
        """Distance of the polygon's boundary from the centre in the directions of points."""
        angles = self._corner_angles
        turn = np.arctan2(points[:, 1], points[:, 0])
        turn = np.where(turn < angles[0], turn + 2.0 * np.pi, turn)
        k = np.clip(np.searchsorted(angles, turn, side="right"), 1, len(angles) - 1)
        half, middle = 0.5 * (angles[k] - angles[k - 1]), 0.5 * (angles[k] + angles[k - 1])
        return np.cos(half) / np.cos(turn - middle)


def disk_way(
    surface: Surface,
    codes: Float64[np.ndarray, "n 2"],
    density: Float64[np.ndarray, " n"] | None = None,
    embedding: Float64[np.ndarray, "n 2"] | None = None,
) -> Work[DiskWay]:
    """Carry a chart of a surface to the disk so that each triangle keeps its share of the area, or of a measure.

    Parameters
    ----------
    surface : Surface
        A topological disk.
    codes : (n, 2) float64 array
        Code of each vertex.
    density : (n,) float64 array, optional
        Mass over area of each vertex, where the measure is not the area.
    embedding : (n, 2) float64 array, optional
        A chart without folds, its boundary on the circle.

    Raises
    ------
    SolveError
        If float64 cannot give each vertex a cell, or triangles stay folded in the disk.
    TopologyError
        If the surface is not a disk.
    """
    stop = Stop()
    measure = surface_measure(surface, codes, density)
    solution = yield from part(solve(measure.sites, measure.masses), 0.0, 0.5, stop=stop)
    refining = area_preserving_parameterization(surface, measure, solution, embedding=embedding)
    found = yield from part(refining, 0.5, 1.0, stop=stop)
    if found.flipped_triangles:
        raise SolveError(
            f"{found.flipped_triangles:,} of {len(surface.faces):,} triangles stay folded in the disk, so there is no "
            "way back. Remesh the surface more evenly, or train longer."
        )
    return DiskWay(codes, found.coordinates, surface.faces, found.area_ratio_sd)


def disk_way_of_rows(codes: Float64[np.ndarray, "n 2"]) -> Work[DiskWay]:
    """Carry the codes of a table to the disk so that each row keeps the same share, by their Delaunay triangles.

    Raises
    ------
    SolveError
        If the codes span no triangle, float64 cannot give each a cell, or triangles stay folded.
    """
    places = np.unique(codes, axis=0)
    try:
        faces = np.asarray(Delaunay(places).simplices, np.int64)
    except (QhullError, ValueError):
        raise SolveError("The codes lie on a line, so they span no part of the disk. Train again.") from None
    faces = np.where((signed_areas(places[faces]) > 0)[:, None], faces, faces[:, ::-1])
    used, corners = np.unique(faces, return_inverse=True)
    places = places[used]
    flat = Surface(np.column_stack([places, np.zeros(len(places))]), corners.reshape(-1, 3))
    return (yield from part(disk_way(flat, places, even_density(flat))))


def _tree(corners: Float64[np.ndarray, "f 3 2"]) -> TriangleTree:
    return triangle_tree(np.concatenate([corners, np.zeros((*corners.shape[:2], 1))], axis=2))


def _carried(
    points: Float64[np.ndarray, "m 2"],
    tree: TriangleTree,
    start: Float64[np.ndarray, "n 2"],
    end: Float64[np.ndarray, "n 2"],
    faces: Int64[np.ndarray, "f 3"],
) -> Float64[np.ndarray, "m 2"]:
    """Return the images of points by the map that is affine on each triangle, from `start` to `end`."""
    if not len(points):
        return np.zeros((0, 2))
    _, found, nearest = tree.query(np.column_stack([points, np.zeros(len(points))]))
    corners, at = start[faces[found]], nearest[:, None, :2]
    pairs = [np.concatenate([at, corners[:, [(k + 1) % 3, (k + 2) % 3]]], axis=1) for k in range(3)]
    shares = np.stack([signed_areas(pair) for pair in pairs], axis=1)
    whole = shares.sum(1, keepdims=True)
    shares = np.where(whole != 0, shares / np.where(whole != 0, whole, 1.0), 1.0 / 3.0).clip(0.0, 1.0)
    shares /= shares.sum(1, keepdims=True)
    return (shares[:, :, None] * end[faces[found]]).sum(1)
