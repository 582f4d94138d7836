"""A model that is watched: moments while it learns, the same judgement as on the bench, drawings as targets."""

from functools import partial

import numpy as np
import pytest

from core.base.errors import BudaiError
from core.base.progress import finish
from core.bench.bench import BenchOptions, Told, run_bench
from core.bench.targets import drawn_points, eight_gaussians
from core.bench.watching import Moment, divergence, watch_model


def test_a_watched_model_is_judged_as_on_the_bench_and_tells_its_moments():
    options, moments, told = BenchOptions(("gan",), steps=3, rows=400), [], []
    watched = finish(
        watch_model(eight_gaussians, "gan", options, 0),
        lambda one: moments.append(one.payload) if isinstance(one.payload, Moment) else None,
    )
    bench = finish(run_bench([eight_gaussians()], options), lambda one: told.append(one.payload))
    (cell,) = bench.of("8gaussians", "gan")
    assert np.array_equal(watched.cell.points, cell.points)
    assert watched.cell.judgement == cell.judgement
    assert watched.last is moments[-1]
    assert moments[-1].w2 > 0.3
    assert 0.5 < moments[-1].divergence <= 1.0
    assert len(moments[-1].real) == 400
    done = [one.cell.model for one in told if isinstance(one, Told) and one.cell is not None]
    assert done == ["truth", "gan"]


def test_the_divergence_of_samples_is_none_of_equal_ones_and_one_bit_of_separate_ones():
    points = np.random.default_rng(0).random((200, 2))
    assert divergence(points, points) == 0.0
    assert divergence(points + 5.0, points) == pytest.approx(1.0)
    half = np.concatenate([points[:100], points[:100] + 5.0])
    # Half of the mass is elsewhere: 1/2 (log 1/(3/4)) + 1/4 log (1/2)/(3/4) + 1/4 log 2, in bits.
    expected = 0.5 * np.log2(4 / 3) + 0.25 * np.log2(2 / 3) + 0.25
    assert divergence(half, np.repeat(points[:100], 2, axis=0)) == pytest.approx(expected)


def test_a_drawing_is_a_target_with_a_part_for_each_place():
    drawn = (0.0, 0.0, 0.0, 0.5, 0.5, 1.0, 0.5, 0.5, 0.0)
    target = drawn_points(drawn)
    assert (target.n_pieces, len(target.support)) == (2, 2)
    points = target.draw(1000, np.random.default_rng(0))
    near = np.linalg.norm(points[:, None] - target.support, axis=2).min(1)
    assert (near <= target.reach).mean() > 0.99
    many = drawn_points(tuple(np.random.default_rng(0).random(300)))
    assert many.n_pieces == 32
    assert min(np.bincount(many.pieces)) >= 1


@pytest.mark.parametrize(
    ("points", "rows", "says"),
    [
        ((), 400, "Nothing is drawn. Draw at least 2"),
        ((0.1, 0.1, 0.0, 0.1, 0.1, 1.0), 400, "1 point is drawn. Draw at least 2"),
        (tuple(np.random.default_rng(0).random(300)), 60, "60 points are too few for its modes. Take at least 128"),
    ],
)
def test_what_cannot_be_a_target_is_said(points, rows, says):
    with pytest.raises(BudaiError, match=says):
        finish(watch_model(partial(drawn_points, points), "vae", BenchOptions(steps=1, rows=rows), 0))
