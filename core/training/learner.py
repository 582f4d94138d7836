"""Encoder and decoder while they learn: batches, steps, and the states in between."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields as fields_of
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np
import torch

from core.relu.relu_map import ReluMap
from core.training.folds import Folds, barycentric, similar_triangles
from core.training.losses import Batch, chart_frames, free_loss, guided_loss, mending_loss
from core.training.networks.network import Layers, Network, backward, forward
from core.training.networks.optimizer import Optimizer
from core.training.networks.precision import faster_type
from core.training.networks.tensors import add_to_each, divide_each, total, unique
from core.training.pose import Pose
from core.training.recipe import Objective, Recipe, Start
from core.training.schedule import PRECISE_FROM, WARM_UP, one_cycle
from core.training.shares import FINE_SIZES, SIZES, face_shares

Result = TypeVar("Result")

_HARD_EVERY = 200
"""Steps between two searches for hard triangles."""
_MENDED_EVERY = 50
"""The same while they are mended."""
_HARD_FROM = 0.3
"""Where in the schedule that search begins."""
_CACHED = 128
"""Triangles that one thread of the CPU takes at a time at most: their hidden values stay in the cache."""
_WORTHWHILE = 32
"""Triangles that it takes at least: of fewer the small operations would take longer than the products."""
_FITTED = 4096
"""Points that one thread of the CPU takes at a time when the last layer is fitted."""
_SOME = 8192
"""Points that the first weights are made from."""


class Learner:
    """The two networks, their optimizers and the data they learn from, all on one device.

    Parameters
    ----------
    pose : Pose
        The surface.
    left_out : (f,) bool array
        Faces that are not learned from.
    places : (n, 2) float array or None
        The guiding chart; None for free training.
    widths : pair of tuples
        Hidden widths of encoder and decoder.
    device : torch.device
        What computes.
    workers : int
        Threads that share a batch; more than one only on the CPU.
    seed : int
        Start of all random choices.
    recipe : Recipe
        Settings.
    start : Start, optional
        Trained networks to go on from; without them the first weights are random.
    """

    def __init__(
        self,
        pose: Pose,
        left_out: np.ndarray,
        places: np.ndarray | None,
        widths: tuple[Sequence[int], Sequence[int]],
        device: torch.device,
        workers: int,
        seed: int,
        recipe: Recipe,
        start: "Start | None" = None,
    ) -> None:
        self.device, self.recipe = device, recipe
        hidden = max((*widths[0], *widths[1]))
        self.low = faster_type(device, 3 * min(recipe.triangles, _CACHED), hidden)
        self.generator = torch.Generator(device).manual_seed(seed)
        self.pose, numbering, faces = pose, pose.numbering, pose.numbering.corners
        areas = pose.surface.face_areas * ~left_out[numbering.faces]
        self._ranks = torch.as_tensor(numbering.ranks, device=device)
        self._axes = self._tensor(pose.axes)
        self.points = self._tensor(pose.points)
        self.faces = torch.as_tensor(np.array(faces), device=device)
        self.areas = self._tensor(areas / areas.sum())
        self._learned = (self.areas > 0.0).float()
        self._seen = unique(self.faces[self.areas > 0.0])
        self.places = None
        if places is not None:
            places = places[numbering.vertices]
            self.places = self._tensor(places)
            self.inverses, self.ideals = (self._tensor(part) for part in chart_frames(places[faces]))
            self._folds = Folds(self.points[self.faces], torch.as_tensor(places[faces]), self.areas > 0.0)
        self.start = None if start is None else replace(start, focus=start.focus[numbering.faces])
        self.encoder = Network((3, *widths[0], 2), device)
        self.decoder = Network((2, *widths[1], 3), device)
        self.steps = 0
        self._workers = workers
        self._pool = ThreadPoolExecutor(workers) if workers > 1 else None
        self._initialize(torch.Generator().manual_seed(seed))

    @property
    def guided(self) -> bool:
        """Whether a chart guides the training."""
        return self.places is not None

    @property
    def precision(self) -> str:
        """Types of the numbers that the hidden layers are computed in."""
        lower = self.low != torch.float32 and self.device.type != "cpu"
        return f"bfloat16 up to {PRECISE_FROM:.0%} of the schedule, then float32" if lower else "float32"

    def close(self) -> None:
        """End the threads."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def step(self, position: float) -> torch.Tensor:
        """Take one step at a place of the schedule; return (loss, mean squared error), still on the device."""
        factor = 1.0
        if self.start is not None:  # only the later part of the schedule, its rates rising from nothing
            factor = min(1.0, position / WARM_UP)
            position = self.start.later + (1.0 - self.start.later) * position
        if self.guided:
            self._look_for_folds(position)
        batch, objective = self._batch() if self.guided else self._points(), self.recipe.objective(position)
        factor *= one_cycle(position)
        rates = self.recipe.matrix_rate * factor, self.recipe.rate * factor
        dtype = self.low if self.device.type != "cpu" and position < PRECISE_FROM else torch.float32
        layers = self.encoder.layers(dtype), self.decoder.layers(dtype)
        parts = self._map(self._gradients, [(*layers, part, objective, dtype) for part in self._split(batch)])
        figures, by_encoder, by_decoder = _mean(parts)
        both = [(self.encoder_optimizer, by_encoder, *rates), (self.decoder_optimizer, by_decoder, *rates)]
        self._map(Optimizer.step, both)
        self.steps += 1
        return figures

    def images(self, precise: bool) -> tuple[torch.Tensor, torch.Tensor]:
        """Return codes of all vertices and their reconstructions in normalized space, in the order of the surface.

        In low precision where that is faster and will do.
        """
        dtype = torch.float32 if precise else self.low

        def both(points: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
            codes = self.encoder(points, dtype)
            return codes, self.decoder(codes, dtype)

        parts = self._map(both, [(part,) for part in self.points.tensor_split(self._workers)])
        codes, images = (torch.cat(found)[self._ranks] for found in zip(*parts, strict=True))
        return codes, images @ self._axes

    def maps(self) -> tuple[ReluMap, ReluMap]:
        """Return encoder and decoder, from and to normalized space, in float64; every number is one of float32."""
        return self.pose.encoder_outward(self.encoder.relu_map()), self.decoder_map()

    def decoder_map(self) -> ReluMap:
        """Return the decoder of `maps` alone."""
        return self.pose.decoder_outward(self.decoder.relu_map())

    def refit_decoder(self, count: int) -> Iterator[float]:
        """Set the decoder's last layer to the best one for the codes as they are, of all vertices and random points.

        Yields the part that is done.
        """

        def equations(part: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
            return self.decoder.normal_equations(self.encoder(part), part)

        points = torch.cat([self.points[self._seen], self.draw(count)])
        parts = torch.split(points, _FITTED if self.device.type == "cpu" else len(points))
        found: list[tuple[torch.Tensor, torch.Tensor]] = []
        for k in range(0, len(parts), self._workers):
            found += self._map(equations, [(part,) for part in parts[k : k + self._workers]])
            yield (k + 1) / len(parts)
        self.decoder.solve_last_layer(total(matrix for matrix, _ in found), total(right for _, right in found))

    @property
    def is_sound(self) -> bool:
        """Whether all weights are numbers."""
        tensors = (*self.encoder.parameters, *self.decoder.parameters)
        return bool(torch.stack([tensor.isfinite().all() for tensor in tensors]).all())

    def state(self) -> list[torch.Tensor]:
        """Return copies of the weights of both networks, as they are in the pose of the training."""
        return [*self.encoder.state(), *self.decoder.state()]

    def restore(self, state: Sequence[torch.Tensor]) -> None:
        """Take back what `state` returned, and forget what the optimizers have averaged."""
        n = len(self.encoder.parameters)
        self.encoder.restore(state[:n])
        self.decoder.restore(state[n:])
        self._new_optimizers()

    def draw(self, count: int) -> torch.Tensor:
        """Return random points of the surface, uniform by area."""
        share = torch.cumsum(self.areas, 0)
        draw = torch.rand(count, 4, generator=self.generator, device=self.device)
        face = torch.searchsorted(share, draw[:, 0] * share[-1]).clamp_max_(len(share) - 1)
        return (barycentric(draw[:, 1:])[:, None, :] @ self.points[self.faces[face]])[:, 0]

    def _tensor(self, array: np.ndarray) -> torch.Tensor:
        """An array as float32 on the device."""
        return torch.as_tensor(np.array(array, np.float32), device=self.device)

    def _new_optimizers(self) -> None:
        """Start the averages of the optimizers anew."""
        self.encoder_optimizer = Optimizer(self.encoder.parameters, self.low)
        self.decoder_optimizer = Optimizer(self.decoder.parameters, self.low)

    def _initialize(self, generator: torch.Generator) -> None:
        """First weights, and the share of each face in a batch."""
        focused = self.start is not None and self.start.focus.any()
        focus = self._tensor(self.start.focus) if self.start is not None and focused else None
        self._share = face_shares(self.areas, self._learned, focus)
        self._sizes = self._tensor(np.array(FINE_SIZES if focused else SIZES))
        self._cumulative = torch.cumsum(self._share, 0)
        if self.start is not None and self.start.networks is not None:
            inward = self.pose.inward(*self.start.networks)
            self.restore([self._tensor(array) for part in inward for array in (*part.weights, *part.biases)])
            return
        some = self._seen[torch.randperm(len(self._seen), generator=generator)[:_SOME].to(self.device)]
        points = self.points[some]
        self.encoder.initialize(points, None if self.places is None else self.places[some], generator)
        codes = self.encoder(points)
        self.decoder.initialize(codes, points, generator)
        self._new_optimizers()

    def _batch(self) -> Batch:
        """Draw triangles inside random faces, similar to them."""
        draw = torch.rand(self.recipe.triangles, 5, generator=self.generator, device=self.device)
        face = torch.searchsorted(self._cumulative, draw[:, 0] * self._cumulative[-1]).clamp_max_(len(self.areas) - 1)
        size = self._sizes[(draw[:, 1] * len(self._sizes)).long()]
        weights = similar_triangles(draw[:, 2:], size)
        index = self.faces[face]
        assert self.places is not None
        places = weights @ self.places[index]
        mended, areas = self._folds.some(self.generator)
        inverses = self.inverses[face] / size[:, None, None]
        return Batch(weights @ self.points[index], places, inverses, self.ideals[face], mended, areas)

    def _points(self) -> Batch:
        """Draw points uniform by area, for free training."""
        points = self.draw(3 * self.recipe.triangles).reshape(-1, 3, 3)
        none = points[:0]
        return Batch(points, points[:, :, :2], points[:, :2, :2], points[:, :2, :2], none, none[:, 0, 0])

    def _map(self, function: Callable[..., Result], arguments: Sequence[tuple[Any, ...]]) -> list[Result]:
        """Call a function with each of some arguments, shared out over the threads."""
        if self._pool is None:
            return [function(*some) for some in arguments]
        return [future.result() for future in [self._pool.submit(function, *some) for some in arguments]]

    def _split(self, batch: Batch) -> list[Batch]:
        """A batch in equal parts: one on an accelerator, such as stay in the cache on the CPU."""
        if self.device.type != "cpu":
            return [batch]
        parts = max(-(-len(batch.points) // _CACHED), min(self._workers, len(batch.points) // _WORTHWHILE))
        fields = (getattr(batch, about.name) for about in fields_of(batch))
        return [Batch(*part) for part in zip(*(tensor.tensor_split(parts) for tensor in fields), strict=True)]

    def _gradients(
        self, encoder: Layers, decoder: Layers, batch: Batch, objective: Objective, dtype: torch.dtype
    ) -> tuple[torch.Tensor, list[torch.Tensor], list[torch.Tensor]]:
        """Loss of a batch and its derivatives by the weights of encoder and decoder."""
        points, joint = batch.points.reshape(-1, 3), 1.0 if self.places is None else objective.joint
        n = len(points)
        encoded = forward(encoder, torch.cat([points, batch.mended.reshape(-1, 3)]), dtype)
        found = encoded[-1][:n]
        given = found if joint == 1.0 else torch.lerp(batch.places.reshape(-1, 2), found, joint)
        decoded = forward(decoder, given, dtype)
        by_codes = None
        if self.places is None:
            figures, by_images = free_loss(points, decoded[-1])
        else:
            codes, images = found.reshape(-1, 3, 2), decoded[-1].reshape(-1, 3, 3)
            figures, by_codes, by_images = guided_loss(batch, codes, images, objective.weights, objective.ramp)
        by_decoder, slope = backward(decoder, decoded, by_images.reshape(-1, 3), to_input=True)
        assert slope is not None
        slope = joint * slope
        if by_codes is not None:
            mended = encoded[-1][n:].reshape(-1, 3, 2)
            loss, by_mended = mending_loss(mended, batch.mended_areas, objective.weights.mending)
            figures[0] += loss
            slope = torch.cat([slope + by_codes.reshape(-1, 2), by_mended.reshape(-1, 2)])
        by_encoder, _ = backward(encoder, encoded, slope)
        return figures, by_encoder, by_decoder

    def _look_for_folds(self, position: float) -> None:
        """Find the faces that are hard, and what is to be mended, when it is time."""
        hard = self.steps % _HARD_EVERY == 0 and position > _HARD_FROM
        turned = self.steps % _MENDED_EVERY == 0 and position > self.recipe.mend_from
        if not hard and not turned:
            return
        parts = self._map(self.encoder, [(part,) for part in self.points.tensor_split(self._workers)])
        codes = torch.cat(parts)[self.faces]
        if hard:
            relative = self.inverses @ (codes[:, 1:] - codes[:, :1])
            self._cumulative = torch.cumsum(self._share + self._folds.share_of_hard(relative, self.ideals), 0)
        if turned:
            self._folds.look(codes)


def _mean(
    parts: Sequence[tuple[torch.Tensor, list[torch.Tensor], list[torch.Tensor]]],
) -> tuple[torch.Tensor, list[torch.Tensor], list[torch.Tensor]]:
    """The mean of what the parts of a batch gave, in their order, so that it is always the same."""
    figures, by_encoder, by_decoder = parts[0]
    for more, encoder, decoder in parts[1:]:
        figures = figures + more
        add_to_each(by_encoder, encoder)
        add_to_each(by_decoder, decoder)
    divide_each(by_encoder, len(parts))
    divide_each(by_decoder, len(parts))
    return figures / len(parts), by_encoder, by_decoder
