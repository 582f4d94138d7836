"""Straight walks between codes of any dimension, exact along all pieces of the decoder that they cross."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64

from core.charts.autoencoder import Autoencoder
from core.relu.relu_map import ReluMap


@dataclass(frozen=True, eq=False)
class RowWalk:
    """The image of a segment between two codes.

    Parameters
    ----------
    codes : (k, d) float64 array
        Codes at equal distances in data space, both ends among them.
    points : (k, D) float64 array
        What they are decoded to, in input units.
    length : float
        Length of the image of the segment, in input units, exact but for rounding.
    chord : float
        Distance of the images of both ends, in input units.
    n_pieces : int
        Linear pieces that the segment crosses.
    """

    codes: Float64[np.ndarray, "k d"]
    points: Float64[np.ndarray, "k D"]
    length: float
    chord: float
    n_pieces: int


def row_walk(
    autoencoder: Autoencoder, start: Float64[np.ndarray, " d"], stop: Float64[np.ndarray, " d"], frames: int
) -> RowWalk:
    """Walk straight from one code to another.

    Parameters
    ----------
    autoencoder : Autoencoder
        Of codes of any dimension.
    start, stop : (d,) float64 array
        The ends.
    frames : int
        How many places are kept, two at least.
    """
    return walk_along(autoencoder, np.stack([start, stop]), frames)


def walk_along(autoencoder: Autoencoder, corners: Float64[np.ndarray, "m d"], frames: int) -> RowWalk:
    """Walk straight from each corner of a way to the next.

    Parameters
    ----------
    autoencoder : Autoencoder
        Of codes of any dimension.
    corners : (m, d) float64 array
        The codes, two at least.
    frames : int
        How many places are kept, two at least.
    """
    network, legs = autoencoder.decoder, range(len(corners) - 1)
    breaks = [segment_breaks(network, corners[k], corners[k + 1]) for k in legs]
    codes = [_between(corners[k], corners[k + 1], breaks[k][int(k > 0) :]) for k in legs]
    bends = np.concatenate(codes)
    points = autoencoder.decode(bends)
    lengths = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))])
    length, share = float(lengths[-1]), np.linspace(0.0, 1.0, len(bends))
    at = np.interp(np.linspace(0.0, length, frames), lengths, share) if length else np.linspace(0.0, 1.0, frames)
    seen = np.stack([np.interp(at, share, bends[:, k]) for k in range(bends.shape[1])], axis=1)
    chord = float(np.linalg.norm(points[-1] - points[0]))
    return RowWalk(seen, autoencoder.decode(seen), length, chord, len(bends) - 1)


def segment_breaks(
    network: ReluMap, start: Float64[np.ndarray, " d"], stop: Float64[np.ndarray, " d"]
) -> Float64[np.ndarray, " m"]:
    """Return the ends of all linear pieces of a network along a segment, as parts of the way, 0 and 1 among them.

    Notes
    -----
    Layer by layer: between two breaks a unit is affine, so that a change of sign gives one more break.
    """
    at = np.array([0.0, 1.0])
    for layer in range(len(network.weights) - 1):
        values = _between(start, stop, at)
        for k in range(layer + 1):
            values = (values if k == 0 else np.maximum(values, 0.0)) @ network.weights[k].T + network.biases[k]
        before, after = values[:-1], values[1:]
        piece, unit = np.nonzero((before > 0.0) != (after > 0.0))
        share = before[piece, unit] / (before[piece, unit] - after[piece, unit])
        at = np.unique(np.concatenate([at, np.clip(at[piece] + share * (at[piece + 1] - at[piece]), 0.0, 1.0)]))
    return at


def _between(
    start: Float64[np.ndarray, " d"], stop: Float64[np.ndarray, " d"], at: Float64[np.ndarray, " m"]
) -> Float64[np.ndarray, "m d"]:
    return (1.0 - at)[:, None] * start + at[:, None] * stop
