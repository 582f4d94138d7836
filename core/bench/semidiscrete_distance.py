"""W2 between a density in the plane and points, by power diagrams: bounds that meet, and nothing is sampled."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64
from scipy.sparse import csc_matrix
from scipy.sparse.linalg import splu

from core.base.progress import finish
from core.bench.gaussian_cells import GaussianCells, gaussian_cells
from core.transport.power_diagram import PowerDiagram, power_diagram
from core.transport.semidiscrete import solve

MOST_SITES = 1000
"""Points that are carried to; of more the first are taken: a thousand take about three seconds."""
_REACH = 12.0
"""Deviations about the middles that the diagram covers."""
_SHARES = (0.8, 0.6, 0.4, 0.2, 0.1, 0.05, 0.02, 0.01, 1e-3, 1e-4, 1e-9)
"""Of the mass that is spread evenly over the disk, from step to step."""
_NEAR, _SOLVED = 0.3, 1e-6
"""Largest error of a mass, relative to it, with which a step ends, and the last one."""
_MOST_STEPS = 100
_SHORTEST = 1e-9


@dataclass(frozen=True)
class Bounds:
    """Between what a distance lies, in the units of the points.

    Parameters
    ----------
    lower : float
        Square root of the value of Kantorovich's dual, a lower bound for any weights.
    upper : float
        Square root of the cost of a coupling.
    """

    lower: float
    upper: float


@dataclass(frozen=True, eq=False)
class _Problem:
    """Gaussians and points, scaled into the unit disk."""

    sites: Float64[np.ndarray, "n 2"]
    masses: Float64[np.ndarray, " n"]
    middles: Float64[np.ndarray, "k 2"]
    deviation: float
    shares: Float64[np.ndarray, " k"]


@dataclass(frozen=True, eq=False)
class _State:
    """Weights, and what cells have of the density of which a share is spread evenly."""

    weights: Float64[np.ndarray, " n"]
    diagram: PowerDiagram
    cells: GaussianCells
    masses: Float64[np.ndarray, " n"]
    on_edges: Float64[np.ndarray, " e"]


def distance_to_gaussians(
    points: Float64[np.ndarray, "n 2"],
    middles: Float64[np.ndarray, "k 2"],
    deviation: float,
    shares: Float64[np.ndarray, " k"],
) -> Bounds:
    """Return W2 between the uniform measure on points and a sum of round Gaussians.

    Parameters
    ----------
    points : (n, 2) float64 array
        The points; those that coincide count as often as they are there.
    middles : (k, 2) float64 array
        Middles of the Gaussians.
    deviation : float
        Their standard deviation in each coordinate.
    shares : (k,) float64 array
        Their masses; they sum to 1.

    Notes
    -----
    Kantorovich's dual is maximized over the power weights by the damped Newton steps of Kitagawa, Merigot and Thibert
    (2019), *J. Eur. Math. Soc.* 21. They ask for a density without gaps: so a share of the mass is spread over the
    disk, ever less of it, each solution being the start of the next; with a billionth the weights are those of the
    density itself, whose dual and cost then differ in the seventh digit.
    """
    problem, unit = _scaled(points, middles, deviation, shares)
    weights = finish(solve(problem.sites, problem.masses)).weights
    for share in _SHARES:
        weights = _solved(problem, weights, share, _SOLVED if share == _SHARES[-1] else _NEAR)
    state = _evaluated(problem, weights, 0.0)
    cells = state.cells
    dual = float(cells.costs.sum() + state.weights @ (problem.masses - cells.masses))
    return Bounds(unit * max(dual, 0.0) ** 0.5, unit * _cost(problem, cells) ** 0.5)


def _scaled(points: np.ndarray, middles: np.ndarray, deviation: float, shares: np.ndarray) -> tuple[_Problem, float]:
    """Return points and Gaussians moved into the unit disk, and the length of its radius."""
    centre = 0.5 * (middles.min(0) + middles.max(0))
    unit = float(np.linalg.norm(middles - centre, axis=1).max() + _REACH * deviation)
    sites, counts = np.unique((points - centre) / unit, axis=0, return_counts=True)
    return _Problem(sites, counts / len(points), (middles - centre) / unit, deviation / unit, shares), unit


def _solved(
    problem: _Problem, weights: Float64[np.ndarray, " n"], share: float, tolerance: float
) -> Float64[np.ndarray, " n"]:
    """Return weights for which masses are right to a tolerance, or as near as steps come."""
    state = _evaluated(problem, weights, share)
    for _ in range(_MOST_STEPS):
        gradient = problem.masses - state.masses
        if np.abs(gradient / problem.masses).max() <= tolerance:
            break
        found = _step(problem, state, gradient, share)
        if found is None:
            break
        state = found
    return state.weights


def _evaluated(problem: _Problem, weights: Float64[np.ndarray, " n"], share: float) -> _State:
    weights = weights - weights.mean()
    diagram = power_diagram(problem.sites, weights)
    cells = gaussian_cells(diagram, problem.middles, problem.deviation, problem.shares)
    return _State(
        weights,
        diagram,
        cells,
        (1.0 - share) * cells.masses + share * diagram.areas / np.pi,
        (1.0 - share) * cells.on_edges + share * diagram.edge_lengths / np.pi,
    )


def _step(problem: _Problem, state: _State, gradient: Float64[np.ndarray, " n"], share: float) -> _State | None:
    """Take a Newton step, halved until no cell has too little and the error falls; None where none is found."""
    direction, length = _newton(state, gradient), 1.0
    floor = 0.5 * min(state.masses.min(), problem.masses.min())
    error = np.linalg.norm(gradient)
    while length > _SHORTEST:
        found = _evaluated(problem, state.weights + length * direction, share)
        falls = np.linalg.norm(problem.masses - found.masses) <= (1.0 - 0.5 * length) * error
        if falls and found.masses.min() >= floor:
            return found
        length *= 0.5
    return None


def _newton(state: _State, gradient: Float64[np.ndarray, " n"]) -> Float64[np.ndarray, " n"]:
    """Return the Newton step: a mass changes by the density along an edge over twice the distance of the sites."""
    (i, j), n = state.diagram.edges.T, len(gradient)
    flow = state.on_edges / (2.0 * state.diagram.edge_jumps)
    degrees = np.bincount(i, flow, n) + np.bincount(j, flow, n)
    every = np.arange(n)
    rows, columns = np.concatenate([i, j, every]), np.concatenate([j, i, every])
    matrix = csc_matrix((np.concatenate([-flow, -flow, degrees]), (rows, columns)), shape=(n, n))
    step = np.zeros(n)  # weights count up to a constant: the last one stays
    if n > 1:
        step[:-1] = splu(matrix[:-1, :-1]).solve(gradient[:-1])
    return step


def _cost(problem: _Problem, cells: GaussianCells) -> float:
    """Return the cost of the cells with what is too much in some of them carried to any others: an upper bound.

    By Minkowski a part of the mass of a cell, taken evenly from it, goes to another site at most as far as to its own
    and from there across all sites.
    """
    too_much = np.maximum(cells.masses - problem.masses, 0.0)
    cost, moved = float(cells.costs.sum()), too_much > 0.0
    if not moved.any():
        return cost
    own = np.sqrt(np.maximum(cells.costs[moved], 0.0) / cells.masses[moved])
    across = float(np.linalg.norm(np.ptp(problem.sites, axis=0)))
    return cost + float(too_much[moved] @ (own + across) ** 2)
