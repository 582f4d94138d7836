"""What is written of a preparation."""

from pathlib import Path
from typing import Any

from app.stages.files import CLOUDS, Exportable, StageFiles
from core.session.atlas import seam_length_rel
from core.session.export_atlas import export_atlas, export_atlas_run
from core.session.project import Project


def _formats(project: Project) -> tuple[str, ...]:
    return CLOUDS if project.source is not None and project.source.has_faces else ()


def _report(project: Project) -> dict[str, Any]:
    preparation = project.preparation
    if preparation is None:
        if project.source is None or not project.source.is_disk:
            return {"atlas": None}
        options = project.options.get("preparation")
        way = options.way if options is not None and options.changes else "as-is"
        return {"atlas": {"charts": 1, "prepare": way, "done": list(project.source.repairs)}}
    return {
        "atlas": {
            "charts": len(preparation.cover),
            "prepare": preparation.way,
            "done": list(preparation.done),
            "seconds": preparation.seconds,
            "seam_length_rel": seam_length_rel(preparation),
        }
    }


def _run(project: Project, folder: Path) -> list[Path]:
    return export_atlas_run(project, folder)


FILES = StageFiles(
    exports=(
        Exportable(
            "atlas",
            "Atlas",
            "Which chart owns each face, what each chart learns, and the weights that join them.",
            "_atlas",
            _formats,
            export_atlas,
            is_of_whole=True,
        ),
    ),
    run=_run,
    names=("atlas.npz", "atlas.json"),
    report=_report,
    is_of_whole=True,
)
