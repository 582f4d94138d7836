"""Training on tables: by steps or the clock, with rows withheld, in any dimension."""

import math

import numpy as np
import pytest
import torch

from core.base.errors import TrainingError
from core.base.progress import Work, finish
from core.data.table import Table
from core.embedding.neighbour_votes import knn_accuracy
from core.evaluation.table_figures import learned_rows, table_figures
from core.generators.families import generated
from core.geometry.normalization import unit_frame_of_points
from core.training.general_learner import GeneralLearner
from core.training.options import TrainingOptions
from core.training.table.train import loss_of, train_table


def trained(table: Table, **options: object) -> object:
    return finish(
        train_table(table, TrainingOptions(**{"preset": "small", "steps": (400,), "corruption": 0.1} | options))
    )


@pytest.fixture(scope="module")
def roll():
    table = generated("swiss_roll", 600, 12)
    return table, trained(table)


def test_it_is_better_than_a_plane_on_rows_never_seen(roll):
    _, result = roll
    figures = result.certificate.table
    assert figures.test_mse < 0.7 * figures.pca_test_mse
    assert figures.test_rows == 150
    assert result.steps == 400
    assert result.autoencoder.ambient_dimension == 12


def test_figures_are_those_of_the_autoencoder(roll):
    table, result = roll
    learned = learned_rows(600, 0.25, 0)
    squared = np.square(result.autoencoder.decode(result.autoencoder.encode(table.values)) - table.values).mean(1)
    figures = result.certificate.table
    assert figures.train_mse == pytest.approx(squared[learned].mean())
    assert figures.test_mse == pytest.approx(squared[~learned].mean())
    assert result.certificate.withheld_rmse_rel == pytest.approx(
        np.sqrt(12 * squared[~learned].mean()) / table.diagonal
    )
    assert figures == table_figures(table, result.autoencoder, result.codes, learned)


def test_codes_lie_in_the_ball_and_are_those_of_the_encoder(roll):
    table, result = roll
    np.testing.assert_allclose(result.codes, result.autoencoder.encode(table.values), atol=1e-12)
    assert 0.9 < np.linalg.norm(result.codes, axis=1).max() <= 1.0


@pytest.mark.parametrize("dimension", [1, 5])
def test_other_dimensions_of_codes(dimension):
    result = trained(generated("sphere5", 300), dimension=dimension, steps=(60,))
    assert result.codes.shape == (300, dimension)
    assert np.linalg.norm(result.codes, axis=1).max() <= 1.0


@pytest.mark.parametrize("variant", ["plain", "contractive", "denoising", "variational"])
def test_every_variant_learns(variant):
    result = trained(generated("circle", 200), variant=variant, steps=(200,))
    figures, spread = result.certificate.table, generated("circle", 200).values.var(0).mean()
    assert figures.train_mse < 0.1 * spread
    assert figures.test_mse < 0.3 * spread


def test_a_variational_encoder_gives_means_that_are_nearly_normal():
    table = generated("circle", 300)
    learner = GeneralLearner(
        unit_frame_of_points(table.values).normalize(table.values),
        ((32, 32), (32, 32)),
        2,
        torch.device("cpu"),
        0,
        loss_of(TrainingOptions(variant="variational", corruption=0.3)),
        has_spread=True,
    )
    for k in range(800):
        learner.step((k + 0.5) / 800)
    codes, images = learner.images()
    encoder, _ = learner.maps()
    np.testing.assert_allclose(encoder(learner.points.numpy().astype(np.float64)), codes.numpy(), atol=1e-4)
    assert codes.shape == (300, 2)
    assert images.shape == learner.points.shape
    _, spread = learner.pair.encode_spread(learner.points)
    total = codes.var(0) + spread.exp().mean(0)  # the variance of all drawn codes: that of the prior is 1
    assert ((total > 0.5) & (total < 1.5)).all()


def test_the_same_seed_and_steps_give_the_same_networks():
    table = generated("circle", 100)
    first, second = (trained(table, steps=(30,)) for _ in range(2))
    np.testing.assert_array_equal(first.codes, second.codes)
    assert not np.array_equal(first.codes, trained(table, steps=(30,), seed=1).codes)


def test_the_clock_ends_it_and_it_can_be_stopped():
    work = train_table(generated("circle", 200), TrainingOptions(preset="small", seconds=60.0))
    seen = []

    def stopped() -> Work:
        answer = None
        while True:
            try:
                progress = work.send(answer)
            except StopIteration as end:
                return end.value
            seen.extend([progress.payload] if getattr(progress.payload, "codes", None) is not None else [])
            answer = yield progress
            answer = "stop" if seen else answer

    assert finish(stopped()).ended == "stopped"
    shown = seen[0]
    assert shown.codes.shape == (200, 2)
    assert np.linalg.norm(shown.codes, axis=1).max() <= 1.0 + 1e-5
    assert shown.reconstruction.shape == (200, 10)


def test_rows_that_are_all_equal_but_one_are_refused():
    values = np.zeros((8, 3))
    values[0] = 1.0
    seed = next(k for k in range(100) if not learned_rows(8, 0.5, k)[0])
    with pytest.raises(TrainingError, match="equal"):
        trained(Table(values), test=0.5, seed=seed)
    with pytest.raises(TrainingError, match="anew"):
        trained(Table(values), start="continue")


def test_neighbours_vote_and_the_nearest_breaks_ties():
    points = np.array([[0.0], [1.0], [2.0], [3.0], [10.0], [11.0], [0.1]])
    labels, learned = np.array([7, 8, 8, 7, 9, 9, 7]), np.array([True] * 6 + [False])
    assert knn_accuracy(points, labels, learned) == 1.0  # two of 7, two of 8, one of 9: the nearest is of 7
    assert knn_accuracy(points, labels, np.ones(7, bool)) is None
    assert knn_accuracy(points, None, learned) is None


def test_a_part_of_the_rows_is_withheld_by_the_seed():
    marks = learned_rows(1000, 0.25, 3)
    assert marks.sum() == 750
    np.testing.assert_array_equal(marks, learned_rows(1000, 0.25, 3))
    assert not np.array_equal(marks, learned_rows(1000, 0.25, 4))
    assert learned_rows(4, 0.9, 0).sum() == 2
    assert learned_rows(4, 0.0, 0).all()


def test_a_weight_that_is_no_number_ends_at_the_last_good_state(monkeypatch):
    step = GeneralLearner.step

    def broken(learner, position):
        figures = step(learner, position)
        if position > 0.6:
            with torch.no_grad():
                learner.encoder.weights[1][0, 0] = math.nan
        return figures

    monkeypatch.setattr(GeneralLearner, "step", broken)
    monkeypatch.setattr("core.training.table.train._BETWEEN_REPORTS", 0.0)
    table = Table(np.random.default_rng(0).random((60, 5)))
    result = finish(train_table(table, TrainingOptions(preset="small", steps=(100,))))
    assert result.ended == "diverged"
    assert result.steps == 60
    assert np.isfinite(result.codes).all()
    assert "step 61" in result.messages[0]


def test_what_diverges_at_once_is_refused(monkeypatch):
    monkeypatch.setattr(GeneralLearner, "is_sound", False)
    table = Table(np.random.default_rng(0).random((60, 5)))
    with pytest.raises(TrainingError, match="diverged"):
        finish(train_table(table, TrainingOptions(preset="small", steps=(10,))))
