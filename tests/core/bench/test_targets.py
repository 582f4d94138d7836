"""Targets: samples lie where the support is, with the noise that was asked, and uniform along it."""

import numpy as np
import pytest
from scipy.spatial import cKDTree

from core.base.errors import BudaiError
from core.bench.targets import TARGETS, target_of


@pytest.mark.parametrize("name", [*TARGETS, "curve:0.1"])
def test_samples_lie_on_the_support_with_their_noise(name):
    target = target_of(name)
    points = target.draw(4000, np.random.default_rng(1))
    distance, nearest = cKDTree(target.support).query(points)
    assert (distance > target.reach).mean() < 0.005
    # Across a curve there is one coordinate of noise, about a mode there are two.
    degrees = 2 if len(target.support) < 100 else 1
    assert np.sqrt(np.mean(distance**2)) == pytest.approx(target.noise * np.sqrt(degrees), rel=0.12)
    counts = np.bincount(target.pieces[nearest], minlength=target.n_pieces)
    expected = 4000 / target.n_pieces
    assert (np.abs(counts - expected) < 7 * np.sqrt(expected)).all()


@pytest.mark.parametrize(("name", "says"), [("square", "There is no target square."), ("curve:x", "the noise is no")])
def test_what_is_no_target_is_said(name, says):
    with pytest.raises(BudaiError, match=says):
        target_of(name)
