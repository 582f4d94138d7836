"""What is written of a comparison."""

from pathlib import Path
from typing import Any

from app.stages.files import Exportable, StageFiles
from core.base.errors import InputError
from core.session.export_table import table_report, write_arrays
from core.session.project import Project

_NULL = ("intrinsic_dimension", "embeddings", "wasserstein2_classes", "within_classes", "separated_pairs", "heads")


def export_embeddings(project: Project, path: Path) -> None:
    """Write all embeddings of a table.

    Raises
    ------
    InputError
        If there are none, the suffix is another than .npz, or the file cannot be written.
    """
    if project.comparison is None:
        raise InputError(path.name, "nothing was compared yet", remedy="Compare first: budai compare.")
    if path.suffix.lower() != ".npz":
        raise InputError(path.name, f"the suffix {path.suffix or '(none)'} cannot hold this", remedy="Use .npz.")
    write_arrays(path, "budai-embeddings", **project.comparison.points)


def _run(project: Project, folder: Path) -> list[Path]:
    if project.comparison is None:
        return []
    export_embeddings(project, folder / "embeddings.npz")
    return [folder / "embeddings.npz"]


def _report(project: Project) -> dict[str, Any]:
    if project.source is None or not project.source.is_table:
        return {"table": None}
    found = project.comparison
    return {"table": table_report(project) | (dict.fromkeys(_NULL) if found is None else found.report())}


def _draw(project: Project, path: Path) -> None:
    from app.scene.table_pictures import draw_comparison  # matplotlib: only where it is needed

    draw_comparison(project, path)


FILES = StageFiles(
    exports=(
        Exportable(
            "embeddings",
            "Embeddings",
            "The rows in the plane by each method, and the codes.",
            "_embeddings",
            lambda project: ("npz",) if project.results.get("comparison") is not None else (),
            export_embeddings,
        ),
    ),
    run=_run,
    names=("embeddings.npz",),
    pictures={"embeddings.png": _draw},
    report=_report,
)
