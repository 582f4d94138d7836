"""Semi-discrete optimal transport: power weights that give every site its prescribed area of the unit disk.

The weights maximize Kantorovich's dual, a concave function whose gradient is mass minus area and whose second
derivative is minus the Laplacian of the power diagram, edge length over twice the distance of the sites.
"""

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64

from core.base.errors import InputError, SolveError
from core.base.progress import Progress, Stop, Work, part
from core.geometry.convex_domain import AREA, LEAST_SHARE, segment_offset
from core.transport.arrangement import Arrangement, arrange
from core.transport.clusters import cluster_means, clusters, divided_weights
from core.transport.newton import DampedNewton, NewtonState
from core.transport.power_diagram import power_diagram
from core.transport.regular_triangulation import RegularTriangulation
from core.transport.transport_map import TransportCertificate, TransportMap

_SETTLED = 1e-2  # area error from which weights change little more
_CLUSTER_TOLERANCE = 1e-3


@dataclass(frozen=True, eq=False)
class TransportStep:
    """What the solver shows after each step.

    Parameters
    ----------
    step : int
        Newton steps so far.
    residual : float
        Largest relative area error.
    step_length : float
        Part of the Newton step that was taken; 0 before the first.
    diagrams : int
        Power diagrams computed so far.
    """

    step: int
    residual: float
    step_length: float
    diagrams: int


def solve(
    sites: Float64[np.ndarray, "m 2"],
    masses: Float64[np.ndarray, " m"],
    weights: Float64[np.ndarray, " m"] | None = None,
    *,
    tolerance: float = 1e-9,
    most_steps: int = 200,
) -> Work[TransportMap]:
    """Find the power weights for which the cell of every site has its mass as area.

    Parameters
    ----------
    sites : (m, 2) float64 array
        Targets, in latent units, anywhere in the plane. Coinciding ones are merged.
    masses : (m,) float64 array
        Positive masses in any unit: they are scaled to sum to pi, the area of the disk. None may be below 5e-32 of all.
    weights : (m,) float64 array, optional
        Weights to start from (see `TransportMap.weights_for`). Those that leave a site without a cell are not used.
    tolerance : float
        Wanted |area / mass - 1| of every cell.
    most_steps : int
        Newton steps after which to give up.

    Yields
    ------
    Progress
        With a `TransportStep`. On ``send("stop")`` the best weights reached so far are returned.

    Returns
    -------
    TransportMap
        The best that was reached: steps go on while it gets better. Where that is not within the tolerance,
        ``certificate.converged`` is false.

    Raises
    ------
    InputError
        If a mass is not positive, not finite or too small, or a site or weight is not finite; the message names the
        index.
    SolveError
        If float64 cannot give each site a cell.
    ValueError
        If the arrays do not fit together.

    Notes
    -----
    Damped Newton of Kitagawa, Merigot and Thibert (2019), *J. Eur. Math. Soc.* 21, section 4, once areas are near the
    masses; before, small cells strive for the logarithm of their ratio, which shortens the way. Nearly O(n) a step.
    """
    sites, masses, weights = _checked(sites, masses, weights)
    arrangement = arrange(sites, masses)
    if not len(arrangement.origins):
        yield Progress(1.0, "Sites on one line: solved directly", TransportStep(0, 0.0, 0.0, 1))
        line = _weights_on_line(arrangement.places, arrangement.masses)
        return _transport_map(arrangement, line, None, [], 1, tolerance)
    newton = DampedNewton(arrangement.places, arrangement.masses, tolerance)
    state = _first_state(newton, arrangement, weights)
    state, residuals, diagrams, stopped = yield from _descent(newton, state, tolerance, most_steps)
    if not stopped and state.error > max(tolerance, 4.0 * newton.resolution(state)):
        other, history, more = yield from _from_clusters(newton, arrangement, tolerance, most_steps)
        diagrams += more
        if other is not None and other.error < state.error:
            state, residuals = other, history
    return _transport_map(arrangement, state.weights, state, residuals, diagrams, tolerance)


def _from_clusters(
    newton: DampedNewton, arrangement: Arrangement, tolerance: float, most_steps: int
) -> Work[tuple[NewtonState | None, list[float], int]]:
    """Make Newton steps from the solution for clusters; return as `_descent` does, None where none is to be had."""
    stop = Stop()
    start = yield from _state_of_clusters(newton, arrangement, most_steps, stop)
    if start is None or stop.requested:
        return None, [], 0
    state, residuals, diagrams, _ = yield from _descent(newton, start, tolerance, most_steps)
    return state, residuals, diagrams


def _descent(
    newton: DampedNewton, state: NewtonState, tolerance: float, most_steps: int
) -> Work[tuple[NewtonState, list[float], int, bool]]:
    """Make Newton steps; return the best state, the errors up to it, the diagrams computed and whether told to stop."""
    best, residuals, diagrams, length, stopped = state, [state.error], 1, 0.0, False
    while True:
        ended = state.error <= tolerance or len(residuals) > most_steps
        step = TransportStep(len(residuals) - 1, state.error, length, diagrams)
        fraction = 1.0 if ended else _fraction(residuals[0], state.error, tolerance)
        stopped = (yield Progress(fraction, f"Largest area error {state.error:.1e}", step)) == "stop"
        if ended or stopped:
            break
        found, length, tried = newton.step(state)
        diagrams += tried
        if found is None:
            break
        state = newton.centred(found) if found.error < _SETTLED <= state.error else found
        residuals.append(state.error)
        best = min(best, state, key=lambda one: one.error)
    return best, residuals[: residuals.index(best.error) + 1], diagrams, stopped


def _checked(
    sites: Float64[np.ndarray, "m 2"], masses: Float64[np.ndarray, " m"], weights: Float64[np.ndarray, " m"] | None
) -> tuple[Float64[np.ndarray, "m 2"], Float64[np.ndarray, " m"], Float64[np.ndarray, " m"] | None]:
    """Return the input as float64 arrays, masses scaled to sum to pi; refuse what cannot be used, by index."""
    sites, masses = np.asarray(sites, np.float64), np.asarray(masses, np.float64)
    if sites.ndim != 2 or sites.shape[1] != 2 or masses.shape != (len(sites),) or len(sites) == 0:
        raise ValueError(f"expected sites (m, 2) and masses (m,), m > 0, not {sites.shape} and {masses.shape}")
    bad = np.flatnonzero(~np.isfinite(sites).all(1))
    if len(bad):
        raise InputError("Sites", f"coordinates are not finite ({len(bad)} in all)", f"site {bad[0]}", "Remove them.")
    bad = np.flatnonzero(~(np.isfinite(masses) & (masses > 0)))
    if len(bad):
        reason = f"the mass {masses[bad[0]]:g} is not a positive number ({len(bad)} in all)"
        raise InputError("Masses", reason, f"site {bad[0]}", "Remove the site or give it a positive mass.")
    if weights is not None:
        weights = np.asarray(weights, np.float64)
        if weights.shape != masses.shape:
            raise ValueError(f"expected {len(masses)} weights, not an array of shape {weights.shape}")
        bad = np.flatnonzero(~np.isfinite(weights))
        if len(bad):
            raise InputError("Weights", f"{len(bad)} are not finite", f"site {bad[0]}", "Start without weights.")
    scaled = masses / masses.max()
    scaled *= AREA / math.fsum(scaled)
    bad = np.flatnonzero(scaled < LEAST_SHARE * AREA)
    if len(bad):
        reason = f"the mass {masses[bad[0]]:g} is too small for a cell ({len(bad)} in all): below 5e-32 of all masses"
        raise InputError("Masses", reason, f"site {bad[0]}", "Remove the site or give it a larger mass.")
    return sites, scaled, weights


def _first_state(newton: DampedNewton, arrangement: Arrangement, weights: np.ndarray | None) -> NewtonState:
    """Return a state where every site has a cell: with the weights given, or as in a Voronoi diagram."""
    places, origins, twins = arrangement.places, arrangement.origins, arrangement.twins
    tries = [] if weights is None else [weights[arrangement.given]]
    centre = (places.min(0) + places.max(0)) / 2.0
    radius = float(np.linalg.norm(places - centre, axis=1).max())
    if np.linalg.norm(places, axis=1).max() <= 1.0 and radius > 0.9:
        tries.append(np.zeros(len(places)))
    for shrink in (1.0, 0.9):  # the sites moved into the disk by a similarity: every one lies in its own cell
        tries.append((places**2).sum(1) - shrink / radius * ((places - centre) ** 2).sum(1))
    for candidate in tries:
        state = newton.evaluate(candidate, origins, twins)
        if state is not None:
            return state
    raise SolveError(
        f"Some of the {len(places):,} sites are too close together for float64 to give each a cell. "
        "Merge sites that nearly coincide, or use another chart."
    )


def _state_of_clusters(
    newton: DampedNewton, arrangement: Arrangement, most_steps: int, stop: Stop
) -> Work[NewtonState | None]:
    """Return a start from the solution for the clusters of sites; None if there are none, or it leaves a site out."""
    label = clusters(arrangement.places, arrangement.origins, arrangement.twins)
    if label is None:
        return None
    means, totals = cluster_means(arrangement.places, arrangement.masses, label)
    coarse = yield from part(solve(means, totals, tolerance=_CLUSTER_TOLERANCE, most_steps=most_steps), stop=stop)
    if coarse.n_merged:
        return None
    for shrink in (0.5, 0.25, 0.1, 0.02):
        weights = divided_weights(arrangement.places, label, coarse.diagram, shrink)
        state = newton.evaluate(weights, arrangement.origins, arrangement.twins)
        if state is not None:
            return state
    return None


def _weights_on_line(places: np.ndarray, masses: np.ndarray) -> np.ndarray:
    """Return the exact weights of sites on one line: their cells are strips."""
    order = np.lexsort((places[:, 1], places[:, 0]))
    ordered = places[order]
    step = np.linalg.norm(np.diff(ordered, axis=0), axis=1)
    normal = np.diff(ordered, axis=0) / step[:, None]
    cuts = segment_offset(np.cumsum(masses[order])[:-1])
    middle = ((ordered[1:] + ordered[:-1]) / 2.0 * normal).sum(1)
    weights = np.empty(len(places))
    weights[order] = np.concatenate([[0.0], np.cumsum(2.0 * step * (middle - cuts))])
    return weights


def _transport_map(
    arrangement: Arrangement,
    weights: np.ndarray,
    state: NewtonState | None,
    residuals: list[float],
    diagrams: int,
    tolerance: float,
) -> TransportMap:
    """Return the map with sites in the order given, its certificate computed from the weights alone."""
    n = len(weights)
    sites, masses, ordered = np.empty((n, 2)), np.empty(n), np.empty(n)
    sites[arrangement.order], masses[arrangement.order] = arrangement.places, arrangement.masses
    ordered[arrangement.order] = weights
    triangulation = None
    if state is not None:
        names = np.append(arrangement.order, n).astype(np.int32)
        triangulation = RegularTriangulation(names[state.origins], state.twins, n)
    diagram = power_diagram(sites, ordered, triangulation)
    error = float(np.abs(diagram.areas / masses - 1.0).max())
    slopes = np.bincount(diagram.edges.ravel(), np.repeat(diagram.edge_lengths / (2.0 * diagram.edge_jumps), 2), n)
    resolution = float((np.spacing(np.abs(ordered)) * slopes / masses).max())
    centred = ordered - np.median(ordered)
    certificate = TransportCertificate(
        max_area_error_rel=error,
        duality_gap=abs(float((centred * (masses - diagram.areas)).sum())),
        wasserstein2=math.sqrt(max(diagram.transport_cost, 0.0) / AREA),
        resolution=resolution,
        newton_steps=max(len(residuals) - 1, 0),
        diagrams=diagrams,
        converged=error <= tolerance,
        tolerance=tolerance,
    )
    return TransportMap(diagram, masses, arrangement.site_of, np.array(residuals or [error]), certificate)


def _fraction(first: float, now: float, tolerance: float) -> float:
    """Return how far the error has come down from the first to the tolerance, by orders of magnitude."""
    if first <= tolerance or now <= tolerance:
        return 1.0
    return min(max(math.log(first / now) / math.log(first / tolerance), 0.0), 1.0)
