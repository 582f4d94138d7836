"""Brenier's potential: the convex polyhedral function whose gradient is the transport map."""

import numpy as np
from jaxtyping import Float64, Int64

from core.transport.power_diagram import PowerDiagram

_BLOCK = 1 << 22  # products of points and sites held at a time


def brenier_potential(
    points: Float64[np.ndarray, "m 2"],
    sites: Float64[np.ndarray, "n 2"],
    weights: Float64[np.ndarray, " n"],
) -> Float64[np.ndarray, " m"]:
    r"""Evaluate the convex potential whose gradient is the transport map.

    Parameters
    ----------
    points : (m, 2) float64 array
        Where to evaluate, in latent units.
    sites : (n, 2) float64 array
        Targets :math:`y_i` of the transport, in latent units.
    weights : (n,) float64 array
        Power weights :math:`w_i`, in squared latent units; only differences matter.

    Returns
    -------
    (m,) float64 array
        :math:`u(x) = \max_i \langle x, y_i\rangle + \tfrac12(w_i - |y_i|^2)`.

    Raises
    ------
    ValueError
        If there is no site.

    Notes
    -----
    O(mn) time, by brute force; with the cells at hand `potential_in_cells` is quick. Power diagrams: Aurenhammer
    (1987), *SIAM J. Comput.* 16(1).

    Examples
    --------
    >>> sites = np.array([[-1.0, 0.0], [1.0, 0.0]])
    >>> brenier_potential(np.array([[2.0, 0.0]]), sites, np.zeros(2))
    array([1.5])
    """
    if not len(sites):
        raise ValueError("the potential needs at least one site")
    points, heights = np.asarray(points, np.float64), plane_heights(sites, weights)
    result = np.empty(len(points))
    block = max(_BLOCK // len(sites), 1)
    for start in range(0, len(points), block):
        part = slice(start, start + block)
        result[part] = (points[part] @ np.asarray(sites, np.float64).T + heights).max(1)
    return result


def potential_in_cells(
    points: Float64[np.ndarray, "m 2"],
    cells: np.ndarray,
    sites: Float64[np.ndarray, "n 2"],
    weights: Float64[np.ndarray, " n"],
) -> Float64[np.ndarray, " m"]:
    """Evaluate the potential at points whose cells are known: the plane of that site alone."""
    return (np.asarray(points, np.float64) * sites[cells]).sum(1) + plane_heights(sites, weights)[cells]


def brenier_surface(
    diagram: PowerDiagram, arc_step: float = 0.02
) -> tuple[Float64[np.ndarray, "k 3"], Int64[np.ndarray, " m"]]:
    """Graph of the potential over the disk: a convex surface with one flat facet above each cell.

    Parameters
    ----------
    diagram : PowerDiagram
        The cells.
    arc_step : float
        Longest angle of a chord that stands for an arc of the circle, in radians.

    Returns
    -------
    points : (k, 3) float64 array
        Corners of all facets, one after another: place in the disk, and the potential there.
    offsets : (n + 1,) int64 array
        The corners of the facet of site i are ``points[offsets[i]:offsets[i + 1]]``; none for a site without a cell.
    """
    corners, offsets = diagram.outlines(arc_step)
    cells = np.repeat(np.arange(len(diagram.sites)), np.diff(offsets))
    heights = potential_in_cells(corners, cells, diagram.sites, diagram.weights)
    return np.column_stack([corners, heights]), offsets


def plane_heights(sites: Float64[np.ndarray, "n 2"], weights: Float64[np.ndarray, " n"]) -> Float64[np.ndarray, " n"]:
    """Value above the centre of the disk of each site's plane: (w_i - |y_i|^2) / 2."""
    return 0.5 * (np.asarray(weights, np.float64) - (np.asarray(sites, np.float64) ** 2).sum(1))
