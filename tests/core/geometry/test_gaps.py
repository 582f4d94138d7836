"""Corners that nearly meet."""

from dataclasses import replace

import numpy as np
import pytest

from assets import sample_path
from core.data.surface import Surface
from core.geometry.gaps import find_gap, weld_near
from core.geometry.repair import repair
from core.geometry.topology import topology
from core.io.load import load


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


@pytest.mark.parametrize("axis", [0, 1, 2])
@pytest.mark.parametrize("name", ["bumpy_disk", "hemisphere", "mobius_strip", "saddle", "swiss_roll"])
def test_a_surface_flattened_to_a_hundred_thousandth_has_no_gap(name, axis):
    surface = load(sample_path(name)).surface
    scale = np.ones(3)
    scale[axis] = 1e-5
    assert find_gap(replace(surface, vertices=surface.vertices * scale)) is None


def test_two_ends_that_a_short_edge_joins_are_no_gap():
    x, y = np.meshgrid(np.arange(6.0), np.array([0.0, 1e-5]))
    strip = np.column_stack([x.ravel(), y.ravel(), np.zeros(12)])
    k = np.arange(5)
    faces = np.concatenate([np.column_stack([k, k + 1, k + 6]), np.column_stack([k + 1, k + 7, k + 6])])
    assert find_gap(Surface(strip, faces)) is None


def test_what_is_told_of_a_flattened_surface_joins_its_gap_and_nothing_else():
    whole = load(sample_path("bumpy_disk")).surface
    flat = replace(whole, vertices=whole.vertices * (1.0, 1.0, 1e-5))
    loose = Surface(flat.vertices[flat.faces].reshape(-1, 3), np.arange(flat.faces.size).reshape(-1, 3))
    moved = np.random.default_rng(0).uniform(-1e-10, 1e-10, loose.vertices.shape)
    gap = find_gap(replace(loose, vertices=loose.vertices + moved))
    assert gap is not None
    assert gap.width < 1e-9
    welded = weld_near(replace(loose, vertices=loose.vertices + moved), 2 * gap.width).surface
    assert len(welded.vertices) == len(whole.vertices)
    assert topology(welded).is_disk
