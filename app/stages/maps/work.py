"""What is computed, and how it is kept in a project."""

import dataclasses
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from app.command_line.one_chart import trained_chart
from core.base.errors import BudaiError, InputError
from core.base.progress import Stop, Work, part
from core.data.source import Source
from core.io.reading import reading
from core.io.typed import typed
from core.maps.disk_way import DiskWay
from core.maps.find import check_sources, find_map
from core.maps.manifold_map import ManifoldMap, MapFigures, Side
from core.maps.options import MapsOptions
from core.relu.relu_map import ReluMap
from core.session.packed import Packed, npz
from core.session.project_file import SUFFIX
from core.session.source_parts import pack_source, unpack_source
from core.session.stages import Stage, train_autoencoder
from core.session.training_parts import pack_training, unpack_training
from core.training.options import TrainingOptions
from core.training.result import TrainingResult

_FILE, _SECOND = "map.npz", "map/second/"
_TRAINED = 0.7
"""Part of the whole that learning the second manifold is, where it has to be learned."""


def map_manifolds(source: Source, training: TrainingResult, options: MapsOptions) -> Work[ManifoldMap]:
    """Map a learned manifold to the one that the options name, which is read, and learned if it was not.

    Raises
    ------
    BudaiError
        If the other cannot be used, or there is no map between the two.
    """
    if not options.other:
        raise BudaiError("No other manifold is chosen. Open a project, a surface or a table to map to.")
    stop = Stop()
    second, low = yield from _second(source, training.options, options, stop)
    first = Side(source, training)
    return (yield from part(find_map(first, second, options), low, 1.0, stop=stop))


def is_project(path: str | Path) -> bool:
    """Return whether a path names a project, or one of its charts as in P.budai:3."""
    return Path(str(path).rpartition(":")[0] or path).suffix.lower() == SUFFIX or Path(path).suffix.lower() == SUFFIX


def _second(source: Source, learning: TrainingOptions, options: MapsOptions, stop: Stop) -> Work[tuple[Side, float]]:
    """Return the other manifold, and how far the whole has come with it."""
    if is_project(options.other):
        project = trained_chart(Path(options.other))
        return Side(project.source, project.training), 0.0
    found = yield from part(reading(options.other), 0.0, 0.02, stop=stop)
    check_sources(source, found, options)
    work = train_autoencoder(found, None, replace(learning, start="new"))
    training = yield from part(work, 0.02, _TRAINED, stop=stop)
    if not isinstance(training, TrainingResult):
        raise InputError(Path(options.other).name, "was learned by several charts; a map leads to one")
    return Side(found, training), _TRAINED


def pack(made: ManifoldMap) -> Packed:
    """Return what goes into a project file: the map, and all of the second manifold."""
    second = pack_source(made.second.source), pack_training(made.second.training)
    about = {
        "options": dataclasses.asdict(made.options),
        "figures": dataclasses.asdict(made.figures),
        "seconds": made.seconds,
        "messages": list(made.messages),
        "second": [one.about for one in second],
    }
    arrays: dict[str, np.ndarray] = {name: getattr(made, name) for name in ("images", "returns", "withheld")}
    arrays |= network_arrays(made)
    for name, way in zip(("first", "second"), made.ways or (), strict=False):
        arrays |= {f"{name}:{of}": getattr(way, of) for of in ("codes", "places", "faces")}
    files = {_SECOND + name: content for one in second for name, content in one.files.items()}
    return Packed(about, {_FILE: npz(arrays), **files})


def network_arrays(made: ManifoldMap) -> dict[str, np.ndarray]:
    """Return the weights and biases of the map between the codes and of the one back, by their names."""
    return {
        f"{name}.{k}.{what}": array
        for name, network in zip(("forward", "back"), made.networks or (), strict=False)
        for what, arrays in (("weight", network.weights), ("bias", network.biases))
        for k, array in enumerate(arrays)
    }


def unpack(packed: Packed, results: Mapping[str, Any], file: str) -> ManifoldMap | None:
    """Return the map that was stored by `pack`; None where the chart it leads from was replaced by another one since.

    Raises
    ------
    KeyError, TypeError, ValueError, BudaiError
        If parts are missing or do not fit each other.
    """
    about, arrays = packed.about, packed.arrays(_FILE)
    first = Side(results["source"], results["training"])
    if first.training.codes.shape != arrays["returns"].shape:
        return None
    own = {name.removeprefix(_SECOND): held for name, held in packed.files.items() if name.startswith(_SECOND)}
    source = unpack_source(Packed(about["second"][0], own), {}, file)
    second = Side(source, unpack_training(Packed(about["second"][1], own), {"source": source}, file))
    figures = dict(about["figures"])
    figures["area_ratio_sd"] = tuple(float(value) for value in figures["area_ratio_sd"])
    networks = tuple(_network(arrays, name) for name in ("forward", "back")) if "forward.0.weight" in arrays else None
    ways = None
    if networks is None:
        ways = tuple(
            DiskWay(arrays[f"{name}:codes"], arrays[f"{name}:places"], arrays[f"{name}:faces"], spread)
            for name, spread in zip(("first", "second"), figures["area_ratio_sd"], strict=True)
        )
    return ManifoldMap(
        first=first,
        second=second,
        options=typed(MapsOptions, about["options"]),
        **{name: arrays[name] for name in ("images", "returns", "withheld")},
        networks=networks,  # type: ignore[arg-type]
        ways=ways,  # type: ignore[arg-type]
        figures=typed(MapFigures, figures),
        seconds=float(about["seconds"]),
        messages=tuple(about["messages"]),
    )


def _network(arrays: Mapping[str, np.ndarray], name: str) -> ReluMap:
    count = sum(key.startswith(f"{name}.") and key.endswith(".weight") for key in arrays)
    return ReluMap(*([arrays[f"{name}.{k}.{what}"] for k in range(count)] for what in ("weight", "bias")))


def _from_here(made: ManifoldMap, source: Source, training: TrainingResult) -> ManifoldMap:
    """Return the map with the first manifold as the project holds it."""
    return replace(made, first=Side(source, training))


WORK = Stage("maps", MapsOptions, map_manifolds, ("source", "training"), adopt=_from_here, pack=pack, unpack=unpack)
