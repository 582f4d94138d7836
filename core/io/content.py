"""What a reader finds in a file, before it is checked and made a surface."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypedDict

import numpy as np
from jaxtyping import Float64, Int64


@dataclass(frozen=True, eq=False)
class TableContent:
    """Rows of numbers as a file stores them; nothing is checked yet but their form.

    Parameters
    ----------
    values : (n, d) float64 array
        One point a row; may hold NaN and infinities.
    labels : (n,) array, optional
        Class of each row: whole numbers or texts.
    columns : tuple of str
        Names of the columns; empty where they have none.
    image_shape : tuple of int
        Height and width where rows are images.
    warnings : tuple of str
        What was ignored or odd, as sentences.
    row_place : callable
        Where a row (numbered from 0) stands in the file, in words.
    """

    values: Float64[np.ndarray, "n d"]
    labels: np.ndarray | None = None
    columns: tuple[str, ...] = ()
    image_shape: tuple[int, ...] = ()
    warnings: tuple[str, ...] = ()
    row_place: Callable[[int], str] = lambda k: f"row {k + 1:,}"

    def place(self, row: int, column: int) -> str:
        """Return where a number stands, in words; columns are counted from 1."""
        name = f' "{self.columns[column]}"' if self.columns else ""
        return f"{self.row_place(row)}, column {column + 1:,}{name}"


def _vertex_place(number: int) -> str:
    return f"vertex {number}"


def _face_place(number: int) -> str:
    return f"face {number}"


def no_indices() -> Int64[np.ndarray, " 0"]:
    """Return an empty array of indices."""
    return np.zeros(0, np.int64)


@dataclass(frozen=True, eq=False)
class FileContent:
    """Polygons or points as a file stores them; nothing is checked yet but the numbers' form.

    Parameters
    ----------
    vertices : (n, 3) float64 array
        Positions; may hold NaN and infinities.
    corners : (m,) int64 array
        Corners of all polygons, one after the other; may be out of range.
    sizes : (p,) int64 array
        Number of corners of each polygon; their sum is m.
    colors : (n, 3) float64 or uint8 array, optional
        RGB of each vertex: uint8, or from 0 to 1.
    normals : (n, 3) float64 array, optional
        Normals of the vertices.
    texture_coordinates : (n, 2) float64 array, optional
        Texture coordinates of the vertices.
    corner_texture : (m, 2) float64 array, optional
        Texture coordinates of the corners, NaN where there are none.
    scalars : mapping of str to (n,) float64 array
        Named values of the vertices.
    warnings : tuple of str
        What was ignored or odd, as sentences.
    vertex_place, face_place : callable
        Where a vertex or polygon (numbered from 0) stands in the file, in words.
    single_precision : bool
        Whether the positions are stored in 32 bits.
    grid : tuple of int
        Rows and columns where points are the pixels of a depth image; empty where they are not.
    """

    vertices: Float64[np.ndarray, "n 3"]
    corners: Int64[np.ndarray, " m"] = field(default_factory=no_indices)
    sizes: Int64[np.ndarray, " p"] = field(default_factory=no_indices)
    colors: np.ndarray | None = None
    normals: Float64[np.ndarray, "n 3"] | None = None
    texture_coordinates: Float64[np.ndarray, "n 2"] | None = None
    corner_texture: Float64[np.ndarray, "m 2"] | None = None
    scalars: Mapping[str, np.ndarray] = field(default_factory=dict[str, np.ndarray])
    warnings: tuple[str, ...] = ()
    vertex_place: Callable[[int], str] = _vertex_place
    face_place: Callable[[int], str] = _face_place
    single_precision: bool = False
    grid: tuple[int, ...] = ()


class Polygons(TypedDict):
    """Corners and sizes, as fields of `FileContent`."""

    corners: Int64[np.ndarray, " m"]
    sizes: Int64[np.ndarray, " p"]


def triangles(faces: np.ndarray) -> Polygons:
    """Return an array of triangles as the fields ``corners`` and ``sizes`` of `FileContent`."""
    return {"corners": faces.reshape(-1).astype(np.int64), "sizes": np.full(len(faces), 3, np.int64)}
