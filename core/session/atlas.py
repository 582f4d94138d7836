"""The atlas that a project holds, its samples, and its report: sums and worst of what each chart has."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
from jaxtyping import Float64, Int64

from core.base.errors import InputError
from core.base.progress import Progress, Work, part
from core.charts.atlas import Atlas, Chart, Cover
from core.charts.patch import whole_patch
from core.charts.trust import trusting
from core.session.atlas_certificate import atlas_statement, folds
from core.session.preparation import Preparation
from core.session.project import Project
from core.session.report import cells_report, training_report, transport_report
from core.transport.transport import further_samples

_SUMS = {
    "training": ("parameters", "flipped_triangles", "flipped_subtriangles", "subtriangles_tested"),
    "decoder": ("vertices", "edges", "cells", "pieces", "euler_characteristic", "seconds"),
    "encoder": ("pieces", "cells", "flipped_pieces", "seconds"),
    "transport": ("sites", "newton_steps", "flipped_triangles", "seconds"),
}
"""Figures whose sum over the charts is told."""
_LARGEST = {
    "decoder": ("area_error_rel", "log10_bound_theorem", "log10_bound_dimension"),
    "encoder": ("area_error_rel",),
    "transport": (
        *("max_area_error_rel", "duality_gap", "wasserstein2", "area_ratio_sd", "area_ratio_max_deviation"),
        "singular_length",
    ),
}
"""Figures of which the largest is told."""
_LEAST = {"transport": ("uniformity_p_before", "uniformity_p_after")}
"""Figures of which the least is told."""
_MOST_ROUNDS = 100
"""How often samples are drawn anew for those that lie on faces of other charts."""


def project_cover(project: Project) -> Cover:
    """Return the patches of a project: the whole surface where there is one chart."""
    if project.preparation is not None:
        return project.preparation.cover
    surface = project.source.surface
    patch = whole_patch(len(surface.vertices), surface.faces)
    return Cover((patch,), np.zeros(len(surface.faces), np.int64), len(surface.vertices))


def atlas_of(project: Project) -> Atlas:
    """Return the trained charts of a project; one chart is an atlas of one.

    Of several each has a say where it is accurate.

    Raises
    ------
    InputError
        If there is no training.
    """
    if project.training is None:
        raise InputError(project.source.name, "there is no trained chart yet", remedy="Train first.")
    cover = project_cover(project)
    trained = [chart.training for chart in project.charts]
    charts = [Chart(patch, found.autoencoder, found.codes) for patch, found in zip(cover.patches, trained, strict=True)]
    atlas = Atlas(cover, tuple(charts))
    return trusting(atlas, project.source.surface.vertices) if len(cover) > 1 else atlas


def samples_of_all(
    project: Project, count: int, rng: np.random.Generator
) -> Work[tuple[Float64[np.ndarray, "n 3"], Int64[np.ndarray, " n"]]]:
    """Draw points of the reconstruction uniform over the whole surface: a chart by the area it owns, then its disk.

    Parameters
    ----------
    project : Project
        With a transport of each chart.
    count : int
        How many.
    rng : Generator
        Where randomness comes from.

    Returns
    -------
    (n, 3) float64 array
        Points, in input units, in random order.
    (n,) int64 array
        The chart of each.

    Notes
    -----
    Of what a chart's transport brings, the points on faces that another chart owns are left out: what stays is uniform
    by area on the faces that it owns.
    """
    cover, surface = project_cover(project), project.source.surface
    owned = np.bincount(cover.face_chart, surface.face_areas, len(cover))
    wanted = rng.multinomial(count, owned / owned.sum())
    points: list[np.ndarray] = []
    charts: list[np.ndarray] = []
    for k, (chart, patch, n) in enumerate(zip(project.charts, cover.patches, wanted, strict=True)):
        is_own = cover.face_chart[patch.faces] == k
        share = owned[k] / max(surface.face_areas[patch.faces].sum(), 1e-300)
        found, missing = [np.empty((0, 3))], int(n)
        for _ in range(_MOST_ROUNDS):
            if missing <= 0:
                break
            many = int(1.2 * missing / max(share, 1e-3)) + 16
            training = chart.training
            work = further_samples(
                chart.source.surface, training.autoencoder, training.codes, chart.transport, many, rng
            )
            drawn = yield from part(work, k / len(cover), (k + 1) / len(cover))
            found.append(drawn.points[is_own[drawn.faces]][:missing])
            missing -= len(found[-1])
        points.append(np.concatenate(found))
        charts.append(np.full(len(points[-1]), k))
        yield Progress((k + 1) / len(cover), "Drawing samples")
    order = rng.permutation(sum(map(len, points)))
    return np.concatenate(points)[order], np.concatenate(charts)[order]


def atlas_report(project: Project) -> dict[str, Any]:
    """Return the parts of a report on all charts together: sums, the worst, and the figures of the welded surface."""
    charts = project.charts
    whole, preparation = project.training.whole, project.preparation
    exact = [getattr(chart.cells, "exact", None) for chart in charts]
    trained = [training_report(chart.training, found) for chart, found in zip(charts, exact, strict=True)]
    first = trained[0]
    errors = {name: getattr(whole, name) for name in ("rmse_rel", "chamfer_rel", "hausdorff_rel", "normal_error_deg")}
    kept = ("device", "seconds", "steps", "schedule", "seed", "mode", "preset", "precision", "ended", "messages")
    training = {name: first[name] for name in kept} | errors | _sums(trained, _SUMS["training"])
    details = [found["detail"] for found in trained if found["detail"]]
    training |= {
        "cover": max(found["cover"] for found in trained),
        "network": asdict(whole.network),
        "detail": {"nodes": sum(one["nodes"] for one in details), "charts": len(details)} if details else None,
        "homeomorphisms": sum(bool(found["certificate"]["is_homeomorphism"]) for found in trained),
        "advised_seconds": None,
    }
    figures = {name: value for name, value in asdict(whole).items() if name not in (*errors, "network")}
    figures |= {"seam_length_rel": seam_length_rel(preparation)}
    figures |= {"statement": atlas_statement(project), "folds": [asdict(fold) for fold in folds(project)]}
    return {
        "training": training,
        "cells": None if project.cells is None else _cells(project),
        "transport": None if project.transport is None else _transport(project),
        "atlas": figures | {"prepare": preparation.way, "done": list(preparation.done)},
    }


def seam_length_rel(preparation: Preparation) -> float | None:
    """Return the length of the cut that made one disk of a surface, over its diagonal; None where there is no cut."""
    return preparation.seam_length / preparation.source.surface.diagonal if len(preparation.seam) else None


def _cells(project: Project) -> dict[str, Any]:
    """The cells of all charts: sums, and the largest errors."""
    found = [cells_report(chart.cells, chart.training) for chart in project.charts if chart.cells is not None]
    report: dict[str, Any] = {}
    for name in ("decoder", "encoder"):
        parts = [one[name] for one in found]
        there = bool(parts) and all(part is not None for part in parts)
        report[name] = _sums(parts, _SUMS[name]) | _each(parts, _LARGEST[name], max) if there else None
    return report


def _transport(project: Project) -> dict[str, Any]:
    """The transports of all charts: sums, the largest errors, the least p."""
    parts = [transport_report(chart.transport) for chart in project.charts if chart.transport is not None]
    worst = _each(parts, _LARGEST["transport"], max) | _each(parts, _LEAST["transport"], min)
    ended = "converged" if all(found["ended"] == parts[0]["ended"] for found in parts) else "mixed"
    return _sums(parts, _SUMS["transport"]) | worst | {"ended": parts[0]["ended"] if ended == "converged" else ended}


def _sums(parts: Sequence[Mapping[str, Any]], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: sum(found[name] for found in parts if found[name] is not None) for name in names}


def _each(
    parts: Sequence[Mapping[str, Any]], names: tuple[str, ...], choose: Callable[[list[float]], float]
) -> dict[str, float | None]:
    """Return one of the values that all parts have of each figure; None where none has any."""
    known = {name: [found[name] for found in parts if found[name] is not None] for name in names}
    return {name: choose(values) if values else None for name, values in known.items()}
