"""Denoised points in a project file: figures and words in JSON, arrays in an npz."""

import dataclasses
from collections.abc import Mapping
from typing import Any

import numpy as np

from core.denoising.options import DenoisingOptions
from core.denoising.result import Denoising, MethodResult
from core.io.typed import typed
from core.session.packed import Packed, npz

_FILE = "denoising.npz"
_ARRAYS = ("noisy", "rows", "originals", "codes", "pieces", "at_rim", "charts")
_SOMETIMES = ("originals", "charts")
_FIGURES = ("name", "ideal", "diagonal", "n_given", "n_far", "n_pieces")


def pack_denoising(denoising: Denoising) -> Packed:
    """Return what goes into a project file."""
    about = {name: getattr(denoising, name) for name in _FIGURES}
    about |= {
        "n_checked": denoising.n_checked,
        "check_gap": denoising.check_gap,
        "options": dataclasses.asdict(denoising.options),
        "seconds": dict(denoising.seconds),
        "warnings": list(denoising.warnings),
        "results": [
            {"method": result.method, "seconds": result.seconds, "settings": result.settings}
            for result in denoising.results
        ],
    }
    arrays: dict[str, np.ndarray | None] = {name: getattr(denoising, name) for name in _ARRAYS}
    for result in denoising.results:
        for name in ("points", "distances", "errors"):
            arrays[f"{result.method}:{name}"] = getattr(result, name)
    return Packed(about, {_FILE: npz(arrays)})


def unpack_denoising(packed: Packed, results: Mapping[str, Any], file: str) -> Denoising:
    """Return the denoised points that were stored by `pack_denoising`.

    Raises
    ------
    KeyError, TypeError, ValueError
        If parts are missing or do not fit each other.
    BudaiError
        If options are out of their bounds.
    """
    about, arrays = packed.about, packed.arrays(_FILE)
    found = tuple(
        MethodResult(
            method=said["method"],
            points=arrays[f"{said['method']}:points"],
            distances=arrays[f"{said['method']}:distances"],
            errors=arrays.get(f"{said['method']}:errors"),
            seconds=float(said["seconds"]),
            settings=str(said["settings"]),
        )
        for said in about["results"]
    )
    figures: dict[str, Any] = {name: about[name] for name in _FIGURES}
    held: dict[str, Any] = {name: arrays.get(name) if name in _SOMETIMES else arrays[name] for name in _ARRAYS}
    return Denoising(
        options=typed(DenoisingOptions, about["options"]),
        results=found,
        seconds={name: float(value) for name, value in about["seconds"].items()},
        warnings=tuple(about["warnings"]),
        n_checked=int(about.get("n_checked", 0)),
        check_gap=float(about.get("check_gap", 0.0)),
        **figures,
        **held,
    )
