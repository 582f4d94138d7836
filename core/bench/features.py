"""What a small classifier sees in drawn rows: how clear and various they are, how far from true ones, how smooth.

The features are those of a network of this program, trained on the rows themselves. So none of these numbers is an
inception score or an FID, and none can be compared with published ones: they compare models on one target.
"""

import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64, Int64

from core.base.arrays import frozen
from core.embedding.separability import separability

_HIDDEN = (64, 32)
_PASSES = 200
_PAIRS, _STEP = 500, 0.01
"""Pairs of noise between which a path is followed, and how far along it a step goes."""

Image = Callable[[Float64[np.ndarray, "n k"]], Float64[np.ndarray, "n d"]]
"""Makes points of standard Gaussian numbers."""


@dataclass(frozen=True, eq=False)
class Classifier:
    """A ReLU network that tells the classes of rows.

    Parameters
    ----------
    weights, biases : tuples of float64 arrays
        Of its layers, for rows as columns of numbers on the left: row @ weight + bias.
    centre : (d,) float64 array
        What is taken from a row first.
    scale : float
        What it is divided by then.
    """

    weights: tuple[Float64[np.ndarray, "_ _"], ...]
    biases: tuple[Float64[np.ndarray, " _"], ...]
    centre: Float64[np.ndarray, " d"]
    scale: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "centre", frozen(self.centre, np.float64, (None,)))

    def features(self, rows: Float64[np.ndarray, "n d"]) -> Float64[np.ndarray, "n k"]:
        """Return the last hidden layer."""
        values = (rows - self.centre) / self.scale
        for weight, bias in zip(self.weights[:-1], self.biases[:-1], strict=True):
            values = np.maximum(values @ weight + bias, 0.0)
        return values

    def probabilities(self, rows: Float64[np.ndarray, "n d"]) -> Float64[np.ndarray, "n c"]:
        """Return the softmax."""
        logits = self.features(rows) @ self.weights[-1] + self.biases[-1]
        shares = np.exp(logits - logits.max(1, keepdims=True))
        return shares / shares.sum(1, keepdims=True)


def classifier_of(rows: Float64[np.ndarray, "n d"], labels: Int64[np.ndarray, " n"]) -> Classifier:
    """Train a small classifier, the same at each call.

    Parameters
    ----------
    rows : (n, d) float64 array
        What it learns.
    labels : (n,) int64 array
        Their classes, three or more.
    """
    from sklearn.neural_network import MLPClassifier  # takes a second: only where it is needed

    centre, scale = rows.mean(0), float(rows.std()) or 1.0
    network = MLPClassifier(_HIDDEN, alpha=1e-3, max_iter=_PASSES, n_iter_no_change=10, random_state=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that it could go on
        network.fit((rows - centre) / scale, labels)
    weights, biases = (tuple(np.array(one, np.float64) for one in own) for own in (network.coefs_, network.intercepts_))
    return Classifier(weights, biases, centre, scale)


@dataclass(frozen=True)
class FeatureJudgement:
    """What a classifier makes of drawn rows.

    Parameters
    ----------
    score : float
        Inception-like score: exp of the mean divergence of the classes that it sees in a row from those that it sees in
        all, from 1 to the number of classes.
    frechet : float
        Fréchet distance of the Gaussians with the moments of the features of drawn and withheld rows, squared.
    path_length : float or None
        Mean squared speed of the features along arcs between pairs of noise; None where a model has no such noise.
    separability : float or None
        Linear separability of the noise by the classes of what is made of it; 1 is best.
    """

    score: float
    frechet: float
    path_length: float | None
    separability: float | None


def judge_features(
    classifier: Classifier,
    drawn: Float64[np.ndarray, "n d"],
    withheld: Float64[np.ndarray, "m d"],
    image: Image | None = None,
    latent: int = 0,
    seed: int = 0,
) -> FeatureJudgement:
    """Judge drawn rows by a classifier.

    Parameters
    ----------
    classifier : Classifier
        Whose features and classes are used.
    drawn, withheld : (n, d), (m, d) float64 arrays
        New rows, and true ones.
    image : callable, optional
        What makes rows of noise, where the model has one.
    latent : int
        Numbers of that noise.
    seed : int
        Start of the random choices.
    """
    path = apart = None
    if image is not None:
        rng = np.random.default_rng(seed)
        path = path_length(lambda noise: classifier.features(image(noise)), latent, rng)
        noise = rng.normal(size=(2 * _PAIRS, latent))
        apart = separability(noise, classifier.probabilities(image(noise)).argmax(1))
    features = classifier.features(drawn), classifier.features(withheld)
    return FeatureJudgement(inception_score(classifier.probabilities(drawn)), frechet_distance(*features), path, apart)


def inception_score(shares: Float64[np.ndarray, "n c"]) -> float:
    """Return exp of the mean Kullback-Leibler divergence of rows of probabilities from their mean.

    Notes
    -----
    Salimans and others (2016), *Improved techniques for training GANs*, section 4.
    """
    mean = shares.mean(0)
    held = shares > 0.0
    terms = np.where(held, shares * np.log(np.where(held, shares, 1.0) / np.where(mean > 0.0, mean, 1.0)), 0.0)
    return float(np.exp(terms.sum(1).mean()))


def frechet_distance(x: Float64[np.ndarray, "n k"], y: Float64[np.ndarray, "m k"]) -> float:
    """Return the squared Fréchet distance of the Gaussians that have the means and covariances of two samples."""
    return gaussian_distance(x.mean(0), np.atleast_2d(np.cov(x.T)), y.mean(0), np.atleast_2d(np.cov(y.T)))


def gaussian_distance(
    mean: Float64[np.ndarray, " k"],
    covariance: Float64[np.ndarray, "k k"],
    other_mean: Float64[np.ndarray, " k"],
    other_covariance: Float64[np.ndarray, "k k"],
) -> float:
    r"""Return the squared 2-Wasserstein distance of two Gaussians.

    Notes
    -----
    :math:`|m - n|^2 + \mathrm{tr}(S + T - 2 (S^{1/2} T S^{1/2})^{1/2})` (Dowson and Landau 1982), by eigenvalues of
    symmetric matrices, so that singular covariances do no harm.
    """
    values, frame = np.linalg.eigh(covariance)
    root = (frame * np.sqrt(np.maximum(values, 0.0))) @ frame.T
    cross = np.sqrt(np.maximum(np.linalg.eigvalsh(root @ other_covariance @ root), 0.0)).sum()
    apart = mean - other_mean
    return float(max(apart @ apart + np.trace(covariance) + np.trace(other_covariance) - 2.0 * cross, 0.0))


def path_length(features: Image, latent: int, rng: np.random.Generator) -> float:
    """Return the mean squared speed of features along great arcs between pairs of noise.

    Parameters
    ----------
    features : callable
        Features of what is made of (n, latent) noise.
    latent : int
        Numbers of the noise.
    rng : Generator
        Where randomness comes from.

    Notes
    -----
    Perceptual path length (Karras, Laine and Aila 2019, *CVPR*, section 4.1) with spherical interpolation, on the whole
    path; the features are those that are given.
    """
    first, second = rng.normal(size=(2, _PAIRS, latent))
    place = rng.random((_PAIRS, 1))
    here, there = (features(_between(first, second, at)) for at in (place, place + _STEP))
    return float(np.square(there - here).sum(1).mean() / _STEP**2)


def _between(first: Float64[np.ndarray, "n k"], second: Float64[np.ndarray, "n k"], at: np.ndarray) -> np.ndarray:
    """Return the points at some places on arcs between directions, their lengths going over linearly."""
    sizes = [np.linalg.norm(one, axis=1, keepdims=True) for one in (first, second)]
    one, other = first / sizes[0], second / sizes[1]
    angle = np.arccos(np.clip((one * other).sum(1, keepdims=True), -1.0, 1.0))
    sine = np.maximum(np.sin(angle), 1e-9)
    turned = (np.sin((1.0 - at) * angle) * one + np.sin(at * angle) * other) / sine
    return ((1.0 - at) * sizes[0] + at * sizes[1]) * turned
