"""LAS, LAZ and E57: clouds of laser scanners, read by libraries that need not be there."""

import importlib
import io
import tempfile
from types import ModuleType

import numpy as np

from core.io.content import FileContent
from core.io.file_bytes import FileBytes, printable

_EXTRA = 'pip install "budai[scan]"'
_COMPRESSED = 0x80
"""Bit of the point format in the head of a LAS file that says LAZ."""


def _library(source: FileBytes, name: str, kind: str) -> ModuleType:
    """Return a library, or say which is missing."""
    try:
        return importlib.import_module(name)
    except ImportError:
        raise source.error(f"is {kind}, and the package {name} that reads it is not installed", "", _EXTRA) from None


def read_las(source: FileBytes) -> FileContent:
    """Return the points of a LAS or LAZ file, in float64, with their colours.

    Raises
    ------
    InputError
        If laspy, or for LAZ lazrs, is not installed, or the file is damaged.
    """
    is_packed = len(source.data) > 104 and bool(source.data[104] & _COMPRESSED)
    kind = "a LAZ point cloud" if is_packed else "a LAS point cloud"
    laspy = _library(source, "laspy", kind)
    if is_packed:
        _library(source, "lazrs", kind)
    try:
        found = laspy.read(io.BytesIO(source.data))
        points = np.column_stack([np.asarray(found[name], np.float64) for name in "xyz"])
        names = set(found.point_format.dimension_names)
        has_colors = {"red", "green", "blue"} <= names
        colors = np.column_stack([np.asarray(found[name]) for name in ("red", "green", "blue")]) if has_colors else None
    except (laspy.errors.LaspyException, RuntimeError, ValueError, EOFError) as error:
        raise source.error(
            f"is {kind} that is damaged ({printable(str(error), 100)})", "", "Export it again."
        ) from None
    promised = found.header.point_count
    if len(points) != promised:
        reason = f"the header promises {promised:,} points, {len(points):,} follow"
        raise source.error(reason, "", "Export or download it again.")
    return FileContent(points, colors=_colors(colors), vertex_place=lambda k: f"point {k}")


def _colors(values: np.ndarray | None) -> np.ndarray | None:
    """Return colours from 0 to 1: of 16 bits, though some programs write 8 of them; none where all are black."""
    if values is None or not values.any():
        return None
    return values / (65535.0 if values.max() > 255 else 255.0)


def read_e57(source: FileBytes) -> FileContent:
    """Return the points of all scans of an E57 file, moved by their poses.

    Raises
    ------
    InputError
        If pye57 is not installed, or the file is damaged.
    """
    pye57 = _library(source, "pye57", "an E57 point cloud")
    points: list[np.ndarray] = []
    colors: list[np.ndarray | None] = []
    with tempfile.NamedTemporaryFile(suffix=".e57") as copy:  # the library wants a path
        copy.write(source.data)
        copy.flush()
        try:
            file = pye57.E57(copy.name)
            for k in range(file.scan_count):
                scan = file.read_scan(k, ignore_missing_fields=True, colors=True)
                points.append(np.column_stack([scan[f"cartesian{axis}"] for axis in "XYZ"]).astype(np.float64))
                names = [f"color{name}" for name in ("Red", "Green", "Blue")]
                has_colors = all(name in scan for name in names)
                colors.append(np.column_stack([scan[name] for name in names]) if has_colors else None)
        except (RuntimeError, KeyError, ValueError, pye57.libe57.E57Exception) as error:
            reason = f"is an E57 point cloud that is damaged ({printable(str(error), 100)})"
            raise source.error(reason, "", "Export it again.") from None
    if not sum(map(len, points)):
        raise source.error("contains no points", "", "Export the scan again.")
    known = [part for part in colors if part is not None]
    begins = np.cumsum([len(part) for part in points])

    def place(k: int) -> str:
        scan = int(np.searchsorted(begins, k, side="right"))
        return f"scan {scan + 1}, point {k - int(begins[scan]) + len(points[scan])}"

    whole = np.concatenate(known) if len(known) == len(points) else None
    return FileContent(np.concatenate(points), colors=_colors(whole), vertex_place=place)
