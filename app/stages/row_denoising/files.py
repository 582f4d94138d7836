"""What is written of denoised rows."""

from pathlib import Path
from typing import Any

from app.stages.files import Exportable, StageFiles
from core.base.errors import InputError
from core.session.export_table import write_rows
from core.session.project import Project


def export_rows(project: Project, path: Path) -> None:
    """Write the denoised rows of a table.

    Raises
    ------
    InputError
        If there are none, the suffix is another than .npz, or the file cannot be written.
    """
    found = project.results.get("row_denoising")
    if found is None:
        raise InputError(path.name, "no rows were denoised yet", remedy="Denoise first.")
    if path.suffix.lower() != ".npz":
        raise InputError(path.name, f"the suffix {path.suffix or '(none)'} cannot hold this", remedy="Use .npz.")
    write_rows(found, path)


def _report(project: Project) -> dict[str, Any]:
    found = project.results.get("row_denoising")
    return {"row_denoising": None if found is None else found.report()}


FILES = StageFiles(
    exports=(
        Exportable(
            "denoised_rows",
            "Denoised rows",
            "With the noisy rows, the clean ones where they are known, one pass, codes, and distances moved.",
            "_denoised_rows",
            lambda project: ("npz",) if project.results.get("row_denoising") is not None else (),
            export_rows,
        ),
    ),
    report=_report,
)
