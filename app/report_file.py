"""The report that a run without a window ends with."""

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import psutil

from app import __version__
from app.terminal import TerminalProgress
from core.errors import InputError
from core.io.atomic import replacing
from core.io.export import RUN_FILES
from core.project import Project
from core.report import run_report

REPORT = "report.json"
PICTURES = ("overview.png", "latent_cells.png", "transport.png")
"""Names of the pictures of a run."""


def write_report(
    project: Project,
    folder: Path,
    timings: Mapping[str, float | None],
    written: Sequence[Path],
    progress: TerminalProgress,
) -> dict[str, Any]:
    """Write ``report.json`` into the folder of a run, tell of all its files, and return the report.

    Parameters
    ----------
    project : Project
        What came of the run.
    folder : Path
        Where its files are.
    timings : mapping
        Seconds of each stage.
    written : sequence of Path
        The files written so far.
    progress : TerminalProgress
        Where to tell of them.
    """
    report = run_report(project, __version__, timings, _peak_memory_bytes())
    with replacing(folder / REPORT) as temporary:
        temporary.write_text(json.dumps(report, indent=1), "utf-8")
    progress.say(f"Results in {folder}: {', '.join([*(path.name for path in written), REPORT])}")
    return report


def clear_run(folder: Path, *inputs: str | Path) -> None:
    """Remove what an earlier run has left in a folder, so that no file tells of another autoencoder.

    Parameters
    ----------
    folder : Path
        The folder.
    *inputs : str or Path
        Files that the present run reads: they stay until results take their place.

    Raises
    ------
    InputError
        If one cannot be removed.
    """
    spared = {Path(path).resolve() for path in inputs if str(path)}
    for name in (*RUN_FILES, *PICTURES, REPORT):
        try:
            if (folder / name).resolve() not in spared:
                (folder / name).unlink(missing_ok=True)
        except OSError as error:
            reason = f"cannot be replaced ({error.strerror or error})"
            raise InputError(name, reason, remedy="Choose another folder.") from error


def _peak_memory_bytes() -> int:
    """Return the largest resident memory that this process or one of its children has had."""
    if sys.platform == "win32":
        return int(psutil.Process().memory_info().peak_wset)
    import resource  # only where it exists

    most = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return most * (1 if sys.platform == "darwin" else 1024)
