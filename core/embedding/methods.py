"""The classical embeddings in the plane that an autoencoder is compared with."""

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from types import MappingProxyType
from typing import Protocol, runtime_checkable

import numpy as np
from jaxtyping import Float64
from scipy.spatial.distance import cdist

from core.geometry.principal import principal_plane

MOST = 5_000
"""Rows that methods which compare all with all are asked for at most."""
_NEIGHBOURS = 12
_Embed = Callable[[Float64[np.ndarray, "n D"], int], Float64[np.ndarray, "n 2"]]


@dataclass(frozen=True)
class Method:
    """A way to lay rows out in the plane.

    Parameters
    ----------
    title : str
        Its name.
    about : str
        What it does, in a sentence.
    embed : callable
        Called with rows and a seed.
    has_decoder : bool
        Whether points of the plane can be carried back.
    most : int
        Rows that it takes at most.
    """

    title: str
    about: str
    embed: _Embed
    has_decoder: bool = False
    most: int = MOST


def pca(rows: Float64[np.ndarray, "n D"], seed: int) -> Float64[np.ndarray, "n 2"]:
    """Return the first two principal coordinates."""
    mean, directions = principal_plane(rows, 2)
    found = (rows - mean) @ directions.T
    return np.pad(found, ((0, 0), (0, 2 - found.shape[1])))


def mds(rows: Float64[np.ndarray, "n D"], seed: int) -> Float64[np.ndarray, "n 2"]:
    """Return metric scaling: distances in the plane near those of the rows, begun at the principal coordinates.

    Notes
    -----
    SMACOF: de Leeuw (1977); each step is the mean of all others that a point should be away from, O(n^2). Classical
    scaling of Euclidean distances would give the principal coordinates once more.
    """
    wanted, points, stress = cdist(rows, rows), pca(rows, seed), np.inf
    for _ in range(60):
        apart = cdist(points, points)
        now = float(np.square(apart - wanted).sum())
        if now > stress * (1.0 - 1e-3):
            break
        stress = now
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = np.where(apart > 0.0, wanted / apart, 0.0)
        points = (ratio.sum(1)[:, None] * points - ratio @ points) / len(rows)
    return points


def isomap(rows: Float64[np.ndarray, "n D"], seed: int) -> Float64[np.ndarray, "n 2"]:
    """Return Isomap with twelve neighbours."""
    from sklearn.manifold import Isomap  # takes a second: only where it is needed

    return _quietly(Isomap(n_neighbors=min(_NEIGHBOURS, len(rows) - 1), n_components=2), rows)


def lle(rows: Float64[np.ndarray, "n D"], seed: int) -> Float64[np.ndarray, "n 2"]:
    """Return locally linear embedding with twelve neighbours."""
    from sklearn.manifold import LocallyLinearEmbedding

    neighbours = min(_NEIGHBOURS, len(rows) - 1)
    method = LocallyLinearEmbedding(
        n_neighbors=neighbours, n_components=2, random_state=seed, eigen_solver="dense" if len(rows) < 500 else "auto"
    )
    return _quietly(method, rows)


def tsne(rows: Float64[np.ndarray, "n D"], seed: int) -> Float64[np.ndarray, "n 2"]:
    """Return t-SNE, begun at the principal coordinates."""
    from sklearn.manifold import TSNE

    perplexity = float(min(30, (len(rows) - 1) / 3))
    return _quietly(TSNE(2, init="pca", perplexity=perplexity, random_state=seed), rows)


def umap(rows: Float64[np.ndarray, "n D"], seed: int) -> Float64[np.ndarray, "n 2"]:
    """Return UMAP with fifteen neighbours, by the package umap-learn.

    Raises
    ------
    RuntimeError
        If that is not installed.

    Notes
    -----
    McInnes, Healy and Melville (2018), arXiv 1802.03426.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            umap_learn = import_module("umap")  # compiles for seconds: only where it is needed
        except ImportError:
            raise RuntimeError("umap-learn is not installed. Install it: pip install 'budai[umap]'") from None
    method = umap_learn.UMAP(n_neighbors=min(15, len(rows) - 1), n_components=2, random_state=seed, n_jobs=1)
    return _quietly(method, rows)


@runtime_checkable
class _Fits(Protocol):
    def fit_transform(self, X: np.ndarray) -> np.ndarray: ...


def _quietly(method: _Fits, rows: np.ndarray) -> np.ndarray:
    """Return what a method of scikit-learn makes of rows; that a graph had to be completed is no news."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return np.asarray(method.fit_transform(rows), np.float64)


METHODS: Mapping[str, Method] = MappingProxyType(
    {
        "pca": Method("PCA", "Onto the plane of most variance.", pca, True, 10_000_000),
        "mds": Method("MDS", "Distances in the plane near those of the rows.", mds),
        "isomap": Method("Isomap", "Distances along a graph of neighbours.", isomap),
        "lle": Method("LLE", "Each row the same mixture of its neighbours.", lle),
        "tsne": Method("t-SNE", "Neighbours stay neighbours.", tsne),
        "umap": Method("UMAP", "A graph of neighbours, laid out.", umap),
    }
)
"""The methods by their names."""


def usual_methods() -> tuple[str, ...]:
    """Return the names of the methods that are there: all but UMAP, and that where it is installed."""
    return tuple(name for name in METHODS if name != "umap" or find_spec("umap") is not None)
