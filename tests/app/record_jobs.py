"""Record what jobs report, for the tests of the remaining time: ``python -m tests.app.record_jobs PLAN OUT FOLDER``.

FOLDER holds the surfaces that do not come with the program, PLAN is one of `PLANS`. Jobs are started as the window does
it, without the window; a line each: kind, time of the training, vertices, charts, options that its phases depend on,
kernels that were not compiled when it began, of each report the seconds, fraction, message and seconds of training, and
every second the processor time until then. Of reports that say the same, one a second is kept. Where kernels are to be
compiled, let ``NUMBA_CACHE_DIR`` name an empty folder.
"""

import json
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QEventLoop, QTimer

import assets
from app.process.file_work import write_export
from app.process.jobs import Job
from app.process.kernels import cold_modules
from app.stages import row
from app.stages.denoising.blind import BLIND
from app.state.workspace import Workspace
from core.base.progress import Progress
from core.cells.cells import CellsOptions
from core.denoising.options import DenoisingOptions
from core.generation.options import GenerationOptions
from core.session.every_chart import does_each_chart
from core.session.prepare import PreparationOptions
from core.session.stages import SourceOptions
from core.training.options import TrainingOptions
from core.training.result import TrainingStep
from core.transport.options import TransportOptions

_SECONDS_BETWEEN, _MILLISECONDS = 1.0, 1000
_SECONDS_OF_WARMING_UP = 6.0
"""How long a worker imports PyTorch before somebody presses Train."""
TELLING = ("of", "complexity", "refinement", "count", "compare", "encoder_seconds", "has_walk", "n_bytes")
"""Options that the time of a phase depends on."""
EXPORT = "export"
PLANS: dict[str, tuple[tuple[str, dict[str, Any]], ...]] = {}
"""By their names: surfaces, and the options of what is run on each, one after the other."""
PLANS["warm"] = (
    (
        "nefertiti_bust.vtp",
        {
            "training": TrainingOptions(preset="small", seconds=12.0, seed=5),
            "cells": CellsOptions(("decoder",)),
            "transport": TransportOptions(refinement=2),
            "denoising": DenoisingOptions(count=25_000, compare=False),
            "generation": GenerationOptions(count=60_000),
            EXPORT: "reconstruction",
        },
    ),
)
PLANS["disk"] = (
    (
        "max_planck_head.stl",
        {
            "training": TrainingOptions(preset="medium", seconds=8.0, seed=3),
            "cells": CellsOptions(),
            "transport": TransportOptions(refinement=6),
            "denoising": DenoisingOptions(count=30_000, encoder_seconds=4.0),
            "generation": GenerationOptions(count=300_000),
            EXPORT: "surface",
        },
    ),
)
PLANS["closed"] = (
    (
        "rocker_arm.3mf",
        {
            "preparation": PreparationOptions(),
            "training": TrainingOptions(preset="small", seconds=12.0, seed=8),
            "cells": CellsOptions(("decoder", "encoder")),
            EXPORT: "atlas",
        },
    ),
)
PLANS["lion"] = (
    (
        "lion_head.glb",
        {
            "training": TrainingOptions(preset="medium", seconds=14.0, seed=7),
            "cells": CellsOptions(("decoder",), complexity=True),
            "transport": TransportOptions(refinement=20),
            "denoising": DenoisingOptions(count=60_000, compare=False),
            "generation": GenerationOptions(count=500_000, origin="uniform", start=(0.3, 0.1), stop=(-0.5, 0.4)),
            EXPORT: "reconstruction",
        },
    ),
)
PLANS["fresh"] = (
    (
        "girl_face_rgb.ply",
        {
            "training": TrainingOptions(preset="small", seconds=10.0, seed=4),
            "cells": CellsOptions(("decoder", "encoder")),
            "transport": TransportOptions(refinement=5),
            "denoising": DenoisingOptions(count=20_000, compare=False),
            "generation": GenerationOptions(count=40_000),
            EXPORT: "reconstruction",
        },
    ),
    (
        "spot/spot.obj",
        {
            "preparation": PreparationOptions(),
            "training": TrainingOptions(preset="small", seconds=12.0, seed=6),
            "cells": CellsOptions(("decoder",)),
            EXPORT: "atlas",
        },
    ),
)
PLANS["atlas"] = (
    (
        "eight.m",
        {
            "preparation": PreparationOptions(),
            "training": TrainingOptions(preset="small", seconds=10.0),
            "cells": CellsOptions(("decoder",)),
            EXPORT: "atlas",
        },
    ),
)
PLANS["cold"] = (
    (
        "swiss_roll",
        {
            "training": TrainingOptions(preset="small", seconds=10.0, seed=1),
            "generation": GenerationOptions(count=20_000, start=(0.1, 0.5), stop=(-0.4, -0.2)),
            "cells": CellsOptions(("encoder",)),
        },
    ),
)


@dataclass
class _Record:
    """The reports of one job, and what it had computed every second."""

    job: Job
    kept: list[tuple[float, float | None, str, float | None]] = field(default_factory=list)
    spent: list[tuple[float, float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.job.progressed.connect(self.take)
        self.measure()

    def take(self, progress: Progress) -> None:
        """Keep a report."""
        seconds, step = self.job.seconds, progress.payload
        trained = round(step.seconds, 2) if isinstance(step, TrainingStep) else None
        if self.kept and self.kept[-1][2] == progress.message and seconds - self.kept[-1][0] < _SECONDS_BETWEEN:
            return
        fraction = None if progress.fraction is None else round(progress.fraction, 3)
        self.kept.append((round(seconds, 2), fraction, progress.message, trained))

    def measure(self) -> None:
        """Keep the processor time until now."""
        if self.job.is_running and (spent := self.job.processor_seconds) is not None:
            self.spent.append((round(self.job.seconds, 2), round(spent, 2)))

    def wait(self, title: str) -> None:
        """Watch the job until it ends."""
        timer, failures, ends = QTimer(), [], []
        timer.setInterval(_MILLISECONDS)
        timer.timeout.connect(self.measure)
        timer.start()
        self.job.failed.connect(failures.append)
        self.job.ended.connect(lambda: ends.append(self.job.seconds))
        while not ends:
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        timer.stop()
        self.kept.append((round(ends[0], 2), None, "END", None))
        if failures:
            raise SystemExit(f"{title}: {failures[0]}")


def _start(workspace: Workspace, title: str, options: Any, out: Path) -> Job | None:
    """Start a job as the window does it."""
    if title == EXPORT:
        return workspace.workers.start(
            title, write_export, workspace.whole, str(out.with_name(f"{options}.ply")), options
        )
    if title == BLIND:
        workspace.set_options(BLIND, options)
        return workspace.run_stage("denoising")
    return workspace.run_stage(title, options)


def record_plan(path: Path, plan: dict[str, Any], out: Path) -> Iterator[dict[str, Any]]:
    """Open a surface, run what is planned for it, and yield the records."""
    workspace = Workspace()
    for title, options in {"source": SourceOptions(str(path)), **plan}.items():
        if title == "training":
            workspace.workers.prepare()
            time.sleep(_SECONDS_OF_WARMING_UP)
        source, known = workspace.whole.source, row(title)
        cold = [] if known is None else sorted(cold_modules(known.compiling))
        job = _start(workspace, title, options, out)
        assert job is not None, workspace.obstacle(title)
        record = _Record(job)
        record.wait(title)
        sys.stderr.write(f"{path.stem}/{title}: {record.kept[-1][0]} s\n")
        yield {
            "job": f"{path.stem}/{title}",
            "title": title,
            "budget": options.seconds if title == "training" else 0.0,
            "vertices": 0 if source is None else len(source.positions),
            "charts": len(workspace.whole.charts) if does_each_chart(title) else 1,
            "options": {} if title == EXPORT else {n: getattr(options, n) for n in TELLING if hasattr(options, n)},
            "cold": cold,
            "reports": record.kept,
            "spent": record.spent,
        }
    workspace.close()


def main() -> None:
    """Record the jobs of a plan."""
    name, out, folder = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    application = QCoreApplication([])
    with out.open("a", encoding="utf-8") as file:
        for surface, plan in PLANS[name]:
            path = folder / surface if "." in surface else assets.sample_path(surface)
            for line in record_plan(path, plan, out):
                file.write(json.dumps(line) + "\n")
                file.flush()
    del application


if __name__ == "__main__":
    main()
