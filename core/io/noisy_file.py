"""Noisy points from a file."""

from pathlib import Path

import numpy as np

from core.base.errors import InputError
from core.data.noisy_points import NoisyPoints
from core.data.reading_options import ReadingOptions
from core.io.content import FileContent, TableContent
from core.io.detect import READERS, detected
from core.io.file_bytes import FileBytes, printable, read_source


def read_noisy(path: str | Path, columns: tuple[str, ...] = ()) -> NoisyPoints:
    """Read noisy points: those of a cloud, or the vertices of a scan.

    Parameters
    ----------
    path : str or Path
        A file in one of the formats that surfaces are read from.
    columns : tuple of str
        The columns of a table that are x, y and z, by name or by number from 1; empty: names decide.

    Raises
    ------
    InputError
        If it cannot be read, holds no point, or holds a coordinate that is no finite number; the message names the
        place. In PCD files such points mean "nothing was measured here": they are left out and counted.
    """
    file = Path(path)
    if not str(path):
        raise InputError("Denoising", "no file is given", "", "Choose the noisy cloud or scan.")
    source = read_source(file, columns)
    reader, said = detected(source, file.suffix)
    with np.errstate(over="ignore", invalid="ignore"):
        try:
            content = _in_space(source, reader(source))
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            reason = f"the reader failed ({type(error).__name__}: {printable(str(error))})"
            raise source.error(reason, "", "Export it again, or in another format.") from error
    warnings = [*said, *content.warnings]
    points = np.asarray(content.vertices, np.float64)
    if not len(points):
        raise source.error("contains no points", "", "Choose a cloud or a scan that holds some.")
    finite = np.isfinite(points).all(1)
    missing = np.flatnonzero(~finite)
    if len(missing) and (reader is not READERS["PCD"] or not finite.any()):
        values = " ".join(f"{value:g}" for value in points[missing[0]])
        reason = f"{len(missing):,} of {len(points):,} points are no finite numbers; the first is ({values})"
        raise source.error(reason, content.vertex_place(int(missing[0])), "Remove these points.")
    if len(missing):
        warnings.append(f"{len(missing):,} of {len(points):,} points of {source.name} hold no measurement: left out.")
    rows = np.flatnonzero(finite)
    how = ReadingOptions(tuple(columns))
    return NoisyPoints(printable(file.name, 255), points[rows], rows, tuple(warnings), str(path), how)


def _in_space(source: FileBytes, content: FileContent | TableContent) -> FileContent:
    """Return what was read as points of space."""
    if isinstance(content, FileContent):
        return content
    if content.values.shape[1] != 3:
        reason = f"holds rows of {content.values.shape[1]:,} numbers; points have 3"
        raise source.error(reason, "", "Choose a cloud or a scan.")
    return FileContent(content.values, vertex_place=content.row_place)
