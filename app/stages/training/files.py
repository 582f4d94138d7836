"""What is written of a training."""

from typing import Any

from app.stages.files import MESHES, Exportable, StageFiles
from core.session.export import export_reconstruction, export_training
from core.session.project import Project
from core.session.report import training_report


def _report(project: Project) -> dict[str, Any]:
    exact = getattr(project.results.get("cells"), "exact", None)
    return {"training": None if project.training is None else training_report(project.training, exact)}


def _meshes(project: Project) -> tuple[str, ...]:
    return MESHES if project.training is not None and project.source.has_faces else ()


FILES = StageFiles(
    exports=(
        Exportable(
            "reconstruction",
            "Reconstruction",
            "The surface decoded from its codes, with texture coordinates and error.",
            "_reconstruction",
            _meshes,
            export_reconstruction,
            is_first=True,
            is_of_whole=True,
        ),
    ),
    run=export_training,
    names=("autoencoder.json", "autoencoder.safetensors", "chart.npz", "codes.npz", "reconstruction.ply"),
    report=_report,
)
