"""Embeddings and what they keep, against scikit-learn; distances between sets of points, against a linear program."""

import sys
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from scipy.optimize import linprog
from scipy.spatial.distance import cdist
from sklearn.manifold import trustworthiness

from core.base.errors import BudaiError
from core.base.progress import finish
from core.data.table import Table
from core.embedding.compare import ComparisonOptions, compare
from core.embedding.methods import METHODS, mds, pca, usual_methods
from core.embedding.separability import heads, separability
from core.embedding.trust import trust
from core.embedding.wasserstein import wasserstein2, within
from core.generators.families import generated


def test_trust_is_that_of_scikit_learn():
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(150, 6))
    for points in (rows[:, :2], rng.random((150, 2))):
        found = trust(rows, points, np.arange(150))
        assert found.trustworthiness == pytest.approx(trustworthiness(rows, points, n_neighbors=12), abs=1e-12)
        assert found.continuity == pytest.approx(trustworthiness(points, rows, n_neighbors=12), abs=1e-12)
    same = trust(rows, 3.0 * rows, np.arange(150))
    assert (same.trustworthiness, same.continuity) == (1.0, 1.0)
    assert trust(rows[:24], rows[:24], np.arange(24)) is None


def test_a_part_of_the_rows_tells_nearly_the_same():
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(600, 6))
    whole, part = (trust(rows, rows[:, :2], chosen) for chosen in (np.arange(600), np.arange(0, 600, 2)))
    assert part.trustworthiness == pytest.approx(whole.trustworthiness, abs=0.01)


def by_linear_program(x: np.ndarray, y: np.ndarray) -> float:
    n, m = len(x), len(y)
    rows = np.zeros((n + m, n * m))
    for k in range(n * m):
        rows[k // m, k] = rows[n + k % m, k] = 1.0
    right = np.concatenate([np.full(n, 1 / n), np.full(m, 1 / m)])
    return float(np.sqrt(linprog(cdist(x, y, "sqeuclidean").ravel(), A_eq=rows, b_eq=right).fun))


@pytest.mark.parametrize(("n", "m"), [(7, 7), (6, 9), (1, 5)])
def test_wasserstein_distances_are_exact(n, m):
    rng = np.random.default_rng(n)
    x, y = rng.normal(size=(n, 3)), rng.normal(size=(m, 3)) + 2.0
    assert wasserstein2(x, y) == pytest.approx(by_linear_program(x, y), rel=1e-7)
    assert wasserstein2(x, x + np.array([5.0, 0, 0])) == pytest.approx(5.0)
    assert wasserstein2(x, x) == 0.0


def test_distance_within_is_that_of_both_halves():
    points = np.random.default_rng(0).random((9, 2))
    assert within(points) == wasserstein2(points[:4], points[4:])
    assert within(points[:1]) is None


def test_scaling_keeps_distances_that_can_be_kept():
    flat = np.random.default_rng(0).random((60, 2))
    rows = flat @ np.linalg.qr(np.random.default_rng(1).normal(size=(5, 5)))[0][:2]
    for method in (pca, mds):
        np.testing.assert_allclose(cdist(*[method(rows, 0)] * 2), cdist(rows, rows), atol=1e-9)
    bent = generated("swiss_roll", 200).values
    first, better = (np.square(cdist(*[method(bent, 0)] * 2) - cdist(bent, bent)).sum() for method in (pca, mds))
    assert better < 0.9 * first


def test_everything_is_compared_alike():
    table = generated("sphere", 200)
    table = Table(table.values, (table.values[:, 0] > 0).astype(np.int64))
    codes, learned = table.values[:, :2], np.arange(200) % 4 > 0
    found = finish(compare(table, codes, learned, 1.5, ComparisonOptions()))
    assert set(found.points) == {*usual_methods(), "autoencoder"}
    assert all(np.isfinite(points).all() and points.shape == (200, 2) for points in found.points.values())
    assert all(figures.trustworthiness > 0.8 for figures in found.figures.values())
    assert found.figures["autoencoder"].seconds == 1.5
    assert found.between.shape == (2, 2)
    assert found.separated == (1, 1)
    assert found.not_separated == []
    assert found.dimension.levina_bickel == pytest.approx(2.0, abs=0.4)
    report = found.report()
    assert report["wasserstein2_classes"][0][1] == found.between[1, 0]
    assert found.messages == ()


def test_pairs_that_are_no_farther_apart_than_within_are_named():
    rng = np.random.default_rng(0)
    values = rng.normal(size=(240, 4))
    labels = np.repeat([0, 1, 2], 80)
    values[labels == 2] += 50.0  # far from both others, which are one cloud
    codes = values[:, :2] / 100.0
    found = finish(compare(Table(values, labels), codes, np.arange(240) % 4 > 0, 1.0, ComparisonOptions(("pca",))))
    assert set(found.not_separated) <= {(0, 1)}
    assert found.separated == (3 - len(found.not_separated), 3)
    again = replace(found, inside=(1.0, 0.001, 0.001))
    assert again.not_separated == [(0, 1), (0, 2)]
    assert again.separated == (1, 3)


def test_without_labels_there_are_no_classes():
    found = finish(
        compare(generated("noise", 30), np.zeros((30, 1)), np.ones(30, bool), 0.0, ComparisonOptions(("pca",)))
    )
    assert found.report()["wasserstein2_classes"] is None
    assert found.figures["pca"].knn5_accuracy is None


def test_a_method_that_there_is_not_is_refused():
    with pytest.raises(BudaiError, match="trimap is not known"):
        ComparisonOptions(("pca", "trimap"))


def test_separability_is_one_where_straight_cuts_tell_classes():
    rng = np.random.default_rng(0)
    blobs = np.concatenate([0.1 * rng.normal(size=(40, 2)) + place for place in ((0, 0), (3, 0), (0, 3))])
    labels = np.repeat([0, 1, 2], 40)
    assert separability(blobs, labels) == pytest.approx(1.0)
    mixed = separability(blobs, rng.permutation(labels))
    assert 2.0 < mixed <= np.exp(3 * np.log(2))
    assert separability(blobs, None) is None
    assert separability(blobs, np.zeros(120, np.int64)) is None


def test_both_heads_read_classes_from_features():
    table, marks = generated("rotating", 160, 64), np.arange(160) % 4 > 0
    found = heads(table, marks, 0)
    assert min(found.softmax, found.neighbours) > 0.7
    assert heads(table, np.ones(160, bool), 0) is None
    assert heads(Table(table.values), marks, 0) is None


def test_a_comparison_tells_heads_separability_and_the_dimension_around_rows():
    table, marks = generated("rotating", 120, 64), np.arange(120) % 4 > 0
    codes = table.values[:, :2]
    found = finish(compare(table, codes, marks, 0.0, ComparisonOptions(("pca",))))
    assert found.figures["pca"].separability >= 1.0
    assert found.local.shape == (120,)
    assert found.report()["heads"]["runs"] == 3


def test_umap_takes_part_where_it_is_installed(monkeypatch):
    rows = np.random.default_rng(0).random((40, 5))
    monkeypatch.setitem(sys.modules, "umap", None)
    found = finish(compare(Table(rows), rows[:, :2], np.ones(40, bool), 0.0, ComparisonOptions(("pca", "umap"))))
    assert set(found.points) == {"pca", "autoencoder"}
    assert any("umap-learn is not installed" in line for line in found.messages)

    class Fake:
        def __init__(self, **options):
            assert options["n_neighbors"] == 15

        def fit_transform(self, rows):
            return rows[:, :2]

    monkeypatch.setitem(sys.modules, "umap", SimpleNamespace(UMAP=Fake))
    np.testing.assert_array_equal(METHODS["umap"].embed(rows, 0), rows[:, :2])
    monkeypatch.setattr("core.embedding.methods.find_spec", lambda name: None)
    assert "umap" not in ComparisonOptions().methods
    monkeypatch.setattr("core.embedding.methods.find_spec", lambda name: object())
    assert "umap" in ComparisonOptions().methods
