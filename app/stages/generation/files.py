"""What is written of generated points and walks."""

from typing import Any

from app.stages.files import Exportable, StageFiles
from core.generation.report import generation_report
from core.session.export_points import export_frames, export_generated, export_straight_walk, export_walk
from core.session.project import Project

_PASSAGES = "Every place where it passes from piece to piece, with code and length from the start."


def _points(project: Project) -> tuple[str, ...]:
    return ("ply",) if project.generation is not None else ()


def _walk(project: Project) -> tuple[str, ...]:
    return ("ply",) if project.generation is not None and project.generation.walk is not None else ()


def _report(project: Project) -> dict[str, Any]:
    return {"generation": None if project.generation is None else generation_report(project.generation)}


FILES = StageFiles(
    exports=(
        Exportable(
            "generated",
            "Generated points",
            "With their codes, their distance from the surface, and whether their code is one of it.",
            "_generated",
            _points,
            export_generated,
        ),
        Exportable("walk", "Walk: geodesic", _PASSAGES, "_geodesic", _walk, export_walk),
        Exportable("walk_straight", "Walk: straight", _PASSAGES, "_straight", _walk, export_straight_walk),
        Exportable(
            "walk_frames",
            "Walk: frames",
            "Points of the geodesic at equal distances, with code and length from the start.",
            "_frames",
            _walk,
            export_frames,
        ),
    ),
    report=_report,
)
