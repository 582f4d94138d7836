"""Noisy rows of a table: nearest points of the decoded manifold, one pass, and rows of another manifold."""

import numpy as np
import pytest

from core.base.errors import BudaiError
from core.base.progress import finish
from core.cells.decoder_image import decoder_image
from core.charts.autoencoder import Autoencoder
from core.data.table import Table
from core.denoising.row_options import RowDenoisingOptions
from core.denoising.rows import denoise_rows, noise_scale
from core.denoising.rows_projection import descend_rows, project_rows
from core.training.options import TrainingOptions
from core.training.table.train import train_table
from tests.core.make import random_relu_map


def networks(d: int = 2) -> Autoencoder:
    return Autoencoder(random_relu_map((5, 8, d), 1), random_relu_map((d, 8, 8, 5), 2), np.arange(5.0), 2.0)


@pytest.fixture(scope="module")
def rows() -> np.ndarray:
    return np.arange(5.0) + np.random.default_rng(3).normal(size=(40, 5))


def test_no_code_is_nearer_than_the_projection(rows):
    learned = networks()
    codes = finish(project_rows(finish(decoder_image(learned)), rows))
    found = np.linalg.norm(learned.decode(codes) - rows, axis=1)
    angle, radius = np.meshgrid(np.linspace(0.0, 2.0 * np.pi, 400), np.linspace(0.0, 0.999, 150))
    all_ = np.column_stack([(radius * np.cos(angle)).ravel(), (radius * np.sin(angle)).ravel()])
    images = learned.decode(all_)
    sampled = np.array([np.linalg.norm(images - row, axis=1).min() for row in rows])
    assert (found <= sampled + 1e-9).all()
    assert (sampled - found).max() < 0.05
    assert np.linalg.norm(codes, axis=1).max() <= 1.0 + 1e-12


def test_rows_of_the_manifold_stay_where_they_are():
    learned = networks()
    rows = learned.decode(np.random.default_rng(0).uniform(-0.6, 0.6, (30, 2)))
    codes = finish(project_rows(finish(decoder_image(learned)), rows))
    np.testing.assert_allclose(learned.decode(codes), rows, atol=1e-6)


def test_descent_is_never_worse_than_its_starts(rows):
    learned = networks(3)
    known_codes = np.random.default_rng(1).uniform(-0.5, 0.5, (50, 3))
    known = learned.decode(known_codes)
    codes = finish(descend_rows(learned, rows, known, known_codes))
    found = np.linalg.norm(learned.decode(codes) - rows, axis=1)
    start = np.linalg.norm(known[:, None] - rows, axis=2).min(0)
    assert (found <= start + 1e-12).all()
    ways = np.random.default_rng(2).normal(size=(20_000, 3))
    ball = ways / np.linalg.norm(ways, axis=1, keepdims=True) * np.random.default_rng(3).random((20_000, 1)) ** (1 / 3)
    images = learned.decode(ball)
    sampled = np.array([np.linalg.norm(images - row, axis=1).min() for row in rows])
    assert (found <= 1.02 * sampled).mean() > 0.8
    assert np.linalg.norm(codes, axis=1).max() <= 1.0 + 1e-12


@pytest.fixture(scope="module")
def learned():
    rng = np.random.default_rng(2)
    angle = rng.uniform(0.0, 3.0, 300)
    flat = np.column_stack([np.cos(angle), np.sin(angle), rng.uniform(-0.5, 0.5, 300)])
    table = Table(flat @ rng.normal(size=(3, 12)))
    return table, finish(train_table(table, TrainingOptions(preset="small", steps=(400,))))


def test_projection_undoes_more_noise_than_one_pass(learned):
    found = finish(denoise_rows(*learned, RowDenoisingOptions(level=0.1)))
    assert len(found.noisy) == 75  # those that were never seen
    assert found.squared(found.noisy) == pytest.approx((0.1 * noise_scale(learned[0])) ** 2, rel=0.1)
    assert found.squared(found.points) < found.squared(found.one_pass) < found.squared(found.noisy)
    assert found.floor < found.squared(found.points)
    in_disk = np.linalg.norm(learned[1].autoencoder.encode(found.noisy), axis=1) < 0.99
    passed = np.linalg.norm(found.one_pass - found.noisy, axis=1)
    assert in_disk.sum() > 40
    assert (found.distances <= passed + 1e-9)[in_disk].all()
    assert not found.warnings


def test_rows_of_another_manifold_are_told(learned):
    table, training = learned
    other = Table(np.random.default_rng(5).normal(size=(60, 12)) * table.values.std())
    options = RowDenoisingOptions(input="other", path="x.npz", level=0.02)
    found = finish(denoise_rows(table, training, options, other))
    assert found.is_foreign
    assert "another manifold" in found.warnings[0]
    same = finish(denoise_rows(table, training, options, Table(table.values[:50])))
    assert not same.is_foreign
    assert same.report()["distance"]["far"] < 0.1


def test_noise_below_the_own_error_is_told(learned):
    found = finish(denoise_rows(*learned, RowDenoisingOptions(level=1e-6)))
    assert "made these rows worse" in found.warnings[-1]


def test_what_is_not_for_rows_is_refused(learned):
    with pytest.raises(BudaiError, match="the rows have 3 columns, those of the learned table 12"):
        finish(denoise_rows(*learned, RowDenoisingOptions(), Table(np.eye(3))))
    with pytest.raises(BudaiError, match="Rows: 'points' is not known"):
        RowDenoisingOptions(input="points")
    with pytest.raises(BudaiError, match="no file of rows"):
        RowDenoisingOptions(input="other").check_path()
