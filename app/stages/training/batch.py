"""Many files, one run each: what `budai batch` does."""

import csv
import io
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from app.command_line.run_folder import REPORT
from app.command_line.terminal import TerminalProgress, write_lines
from app.stages.training.batch_elsewhere import run_elsewhere
from app.stages.training.headless import KEPT, run
from core.base.errors import BudaiError, InputError
from core.base.progress import Progress, Work
from core.data.reading_options import ReadingOptions
from core.io.atomic import replacing
from core.io.detect import SUFFIXES
from core.process.child import finish_in_child
from core.training.options import TrainingOptions

FAILURE = "failure.txt"
"""File in the folder of a run that failed, with the reason."""
_PERCENT = 100.0
COLUMNS: tuple[tuple[str, tuple[str, ...], float, str], ...] = (
    ("vertices", ("surface", "vertices"), 1, ",.0f"),
    ("triangles", ("surface", "faces"), 1, ",.0f"),
    ("genus", ("surface", "genus"), 1, ".0f"),
    ("loops", ("surface", "boundary_loops"), 1, ".0f"),
    ("charts", ("atlas", "charts"), 1, ",.0f"),
    ("steps", ("training", "steps"), 1, ",.0f"),
    ("RMSE %", ("training", "rmse_rel"), _PERCENT, ".3g"),
    ("Chamfer %", ("training", "chamfer_rel"), _PERCENT, ".3g"),
    ("Hausdorff %", ("training", "hausdorff_rel"), _PERCENT, ".3g"),
    ("normals °", ("training", "normal_error_deg"), 1, ".3g"),
    ("flipped", ("training", "flipped_triangles"), 1, ",.0f"),
    ("cells", ("cells", "decoder", "cells"), 1, ",.0f"),
    ("area SD", ("transport", "area_ratio_sd"), 1, ".2g"),
    ("MB", ("peak_memory_bytes",), 1e-6, ",.0f"),
    ("seconds", ("timings", "total"), 1, ".0f"),
)
"""What the table tells of a run: its heading, where the report has it, by what it is multiplied, how it is written."""


@dataclass(frozen=True)
class Entry:
    """One file of a batch.

    Parameters
    ----------
    file : Path
        What is read.
    folder : Path
        Where its results go.
    report : mapping or None
        Its report, where the run was completed.
    failure : str
        Why it was not; empty where it was, or has not been tried.
    """

    file: Path
    folder: Path
    report: Mapping[str, Any] | None = None
    failure: str = ""

    @property
    def state(self) -> str:
        """Return how it stands, in a word."""
        return "done" if self.report is not None else "failed" if self.failure else "not yet"


def batch(
    source: Path,
    output: Path,
    options: TrainingOptions,
    besides: Mapping[str, Any],
    how: ReadingOptions,
    recursive: bool = False,
    again: bool = False,
    dask: str = "",
) -> int:
    """Run every file of a folder, and write a table of what came of them.

    Parameters
    ----------
    source : Path
        The folder.
    output : Path
        Folder for a folder of each run, ``batch.csv`` and ``batch.md``.
    options, besides, how
        As for `run`.
    recursive : bool
        Whether files of the folders in it are run too.
    again : bool
        Whether what is done already, or has failed, is run once more.
    dask : str
        Address of a scheduler of Dask whose workers do the runs; empty: one after the other, here.

    Returns
    -------
    int
        1 where a run has failed, else 0.

    Raises
    ------
    InputError
        If the folder holds no file that can be read.
    BudaiError
        If there is no such scheduler.
    """
    entries = [_known(file, output / name, again) for file, name in named_files(source, output, recursive)]
    progress = TerminalProgress()
    waiting = [k for k, entry in enumerate(entries) if entry.state == "not yet"]
    if dask and waiting:
        parts = (options, dict(besides), how)
        given = {k: (_absolute(entries[k]), *parts) for k in waiting}
        for k, why in run_elsewhere(dask, given):
            entry = entries[k]
            if why:
                _tell_failure(entry, why)
            entries[k] = _known(entry.file, entry.folder, False)
            progress.say(f"{entry.file.name}: {entries[k].failure or entries[k].state}")
            write_table(entries, output)
        waiting = []
    for k in waiting:
        progress.say(f"{k + 1} of {len(entries)}: {entries[k].file}")
        entries[k] = run_entry(entries[k], options, besides, how)
        if entries[k].failure:
            progress.say(entries[k].failure)
        write_table(entries, output)
    write_table(entries, output)
    write_lines(markdown(entries))
    return int(any(entry.failure for entry in entries))


def named_files(source: Path, output: Path, recursive: bool) -> list[tuple[Path, str]]:
    """Return the files of a folder that can be read, with names for their results, no two alike.

    Raises
    ------
    InputError
        If there are none.
    """
    if not source.is_dir():
        raise InputError(source.name or str(source), "is no folder", remedy="Name a folder with surfaces in it.")
    known = sorted(path for path in (source.rglob("*") if recursive else source.iterdir()) if path.is_file())
    own = output.resolve()
    files = [path for path in known if path.suffix.lower() in SUFFIXES and not path.resolve().is_relative_to(own)]
    if not files:
        raise InputError(source.name, "holds no file that can be read", remedy=f"They end in {', '.join(SUFFIXES)}.")
    stems = [path.relative_to(source).with_suffix("").as_posix().replace("/", "_") for path in files]
    names = [
        stem if stems.count(stem) == 1 else f"{stem}_{path.suffix[1:].lower()}"
        for path, stem in zip(files, stems, strict=True)
    ]
    return list(zip(files, names, strict=True))


def _known(file: Path, folder: Path, again: bool) -> Entry:
    """Return what an earlier batch has left of a file: its report is the last that a run writes."""
    if again:
        return Entry(file, folder)
    try:
        return Entry(file, folder, json.loads((folder / REPORT).read_text("utf-8")))
    except (OSError, ValueError):
        pass
    try:
        return Entry(file, folder, failure=(folder / FAILURE).read_text("utf-8").strip())
    except OSError:
        return Entry(file, folder)


def run_entry(entry: Entry, options: TrainingOptions, besides: Mapping[str, Any], how: ReadingOptions) -> Entry:
    """Run one file in a process of its own, so that nothing that happens there ends the others."""
    resume = (entry.folder / KEPT).exists()
    try:
        report = finish_in_child(_running, entry.file, entry.folder, options, dict(besides), resume, how)
    except BudaiError as error:
        return _tell_failure(entry, " ".join(str(error).split()) or "It failed.")
    (entry.folder / FAILURE).unlink(missing_ok=True)
    TerminalProgress().clear()
    return Entry(entry.file, entry.folder, report)


def _absolute(entry: Entry) -> Entry:
    """Return an entry that is the same in every folder that a program may run in."""
    return replace(entry, file=entry.file.resolve(), folder=entry.folder.resolve())


def _tell_failure(entry: Entry, why: str) -> Entry:
    """Write why a run failed into its folder."""
    entry.folder.mkdir(parents=True, exist_ok=True)
    with replacing(entry.folder / FAILURE) as temporary:
        temporary.write_text(f"{why}\n", "utf-8")
    return Entry(entry.file, entry.folder, failure=why)


def _running(
    file: Path,
    folder: Path,
    options: TrainingOptions,
    besides: dict[str, Any],
    resume: bool,
    how: ReadingOptions,
) -> Work[dict[str, Any]]:
    """Run one file; it tells of itself on the terminal."""
    yield Progress(None, file.name)
    return run(file, folder, options, besides, resume, how)


def write_table(entries: Sequence[Entry], output: Path) -> None:
    """Write ``batch.csv`` and ``batch.md``, complete at any time.

    Raises
    ------
    InputError
        If they cannot be written.
    """
    table = io.StringIO()
    rows = csv.writer(table, lineterminator="\n")
    rows.writerow(["file", "state", *(heading for heading, *_ in COLUMNS), "reason"])
    for entry in entries:
        values = [figure(entry.report, place, factor) for _, place, factor, _ in COLUMNS]
        cells = ["" if value is None else f"{value:.10g}" for value in values]
        rows.writerow([entry.file.name, entry.state, *cells, entry.failure])
    written = time.strftime("%Y-%m-%d %H:%M")
    for name, text in (("batch.csv", table.getvalue()), ("batch.md", f"{markdown(entries)}\n\nWritten {written}.\n")):
        with replacing(output / name) as temporary:
            temporary.write_text(text, "utf-8")


def markdown(entries: Sequence[Entry]) -> str:
    """Return the table of a batch in Markdown; columns that hold nothing are left out."""
    shown = [
        (heading, place, factor, form)
        for heading, place, factor, form in COLUMNS
        if any(figure(entry.report, place, factor) is not None for entry in entries)
    ]
    lines = ["| file | state | " + " | ".join(heading for heading, *_ in shown) + " |"]
    lines.append("|" + "---|" * (len(shown) + 2))
    for entry in entries:
        found = [(figure(entry.report, place, factor), form) for _, place, factor, form in shown]
        cells = ["" if value is None else format(value, form) for value, form in found]
        state = entry.state if not entry.failure else f"failed: {entry.failure}".replace("|", "\\|")
        lines.append(f"| {entry.file.name} | {state} | {' | '.join(cells)} |")
    return "\n".join(lines)


def figure(report: Mapping[str, Any] | None, place: Sequence[str], factor: float) -> float | None:
    """Return a figure of a report; None where it is not there."""
    found: Any = report
    for name in place:
        found = found.get(name) if isinstance(found, Mapping) else None
    return None if not isinstance(found, int | float) or isinstance(found, bool) else factor * found
