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
    from app.stages.transport.scene.sheet import draw_transport  # matplotlib: only where it is needed

    draw_transport(project, path)


FILES = StageFiles(
    exports=(
        Exportable(
            "parameterization",
            "Area-preserving chart",
            "Meshes carry it as texture coordinates; NPZ holds the transport, SVG the power diagram.",
            "_area_preserving",
            lambda project: (*MESHES, "svg") if project.transport is not None else (),
            export_parameterization,
        ),
        Exportable(
            "samples",
            "Samples",
            "Points of the reconstruction, drawn through the transport, with normals.",
            "_samples",
            lambda project: CLOUDS if project.transport is not None else (),
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
