"""What is written of a map between manifolds."""

import json
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from app.stages.files import Exportable, StageFiles
from app.stages.maps.work import network_arrays
from core.base.errors import InputError
from core.io.atomic import replacing
from core.io.writers.mesh import MeshToWrite, write_mesh
from core.maps.manifold_map import ManifoldMap
from core.session.export_table import write_arrays
from core.session.project import Project

MORPH_FORMATS = ("gif", "zip")
_NOTHING = "Find a map first: budai map."


def _result(project: Project, path: Path) -> ManifoldMap:
    """Return the map of a project.

    Raises
    ------
    InputError
        If there is none.
    """
    found = project.results.get("maps")
    if found is None:
        raise InputError(path.name, "no map was found yet", remedy=_NOTHING)
    return found


def export_map(project: Project, path: Path) -> None:
    """Write codes, images and the map between them as npz, or its figures as JSON.

    Raises
    ------
    InputError
        If there is no map, the suffix is another one, or the file cannot be written.
    """
    made = _result(project, path)
    if path.suffix.lower() == ".json":
        with replacing(path) as temporary:
            temporary.write_text(json.dumps(made.report(), indent=1), "utf-8")
        return
    if path.suffix.lower() != ".npz":
        raise InputError(
            path.name, f"the suffix {path.suffix or '(none)'} cannot hold this", remedy="Use .npz or .json."
        )
    ways = zip(("first", "second"), made.ways or (), strict=False)
    write_arrays(
        path,
        "budai-map",
        codes=made.first.training.codes,
        second_codes=made.second.training.codes,
        images=made.images,
        returns=made.returns,
        points=made.arrived,
        withheld=made.withheld,
        **network_arrays(made),
        **{f"{name}_way_{of}": getattr(way, of) for name, way in ways for of in ("codes", "places", "faces")},
    )


def has_morph(project: Project) -> bool:
    """Return whether there is a map between two surfaces."""
    made = project.results.get("maps")
    return made is not None and made.first.source.has_faces


def frame_moments(project: Project) -> np.ndarray:
    """Return the moments of the frames of a morph: as many as the options ask for now."""
    options = project.options.get("maps") or project.results["maps"].options
    return np.linspace(0.0, 1.0, options.frames)


def export_morph(project: Project, path: Path) -> None:
    """Write the morph between two surfaces: its frames as PLY files in an archive, or a film there and back.

    Raises
    ------
    InputError
        If there is no map between two surfaces, the suffix is another one, or the file cannot be written.
    """
    made = _result(project, path)
    if not made.first.source.has_faces:
        raise InputError(path.name, "a morph leads from a surface to a surface; this map is one of tables")
    moments = frame_moments(project)
    if path.suffix.lower() == ".gif":
        from app.stages.maps.scene.morph import write_film  # draws: only where it is needed

        write_film(made, moments, path)
        return
    if path.suffix.lower() != ".zip":
        raise InputError(
            path.name, f"the suffix {path.suffix or '(none)'} cannot hold this", remedy="Use .zip or .gif."
        )
    with (
        replacing(path) as temporary,
        tempfile.TemporaryDirectory() as folder,
        zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for k, t in enumerate(moments.tolist()):
            frame = Path(folder) / f"morph_{k:03}.ply"
            title = f"Budai: morph at {t:.3f}"
            write_mesh(MeshToWrite(made.between(t), made.first.source.data.faces, title=title), frame)
            archive.write(frame, frame.name)


def _run(project: Project, folder: Path) -> list[Path]:
    if project.results.get("maps") is None:
        return []
    written = [folder / "map.npz"]
    export_map(project, written[0])
    if has_morph(project):
        written.append(folder / "morph.zip")
        export_morph(project, written[1])
    return written


def _report(project: Project) -> dict[str, Any]:
    made = project.results.get("maps")
    return {"map": None if made is None or not isinstance(made, ManifoldMap) else dict(made.report())}


def _draw(project: Project, path: Path) -> None:
    from app.stages.maps.scene.picture import draw_map  # matplotlib: only where it is needed

    draw_map(_result(project, path), path)


def _film(project: Project, path: Path) -> None:
    if has_morph(project):
        export_morph(project, path)


def _formats(*suffixes: str) -> Callable[[Project], tuple[str, ...]]:
    return lambda project: suffixes if project.results.get("maps") is not None else ()


FILES = StageFiles(
    exports=(
        Exportable(
            "map",
            "Map between manifolds",
            "Codes, where they are mapped to and come back to, and the map itself; or its figures.",
            "_map",
            _formats("npz", "json"),
            export_map,
        ),
        Exportable(
            "morph",
            "Morph between manifolds",
            "A film from one surface to the other and back, or each frame as a surface.",
            "_morph",
            lambda project: MORPH_FORMATS if has_morph(project) else (),
            export_morph,
        ),
    ),
    run=_run,
    names=("map.npz", "morph.zip"),
    pictures={"map.png": _draw, "morph.gif": _film},
    report=_report,
)
