"""A training in a project file, and the list of runs: figures in JSON, networks and arrays in files of their own."""

import dataclasses
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from core.base.errors import InputError
from core.base.kinds import is_list
from core.cells.exact_figures import ExactFigures
from core.charts.detail_figures import DetailFigures
from core.evaluation.accuracy import Accuracy
from core.evaluation.certificate import Certificate, SurfaceFigures
from core.evaluation.table_figures import TableFigures
from core.io.autoencoder_file import autoencoder_from_parts, autoencoder_parts
from core.io.typed import typed, typed_field
from core.session.by_chart import parts_of
from core.session.packed import Packed, arrays_of, npz
from core.session.run import Run, Training, with_training
from core.training.options import TrainingOptions
from core.training.result import TrainingResult

_FORMER_FIGURES = ("flipped_pieces", "immersed")
"""Figures that were part of a certificate once, always without a value."""


def pack_training(training: TrainingResult) -> Packed:
    """Return what goes into a project file."""
    return Packed(*_training_parts(training))


def unpack_training(packed: Packed, results: Mapping[str, Any], file: str) -> TrainingResult:
    """Return the training that was stored by `pack_training`.

    Raises
    ------
    KeyError, TypeError, ValueError, BudaiError
        If parts are missing or do not fit each other or the surface.
    """
    training = _training(packed.about, packed.files, file)
    size = len(results["source"].positions)
    if len(training.codes) != size:
        raise InputError(file, f"holds {len(training.codes)} codes for {size:,} vertices", "training.npz")
    return training


def pack_runs(
    runs: Sequence[Run], present: Training | None, pack: Callable[[Training], Packed]
) -> tuple[list[dict[str, Any]], dict[str, bytes]]:
    """Return what goes into the JSON, and the files, of a list of runs; the present training is stored by itself.

    Parameters
    ----------
    runs : sequence of Run
        The list.
    present : TrainingResult, or those of all charts, or None
        The present training.
    pack : callable
        Packs a training.
    """
    entries: list[dict[str, Any]] = []
    files: dict[str, bytes] = {}
    for k, run in enumerate(runs):
        entry: dict[str, Any] = {"name": run.name, "parent": run.parent}
        if run.exact:
            entry["exact"] = [figures and dataclasses.asdict(figures) for figures in run.exact]
        if run.training is not present:
            packed = pack(run.training)
            entry["training"] = packed.about
            files |= {f"runs/{k}/{name}": content for name, content in packed.files.items()}
        entries.append(entry)
    return entries, files


def unpack_runs(
    entries: Sequence[Mapping[str, Any]],
    present: Training | None,
    unpack: Callable[[Packed], Training],
    parts: Mapping[str, bytes],
    file: str,
) -> tuple[Run, ...]:
    """Return the runs of a project; one without a training of its own is the present one.

    Parameters
    ----------
    entries : sequence of mappings
        From the JSON.
    present : TrainingResult, or those of all charts, or None
        The present training.
    unpack : callable
        Returns a training that was packed.
    parts : mapping of str to bytes
        All files of the project.
    file : str
        Its name, for messages.

    Raises
    ------
    KeyError, TypeError, ValueError, BudaiError
        If parts are missing or do not fit each other.
    """
    runs: list[Run] = []
    for k, entry in enumerate(entries):
        training, place = present, f"runs/{k}/"
        if "training" in entry:
            own = {name.removeprefix(place): part for name, part in parts.items() if name.startswith(place)}
            training = unpack(Packed(entry["training"], own))
        if training is None:
            raise InputError(file, f"has no training for the run {entry['name']!r}", "runs")
        exact = _exact(entry.get("exact"))
        if exact and len(exact) != len(parts_of(training)):
            raise InputError(file, f"has cells of {len(exact):,} charts for the run {entry['name']!r}", "runs")
        runs.append(Run(str(entry["name"]), training, str(entry["parent"]), exact))
    # Files of the first versions have no list of runs.
    return tuple(runs) if runs or present is None else with_training((), present)


def _exact(held: Any) -> tuple[ExactFigures | None, ...]:
    """Return what exact cells told of each chart; files of the first versions have that of their only one."""
    listed = held if is_list(held) else [held] if held else []
    return tuple(typed(ExactFigures, one) if one else None for one in listed)


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
        "certificate": training.certificate.flat(),
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
        "training.npz": npz(arrays | curves),
    }


def _training(about: Mapping[str, Any], parts: Mapping[str, bytes], file: str) -> TrainingResult:
    arrays = arrays_of(parts["training.npz"])
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


def _certificate(about: Mapping[str, Any]) -> Certificate:
    """Return a certificate from its figures and those of its parts; of a surface they stand among the others."""
    known = {
        name: value for name, value in about.items() if name not in ("network", "exact", "table", *_FORMER_FIGURES)
    }
    network, exact, table = about.get("network"), about.get("exact"), about.get("table")
    parts: dict[str, Accuracy | ExactFigures | SurfaceFigures | TableFigures | None] = {
        "table": typed(TableFigures, table) if table else None,
        "network": typed(Accuracy, network) if network else None,
        "exact": typed(ExactFigures, exact) if exact else None,
    }
    own = {field.name for field in dataclasses.fields(SurfaceFigures)}
    on_surface = {name: value for name, value in known.items() if name in own}
    parts["surface"] = typed(SurfaceFigures, on_surface) if on_surface else None
    return typed(Certificate, {name: value for name, value in known.items() if name not in own} | parts)
