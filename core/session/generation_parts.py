"""Generated points in a project file: figures and words in JSON, arrays in an npz."""

import dataclasses
from collections.abc import Mapping
from typing import Any

import numpy as np

from core.generation.generation import Generation, Walk
from core.generation.judge import Judgement, Verdict
from core.generation.latent_path import LatentPath
from core.generation.options import GenerationOptions
from core.io.typed import typed
from core.session.packed import Packed, npz

_FILE = "generation.npz"
_ARRAYS = ("codes", "points", "inside", "distances", "disk_points")
_PATHS = ("straight", "geodesic")
_WALK = ("converged", "straight_outside", "geodesic_outside")


def pack_generation(generation: Generation) -> Packed:
    """Return what goes into a project file."""
    about: dict[str, Any] = {
        "options": dataclasses.asdict(generation.options),
        "diagonal": generation.diagonal,
        "seconds": generation.seconds,
        "warnings": list(generation.warnings),
    }
    if generation.judgement is not None:
        about["judgement"] = dataclasses.asdict(generation.judgement)
    arrays: dict[str, np.ndarray | None] = {name: getattr(generation, name) for name in (*_ARRAYS, "charts")}
    walk = generation.walk
    if walk is not None:
        about["walk"] = {name: getattr(walk, name) for name in _WALK}
        for name in _PATHS:
            path: LatentPath = getattr(walk, name)
            arrays |= {f"{name}:{of}": getattr(path, of) for of in ("codes", "points", "charts")}
    return Packed(about, {_FILE: npz(arrays)})


def unpack_generation(packed: Packed, results: Mapping[str, Any], file: str) -> Generation:
    """Return the generated points that were stored by `pack_generation`.

    Raises
    ------
    KeyError, TypeError, ValueError
        If parts are missing or do not fit each other.
    BudaiError
        If options are out of their bounds.
    """
    about, arrays = packed.about, packed.arrays(_FILE)
    walk = None
    if "walk" in about:
        paths = {
            name: LatentPath(arrays[f"{name}:codes"], arrays[f"{name}:points"], arrays.get(f"{name}:charts"))
            for name in _PATHS
        }
        walk = Walk(**paths, **{name: about["walk"][name] for name in _WALK})
    return Generation(
        options=typed(GenerationOptions, about["options"]),
        diagonal=float(about["diagonal"]),
        seconds=float(about["seconds"]),
        warnings=tuple(about["warnings"]),
        walk=walk,
        charts=arrays.get("charts"),
        judgement=_judgement(about.get("judgement")),
        **{name: arrays[name] for name in _ARRAYS},
    )


def _judgement(about: Mapping[str, Any] | None) -> Judgement | None:
    if about is None:
        return None
    verdicts = {name: typed(Verdict, one) for name, one in about["verdicts"].items()}
    accuracy = about["accuracy"]
    return Judgement(None if accuracy is None else float(accuracy), int(about["classes"]), verdicts)
