"""Exports of an atlas: its patches and weights, the welded reconstruction, and samples of all charts."""

import json
from pathlib import Path
from typing import Any

import numpy as np

from core.base.errors import InputError
from core.base.progress import finish
from core.evaluation.borders import borders
from core.io.atomic import replacing
from core.io.cover_arrays import cover_arrays
from core.io.writers.ply import columns, write_ply
from core.session.atlas import atlas_of, project_cover, samples_of_all
from core.session.project import Project

SAMPLES = 20_000
"""Points that a run draws from the whole surface."""


def chart_name(k: int) -> str:
    """Return the name of the folder of a chart."""
    return f"chart_{k:02d}"


def export_atlas(project: Project, path: Path) -> None:
    """Write the patches of an atlas: owners, regions and weights (.npz), or the surface with its charts (.ply).

    Raises
    ------
    InputError
        If there is no surface, the suffix is another, or the file cannot be written.
    """
    if project.source is None or not project.source.has_faces:
        raise InputError(path.name, "no surface is open", remedy="Open one first.")
    trained = project.training is not None
    cover = atlas_of(project).cover if trained else project_cover(project)
    suffix = path.suffix.lower()
    if suffix == ".npz":
        with replacing(path) as temporary, temporary.open("wb") as file:
            arrays: dict[str, Any] = dict(cover_arrays(cover))
            np.savez_compressed(file, format="budai-atlas", version=1, **arrays)
    elif suffix == ".ply":
        surface = project.source.surface
        face = {"chart": cover.face_chart.astype(np.int32)}
        write_ply(path, columns(surface.vertices), surface.faces, face=face, comments=("Budai: charts of an atlas",))
    else:
        raise InputError(path.name, f"the suffix {suffix or '(none)'} cannot hold this", remedy="Use .npz or .ply.")


def export_atlas_run(project: Project, folder: Path) -> list[Path]:
    """Write what a run holds of an atlas as a whole, and return the files; nothing where there is one chart.

    Raises
    ------
    InputError
        If a file cannot be written.
    """
    from core.session.export import export_reconstruction  # trimesh takes its time to import

    preparation = project.preparation
    if preparation is None:
        return []
    export_atlas(project, folder / "atlas.npz")
    about: dict[str, Any] = {
        "format": "budai-atlas",
        "version": 1,
        "prepare": preparation.way,
        "charts": [chart_name(k) for k in range(len(preparation.cover))],
        "done": list(preparation.done),
    }
    if project.training is not None:
        about["borders"] = _borders(project)
    with replacing(folder / "atlas.json") as temporary:
        temporary.write_text(json.dumps(about, indent=1), "utf-8")
    written = [folder / "atlas.npz", folder / "atlas.json"]
    if project.training is not None:
        export_reconstruction(project, folder / "reconstruction.ply")
        written.append(folder / "reconstruction.ply")
    if all(chart.transport is not None for chart in project.charts):
        export_whole_samples(project, folder / "samples.ply")
        written.append(folder / "samples.ply")
    return written


def _borders(project: Project) -> list[dict[str, Any]]:
    """How wide each border of charts gaps, where, and how far it is there and back; over the diagonal."""
    atlas, diagonal = atlas_of(project), project.source.surface.diagonal
    found = [known for a in range(len(atlas)) for known in borders(atlas, a) if known.b > a]
    return [
        {
            "charts": [chart_name(known.a), chart_name(known.b)],
            "vertices": known.vertices,
            "gap_max_rel": known.gap_max / diagonal,
            "gap_rms_rel": known.gap_rms / diagonal,
            "widest_at": known.widest,
            "round_trip_median_rel": known.round_trip_median / diagonal,
            "round_trip_max_rel": known.round_trip_max / diagonal,
        }
        for known in found
    ]


def export_whole_samples(project: Project, path: Path, count: int = SAMPLES, seed: int = 0) -> None:
    """Write points uniform over the whole surface as PLY, with the chart of each."""
    points, charts = finish(samples_of_all(project, count, np.random.default_rng(seed)))
    vertex = columns(points) | {"chart": charts.astype(np.int32)}
    write_ply(path, vertex, comments=("Budai: points drawn through the transport maps of all charts",))
