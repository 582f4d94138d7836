"""Where surfaces, clouds and tables come from: files, or arrays."""

from collections.abc import Sequence
from os import PathLike, fspath
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from assets import SAMPLES, sample_path
from budai.progress import shown_progress
from core.base.errors import InputError
from core.base.progress import finish
from core.data.reading_options import ReadingOptions
from core.data.source import Source
from core.io.arrays import cloud_of, surface_of, table_of
from core.io.reading import reading


def load(
    path: str | PathLike[str],
    *,
    columns: Sequence[str] = (),
    weld: float = 0.0,
    simplify: int = 0,
    table: bool = False,
    progress: bool = True,
) -> Source:
    """Read a file, check and repair it, and say what it is.

    Parameters
    ----------
    path : path-like
        A surface, a cloud, a table, a folder of small images, "digits", or the name of a teaching surface: "torus".
    columns : sequence of str
        The columns of a table that are x, y and z, by name or by number from 1; empty: names decide.
    weld : float
        Corners within this length of each other, in the units of the file, become one; 0: none do.
    simplify : int
        A surface of more triangles is simplified to so many; 0: it is taken as it is.
    table : bool
        Whether numbers are read as rows of R^D.
    progress : bool
        Whether what goes on is shown.

    Returns
    -------
    Source
        What the file holds, with `topology`, `repairs` and `warnings`; ``source.surface.vertices`` are its vertices.

    Raises
    ------
    InputError
        If the file cannot be used.

    Notes
    -----
    The file is read in a process of its own, so that a damaged one cannot take this one with it.
    """
    how = ReadingOptions(tuple(columns), weld, simplify, table)
    return finish(reading(fspath(path), how), shown_progress(progress))


def sample(name: str = "laughing_figurine") -> Path:
    """Return the file of a surface that comes with the program, or the name that it is made by.

    Raises
    ------
    InputError
        If there is none of this name.
    """
    if name not in (known := [one.key for one in SAMPLES]):
        raise InputError(name, "there is no sample of this name", remedy=f"Take one of {', '.join(known)}.")
    return sample_path(name)


def surface(vertices: ArrayLike, faces: ArrayLike, *, name: str = "surface") -> Source:
    """Make a surface of arrays, checked and repaired as one from a file.

    Parameters
    ----------
    vertices : (n, 3) array
        Positions, in any unit of length.
    faces : (f, 3) array of int
        Corners of each triangle, counted from 0, counter-clockwise as seen from outside.
    name : str
        What it is called in messages and in names of files.

    Raises
    ------
    InputError
        If they are no surface.
    """
    return surface_of(np.asarray(vertices), np.asarray(faces), name)


def cloud(points: ArrayLike, *, name: str = "cloud") -> Source:
    """Make a cloud of an array.

    Parameters
    ----------
    points : (n, 3) array
        Positions, in any unit of length.
    name : str
        What it is called in messages and in names of files.

    Raises
    ------
    InputError
        If it is no cloud.
    """
    return cloud_of(np.asarray(points), name)


def table(
    rows: ArrayLike, labels: ArrayLike | None = None, *, columns: Sequence[str] = (), name: str = "table"
) -> Source:
    """Make a table of arrays.

    Parameters
    ----------
    rows : (n, d) array
        A point of R^d each.
    labels : (n,) array, optional
        The class of each row: a whole number or a word.
    columns : sequence of str
        Their names; empty where they have none.
    name : str
        What it is called in messages and in names of files.

    Raises
    ------
    InputError
        If they are no table.
    """
    classes = None if labels is None else np.asarray(labels)
    return table_of(np.asarray(rows), classes, tuple(columns), name)
