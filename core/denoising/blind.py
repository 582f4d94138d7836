"""Blind denoising: only the noisy points are given, and the surface is learned from them."""

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float64
from scipy.spatial import KDTree

from core.base.clock import ActiveClock
from core.base.errors import InputError, TopologyError
from core.base.progress import Stop, Work, part
from core.cells.decoder_image import decoder_image
from core.charts.autoencoder import Autoencoder
from core.charts.detail_figures import DetailFigures
from core.charts.latent_image import LatentImage
from core.cloud.making import FEWEST, MADE, refuse_thread, sample
from core.cloud.moving_least_squares import Setting, moving_least_squares
from core.cloud.noise_scale import noise_scale
from core.cloud.outliers import outliers
from core.cloud.reconstruction import surface_through
from core.cloud.smoothing import Smoothed, smoothed
from core.cloud.terrain import is_terrain, terrain
from core.data.noisy_points import NoisyPoints
from core.data.source import Source
from core.data.surface import Surface
from core.denoising.clipping import clipped
from core.denoising.denoise import denoise
from core.denoising.options import DenoisingOptions
from core.denoising.plausibility import is_object_warning
from core.denoising.projection import projection
from core.denoising.result import Denoising
from core.denoising.smooth_fit import RESOLUTION, SmoothFit, smooth_fit
from core.evaluation.certify import certify
from core.geometry.holes import filled
from core.geometry.largest import largest_component
from core.geometry.nearest_triangle import triangle_tree
from core.geometry.simplify import simplified
from core.geometry.topology import topology
from core.training.options import TrainingOptions
from core.training.result import TrainingResult

_SPACING = 2.0
"""Least width of a cell of the grid, in mean distances of the points: the fit adds what the surface leaves out."""
_ENOUGH = 40_000
"""Points beyond which the cells grow: a chart of more triangles takes minutes."""
_HALF, _FACES_A_POINT = 0.5, 2
"""Share of the points near its largest part with which a surface has fallen apart; triangles of a terrain for each."""
_DOUBLE = 0.8
"""Square of the mean over mean of the squares, of distances, above which points belong to two sheets."""
BLIND = "The surface was learned from these points alone: distances are told from it, not from the truth."
"""What is told of every blind denoising."""
DOUBLE = (
    "The points lie to both sides of the surface rather than on it: perhaps they are of two sheets close together, "
    "which were learned as one. Give each sheet alone."
)
"""What is told where two sheets were taken for the noise of one."""


FALLEN = (
    "The surface through the points falls apart: heights over the plane of x and y, one for each place, were learned "
    "instead. What stands before something else is joined to it."
)
"""What is told where the points became a terrain."""


@dataclass(frozen=True, eq=False)
class BlindDenoising:
    """What was learned from noisy points: a project can be made of it.

    Parameters
    ----------
    source : Source
        The surface that was made of the points, roughly smoothed, with what was done in its repairs.
    training : TrainingResult
        The autoencoder, trained on that surface, its detail layer fitted to the noisy points; the certificate compares
        it with that surface, not with the truth, which nobody knows.
    denoising : Denoising
        The noisy points projected onto it.
    """

    source: Source
    training: TrainingResult
    denoising: Denoising


def denoise_blind(given: NoisyPoints, options: TrainingOptions) -> Work[BlindDenoising]:
    """Learn a surface from noisy points alone, and project them onto it.

    Parameters
    ----------
    given : NoisyPoints
        The points.
    options : TrainingOptions
        How the networks are trained; a detail layer is fitted afterwards, to the noisy points.

    Yields
    ------
    Progress
        While training with a `TrainingStep`.

    Raises
    ------
    InputError
        If the points are too few, or lie on a line.
    BudaiError
        If no surface runs through the points.
    TopologyError
        If that surface is not a disk.
    TrainingError
        If training cannot start or go on.

    Notes
    -----
    Moving least squares at the scale of the noise, a surface through what they give, an autoencoder of that surface,
    and then the decoder fitted to the noisy points themselves, its smoothness chosen by points held out. Of more than
    100,000 points that many are learned from, taken at random; all are projected. The noisy
    points meet the surface that all of them agree on, where moving least squares see one neighbourhood at a time.
    """
    clock, stop = ActiveClock(), Stop()
    if len(given.points) < FEWEST:
        reason = f"{len(given.points):,} points are too few to learn a surface from"
        raise InputError(given.name, reason, "", f"Give {FEWEST:,} or more.")
    chosen, taken = sample(np.arange(len(given.points)))
    points = given.points[chosen]
    alone = outliers(points)
    points = points[~alone]
    refuse_thread(given.name, points)
    rough = yield from part(smoothed(points), 0.0, 0.05, clock=clock, stop=stop)
    spacing = _SPACING * max(1.0, float(np.sqrt(len(points) / _ENOUGH)))
    made = yield from part(surface_through(rough, spacing), 0.05, 0.1, clock=clock, stop=stop)
    reach = float(np.median(rough.patches.reach))
    surface = _one_sheet(made.surface)
    near = triangle_tree(surface.corners).query(rough.points)[0] <= reach
    fallen: tuple[str, ...] = ()
    if near.mean() < _HALF and is_terrain(points):
        ground = yield from part(terrain(points), 0.1, 0.12, clock=clock, stop=stop)
        whole = ground.surface
        most = _FACES_A_POINT * min(len(points), _ENOUGH)
        if len(whole.faces) > most:
            whole = yield from part(simplified(whole, most), 0.12, 0.15, clock=clock, stop=stop)
        beside = triangle_tree(whole.corners).query(rough.points)[0] <= reach
        if topology(whole).is_disk and beside.mean() > near.mean():
            surface, near, fallen = whole, beside, (FALLEN,)
    smooth, points = placed(points)[near], points[near]
    source = _loaded(given, surface, rough, len(points), clock.seconds)
    from core.training.train import train  # torch takes seconds to import

    how = replace(options, detail=False)
    training = yield from part(train(surface, how, stop=stop.requested), 0.15, 0.6, clock=clock)
    training = yield from part(_fitted(surface, training, points, smooth), 0.6, 0.9, clock=clock)
    wanted = DenoisingOptions(input="file", path=given.path, columns=given.how.columns, compare=False)
    found = yield from part(denoise(source, training, wanted, given=given), 0.9, 1.0, clock=clock)
    warnings = (DOUBLE,) if is_double(points - smooth) else ()
    warnings += (*fallen, *taken, *_left_out(len(chosen), int(alone.sum()), len(points)))
    others = (text for text in found.warnings if not is_object_warning(text))  # it is the surface of these
    return BlindDenoising(source, training, replace(found, warnings=(BLIND, *warnings, *others)))


def _left_out(n_all: int, n_alone: int, n_learned: int) -> tuple[str, ...]:
    """Say how many points nothing was learned from, and why."""
    elsewhere = n_all - n_alone - n_learned
    warnings = ()
    if n_alone:
        said = f"{n_alone:,} of {n_all:,} points are outliers, far from all others or about no surface"
        warnings += (f"{said}: left out of what was learned.",)
    if elsewhere:
        warnings += (f"{elsewhere:,} of {n_all:,} points lie on other parts: the part with most of them was learned.",)
    return warnings


def is_double(away: Float64[np.ndarray, "n 3"]) -> bool:
    """Return whether points lie to both sides of a surface and few on it, as those of two sheets do.

    Parameters
    ----------
    away : (n, 3) float64 array
        From the surface to each point.

    Notes
    -----
    The square of the mean distance over the mean of its square is 0.64 for Gaussian noise, 0.75 for uniform noise,
    and nears 1 the farther two sheets lie apart compared with their noise. The farthest hundredth is left out.
    """
    distance = np.linalg.norm(away, axis=1)
    distance = distance[distance <= np.quantile(distance, 0.99)]
    square = float((distance**2).mean())
    return square > 0 and float(distance.mean()) ** 2 > _DOUBLE * square


def placed(points: Float64[np.ndarray, "n 3"]) -> Float64[np.ndarray, "n 3"]:
    """Return points on the quadrics of neighbourhoods that are all as wide as the noise asks for.

    The fit takes heights from these, not from patches that end at creases: which neighbours those take depends on the
    noise itself, and the fit would follow it (girl's face, noise 0.5 %: 0.104 instead of 0.0905 %). Two sheets that are
    close meet in their middle.
    """
    tree = KDTree(points)
    return moving_least_squares(tree, points, Setting(noise_scale(points, tree).neighbours, 2))


def _one_sheet(surface: Surface) -> Surface:
    """The largest component, all its boundary loops filled but the longest."""
    known = topology(surface)
    if known.n_components > 1:
        surface = largest_component(surface)[0]
        known = topology(surface)
    return filled(surface).surface if known.n_boundary_loops > 1 else surface


def _loaded(given: NoisyPoints, surface: Surface, rough: Smoothed, n_points: int, seconds: float) -> Source:
    """The surface as if it had been opened; refuse one that no disk can be made of."""
    known = topology(surface)
    if not known.is_disk:
        raise TopologyError(
            f"The surface through the points of {given.name} cannot be learned: {known.verdict} "
            "Give a part of the cloud that is one sheet with one rim."
        )
    done = (
        f"{MADE} {n_points:,} points, smoothed over {rough.width.neighbours:,} neighbours: "
        f"they lie about it by {100 * rough.noise / surface.diagonal:.2g} % of its diagonal"
    )
    stem = given.name.rpartition(".")[0] or given.name
    return Source(given.path, stem, surface, known, (done,), (), seconds, is_learned=True, how=given.how)


def _fitted(
    surface: Surface, training: TrainingResult, points: Float64[np.ndarray, "n 3"], smooth: Float64[np.ndarray, "n 3"]
) -> Work[TrainingResult]:
    """The training with a detail layer that is fitted to the noisy points."""
    clock, rng = ActiveClock(), np.random.default_rng(training.options.seed)
    networks, latent = training.autoencoder, LatentImage(training.codes, surface.faces)
    away = points - smooth
    normals = away / np.maximum(np.linalg.norm(away, axis=1, keepdims=True), np.finfo(float).tiny)
    image = yield from part(decoder_image(networks), 0.0, 0.2, clock=clock)
    feet = yield from part(projection(clipped(image, latent), smooth), 0.2, 0.4, clock=clock)
    fit = yield from part(smooth_fit(networks, feet.codes, points, normals, rng), 0.4, 0.8, clock=clock)
    networks = networks.with_detail(fit.detail)
    seconds = clock.seconds
    figures = _figures(surface, networks, points, smooth, fit, seconds)
    findings = yield from part(certify(surface, networks, rng), 0.8, 1.0, clock=clock)
    return replace(
        training,
        autoencoder=networks,
        certificate=findings.certificate,
        bad_faces=findings.bad_faces,
        detail=figures,
        seconds=training.seconds + seconds,
    )


def _figures(
    surface: Surface, networks: Autoencoder, points: np.ndarray, smooth: np.ndarray, fit: SmoothFit, seconds: float
) -> DetailFigures:
    """What is known of the detail layer; errors include the noise of the points."""

    def rmse(decoded: np.ndarray) -> float:
        return float(np.sqrt(((decoded - points) ** 2).sum(1).mean()) / surface.diagonal)

    codes = networks.encode(smooth)
    return DetailFigures(
        resolution=RESOLUTION,
        spacing=2.0 / RESOLUTION,
        nodes=fit.nodes,
        smoothness=fit.smoothness,
        samples=len(points),
        folded_samples=0,
        folded_share=0.0,
        rmse_rel=rmse(networks.decode(codes)),
        network_rmse_rel=rmse(networks.decode_network(codes)),
        network_numbers=networks.n_parameters,
        detail_numbers=3 * fit.nodes,
        surface_numbers=points.size,
        seconds=seconds,
        held_out_rmse_rel=fit.held_out / surface.diagonal,
        messages=(
            f"The detail layer was fitted to {len(points):,} noisy points with smoothness {fit.smoothness:.2g} on "
            "average, chosen everywhere by the points around that were held out; they lie "
            f"{100 * fit.held_out / surface.diagonal:.3g} % of the diagonal from it.",
        ),
    )
