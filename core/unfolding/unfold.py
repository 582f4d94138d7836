"""Following points through a network: the work that computes an `Unfolding`."""

import itertools
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from jaxtyping import Float64, Int64

from core.base.clock import ActiveClock
from core.base.progress import Progress, Work
from core.unfolding.counting import counted_overlaps, patterns_of, seen_part
from core.unfolding.matrix_path import matrix_path
from core.unfolding.moments import moments_of, phases_of, turning_parts
from core.unfolding.picture_path import picture_path
from core.unfolding.steps import Step, chained
from core.unfolding.unfolding import Mark, Passage, Unfolding
from core.unfolding.views import View, ending_in, first_view, next_view

_SEEN, _TOLD, _BLOCK = 4_000, 1_000, 4_096
"""Points by which views are chosen, and shares of units told; points that are followed at a time."""
_NO_FACES = np.empty((0, 3), np.int64)


def unfold_points(
    points: Float64[np.ndarray, "n m"],
    steps: Sequence[Step],
    faces: Int64[np.ndarray, "f 3"] = _NO_FACES,
    projection: str = "still",
    *,
    code: int | None = None,
    returns: bool = False,
    overlaps: bool = False,
    correction: Float64[np.ndarray, "n k"] | None = None,
    counted: int | None = None,
) -> Work[Unfolding]:
    """Follow points through a network.

    Parameters
    ----------
    points : (n, m) float64 array
        Where they are at first; at least one.
    steps : sequence of Step
        The network.
    faces : (f, 3) int64 array
        Triangles between the points.
    projection : "still" or "pca"
        How layers of more than three values are seen: by the view that moves least, or by their principal directions.
    code : int, optional
        Number of steps to the latent code of an autoencoder.
    returns : bool
        Whether the output lies where the input does, and is seen by the same view: an autoencoder.
    overlaps : bool
        Whether to count overlaps of triangles at each mark.
    correction : (n, k) float64 array, optional
        What a detail layer adds to the output at the end, as a step of its own.
    counted : int, optional
        How many of the points, the first, views are chosen and shares and patterns told by; by default all.

    Yields
    ------
    Progress
        Part of the steps done.

    Returns
    -------
    Unfolding
        In the units of the points.

    Raises
    ------
    ValueError
        If there is no point, or the network does not take such points.

    Notes
    -----
    O(n sum of m k) time for layers m to k, and 12 n bytes for each of some ten pictures a step.
    """
    clock = ActiveClock()
    steps, points = chained(steps), np.asarray(points, np.float64)
    if not len(points) or points.shape[1] != steps[0].weight.shape[1]:
        raise ValueError(f"the network takes {steps[0].weight.shape[1]} values, the points are {points.shape}")
    yield from clock.pause(Progress(0.0, "Choosing views"))
    counted = len(points) if counted is None else counted
    some = np.linspace(0, counted - 1, min(counted, _SEEN)).astype(np.int64)
    known = [points[some]]
    for step in steps:
        known.append(step.bent(step.shifted(known[-1])))
    views = _views(known, steps, projection, code if returns else None)
    film = _Film(views[0], points)
    values = points
    for k, step in enumerate(steps):
        yield from clock.pause(Progress(0.05 + 0.6 * k / len(steps), f"Unfolding layer {k + 1} of {len(steps)}"))
        values = film.add(step, values, views[k], views[k + 1], known[k])
    if correction is not None:
        values = values + correction
        known.append(values[some])
        views.append(views[-1])
        film.add_correction(values @ views[-1].T)
    output = values @ views[-1].T
    error = np.linalg.norm(film.pictures[-1][-1] - output, axis=1).max() / max(_size(points), _size(output))
    made = film.unfolding(faces, code, float(error))
    marks: list[Mark] = []
    for k, seen in enumerate(known):
        yield from clock.pause(Progress(0.65 + 0.35 * k / len(known), f"Counting overlaps at layer {k}"))
        n_patterns = len(np.unique(made.hashes[k, :counted]))
        mark = Mark(seen.shape[1], _part(k, steps, code, returns), seen_part(seen, views[k]), 1.0, n_patterns)
        found = counted_overlaps(film.planes.get(k, made.picture(k)), faces) if overlaps else None
        marks.append(replace(mark, drawn_scale=made.drawn_scale(k), overlaps=found))
    return replace(made, marks=tuple(marks), seconds=clock.seconds)


def _size(points: np.ndarray) -> float:
    """Return the root mean square distance of points from their middle; 1 where they are one point."""
    return float(np.sqrt(((points - points.mean(0)) ** 2).sum(1).mean())) or 1.0


def _part(k: int, steps: Sequence[Step], code: int | None, returns: bool) -> str:
    """Return what the values at a mark are called."""
    if k == 0:
        return "input"
    if k >= len(steps):
        return "output"
    return "code" if k == code else steps[k - 1].part


def _views(values: list[np.ndarray], steps: Sequence[Step], projection: str, code: int | None) -> list[View]:
    """Return the view of every layer; of an autoencoder, whose code lies at a place, the last is the first."""
    views = [first_view(values[0])]
    for before, step, after in zip(values[:-1], steps, values[1:], strict=True):
        views.append(next_view(views[-1], before, step.weight, after, projection))
    return views if code is None else ending_in(views, views[0], code)


class _Film:
    """The pictures of all steps, as they are made."""

    def __init__(self, view: View, points: np.ndarray) -> None:
        self._view = view
        self.pictures = [(points @ view.T).astype(np.float32)[None]]
        self.moments, self.phases = [np.zeros(1)], [np.zeros(0, bool)]
        self.hashes = [np.zeros(len(points), np.uint64)]
        self.passages: list[Passage] = []
        self.planes: dict[int, np.ndarray] = {}

    def add(self, step: Step, before: np.ndarray, first: View, last: View, known: np.ndarray) -> np.ndarray:
        """Add the pictures of a step from the values before it, and return those behind it."""
        k, n = len(self.passages), len(before)
        path = picture_path(first, step.weight, last)
        turns = [path(part).T for part in turning_parts()[1:]]
        seen = np.empty((len(moments_of(bool(step.bend))) - 1, n, 3), np.float32)
        after, hashes = np.empty((n, step.width)), np.empty(n, np.uint64)
        for start in range(0, n, _BLOCK):
            rows = slice(start, start + _BLOCK)
            for j, turn in enumerate(turns):
                seen[j, rows] = before[rows] @ turn
            shifted = step.shifted(before[rows])
            hashes[rows] = patterns_of(shifted, k) if step.bend else 0
            after[rows] = step.bent(shifted)
            seen[len(turns), rows] = shifted @ last.T
            seen[-1, rows] = after[rows] @ last.T
        self.pictures.append(seen)
        self.moments.append(k + moments_of(bool(step.bend))[1:])
        self.phases.append(phases_of(bool(step.bend)))
        self.hashes.append(self.hashes[-1] ^ hashes)
        self.passages.append(_passage(step, known[:_TOLD], path.passes_flat))
        if step.width == 2:
            self.planes[k + 1] = after
        return after

    def add_correction(self, picture: np.ndarray) -> None:
        """Add a step that moves the output along straight lines."""
        self.pictures.append(picture.astype(np.float32)[None])
        self.moments.append(np.array([len(self.passages) + 1.0]))
        self.phases.append(np.ones(1, bool))
        self.hashes.append(self.hashes[-1])
        no_units = np.zeros((2, 0), np.float32), np.zeros((1, 0), np.float32)
        self.passages.append(Passage("detail", None, False, False, *no_units))

    def unfolding(self, faces: np.ndarray, code: int | None, error: float) -> Unfolding:
        """Return what has been made so far, without marks."""
        pictures = np.concatenate(self.pictures)
        self.pictures.clear()
        moments, phases, hashes = np.concatenate(self.moments), np.concatenate(self.phases), np.stack(self.hashes)
        found = tuple(self.passages)
        own = np.arange(int(pictures.shape[1]))
        ends = self._view, 1.0, np.zeros(3)
        return Unfolding(moments, phases, pictures, faces, own, hashes, (), found, code, *ends, error, 0.0)


def _passage(step: Step, before: np.ndarray, passes_flat: bool) -> Passage:
    """Return what there is to tell of a step, by some of the values before it."""
    path = matrix_path(step.weight)
    signs = [before @ path(part).T > 0.0 for part in turning_parts()]
    signs += [step.shifted(before) > 0.0] * (2 if step.bend else 1)
    on = np.array([sign.mean(0) for sign in signs], np.float32)
    switching = np.array([(a != b).mean(0) for a, b in itertools.pairwise(signs)], np.float32)
    found = None
    if path.determinant is not None:
        sign, size = np.linalg.slogdet(step.weight)
        found = float(sign), float(size / np.log(10.0))
    return Passage(step.bend, found, path.is_positive, passes_flat, on, switching)
