"""The lines over the disk are exactly those at which the detail layer bends."""

import numpy as np
import pytest

from app.scene.disk import Window
from app.widgets.canvas.lattice_lines import LEAST_APART, lattice_lines
from core.charts.detail_layer import DetailLayer

DETAIL = DetailLayer(np.array([-1.05, -0.95]), 0.25, np.zeros((9, 9, 3)))


def ends(lines, window):
    """Ends of the lines in latent units, (n, 2, 2)."""
    places = [((line.x1(), line.y1()), (line.x2(), line.y2())) for line in lines]
    return np.array([[window.code(*place) for place in pair] for pair in places])


def test_every_line_is_one_of_the_triangulation_and_spans_the_disk():
    window = Window(400, 400, 0.0, 0.0, 190.0)
    found = ends(lattice_lines(DETAIL, window), window)
    np.testing.assert_allclose(np.linalg.norm(found, axis=2), 1.0, atol=1e-9)
    u, v = np.moveaxis((found - DETAIL.origin) / DETAIL.spacing, 2, 0)
    whole = [np.abs(k - np.rint(k)).max(1) < 1e-6 for k in (u, v, v - u)]
    straight = [np.abs(np.ptp(k, axis=1)) < 1e-6 for k in (u, v, v - u)]
    kinds = [a & b for a, b in zip(whole, straight, strict=True)]
    assert np.logical_or.reduce(kinds).all()
    # 8 columns, 8 rows, and the diagonals nearer to the middle than 1.
    offsets = (DETAIL.origin[1] - DETAIL.origin[0] + DETAIL.spacing * np.arange(-9, 9)) / np.sqrt(2)
    assert [int(kind.sum()) for kind in kinds] == [8, 8, int((np.abs(offsets) < 1.0).sum())]


def test_lines_are_left_out_where_they_would_be_a_grey_mass():
    assert lattice_lines(DETAIL, Window(400, 400, 0.0, 0.0, 0.9 * LEAST_APART / DETAIL.spacing)) == []
    assert lattice_lines(DETAIL, Window(400, 400, 0.0, 0.0, 1e9)) == []


@pytest.mark.parametrize("middle", [(3.0, 0.0), (0.0, -3.0)])
def test_nothing_is_drawn_beside_the_disk(middle):
    assert lattice_lines(DETAIL, Window(100, 100, *middle, 100.0)) == []
