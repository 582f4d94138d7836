import numpy as np
import pytest

from core.evaluation.chamfer import SurfaceDistances, chamfer_distance, directed_distances
from core.evaluation.hausdorff import hausdorff_distance
from core.geometry.nearest_triangle import triangle_tree
from core.geometry.sampling import sample_by_area


def segment_distance(points: np.ndarray, start: np.ndarray, stop: np.ndarray) -> np.ndarray:
    along = ((points - start) * (stop - start)).sum(-1) / ((stop - start) ** 2).sum(-1).clip(1e-300)
    return np.linalg.norm(points - start - along.clip(0, 1)[..., None] * (stop - start), axis=-1)


def brute_force(points: np.ndarray, corners: np.ndarray) -> np.ndarray:
    """Distance of each point to each triangle by its plane and sides, the least taken."""
    p, (a, b, c) = points[:, None], np.moveaxis(corners, 1, 0)
    normal = np.cross(b - a, c - a)
    size = (normal**2).sum(-1).clip(1e-300)
    v = (np.cross(p - a, c - a) * normal).sum(-1) / size
    w = (np.cross(b - a, p - a) * normal).sum(-1) / size
    sides = np.minimum.reduce([segment_distance(p, a, b), segment_distance(p, b, c), segment_distance(p, c, a)])
    flat = np.abs(((p - a) * normal).sum(-1)) / np.sqrt(size)
    return np.where((v > 0) & (w > 0) & (v + w < 1), np.minimum(flat, sides), sides).min(1)


@pytest.mark.parametrize("spread", [0.01, 1.0, 30.0])
def test_tree_finds_what_trying_all_triangles_finds(spread: float) -> None:
    rng = np.random.default_rng(3)
    corners = rng.normal(size=(300, 1, 3)) + 0.3 * rng.normal(size=(300, 3, 3))
    corners[:20, 2] = corners[:20, 1]  # needles
    corners[20:25, 1:] = corners[20:25, :1]  # points
    points = spread * rng.normal(size=(400, 3))
    distance, index, nearest = triangle_tree(corners).query(points)
    np.testing.assert_allclose(distance, brute_force(points, corners), atol=1e-12)
    np.testing.assert_allclose(np.linalg.norm(points - nearest, axis=1), distance, atol=1e-12)
    there = np.array([brute_force(points[k : k + 1], corners[index[k] : index[k] + 1])[0] for k in range(50)])
    np.testing.assert_allclose(there, distance[:50], atol=1e-12)


def test_tree_refuses_what_has_no_distance() -> None:
    with pytest.raises(ValueError, match="at least one"):
        triangle_tree(np.empty((0, 3, 3)))
    with pytest.raises(ValueError, match="finite"):
        triangle_tree(np.full((1, 3, 3), np.nan))


def square(height: float, size: float = 1.0) -> np.ndarray:
    a, b, c, d = np.array([[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]], float) * size + [0, 0, height]
    return np.array([[a, b, c], [a, c, d]])


def surface_distances(first: np.ndarray, second: np.ndarray, count: int) -> SurfaceDistances:
    rng = np.random.default_rng(0)
    there, back = directed_distances(first, second, count, rng), directed_distances(second, first, count, rng)
    return SurfaceDistances(there[0], back[0], there[1], back[1])


def test_distances_of_two_parallel_squares() -> None:
    distances = surface_distances(square(0.0), square(0.25), 2000)
    assert chamfer_distance(distances) == pytest.approx(0.25)
    assert hausdorff_distance(distances) == pytest.approx(0.25)


def test_hausdorff_sees_a_corner_that_no_sample_hits() -> None:
    distances = surface_distances(square(0.0), square(0.0, 1.1), 50)
    assert hausdorff_distance(distances) == pytest.approx(0.1 * np.sqrt(2))
    assert distances.there.max() < 1e-12


def test_samples_are_uniform_by_area() -> None:
    corners = np.concatenate([square(0.0), square(5.0, 3.0), np.zeros((1, 3, 3))])
    samples = sample_by_area(corners, 40000, np.random.default_rng(1))
    assert (samples.points[:, 2] > 1).mean() == pytest.approx(0.9, abs=0.01)
    assert samples.points[samples.points[:, 2] < 1].mean(0) == pytest.approx([0.5, 0.5, 0.0], abs=0.02)
    np.testing.assert_allclose(np.einsum("nk,nkd->nd", samples.barycentric, corners[samples.faces]), samples.points)
    assert samples.faces.max() < 4
