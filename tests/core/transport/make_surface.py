"""Small disk-type surfaces with a chart, for the products of the transport."""

import numpy as np
from scipy.spatial import Delaunay

from core.data.surface import Surface
from tests.core.transport.make_sites import disk_points


def bumpy_disk(count: int, seed: int = 0, height: float = 1.5) -> tuple[Surface, np.ndarray]:
    """Return a height field with a bump over the disk, and its projection as chart."""
    rng = np.random.default_rng(seed)
    angle = 2 * np.pi * np.arange(count // 8) / (count // 8)
    rim = np.column_stack([np.cos(angle), np.sin(angle)])
    inner = 0.97 * disk_points(count - len(rim), rng)
    plane = np.vstack([rim, inner])
    faces = Delaunay(plane).simplices.astype(np.int64)
    a, b, c = (plane[faces[:, k]] for k in range(3))
    turn = (b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0])
    faces[turn < 0] = faces[turn < 0][:, ::-1]
    bump = height * np.exp(-((plane - (0.3, 0.1)) ** 2).sum(1) / 0.08)
    return Surface(np.column_stack([plane, bump]), faces), plane
