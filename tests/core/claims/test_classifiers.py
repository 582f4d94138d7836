"""Small classifiers: derivatives against differences, bounds that nobody beats, verdicts that can come out false."""

import numpy as np
from scipy.optimize import check_grad

from core.base.progress import finish
from core.claims.ensemble import Ensemble, logistic
from core.claims.gallery import card_of, options_from
from core.claims.topology.annulus import disk_and_annulus
from core.claims.topology.interval import best_threshold, intervals


def run(name, *knobs):
    card = card_of(name)
    return finish(card.run(options_from(card, knobs)))


def test_derivatives_are_those_of_differences():
    for activation in ("tanh", "relu"):
        networks = Ensemble((2, 3, 3, 1), 2, activation)
        for layer in (networks.weights, networks.biases):
            layer[:] = [part.astype(np.float64) for part in layer]
        points = np.random.default_rng(0).normal(size=(2, 20))
        labels = (points[0] > 0).astype(float)
        weight = networks.weights[1]

        def loss(x, networks=networks, weight=weight, points=points, labels=labels):
            weight[1] = x.reshape(weight[1].shape)
            f = networks(points)[1, 0]
            return float((np.logaddexp(0, f) - labels * f).mean())

        def slope(x, networks=networks, weight=weight, points=points, labels=labels):
            weight[1] = x.reshape(weight[1].shape)
            values = networks.values(points)
            return networks.derivatives(values, logistic(labels)(values[-1]))[0][1][1].ravel()

        assert check_grad(loss, slope, weight[1].ravel().copy(), epsilon=1e-3) < 2e-3


def test_one_unit_never_beats_one_threshold():
    inner, outer = intervals(60)
    lines = [(np.r_[inner, outer][:, 0] > t) for t in np.linspace(-1.1, 1.1, 500)]
    labels = np.r_[np.ones(60), np.zeros(60)].astype(bool)
    brute = max(max((line == labels).mean(), (line != labels).mean()) for line in lines)
    assert best_threshold(inner, outer) == brute
    verdict = run("interval", "seeds=6", "steps=1500")
    assert verdict.outcome == "holds"
    assert verdict.figures["narrow_best"] <= verdict.figures["bound"] == 0.75
    assert run("interval", "seeds=3", "narrow=2", "steps=1500").outcome == "fails"


def test_width_two_fails_at_the_annulus_and_width_three_does_not():
    verdict = run("annulus", "seeds=4", "depths=1,2")
    assert verdict.outcome == "holds"
    assert verdict.figures["width_2_depth_1_perfect"] == verdict.figures["width_2_depth_2_perfect"] == 0
    assert verdict.figures["width_3_depth_1_perfect"] == 4
    wrong = run("annulus", "seeds=4", "depths=1", "narrow=3")
    assert wrong.outcome == "fails"
    assert wrong.margin < 0


def test_points_are_where_they_should_be():
    inner, outer = (np.hypot(*s.T) for s in disk_and_annulus(500, np.random.default_rng(0)))
    assert inner.max() <= 1 / 3
    assert outer.min() >= 2 / 3


def test_linked_tori_that_are_learned_for_a_moment_fail():
    verdict = run("linked_tori", "seeds=2", "steps=100")
    assert verdict.outcome == "fails"
    assert verdict.figures["width_3_perfect"] == 0
