"""The figures of a generation, for reports."""

from typing import Any

import numpy as np

from core.generation.generation import Generation
from core.generation.latent_path import LatentPath


def generation_report(generation: Generation) -> dict[str, Any]:
    """Return the figures: lengths over the diagonal; null where there is nothing to measure."""

    def relative(length: float | None) -> float | None:
        return None if length is None else length / generation.diagonal

    walk = generation.walk
    return {
        "origin": generation.options.origin,
        "points": len(generation.codes),
        "outside": generation.n_outside,
        "outside_share": generation.n_outside / max(len(generation.codes), 1),
        "points_by_chart": None if generation.charts is None else np.bincount(generation.charts).tolist(),
        "mean_distance_inside_rel": relative(generation.distance_inside),
        "mean_distance_outside_rel": relative(generation.distance_outside),
        "seconds": generation.seconds,
        "walk": None
        if walk is None
        else {
            "straight_length_rel": relative(walk.straight.length),
            "straight_crossings": walk.straight.n_crossings,
            "straight_outside_share": walk.straight_outside,
            "geodesic_length_rel": relative(walk.geodesic.length),
            "geodesic_crossings": walk.geodesic.n_crossings,
            "geodesic_outside_share": walk.geodesic_outside,
            "geodesic_converged": walk.converged,
            "charts": None if walk.geodesic.charts is None else _passed(walk.geodesic),
            "largest_gap_rel": None if walk.geodesic.charts is None else relative(walk.geodesic.gap),
        },
        "judge": None if generation.judgement is None else generation.judgement.report(),
        "warnings": list(generation.warnings),
    }


def _passed(path: LatentPath) -> list[int]:
    """The charts that a path passes, in order, from 0."""
    return [int(leg.charts[0]) for leg in path.legs() if leg.charts is not None]
