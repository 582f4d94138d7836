"""Short ways between codes of any dimension: geodesics of the decoded manifold, found by descent."""

from collections.abc import Callable

import numpy as np
from jaxtyping import Float64

from core.charts.autoencoder import Autoencoder
from core.generation.row_walk import RowWalk, row_walk, walk_along
from core.relu.relu_map import ReluMap

_LEGS = (2, 4, 8, 16, 32)
"""Into how many legs a way is cut, each time beginning with what was found before."""
_PLACES = 256
"""Places at which the image of a way is looked at."""
_STEPS = 200
"""Steps of the descent at each, at most."""


def short_way(
    autoencoder: Autoencoder, start: Float64[np.ndarray, " d"], stop: Float64[np.ndarray, " d"], frames: int
) -> RowWalk:
    """Return a way between two codes whose image is short: a geodesic as a rule, never longer than the straight walk.

    Parameters
    ----------
    autoencoder : Autoencoder
        Of codes of any dimension.
    start, stop : (d,) float64 array
        The ends, in the unit ball.
    frames : int
        How many places are kept, two at least.

    Notes
    -----
    The corners of the way are moved until the sum of squares of the distances between images of places along it is
    least (L-BFGS): that is the energy of a curve, whose minima are geodesics. Its length is measured exactly, along all
    pieces. Other ways around may be shorter; in the plane `core.generation.geodesic` searches them all.
    """
    best = row_walk(autoencoder, start, stop, frames)
    way = np.stack([start, stop])
    for legs in _LEGS:
        way = _descended(autoencoder, _divided(way, legs))
        found = walk_along(autoencoder, way, frames)
        best = found if found.length < best.length else best
    return best


def _divided(way: Float64[np.ndarray, "m d"], legs: int) -> Float64[np.ndarray, "k d"]:
    """Return a way with as many legs as are wanted, its corners at equal parts."""
    at = np.linspace(0.0, len(way) - 1.0, legs + 1)
    return np.stack([np.interp(at, np.arange(len(way)), way[:, k]) for k in range(way.shape[1])], axis=1)


def _descended(autoencoder: Autoencoder, way: Float64[np.ndarray, "m d"]) -> Float64[np.ndarray, "m d"]:
    """Return a way whose inner corners were moved to where its energy is least."""
    network, shape = autoencoder.decoder, way[1:-1].shape
    at = np.linspace(0.0, len(way) - 1.0, _PLACES)
    weights = np.maximum(1.0 - np.abs(at[:, None] - np.arange(len(way))), 0.0)

    def energy(flat: np.ndarray) -> tuple[float, np.ndarray]:
        free = flat.reshape(shape)
        size = np.maximum(np.linalg.norm(free, axis=1, keepdims=True), 1.0)
        inside = free / size
        codes = weights @ np.concatenate([way[:1], inside, way[-1:]])
        images, back = _forward(network, codes)
        steps = np.diff(images, axis=0)
        pull = 2.0 * (np.pad(steps, ((1, 0), (0, 0))) - np.pad(steps, ((0, 1), (0, 0))))
        slope = weights[:, 1:-1].T @ back(pull)
        outward = np.where(size > 1.0, (slope * inside).sum(1, keepdims=True), 0.0) * inside
        return float(np.square(steps).sum()), ((slope - outward) / size).ravel()

    from scipy.optimize import minimize  # asked for rarely: the window need not wait for its import

    found = minimize(energy, way[1:-1].ravel(), jac=True, method="L-BFGS-B", options={"maxiter": _STEPS})
    free = np.asarray(found.x, np.float64).reshape(shape)
    free /= np.maximum(np.linalg.norm(free, axis=1, keepdims=True), 1.0)
    return np.concatenate([way[:1], free, way[-1:]])


def _forward(
    network: ReluMap, codes: Float64[np.ndarray, "m d"]
) -> tuple[Float64[np.ndarray, "m D"], Callable[[np.ndarray], np.ndarray]]:
    """Return the images of codes, and what takes a change of them back to one of the codes."""
    values, active = codes, list[np.ndarray]()
    for weight, bias in zip(network.weights[:-1], network.biases[:-1], strict=True):
        values = values @ weight.T + bias
        active.append(values > 0.0)
        values = values * active[-1]

    def back(pull: np.ndarray) -> np.ndarray:
        pulled = pull @ network.weights[-1]
        for weight, on in zip(network.weights[-2::-1], active[::-1], strict=True):
            pulled = (pulled * on) @ weight
        return pulled

    return values @ network.weights[-1].T + network.biases[-1], back
