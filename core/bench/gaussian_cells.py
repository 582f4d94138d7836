"""Exact measures of power cells under a sum of round Gaussians: masses, costs, densities along edges.

Of each Gaussian the mass of a cell is 1 or 0 (whether it holds the middle) less the flux of a field through its edges.
The field falls off like the density, so that the circle that closes the diagram counts for nothing, and its flux
through a segment is Owen's T function, so that nothing is sampled.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64
from scipy.special import ndtr, owens_t

from core.transport.power_diagram import PowerDiagram

_FAR = 9.0
"""Deviations beyond which a Gaussian has less than 1e-17 of its mass."""
_ON_EDGE = 1e-14
_ASIDE = 1e-12 * np.array([0.6, 0.8])
"""How a middle is moved that lies on an edge: there it is the field's one singular point."""


@dataclass(frozen=True, eq=False)
class GaussianCells:
    """What a sum of Gaussians has in each cell of a power diagram.

    Parameters
    ----------
    masses : (n,) float64 array
        Of the cells; they sum to 1.
    costs : (n,) float64 array
        Integral over each cell of the squared distance to its site.
    on_edges : (e,) float64 array
        Integral of the density along each edge of the diagram.
    """

    masses: Float64[np.ndarray, " n"]
    costs: Float64[np.ndarray, " n"]
    on_edges: Float64[np.ndarray, " e"]


def gaussian_cells(
    diagram: PowerDiagram, middles: Float64[np.ndarray, "k 2"], deviation: float, shares: Float64[np.ndarray, " k"]
) -> GaussianCells:
    """Return what a sum of Gaussians has in the cells of a diagram.

    Parameters
    ----------
    diagram : PowerDiagram
        Cells of the unit disk, which has to hold all but 1e-17 of each Gaussian.
    middles : (k, 2) float64 array
        Their middles, in units of the diagram.
    deviation : float
        Standard deviation of all in each coordinate.
    shares : (k,) float64 array
        Their masses; they sum to 1.

    Notes
    -----
    With r = x - middle and rho the density of one Gaussian of deviation s, over a cell with outward normal n:
    the mass is [middle in the cell] - (1 / 2 pi) closed integral of exp(-r^2 / 2 s^2) (r . n) / r^2, by Gauss' theorem;
    the integral of r rho is -s^2 that of rho n, and of r^2 rho it is s^2 (2 mass - that of rho (r . n)). Owen (1956),
    *Ann. Math. Statist.* 27: T(h, a) = (1 / 2 pi) integral from 0 to a of exp(-h^2 (1 + x^2) / 2) / (1 + x^2).
    """
    n, sites = len(diagram.sites), diagram.sites
    tail, head = diagram.edges.T
    masses, costs = np.zeros(n), np.zeros(n)
    on_edges = np.zeros(len(tail))
    first, last = diagram.segments[:, 0], diagram.segments[:, 1]
    along = (last - first) / diagram.edge_lengths[:, None]
    normals = (sites[head] - sites[tail]) / diagram.edge_jumps[:, None]
    for given, share in zip(middles, shares, strict=True):
        is_on_edge = np.abs(((first - given) * normals).sum(1)).min(initial=1.0) < _ON_EDGE
        middle = given + _ASIDE if is_on_edge else given
        owner = int((((middle - sites) ** 2).sum(1) - diagram.weights).argmin())
        height = ((first - middle) * normals).sum(1)
        low, high = ((first - middle) * along).sum(1), ((last - middle) * along).sum(1)
        near = np.flatnonzero(
            (np.abs(height) < _FAR * deviation) & (low < _FAR * deviation) & (high > -_FAR * deviation)
        )
        i, j, d, a, b = tail[near], head[near], height[near], low[near], high[near]
        flux = owens_t(d / deviation, b / d) - owens_t(d / deviation, a / d)
        dense = np.exp(-0.5 * (d / deviation) ** 2) / (np.sqrt(2.0 * np.pi) * deviation)
        dense *= ndtr(b / deviation) - ndtr(a / deviation)
        on_edges[near] += share * dense

        mass = np.bincount(j, flux, n) - np.bincount(i, flux, n)
        mass[owner] += 1.0
        squares = deviation**2 * (2.0 * mass + np.bincount(j, d * dense, n) - np.bincount(i, d * dense, n))
        pull = dense[:, None] * normals[near]
        means = deviation**2 * np.column_stack(
            [np.bincount(j, pull[:, c], n) - np.bincount(i, pull[:, c], n) for c in range(2)]
        )
        apart = middle - sites
        masses += share * mass
        costs += share * (squares + 2.0 * (means * apart).sum(1) + (apart**2).sum(1) * mass)
    return GaussianCells(masses, costs, on_edges)
