"""Generation: codes drawn in the disk and decoded, and walks between two codes."""

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float64

from core.base.clock import ActiveClock
from core.base.progress import Progress, Work, part
from core.cells.decoder_image import DecoderImage, decoder_image
from core.cells.decoder_pieces import DecoderPieces
from core.charts.autoencoder import Autoencoder
from core.charts.latent_image import LatentImage
from core.data.source import Source, require
from core.data.surface import Surface
from core.generation.corridor import corridor
from core.generation.generation import Generation, Walk
from core.generation.geodesic import geodesic
from core.generation.latent_path import straight_path
from core.generation.options import GenerationOptions
from core.generation.rows import generate_rows
from core.geometry.convex_domain import uniform_points
from core.geometry.nearest_triangle import TriangleTree, triangle_tree
from core.relu.cell_complex import CellComplex
from core.training.result import TrainingResult
from core.transport.sampler import transport_samples
from core.transport.semidiscrete import solve
from core.transport.surface_measure import surface_measure
from core.transport.transport import Transport

_BLOCK = 20_000
"""Points decoded between two places to cancel."""

_MOST_ROUNDS = 100
"""How often codes are drawn anew for those on faces of other charts."""

DOUBTFUL = (
    "The geodesic may not be one: it was given up after 50,000 steps, or passes a piece that the decoder takes "
    "to a point or a line."
)
"""What is told of a walk that did not converge."""


@dataclass(frozen=True, eq=False)
class ChartShare:
    """What one chart of an atlas is to give.

    Parameters
    ----------
    count : int
        How many points.
    owned : (f,) bool array
        The faces of the chart that are its own: what is transported to others is left to their owners.
    owned_part : float
        Their part of its area.
    truth : TriangleTree
        The whole surface, from which distances are told.
    seed : int
        Its number: each chart draws for itself.
    """

    count: int
    owned: Bool[np.ndarray, " f"]
    owned_part: float
    truth: TriangleTree
    seed: int


def generate(
    source: Source,
    training: TrainingResult,
    transport: Transport | None,
    options: GenerationOptions,
    known: CellComplex | DecoderPieces | None = None,
    share: ChartShare | None = None,
) -> Work[Generation]:
    """Draw codes, decode them, and say which of them are codes of the surface at all.

    Parameters
    ----------
    source : Source
        The surface that the autoencoder was trained on.
    training : TrainingResult
        The autoencoder.
    transport : Transport or None
        The transport to the chart of the autoencoder; solved here where it is needed and not given.
    options : GenerationOptions
        Where codes come from, and the ends of a walk.
    known : CellComplex or DecoderPieces, optional
        The cells of the decoder in the disk, or with a detail layer its pieces, where they are known already.
    share : ChartShare, optional
        What it is to give where it is one chart of an atlas.

    Yields
    ------
    Progress
        Without payload.

    Raises
    ------
    BudaiError
        If the source is a cloud, or an end of the walk lies outside the disk.
    SolveError
        If the transport cannot be solved.
    """
    if source.is_table:
        return (yield from part(generate_rows(source.table, training, transport, options)))
    require(source, "generation", "faces")
    surface = source.surface
    clock, networks, warnings = ActiveClock(), training.autoencoder, list[str]()
    drawing = _drawn(surface, training, transport, options, warnings, share)
    codes, disk_points = yield from part(drawing, 0.0, 0.3, clock=clock)
    points = yield from part(_decoded(networks, codes), 0.3, 0.5, clock=clock)
    yield from clock.pause(Progress(0.5, "Distances from the surface"))
    truth = triangle_tree(surface.corners) if share is None else share.truth
    distances = truth.query(points)[0] if len(points) else np.zeros(0)
    latent = LatentImage(training.codes, surface.faces)
    inside = latent.contains(codes)
    warnings.extend(strangers(inside) if share is None else ())
    walk = None
    if options.has_walk and share is None:
        walk = yield from part(_walk(networks, latent, options, known), 0.6, clock=clock)
        warnings.extend(() if walk.converged else (DOUBTFUL,))
    return Generation(
        options=options,
        codes=codes,
        points=points,
        inside=inside,
        distances=distances,
        disk_points=disk_points,
        diagonal=surface.diagonal,
        walk=walk,
        seconds=clock.seconds,
        warnings=tuple(warnings),
    )


def find_walk(
    image: DecoderImage,
    autoencoder: Autoencoder,
    latent: LatentImage,
    start: Float64[np.ndarray, " 2"],
    stop: Float64[np.ndarray, " 2"],
) -> Work[Walk]:
    """Find the straight path and a geodesic between two codes.

    Parameters
    ----------
    image : DecoderImage
        The exact image of the disk.
    autoencoder : Autoencoder
        Whose image it is.
    latent : LatentImage
        Where codes of the surface lie.
    start, stop : (2,) float64 array
        The two codes.

    Raises
    ------
    BudaiError
        If an end lies outside the disk.
    """
    straight = straight_path(image, autoencoder, start, stop)
    around = corridor(autoencoder, latent, start, stop)
    found = yield from part(geodesic(image, start, stop, latent, around))
    return Walk(straight, found.path, found.converged, straight.share_outside(latent), found.path.share_outside(latent))


def _walk(
    autoencoder: Autoencoder,
    latent: LatentImage,
    options: GenerationOptions,
    known: CellComplex | DecoderPieces | None,
) -> Work[Walk]:
    """The walk that was asked for."""
    image = yield from part(decoder_image(autoencoder, known), 0.0, 0.5)
    ends = np.array(options.start), np.array(options.stop)
    return (yield from part(find_walk(image, autoencoder, latent, *ends), 0.5))


def _drawn(
    surface: Surface,
    training: TrainingResult,
    transport: Transport | None,
    options: GenerationOptions,
    warnings: list[str],
    share: ChartShare | None,
) -> Work[tuple[np.ndarray, np.ndarray]]:
    """Codes, and the points of the uniform disk that they came from, or the codes again."""
    yield Progress(0.0, "Drawing codes")
    rng, count = np.random.default_rng(options.seed), options.count
    if share is not None:
        rng, count = np.random.default_rng((options.seed, share.seed)), share.count
    if options.origin == "uniform":
        codes = uniform_points(count, rng)
        return codes, codes
    if options.origin == "gaussian":
        codes = rng.normal(size=(count, 2)) * options.spread
        return codes, codes
    if transport is None:
        measure = surface_measure(surface, training.codes)
        solving = solve(measure.sites, measure.masses)
        solution = yield from part(solving, report=lambda progress: replace(progress, payload=None))
        warnings += [solution.shortfall] if solution.shortfall else []
    else:
        solution, measure = transport.map, transport.measure
        if transport.options.measure != "area":
            warnings.append(f"The points are uniform by {transport.measure_label}, as the transport was asked for.")
    found: list[tuple[np.ndarray, np.ndarray]] = []
    missing = count
    for _ in range(_MOST_ROUNDS):
        part_owned = 1.0 if share is None else max(share.owned_part, 1e-3)
        many = missing if share is None else int(1.2 * missing / part_owned) + 16
        drawn = transport_samples(surface, solution, measure, many, rng)
        own = slice(None) if share is None else np.flatnonzero(share.owned[drawn.samples.faces])[:missing]
        corners = training.codes[surface.faces[drawn.samples.faces[own]]]
        codes = np.einsum("nk,nkd->nd", drawn.samples.barycentric[own], corners)
        found.append((codes, drawn.disk_points[own]))
        missing -= len(codes)
        if missing <= 0:
            break
        yield Progress(0.9, "Drawing codes")
    codes, disk_points = (np.concatenate(some) for some in zip(*found, strict=True))
    return codes, disk_points


def strangers(inside: Bool[np.ndarray, " n"]) -> tuple[str, ...]:
    """Return which codes are none of the surface as a warning, none where all are."""
    if inside.all():
        return ()
    n = f"{int((~inside).sum()):,} of {len(inside):,}"
    return (f"{n} codes are none of the surface: what the decoder makes of them was never learned.",)


def _decoded(autoencoder: Autoencoder, codes: np.ndarray) -> Work[np.ndarray]:
    """Images of codes, with places to cancel."""
    points = np.empty((len(codes), 3))
    for start in range(0, len(codes), _BLOCK):
        yield Progress(start / len(codes), f"Decoding {len(codes):,} codes")
        points[start : start + _BLOCK] = autoencoder.decode(codes[start : start + _BLOCK])
    return points
