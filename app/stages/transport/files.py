"""What is written of a transport."""

from pathlib import Path
from typing import Any

from app.stages.files import CLOUDS, MESHES, Exportable, StageFiles
from core.session.export_transport import export_parameterization, export_samples, export_transport
from core.session.project import Project
from core.session.report import transport_report


def _report(project: Project) -> dict[str, Any]:
    return {"transport": None if project.transport is None else transport_report(project.transport)}


def _draw(project: Project, path: Path) -> None:
    if project.source.is_table:
        from app.scene.table_pictures import draw_power_cells  # matplotlib: only where it is needed

        draw_power_cells(project, path)
        return
    from app.stages.transport.scene.sheet import draw_transport

    draw_transport(project, path)


def _parameterizations(project: Project) -> tuple[str, ...]:
    if project.transport is None:
        return ()
    return ("npz", "svg") if project.source.is_table else (*MESHES, "svg")


def _samples(project: Project) -> tuple[str, ...]:
    return CLOUDS if project.transport is not None and project.transport.sampling is not None else ()


FILES = StageFiles(
    exports=(
        Exportable(
            "parameterization",
            "Area-preserving chart",
            "Meshes carry it as texture coordinates; NPZ holds the transport, SVG the power diagram.",
            "_area_preserving",
            _parameterizations,
            export_parameterization,
        ),
        Exportable(
            "samples",
            "Sample points",
            "Points of the reconstruction, drawn through the transport, with normals.",
            "_samples",
            _samples,
            export_samples,
        ),
    ),
    run=export_transport,
    names=(
        "transport.npz",
        "samples.ply",
        "parameterization.obj",
        "parameterization.glb",
        "transport.svg",
    ),
    pictures={"transport.png": _draw},
    report=_report,
)
