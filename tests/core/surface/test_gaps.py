"""Corners that nearly meet."""

import numpy as np

from core.surface.gaps import find_gap, weld_near
from core.surface.repair import repair
from core.surface.surface import Surface
from core.surface.topology import topology


def patch(n: int = 5, shift: float = 0.0) -> Surface:
    """A square whose triangles have corners of their own, moved at random by up to a length."""
    x, y = np.meshgrid(np.arange(n), np.arange(n))
    grid = np.column_stack([x.ravel(), y.ravel(), 0.1 * (x * y).ravel()]).astype(float)
    k = (np.arange(n - 1)[:, None] * n + np.arange(n - 1)).ravel()
    faces = np.concatenate([np.column_stack([k, k + 1, k + n]), np.column_stack([k + 1, k + n + 1, k + n])])
    corners = grid[faces].reshape(-1, 3)
    corners = corners + np.random.default_rng(0).uniform(-shift, shift, corners.shape)
    return Surface(corners, np.arange(len(corners)).reshape(-1, 3))


def test_a_gap_is_found_and_welded():
    loose = repair(patch(shift=1e-6)).surface
    gap = find_gap(loose)
    assert gap is not None
    assert 0 < gap.width < 4e-6
    assert gap.n_vertices > 80
    welded = weld_near(loose, 4e-6).surface
    assert topology(welded).is_disk
    assert len(welded.vertices) == 25


def test_surfaces_without_a_gap():
    assert find_gap(repair(patch()).surface) is None
    assert find_gap(repair(patch(shift=0.01)).surface) is None  # that is no rounding
    closed = Surface(
        np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1.0]]), np.array([[0, 2, 1], [0, 1, 3], [1, 2, 3], [0, 3, 2]])
    )
    assert find_gap(closed) is None
