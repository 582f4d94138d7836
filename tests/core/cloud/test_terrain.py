"""Terrains: one height for each place of the plane."""

import numpy as np
import pytest

from core.base.progress import finish
from core.cloud.making import making
from core.cloud.terrain import is_terrain, terrain
from core.geometry.topology import topology
from tests.core.cloud.test_making import source, torus
from tests.core.cloud.test_orientation import sphere


def hills(count: int, seed: int = 0) -> np.ndarray:
    """Heights over an L of side 2."""
    x, y = np.random.default_rng(seed).uniform(-1.0, 1.0, (2, count))
    kept = (x < 0.0) | (y < 0.0)
    return np.column_stack([x, y, 0.2 * np.sin(3 * x) * np.cos(2 * y)])[kept]


def test_objects_are_no_terrain_and_hills_are() -> None:
    assert is_terrain(hills(3000))
    assert not is_terrain(torus(3000))
    assert not is_terrain(sphere(3000))


def test_a_terrain_is_a_disk_that_ends_where_the_points_do() -> None:
    points = hills(4000)
    noisy = points + 0.02 * np.random.default_rng(1).normal(size=points.shape) * (0, 0, 1)
    found = finish(terrain(noisy))
    known = topology(found.surface)
    assert known.is_disk
    assert found.surface.face_areas.min() > 0
    assert abs(found.surface.area - 3.0 * 1.07) < 0.15  # the L, and what the slopes add
    x, y, z = found.surface.vertices.T
    assert not ((x > 0.15) & (y > 0.15)).any()
    assert np.abs(z - 0.2 * np.sin(3 * x) * np.cos(2 * y)).mean() < 0.01
    assert 0.018 < found.noise < 0.023
    corners = found.surface.corners
    assert (np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])[:, 2] > 0).all()


def test_gaps_inside_are_bridged_and_told() -> None:
    points = hills(4000)
    points = points[np.linalg.norm(points[:, :2] + 0.5, axis=1) > 0.3]
    found = finish(terrain(points))
    assert topology(found.surface).is_disk
    assert found.bridged > 5


def test_points_that_fall_apart_become_a_terrain_and_that_is_told() -> None:
    rng = np.random.default_rng(2)
    points = hills(4000)
    roofs = rng.uniform(-1.0, 0.0, (12, 2))  # houses: sheets above the ground, with no walls
    near = np.abs(points[:, None, :2] - roofs).max(2).min(1) < 0.12
    points[near, 2] += 0.35
    made = finish(making(source(points)))
    assert made.topology.is_disk
    assert any("a terrain with one height z for each place" in line for line in made.repairs)


def test_what_stands_before_something_else_is_told_by_count_and_place() -> None:
    rng = np.random.default_rng(3)
    points = np.column_stack([rng.uniform(-1.0, 1.0, (6000, 2)), 0.005 * rng.normal(size=6000)])
    assert finish(terrain(points)).steps is None
    points[np.hypot(points[:, 0] - 0.3, points[:, 1]) < 0.25, 2] += 0.8  # the top of a mug, seen from above
    found = finish(terrain(points))
    steps = found.steps
    assert steps is not None
    assert steps.walls == 1
    assert steps.count == steps.largest > 20
    assert steps.height == pytest.approx(0.8, abs=0.25)  # patches overshoot where a step is
    np.testing.assert_allclose(steps.middle[:2], (0.3, 0.0), atol=0.05)
