"""Judges against closed forms, and against samples of which the verdict is known."""

import numpy as np
import pytest
from scipy.stats import chisquare, norm

from core.bench import judge as judging
from core.bench.judge import area_chance, judge, judged_points, wasserstein
from core.bench.targets import of_surface, of_triangles, target_of
from core.data.surface import Surface
from core.geometry.teaching import sphere

LEVELS = (np.arange(400) + 0.5) / 400


def test_distances_of_segments_and_moved_samples_are_those_of_the_closed_forms():
    low = np.column_stack([LEVELS, np.zeros(400)])
    assert wasserstein(low, low + np.array([0.0, 0.7]), 1) == pytest.approx(0.7, abs=1e-9)
    assert wasserstein(low, low + np.array([0.3, 0.4]), 2) == pytest.approx(0.5, abs=1e-9)
    # A segment and one of half its length: the map halves each place, so that W1 is 1/4 and W2^2 the mean of (x/2)^2.
    half = low * 0.5
    assert wasserstein(low, half, 1) == pytest.approx(0.25, abs=1e-6)
    assert wasserstein(low, half, 2) == pytest.approx(np.sqrt(np.mean((LEVELS / 2) ** 2)), abs=1e-6)


def test_distances_of_two_gaussians_are_those_of_the_closed_form():
    # Quantiles on a line, centred and scaled so that mean and deviation are exact: W2^2 = (a - b)^2 + (s - t)^2.
    quantiles = norm.ppf(LEVELS)
    unit = (quantiles / np.sqrt(np.mean(quantiles**2)))[:, None]
    assert wasserstein(2.0 + 0.5 * unit, 1.5 * unit - 1.0, 2) == pytest.approx(np.sqrt(9.0 + 1.0), abs=1e-6)
    # In the plane, covariances S and T that commute: the deviations along common axes differ.
    grid = np.stack(np.meshgrid(unit[::20, 0], unit[::20, 0]), -1).reshape(-1, 2)
    grid -= grid.mean(0)
    grid /= np.sqrt(np.mean(grid**2, axis=0))
    turn = np.array([[0.6, -0.8], [0.8, 0.6]])
    other = grid * [2.0, 0.5] @ turn.T + [1.0, 2.0]
    expected = np.sqrt(5.0 + (2.0 - 1.0) ** 2 + (0.5 - 1.0) ** 2)
    assert wasserstein(grid @ turn.T, other, 2) == pytest.approx(expected, abs=1e-6)


def test_a_true_sample_covers_all_and_copies_are_found_out():
    target, rng = target_of("25gaussians"), np.random.default_rng(0)
    training, withheld, fresh = (target.draw(500, rng) for _ in range(3))
    found = judge(target, fresh, withheld, training)
    assert (found.covered, found.pieces, found.copies) == (25, 25, 0.0)
    assert found.between < 0.01
    assert 0.4 < found.nearer < 0.6
    assert found.p_uniform > 1e-3
    learned = judge(target, training, withheld, training)
    assert (learned.copies, learned.nearer) == (1.0, 1.0)


def test_lost_modes_and_mass_between_them_are_counted():
    target, rng = target_of("8gaussians"), np.random.default_rng(0)
    training, withheld = target.draw(400, rng), target.draw(400, rng)
    collapsed = np.repeat(target.support[:2], 150, axis=0)
    drawn = np.concatenate([collapsed, np.zeros((100, 2))])
    found = judge(target, drawn, withheld, training)
    assert (found.covered, found.between) == (2, 0.25)
    assert found.p_uniform < 1e-6
    assert found.w2 > 0.5


def test_points_far_from_a_surface_are_told_from_those_on_it():
    square = np.array([[[0, 0, 0], [1, 0, 0], [1, 1, 0]], [[0, 0, 0], [1, 1, 0], [0, 1, 0]]], float)
    target, rng = of_triangles("square", square), np.random.default_rng(0)
    training, withheld = target.draw(600, rng), target.draw(600, rng)
    on = judge(target, target.draw(600, rng), withheld, training)
    off = judge(target, target.draw(600, rng) + np.array([0, 0, 0.1]), withheld, training)
    assert (on.between < 0.05, off.between) == (True, 1.0)
    assert off.distance == pytest.approx(0.1, abs=0.005)


def test_chances_by_area_are_those_of_scipy_and_see_what_is_not_uniform():
    shares = np.array([0.2, 0.3, 0.5])
    assert area_chance(np.array([30, 20, 50]), shares) == pytest.approx(
        chisquare([30, 20, 50], 100 * shares).pvalue, abs=1e-12
    )
    assert area_chance(np.array([5, 5, 1]), np.array([0.5, 0.5, 0.0])) == 0.0
    target, rng = of_surface("sphere", Surface(*sphere())), np.random.default_rng(0)
    training, withheld, fresh = (target.draw(1000, rng) for _ in range(3))
    assert judge(target, fresh, withheld, training).p_uniform > 0.01
    uneven = fresh[fresh[:, 0] > np.quantile(fresh[:, 0], 0.2)]
    assert judge(target, uneven, withheld, training).p_uniform < 1e-6


def test_fewer_points_are_judged_where_memory_is_short(monkeypatch):
    assert judged_points(9000, 8000) <= 5000
    monkeypatch.setattr(judging, "free_bytes", lambda: 4_800_000)
    assert judged_points(2000, 2000) == 316
