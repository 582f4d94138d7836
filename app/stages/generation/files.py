"""What is written of generated points and walks."""

from pathlib import Path
from typing import Any

from app.stages.files import Exportable, StageFiles
from core.generation.report import generation_report
from core.session.by_chart import together
from core.session.export_points import export_frames, export_generated, export_straight_walk, export_walk
from core.session.project import Project

_PASSAGES = "Every place where it passes from piece to piece, with code and length from the start."


def _points(project: Project) -> tuple[str, ...]:
    if project.generation is None:
        return ()
    return ("npz",) if project.source.is_table else ("ply",)


def _run(project: Project, folder: Path) -> list[Path]:
    if project.generation is None or not project.source.is_table:
        return []
    export_generated(project, folder / "generated.npz")
    return [folder / "generated.npz"]


def _draw(project: Project, path: Path) -> None:
    if project.source.is_table:
        from app.scene.table_pictures import draw_generated  # matplotlib: only where it is needed

        draw_generated(project, path)


def _walk(project: Project) -> tuple[str, ...]:
    made = together(project.generation)
    return ("ply",) if made is not None and made.walk is not None else ()


def _report(project: Project) -> dict[str, Any]:
    return {"generation": None if project.generation is None else generation_report(together(project.generation))}


FILES = StageFiles(
    exports=(
        Exportable(
            "generated",
            "Generated points",
            "With their codes, their distance from the surface, and whether their code is one of it.",
            "_generated",
            _points,
            export_generated,
            is_of_whole=True,
        ),
        Exportable("walk", "Walk: geodesic", _PASSAGES, "_geodesic", _walk, export_walk, is_of_whole=True),
        Exportable(
            "walk_straight", "Walk: straight", _PASSAGES, "_straight", _walk, export_straight_walk, is_of_whole=True
        ),
        Exportable(
            "walk_frames",
            "Walk: frames",
            "Points of the geodesic at equal distances, with code and length from the start.",
            "_frames",
            _walk,
            export_frames,
            is_of_whole=True,
        ),
    ),
    run=_run,
    names=("generated.npz",),
    pictures={"generated.png": _draw},
    report=_report,
)
