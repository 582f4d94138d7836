"""The cells of a ReLU network on a triangulated surface."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float64, Int64

from core.base.arrays import frozen
from core.data.surface import Surface
from core.relu.polygonal_complex import PolygonalComplex
from core.relu.relu_map import ReluMap


@dataclass(frozen=True, eq=False)
class SurfaceCellComplex(PolygonalComplex):
    """Convex pieces of the triangles of a surface, each with one activation pattern, glued as the surface is.

    Parameters
    ----------
    surface : Surface
        The surface, in input units.
    encoder : ReluMap
        Network from normalized space to the plane; the same as ``network`` where the decoder does not cut.
    centre, scale : (3,) float64 array, float
        Normalized space is (x - centre) / scale.
    origin : (3,) float64 array
        What the vertices are measured from: 0, or the centre where input units are too coarse for pieces.
    codes : (V, 2) float64 array
        Images of the vertices under the encoder.
    face : (F,) int32 array
        Triangle that a piece lies in.
    cell : (F,) int32 array
        Connected cell that a piece belongs to: pieces with one pattern joined across edges of the triangulation.
    orientation : (F,) int8 array
        Sign of the signed area of the image of a piece in the plane; 0 where the image is flat.

    Notes
    -----
    The other parameters are those of `PolygonalComplex`; vertices are in input units, from ``origin`` on, and those of
    the surface come first.
    """

    surface: Surface
    encoder: ReluMap
    centre: Float64[np.ndarray, " 3"]
    scale: float
    origin: Float64[np.ndarray, " 3"]
    codes: Float64[np.ndarray, "V 2"]
    face: np.ndarray
    cell: np.ndarray
    orientation: np.ndarray

    def __post_init__(self) -> None:
        super().__post_init__()
        n = self.n_polygons
        for name, dtype, shape in (
            ("centre", np.float64, (3,)),
            ("origin", np.float64, (3,)),
            ("codes", np.float64, (len(self.vertices), 2)),
            ("face", np.int32, (n,)),
            ("cell", np.int32, (n,)),
            ("orientation", np.int8, (n,)),
        ):
            object.__setattr__(self, name, frozen(getattr(self, name), dtype, shape))

    @property
    def n_pieces(self) -> int:
        """Number of convex pieces."""
        return self.n_polygons

    @cached_property
    def n_cells(self) -> int:
        """Number of connected cells."""
        return int(self.cell.max(initial=-1)) + 1

    @property
    def inputs(self) -> Float64[np.ndarray, "V 3"]:
        """The vertices in normalized space."""
        return self._inputs

    @cached_property
    def _inputs(self) -> Float64[np.ndarray, "V 3"]:
        return frozen((self.vertices - (self.centre - self.origin)) / self.scale)

    @property
    def positions(self) -> Float64[np.ndarray, "V 3"]:
        """The vertices in input units, rounded to them."""
        positions = self.vertices + self.origin
        positions[: len(self.surface.vertices)] = self.surface.vertices
        return positions

    def frames(self, polygons: Int64[np.ndarray, " n"]) -> Float64[np.ndarray, "n 2 3"]:
        """Return two orthonormal directions of the triangle of each piece, counter-clockwise."""
        return triangle_frames(self.surface.corners[self.face[polygons]])

    @cached_property
    def area_error(self) -> float:
        """Sum of the areas over the area of the surface, less 1: 0 but for rounding."""
        return float(self.areas.sum() / self.surface.area - 1.0)

    @property
    def majority(self) -> int:
        """Orientation of the greater part of the surface's area: 1 or -1."""
        return 1 if (self.orientation * self.areas).sum() >= 0 else -1

    @cached_property
    def flipped(self) -> Int64[np.ndarray, " k"]:
        """Pieces whose image is flat, or oriented against the greater part: there the encoder is no embedding."""
        return frozen(np.flatnonzero(self.orientation != self.majority), np.int64)

    @property
    def flipped_area(self) -> float:
        """Area of the flipped pieces, in squared input units."""
        return float(self.areas[self.flipped].sum())


def triangle_frames(corners: Float64[np.ndarray, "n 3 3"]) -> Float64[np.ndarray, "n 2 3"]:
    """Return two orthonormal directions of each triangle, counter-clockwise."""
    first = corners[:, 1] - corners[:, 0]
    normal = np.cross(first, corners[:, 2] - corners[:, 0])
    first = first / np.linalg.norm(first, axis=1)[:, None]
    normal = normal / np.linalg.norm(normal, axis=1)[:, None]
    return np.stack([first, np.cross(normal, first)], 1)
