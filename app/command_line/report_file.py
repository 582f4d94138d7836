"""The report that a run without a window ends with."""

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import psutil

from app import __version__
from app.command_line.run_folder import REPORT, RunFolder
from app.command_line.terminal import TerminalProgress
from app.stages import rows
from core.io.atomic import replacing
from core.session.atlas import atlas_report
from core.session.points.learned_points import points_report
from core.session.project import Project

PARTS = ("load", "chart", "train", "cells", "transport", "export", "total")
"""What a report tells the time of, as its format says."""


def run_report(
    project: Project, version: str, timings: Mapping[str, float | None], peak_memory_bytes: int
) -> dict[str, Any]:
    """Return the report of a run in the format `budai-report` 1: what the stages report, and what it took.

    Parameters
    ----------
    project : Project
        With a source.
    version : str
        Version of the program.
    timings : mapping of str to float or None
        Seconds of each part, with the total.
    peak_memory_bytes : int
        Largest resident memory of the process.
    """
    project = project.without_outdated()
    report: dict[str, Any] = {"format": "budai-report", "version": 1, "budai_version": version}
    together = len(project.charts) > 1
    of_all = atlas_report(project) if together else {}
    others = {key: result for key, result in project.results.items() if key not in of_all}
    for row in rows():
        report |= row.writes().report(Project(others))
    report |= of_all
    report["points"] = points_report(project.source, project.preparation, project.training)
    times = {part: timings.get(part) for part in PARTS}
    return report | {"timings": times, "peak_memory_bytes": peak_memory_bytes}


def write_report(
    project: Project,
    folder: RunFolder,
    timings: Mapping[str, float | None],
    written: Sequence[Path],
    progress: TerminalProgress,
) -> dict[str, Any]:
    """Write ``report.json``, let the results of a run take their places, tell of them, and return the report.

    Parameters
    ----------
    project : Project
        What came of the run.
    folder : RunFolder
        Where its files are.
    timings : mapping
        Seconds of each stage.
    written : sequence of Path
        The files written so far.
    progress : TerminalProgress
        Where to tell of them.
    """
    report = run_report(project, __version__, timings, _peak_memory_bytes())
    with replacing((folder.place or folder.folder) / REPORT) as temporary:
        temporary.write_text(json.dumps(report, indent=1), "utf-8")
    folder.change_places()
    progress.say(f"Results in {folder.folder}: {', '.join([*(path.name for path in written), REPORT])}")
    return report


def _peak_memory_bytes() -> int:
    """Return the largest resident memory that this process or one of its children has had."""
    if sys.platform == "win32":
        return int(psutil.Process().memory_info().peak_wset)
    import resource  # only where it exists

    most = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return most * (1 if sys.platform == "darwin" else 1024)
