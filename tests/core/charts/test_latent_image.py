import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from core.charts.latent_image import LatentImage
from tests.core.make import bumpy_disk

SQUARE = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])
HALVES = np.array([[0, 1, 2], [0, 2, 3]])


def contains_by_winding(points: np.ndarray, loop: np.ndarray) -> np.ndarray:
    angle = np.arctan2(loop[:, 1] - points[:, None, 1], loop[:, 0] - points[:, None, 0])
    turn = (np.roll(angle, -1, 1) - angle + np.pi) % (2 * np.pi) - np.pi
    return np.abs(turn.sum(1)) > np.pi


def test_a_square_of_two_triangles() -> None:
    image = LatentImage(SQUARE, HALVES)
    points = np.array([[0.5, 0.2], [0.2, 0.5], [0.5, 0.5], [1.0, 1.0], [1.0 + 1e-9, 0.5], [-5.0, 0.5], [0.5, 1e6]])
    assert image.face_at(points)[:2].tolist() == [0, 1]
    assert image.contains(points).tolist() == [True, True, True, True, False, False, False]
    assert len(image.outline) == 4


def test_the_outline_of_a_disk_is_its_boundary() -> None:
    surface = bumpy_disk()
    image = LatentImage(surface.vertices[:, :2], surface.faces)
    assert len(image.outline) == 36
    np.testing.assert_allclose(np.linalg.norm(image.outline, axis=2), 1.0)


def test_a_fold_is_part_of_the_outline() -> None:
    # The square folded over its diagonal: both halves on one side.
    image = LatentImage(np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.9, 0.1]]), HALVES)
    assert len(image.outline) == 5
    assert image.contains(np.array([[0.6, 0.2], [0.2, 0.6]])).tolist() == [True, False]


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6))
def test_it_agrees_with_the_winding_number_of_the_boundary(seed: int) -> None:
    rng = np.random.default_rng(seed)
    surface = bumpy_disk(rings=3)
    plane = surface.vertices[:, :2] * rng.uniform(0.5, 2.0, 2) @ np.array([[0.8, 0.6], [-0.6, 0.8]])
    image = LatentImage(plane, surface.faces if seed % 2 else surface.faces[:, ::-1])
    points = rng.uniform(-2.5, 2.5, (300, 2))
    boundary = plane[19:]  # the outer ring, in order
    np.testing.assert_array_equal(image.contains(points), contains_by_winding(points, boundary))
    inside = image.face_at(points)
    corners = image.triangles[inside[inside >= 0]]
    low, high = corners.min(1), corners.max(1)
    assert ((points[inside >= 0] >= low - 1e-9) & (points[inside >= 0] <= high + 1e-9)).all()
