"""A bench as plain values: a row for each cell, a line for each model on a target, and the picture of all."""

from collections.abc import Iterable
from dataclasses import asdict, fields
from typing import Any

import numpy as np

from core.bench.bench import TRUTH, Bench, Cell, models_for
from core.bench.features import FeatureJudgement
from core.bench.judge import Judgement
from core.claims.figure import Figure, Panel, Points
from core.training.generators.models import MODELS
from core.training.generators.plane import plane_of

_SHOWN = 1000
_COLUMNS = ("steps", "seconds", "diverged", "log_likelihood", "critic_w1", "exact_w1")
_SEEN = tuple(one.name for one in fields(FeatureJudgement))
COLUMNS = ("target", "model", "seed", *(one.name for one in fields(Judgement)), *_COLUMNS, *_SEEN)
"""Columns of the table of all cells."""


def title_of(model: str) -> str:
    """Return what a model is called; the training sample itself among them."""
    return MODELS[model].title if model in MODELS else "Training sample"


def rows_of(bench: Bench) -> list[dict[str, Any]]:
    """Return a row for each cell, with the keys `COLUMNS`; None where there is no number."""
    return [_row(cell) for cell in bench.cells]


def record(bench: Bench) -> dict[str, Any]:
    """Return a bench as plain values for a file."""
    return {
        "options": asdict(bench.options),
        "targets": {
            one.name: {"title": one.title, "noise": one.noise, "reach": one.reach, "modes": one.n_pieces}
            for one in bench.targets
        },
        "stopped": bench.stopped,
        "cells": rows_of(bench),
    }


def lines_of(bench: Bench) -> list[dict[str, str]]:
    """Return a line of a table for each model on each target: means over the seeds, with least and largest W2."""
    lines: list[dict[str, str]] = []
    is_seen = any(cell.features is not None for cell in bench.cells)
    for target in bench.targets:
        for model in (*bench.options.models, TRUTH):
            cells = bench.of(target.name, model)
            if not cells:
                continue
            good = [cell.judgement for cell in cells if cell.judgement is not None]
            ratios = [cell.critic_w1 / cell.exact_w1 for cell in cells if cell.critic_w1 and cell.exact_w1]
            densities = [cell.log_likelihood for cell in cells if cell.log_likelihood is not None]
            lines.append(
                {
                    "target": target.title,
                    "model": _named(bench, model, cells),
                    "W2": _spread([one.w2 for one in good]),
                    "W2 to density": _mean([one.w2_density for one in good if one.w2_density is not None], "{:.4g}"),
                    "W1": _mean([one.w1 for one in good], "{:.4g}"),
                    "modes": f"{_mean([one.covered for one in good], '{:.3g}')} of {target.n_pieces}",
                    "between": _mean([100.0 * one.between for one in good], "{:.1f} %"),
                    "nearer": _mean([100.0 * one.nearer for one in good], "{:.0f} %"),
                    "copies": _mean([100.0 * one.copies for one in good], "{:.0f} %"),
                    "p": _mean([one.p_uniform for one in good], "{:.2g}"),
                    "likelihood": _mean(densities, "{:.2f}"),
                    "critic / W1": _mean(ratios, "{:.2f}"),
                    "seconds": _mean([cell.seconds for cell in cells], "{:.1f}"),
                    "steps": _mean([float(cell.steps) for cell in cells], "{:,.0f}"),
                }
                | (_seen([cell.features for cell in cells if cell.features is not None]) if is_seen else {})
            )
    return lines


def _named(bench: Bench, model: str, cells: list[Cell]) -> str:
    """Return what a model is called, with the knobs that are not its own."""
    turned = bench.options.changed(model) if model in MODELS else {}
    knobs = "".join(f", {name} {value:g}" for name, value in turned.items())
    return title_of(model) + knobs + (" (diverged)" if any(cell.diverged for cell in cells) else "")


def _seen(features: list[FeatureJudgement]) -> dict[str, str]:
    """Return the columns of what a classifier sees."""
    lengths = [one.path_length for one in features if one.path_length is not None]
    apart = [one.separability for one in features if one.separability is not None]
    return {
        "score": _mean([one.score for one in features], "{:.2f}"),
        "Fréchet": _mean([one.frechet for one in features], "{:.3g}"),
        "path length": _mean(lengths, "{:.3g}"),
        "separability": _mean(apart, "{:.3g}"),
    }


def notes_of(bench: Bench) -> list[str]:
    """Return what has to be said of a bench beside its figures: sentences."""
    notes = list[str]()
    for cell in bench.cells:
        name = f"{title_of(cell.model)} on {cell.target}, seed {cell.seed + 1}"
        if cell.diverged:
            kept = "it drew no numbers" if cell.judgement is None else "judged by its last good state"
            notes.append(f"{name}: diverged after {cell.steps:,} steps; {kept}.")
        if cell.judgement is not None and cell.judgement.judged < len(cell.points):
            notes.append(
                f"{name}: memory was too short for a linear program of {len(cell.points):,} points a side; W1 and W2 "
                f"are exact for the first {cell.judgement.judged:,} of them instead."
            )
    return notes


def figure_of(bench: Bench) -> Figure:
    """Return the pictures of all models on all targets with the first seed, a target in each row.

    Of points in space the first two coordinates are seen, of more coordinates the two principal ones.
    """
    panels: list[Panel] = []
    for target in bench.targets:
        true = bench.of(target.name, TRUTH)
        for model in models_for(target, bench.options):
            cells = bench.of(target.name, model)[:1]
            seen = [(plane_of(one.points), one.points) for one in true[:1]]
            marks = tuple(Points(plane.places(points[:_SHOWN]), "faint", 1.5) for plane, points in seen)
            marks += tuple(
                Points(_inside(plane.places(one.points[:_SHOWN]), plane.places(points)), "a", 2.5)
                for one in cells
                for plane, points in seen
            )
            panels.append(Panel(f"{title_of(model)}: {_told(cells)}", marks, equal=True))
    return Figure(tuple(panels))


def _inside(points: np.ndarray, true: np.ndarray) -> np.ndarray:
    """Return the points that lie within twice the extent of the true ones: the others would make these a dot."""
    middle, half = true.mean(0), np.ptp(true, axis=0).max()
    return points[(np.abs(points - middle) <= half).all(1)]


def _told(cells: list[Cell]) -> str:
    if not cells:
        return "not run"
    one = cells[0].judgement
    return "diverged" if one is None else f"W2 {one.w2:.3g}, {one.covered}/{one.pieces}, {100 * one.between:.1f} %"


def _row(cell: Cell) -> dict[str, Any]:
    judged = {one.name: getattr(cell.judgement, one.name, None) for one in fields(Judgement)}
    own = {name: getattr(cell, name) for name in _COLUMNS}
    seen = {name: getattr(cell.features, name, None) for name in _SEEN}
    return {"target": cell.target, "model": cell.model, "seed": cell.seed} | judged | own | seen


def _mean(values: Iterable[float], form: str) -> str:
    known = list(values)
    return form.format(sum(known) / len(known)) if known else ""


def _spread(values: list[float]) -> str:
    """Return a mean with the least and the largest of several values."""
    if len(values) < 2:
        return _mean(values, "{:.4g}")
    return f"{sum(values) / len(values):.4g} ({min(values):.4g} to {max(values):.4g})"
