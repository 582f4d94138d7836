"""Networks that a card has trained, with what goes through them: what can be unfolded, layer by layer."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from jaxtyping import Float64, Int64

from core.base.arrays import frozen
from core.base.errors import BudaiError
from core.base.progress import Stop, Work, part
from core.claims.curves import distance_between
from core.claims.ensemble import Ensemble
from core.claims.linking_along import linking_along
from core.claims.plane_cuts import PlaneCuts, plane_cuts
from core.unfolding.cell_edges import cell_edges
from core.unfolding.invariant import Invariant
from core.unfolding.options import UnfoldOptions
from core.unfolding.steps import Step
from core.unfolding.unfold import unfold_points
from core.unfolding.unfolding import Unfolding, unfolding_report

_NO_FACES, _NO_LINES = np.empty((0, 3), np.int64), np.empty((0, 2), np.int64)
_GRID, _FINE = 11, 8
"""Lines of a grid in each direction, and pieces between two of them."""
_ROUNDS, _STRAIGHT, _MOST_CORNERS = 14, 0.2, 3_000
"""How often edges of curves are halved, how far an edge may be from its curve over the distance of both curves, and
corners of a curve above which none is halved."""


@dataclass(frozen=True, eq=False)
class Scenery:
    """What goes through a network: points of classes, and what is drawn with them.

    Parameters
    ----------
    points : (n, d) float64 array
        All places.
    labels : (n,) int64 array
        Class of each; -1 of those that are no points of a class, as the nodes of a grid.
    faces : (f, 3) int64 array
        Triangles between them; none where points are drawn.
    lines : (e, 2) int64 array
        Lines between them that are drawn too.
    curves : tuple of (k,) int64 arrays
        Two closed curves whose linking number is told: their corners, around, the last of the points; or none.
    cuts : PlaneCuts, optional
        Where the units of a network switch in the plane; its places are behind the points, and are no part of them.
    """

    points: Float64[np.ndarray, "n d"]
    labels: Int64[np.ndarray, " n"]
    faces: Int64[np.ndarray, "f 3"] = field(default_factory=_NO_FACES.copy)
    lines: Int64[np.ndarray, "e 2"] = field(default_factory=_NO_LINES.copy)
    curves: tuple[Int64[np.ndarray, " _"], ...] = ()
    cuts: PlaneCuts | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "points", frozen(self.points, np.float64, (None, None)))
        for name in ("labels", "faces", "lines"):
            object.__setattr__(self, name, frozen(getattr(self, name), np.int64))

    @property
    def n_dots(self) -> int:
        """Number of points that are of a class; they come first."""
        return int((self.labels >= 0).sum())


@dataclass(frozen=True, eq=False)
class Way:
    """A trained network with what goes through it.

    Parameters
    ----------
    name : str
        Which network it is, and how well it does.
    steps : tuple of Step
        Its layers.
    scenery : Scenery
        What goes through it.
    """

    name: str
    steps: tuple[Step, ...]
    scenery: Scenery


@dataclass(frozen=True, eq=False)
class Unfolded:
    """A network of a card, unfolded.

    Parameters
    ----------
    way : Way
        What was unfolded.
    made : Unfolding
        Where everything is at any moment.
    invariant : Invariant or None
        The linking number at each moment; None where there are no curves.
    """

    way: Way
    made: Unfolding
    invariant: Invariant | None = None

    def report(self) -> dict[str, object]:
        """Return what there is to tell of it as plain values."""
        told = None if self.invariant is None else self.invariant.report()
        cuts = self.way.scenery.cuts
        in_plane = (
            {} if cuts is None else {"cell_edges": len(cuts.step), "cell_edges_of_steps": len(self.way.steps) - 1}
        )
        return {"network": self.way.name, **unfolding_report(self.made), **in_plane, "linking_number": told}


_USUAL = UnfoldOptions()


def unfold_way(way: Way, options: UnfoldOptions = _USUAL) -> Work[Unfolded]:
    """Follow what a card has learned from through one of its networks.

    Parameters
    ----------
    way : Way
        The network, and what goes through it.
    options : UnfoldOptions
        How layers of more than three values are seen, whether overlaps of the image of a surface are counted, and how
        many edges of cells may be found.

    Yields
    ------
    Progress
        Part of the work done.

    Returns
    -------
    Unfolded
        With the linking number at each moment where there are curves.

    Raises
    ------
    BudaiError
        If a weight of the network is no number.
    """
    if not all(np.isfinite(step.weight).all() and np.isfinite(step.bias).all() for step in way.steps):
        raise BudaiError(f"{way.name}: a weight is no number, so nothing can be unfolded. Take fewer steps.")
    stop = Stop()
    scenery = way.scenery if not way.scenery.curves else with_fine_curves(way.scenery, way.steps)
    share = 0.5 if scenery.curves else 1.0
    faces, counts = scenery.faces, options.overlaps and len(scenery.faces) > 0
    points, edges = scenery.points, None
    if len(faces) and options.edges:
        edges = yield from part(cell_edges(points, faces, way.steps, options.edges), 0.0, 0.2 * share, stop=stop)
    elif len(scenery.lines) and options.edges:
        cuts = yield from part(plane_cuts(points, way.steps, options.edges), 0.0, 0.2 * share, stop=stop)
        if cuts is not None:
            scenery, points = replace(scenery, cuts=cuts), np.concatenate([points, cuts.places])
    work = unfold_points(points, way.steps, faces, options.projection, overlaps=counts, counted=len(scenery.points))
    made = replace((yield from part(work, 0.2 * share, share, stop=stop)), edges=edges)
    way = replace(way, scenery=scenery)
    if not scenery.curves:
        return Unfolded(way, made)
    first, second = scenery.curves
    told = linking_along(made, (first, second), apart_at_marks(way))
    return Unfolded(way, made, (yield from part(told, share, 1.0, stop=stop)))


def apart_at_marks(way: Way) -> Float64[np.ndarray, " l"]:
    """Return the least distance of both curves over their size among the values at each mark, in all dimensions."""
    sizes, values = list[float](), way.scenery.points
    for step in (None, *way.steps):
        values = values if step is None else step.bent(step.shifted(values))
        a, b = (np.ascontiguousarray(values[curve]) for curve in way.scenery.curves)
        size = float(np.ptp(np.concatenate([a, b]), axis=0).max())
        sizes.append(distance_between(a, b) / size if size > 0.0 else 0.0)
    return np.array(sizes)


def with_fine_curves(scenery: Scenery, steps: Sequence[Step]) -> Scenery:
    """Return a scenery whose curves have so many corners that behind every layer they lie where the true ones do.

    Notes
    -----
    An edge is halved while, before or behind a bend, the image of its middle is farther from the middle of its image
    than a part of the least distance of both curves: then a curve and its polygon are moved into each other without
    meeting the other one. A network that is too narrow squeezes space so that this takes many corners.
    """
    curves = [scenery.points[curve] for curve in scenery.curves]
    for _ in range(_ROUNDS):
        states = [_states(curve, steps) for curve in curves]
        apart = [distance_between(a, b) for a, b in zip(*states, strict=True)]
        halved = False
        for k, curve in enumerate(curves):
            middles = 0.5 * (curve + np.roll(curve, -1, 0))
            wide = np.zeros(len(curve), bool)
            for nodes, inner, least in zip(states[k], _states(middles, steps), apart, strict=True):
                off = np.linalg.norm(inner - 0.5 * (nodes + np.roll(nodes, -1, 0)), axis=1)
                wide |= off > _STRAIGHT * least
            if wide.any() and len(curve) + int(wide.sum()) <= _MOST_CORNERS:
                curves[k] = np.insert(curve, np.flatnonzero(wide) + 1, middles[wide], axis=0)
                halved = True
        if not halved:
            break
    kept = len(scenery.points) - sum(len(curve) for curve in scenery.curves)
    ends = list(itertools.accumulate((len(curve) for curve in curves), initial=kept))
    cores = tuple(np.arange(start, end) for start, end in itertools.pairwise(ends))
    points = np.concatenate([scenery.points[:kept], *curves])
    labels = np.concatenate([scenery.labels[:kept], np.full(len(points) - kept, -1)])
    return replace(scenery, points=points, labels=labels, curves=cores)


def _states(points: np.ndarray, steps: Sequence[Step]) -> list[np.ndarray]:
    """Return the values behind each shift and each bend."""
    found = list[np.ndarray]()
    for step in steps:
        shifted = step.shifted(points)
        points = step.bent(shifted)
        found += [shifted, points]
    return [np.ascontiguousarray(values) for values in found[: -2 if steps[-1].width < 3 else None]]


def steps_of_member(networks: Ensemble, which: int) -> tuple[Step, ...]:
    """Return the layers of one network of an ensemble, in float64."""
    last = len(networks.weights) - 1
    return tuple(
        Step(weight[which].astype(np.float64), bias[which, :, 0].astype(np.float64), bend, "network")
        for weight, bias, bend in zip(
            networks.weights, networks.biases, [networks.activation] * last + [""], strict=True
        )
    )


def scattered(sets: Sequence[np.ndarray]) -> Scenery:
    """Return points of two classes, (n, d) each; in the plane, and on a line, with a grid through all of them."""
    points = np.concatenate(sets).astype(np.float64)
    labels = np.repeat(np.arange(len(sets)), [len(one) for one in sets])
    if points.shape[1] > 2:
        return Scenery(points, labels)
    nodes, lines = _grid(points)
    labels = np.concatenate([labels, np.full(len(nodes), -1)])
    return Scenery(np.concatenate([points, nodes]), labels, lines=len(points) + lines)


def _grid(points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the nodes of a grid around points of the plane or of a line, and its lines."""
    middle, half = 0.5 * (points.max(0) + points.min(0)), 0.55 * float(np.ptp(points, axis=0).max())
    n = (_GRID - 1) * _FINE + 1
    along = np.linspace(-half, half, n)
    if points.shape[1] == 1:
        return along[:, None] + middle, np.stack([np.arange(n - 1), np.arange(1, n)], 1)
    nodes = np.stack(np.meshgrid(along, along, indexing="ij"), 2)
    place = np.arange(n * n).reshape(n, n)
    rows, columns = place[::_FINE], place[:, ::_FINE].T
    both = np.concatenate([rows, columns])
    used, both = np.unique(both, return_inverse=True)
    both = both.reshape(-1, n)
    return nodes.reshape(-1, 2)[used] + middle, np.stack([both[:, :-1].ravel(), both[:, 1:].ravel()], 1)


def tubes(curves: Sequence[np.ndarray], radius: float, around: int = 12) -> Scenery:
    """Return tubes about closed curves of (n, 3) corners, each of its own class, with the curves within them.

    Notes
    -----
    A frame is carried along each curve without turning about it, and the twist that it comes home with is spread.
    """
    points, labels, faces, cores = list[np.ndarray](), list[np.ndarray](), list[np.ndarray](), list[np.ndarray]()
    at = 0
    for k, curve in enumerate(curves):
        rings = _rings(curve, radius, around)
        faces.append(at + _wrapped(len(curve), around))
        points.append(rings.reshape(-1, 3))
        labels.append(np.full(len(curve) * around, k))
        at += len(curve) * around
    for curve in curves:
        cores.append(at + np.arange(len(curve)))
        points.append(curve)
        labels.append(np.full(len(curve), -1))
        at += len(curve)
    return Scenery(np.concatenate(points), np.concatenate(labels), np.concatenate(faces), curves=tuple(cores))


def _wrapped(n: int, around: int) -> np.ndarray:
    """Return the triangles of a torus of n rings with so many corners each, facing outward."""
    i, j = (grid.ravel() for grid in np.meshgrid(np.arange(n), np.arange(around), indexing="ij"))
    corner = [((i + a) % n) * around + (j + b) % around for a, b in ((0, 0), (1, 0), (1, 1), (0, 1))]
    return np.concatenate([np.stack([corner[k] for k in three], 1) for three in ((0, 2, 1), (0, 3, 2))])


def _rings(curve: np.ndarray, radius: float, around: int) -> np.ndarray:
    """Return circles (n, around, 3) about the corners of a closed curve."""
    along = np.roll(curve, -1, 0) - np.roll(curve, 1, 0)
    along /= np.linalg.norm(along, axis=1, keepdims=True)
    side = np.zeros_like(curve)
    start = np.eye(3)[np.abs(along[0]).argmin()]
    side[0] = start
    for k in range(len(curve)):
        former = side[k - 1] if k else start
        side[k] = former - (former @ along[k]) * along[k]
        side[k] /= np.linalg.norm(side[k])
    home = side[-1] - (side[-1] @ along[0]) * along[0]
    twist = np.arctan2(np.cross(home, side[0]) @ along[0], home @ side[0])
    other = np.cross(along, side)
    turn = (twist * np.arange(len(curve)) / len(curve))[:, None] + 2.0 * np.pi * np.arange(around)[None] / around
    c, s = np.cos(turn)[..., None], np.sin(turn)[..., None]
    return curve[:, None] + radius * (c * side[:, None] + s * other[:, None])
