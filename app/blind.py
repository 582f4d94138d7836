"""Blind denoising without a window: what `budai blind` does."""

import time
from pathlib import Path
from typing import Any

from app.blind_stage import blind_project
from app.child_work import finish_in_child
from app.folder import make_folder
from app.report_file import clear_run, write_report
from app.terminal import TerminalProgress
from core.denoising.blind import BlindDenoising
from core.denoising.blind_beside import BlindChoice, denoise_blind_beside
from core.denoising.report import METHOD_NAMES
from core.io.export import export_run
from core.io.noisy_file import read_noisy
from core.io.project_file import save_project
from core.project import Project


def blind(noisy: Path, output: Path, choice: BlindChoice) -> dict[str, Any]:
    """Learn a surface from noisy points alone, project them onto it, and export all into a folder.

    Parameters
    ----------
    noisy : Path
        The file with the points.
    output : Path
        The folder for the results; made if it does not exist.
    choice : BlindChoice
        How to train, and what distances are measured from.

    Returns
    -------
    dict
        The report, as written to ``report.json``.

    Raises
    ------
    BudaiError
        If a file, the surface through the points or the folder cannot be used.
    """
    started = time.monotonic()
    progress = TerminalProgress()
    make_folder(output)
    read_noisy(str(noisy))  # what cannot be used is refused at once
    found: BlindDenoising = finish_in_child(denoise_blind_beside, str(noisy), choice, report=progress)
    project = blind_project(Project(), found)
    save_project(project, output / "project.budai")
    clear_run(output, noisy, choice.truth)
    training, denoising = found.training, found.denoising
    for line in (*found.source.repairs, *training.messages, *(training.detail.messages if training.detail else ())):
        progress.say(line)
    for line in denoising.warnings:
        progress.say(line)
    for result in denoising.results:
        if result.method != "true_foot":
            name = "noisy points" if result.method == "noisy" else METHOD_NAMES[result.method]
            progress.say(f"Distance, {name}: {100 * result.distance / denoising.diagonal:.4g} % of the diagonal")
    written = [*export_run(project, output), output / "project.budai"]
    timings = {"train": training.seconds, "total": time.monotonic() - started}
    return write_report(project, output, timings, written, progress)
