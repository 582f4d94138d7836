"""Project files: a zip of npz, JSON and safetensors, never a pickle."""

import dataclasses
import io
import json
import lzma
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from core.base.errors import BudaiError, InputError
from core.cells.exact_figures import ExactFigures
from core.charts.detail_figures import DetailFigures
from core.data.point_cloud import PointCloud
from core.data.surface import Surface
from core.denoising.blind_beside import BlindChoice
from core.denoising.options import DenoisingOptions
from core.evaluation.accuracy import Accuracy
from core.evaluation.certificate import Certificate
from core.generation.options import GenerationOptions
from core.geometry.topology import topology
from core.io.atomic import replacing
from core.io.autoencoder_file import autoencoder_from_parts, autoencoder_parts
from core.io.file_bytes import printable
from core.io.load import Source
from core.io.reading_options import ReadingOptions
from core.io.typed import typed, typed_field
from core.session.denoising_parts import denoising_from_parts, denoising_parts
from core.session.generation_parts import generation_from_parts, generation_parts
from core.session.project import NEEDS, Project
from core.session.transport_parts import transport_from_parts, transport_parts
from core.training.options import TrainingOptions
from core.training.result import TrainingResult
from core.training.run import Run, with_training
from core.transport.options import TransportOptions

SUFFIX = ".budai"
MOST_BYTES = 8 << 30
"""What the parts of a project may take unpacked: far more than any project holds, far less than a zip bomb claims."""

_BROKEN = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, RuntimeError, ValueError)
"""What unpacking a damaged zip archive may end in; RuntimeError also where JSON is nested too deeply."""
_DAMAGES = (*_BROKEN, LookupError, TypeError, AttributeError, OSError)
"""What reading a damaged part may end in."""
_FORMER_FIGURES = ("flipped_pieces", "immersed")
"""Figures that were part of a certificate once, always without a value."""

_SAVED_OPTIONS: Mapping[str, type] = {
    "training": TrainingOptions,
    "transport": TransportOptions,
    "denoise": DenoisingOptions,
    "generate": GenerationOptions,
    "blind": BlindChoice,
}

_MADE_OF_ARRAYS: Mapping[str, Callable[[Mapping[str, Any], Mapping[str, np.ndarray]], Any]] = {
    "denoising": denoising_from_parts,
    "generation": generation_from_parts,
}
"""Results that are read from their figures and arrays alone."""

_Value = TypeVar("_Value")


def save_project(project: Project, path: str | Path) -> None:
    """Write a project; the former file stays until the new one is complete.

    Parameters
    ----------
    project : Project
        What to save.
    path : str or Path
        The file, by custom with the suffix ``.budai``.

    Raises
    ------
    InputError
        If there is nothing to save or the file cannot be written.
    """
    if project.source is None:
        raise InputError(Path(path).name, "there is nothing to save", remedy="Open a surface first.")
    source = project.source
    about: dict[str, Any] = {
        "format": "budai-project",
        "version": 1,
        "source": {
            "path": source.path,
            "name": source.name,
            "kind": "cloud" if isinstance(source.surface, PointCloud) else "surface",
            "repairs": list(source.repairs),
            "warnings": list(source.warnings),
            "seconds": source.seconds,
            "is_learned": source.is_learned,
            "how": dataclasses.asdict(source.how),
            "gap": source.gap,
        },
        "outdated": sorted(project.outdated),
        "options": {key: dataclasses.asdict(value) for key, value in project.options.items() if key in _SAVED_OPTIONS},
    }
    parts: dict[str, bytes] = {"surface.npz": _surface_bytes(source.surface)}
    if project.training is not None:
        about["training"], training_parts = _training_parts(project.training)
        parts |= training_parts
    about["runs"] = []
    for k, run in enumerate(project.runs):
        entry: dict[str, Any] = {"name": run.name, "parent": run.parent}
        if run.exact is not None:
            entry["exact"] = dataclasses.asdict(run.exact)
        if run.training is not project.training:
            entry["training"], training_parts = _training_parts(run.training)
            parts |= {f"runs/{k}/{name}": content for name, content in training_parts.items()}
        about["runs"].append(entry)
    if project.transport is not None:
        about["transport"], arrays = transport_parts(project.transport)
        parts["transport.npz"] = _npz(arrays)
    if project.denoising is not None:
        about["denoising"], denoised = denoising_parts(project.denoising)
        parts["denoising.npz"] = _npz(denoised)
    if project.generation is not None:
        about["generation"], generated = generation_parts(project.generation)
        parts["generation.npz"] = _npz(generated)
    with replacing(path) as temporary, zipfile.ZipFile(temporary, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("project.json", json.dumps(about, indent=1))
        for name, content in parts.items():
            archive.writestr(name, content)


def open_project(path: str | Path) -> Project:
    """Read a project file.

    Raises
    ------
    InputError
        If the file is no project, is damaged, or comes from a later version.
    """
    file = Path(path).name
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MOST_BYTES:
                raise InputError(file, f"claims more than {MOST_BYTES >> 30} GB unpacked", "zip directory")
            parts = {entry.filename: archive.read(entry) for entry in archive.infolist() if not entry.is_dir()}
    except OSError as error:
        raise InputError(file, f"cannot be read ({error.strerror or error})") from error
    except (*_BROKEN, LookupError) as error:
        raise InputError(file, "is not a project file or is damaged", remedy="Open a file saved by Budai.") from error
    about = _checked(file, "project.json", lambda: json.loads(parts["project.json"].decode("utf-8")))
    if not isinstance(about, dict) or about.get("format") != "budai-project":
        raise InputError(file, "is not a Budai project", "project.json", "Open a file saved by Budai.")
    if about.get("version") != 1:
        raise InputError(
            file, f"has version {about.get('version')}, this program reads 1", "project.json", "Use a newer Budai."
        )
    source = _checked(file, "surface.npz", lambda: _source(about["source"], parts["surface.npz"]))
    training = None
    if "training" in about:
        training = _checked(file, "training", lambda: _training(about["training"], parts, file))
        if len(training.codes) != _size(source):
            raise InputError(file, f"holds {len(training.codes)} codes for {_size(source)} vertices", "training.npz")
    runs = _checked(file, "runs", lambda: _runs(about.get("runs", ()), training, parts, file))
    transport, surface = None, source.surface
    if "transport" in about and isinstance(surface, Surface):
        transport = _checked(
            file,
            "transport",
            lambda: transport_from_parts(about["transport"], _arrays(parts["transport.npz"]), surface),
        )
    made = {
        name: _checked(file, name, lambda name=name, make=make: make(about[name], _arrays(parts[f"{name}.npz"])))
        for name, make in _MADE_OF_ARRAYS.items()
        if name in about
    }
    options = {
        key: _checked(file, "options", lambda kind=_SAVED_OPTIONS[key], value=value: typed(kind, value))
        for key, value in _checked(file, "options", lambda: dict(about.get("options", {}))).items()
        if key in _SAVED_OPTIONS
    }
    outdated = _checked(file, "outdated", lambda: frozenset(NEEDS).intersection(about.get("outdated", ())))
    made |= {"outdated": outdated, "options": options, "runs": runs}
    return Project(source=source, training=training, transport=transport, **made)


def _checked(file: str, place: str, read: Callable[[], _Value]) -> _Value:
    """Return what `read` gives, or say in which part the file is damaged."""
    try:
        return read()
    except InputError:
        raise
    except (*_DAMAGES, BudaiError) as error:
        reason = "nested too deeply" if isinstance(error, RecursionError) else printable(str(error), 120)
        raise InputError(file, f"is damaged: {reason}", place, "Open an earlier copy.") from error


def _size(source: Source) -> int:
    surface = source.surface
    return len(surface.points) if isinstance(surface, PointCloud) else len(surface.vertices)


def _npz(arrays: Mapping[str, np.ndarray | None]) -> bytes:
    """Return a compressed npz of the arrays that are there."""
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **{name: array for name, array in arrays.items() if array is not None})
    return buffer.getvalue()


def _arrays(content: bytes) -> dict[str, np.ndarray]:
    with np.load(io.BytesIO(content), allow_pickle=False) as held:
        return {name: held[name] for name in held.files}


def _surface_bytes(surface: Surface | PointCloud) -> bytes:
    if isinstance(surface, PointCloud):
        return _npz({"points": surface.points, "normals": surface.normals, "colors": surface.colors})
    arrays: dict[str, np.ndarray | None] = {
        "vertices": surface.vertices,
        "faces": surface.faces,
        "colors": surface.colors,
        "texture_coordinates": surface.texture_coordinates,
    }
    return _npz(arrays | {f"scalar:{name}": values for name, values in surface.scalars.items()})


def _source(about: Mapping[str, Any], content: bytes) -> Source:
    arrays = _arrays(content)
    surface: Surface | PointCloud
    if about["kind"] == "cloud":
        surface = PointCloud(arrays["points"], arrays.get("normals"), arrays.get("colors"))
    else:
        scalars = {name[7:]: values for name, values in arrays.items() if name.startswith("scalar:")}
        surface = Surface(
            arrays["vertices"], arrays["faces"], arrays.get("colors"), arrays.get("texture_coordinates"), scalars
        )
    if not np.isfinite(surface.bounds).all():
        raise ValueError("a position is not finite")
    names = ("path", "name", "repairs", "warnings", "seconds")
    said = {name: typed_field(Source, name, about[name]) for name in names}
    return Source(
        **said,
        surface=surface,
        topology=topology(surface) if isinstance(surface, Surface) else None,
        is_learned=bool(about.get("is_learned", False)),
        how=typed(ReadingOptions, about.get("how", {})),
        gap=typed_field(Source, "gap", about.get("gap", 0.0)),
    )


def _training_parts(training: TrainingResult) -> tuple[dict[str, Any], dict[str, bytes]]:
    about_networks, tensors = autoencoder_parts(training.autoencoder)
    about = {
        "device": training.device,
        "seconds": training.seconds,
        "steps": training.steps,
        "schedule": list(training.schedule),
        "ended": training.ended,
        "messages": list(training.messages),
        "options": dataclasses.asdict(training.options),
        "certificate": dataclasses.asdict(training.certificate),
        "detail": training.detail and dataclasses.asdict(training.detail),
        "chart_seconds": training.chart_seconds,
        "precision": training.precision,
        "advised_seconds": training.advised_seconds,
    }
    arrays = {"codes": training.codes, "target": training.target, "bad_faces": training.bad_faces}
    curves = {f"history:{name}": curve for name, curve in training.history.items()}
    return about, {
        "autoencoder.json": json.dumps(about_networks, indent=1).encode(),
        "autoencoder.safetensors": tensors,
        "training.npz": _npz(arrays | curves),
    }


def _training(about: Mapping[str, Any], parts: Mapping[str, bytes], file: str) -> TrainingResult:
    arrays = _arrays(parts["training.npz"])
    return TrainingResult(
        autoencoder=autoencoder_from_parts(
            json.loads(parts["autoencoder.json"]), parts["autoencoder.safetensors"], file
        ),
        codes=arrays["codes"],
        target=arrays.get("target"),
        options=typed(TrainingOptions, about["options"]),
        **{name: typed_field(TrainingResult, name, about[name]) for name in ("device", "seconds", "steps", "schedule")},
        certificate=_certificate(about["certificate"]),
        history={name[8:]: curve for name, curve in arrays.items() if name.startswith("history:")},
        **{name: typed_field(TrainingResult, name, about[name]) for name in ("ended", "messages")},
        detail=typed(DetailFigures, about["detail"]) if about.get("detail") else None,
        chart_seconds=typed_field(TrainingResult, "chart_seconds", about.get("chart_seconds")),
        precision=typed_field(TrainingResult, "precision", about.get("precision", "float32")),
        advised_seconds=typed_field(TrainingResult, "advised_seconds", about.get("advised_seconds")),
        bad_faces=arrays.get("bad_faces", np.empty(0, np.int64)),
    )


def _runs(
    entries: Sequence[Mapping[str, Any]], present: TrainingResult | None, parts: Mapping[str, bytes], file: str
) -> tuple[Run, ...]:
    """Return the runs of a project; one without a training of its own is the present one."""
    runs = []
    for k, entry in enumerate(entries):
        training, place = present, f"runs/{k}/"
        if "training" in entry:
            own = {name.removeprefix(place): part for name, part in parts.items() if name.startswith(place)}
            training = _training(entry["training"], own, file)
        if training is None:
            raise InputError(file, f"has no training for the run {entry['name']!r}", "runs")
        exact = typed(ExactFigures, entry["exact"]) if entry.get("exact") else None
        runs.append(Run(str(entry["name"]), training, str(entry["parent"]), exact))
    # Files of the first versions have no list of runs.
    return tuple(runs) if runs or present is None else with_training((), present)


def _certificate(about: Mapping[str, Any]) -> Certificate:
    """Return a certificate from its figures and those of its parts."""
    known = {name: value for name, value in about.items() if name not in ("network", "exact", *_FORMER_FIGURES)}
    network, exact = about.get("network"), about.get("exact")
    parts = {
        "network": typed(Accuracy, network) if network else None,
        "exact": typed(ExactFigures, exact) if exact else None,
    }
    return typed(Certificate, known | parts)
