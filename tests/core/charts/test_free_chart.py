"""Charts with a free boundary: no flip, little distortion, inside the disk."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.base.errors import TopologyError
from core.base.progress import finish
from core.charts.disk_chart import disk_chart
from core.charts.free_chart import free_chart
from core.data.surface import Surface
from core.geometry.distortion import flipped_triangles
from core.geometry.enclosing_circle import enclosing_circle
from core.geometry.rim import is_simple
from core.geometry.topology import boundary_loops
from tests.core.make import bumpy_disk


def strip(length: float = 6.0, turns: float = 0.0) -> Surface:
    """Return a strip of paper, perhaps rolled up: it can be flattened without any distortion."""
    u, v = np.meshgrid(np.linspace(0.0, length, 49), np.linspace(0.0, 1.0, 9), indexing="ij")
    index = np.arange(u.size).reshape(u.shape)
    a, b, c, d = index[:-1, :-1], index[1:, :-1], index[1:, 1:], index[:-1, 1:]
    faces = np.concatenate([np.stack(corner, -1).reshape(-1, 3) for corner in ((a, b, c), (a, c, d))])
    angle = 2.0 * np.pi * turns * u.ravel() / length
    radius = length / (2.0 * np.pi * turns) if turns else 1.0
    around = (radius * np.sin(angle), radius * np.cos(angle)) if turns else (u.ravel(), 0.0 * angle)
    return Surface(np.column_stack([around[0], v.ravel(), around[1]]), faces)


@pytest.mark.parametrize("turns", [0.0, 0.7])
def test_paper_is_flattened_without_distortion(turns: float) -> None:
    surface = strip(turns=turns)
    chart = finish(free_chart(surface))
    assert chart.flips == 0
    assert chart.stretch == pytest.approx(1.0, abs=2e-3)
    assert finish(disk_chart(surface)).stretch > 1.2
    centre, radius = enclosing_circle(chart.codes)
    assert radius <= 1.0
    assert np.linalg.norm(centre) < 0.05


@settings(max_examples=8, deadline=None)
@given(st.floats(0.1, 1.5), st.integers(0, 5))
def test_a_chart_is_an_embedding(height: float, seed: int) -> None:
    surface = bumpy_disk(8, height)
    moved = surface.vertices + 0.02 * np.random.default_rng(seed).normal(size=surface.vertices.shape)
    surface = Surface(moved, surface.faces)
    chart, fixed = finish(free_chart(surface)), finish(disk_chart(surface))
    assert not flipped_triangles(chart.codes, surface.faces).any()
    (loop,) = boundary_loops(surface.faces)
    assert is_simple(chart.codes[loop])
    assert np.linalg.norm(chart.codes, axis=1).max() <= 1.0
    assert chart.stretch <= fixed.stretch + 1e-9


def test_faces_of_no_area_are_no_obstacle() -> None:
    surface = strip()
    vertices = surface.vertices.copy()
    vertices[1] = vertices[0]
    assert finish(free_chart(Surface(vertices, surface.faces))).flips == 0


def test_what_is_no_disk_is_refused() -> None:
    surface = strip()
    with pytest.raises(TopologyError):
        finish(free_chart(Surface(surface.vertices, np.delete(surface.faces, 400, 0))))


@given(st.integers(3, 300), st.integers(0, 100))
@settings(max_examples=20, deadline=None)
def test_a_circle_is_around_all_points_and_hardly_too_large(n: int, seed: int) -> None:
    points = np.random.default_rng(seed).normal(size=(n, 2))
    centre, radius = enclosing_circle(points)
    apart = np.linalg.norm(points - centre, axis=1)
    assert apart.max() <= radius * (1 + 1e-12)
    half = np.linalg.norm(points[:, None] - points[None], axis=2).max() / 2.0
    assert half <= radius <= 1.05 * 2.0 / np.sqrt(3.0) * half  # Jung
    line = np.column_stack([np.arange(200.0), np.zeros(200)])
    assert enclosing_circle(line)[1] == pytest.approx(99.5, rel=0.05)
