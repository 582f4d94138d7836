"""Open a surface or a point cloud: read, check, repair, and say what it is."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, wait
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import psutil

from core.base.errors import BudaiError, InputError
from core.base.progress import Progress, Work
from core.data.point_cloud import PointCloud
from core.data.surface import Surface
from core.geometry.topology import Topology
from core.io.child import run_load
from core.io.file_bytes import printable, read_source
from core.io.reading_options import ReadingOptions

if TYPE_CHECKING:
    from core.geometry.gaps import Gap

_UNFORESEEN = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What a reader may end in that meets damage nobody has thought of."""
_QUIET, _BETWEEN_REPORTS = 3.0, 0.25
"""Seconds until the first report of a file that is being read, and between the others."""
_GAP = " apart from another"
"""Words that a warning of a gap holds, and no other."""
_LEAST_SECONDS = 60.0
_SECONDS_PER_MEGABYTE = 3.0
"""Several times what the slowest of the formats takes on a computer that has nothing else to do."""


@dataclass(frozen=True, eq=False)
class Source:
    """A surface or a point cloud with all that was found out while opening it.

    Parameters
    ----------
    path : str
        Where it was read from.
    name : str
        Name of the file without its suffix.
    surface : Surface or PointCloud
        What was read, repaired, in the units of the file.
    topology : Topology or None
        Certificate of the surface; None for a cloud.
    repairs : tuple of str
        Every change that was made, as sentences.
    warnings : tuple of str
        What the user should know, as sentences.
    seconds : float
        How long it took.
    is_learned : bool
        Whether the file holds points, and the surface was made from them.
    how : ReadingOptions
        What the user has chosen of how it is read.
    gap : float
        Width of the gaps between corners that nearly meet, in the units of the file; 0 where there are none.
    """

    path: str
    name: str
    surface: Surface | PointCloud
    topology: Topology | None
    repairs: tuple[str, ...]
    warnings: tuple[str, ...]
    seconds: float
    is_learned: bool = False
    how: ReadingOptions = field(default_factory=ReadingOptions)
    gap: float = 0.0

    @property
    def is_cloud(self) -> bool:
        """Whether there are points and no faces."""
        return isinstance(self.surface, PointCloud)


def load(
    path: str | Path, how: ReadingOptions | None = None, tell: Callable[[str], None] = lambda doing: None
) -> Source:
    """Open a file here and now.

    Parameters
    ----------
    path : str or Path
        A file in one of the formats of `core.io.detect.SUFFIXES`.
    how : ReadingOptions, optional
        What the user has chosen.
    tell : callable, optional
        Called with what is begun: "Reading", "Checking".

    Raises
    ------
    InputError
        If it cannot be read, is malformed, or holds nothing.
    ColumnsNeededError
        If it is a table and nothing tells which columns are the coordinates.
    """
    from core.geometry.repair import repair
    from core.io.build import build  # not needed by who only receives a Source from the child process
    from core.io.detect import READERS, detected

    started, how = time.perf_counter(), how or ReadingOptions()
    file = Path(path)
    tell("Reading")
    source = read_source(file, how.columns)
    try:
        reader, said = detected(source, file.suffix)
        if how.columns and reader is not READERS["points"]:
            raise source.error("is no table: it has no columns to choose from", "", "Leave --columns away.")
        # Damaged numbers overflow or are no numbers at all; what is not finite is looked for, and refused, in build().
        with np.errstate(over="ignore", invalid="ignore"):
            found, warnings = build(source, reader(source))
        if isinstance(found, PointCloud):
            seconds = time.perf_counter() - started
            how = ReadingOptions(how.columns)  # there is nothing to weld or simplify
            return Source(str(path), file.stem, found, None, (), (*said, *warnings), seconds, how=how)
        tell("Checking")
        repaired = repair(found)
        if not len(repaired.surface.faces):
            raise source.error("no face of non-zero area", "", "Export the surface again.")
        known = Source(
            str(path), file.stem, repaired.surface, None, repaired.done, (*said, *warnings, *repaired.left), 0.0
        )
        known = examined(welded(known, how.weld) if how.weld else known)
    except _UNFORESEEN as error:
        reason = f"the reader failed ({type(error).__name__}: {printable(str(error))})"
        raise source.error(reason, "", "The file is damaged in a rare way: export it again.") from error
    except MemoryError:
        raise source.error(
            "needs more memory than is free", "", "Simplify the surface or subsample the cloud."
        ) from None
    return replace(known, seconds=time.perf_counter() - started)


def examined(source: Source) -> Source:
    """Return a surface with its topology and its gaps, and the warnings that these call for."""
    from core.geometry.gaps import find_gap
    from core.geometry.topology import topology

    if not isinstance(source.surface, Surface):
        return source
    known = topology(source.surface)
    gap = None if known.is_closed else find_gap(source.surface)
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
    if not isinstance(source.surface, Surface):
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
    return replace(source, surface=repaired.surface, repairs=(*source.repairs, said, *done), how=how)


def welding(source: Source, tolerance: float) -> Work[Source]:
    """Join the corners of an open surface that lie within a tolerance of each other.

    Raises
    ------
    InputError
        As `welded` does.
    """
    yield Progress(None, f"Corners up to {tolerance:.3g} apart")
    return examined(welded(source, tolerance))


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


def reading_seconds(path: str | Path) -> float:
    """Return how long a file may take to be read: a minute, and what a busy computer needs for its size."""
    try:
        size = Path(path).stat().st_size
    except OSError:
        size = 0
    return round(_LEAST_SECONDS + _SECONDS_PER_MEGABYTE * size / 1e6, 1)


def load_in_child(
    path: str | Path,
    seconds: float | None = None,
    memory_bytes: int | None = None,
    how: ReadingOptions | None = None,
    tell: Callable[[str], None] = lambda doing: None,
) -> Source:
    """Open a file in a child process of limited time and memory.

    Parameters
    ----------
    path : str or Path
        A file in one of the formats of `core.io.detect.SUFFIXES`.
    seconds : float, optional
        After this time the file is refused; by default `reading_seconds`.
    memory_bytes : int, optional
        Address space of the child; by default 60 % of the memory of the computer, 2 GiB at least and 16 GiB at most.
    how : ReadingOptions, optional
        What the user has chosen.
    tell : callable, optional
        Called with what the child begins to do.

    Raises
    ------
    InputError
        If it cannot be read, is malformed, holds nothing, or takes more time or memory.
    ColumnsNeededError
        If it is a table and nothing tells which columns are the coordinates.
    """
    if memory_bytes is None:
        memory_bytes = int(min(max(0.6 * psutil.virtual_memory().total, 2 * 2**30), 16 * 2**30))
    seconds = reading_seconds(path) if seconds is None else seconds
    loaded = run_load(path, how or ReadingOptions(), seconds, memory_bytes, tell)
    if not isinstance(loaded, Source):
        raise TypeError(f"the child process sent a {type(loaded).__name__}")
    return loaded


def reading(path: str | Path, how: ReadingOptions | None = None) -> Work[Source]:
    """Open a file in a child process, and tell for how long; what is read in a moment goes without that.

    Raises
    ------
    InputError
        As `load_in_child` does.
    """
    file, started, found, doing = Path(path), time.monotonic(), Future[Source](), ["Reading"]

    def read() -> None:
        try:
            found.set_result(load_in_child(path, how=how, tell=doing.append))
        except (BudaiError, OSError, TypeError, MemoryError) as error:
            found.set_exception(error)

    threading.Thread(target=read, name="budai-reading", daemon=True).start()
    pause = _QUIET
    while not wait((found,), pause).done:
        size = f" ({file.stat().st_size / 1e6:.0f} MB)" if file.is_file() else ""
        seconds, most = time.monotonic() - started, reading_seconds(file)
        yield Progress(None, f"{doing[-1]} {printable(file.name, 60)}{size}: {seconds:.0f} s of at most {most:.0f} s")
        pause = _BETWEEN_REPORTS
    return found.result()
