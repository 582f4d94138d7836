"""What is written of denoised points."""

from pathlib import Path
from typing import Any

from app.stages.files import Exportable, StageFiles
from core.denoising.report import denoising_report
from core.session.by_chart import together
from core.session.export_points import export_denoised
from core.session.project import Project


def _run(project: Project, folder: Path) -> list[Path]:
    if project.denoising is None:
        return []
    export_denoised(project, folder / "denoised.ply")
    return [folder / "denoised.ply"]


def _report(project: Project) -> dict[str, Any]:
    return {"denoising": None if project.denoising is None else denoising_report(together(project.denoising))}


FILES = StageFiles(
    exports=(
        Exportable(
            "denoised",
            "Denoised points",
            "With the noisy points, their true feet, where they came from if that is known, and of an atlas the chart.",
            "_denoised",
            lambda project: ("ply",) if project.denoising is not None else (),
            export_denoised,
            is_of_whole=True,
        ),
    ),
    run=_run,
    names=("denoised.ply",),
    report=_report,
    is_of_whole=True,
)
