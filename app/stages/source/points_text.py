"""What a cloud is, as lines for a person and as a part of a report."""

from typing import Any

import numpy as np

from core.data.cloud_facts import CloudFacts
from core.data.topology import counted

MOST_LINES = 8
"""Clusters that are listed."""


def points_report(found: CloudFacts) -> dict[str, Any]:
    """Return what a cloud is, for a report."""
    low, middle, high = found.spacing_range
    return {
        "points": found.n_points,
        "looked_at": len(found.ids),
        "bounds": list(found.bounds),
        "diagonal_without_outliers": found.diagonal,
        "spacing": {"p5": low, "median": middle, "p95": high},
        "noise": found.noise_size,
        "normals": found.normals,
        "grid": list(found.grid),
        "outliers": found.n_outliers,
        "repeated": found.n_repeated,
        "in_small_groups": found.n_small,
        "clusters": [
            {"points": cluster.n_points, "middle": list(cluster.middle), "diagonal": cluster.diagonal}
            for cluster in found.clusters
        ],
        "doubts": list(found.doubts),
        "advice": found.advice,
        "why": found.why,
        "seconds": found.seconds,
    }


def points_lines(found: CloudFacts) -> list[str]:
    """Return what a cloud is as lines for a person, the largest clusters with their places."""
    low, middle, high = found.spacing_range
    looked = "" if len(found.ids) + found.n_repeated >= found.n_points else f" ({len(found.ids):,} of them looked at)"
    noise = 100.0 * found.noise_size / (found.diagonal or 1.0)
    lines = [
        f"Points: {found.n_points:,}{looked}, normals {'of the file' if found.normals == 'given' else 'none'}.",
        f"  spacing {middle:.4g}, of nine tenths between {low:.4g} and {high:.4g}",
        f"  noise {found.noise_size:.3g}, {noise:.2g} % of the diagonal without outliers",
        f"  {counted(found.n_outliers, 'outlier')}{_where(found)}",
        f"  {counted(found.n_repeated, 'repeated point')}{_fullest(found)}",
        f"  {counted(len(found.clusters), 'cluster')}, {found.n_small:,} points in smaller groups",
    ]
    if found.grid:
        lines.insert(1, f"  a depth image of {found.grid[1]:,} x {found.grid[0]:,}")
    for k, cluster in enumerate(found.clusters[:MOST_LINES]):
        x, y, z = cluster.middle
        near = f"near ({x:.4g}, {y:.4g}, {z:.4g})"
        lines.append(f"  cluster {k + 1}: {cluster.n_points:,} points, diagonal {cluster.diagonal:.4g}, {near}")
    if len(found.clusters) > MOST_LINES:
        lines.append(f"  … and {len(found.clusters) - MOST_LINES:,} more")
    return [*lines, *found.doubts, f"Recommended: --prepare {found.advice}. {found.why}"]


def _where(found: CloudFacts) -> str:
    """Return which point is the first outlier."""
    return f", the first is point {int(found.ids[np.argmax(found.outlier)]):,}" if found.n_outliers else ""


def _fullest(found: CloudFacts) -> str:
    """Return which place has most points."""
    if found.most_repeated is None:
        return ""
    times, (x, y, z) = found.most_repeated
    return f", most ({times:,}) at ({x:.6g}, {y:.6g}, {z:.6g})"
