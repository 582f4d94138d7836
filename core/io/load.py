"""Open a surface or a point cloud: read, check, repair, and say what it is."""

import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core.base.errors import InputError
from core.base.memory import LARGE, Task, needed_bytes, shortage, size_words
from core.base.progress import Progress, Work, finish, part
from core.data.point_cloud import PointCloud
from core.data.reading_options import ReadingOptions
from core.data.source import Source
from core.data.surface import Surface
from core.data.topology import Topology
from core.geometry.teaching import TEACHING_SURFACES, teaching_surface
from core.io.content import TableContent
from core.io.digits import DIGITS
from core.io.file_bytes import FileBytes, printable, read_source

if TYPE_CHECKING:
    from core.geometry.gaps import Gap
    from core.geometry.topology import EdgeTable

_UNFORESEEN = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What a reader may end in that meets damage nobody has thought of."""
_STRAYED = 20_000
"""Random points by which a simplified surface is compared with the former one."""
_GAP = " apart from another"
"""Words that a warning of a gap holds, and no other."""


def load(path: str | Path, how: ReadingOptions | None = None) -> Source:
    """Open a file here and now; see `loading`."""
    return finish(loading(path, how))


def loading(path: str | Path, how: ReadingOptions | None = None) -> Work[Source]:
    """Open a file, and tell what is begun: "Reading", "Checking".

    Parameters
    ----------
    path : str or Path
        A file in one of the formats of `core.io.detect.SUFFIXES`, a folder of small images, "digits", or the
        name of a teaching surface where there is no such file.
    how : ReadingOptions, optional
        What the user has chosen.

    Raises
    ------
    InputError
        If it cannot be read, is malformed, or holds nothing.
    ColumnsNeededError
        If it is a table and nothing tells which columns are the coordinates.
    """
    from core.geometry.repair import repair
    from core.io.build import build  # not needed by who only receives a Source from the child process
    from core.io.build_table import build_table
    from core.io.detect import READERS, detected
    from core.io.readers.depth_image import read_depth_image

    started, how = time.perf_counter(), how or ReadingOptions()
    file = Path(path)
    yield Progress(None, "Reading")
    if str(path) in TEACHING_SURFACES and not file.exists():
        made = yield from part(_teaching(str(path), how))
        return replace(made, seconds=time.perf_counter() - started)
    if str(path) == DIGITS and not file.exists():
        from core.io.digits import digits

        return replace(digits(), seconds=time.perf_counter() - started)
    if file.is_dir():
        return replace(_images(file), seconds=time.perf_counter() - started)
    source = read_source(file, how.columns, how.table, how.intrinsics)
    try:
        reader, said = (read_depth_image, ()) if how.intrinsics else detected(source, file.suffix)
        if how.columns and reader is not READERS["points"]:
            raise source.error("is no table: it has no columns to choose from", "", "Leave --columns away.")
        # Damaged numbers overflow or are no numbers at all; what is not finite is looked for, and refused, in build().
        with np.errstate(over="ignore", invalid="ignore"):
            content = reader(source)
            if isinstance(content, TableContent):
                table, warnings = build_table(source, content)
                seconds = time.perf_counter() - started
                return Source(str(path), file.stem, table, None, (), (*said, *warnings), seconds, how=how)
            if how.table:
                raise source.error("holds a surface or points of its own kind, no table", "", "Leave --table away.")
            found, warnings = build(source, content)
        if isinstance(found, PointCloud):
            seconds = time.perf_counter() - started
            how = ReadingOptions(how.columns, intrinsics=how.intrinsics)  # there is nothing to weld or simplify
            return Source(str(path), file.stem, found, None, (), (*said, *warnings), seconds, how=how)
        yield Progress(None, _checking(source, len(found.faces), how.simplify))
        repaired = repair(found)
        if not len(repaired.surface.faces):
            raise source.error("no face of non-zero area", "", "Export the surface again.")
        known = Source(
            str(path), file.stem, repaired.surface, None, repaired.done, (*said, *warnings, *repaired.left), 0.0
        )
        known = yield from part(_as_asked(known, how, repaired.table))
    except _UNFORESEEN as error:
        reason = f"the reader failed ({type(error).__name__}: {printable(str(error))})"
        raise source.error(reason, "", "The file is damaged in a rare way: export it again.") from error
    except MemoryError:
        raise source.error(
            "needs more memory than is free", "", "Simplify the surface, or take fewer points or rows."
        ) from None
    return replace(known, seconds=time.perf_counter() - started)


def _checking(file: FileBytes, n_triangles: int, simplify: int) -> str:
    """Return what is told while a surface is checked: of a large one also how much memory that takes.

    Raises
    ------
    InputError
        If there is less.
    """
    task: Task = "simplifying" if 0 < simplify < n_triangles else "reading"
    short = shortage(task, n_triangles)
    if short:
        raise file.error(short, "", "Close other programs, or simplify it elsewhere first.")
    if n_triangles <= LARGE:
        return "Checking"
    return f"Checking {n_triangles:,} triangles, about {size_words(needed_bytes(task, n_triangles))} of memory,"


def _as_asked(known: Source, how: ReadingOptions, table: "EdgeTable | None" = None) -> Work[Source]:
    """Join corners and take vertices away where that was asked for, and examine what is left."""
    known = welded(known, how.weld) if how.weld else known
    if how.simplify:
        return (yield from part(simplifying(known, how.simplify)))
    return examined(known, table)


def _teaching(name: str, how: ReadingOptions) -> Work[Source]:
    """Return a teaching surface, with what it teaches among the warnings."""
    if how.columns or how.table:
        raise InputError(name, "is a teaching surface, no table", "", "Leave --columns and --table away.")
    data, said = teaching_surface(name)
    return (yield from part(_as_asked(Source(name, name, data, None, (), said, 0.0), how)))


def _images(folder: Path) -> Source:
    """Return a folder of images as a table."""
    from core.io.build_table import build_table
    from core.io.readers.image_folder import read_image_folder

    name = folder.resolve().name
    table, warnings = build_table(FileBytes(printable(name, 255), folder, b""), read_image_folder(folder))
    return Source(str(folder), name, table, None, (), warnings, 0.0)


def examined(source: Source, table: "EdgeTable | None" = None) -> Source:
    """Return a surface with its topology and its gaps, and the warnings that these call for.

    Parameters
    ----------
    source : Source
        A cloud is returned as it is.
    table : EdgeTable, optional
        The edges of the surface, where they are known already.
    """
    from core.geometry.gaps import find_gap
    from core.geometry.topology import edge_table, topology

    if not source.has_faces:
        return source
    if table is None or table.faces is not source.surface.faces:
        table = edge_table(source.surface.faces)
    known = topology(source.surface, table)
    gap = None if known.is_closed else find_gap(source.surface, table)
    former = () if source.topology is None else _topology_warnings(source.topology)
    kept = tuple(text for text in source.warnings if text not in former and not is_gap_warning(text))
    warnings = (*kept, *_gap_warnings(gap, known), *_topology_warnings(known))
    return replace(source, topology=known, warnings=warnings, gap=0.0 if gap is None else _rounded_up(gap.width))


def welded(source: Source, tolerance: float) -> Source:
    """Return a surface, not examined yet, in which corners within a tolerance of each other are one.

    Parameters
    ----------
    source : Source
        A surface.
    tolerance : float
        Length in the units of the file.

    Raises
    ------
    InputError
        If it is a cloud, the tolerance is none that joins corners only, or no face is left.
    """
    from core.geometry.gaps import weld_near
    from core.geometry.repair import MERGED

    name = printable(Path(source.path).name, 255)
    if not source.has_faces:
        raise InputError(name, "holds points without faces: there is nothing to weld", "", "Give a surface.")
    largest = source.surface.diagonal / 100.0
    if not 0.0 < tolerance <= largest:
        reason = f"the tolerance {tolerance:g} is not between 0 and a hundredth of its size, {largest:.3g}"
        raise InputError(name, reason, "", "budai info tells the width of the gap.")
    repaired = weld_near(source.surface, tolerance)
    if not len(repaired.surface.faces):
        raise InputError(name, f"no face is larger than the tolerance {tolerance:g}", "", "Give a smaller one.")
    before, after = len(source.surface.vertices), len(repaired.surface.vertices)
    said = f"Joined corners up to {tolerance:.3g} apart: {before:,} vertices became {after:,}."
    done = [text for text in repaired.done if not text.startswith(MERGED)]
    how = replace(source.how, weld=max(tolerance, source.how.weld))
    return replace(source, data=repaired.surface, repairs=(*source.repairs, said, *done), how=how)


def welding(source: Source, tolerance: float) -> Work[Source]:
    """Join the corners of an open surface that lie within a tolerance of each other.

    Raises
    ------
    InputError
        As `welded` does.
    """
    yield Progress(None, f"Corners up to {tolerance:.3g} apart")
    return examined(welded(source, tolerance))


def simplifying(source: Source, n_faces: int) -> Work[Source]:
    """Take vertices of an open surface away until so many triangles are left; one that has no more stays as it is.

    Raises
    ------
    InputError
        If it is a cloud, or cannot be simplified.
    """
    from core.geometry.simplify import simplified

    name = printable(Path(source.path).name, 255)
    if not source.has_faces:
        raise InputError(name, "holds points without faces: there is nothing to simplify", "", "Give a surface.")
    surface = source.surface
    if len(surface.faces) <= n_faces:
        return examined(source)
    made = yield from part(simplified(surface, n_faces), 0.0, 1.0)
    said = f"Simplified {len(surface.faces):,} triangles to {len(made.faces):,}."
    if len(made.faces) > n_faces:
        said = f"{said[:-1]}; {n_faces:,} were asked for, but the boundary and the topology want more."
    said = f"{said} {_strayed(surface, made)}"
    how = replace(source.how, simplify=n_faces)
    return examined(replace(source, data=made, repairs=(*source.repairs, said), how=how))


def _strayed(former: Surface, made: Surface) -> str:
    """Say how far random points of a surface, uniform by area, are from what was made of it."""
    from core.geometry.nearest_triangle import triangle_tree
    from core.geometry.sampling import sample_by_area

    points = sample_by_area(former.corners, _STRAYED, np.random.default_rng(0)).points
    away = 100.0 * triangle_tree(made.corners).query(points)[0] / max(former.diagonal, np.finfo(float).tiny)
    return (
        f"Of {_STRAYED:,} random points of the former surface half lie within {np.median(away):.2g} % of the diagonal, "
        f"the farthest is {away.max():.2g} % away."
    )


def is_gap_warning(text: str) -> bool:
    """Return whether a warning tells of corners that nearly meet."""
    return _GAP in text


def _gap_warnings(gap: "Gap | None", known: Topology) -> tuple[str, ...]:
    """Return that corners nearly meet, and how to join them."""
    if gap is None:
        return ()
    corners = "1 corner lies" if gap.n_vertices == 1 else f"{gap.n_vertices:,} corners lie"
    return (
        f"{corners} up to {gap.width:.2g}{_GAP}, {gap.width / known.diagonal:.2g} of the size: faces that "
        f"should join there do not. To weld them: budai weld FILE OUT --tolerance {_rounded_up(gap.width):.2g}",
    )


def _rounded_up(width: float) -> float:
    """Return the next greater number of two digits, so that it can be typed and is wide enough."""
    unit = 10.0 ** (np.floor(np.log10(width)) - 1)
    return float(np.floor(width / unit + 1.0) * unit)


def _topology_warnings(known: Topology) -> tuple[str, ...]:
    """Return what stands in the way of a chart beyond being closed."""
    harmless = known.is_closed or known.n_boundary_loops == 1
    smooth = known.is_manifold and known.is_orientable and known.n_components == 1
    return () if smooth and harmless else (known.verdict,)
