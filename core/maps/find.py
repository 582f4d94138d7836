"""Finding a map between two learned manifolds."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float64
from scipy.spatial import KDTree

from core.base.clock import ActiveClock
from core.base.errors import BudaiError
from core.base.progress import Progress, Stop, Work, part
from core.data.source import Source, require
from core.embedding.wasserstein import wasserstein2
from core.evaluation.table_figures import learned_rows
from core.geometry.distortion import flipped_triangles, orientation
from core.maps.disk_way import DiskWay, disk_way, disk_way_of_rows
from core.maps.manifold_map import ManifoldMap, MapFigures, Side, carried
from core.maps.options import MOST_ROWS_OF_TRANSPORT, MapsOptions
from core.relu.relu_map import ReluMap

_MOVED = 500
"""Codes that the least movement is found for."""
_FEWEST = 3
"""Pairs that a map can be learned from."""


@dataclass(frozen=True, eq=False)
class _Found:
    """A map, before anything is said of it."""

    networks: tuple[ReluMap, ReluMap] | None
    ways: tuple[DiskWay, DiskWay] | None
    withheld: Bool[np.ndarray, " n"]


def check_sources(first: Source, second: Source, options: MapsOptions) -> None:
    """Refuse what there is no map between, whatever is learned of it.

    Parameters
    ----------
    first, second : Source
        From where and to where.
    options : MapsOptions
        How the map is to be found.

    Raises
    ------
    TopologyError
        If one is a cloud, or a surface that no one chart covers.
    BudaiError
        If they are not of one kind, have different numbers of rows where these are to correspond, or too many.
    """
    if first.is_table != second.is_table:
        kinds = f"{first.name} is {first.words}, {second.name} is {second.words}"
        raise BudaiError(f"{kinds}. A map needs two surfaces, or two tables.")
    for source in (first, second):
        if not source.is_table:
            require(source, "a map", "disk")
    noun, counts = "rows" if first.is_table else "vertices", (len(first.positions), len(second.positions))
    if options.pairs == "rows" and counts[0] != counts[1]:
        raise BudaiError(
            f"{first.name} has {counts[0]:,} {noun}, {second.name} has {counts[1]:,}, so they are no pairs. Take two "
            "of the same number in the same order, or a map without pairs."
        )
    if options.pairs == "none" and max(counts) > MOST_ROWS_OF_TRANSPORT:
        name = (first if counts[0] == max(counts) else second).name
        raise BudaiError(
            f"{name} has {max(counts):,} {noun}; a map without pairs takes {MOST_ROWS_OF_TRANSPORT:,} at most. Take a "
            "simpler one."
        )


def check_sides(first: Side, second: Side, options: MapsOptions) -> None:
    """Refuse two manifolds that there is no map between.

    Parameters
    ----------
    first, second : Side
        From where and to where.
    options : MapsOptions
        How it is to be found.

    Raises
    ------
    BudaiError
        As `check_sources` does, or if their codes cannot be transported.
    """
    check_sources(first.source, second.source, options)
    if options.pairs == "none":
        for side in (first, second):
            dimension = side.training.autoencoder.latent_dimension
            if dimension != 2:
                raise BudaiError(
                    f"Codes of {side.source.name} have {dimension} numbers; a map without pairs needs 2. Train with 2."
                )


def find_map(first: Side, second: Side, options: MapsOptions) -> Work[ManifoldMap]:
    """Find a map from the codes of one manifold to those of another.

    Parameters
    ----------
    first, second : Side
        From where and to where.
    options : MapsOptions
        How.

    Yields
    ------
    Progress
        On ``send("stop")`` what there is so far is finished quickly and returned.

    Returns
    -------
    ManifoldMap
        Where rows correspond, a network that has learned it; otherwise a homeomorphism through the unit disk, to which
        optimal transport carries the measure of either chart. It keeps shares of the measure; it moves codes farther
        than the transport from one chart to the other would, and the figures say how much.

    Raises
    ------
    BudaiError
        As `check_sides` does, or if the map cannot be found.

    Notes
    -----
    A map between the latent spaces of two manifolds: Lei, Luo, Yau and Gu, *Geometric Understanding of Deep Learning*
    (arXiv 1805.10451), figure 9.
    """
    check_sides(first, second, options)
    clock = ActiveClock()
    find = _learned if options.pairs == "rows" else _transported
    found = yield from part(find(first, second, options), 0.0, 0.97, clock=clock)
    yield from clock.pause(Progress(0.97, "Errors of the map"))
    codes = first.training.codes
    images = carried(found.networks, found.ways, codes)
    returns = carried(found.networks, found.ways, images, back=True)
    return ManifoldMap(
        first=first,
        second=second,
        options=options,
        images=images,
        returns=returns,
        withheld=found.withheld,
        networks=found.networks,
        ways=found.ways,
        figures=_figures(first, second, found, images, returns, options.seed),
        seconds=clock.seconds,
        messages=_messages(first, second, options),
    )


def _learned(first: Side, second: Side, options: MapsOptions) -> Work[_Found]:
    """Train a network on pairs of codes."""
    withheld = _withheld(first, second, options)
    learned = ~withheld
    if learned.sum() < _FEWEST:
        raise BudaiError(f"Only {int(learned.sum()):,} pairs are left to learn from. Withhold fewer.")
    yield Progress(None, "Starting PyTorch")
    from core.training.table.correspondence import learn_correspondence  # torch takes seconds to import

    codes = first.training.codes[learned], second.training.codes[learned]
    work = learn_correspondence(*codes, options.widths, options.seconds, options.seed, options.steps)
    return _Found((yield from part(work)), None, withheld)


def _withheld(first: Side, second: Side, options: MapsOptions) -> Bool[np.ndarray, " n"]:
    """Mark the pairs that are not learned from: of tables rows that a chart was tested on, if there are any."""
    n = len(first.training.codes)
    if first.source.is_table:
        seen = [learned_rows(n, side.training.options.test, side.training.options.seed) for side in (first, second)]
        if not (seen[0] & seen[1]).all():
            return ~(seen[0] & seen[1])
    return ~learned_rows(n, options.withheld, options.seed)


def _transported(first: Side, second: Side, options: MapsOptions) -> Work[_Found]:
    """Carry both charts to the disk; between two surfaces the map keeps the side that is outside."""
    stop, ways = Stop(), list[DiskWay]()
    for k, side in enumerate((first, second)):
        ways.append((yield from part(_way(side), 0.5 * k, 0.5 * k + 0.5, stop=stop)))
    sides = [orientation(side.training.codes, side.source.data.faces) for side in (first, second)]
    if not first.source.is_table and sides[0] * sides[1] < 0:
        ways[1] = ways[1].mirrored
    return _Found(None, (ways[0], ways[1]), np.zeros(len(first.training.codes), bool))


def _way(side: Side) -> Work[DiskWay]:
    training = side.training
    if side.source.is_table:
        return disk_way_of_rows(training.codes)
    return disk_way(side.source.surface, training.codes, embedding=training.target)


def _figures(
    first: Side,
    second: Side,
    found: _Found,
    images: Float64[np.ndarray, "n e"],
    returns: Float64[np.ndarray, "n d"],
    seed: int,
) -> MapFigures:
    codes, withheld = first.training.codes, found.withheld
    cycle = np.linalg.norm(returns - codes, axis=1)
    moved = least = None
    if codes.shape[1] == images.shape[1]:
        some = np.random.default_rng(seed).permutation(len(codes))[:_MOVED]
        moved = _rms(images[some] - codes[some])
        least = wasserstein2(codes[some], images[some])
    errors: tuple[float | None, ...] = (None, None, None, None)
    if found.networks is not None:
        errors = _errors(first, second, images, withheld)
    return MapFigures(
        len(codes),
        int(withheld.sum()),
        *errors,
        cycle_rms=float(np.sqrt(np.square(cycle).mean())),
        cycle_max=float(cycle.max()),
        moved_rms=moved,
        least_moved_rms=least,
        area_ratio_sd=() if found.ways is None else tuple(way.area_ratio_sd for way in found.ways),
    )


def _errors(
    first: Side, second: Side, images: Float64[np.ndarray, "n e"], withheld: Bool[np.ndarray, " n"]
) -> tuple[float | None, float | None, float | None, float | None]:
    """Return the errors on pairs withheld and learned, that of the nearest sample, and that of the second chart."""
    aims, diagonal = second.source.positions, second.source.data.diagonal
    off = (second.training.autoencoder.decode(images) - aims) / diagonal
    learned = _rms(off[~withheld])
    if not withheld.any():
        return None, learned, None, None
    points = first.source.positions
    nearest = KDTree(points[~withheld]).query(points[withheld])[1]
    lent = aims[~withheld][nearest] - aims[withheld]
    floor = second.decoded[withheld] - aims[withheld]
    return _rms(off[withheld]), learned, _rms(lent / diagonal), _rms(floor / diagonal)


def _messages(first: Side, second: Side, options: MapsOptions) -> tuple[str, ...]:
    """Say what the user should know."""
    found: list[str] = []
    a, b = first.source.data.faces, second.source.data.faces
    if options.pairs == "rows" and (a.shape != b.shape or (a != b).any()):
        found.append("The two surfaces have other triangles: check that their vertices come in the same order.")
    for side in (first, second):
        if options.pairs == "none" and side.source.has_faces:
            folded = int(flipped_triangles(side.training.codes, side.source.data.faces).sum())
            if folded:
                found.append(
                    f"The chart of {side.source.name} turns {folded:,} triangles over; there the map cannot be undone. "
                    "Train it longer."
                )
    return tuple(found)


def _rms(vectors: np.ndarray) -> float:
    """Root mean square length of some vectors."""
    return float(np.sqrt(np.square(vectors).sum(1).mean()))
