"""Blind denoising without a window: what `budai blind` does."""

import json
import time
from pathlib import Path
from typing import Any

from app import __version__
from app.child_work import finish_in_child
from app.folder import make_folder
from app.headless import peak_memory_bytes
from app.terminal import TerminalProgress
from core.denoising.blind import BlindDenoising, BlindOptions, denoise_blind
from core.io.atomic import replacing
from core.io.export import export_run
from core.io.noisy_file import read_noisy
from core.io.project_file import save_project
from core.project import Project
from core.report import run_report


def blind(output: Path, options: BlindOptions) -> dict[str, Any]:
    """Learn a surface from noisy points alone, project them onto it, and export all into a folder.

    Parameters
    ----------
    output : Path
        The folder for the results; made if it does not exist.
    options : BlindOptions
        Which points, and how to train.

    Returns
    -------
    dict
        The report, as written to ``report.json``.

    Raises
    ------
    BudaiError
        If the file, the surface through its points or the folder cannot be used.
    """
    started = time.monotonic()
    progress = TerminalProgress()
    make_folder(output)
    read_noisy(options.path)  # what cannot be used is refused at once
    found: BlindDenoising = finish_in_child(denoise_blind, options, report=progress)
    training = found.training
    project = Project(source=found.source, training=training, denoising=found.denoising)
    project = project.with_options("training", training.options).with_options("denoise", found.denoising.options)
    save_project(project, output / "project.budai")
    for line in (*found.source.repairs, *training.messages, *(training.detail.messages if training.detail else ())):
        progress.say(line)
    for line in found.denoising.warnings:
        progress.say(line)
    written = [*export_run(project, output), output / "project.budai"]
    timings = {"train": training.seconds, "total": time.monotonic() - started}
    report = run_report(project, __version__, timings, peak_memory_bytes())
    with replacing(output / "report.json") as temporary:
        temporary.write_text(json.dumps(report, indent=1, ensure_ascii=False), "utf-8")
    names = [*(path.name for path in written), "report.json"]
    progress.say(f"Results in {output}: {', '.join(names)}")
    return report
