"""Open a surface or a point cloud: read, check, repair, and say what it is."""

import threading
import time
from concurrent.futures import Future, wait
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import psutil

from core.base.errors import BudaiError
from core.base.progress import Progress, Work
from core.data.point_cloud import PointCloud
from core.data.surface import Surface
from core.geometry.topology import Topology
from core.io.child import run_load
from core.io.file_bytes import printable, read_source

if TYPE_CHECKING:
    from core.geometry.gaps import Gap

_UNFORESEEN = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What a reader may end in that meets damage nobody has thought of."""
_QUIET, _BETWEEN_REPORTS = 3.0, 0.25
"""Seconds until the first report of a file that is being read, and between the others."""
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
    """

    path: str
    name: str
    surface: Surface | PointCloud
    topology: Topology | None
    repairs: tuple[str, ...]
    warnings: tuple[str, ...]
    seconds: float
    is_learned: bool = False

    @property
    def is_cloud(self) -> bool:
        """Whether there are points and no faces."""
        return isinstance(self.surface, PointCloud)


def load(path: str | Path) -> Source:
    """Open a file here and now.

    Parameters
    ----------
    path : str or Path
        A file in one of the formats of `core.io.detect.SUFFIXES`.

    Raises
    ------
    InputError
        If it cannot be read, is malformed, or holds nothing.
    """
    from core.geometry.gaps import find_gap
    from core.geometry.repair import repair
    from core.geometry.topology import topology
    from core.io.build import build  # not needed by who only receives a Source from the child process
    from core.io.detect import detected

    started = time.perf_counter()
    file = Path(path)
    source = read_source(file)
    try:
        reader, said = detected(source, file.suffix)
        # Damaged numbers overflow or are no numbers at all; what is not finite is looked for, and refused, in build().
        with np.errstate(over="ignore", invalid="ignore"):
            found, warnings = build(source, reader(source))
        if isinstance(found, PointCloud):
            return Source(str(path), file.stem, found, None, (), (*said, *warnings), time.perf_counter() - started)
        repaired = repair(found)
        if not len(repaired.surface.faces):
            raise source.error("no face of non-zero area", "", "Export the surface again.")
        known = topology(repaired.surface)
        gap = None if known.is_closed else find_gap(repaired.surface)
    except _UNFORESEEN as error:
        reason = f"the reader failed ({type(error).__name__}: {printable(str(error))})"
        raise source.error(reason, "", "The file is damaged in a rare way: export it again.") from error
    except MemoryError:
        raise source.error(
            "needs more memory than is free", "", "Simplify the surface or subsample the cloud."
        ) from None
    return Source(
        str(path),
        file.stem,
        repaired.surface,
        known,
        repaired.done,
        (*said, *warnings, *repaired.left, *_gap_warnings(gap, known), *_topology_warnings(known)),
        time.perf_counter() - started,
    )


def _gap_warnings(gap: "Gap | None", known: Topology) -> tuple[str, ...]:
    """Return that corners nearly meet, and how to join them."""
    if gap is None:
        return ()
    corners = "1 corner lies" if gap.n_vertices == 1 else f"{gap.n_vertices:,} corners lie"
    return (
        f"{corners} up to {gap.width:.2g} apart from another, {gap.width / known.diagonal:.2g} of the size: faces that "
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


def load_in_child(path: str | Path, seconds: float | None = None, memory_bytes: int | None = None) -> Source:
    """Open a file in a child process of limited time and memory.

    Parameters
    ----------
    path : str or Path
        A file in one of the formats of `core.io.detect.SUFFIXES`.
    seconds : float, optional
        After this time the file is refused; by default `reading_seconds`.
    memory_bytes : int, optional
        Address space of the child; by default 60 % of the memory of the computer, 2 GiB at least and 16 GiB at most.

    Raises
    ------
    InputError
        If it cannot be read, is malformed, holds nothing, or takes more time or memory.
    """
    if memory_bytes is None:
        memory_bytes = int(min(max(0.6 * psutil.virtual_memory().total, 2 * 2**30), 16 * 2**30))
    loaded = run_load(path, reading_seconds(path) if seconds is None else seconds, memory_bytes)
    if not isinstance(loaded, Source):
        raise TypeError(f"the child process sent a {type(loaded).__name__}")
    return loaded


def reading(path: str | Path) -> Work[Source]:
    """Open a file in a child process, and tell for how long; what is read in a moment goes without that.

    Raises
    ------
    InputError
        As `load_in_child` does.
    """
    file, started, found = Path(path), time.monotonic(), Future[Source]()

    def read() -> None:
        try:
            found.set_result(load_in_child(path))
        except (BudaiError, OSError, TypeError, MemoryError) as error:
            found.set_exception(error)

    threading.Thread(target=read, name="budai-reading", daemon=True).start()
    pause = _QUIET
    while not wait((found,), pause).done:
        size = f" ({file.stat().st_size / 1e6:.0f} MB)" if file.is_file() else ""
        seconds, most = time.monotonic() - started, reading_seconds(file)
        yield Progress(None, f"Reading {printable(file.name, 60)}{size}: {seconds:.0f} s of at most {most:.0f} s")
        pause = _BETWEEN_REPORTS
    return found.result()
