"""What a classifier sees, against closed forms, scipy, and samples of which the verdict is known."""

import numpy as np
import pytest
from scipy.linalg import sqrtm
from scipy.special import softmax

from core.bench.features import (
    Classifier,
    classifier_of,
    frechet_distance,
    gaussian_distance,
    inception_score,
    judge_features,
    path_length,
)

RNG = np.random.default_rng(0)


def test_the_frechet_distance_is_that_of_scipy_and_of_closed_forms():
    x, y = RNG.normal(size=(300, 6)) @ RNG.normal(size=(6, 6)), RNG.normal(size=(200, 6)) + 0.5
    s, t, apart = np.cov(x.T), np.cov(y.T), x.mean(0) - y.mean(0)
    expected = apart @ apart + np.trace(s + t - 2.0 * np.real(sqrtm(s @ t)))
    assert frechet_distance(x, y) == pytest.approx(expected, abs=1e-6)
    assert frechet_distance(x, x) == pytest.approx(0.0, abs=1e-6)
    # Two Gaussians whose covariances commute, one of them singular: (mean difference)^2 + sum of (s - t)^2.
    turn = np.linalg.qr(RNG.normal(size=(3, 3)))[0]
    deviations = np.array([[2.0, 1.0, 0.0], [0.5, 1.0, 3.0]])
    one, other = ((turn * size**2) @ turn.T for size in deviations)
    expected = 9.0 + float(np.square(deviations[0] - deviations[1]).sum())
    assert gaussian_distance(np.zeros(3), one, np.array([3.0, 0, 0]), other) == pytest.approx(expected, abs=1e-6)


def test_the_score_is_one_for_one_class_and_the_number_of_classes_for_clear_and_various_rows():
    assert inception_score(np.eye(7)[RNG.permutation(70) % 7]) == pytest.approx(7.0)
    assert inception_score(np.tile(np.eye(7)[:1], (50, 1))) == pytest.approx(1.0)
    shares = softmax(RNG.normal(size=(40, 5)), axis=1)
    divergences = (shares * np.log(shares / shares.mean(0))).sum(1)
    assert inception_score(shares) == pytest.approx(np.exp(divergences.mean()))


def test_the_length_of_a_path_is_that_of_the_arc():
    # On noise itself the path from z to -z and back is an arc: speed squared is angle^2 r^2 and (change of r)^2.
    rng, copy = np.random.default_rng(3), np.random.default_rng(3)
    first, second = copy.normal(size=(2, 500, 40))
    sizes = np.linalg.norm(first, axis=1), np.linalg.norm(second, axis=1)
    angle = np.arccos((first * second).sum(1) / sizes[0] / sizes[1])
    place = copy.random(500)
    radius = (1 - place) * sizes[0] + place * sizes[1]
    expected = np.mean((angle * radius) ** 2 + (sizes[1] - sizes[0]) ** 2)
    assert path_length(lambda noise: noise, 40, rng) == pytest.approx(expected, rel=0.01)
    assert path_length(lambda noise: np.ones((len(noise), 2)), 40, rng) == 0.0


def test_a_classifier_tells_clusters_apart_and_judges_what_is_drawn():
    labels = np.arange(300) % 3
    rows = np.eye(3)[labels] * 4.0 + 0.1 * RNG.normal(size=(300, 3))
    seer = classifier_of(rows, labels)
    assert isinstance(seer, Classifier)
    assert (seer.probabilities(rows).argmax(1) == labels).all()
    good = judge_features(seer, rows[:150], rows[150:])
    assert good.score == pytest.approx(3.0, abs=0.1)
    assert (good.path_length, good.separability) == (None, None)
    collapsed = judge_features(seer, rows[labels == 0], rows, lambda noise: rows[(noise[:, 0] > 0).astype(int)], 2)
    assert collapsed.score < 1.2
    assert collapsed.frechet > 10.0 * good.frechet
    assert collapsed.separability == pytest.approx(1.0, abs=0.05)  # a straight cut of the noise parts the two classes
