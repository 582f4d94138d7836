"""Record what jobs report, for the tests of the remaining time: ``python -m tests.app.record_jobs OUT.jsonl FOLDER``.

FOLDER holds the surfaces that do not come with the program. Jobs are started and watched as the window does it, without
the window; a line each: kind, time of the training, vertices, options that its phases depend on, and of each report the
seconds, fraction, message, and seconds of training. Of reports that say the same, one a second is kept.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QEventLoop

import assets
from app.process.jobs import Workers
from app.stages.denoising.blind import BLIND
from core.base.progress import Progress
from core.cells.cells import CellsOptions
from core.denoising.blind_comparison import BlindChoice
from core.denoising.options import DenoisingOptions
from core.generation.options import GenerationOptions
from core.io.load import load
from core.session.points.read_and_denoise import read_and_learn
from core.session.project import Project
from core.session.stages import STAGES
from core.training.options import TrainingOptions
from core.training.result import TrainingStep
from core.transport.options import TransportOptions

_SECONDS_BETWEEN = 1.0
_SECONDS_OF_WARMING_UP = 6.0
"""How long a worker imports PyTorch before somebody presses Train."""
TELLING = ("of", "complexity", "refinement", "count", "compare", "encoder_seconds", "has_walk")
"""Options that the time of a phase depends on."""
PLANS: tuple[tuple[str, dict[str, Any]], ...] = (
    (
        "saddle",
        {
            "training": TrainingOptions(preset="medium", seconds=12.0, withheld=0.1, seed=4),
            "cells": CellsOptions(complexity=True),
            "transport": TransportOptions(measure="uniform", chart="harmonic", refinement=5),
            "denoising": DenoisingOptions(noise="outliers", level=0.02, count=20_000, encoder_seconds=10.0),
            "generation": GenerationOptions(count=200_000, start=(-0.5, 0.1), stop=(0.6, -0.2)),
        },
    ),
    (
        "hemisphere",
        {
            "training": TrainingOptions(preset="small", seconds=20.0, mode="free"),
            "cells": CellsOptions(("decoder",)),
            "transport": TransportOptions(sites=2_000, refinement=20),
            "denoising": DenoisingOptions(count=100_000, compare=False),
            "generation": GenerationOptions(origin="gaussian", count=1_000_000),
        },
    ),
    ("table_mug_stereo.pcd", {BLIND: BlindChoice(seconds=10.0)}),
    (
        "bumpy_disk",
        {
            "training": TrainingOptions(preset="small", seconds=15.0, seed=9),
            "cells": CellsOptions(),
            "transport": TransportOptions(sites=4_000),
            "denoising": DenoisingOptions(count=40_000, level=0.005, encoder_seconds=8.0),
            "generation": GenerationOptions(origin="uniform", count=500_000, start=(0.1, 0.7), stop=(-0.3, -0.6)),
        },
    ),
    (
        "lion_head.glb",
        {
            "training": TrainingOptions(preset="small", seconds=25.0, detail=False),
            "cells": CellsOptions(complexity=True),
            "transport": TransportOptions(refinement=10),
            "denoising": DenoisingOptions(compare=False, count=150_000),
            "generation": GenerationOptions(count=300_000),
        },
    ),
)
"""Surfaces, and the options of the stages that are run on each, one after the other."""


@dataclass
class _Record:
    """The reports of one job."""

    kept: list[tuple[float, float | None, str, float | None]] = field(default_factory=list)

    def take(self, seconds: float, progress: Progress) -> None:
        step = progress.payload
        trained = round(step.seconds, 2) if isinstance(step, TrainingStep) else None
        if self.kept and self.kept[-1][2] == progress.message and seconds - self.kept[-1][0] < _SECONDS_BETWEEN:
            return
        fraction = None if progress.fraction is None else round(progress.fraction, 3)
        self.kept.append((round(seconds, 2), fraction, progress.message, trained))


def run_job(workers: Workers, title: str, function: Callable[..., Any], *arguments: Any) -> tuple[Any, _Record]:
    """Return the result of a job and what it reported."""
    record, results, failures = _Record(), [], []
    job = workers.start(title, function, *arguments)
    job.progressed.connect(lambda progress: record.take(job.seconds, progress))
    job.finished.connect(results.append)
    job.failed.connect(failures.append)
    while job.is_running:
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
    record.kept.append((round(job.seconds, 2), None, "END", None))
    if failures:
        raise SystemExit(f"{title}: {failures[0]}")
    return results[0], record


def record_plan(workers: Workers, path: Path, plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Run the stages of one surface and yield the records."""
    project = Project(source=load(path))
    assert project.source is not None
    n_vertices = len(getattr(project.source.surface, "vertices", getattr(project.source.surface, "points", ())))
    for title, options in plan.items():
        if title == "training":
            workers.prepare()
            time.sleep(_SECONDS_OF_WARMING_UP)
        if title == BLIND:
            _, record = run_job(workers, title, read_and_learn, str(path), options)
        else:
            stage = STAGES[title]
            inputs = stage.inputs(project)
            assert inputs is not None
            result, record = run_job(workers, title, stage.function, *inputs, options)
            found = result if stage.adopt is None else stage.adopt(result, *inputs)
            project = project.updated(**{stage.key: found})
        budget = options.seconds if title == "training" else 0.0
        sys.stderr.write(f"{path.stem}/{title}: {record.kept[-1][0]} s\n")
        yield {
            "job": f"{path.stem}/{title}",
            "title": title,
            "budget": budget,
            "vertices": n_vertices,
            "options": {name: getattr(options, name) for name in TELLING if hasattr(options, name)},
            "reports": record.kept,
        }


def main() -> None:
    """Record the jobs of all plans."""
    output, folder = Path(sys.argv[1]), Path(sys.argv[2])
    application, workers = QCoreApplication([]), Workers()
    with output.open("w", encoding="utf-8") as file:
        for name, plan in PLANS:
            path = folder / name if "." in name else assets.sample_path(name)
            for line in record_plan(workers, path, plan):
                file.write(json.dumps(line) + "\n")
                file.flush()
    workers.end()
    del application


if __name__ == "__main__":
    main()
