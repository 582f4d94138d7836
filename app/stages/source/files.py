"""What is written of a source."""

from pathlib import Path
from typing import Any

from app.stages.files import CLOUDS, MESHES, Exportable, StageFiles
from core.session.export import export_surface
from core.session.project import Project
from core.session.surface_report import surface_report


def _formats(project: Project) -> tuple[str, ...]:
    if project.source is None:
        return ()
    if project.source.is_table:
        return ("npz",)
    return MESHES if project.source.has_faces else CLOUDS


def _run(project: Project, folder: Path) -> list[Path]:
    if project.source.is_table:
        export_surface(project, folder / "table.npz")
        return [folder / "table.npz"]
    export_surface(project, folder / "surface.ply")
    return [folder / "surface.ply"]


def _report(project: Project) -> dict[str, Any]:
    return {"surface": surface_report(project.source)}


def _draw(project: Project, path: Path) -> None:
    if project.source.is_table:
        from app.scene.table_pictures import draw_table  # matplotlib: only where it is needed

        draw_table(project, path)
        return
    if len(project.charts) > 1:
        from app.scene.atlas_picture import draw_atlas

        if project.training is not None:
            draw_atlas(project, path)
        return
    from app.scene.pictures import draw_overview

    draw_overview(project, path)


FILES = StageFiles(
    exports=(
        Exportable("surface", "Surface", "What was loaded, repaired.", "", _formats, export_surface, is_of_whole=True),
    ),
    run=_run,
    names=("surface.ply", "table.npz"),
    pictures={"overview.png": _draw},
    report=_report,
    is_of_whole=True,
)
