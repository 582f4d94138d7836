"""Places that several points share."""

import numpy as np
import pytest

from core.cloud import places as module
from core.cloud.places import places


def _check(points):
    first, number = places(points)
    known, times = np.unique(points, axis=0, return_counts=True)
    assert len(first) == len(known)
    assert (np.diff(first) > 0).all()
    np.testing.assert_array_equal(points[first[number]], points)
    np.testing.assert_array_equal(number[first], np.arange(len(first)))
    assert all(first[number[k]] <= k for k in range(len(points)))
    assert sorted(np.bincount(number)) == sorted(times)


def test_finds_the_first_of_each_place():
    rng = np.random.default_rng(0)
    points = rng.integers(-3, 4, (500, 3)).astype(float)
    points[::7] *= -1.0  # some zeros are negative
    _check(points)
    _check(rng.normal(size=(100, 3)))


def test_two_places_may_share_a_number(monkeypatch: pytest.MonkeyPatch):
    points = np.random.default_rng(0).integers(-2, 3, (300, 3)).astype(float)
    monkeypatch.setattr(module, "_keys", lambda some: (np.abs(some[:, 0]) > 1).astype(np.uint64))
    _check(points)
