"""New rows of a table: points of the uniform disk carried to codes between those of the rows, and decoded."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from jaxtyping import Bool, Float64
from scipy.spatial import Delaunay, KDTree, QhullError
from scipy.spatial.distance import cdist

from core.base.clock import ActiveClock
from core.base.errors import BudaiError
from core.base.progress import Progress, Work, part
from core.charts.autoencoder import Autoencoder
from core.data.table import Table
from core.embedding.rows_transport import rows_measure
from core.evaluation.table_figures import learned_rows
from core.generation.generation import Generation
from core.generation.judge import Judge, Judgement, Verdict, judgeable
from core.generation.options import GenerationOptions
from core.geometry.convex_domain import uniform_points
from core.training.result import TrainingResult
from core.transport.location import cell_locator
from core.transport.semidiscrete import solve
from core.transport.singular_set import SingularSet, singular_set
from core.transport.transport import Transport
from core.transport.transport_map import TransportMap

_BLOCK = 20_000
"""Codes that are decoded at a time."""
_BESIDE = 2_000
"""Rows that are drawn in other ways, to be judged beside."""
_NEAREST = 6
"""Codes, itself among them, that a code of a latent space of another dimension is mixed with."""
_TRIES = 200
"""How often codes are drawn anew for those that lie between modes."""


@dataclass(frozen=True, eq=False)
class ExtendedMap:
    """The transport map made continuous: the piecewise affine map that takes the middle of each cell to its site.

    Parameters
    ----------
    solution : TransportMap
        The map, constant on each cell.
    singular : SingularSet
        Where it tears.
    share : float
        How much of the disk, by area, counts as between modes; 0 for where the map tears.

    Notes
    -----
    An, Guo, Lei, Luo, Yau and Gu (2020), *AE-OT*, ICLR: codes are mixed over the triangles between the centroids of the
    cells; a triangle as
    long as the least jump across the tears lies between modes. Beyond the outermost centroids a code
    is that of the cell.
    """

    solution: TransportMap
    singular: SingularSet
    share: float = 0.0

    @cached_property
    def triangulation(self) -> Delaunay | None:
        """The triangles between the centroids; None where all lie on a line."""
        try:
            return Delaunay(self.solution.centroids)
        except QhullError:
            return None

    @cached_property
    def between(self) -> Bool[np.ndarray, " t"]:
        """Marks the triangles that lie between modes."""
        assert self.triangulation is not None
        corners = self.solution.sites[self.triangulation.simplices]
        longest = np.linalg.norm(corners - np.roll(corners, 1, axis=1), axis=2).max(1)
        if not self.share:
            jumps = self.solution.diagram.edge_jumps[self.singular.edges]
            return longest >= jumps.min(initial=np.inf)
        in_disk = self.triangulation.points[self.triangulation.simplices]
        areas = np.abs(np.linalg.det(in_disk[:, 1:] - in_disk[:, :1])) / 2.0
        order = np.argsort(-longest)
        between = np.empty(len(order), bool)
        between[order] = np.cumsum(areas[order]) <= self.share * np.pi
        return between

    def __call__(self, points: Float64[np.ndarray, "m 2"]) -> tuple[Float64[np.ndarray, "m 2"], Bool[np.ndarray, " m"]]:
        """Return the codes of points of the disk, and which of them lie between modes."""
        cells = cell_locator(self.solution.diagram)(points)
        codes, between = self.solution.sites[cells], np.zeros(len(points), bool)
        if self.triangulation is None:
            return codes, between
        triangle = self.triangulation.find_simplex(points)
        inside = np.flatnonzero(triangle >= 0)
        affine = self.triangulation.transform[triangle[inside]]
        first = np.einsum("mij,mj->mi", affine[:, :2], points[inside] - affine[:, 2])
        weights = np.clip(np.column_stack([first, 1.0 - first.sum(1)]), 0.0, 1.0)
        weights /= weights.sum(1, keepdims=True)
        corners = self.solution.sites[self.triangulation.simplices[triangle[inside]]]
        codes[inside] = np.einsum("mk,mkd->md", weights, corners)
        between[inside] = self.between[triangle[inside]]
        return codes, between


def generate_rows(
    table: Table, training: TrainingResult, transport: Transport | None, options: GenerationOptions
) -> Work[Generation]:
    """Draw codes, decode them, and say how far from the rows they are and which lie between modes.

    Parameters
    ----------
    table : Table
        What the autoencoder was trained on.
    training : TrainingResult
        The autoencoder.
    transport : Transport or None
        The transport to the codes of the rows that were learned from; solved here where it is needed and not given.
    options : GenerationOptions
        Where codes come from. In a latent space of another dimension than 2 "transport" mixes each code of a row with
        one of its neighbours.

    Raises
    ------
    BudaiError
        If a walk is asked for.
    SolveError
        If the transport cannot be solved.
    """
    if options.has_walk:
        raise BudaiError("Walk: walks are those of a surface. Leave its ends away.")
    clock, networks = ActiveClock(), training.autoencoder
    yield Progress(0.0, "Drawing codes")
    learned = learned_rows(len(table.values), training.options.test, training.options.seed)
    codes, disk, between = yield from part(_drawn(training, learned, transport, options), 0.0, 0.5, clock=clock)
    points = yield from part(_decoded(networks, codes), 0.5, 0.7, clock=clock)
    yield from clock.pause(Progress(0.7, "Distances from the rows"))
    distances = np.concatenate([_to_nearest(block, table.values[learned]) for block in np.array_split(points, 20)])
    judgement = None
    if options.judge and judgeable(table, learned):
        judgement = yield from part(_judged(table, training, learned, points, options), 0.8, 1.0, clock=clock)
    told = f"{int(between.sum()):,} of {len(between):,} codes lie between modes, where the map tears."
    return Generation(
        options=options,
        codes=codes,
        points=points,
        inside=~between,
        distances=distances,
        disk_points=disk,
        diagonal=table.diagonal,
        seconds=clock.seconds,
        warnings=(told,) if between.any() else (),
        judgement=judgement,
    )


def _judged(
    table: Table, training: TrainingResult, learned: np.ndarray, points: np.ndarray, options: GenerationOptions
) -> Work[Judgement]:
    """Let a classifier of real rows judge the new ones, beside other ways to draw codes and real rows."""
    yield Progress(0.0, "Training a judge on real rows")
    judge, verdicts = Judge(table, learned, options.seed), dict[str, Verdict]()
    yield Progress(0.8, "Judging rows")
    verdicts["made"] = judge(points)
    for origin in ("uniform", "gaussian"):
        other = replace(options, origin=origin, count=min(options.count, _BESIDE))
        codes = (yield from _drawn(training, learned, None, other))[0]
        verdicts[origin] = judge(training.autoencoder.decode(codes))
    if len(judge.withheld):
        verdicts["withheld"] = judge(judge.withheld)
    return Judgement(judge.accuracy, len(table.kinds), verdicts)


def _drawn(
    training: TrainingResult, learned: np.ndarray, transport: Transport | None, options: GenerationOptions
) -> Work[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Return codes, the points of the disk that they come from, and which lie between modes."""
    rng, count, d = np.random.default_rng(options.seed), options.count, training.codes.shape[1]
    nowhere = np.zeros(count, bool)
    if options.origin == "uniform":
        codes = uniform_points(count, rng) if d == 2 else _in_ball(count, d, rng)
        return codes, codes, nowhere
    if options.origin == "gaussian":
        codes = rng.normal(size=(count, d)) * options.spread
        return codes, codes, nowhere
    if d != 2:
        codes = _mixed(training.codes[learned], count, rng)
        return codes, codes, nowhere
    if transport is None:
        measure = rows_measure(training.codes, learned)
        solution = yield from part(solve(measure.sites, measure.masses), 0.0, 0.9)
        extended = ExtendedMap(solution, singular_set(solution.diagram), options.share_left_out)
    else:
        extended = ExtendedMap(transport.map, transport.singular, options.share_left_out)
    yield Progress(0.9, "Carrying the disk to codes")
    disk = uniform_points(count, rng)
    codes, between = extended(disk)
    for _ in range(_TRIES if options.leave_out else 0):
        again = np.flatnonzero(between)
        if not len(again):
            break
        disk[again] = uniform_points(len(again), rng)
        codes[again], between[again] = extended(disk[again])
    return codes, disk, between


def _in_ball(count: int, d: int, rng: np.random.Generator) -> Float64[np.ndarray, "n d"]:
    """Return uniform points of the unit ball."""
    ways = rng.normal(size=(count, d))
    return ways / np.linalg.norm(ways, axis=1, keepdims=True) * rng.random((count, 1)) ** (1.0 / d)


def _mixed(codes: np.ndarray, count: int, rng: np.random.Generator) -> Float64[np.ndarray, "n d"]:
    """Return points between codes of random rows and one of their nearest."""
    first = rng.integers(len(codes), size=count)
    most = min(_NEAREST, len(codes))
    near = KDTree(codes).query(codes[first], k=most)[1].reshape(count, most)
    other = near[np.arange(count), rng.integers(most, size=count)]
    share = rng.random((count, 1))
    return codes[first] * (1.0 - share) + codes[other] * share


def _decoded(autoencoder: Autoencoder, codes: np.ndarray) -> Work[np.ndarray]:
    """Return the images of codes, with places to cancel."""
    points = np.empty((len(codes), autoencoder.ambient_dimension))
    for start in range(0, len(codes), _BLOCK):
        yield Progress(start / len(codes), f"Decoding {len(codes):,} codes")
        points[start : start + _BLOCK] = autoencoder.decode(codes[start : start + _BLOCK])
    return points


def _to_nearest(points: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Return the distance of points to the nearest of some rows, of at most so many that it takes seconds."""
    if not len(points):
        return np.empty(0)
    some = rows[:: max(1, len(rows) // 20_000)]
    blocks = np.array_split(points, len(points) * len(some) // 4_000_000 + 1)
    return np.concatenate([cdist(block, some).min(1) for block in blocks])
