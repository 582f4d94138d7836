"""The figures of a denoising, as the part `denoising` of a report."""

from typing import Any

import numpy as np

from core.denoising.methods import METHOD_TABLE
from core.denoising.result import Denoising, MethodResult


def denoising_report(denoising: Denoising) -> dict[str, Any]:
    """Return the figures: root mean squares over the diagonal; null where the truth is not known."""
    options, relative = denoising.options, denoising.relative
    chosen, before = denoising.chosen, denoising.before
    once = denoising.result("encode_decode")
    method = METHOD_TABLE[options.method].about
    if options.method in ("projection", "expected_position"):
        method += " of the surface's codes" if options.onto == "surface" else " of the whole disk"
    return {
        "noise_rel": None if options.input == "file" else options.level,
        "noise": None if options.input == "file" else options.noise,
        "input": options.input,
        "name": denoising.name,
        "points": len(denoising.noisy),
        "points_left_out": denoising.n_far,
        "points_at_rim": int(denoising.at_rim.sum()),
        "distance_before_rel": relative(before.distance),
        "distance_after_rel": relative(chosen.distance),
        "position_before_rel": relative(before.position),
        "position_after_rel": relative(chosen.position),
        "position_after_over_ideal": denoising.over_ideal(chosen),
        "ideal_position_rel": relative(denoising.ideal),
        "distance_encode_decode_rel": None if once is None else relative(once.distance),
        "position_encode_decode_rel": None if once is None else relative(once.position),
        "method": method,
        "methods": {result.method: _figures(denoising, result) for result in denoising.results},
        "pieces": denoising.n_pieces,
        "points_by_chart": None if denoising.charts is None else np.bincount(denoising.charts).tolist(),
        "points_per_second": denoising.points_per_second,
        "seconds": dict(denoising.seconds),
        "warnings": list(denoising.warnings),
    }


def _figures(denoising: Denoising, result: MethodResult) -> dict[str, Any]:
    """The figures of one method."""
    return {
        "distance_rel": denoising.relative(result.distance),
        "position_rel": denoising.relative(result.position),
        "position_over_ideal": denoising.over_ideal(result),
        "seconds": result.seconds,
        "settings": result.settings,
    }
