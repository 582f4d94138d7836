"""What is written of an unfolding."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from app.stages.files import Exportable, StageFiles
from app.stages.unfolding.film_options import FilmOptions
from core.base.errors import InputError
from core.base.progress import Progress, finish
from core.io.atomic import replacing
from core.session.by_chart import parts_of
from core.session.export_table import write_arrays
from core.session.project import Project
from core.unfolding.unfolding import Unfolding, unfolding_report


def _result(project: Project, path: Path) -> Unfolding:
    """Return the unfolding of a project.

    Raises
    ------
    InputError
        If there is none.
    """
    if project.unfolding is None:
        raise InputError(path.name, "nothing was unfolded yet", remedy="Unfold first: budai unfold.")
    return project.unfolding


def drawn(project: Project, path: Path, report: Callable[[Progress], None] | None = None) -> None:
    """Write the film of a project, as its options of films say.

    Raises
    ------
    InputError
        If nothing was unfolded, or the file cannot be written.
    """
    from app.stages.unfolding.scene.film import write_film  # draws: only where it is needed

    options = project.options.get("film") or FilmOptions()
    finish(write_film(_result(project, path), project.source, options, path), report)


def write_data(project: Project, path: Path) -> None:
    """Write the points at every layer as npz, or what there is to tell as JSON.

    Raises
    ------
    InputError
        If nothing was unfolded, the suffix is another one, or the file cannot be written.
    """
    write_unfolding(_result(project, path), path)


def write_unfolding(made: Unfolding, path: Path, more: Mapping[str, Any] | None = None) -> None:
    """Write the points of an unfolding at every layer as npz, or what there is to tell, and more, as JSON.

    Raises
    ------
    InputError
        If the suffix is another one, or the file cannot be written.
    """
    if path.suffix.lower() == ".json":
        with replacing(path) as temporary:
            temporary.write_text(json.dumps({**unfolding_report(made), **(more or {})}, indent=1), "utf-8")
        return
    if path.suffix.lower() != ".npz":
        raise InputError(
            path.name, f"the suffix {path.suffix or '(none)'} cannot hold this", remedy="Use .npz or .json."
        )
    write_arrays(
        path,
        "budai-unfolding",
        places=np.array([made.places(float(k)) for k in range(made.length + 1)]),
        faces=made.faces,
        vertices=made.vertices,
        patterns=made.hashes,
        variance_kept=np.array([mark.variance_kept for mark in made.marks]),
    )


def _report(project: Project) -> dict[str, Any]:
    if project.unfolding is None:
        return {"unfolding": None}
    parts = [None if part is None else unfolding_report(part) for part in parts_of(project.unfolding)]
    return {"unfolding": parts[0] if len(parts) == 1 else parts}


def _formats(*suffixes: str) -> Callable[[Project], tuple[str, ...]]:
    return lambda project: suffixes if project.unfolding is not None else ()


FILES = StageFiles(
    exports=(
        Exportable(
            "film",
            "Unfolding: film",
            "From the input through every layer to the output: a film, its pictures, or a sheet of them.",
            "_unfolding",
            _formats("gif", "mp4", "zip", "png"),
            drawn,
        ),
        Exportable(
            "unfolding",
            "Unfolding: points",
            "Where the points are at every layer, with their activation patterns; or the figures.",
            "_unfolding",
            _formats("npz", "json"),
            write_data,
        ),
    ),
    report=_report,
)
