"""Blind denoising without a window: what `budai blind` does."""

import time
from functools import partial
from pathlib import Path
from typing import Any

from app.command_line.report_file import write_report
from app.command_line.rescue import write_or_rescue
from app.command_line.run_folder import PROJECT_FILE, RunFolder
from app.command_line.terminal import TerminalProgress
from app.process.interrupt import report_when_interrupted
from app.stages.denoising.blind import blind_project
from app.stages.exporting import export_run
from core.denoising.blind import BlindDenoising
from core.denoising.blind_comparison import BlindChoice
from core.denoising.methods import METHOD_TABLE
from core.io.noisy_file import read_noisy
from core.process.child import finish_in_child
from core.session.points.read_and_denoise import read_and_learn
from core.session.project import Project
from core.session.project_file import save_project


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
    folder = RunFolder(output, noisy, choice.truth)
    report_when_interrupted(folder.state_when_interrupted)
    read_noisy(str(noisy), choice.columns)  # what cannot be used is refused at once
    found: BlindDenoising = finish_in_child(read_and_learn, str(noisy), choice, report=progress)
    project = blind_project(Project(), found)
    output = folder.begin()
    write_or_rescue(output / PROJECT_FILE, partial(save_project, project))
    training, denoising = found.training, found.denoising
    for line in (*found.source.repairs, *training.messages, *(training.detail.messages if training.detail else ())):
        progress.say(line)
    for line in denoising.warnings:
        progress.say(line)
    for result in denoising.results:
        if result.method != "true_foot":
            name = "noisy points" if result.method == "noisy" else METHOD_TABLE[result.method].about
            progress.say(f"Distance, {name}: {100 * result.distance / denoising.diagonal:.4g} % of the diagonal")
    written = [*export_run(project, output), output / PROJECT_FILE]
    timings = {"train": training.seconds, "total": time.monotonic() - started}
    return write_report(project, folder, timings, written, progress)
