"""Cards on generative models against closed forms, scipy, exact cells, and knobs that turn them false."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from core.base.progress import finish
from core.claims.generators.blur import BLUR_OF_BARS, bars, blur
from core.claims.generators.flow_jacobian import stretches
from core.claims.generators.manifold_overfitting import on_curve, two_steps
from core.claims.generators.optimal_discriminator import gradients, optimal
from core.claims.generators.score_field import score
from core.claims.generators.tweedie import expected
from core.claims.generators.weight_clipping import piled
from core.claims.learned import MODES, SPREAD, covered, gaussians, learned, modes_of
from tests.core.claims.running import run


def test_the_optimal_discriminator_and_its_gradients_are_those_of_quadrature():
    x, d = np.linspace(-3, 6, 40), 2.0
    p, q = norm.pdf(x), norm.pdf(x, d)
    assert optimal(x, d) == pytest.approx(p / (p + q), abs=1e-12)
    accuracy, saturating, other = gradients(d)
    assert accuracy == pytest.approx(norm.cdf(0.5 * d), abs=1e-3)
    slope = quad(lambda y: norm.pdf(y, d) * d * float(optimal(np.array(y), d)), -8, 12)[0]
    assert saturating == pytest.approx(slope, rel=1e-3)
    assert saturating + other == pytest.approx(d, rel=1e-3)
    verdict = run("optimal_discriminator", "seeds=2", "points=1500", "steps=300")
    assert verdict.outcome == "holds"
    assert run("optimal_discriminator", "seeds=1", "points=200", "steps=10").outcome == "fails"
    assert run("optimal_discriminator", "seeds=1", "points=200", "steps=10", "farthest=1").figures["fall"] < 10


def test_modes_are_counted_and_what_lies_between_is_of_none():
    sample = gaussians(400, np.random.default_rng(0))
    assert covered(sample) == 8
    assert covered(sample[modes_of(sample) < 3]) == 3
    assert (
        modes_of(np.concatenate([MODES, 0.5 * MODES, MODES + 3 * SPREAD / 2**0.5])) == [*range(8), *[-1] * 8, *range(8)]
    ).all()


def test_the_expected_point_of_a_circle_is_that_of_sums_over_the_circle():
    angle = 2 * np.pi * np.arange(4000) / 4000
    circle = np.stack([np.cos(angle), np.sin(angle)], 1)
    noisy = np.array([[0.3, 0.4], [-1.2, 0.1], [0.0, 2.0]])
    for sigma in (0.2, 1.0):
        weights = np.exp(-0.5 * ((noisy[:, None] - circle) ** 2).sum(2) / sigma**2)
        sums = weights @ circle / weights.sum(1, keepdims=True)
        assert expected(noisy, sigma) == pytest.approx(sums, abs=1e-9)
    assert run("tweedie", "steps=20", "points=200").outcome == "fails"


def test_the_score_is_the_gradient_of_the_density():
    rng = np.random.default_rng(0)
    points, masses, sigma = rng.normal(size=(20, 3)), rng.random(20), 0.7
    place, step = np.array([0.2, -0.1, 0.4]), 1e-5

    def log_density(at):
        return np.log((masses * np.exp(-0.5 * ((at - points) ** 2).sum(1) / sigma**2)).sum())

    slope = [(log_density(place + step * e) - log_density(place - step * e)) / (2 * step) for e in np.eye(3)]
    assert score(place[None], points, masses, sigma)[0] == pytest.approx(slope, abs=1e-6)
    verdict = run("score_field", "side=12")
    assert verdict.outcome == "holds"
    assert run("score_field", "side=12", "sigma=0.4", "reach=0.3").outcome == "fails"


def test_spectral_norms_are_one_where_they_are_asked_and_not_with_a_penalty():
    assert run("spectral_norms", "steps=15", "points=300").outcome == "holds"
    assert run("spectral_norms", "steps=15", "points=300", "bound=penalty").outcome == "fails"


def test_weights_pile_up_only_once_the_critic_has_learned():
    assert piled(np.array([1.0, -1.0, 0.0, 0.5]), 1.0) == pytest.approx(25.0)
    assert piled(np.linspace(-1, 1, 100_001), 1.0) == pytest.approx(1.0, rel=1e-3)
    assert run("weight_clipping", "steps=60", "points=300").outcome == "holds"


def test_the_critic_must_settle_to_tell_the_distance():
    verdict = run("penalty_critic", "seeds=1", "steps=2", "settling=1", "points=200")
    assert verdict.outcome == "fails"
    assert verdict.figures["w1_1"] > 0.0


def test_a_game_of_a_few_steps_has_lost_modes_and_the_transport_none():
    verdict = run("mode_collapse", "seeds=1", "steps=20", "points=300")
    assert verdict.outcome == "holds"
    assert verdict.figures["by_transport"] == 8


def test_two_steps_find_a_thin_curve():
    sample = on_curve(300, 0.003, np.random.default_rng(0))
    drawn = finish(two_steps(sample, 800, np.random.default_rng(1)))
    assert drawn.shape == (300, 2)
    assert np.abs(drawn[:, 1] - 0.5 * np.sin(np.pi * drawn[:, 0])).mean() < 0.05
    assert run("manifold_overfitting", "steps=10", "chart_steps=10", "points=100").outcome == "fails"


def test_affine_maps_of_cells_are_the_generator():
    verdict = run("generator_cells", "steps=5", "points=200")
    assert verdict.figures["off"] < 1e-5
    assert verdict.figures["cells"] > 100


def test_bars_are_as_grey_as_their_ends_say():
    images = bars(5000, np.random.default_rng(0))
    assert images.shape == (5000, 24)
    assert blur(images) == pytest.approx(BLUR_OF_BARS, rel=0.02)
    assert blur(np.sign(images)) == 0.0
    assert blur(0.0 * images) == 1.0
    assert run("blur", "steps=10", "points=100").outcome == "fails"  # nothing is learned: all are grey


def test_the_jacobian_of_a_flow_is_that_of_differences():
    flow = finish(learned("flow", on_curve(200, 0.1, np.random.default_rng(0)), 20, 0, "Flow"))
    from core.training.generators.jacobian import jacobians_of

    codes, step = np.random.default_rng(1).normal(size=(20, 2)), 1e-3
    found, densities = jacobians_of(flow, codes)
    for k in range(2):
        aside = step * np.eye(2)[k]
        slope = (flow.image_of(codes + aside) - flow.image_of(codes - aside)) / (2 * step)
        assert found[:, :, k] == pytest.approx(slope, abs=5e-3)
    wanted = norm.logpdf(codes).sum(1) - np.log(np.abs(np.linalg.det(found)))
    assert densities == pytest.approx(wanted, abs=1e-9)
    turn = np.array([[0.0, -3.0], [0.5, 0.0]])
    assert stretches(turn[None])[0] == pytest.approx([3.0, 0.5])
    assert run("flow_jacobian", "steps=10", "points=100").outcome == "fails"
