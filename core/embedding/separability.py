"""How well straight lines part the classes in an embedding, and what reads classes best from a network's features."""

import warnings
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float64, Int64

from core.data.table import Table
from core.embedding.neighbour_votes import NEIGHBOURS, knn_accuracy

_MOST_ROWS, _MOST_CLASSES = 5_000, 50
"""Rows that are looked at, and classes beyond which nothing is told."""
_HIDDEN, _PASSES, _RUNS = (64, 32), 200, 3
"""Hidden layers of the network whose features are read, passes over the rows, and networks that are averaged over."""


@dataclass(frozen=True)
class Heads:
    """Shares of withheld rows that a network classifies right, by two heads on the same features.

    Parameters
    ----------
    softmax : float
        By the softmax that it was trained with.
    neighbours : float
        By the five nearest rows in its last hidden layer.
    runs : int
        Networks that both are a mean over.
    """

    softmax: float
    neighbours: float
    runs: int


def separability(points: Float64[np.ndarray, "n d"], labels: Int64[np.ndarray, " n"] | None) -> float | None:
    """Return the linear separability of classes: 1 where straight cuts tell all of them, larger the less they do.

    Parameters
    ----------
    points : (n, d) float64 array
        Codes, or an embedding.
    labels : (n,) int64 array or None
        Class of each point.

    Returns
    -------
    float or None
        exp of the sum over the classes of H(Y | X), Y whether a point is of the class, X what a linear support vector
        machine says; None without classes, or with one or too many.

    Notes
    -----
    Karras, Laine and Aila (2019), *CVPR*, section 4.2, with natural logarithms.
    """
    kinds = np.empty(0) if labels is None else np.unique(labels)
    if labels is None or not 1 < len(kinds) <= _MOST_CLASSES:
        return None
    from sklearn.svm import LinearSVC  # takes a second: only where it is needed

    some = np.arange(0, len(points), len(points) // _MOST_ROWS + 1)
    spread = float((points[some] - points[some].mean(0)).std()) or 1.0
    scaled, entropy = (points[some] - points[some].mean(0)) / spread, 0.0
    for kind in kinds:
        truth = labels[some] == kind
        if truth.any() and not truth.all():
            machine = LinearSVC(dual=False, class_weight="balanced", random_state=0)
            entropy += _conditional_entropy(truth, machine.fit(scaled, truth).predict(scaled))
    return float(np.exp(entropy))


def _conditional_entropy(truth: Bool[np.ndarray, " n"], said: Bool[np.ndarray, " n"]) -> float:
    """Return H(Y | X) in natural units."""
    total = 0.0
    for answer in (False, True):
        part = truth[said == answer]
        if len(part):
            shares = np.array([part.mean(), 1.0 - part.mean()])
            total -= len(part) / len(truth) * float((shares[shares > 0] * np.log(shares[shares > 0])).sum())
    return total


def heads(table: Table, learned: Bool[np.ndarray, " n"], seed: int) -> Heads | None:
    """Compare a softmax with the votes of neighbours on the features of a network; None where neither can be judged.

    Parameters
    ----------
    table : Table
        With classes.
    learned : (n,) bool array
        Rows that the networks see; the others are classified.
    seed : int
        Start of the first network.
    """
    labels = table.labels
    if labels is None or learned.all() or learned.sum() < NEIGHBOURS or len(np.unique(labels[learned])) < 2:
        return None
    from sklearn.neural_network import MLPClassifier  # takes a second: only where it is needed

    some = np.arange(0, len(labels), len(labels) // _MOST_ROWS + 1)
    rows, labels, learned = table.values[some], labels[some], learned[some]
    if learned.all() or learned.sum() < NEIGHBOURS or len(np.unique(labels[learned])) < 2:
        return None
    rows = (rows - rows[learned].mean(0)) / (float(rows[learned].std()) or 1.0)
    found = list[tuple[float, float]]()
    for run in range(_RUNS):
        network = MLPClassifier(_HIDDEN, alpha=1e-3, max_iter=_PASSES, n_iter_no_change=20, random_state=seed + run)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that it could go on
            network.fit(rows[learned], labels[learned])
        features = rows
        for weight, bias in zip(network.coefs_[:-1], network.intercepts_[:-1], strict=True):
            features = np.maximum(features @ weight + bias, 0.0)
        right = float((network.predict(rows[~learned]) == labels[~learned]).mean())
        voted = knn_accuracy(features, labels, learned)
        assert voted is not None  # enough rows are learned, and others are left
        found.append((right, voted))
    softmax, neighbours = np.mean(np.array(found, float), axis=0).tolist()
    return Heads(softmax, neighbours, _RUNS)
