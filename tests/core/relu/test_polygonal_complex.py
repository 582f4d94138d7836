"""Areas of polygons, against sums over triangles."""

import numpy as np
import pytest

from core.relu.polygonal_complex import _areas_in_space, signed_areas_and_lengths


def polygons(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return corners on circles, offsets and corner numbers of polygons with three to twelve corners, far out."""
    rng = np.random.default_rng(seed)
    sizes = rng.integers(3, 13, 200)
    angle = np.concatenate([np.sort(rng.uniform(0, 2 * np.pi, n)) for n in sizes])
    points = np.stack([np.cos(angle), np.sin(angle)], 1) + np.repeat(rng.normal(size=(200, 2)) * 100, sizes, axis=0)
    order = rng.permutation(len(points))
    return points[order], np.concatenate([[0], np.cumsum(sizes)]), np.argsort(order).astype(np.int32)


def test_signed_areas_and_lengths_in_the_plane() -> None:
    points, offsets, corners = polygons(0)
    areas, lengths = signed_areas_and_lengths(points, offsets, corners)
    for k in range(len(areas)):
        x, y = points[corners[offsets[k] : offsets[k + 1]]].T
        following = np.roll(x, -1), np.roll(y, -1)
        assert areas[k] == pytest.approx(0.5 * (x * following[1] - y * following[0]).sum(), abs=1e-9)
        assert lengths[k] == pytest.approx(np.hypot(following[0] - x, following[1] - y).sum(), rel=1e-12)
    backwards = signed_areas_and_lengths(points * (-1.0, 1.0), offsets, corners)[0]
    assert backwards == pytest.approx(-areas, rel=1e-12)


def test_areas_in_space_are_those_in_the_plane_turned() -> None:
    points, offsets, corners = polygons(1)
    turned = points @ np.linalg.qr(np.random.default_rng(2).normal(size=(3, 3)))[0][:2]
    expected = signed_areas_and_lengths(points, offsets, corners)[0]
    assert _areas_in_space(turned, offsets, corners) == pytest.approx(expected, abs=1e-10)
