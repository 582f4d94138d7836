"""Distances to triangles, degenerate ones too."""

import numpy as np

from core.geometry.nearest_triangle import triangle_tree


def test_triangles_that_are_a_segment_or_a_point_are_as_near_as_these() -> None:
    rng = np.random.default_rng(4)
    points = rng.normal(size=(200, 3))
    a, b = np.array([0.0, 0.0, 0.0]), np.array([1.0, 2.0, 0.5])
    along = np.clip(points @ (b - a) / ((b - a) @ (b - a)), 0.0, 1.0)
    expected = np.linalg.norm(points - along[:, None] * (b - a), axis=1)
    for corners in ([a, a, b], [a, b, a], [b, a, a], [a, b, b], [a, (a + b) / 2, b], [b, a, (a + 3 * b) / 4]):
        distance, _, nearest = triangle_tree(np.array([corners])).query(points)
        np.testing.assert_allclose(distance, expected, atol=1e-9)
        np.testing.assert_allclose(np.linalg.norm(points - nearest, axis=1), distance, atol=1e-9)
    distance, _, _ = triangle_tree(np.array([[b, b, b]])).query(points)
    np.testing.assert_allclose(distance, np.linalg.norm(points - b, axis=1))
