"""What is drawn of data of any dimension: points of a table by their first three principal coordinates."""

import numpy as np

from app.scene.chart_colors import chart_colors
from core.data.point_cloud import PointCloud
from core.data.surface import Surface
from core.data.table import Table
from core.geometry.principal import principal_coordinates


def in_space(data: Surface | PointCloud | Table) -> Surface | PointCloud:
    """Return what is drawn of some data: a table as a cloud of its principal coordinates, in the colours of classes."""
    if data.kind != "table":
        return data  # pyright: ignore[reportReturnType]
    labels = data.labels
    colors = None
    if labels is not None:
        classes, number = np.unique(labels, return_inverse=True)
        colors = chart_colors(len(classes))[number]
    return PointCloud(principal_coordinates(data.positions, 3), None, colors)
