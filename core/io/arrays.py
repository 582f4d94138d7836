"""Surfaces and tables that are given as arrays: they are checked and repaired as those of files."""

from pathlib import Path

import numpy as np

from core.base.errors import InputError
from core.data.source import Source
from core.data.surface import Surface
from core.geometry.repair import repair
from core.io.build import build
from core.io.build_table import build_table
from core.io.content import FileContent, TableContent
from core.io.file_bytes import FileBytes, printable
from core.io.load import examined


def surface_of(vertices: np.ndarray, faces: np.ndarray, name: str) -> Source:
    """Return the surface that arrays hold.

    Parameters
    ----------
    vertices : (n, 3) array
        Positions.
    faces : (f, 3) array of int
        Corners of each triangle, counted from 0.
    name : str
        What it is called.

    Raises
    ------
    InputError
        If an array has another shape, an index is out of range, or no face has an area.
    """
    name = printable(name)
    given = FileBytes(name, Path(), b"")
    points = _numbers(given, vertices, "vertices", 3)
    corners = _numbers(given, faces, "faces", 3)
    if len(corners) == 0:
        raise given.error("the faces are none", "", "Give triangles, or rows of numbers as a table.")
    if not np.array_equal(corners, np.floor(corners)):
        raise given.error("the faces are no whole numbers", "", "Give the numbers of vertices, counted from 0.")
    sizes = np.full(len(corners), 3, np.int64)
    found, warnings = build(given, FileContent(points, corners.astype(np.int64).ravel(), sizes))
    assert isinstance(found, Surface)  # there are faces
    repaired = repair(found)
    if not len(repaired.surface.faces):
        raise given.error("no face of non-zero area", "", "Give faces that have one.")
    said = (*warnings, *repaired.left)
    return examined(Source(name, name, repaired.surface, None, repaired.done, said, 0.0), repaired.table)


def cloud_of(points: np.ndarray, name: str) -> Source:
    """Return the cloud that an array of the shape (n, 3) holds.

    Raises
    ------
    InputError
        If the array has another shape, or there is nothing to see.
    """
    name = printable(name)
    given = FileBytes(name, Path(), b"")
    found, warnings = build(given, FileContent(_numbers(given, points, "points", 3)))
    return Source(name, name, found, None, (), warnings, 0.0)


def table_of(rows: np.ndarray, labels: np.ndarray | None, columns: tuple[str, ...], name: str) -> Source:
    """Return the table that arrays hold.

    Parameters
    ----------
    rows : (n, d) array
        A point each.
    labels : (n,) array, optional
        Their classes, whole numbers or words.
    columns : tuple of str
        Names of the columns; empty where they have none.
    name : str
        What it is called.

    Raises
    ------
    InputError
        If an array has another shape, or holds what is no number.
    """
    name = printable(name)
    given = FileBytes(name, Path(), b"")
    values = _numbers(given, rows, "rows")
    if labels is not None and labels.shape != (len(values),):
        raise given.error(f"the labels have the shape {labels.shape}", "", f"Give {len(values):,}, one for each row.")
    if columns and len(columns) != values.shape[1]:
        raise given.error(
            f"{len(columns):,} names are given for {values.shape[1]:,} columns", "", "Give one for each column."
        )
    table, warnings = build_table(given, TableContent(values, labels, columns))
    return Source(name, name, table, None, (), warnings, 0.0)


def _numbers(given: FileBytes, values: np.ndarray, what: str, width: int = 0) -> np.ndarray:
    """Return an array as rows of float64 numbers, of a width where one is given."""
    shape = f"(n, {width or 'd'})"
    if values.ndim != 2 or (width and values.shape[1] != width):
        raise given.error(f"the {what} have the shape {values.shape}", "", f"Give an array of the shape {shape}.")
    try:
        return np.ascontiguousarray(values, np.float64)
    except (TypeError, ValueError) as error:
        raise _no_numbers(given, what) from error


def _no_numbers(given: FileBytes, what: str) -> InputError:
    return given.error(f"the {what} are no numbers", "", "Give an array of numbers.")
