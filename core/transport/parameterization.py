"""A continuous, area-preserving map of a disk-type surface onto the unit disk, without folds.

Transport gives each vertex its cell, with exact area, but the map through the centroids of the cells is exact for
cells, not for triangles, and can fold. Here the areas of the triangles themselves are brought to their targets.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64

from core.base.arrays import frozen
from core.base.progress import Progress, Work
from core.charts.disk_chart import disk_boundary
from core.data.surface import Surface
from core.data.topology import counted
from core.geometry.distortion import signed_areas
from core.transport.area_refinement import AreaRefinement, Refined, turns
from core.transport.harmonic import balanced, balanced_on_sides, boundary_on_circle
from core.transport.surface_measure import SurfaceMeasure
from core.transport.transport_map import TransportMap

_SWEEPS = 10
_LEAST_TURN = 0.6  # radians that the turns from one boundary vertex to the next sum up to at least
_MOST_FOLDED = 0.1  # of all triangles, for the centroids of the cells to be a start
_GAIN, _OVER_STEPS = 0.8, 6  # refinement ends where so many steps do not bring the spread to this part
_UNFOLDING_STEPS = 20
_LEAST_SHARE = 1e-9  # of the mean: the target of triangles without area


@dataclass(frozen=True, eq=False)
class ParameterizationOptions:
    """How far to refine.

    Parameters
    ----------
    steps : int
        Most steps of refinement.
    area_ratio_sd : float
        Standard deviation of the area ratio that is good enough.
    """

    steps: int = 60
    area_ratio_sd: float = 2e-3


@dataclass(frozen=True, eq=False)
class Parameterization:
    """Disk coordinates of the vertices of a surface, and how well each triangle keeps its share.

    Parameters
    ----------
    coordinates : (n, 2) float64 array
        In the closed unit disk, the boundary on the circle.
    area_ratios : (f,) float64 array
        Share of each triangle in the area of the disk over its share on the surface (of the area, or of the measure
        that is carried), unsigned; NaN where the surface's triangle has no area.
    flipped_triangles : int
        Triangles whose image has no area or the wrong orientation.
    history : (k,) float64 array
        Standard deviation of the area ratio at the start and after each step.
    """

    coordinates: Float64[np.ndarray, "n 2"]
    area_ratios: Float64[np.ndarray, " f"]
    flipped_triangles: int
    history: Float64[np.ndarray, " k"]

    def __post_init__(self) -> None:
        object.__setattr__(self, "coordinates", frozen(self.coordinates, np.float64, (None, 2)))
        object.__setattr__(self, "area_ratios", frozen(self.area_ratios, np.float64, (None,)))
        object.__setattr__(self, "history", frozen(self.history, np.float64, (None,)))

    @property
    def area_ratio_sd(self) -> float:
        """Standard deviation of the area ratio over triangles, unweighted."""
        return float(np.nanstd(self.area_ratios))

    @property
    def area_ratio_max_deviation(self) -> float:
        """Largest deviation of an area ratio from 1."""
        return float(np.nanmax(np.abs(self.area_ratios - 1.0)))


@dataclass(frozen=True, eq=False)
class ParameterizationStep:
    """What the refinement shows after each step.

    Parameters
    ----------
    step : int
        Steps so far.
    area_ratio_sd : float
        Standard deviation of the area ratio.
    flipped_triangles : int
        Triangles that are folded over.
    """

    step: int
    area_ratio_sd: float
    flipped_triangles: int


def area_preserving_parameterization(
    surface: Surface,
    measure: SurfaceMeasure,
    transport: TransportMap,
    options: ParameterizationOptions | None = None,
    embedding: Float64[np.ndarray, "n 2"] | None = None,
) -> Work[Parameterization]:
    """Map a disk-type surface onto the unit disk so that every triangle keeps its share of the area.

    Parameters
    ----------
    surface : Surface
        A topological disk.
    measure : SurfaceMeasure
        What is to be kept: the area, or another measure of the surface.
    transport : TransportMap
        Transport to the sites of this measure; the result is turned (or mirrored) to lie as its centroids do.
    options : ParameterizationOptions, optional
        How far to refine.
    embedding : (n, 2) float64 array, optional
        A map of the vertices onto the disk without folds, the boundary on the circle: the start where that by the
        centroids folds too much.

    Yields
    ------
    Progress
        With a `ParameterizationStep`. On ``send("stop")`` the best so far is returned.

    Returns
    -------
    Parameterization
        Without folds, unless rounding leaves none free of them: then it says how many there are.

    Raises
    ------
    TopologyError
        If the surface is not a disk.

    Notes
    -----
    Start: each vertex at the centroid of its cell, the boundary on the circle; where that folds too much, as in the
    embedding, or without one at the mean of its neighbours. A few fixed-point sweeps of the stretch energy of Yueh,
    Lin, Wu and Yau (2019), *J. Sci. Comput.* 78, give the triangles a better shape. Then least squares over the
    triangles, guarded against folds, one sparse factorization a step. There are about as many triangles as unknowns,
    so the areas cannot all be met in general: the spread has a least value above 0 that depends on the mesh, and
    refinement ends where little is gained.
    """
    options = options or ParameterizationOptions()
    loop, face_masses = disk_boundary(surface), measure.face_masses(surface)
    shares = np.maximum(face_masses, _LEAST_SHARE * face_masses.mean())
    shares = shares / shares.sum()
    start, stopped = yield from _start(
        surface, loop, shares, _transported(surface, loop, measure, transport), embedding
    )
    refinement = AreaRefinement(surface.faces, loop, shares)
    if stopped:
        now, history = refinement.at(start), [_deviation(refinement.at(start), shares)]
    else:
        now, history = yield from _refined(surface, loop, shares, refinement, start, options)
    return measured_parameterization(surface, _aligned(now.coordinates, transport, measure), face_masses, history)


def _refined(
    surface: Surface,
    loop: np.ndarray,
    shares: np.ndarray,
    refinement: AreaRefinement,
    start: np.ndarray,
    options: ParameterizationOptions,
) -> Work[tuple[Refined, list[float]]]:
    """Refine until the areas are even enough or little is gained; return the last state and the spreads."""
    now = refinement.at(start)
    history, since = [_deviation(now, shares)], 0
    for step in range(options.steps):
        if now.n_flipped == 0 and (history[-1] <= options.area_ratio_sd or _is_stuck(history[since:])):
            break
        if (yield _progress(step / options.steps, now, history)) == "stop":
            return now, history
        found = refinement.step(now) if now.n_flipped == 0 or step < _UNFOLDING_STEPS else None
        if found is None and now.n_flipped == 0:
            break
        found = found or refinement.at(_unfolded_sweeps(surface, loop, shares))
        if now.n_flipped > 0:
            since = len(history)  # another error is lessened from here on
        now = found
        history.append(_deviation(now, shares))
    yield _progress(1.0, now, history)
    return now, history


def _start(
    surface: Surface, loop: np.ndarray, shares: np.ndarray, coordinates: np.ndarray, embedding: np.ndarray | None
) -> Work[tuple[np.ndarray, bool]]:
    """Sweep from coordinates, unless they are folded too much, and return what comes out; also whether to stop."""
    folded = (signed_areas(coordinates[surface.faces]) <= 0).mean()
    if folded > _MOST_FOLDED:
        coordinates = _embedded(surface, loop) if embedding is None else embedding
    for sweep in range(_SWEEPS):
        if (yield Progress(0.0, f"Spreading areas over the disk: sweep {sweep + 1} of {_SWEEPS}")) == "stop":
            return coordinates, True
        coordinates = _sweep(surface.faces, loop, shares, coordinates)
    return coordinates, False


def _progress(fraction: float, now: Refined, history: list[float]) -> Progress:
    """Say how even the areas are, and how many triangles are folded."""
    message = f"Area ratio spread {history[-1]:.2e}, {counted(now.n_flipped, 'triangle')} folded"
    return Progress(fraction, message, ParameterizationStep(len(history) - 1, history[-1], now.n_flipped))


def measured_parameterization(
    surface: Surface,
    coordinates: Float64[np.ndarray, "n 2"],
    face_masses: Float64[np.ndarray, " f"],
    history: list[float] | None = None,
) -> Parameterization:
    """Return disk coordinates of a surface's vertices with their area ratios, whatever they are like."""
    signed = signed_areas(coordinates[surface.faces])
    side = 1.0 if signed.sum() >= 0 else -1.0
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = (np.abs(signed) / np.abs(signed).sum()) / (face_masses / face_masses.sum())
    ratios = np.where(surface.face_areas > 0, ratios, np.nan)
    flipped = int((side * signed <= 0).sum())
    return Parameterization(coordinates, ratios, flipped, np.array(history or [float(np.nanstd(ratios))]))


def _deviation(now: Refined, shares: np.ndarray) -> float:
    """Standard deviation of the area ratio."""
    return float((np.abs(now.areas) / np.abs(now.areas).sum() / shares).std())


def _embedded(surface: Surface, loop: np.ndarray) -> np.ndarray:
    """Return the map onto the disk with each vertex at the mean of its neighbours, which folds nothing."""
    ends = surface.edges
    return balanced(boundary_on_circle(surface, loop), loop, ends[:, 0], ends[:, 1], np.ones(len(ends)))


def _is_stuck(history: list[float]) -> bool:
    """Tell whether the last steps gained little."""
    return len(history) > _OVER_STEPS and history[-1] > _GAIN * history[-1 - _OVER_STEPS]


def _transported(surface: Surface, loop: np.ndarray, measure: SurfaceMeasure, transport: TransportMap) -> np.ndarray:
    """Return each vertex at the centroid of its cell, turned over if need be, the boundary in order on the circle."""
    centroids = np.nan_to_num(transport.centroids)[transport.site_of]
    coordinates = np.where(measure.owner[:, None] >= 0, centroids[measure.owner], 0.0)
    if signed_areas(coordinates[surface.faces]).sum() < 0:
        coordinates *= (1.0, -1.0)
    steps = np.maximum(turns(coordinates[loop]), _LEAST_TURN / len(loop))
    along = 2.0 * np.pi * np.concatenate([[0.0], np.cumsum(steps)[:-1]]) / steps.sum()
    direction = coordinates[loop] @ (1.0, 1j) * np.exp(-1j * along)  # where each wants the first vertex to be
    angle = along + np.angle(direction.sum())
    coordinates[loop] = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return coordinates


def _unfolded_sweeps(surface: Surface, loop: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """Return coordinates after sweeps that each go only as far as no triangle flips; they start without any."""
    coordinates = _embedded(surface, loop)
    for _ in range(2 * _SWEEPS):
        towards, length = _sweep(surface.faces, loop, shares, coordinates) - coordinates, 1.0
        while length > 1e-3 and (signed_areas((coordinates + length * towards)[surface.faces]) <= 0).any():
            length *= 0.5
        if length <= 1e-3:
            break
        coordinates = coordinates + length * towards
    return coordinates


def _sweep(faces: np.ndarray, loop: np.ndarray, shares: np.ndarray, coordinates: np.ndarray) -> np.ndarray:
    """One sweep: edges weigh as cotangents in the image, times the area ratio of their triangles."""
    corners = coordinates[faces]
    areas = np.abs(signed_areas(corners))
    ratio = areas / areas.sum() / shares
    first, second = np.roll(corners, -1, axis=1) - corners, np.roll(corners, -2, axis=1) - corners
    cotangents = (first * second).sum(2) / np.maximum(2.0 * areas, 1e-300)[:, None]
    weights = 0.5 * cotangents * ratio[:, None]
    return balanced_on_sides(coordinates, loop, faces, weights)


def _aligned(coordinates: np.ndarray, transport: TransportMap, measure: SurfaceMeasure) -> np.ndarray:
    """Turn coordinates about the centre, or mirror them, so that they lie as the centroids of the transport do."""
    centroids = np.nan_to_num(transport.centroids)[transport.site_of]
    u, _, v = np.linalg.svd((measure.masses[:, None] * coordinates[measure.site_vertex]).T @ centroids)
    return coordinates @ (u @ v)
