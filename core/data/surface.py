"""A triangulated surface in space."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import ClassVar

import numpy as np
from jaxtyping import Float64, Int64

from core.base.arrays import frozen


@dataclass(frozen=True, eq=False)
class Surface:
    """Triangles in space, in the units of the file they came from.

    Parameters
    ----------
    vertices : (n, 3) float64 array
        Positions.
    faces : (f, 3) int64 array
        Corners of each triangle, counter-clockwise seen from outside.
    colors : (n, 3) uint8 array, optional
        RGB of each vertex.
    texture_coordinates : (n, 2) float64 array, optional
        Texture coordinates of each vertex as the file stores them.
    scalars : mapping of str to (n,) float64 array
        Named values of the vertices that the file holds.

    Raises
    ------
    ValueError
        If an array has the wrong shape, or a face names a vertex that does not exist.
    """

    kind: ClassVar[str] = "surface"
    has_faces: ClassVar[bool] = True
    dimension: ClassVar[int] = 3
    labels: ClassVar[None] = None
    vertices: Float64[np.ndarray, "n 3"]
    faces: Int64[np.ndarray, "f 3"]
    colors: np.ndarray | None = None
    texture_coordinates: Float64[np.ndarray, "n 2"] | None = None
    scalars: Mapping[str, np.ndarray] = field(default_factory=dict[str, np.ndarray])

    def __post_init__(self) -> None:
        set_ = object.__setattr__
        set_(self, "vertices", frozen(self.vertices, np.float64, (None, 3)))
        set_(self, "faces", frozen(self.faces, np.int64, (None, 3)))
        n = len(self.vertices)
        if len(self.faces) and (self.faces.min() < 0 or self.faces.max() >= n):
            raise ValueError(f"a face names a vertex outside 0 ... {n - 1}")
        if self.colors is not None:
            set_(self, "colors", frozen(self.colors, np.uint8, (n, 3)))
        if self.texture_coordinates is not None:
            set_(self, "texture_coordinates", frozen(self.texture_coordinates, np.float64, (n, 2)))
        named = {name: frozen(values, np.float64, (n,)) for name, values in self.scalars.items()}
        set_(self, "scalars", MappingProxyType(named))

    def __getstate__(self) -> dict[str, object]:
        # A mapping proxy cannot travel to a worker process, and derived arrays are cheaper made than sent.
        return {
            "vertices": self.vertices,
            "faces": self.faces,
            "colors": self.colors,
            "texture_coordinates": self.texture_coordinates,
            "scalars": dict(self.scalars),
        }

    def __setstate__(self, state: dict[str, object]) -> None:
        for name, value in state.items():
            object.__setattr__(self, name, value)
        self.__post_init__()

    @property
    def positions(self) -> Float64[np.ndarray, "n 3"]:
        """The vertices as points."""
        return self.vertices

    @cached_property
    def corners(self) -> Float64[np.ndarray, "f 3 3"]:
        """Positions of the corners of each face."""
        return frozen(self.vertices[self.faces])

    @cached_property
    def face_area_vectors(self) -> Float64[np.ndarray, "f 3"]:
        """Normal of each face, as long as its area."""
        a, b, c = np.moveaxis(self.corners, 1, 0)
        return frozen(0.5 * np.cross(b - a, c - a))

    @cached_property
    def face_areas(self) -> Float64[np.ndarray, " f"]:
        """Area of each face, in squared input units."""
        return frozen(np.linalg.norm(self.face_area_vectors, axis=1))

    @cached_property
    def area(self) -> float:
        """Total area, in squared input units."""
        return float(self.face_areas.sum())

    @cached_property
    def vertex_areas(self) -> Float64[np.ndarray, " n"]:
        """One third of the area of the faces around each vertex: the measure that transport preserves."""
        thirds = np.repeat(self.face_areas / 3.0, 3)
        return frozen(np.bincount(self.faces.ravel(), weights=thirds, minlength=len(self.vertices)))

    @cached_property
    def vertex_normals(self) -> Float64[np.ndarray, "n 3"]:
        """Unit normals of the vertices, averaged over the faces around them by area (zero where there is no face)."""
        normals = np.zeros_like(self.vertices)
        for k in range(3):
            np.add.at(normals, self.faces[:, k], self.face_area_vectors)
        length = np.linalg.norm(normals, axis=1, keepdims=True)
        return frozen(normals / np.where(length > 0, length, 1.0))

    @cached_property
    def edges(self) -> Int64[np.ndarray, "e 2"]:
        """Every edge once, its smaller vertex first, in lexicographic order."""
        sides = np.sort(self.faces[:, [[0, 1], [1, 2], [2, 0]]].reshape(-1, 2), axis=1)
        return frozen(np.unique(sides, axis=0), np.int64)

    @cached_property
    def bounds(self) -> Float64[np.ndarray, "2 3"]:
        """Lower and upper corner of the bounding box."""
        if not len(self.vertices):
            return frozen(np.zeros((2, 3)))
        return frozen(np.stack([self.vertices.min(0), self.vertices.max(0)]))

    @cached_property
    def diagonal(self) -> float:
        """Length of the diagonal of the bounding box, the length that relative errors refer to."""
        return float(np.linalg.norm(self.bounds[1] - self.bounds[0]))
