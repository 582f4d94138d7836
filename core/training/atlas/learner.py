"""All charts of an atlas while they learn: one batch for each, all in batched products."""

import itertools
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import torch

from core.training.atlas.turns import AT, Turns, equal_turns, turns
from core.training.folds import Folds, similar_triangles
from core.training.losses import Batch, chart_frames, guided_loss, mending_loss
from core.training.networks.network import Network
from core.training.networks.optimizer import Optimizer
from core.training.networks.stack import NetworkStack, stack_backward, stack_forward
from core.training.networks.tensors import integers
from core.training.pose import Pose
from core.training.recipe import Objective, Recipe, Start
from core.training.schedule import WARM_UP, one_cycle
from core.training.shares import FINE_SIZES, SIZES, face_shares

_HARD_EVERY = 200
"""Steps between two searches for hard triangles."""
_MENDED_EVERY = 50
"""The same while they are mended."""
_HARD_FROM = 0.3
"""Where in the schedule that search begins."""
_KEPT_EVERY = 25
"""Steps between two looks for charts that diverge."""
_SLOWER = 0.5
"""Factor of the rates of one that does."""
_DIVERGED = 1.0
"""Mean squared error, in the units of a pose, that no chart reaches that learns."""
_MENDED = 16
"""Faces of a chart that are mended in a step."""
_KNOWN_AFTER = 25
"""Steps of a chart after which its error is known well enough to deal out turns by."""
_RECENT = 0.1
"""Weight of one step in the running mean of a chart's error."""


@dataclass(frozen=True, eq=False)
class Lesson:
    """What one chart learns.

    Parameters
    ----------
    pose : Pose
        Its patch as training sees it.
    places : (n, 2) array
        Its guiding chart, in the order of the pose.
    start : Start, optional
        Trained networks to go on from; without them the first weights are random.
    """

    pose: Pose
    places: np.ndarray
    start: Start | None = None


class AtlasLearner:
    """The networks of all charts, their optimizers and the data they learn from.

    Parameters
    ----------
    lessons : sequence of Lesson
        What each chart learns.
    widths : pair of tuples
        Hidden widths of encoders and decoders, the same for all charts.
    device : torch.device
        What computes.
    workers : int
        Threads that share the charts; more than one only on the CPU.
    seed : int
        Start of all random choices.
    recipe : Recipe
        Settings; its triangles are those of one chart.
    """

    def __init__(
        self,
        lessons: Sequence[Lesson],
        widths: tuple[Sequence[int], Sequence[int]],
        device: torch.device,
        workers: int,
        seed: int,
        recipe: Recipe,
    ) -> None:
        self.lessons, self.recipe, self.device, self.steps = tuple(lessons), recipe, device, 0
        self.generator = torch.Generator(device).manual_seed(seed)
        starts = [lesson.start for lesson in lessons if lesson.start is not None]
        self._later = max((start.later for start in starts), default=0.0)
        self._sizes = self._tensor(np.array(FINE_SIZES if any(start.focus.any() for start in starts) else SIZES))
        sizes = [len(lesson.places) for lesson in lessons]
        starts = self._starts = np.cumsum([0, *sizes])
        faces = [lesson.pose.numbering.corners for lesson in lessons]
        self.points = self._tensor(np.concatenate([lesson.pose.points for lesson in lessons]))
        self.places = self._tensor(np.concatenate([lesson.places for lesson in lessons]))
        self.faces = torch.as_tensor(
            np.concatenate([corners + start for corners, start in zip(faces, starts, strict=False)]), device=device
        )
        self._first = torch.as_tensor(np.cumsum([0, *(len(corners) for corners in faces)]), device=device)
        frames = [chart_frames(lesson.places[corners]) for lesson, corners in zip(lessons, faces, strict=True)]
        self.inverses, self.ideals = (self._tensor(np.concatenate(part)) for part in zip(*frames, strict=True))
        self._share, self._folds = list[torch.Tensor](), list[Folds]()
        for lesson, corners in zip(lessons, faces, strict=True):
            areas = self._tensor(lesson.pose.surface.face_areas)
            learned = areas > 0.0
            focus = None
            if lesson.start is not None and lesson.start.focus.any():
                focus = self._tensor(lesson.start.focus[lesson.pose.numbering.faces])
            self._share.append(face_shares(areas / areas.sum(), learned.float(), focus))
            points = self._tensor(lesson.pose.points)
            self._folds.append(
                Folds(points[torch.as_tensor(np.array(corners))], torch.as_tensor(lesson.places[corners]), learned)
            )
        self._cumulate([torch.zeros(1, device=device)] * len(lessons))
        self._pool = ThreadPoolExecutor(workers) if workers > 1 else None
        self._workers, self._dealt = workers, 0
        self._weights = [float(lesson.pose.surface.area) * lesson.pose.frame.scale**4 for lesson in lessons]
        self._initialize(widths, torch.Generator().manual_seed(seed))

    def close(self) -> None:
        """End the threads."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def __len__(self) -> int:
        """Number of charts."""
        return len(self.lessons)

    def step(self, position: float) -> torch.Tensor:
        """Take one step, at a place of the schedule, of the charts whose turn it is.

        Returns
        -------
        (K,) tensor
            Mean squared reconstruction error of each chart's last batch, in the units of its pose.
        """
        factor = 1.0
        if self._later:  # only the later part of the schedule, its rates rising from nothing
            factor = min(1.0, position / WARM_UP)
            position = self._later + (1.0 - self._later) * position
        self._look_for_folds(position)
        if self._dealt < len(AT) and position > AT[self._dealt] and self._since >= _KNOWN_AFTER:
            self._deal(turns(self._errors * torch.tensor(self._weights)))
            self._dealt = sum(position > place for place in AT)
        objective = self.recipe.objective(position)
        factor *= one_cycle(position)
        rates = self.recipe.matrix_rate * factor, self.recipe.rate * factor
        now = [share for share in self._shares if self._since % share.period == 0]
        batch = self._batch(self._order[: now[-1].stop])
        if self._pool is None:
            found = [self._move(share, batch, objective, rates) for share in now]
        else:
            futures = [self._pool.submit(self._move, share, batch, objective, rates) for share in now]
            found = [future.result() for future in futures]
        self.steps += 1
        self._since += 1
        squared = torch.cat(found)
        learned = self._order[: len(squared)]
        self._squared[learned] = squared
        known, sound = self._errors[learned], squared.isfinite()
        mean = torch.lerp(known, squared, torch.where(known > 0.0, _RECENT, 1.0))
        self._errors[learned] = torch.where(sound, mean, known)
        if self.steps % _KEPT_EVERY == 0:
            self._keep_good()
        return self._squared.clone()

    def codes(self, k: int) -> torch.Tensor:
        """Return the codes of the vertices of a chart, in the order of its pose."""
        return stack_forward(self._part(self.encoders, k), self._of(k, self.points)[None])[-1][0]

    def images(self, k: int) -> tuple[torch.Tensor, torch.Tensor]:
        """Return codes and reconstruction of the vertices of a chart, normalized, in the order of the surface."""
        codes = self.codes(k)
        images = stack_forward(self._part(self.decoders, k), codes[None])[-1][0]
        pose = self.lessons[k].pose
        ranks = torch.as_tensor(np.array(pose.numbering.ranks), device=self.device)
        return codes[ranks], images[ranks] @ self._tensor(pose.axes)

    def _part(self, stack: NetworkStack, k: int) -> list[tuple[torch.Tensor, torch.Tensor]]:
        """Weight and bias of each layer of the network of one chart, in a stack of one."""
        place = int(self._place[k])
        return stack.part(place, place + 1)

    def _keep_good(self) -> None:
        """Keep the state of charts that learn; one that diverges goes back to its last, and on with shorter steps."""
        tensors = self._stacked
        sound = torch.stack([tensor.flatten(1).isfinite().all(1) for tensor in tensors]).all(0)
        sound &= self._squared[self._order] < _DIVERGED
        for kept, tensor in zip(self._good, tensors, strict=True):
            kept[sound] = tensor[sound]
            tensor[~sound] = kept[~sound]
        for place in integers(torch.nonzero(~sound)[:, 0]):
            share = next(share for share in self._shares if share.start <= place < share.stop)
            for optimizer in share.optimizers:
                optimizer.slow_down(place - share.start, _SLOWER)
            self._paces[self._order[place]] *= _SLOWER
            self.n_setbacks += 1

    @property
    def is_sound(self) -> bool:
        """Whether all weights are numbers."""
        return bool(torch.stack([tensor.isfinite().all() for tensor in self._stacked]).all())

    def state(self, k: int) -> list[torch.Tensor]:
        """Return the weights of encoder and decoder of a chart, as `Learner.restore` takes them."""
        place = int(self._place[k])
        return [*self.encoders.state(place), *self.decoders.state(place)]

    @property
    def parameters(self) -> list[torch.Tensor]:
        """Copies of weights and biases of the encoders, then of the decoders, each stacked over the charts."""
        return [tensor[self._place] for tensor in self._stacked]

    def restore(self, parameters: Sequence[torch.Tensor]) -> None:
        """Take back copies of `parameters`, and forget what the optimizers have averaged."""
        for own, given in zip(self._stacked, parameters, strict=True):
            own.copy_(given[self._order])
        self._begin(self._turns)

    def _tensor(self, array: np.ndarray) -> torch.Tensor:
        """An array as float32 on the device."""
        return torch.as_tensor(np.array(array, np.float32), device=self.device)

    def _of(self, k: int, values: torch.Tensor) -> torch.Tensor:
        """What belongs to the vertices of a chart."""
        return values[self._starts[k] : self._starts[k + 1]]

    def _initialize(self, widths: tuple[Sequence[int], Sequence[int]], generator: torch.Generator) -> None:
        """First weights of all charts."""
        encoders, decoders = list[Network](), list[Network]()
        for k in range(len(self)):
            points, places = self._of(k, self.points), self._of(k, self.places)
            encoder, decoder = Network((3, *widths[0], 2), self.device), Network((2, *widths[1], 3), self.device)
            start = self.lessons[k].start
            if start is not None and start.networks is not None:
                for network, given in zip(
                    (encoder, decoder), self.lessons[k].pose.inward(*start.networks), strict=True
                ):
                    network.restore([self._tensor(array) for array in (*given.weights, *given.biases)])
            else:
                encoder.initialize(points, places, generator)
                decoder.initialize(encoder(points), points, generator)
            encoders.append(encoder)
            decoders.append(decoder)
        self.encoders, self.decoders = NetworkStack(encoders), NetworkStack(decoders)
        self.n_setbacks, self._paces = 0, torch.ones(len(self))
        self._errors, self._squared = torch.zeros(2, len(self), device=self.device)
        self._begin(equal_turns(len(self)))

    @property
    def _stacked(self) -> list[torch.Tensor]:
        """Weights and biases of the encoders, then of the decoders, stacked in the order of the turns."""
        return [*self.encoders.parameters, *self.decoders.parameters]

    def _deal(self, dealt: Turns) -> None:
        """Let the charts learn by other turns from now on."""
        self._keep_good()  # what is not sound must not count as good
        moved = self._place[dealt.order]
        for tensor in self._stacked:
            tensor.copy_(tensor[moved])
        self._begin(dealt)

    def _begin(self, dealt: Turns) -> None:
        """Begin with the weights as they are, in the order of the turns: they are good, and nothing is averaged yet."""
        self._turns, self._order, self._place, self._since = dealt, dealt.order, torch.argsort(dealt.order), 0
        self._good = [tensor.clone() for tensor in self._stacked]
        self._shares = list[_Share]()
        stacks = self.encoders, self.decoders
        for period in sorted(set(dealt.periods)):
            first, end = dealt.periods.index(period), len(self) - dealt.periods[::-1].index(period)
            edges = np.linspace(first, end, min(self._workers, end - first) + 1).astype(int).tolist()
            for start, stop in itertools.pairwise(edges):
                optimizers = [Optimizer([tensor[start:stop] for tensor in stack.parameters]) for stack in stacks]
                self._shares.append(_Share(start, stop, period, (optimizers[0], optimizers[1])))
                for k in range(start, stop):
                    pace = float(self._paces[self._order[k]])
                    for optimizer in optimizers if pace < 1.0 else ():
                        optimizer.slow_down(k - start, pace)

    def _cumulate(self, more: Sequence[torch.Tensor]) -> None:
        """Set how often each face is drawn: the running sums of chart k lie between k and k + 1."""
        sums = list[torch.Tensor]()
        for k, (share, extra) in enumerate(zip(self._share, more, strict=True)):
            total = torch.cumsum((share + extra).double(), 0)
            sums.append(k + total / total[-1])
        self._cumulative = torch.cat(sums)

    def _batch(self, charts: torch.Tensor) -> Batch:
        """Draw triangles inside random faces of some charts, similar to them; leading dimension: the charts."""
        n, count = len(charts), self.recipe.triangles
        draw = torch.rand(n, count, 5, generator=self.generator, device=self.device)
        place = charts[:, None] + draw[:, :, 0].double()
        face = torch.searchsorted(self._cumulative, place)
        face = torch.minimum(face, self._first[charts + 1][:, None] - 1)
        face = torch.maximum(face, self._first[charts][:, None])
        size = self._sizes[(draw[:, :, 1] * len(self._sizes)).long()]
        weights = similar_triangles(draw[:, :, 2:].reshape(-1, 3), size.reshape(-1)).reshape(n, count, 3, 3)
        index = self.faces[face]
        mended = [self._folds[k].some(self.generator) for k in integers(charts)]
        width = min(max(len(areas) for _, areas in mended), _MENDED)
        corners = torch.zeros(n, width, 3, 3, device=self.device)
        areas = torch.zeros(n, width, device=self.device)
        for k, (found, wanted) in enumerate(mended):
            m = min(len(wanted), width)
            corners[k, :m], areas[k, :m] = found[:m], wanted[:m]
        inverses = self.inverses[face] / size[:, :, None, None]
        return Batch(
            weights @ self.points[index], weights @ self.places[index], inverses, self.ideals[face], corners, areas
        )

    def _move(self, share: "_Share", batch: Batch, objective: Objective, rates: tuple[float, float]) -> torch.Tensor:
        """Take one step of some of the charts; return their mean squared errors."""
        start, stop = share.start, share.stop
        n, count = stop - start, batch.points.shape[1]
        own = Batch(*(getattr(batch, name)[start:stop].flatten(0, 1) for name in _FIELDS))
        encoder, decoder = self.encoders.part(start, stop), self.decoders.part(start, stop)
        points, mended = own.points.reshape(n, -1, 3), own.mended.reshape(n, -1, 3)
        encoded = stack_forward(encoder, torch.cat([points, mended], 1))
        found = encoded[-1][:, : 3 * count]
        given = found if objective.joint == 1.0 else torch.lerp(own.places.reshape(n, -1, 2), found, objective.joint)
        decoded = stack_forward(decoder, given)
        codes, images = found.reshape(-1, 3, 2), decoded[-1].reshape(-1, 3, 3)
        _, by_codes, by_images = guided_loss(own, codes, images, objective.weights, objective.ramp)
        # That loss is a mean over all points, but a chart learns the same however many learn beside it.
        by_codes, by_images = n * by_codes, n * by_images
        by_decoder, slope = stack_backward(decoder, decoded, by_images.reshape(n, -1, 3), to_input=True)
        assert slope is not None
        slope = objective.joint * slope + by_codes.reshape(n, -1, 2)
        by_mended = torch.zeros(len(own.mended), 3, 2, device=self.device)
        there = own.mended_areas > 0.0
        if there.any():
            corners = encoded[-1][:, 3 * count :].reshape(-1, 3, 2)[there]
            by_mended[there] = mending_loss(corners, own.mended_areas[there], objective.weights.mending)[1]
        by_encoder, _ = stack_backward(encoder, encoded, torch.cat([slope, by_mended.reshape(n, -1, 2)], 1))
        for optimizer, gradients in zip(share.optimizers, (by_encoder, by_decoder), strict=True):
            optimizer.step(gradients, *rates)
        return (images - own.points).square().sum((1, 2)).reshape(n, -1).mean(1) / 3.0

    def _look_for_folds(self, position: float) -> None:
        """Find the faces that are hard, and what is to be mended, when it is time."""
        hard = self.steps % _HARD_EVERY == 0 and position > _HARD_FROM
        turned = self.steps % _MENDED_EVERY == 0 and position > self.recipe.mend_from
        if not hard and not turned:
            return
        more = list[torch.Tensor]()
        for k in range(len(self)):
            start, stop = int(self._first[k]), int(self._first[k + 1])
            codes = self.codes(k)[self.faces[start:stop] - int(self._starts[k])]
            if hard:
                relative = self.inverses[start:stop] @ (codes[:, 1:] - codes[:, :1])
                more.append(self._folds[k].share_of_hard(relative, self.ideals[start:stop]))
            if turned:
                self._folds[k].look(codes)
        if hard:
            self._cumulate(more)


@dataclass(frozen=True, eq=False)
class _Share:
    """Charts that one thread moves, by their places in the order of the turns, and every how many steps."""

    start: int
    stop: int
    period: int
    optimizers: tuple[Optimizer, Optimizer]


_FIELDS = ("points", "places", "inverses", "ideals", "mended", "mended_areas")
"""What a batch holds."""
