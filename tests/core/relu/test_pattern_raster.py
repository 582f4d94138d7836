"""The raster shows at every pixel the pattern of the cell that picking finds there."""

import numpy as np

from core.relu.decomposition import decompose, disk_polygon
from core.relu.pattern_raster import pattern_raster
from tests.core.relu.networks import random_network


def test_pixels_have_the_patterns_of_the_cells():
    network, side = random_network((2, 12, 9, 3), 4), 80
    cells = decompose(network, disk_polygon())
    raster = pattern_raster(network, side, 1.0)
    place = (2.0 * np.arange(side) + 1.0 - side) / side
    points = np.stack(np.meshgrid(place, -place), -1).reshape(-1, 2)
    found, shown = cells.cell_at(points), raster.ravel()
    assert (shown[np.linalg.norm(points, axis=1) > 1.0] == 0).all()
    within = found >= 0
    np.testing.assert_array_equal(shown[within], cells.pattern_hash[found[within]])
    assert within.sum() > 0.7 * side**2
