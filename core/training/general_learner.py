"""A learner of anything: data of any dimension, losses as functions, derivatives by torch's autograd."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float64

from core.relu.relu_map import ReluMap
from core.training.networks.network import Network
from core.training.networks.optimizer import Optimizer
from core.training.recipe import Recipe
from core.training.schedule import one_cycle

_SOME = 8192
"""Points that the first weights are made from."""
_FIRST_SPREAD = -4.0
"""Logarithm of the variance of a code with which a variational encoder begins: near a plain one."""


@dataclass(frozen=True, eq=False)
class Pair:
    """Encoder and decoder as a loss sees them, every number with its derivative.

    Parameters
    ----------
    encoder, decoder : lists of pairs of tensors
        Weight (out, in) and bias (out,) of each layer.
    generator : torch.Generator
        Where a loss takes randomness from.
    """

    encoder: list[tuple[torch.Tensor, torch.Tensor]]
    decoder: list[tuple[torch.Tensor, torch.Tensor]]
    generator: torch.Generator

    def encode(self, points: torch.Tensor) -> torch.Tensor:
        """Return the codes of (n, D) points; of a variational encoder their means."""
        return _image(self.encoder, points)[:, : self.decoder[0][0].shape[1]]

    def encode_spread(self, points: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Return means and logarithms of variances that a variational encoder has for (n, D) points."""
        mean, spread = _image(self.encoder, points).chunk(2, 1)
        return mean, spread

    def decode(self, codes: torch.Tensor) -> torch.Tensor:
        """Return the points of (n, d) codes."""
        return _image(self.decoder, codes)


Loss = Callable[[Pair, torch.Tensor], torch.Tensor]
"""Called with the networks and a batch of points, (n, D), their targets beside them where there are some; returns a
number to make small."""


def squared_error(pair: Pair, points: torch.Tensor) -> torch.Tensor:
    """Return the mean squared distance of points from their reconstructions: the loss of a plain autoencoder."""
    return (pair.decode(pair.encode(points)) - points).square().sum(1).mean()


class GeneralLearner:
    """Two networks and the points they learn, on one device.

    It has the members of `Learner` that a training needs: steps, maps, states to keep and to go back to.

    Parameters
    ----------
    points : (n, D) array
        What is learned, in normalized space.
    widths : pair of tuples
        Hidden widths of encoder and decoder.
    dimension : int
        Latent dimension d.
    device : torch.device
        What computes.
    seed : int
        Start of all random choices.
    loss : callable
        What is made small.
    batch : int
        Points in a batch.
    recipe : Recipe, optional
        Where the largest rates of the steps are taken from.
    has_spread : bool
        Whether the encoder also learns the logarithm of a variance for each number of a code, for a variational loss;
        its map gives the means alone.
    targets : (n, d) array, optional
        Known codes of the points. The loss is called with points and targets side by side, (n, D + d), and both
        networks start from fits to them. Not together with `has_spread`.
    """

    def __init__(
        self,
        points: Float64[np.ndarray, "n D"],
        widths: tuple[Sequence[int], Sequence[int]],
        dimension: int,
        device: torch.device,
        seed: int,
        loss: Loss = squared_error,
        batch: int = 256,
        recipe: Recipe | None = None,
        has_spread: bool = False,
        targets: Float64[np.ndarray, "n d"] | None = None,
    ) -> None:
        self.device, self.steps, self._loss, self._recipe = device, 0, loss, recipe or Recipe()
        self.generator = torch.Generator(device).manual_seed(seed)
        self.points = torch.as_tensor(np.array(points, np.float32), device=device)
        self._batch = min(batch, len(points))
        ambient = self.points.shape[1]
        self._dimension, outputs = dimension, 2 * dimension if has_spread else dimension
        self.encoder = Network((ambient, *widths[0], outputs), device)
        self.decoder = Network((dimension, *widths[1], ambient), device)
        first = torch.Generator().manual_seed(seed)
        self._seen = self.points
        chosen = torch.randperm(len(self.points), generator=first)[:_SOME].to(device)
        some, aims = self.points[chosen], None
        if targets is not None:
            known = torch.as_tensor(np.array(targets, np.float32), device=device)
            self._seen, aims = torch.cat([self.points, known], 1), known[chosen]
        self.encoder.initialize(some, aims, first)
        if has_spread:
            self.encoder.weights[-1][dimension:] = 0.0
            self.encoder.biases[-1][dimension:] = _FIRST_SPREAD
        self.decoder.initialize(self.encoder(some)[:, :dimension] if aims is None else aims, some, first)
        self._new_optimizers()

    def step(self, position: float) -> torch.Tensor:
        """Take one step at a place of the schedule; return (loss, mean squared error), still on the device."""
        rows = torch.randint(len(self.points), (self._batch,), generator=self.generator, device=self.device)
        points = self.points[rows]
        factor = one_cycle(position)
        rates = self._recipe.matrix_rate * factor, self._recipe.rate * factor
        loss = self._loss(self.pair, self._seen[rows])
        gradients = torch.autograd.grad(loss, self._parameters)
        with torch.no_grad():
            n = len(self.encoder.parameters)
            for optimizer, own in zip(self._optimizers, (gradients[:n], gradients[n:]), strict=True):
                optimizer.step(own, *rates)
            self.steps += 1
            return torch.stack([loss.detach(), squared_error(self.pair, points)])

    def images(self) -> tuple[torch.Tensor, torch.Tensor]:
        """Return codes and reconstructions of all points."""
        with torch.no_grad():
            codes = self.encoder(self.points)[:, : self._dimension]
            return codes, self.decoder(codes)

    def maps(self) -> tuple[ReluMap, ReluMap]:
        """Return encoder and decoder in float64; every number is one of float32."""
        encoder, n = self.encoder.relu_map(), self._dimension
        if len(encoder.biases[-1]) > n:
            means = encoder.weights[-1][:n], encoder.biases[-1][:n]
            encoder = ReluMap((*encoder.weights[:-1], means[0]), (*encoder.biases[:-1], means[1]))
        return encoder, self.decoder.relu_map()

    @property
    def is_sound(self) -> bool:
        """Whether all weights are numbers."""
        return bool(torch.stack([tensor.isfinite().all() for tensor in self._parameters]).all())

    def state(self) -> list[torch.Tensor]:
        """Return copies of the weights of both networks."""
        return [tensor.detach().clone() for tensor in self._parameters]

    def restore(self, state: Sequence[torch.Tensor]) -> None:
        """Take back what `state` returned, and forget what the optimizer has averaged."""
        with torch.no_grad():
            for tensor, kept in zip(self._parameters, state, strict=True):
                tensor.copy_(kept)
        self._new_optimizers()

    def close(self) -> None:
        """Hold nothing that has to be given back."""

    @property
    def _parameters(self) -> list[torch.Tensor]:
        return [*self.encoder.parameters, *self.decoder.parameters]

    def _new_optimizers(self) -> None:
        """Start the averages anew."""
        for tensor in self._parameters:
            tensor.requires_grad_(True)
        self._optimizers = [Optimizer(network.parameters) for network in (self.encoder, self.decoder)]
        self.pair = Pair(self.encoder.layers(), self.decoder.layers(), self.generator)


def _image(layers: list[tuple[torch.Tensor, torch.Tensor]], points: torch.Tensor) -> torch.Tensor:
    """Return what a ReLU network gives."""
    for weight, bias in layers[:-1]:
        points = torch.relu(torch.addmm(bias, points, weight.T))
    return torch.addmm(layers[-1][1], points, layers[-1][0].T)
