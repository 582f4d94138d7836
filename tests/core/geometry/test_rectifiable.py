"""How many linear charts a surface needs, for surfaces where it is known."""

import numpy as np
import pytest

from core.base.progress import finish
from core.data.surface import Surface
from core.geometry.rectifiable import rectified_complexity


def sphere(n):
    """Return a closed ball of latitude and longitude."""
    polar, angle = np.linspace(0, np.pi, n + 1)[1:-1], 2 * np.pi * np.arange(2 * n) / (2 * n)
    ring = [
        [[np.sin(p) * np.cos(a), np.sin(p) * np.sin(a), np.cos(p)] for a in angle + 0.1 * k]
        for k, p in enumerate(polar)
    ]
    points = np.concatenate([np.array(ring).reshape(-1, 3), [[0, 0, 1], [0, 0, -1]]])
    m, top = 2 * n, len(points) - 2
    faces = [(top, k, (k + 1) % m) for k in range(m)]
    for r in range(n - 2):
        for k in range(m):
            a, b = r * m + k, r * m + (k + 1) % m
            faces += [(a, a + m, b + m), (a, b + m, b)]
    base = (n - 2) * m
    faces += [(top + 1, base + (k + 1) % m, base + k) for k in range(m)]
    return Surface(points, np.array(faces))


def graph(n=15):
    u, v = np.meshgrid(np.linspace(-1, 1, n), np.linspace(-1, 1, n), indexing="ij")
    k = np.arange(n * n).reshape(n, n)
    a, b, c, d = k[:-1, :-1].ravel(), k[1:, :-1].ravel(), k[1:, 1:].ravel(), k[:-1, 1:].ravel()
    points = np.stack([u, v, 0.2 * np.sin(4 * u * v)], -1).reshape(-1, 3)
    return Surface(points, np.concatenate([np.column_stack([a, b, c]), np.column_stack([a, c, d])]))


def test_a_graph_over_the_plane_has_one_chart():
    bounds = finish(rectified_complexity(graph()))
    assert (bounds.at_least, bounds.at_most) == (1, 1)


def test_a_ball_needs_two_charts_and_few_are_found():
    bounds = finish(rectified_complexity(sphere(12)))
    assert bounds.at_least == 2
    assert 2 <= bounds.at_most <= 4


@pytest.mark.parametrize("surface", [sphere(8), graph()])
def test_charts_are_injective(surface):
    bounds = finish(rectified_complexity(surface))
    assert set(bounds.chart.tolist()) == set(range(bounds.at_most))
    rng = np.random.default_rng(0)
    for chart, direction in enumerate(bounds.direction):
        corners = surface.corners[bounds.chart == chart]
        assert (np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]) @ direction > 0).all()
        axes = np.linalg.svd(direction[None])[2][1:]
        plane = corners @ axes.T
        for point in rng.uniform(-1, 1, (300, 2)):
            side = np.roll(plane, -1, 1) - plane
            turn = side[..., 0] * (point - plane)[..., 1] - side[..., 1] * (point - plane)[..., 0]
            assert ((turn > 0).all(1) | (turn < 0).all(1)).sum() <= 1


def test_two_sheets_over_each_other_need_two_charts_along_their_normal():
    sheet = graph(5)
    both = Surface(
        np.concatenate([sheet.vertices, sheet.vertices + np.array([0.0, 0.0, 0.5])]),
        np.concatenate([sheet.faces, sheet.faces + len(sheet.vertices)]),
    )
    bounds = finish(rectified_complexity(both))
    for chart, direction in enumerate(bounds.direction):
        if abs(direction[2]) > 0.99:
            lower = (bounds.chart[: len(sheet.faces)] == chart).sum()
            upper = (bounds.chart[len(sheet.faces) :] == chart).sum()
            assert lower + upper < 2 * len(sheet.faces)
    assert bounds.at_most >= 2
