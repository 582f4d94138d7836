"""Fully connected ReLU networks on a device, trained by hand-written derivatives."""

from collections.abc import Sequence

import numpy as np
import torch

from core.relu.relu_map import ReluMap

_RIDGE = 1e-6
"""Weight of the penalty in a closed-form layer, relative to the mean square of its inputs."""


class Network:
    """A ReLU network whose weights are float32, computed in float32 or in a lower precision.

    Parameters
    ----------
    widths : sequence of int
        Sizes of input, hidden layers and output.
    device : torch.device
        Where it lives.

    Notes
    -----
    Forward and backward pass are written out: the graph never changes, so automatic differentiation would only cost
    time and memory.
    """

    def __init__(self, widths: Sequence[int], device: torch.device) -> None:
        self.weights = [torch.zeros(widths[k + 1], widths[k], device=device) for k in range(len(widths) - 1)]
        self.biases = [torch.zeros(widths[k + 1], device=device) for k in range(len(widths) - 1)]

    @property
    def widths(self) -> tuple[int, ...]:
        """Sizes of input, hidden layers and output."""
        return (self.weights[0].shape[1], *(len(weight) for weight in self.weights))

    def forward(self, points: torch.Tensor, dtype: torch.dtype = torch.float32) -> list[torch.Tensor]:
        """Return the input and what every layer gives, computed in `dtype`; the last is the image, in float32."""
        values = [points.to(dtype)]
        last = len(self.weights) - 1
        for k, (weight, bias) in enumerate(zip(self.weights, self.biases, strict=True)):
            value = torch.addmm(bias.to(dtype), values[-1], weight.to(dtype).T)
            values.append(value if k == last else value.relu_())
        values[-1] = values[-1].float()
        return values

    def backward(
        self, values: list[torch.Tensor], slope: torch.Tensor, to_input: bool = False
    ) -> tuple[list[torch.Tensor], torch.Tensor | None]:
        """Return the derivatives of the loss by weights and biases, and by the input.

        Parameters
        ----------
        values : list of tensors
            What `forward` returned.
        slope : (n, out) tensor
            Derivative of the loss by the image.
        to_input : bool
            Whether the derivative by the input is wanted; None is returned for it otherwise.

        Returns
        -------
        list of tensors, tensor or None
            Derivatives in the order of `parameters`, in float32.
        """
        by_weight, by_bias = [], []
        slope = slope.to(values[0].dtype)
        for k in range(len(self.weights) - 1, -1, -1):
            if k < len(self.weights) - 1:
                slope = torch.ops.aten.threshold_backward(slope, values[k + 1], 0)
            by_weight.append((slope.T @ values[k]).float())
            by_bias.append(slope.sum(0, dtype=torch.float32))
            if k or to_input:
                slope = slope @ self.weights[k].to(slope.dtype)
        return [*by_weight[::-1], *by_bias[::-1]], slope.float() if to_input else None

    @property
    def parameters(self) -> list[torch.Tensor]:
        """All weights, then all biases."""
        return [*self.weights, *self.biases]

    def __call__(self, points: torch.Tensor, dtype: torch.dtype = torch.float32, block: int = 1 << 15) -> torch.Tensor:
        """Return the images of many points, block by block."""
        return torch.cat([self.forward(part, dtype)[-1] for part in points.split(block)])

    def initialize(self, points: torch.Tensor, targets: torch.Tensor | None, generator: torch.Generator) -> None:
        """Choose weights that suit the data: hinges through random points, unit slopes, the last layer in closed form.

        Parameters
        ----------
        points : (n, in) tensor
            Some inputs.
        targets : (n, out) tensor or None
            What the last layer is fitted to; None leaves it like a hidden one, without hinges.
        generator : torch.Generator
            Where randomness comes from, on the CPU.
        """
        value, last = points, len(self.weights) - 1
        for k, weight in enumerate(self.weights[: last if targets is not None else last + 1]):
            direction = torch.randn(weight.shape, generator=generator).to(value.device)
            through = torch.randint(len(value), (len(weight),), generator=generator).to(value.device)
            hinge = -(direction * value[through]).sum(1)
            drawn = value @ direction.T + hinge
            size = drawn.pow(2).mean(0).sqrt().clamp_min(1e-12)
            weight.copy_(direction / size[:, None])
            self.biases[k].copy_(hinge / size)
            value = (drawn / size).relu_() if k < last else drawn / size
        if targets is not None:
            self.fit_last_layer([value, targets], targets)

    def fit_last_layer(self, values: Sequence[torch.Tensor], targets: torch.Tensor) -> None:
        """Set the last layer to the least-squares solution, given its inputs ``values[-2]``."""
        features = values[-2].double()
        mean, aim = features.mean(0), targets.double().mean(0)
        centred = features - mean
        gram = centred.T @ centred
        gram.diagonal().add_(_RIDGE * gram.diagonal().mean() + 1e-30)
        solution = torch.linalg.solve(gram, centred.T @ (targets.double() - aim)).T
        self.weights[-1].copy_(solution)
        self.biases[-1].copy_(aim - solution @ mean)

    def state(self) -> list[torch.Tensor]:
        """Return copies of all weights and biases."""
        return [tensor.clone() for tensor in self.parameters]

    def restore(self, state: Sequence[torch.Tensor]) -> None:
        """Take back what `state` returned."""
        for tensor, kept in zip(self.parameters, state, strict=True):
            tensor.copy_(kept)

    def relu_map(self) -> ReluMap:
        """Return the same network in float64; every number is one of float32."""
        arrays = [[t.detach().cpu().numpy().astype(np.float64) for t in part] for part in (self.weights, self.biases)]
        return ReluMap(*arrays)
