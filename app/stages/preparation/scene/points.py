"""What is known of the points of a cloud, and what a preparation would make of them, in the drawing frame."""

import numpy as np
from scipy.spatial import cKDTree

from app.scene.chart_colors import chart_colors
from app.scene.color_maps import Quantity, legend, mapped
from app.scene.figure import Figure
from app.scene.palette import Palette
from app.scene.snapshot import Coloring, rgb
from core.data.cloud_change import Box, CloudChange
from core.data.cloud_facts import CloudFacts
from core.data.point_cloud import PointCloud

QUANTITIES: dict[str, Quantity] = {
    quantity.key: quantity
    for quantity in (
        Quantity("spacing", "Spacing", "Spacing", "crameri:batlow"),
        Quantity("noise", "Noise", "Distance\nfrom quadric", "cmocean:matter"),
        Quantity("outlier", "Outliers"),
        Quantity("cluster", "Clusters"),
    )
}
"""What points can be coloured by once they are examined."""
_NEEDLES, _LENGTH = 2_000, 0.015
"""Normals that are drawn, and how long, over the diagonal."""


def looked_at(figure: Figure, facts: CloudFacts) -> np.ndarray:
    """Return for each drawn point the number of the one that was looked at in its place, or nearest to it, (n,)."""
    if len(facts.ids) == len(figure.ids) and np.array_equal(facts.ids, figure.ids):
        return np.arange(len(facts.ids))
    cloud = figure.source
    return cKDTree(cloud.positions[facts.ids]).query(cloud.positions[figure.ids])[1].astype(np.int64)


def cloud_coloring(figure: Figure, facts: CloudFacts, key: str, palette: Palette) -> Coloring:
    """Return the colours of the drawn points by what is known of them (runs in a thread)."""
    rows = looked_at(figure, facts)
    plain = np.array(rgb(palette.text_faint), np.uint8)
    if key == "outlier":
        colors = np.where(facts.outlier[rows][:, None], np.array(rgb(palette.bad), np.uint8), plain)
        return Coloring(colors)
    if key == "cluster":
        number = facts.cluster[rows]
        return Coloring(np.where(number[:, None] < 0, plain, chart_colors(len(facts.clusters) or 1)[number]))
    values = (facts.spacing if key == "spacing" else facts.noise)[rows]
    finite = values[np.isfinite(values)]
    low, high = (float(v) for v in np.percentile(finite, (1.0, 99.0))) if len(finite) else (0.0, 1.0)
    limits = (0.0 if key == "noise" else low, high if high > low else low + 1.0)
    quantity = QUANTITIES[key]
    return Coloring(mapped(values, limits, quantity.color_map), limits, legend(quantity, limits, values))


def removed_points(figure: Figure, cloud: PointCloud, change: CloudChange, palette: Palette) -> tuple[np.ndarray, ...]:
    """Return points (n, 3) and colours (n, 3) of what is left out; where most is, of what is left."""
    left_out = change.kept.mean() >= 0.5
    chosen = ~change.kept if left_out else change.kept
    rows = figure.ids[chosen[figure.ids]]
    color = rgb(palette.bad if left_out else palette.select)
    return figure.drawn(cloud.points[rows]), np.tile(np.array(color, np.uint8), (len(rows), 1))


def normal_lines(figure: Figure, change: CloudChange, palette: Palette) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return points, ends and colours of normals at a part of the points, those in doubt in another colour."""
    cloud = change.cloud
    if cloud.normals is None or not len(figure.ids):
        return np.zeros((0, 3), np.float32), np.zeros((0, 2), np.int64), np.zeros((0, 3), np.uint8)
    some = figure.ids[np.linspace(0, len(figure.ids) - 1, min(_NEEDLES, len(figure.ids))).astype(np.int64)]
    rows = np.union1d(some, change.unsure[:_NEEDLES])
    begin = figure.drawn(cloud.points[rows])
    points = np.concatenate([begin, begin + _LENGTH * cloud.normals[rows].astype(np.float32)])
    ends = np.column_stack([np.arange(len(rows)), len(rows) + np.arange(len(rows))])
    good, bad = np.array(rgb(palette.layers[0]), np.uint8), np.array(rgb(palette.bad), np.uint8)
    return points, ends, np.where(np.isin(rows, change.unsure)[:, None], bad, good)


def box_lines(figure: Figure, box: Box, palette: Palette) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return points, ends and colours of the twelve edges of a box."""
    bits = (np.arange(8)[:, None] >> np.arange(3)) & 1
    corners = np.where(bits, box[3:], box[:3])
    ends = np.array([(a, a | 1 << k) for a in range(8) for k in range(3) if not a >> k & 1])
    color = np.array(rgb(palette.select), np.uint8)
    return figure.drawn(corners), ends, np.tile(color, (len(ends), 1))
