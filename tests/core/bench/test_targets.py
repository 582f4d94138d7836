"""Targets: samples lie where the support is, with the noise that was asked, and uniform along it."""

import numpy as np
import pytest
from scipy.spatial import cKDTree

from core.base.errors import BudaiError
from core.bench.targets import TARGETS, of_rows, of_surface, target_of
from core.data.surface import Surface
from core.geometry.teaching import sphere


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


def test_parts_of_a_surface_have_one_area_and_points_their_exact_distance():
    surface = Surface(*sphere())
    target = of_surface("sphere", surface)
    assert target.n_pieces == 64
    assert target.shares == pytest.approx(np.full(64, 1 / 64), rel=0.5)
    centre = surface.vertices.mean(0)
    radius = float(np.linalg.norm(surface.vertices[0] - centre))
    distance, pieces = target.place(centre + 1.5 * (target.draw(500, np.random.default_rng(0)) - centre))
    assert distance == pytest.approx(np.full(500, 0.5 * radius), rel=0.02)
    assert set(pieces) <= set(range(64))


def test_rows_are_halved_and_none_is_in_both():
    rows = np.random.default_rng(0).normal(size=(90, 3))
    target = of_rows("drawing", rows)
    learned, withheld = target.samples(1000, np.random.default_rng(1))
    assert learned.shape == withheld.shape == (45, 3)
    assert len(np.unique(np.concatenate([learned, withheld]), axis=0)) == 90
    assert not target.has_classes
    assert of_rows("digits", rows, np.arange(90) % 3).has_classes


@pytest.mark.parametrize("rows", [np.ones((50, 2)), np.repeat(np.eye(2), 20, axis=0)])
def test_a_target_of_one_point_or_two_is_refused(rows):
    with pytest.raises(BudaiError, match=r"all in (one point|2 points): nothing can be learned"):
        of_rows("dots", rows)


@pytest.mark.parametrize(("name", "says"), [("square", "There is no target square."), ("curve:x", "the noise is no")])
def test_what_is_no_target_is_said(name, says):
    with pytest.raises(BudaiError, match=says):
        target_of(name)
