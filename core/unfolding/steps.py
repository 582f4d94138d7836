"""A network as steps: a matrix, a shift, a bend; what is unfolded."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64

from core.base.arrays import frozen
from core.charts.autoencoder import Autoencoder
from core.relu.relu_map import ReluMap

BENDS = ("relu", "tanh", "")
"""What may follow a shift: nothing after the last layer of a network."""


@dataclass(frozen=True, eq=False)
class Step:
    """One layer: h -> bend(W h + b).

    Parameters
    ----------
    weight : (n, m) float64 array
        The matrix W.
    bias : (n,) float64 array
        The shift b.
    bend : "relu", "tanh" or ""
        What bends; "" for nothing.
    part : str
        What network it belongs to: "encoder", "decoder", or another name.

    Raises
    ------
    ValueError
        If the shapes do not fit, a width is 0, a number is not finite, or the bend is not known.
    """

    weight: Float64[np.ndarray, "n m"]
    bias: Float64[np.ndarray, " n"]
    bend: str = ""
    part: str = "network"

    def __post_init__(self) -> None:
        object.__setattr__(self, "weight", frozen(self.weight, np.float64, (None, None)))
        object.__setattr__(self, "bias", frozen(self.bias, np.float64, (len(self.weight),)))
        if not self.weight.size:
            raise ValueError("a layer needs at least one value to take and one to give")
        if not (np.isfinite(self.weight).all() and np.isfinite(self.bias).all()):
            raise ValueError("a weight or bias is not finite")
        if self.bend not in BENDS:
            raise ValueError(f"there is no bend named {self.bend}")

    @property
    def width(self) -> int:
        """Number of values that it gives."""
        return len(self.weight)

    def shifted(self, values: Float64[np.ndarray, "p m"]) -> Float64[np.ndarray, "p n"]:
        """Return W h + b of each row."""
        return values @ self.weight.T + self.bias

    def bent(self, shifted: Float64[np.ndarray, "p n"]) -> Float64[np.ndarray, "p n"]:
        """Return what the bend makes of W h + b."""
        if self.bend == "relu":
            return np.maximum(shifted, 0.0)
        return np.tanh(shifted) if self.bend == "tanh" else shifted


def steps_of(network: ReluMap, part: str = "network") -> tuple[Step, ...]:
    """Return the steps of a ReLU network, which bends after each layer but the last."""
    last = len(network.weights) - 1
    return tuple(
        Step(weight, bias, "" if k == last else "relu", part)
        for k, (weight, bias) in enumerate(zip(network.weights, network.biases, strict=True))
    )


def autoencoder_steps(autoencoder: Autoencoder) -> tuple[Step, ...]:
    """Return the steps from a normalized point to its code and back; a detail layer is none of them."""
    return steps_of(autoencoder.encoder, "encoder") + steps_of(autoencoder.decoder, "decoder")


def chained(steps: Sequence[Step]) -> tuple[Step, ...]:
    """Return steps after a check that each takes what the one before gives.

    Raises
    ------
    ValueError
        If there is no step, or two do not fit.
    """
    if not steps:
        raise ValueError("a network needs at least one layer")
    for k in range(1, len(steps)):
        if steps[k].weight.shape[1] != steps[k - 1].width:
            raise ValueError(
                f"layer {k} takes {steps[k].weight.shape[1]} values, layer {k - 1} gives {steps[k - 1].width}"
            )
    return tuple(steps)


def evaluated(steps: Sequence[Step], points: Float64[np.ndarray, "p m"]) -> Float64[np.ndarray, "p n"]:
    """Return what steps make of points, one after the other."""
    for step in steps:
        points = step.bent(step.shifted(points))
    return points
