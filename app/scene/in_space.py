"""What is drawn of data of any dimension: points of a table by their first three principal coordinates."""

import numpy as np

from app.scene.chart_colors import chart_colors
from core.data.point_cloud import PointCloud
from core.data.surface import Surface
from core.data.table import Table
from core.geometry.principal import principal_plane


def in_space(data: Surface | PointCloud | Table) -> Surface | PointCloud:
    """Return what is drawn of some data: a table as a cloud of its principal coordinates, in the colours of classes."""
    if data.kind != "table":
        return data  # pyright: ignore[reportReturnType]
    mean, directions = space_of(data)  # pyright: ignore[reportArgumentType]
    colors = class_colors(data)  # pyright: ignore[reportArgumentType]
    return PointCloud((data.positions - mean) @ directions.T, None, colors)


def class_colors(table: Table) -> np.ndarray | None:
    """Return the (n, 3) uint8 colours of the rows by their classes, None where there are none."""
    if table.labels is None:
        return None
    return chart_colors(len(table.kinds))[np.searchsorted(table.kinds, table.labels)]


def space_of(table: Table) -> tuple[np.ndarray, np.ndarray]:
    """Return the mean of the rows and the three directions (3, D) in which they are drawn; 0 where there are fewer."""
    mean, found = principal_plane(table.values, 3)
    largest = np.take_along_axis(found, np.abs(found).argmax(1)[:, None], 1)
    directions = np.zeros((3, table.dimension))
    directions[: len(found)] = found * np.sign(largest)
    return mean, directions
