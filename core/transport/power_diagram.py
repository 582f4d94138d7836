"""Power diagram of weighted sites in the exact unit disk: areas, moments, edges and outlines of the cells.

The areas come from Green's formula (see `green`), so no cell is clipped and no arc is replaced by a polygon.
"""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float64, Int64

from core.base.arrays import frozen
from core.transport.cell_outlines import outlines
from core.transport.green import add_hull_sectors, lines_of_triangles, measure_inner_cells, swept_regions
from core.transport.regular_triangulation import RegularTriangulation, regular_triangulation


@dataclass(frozen=True, eq=False)
class PowerDiagram:
    """Laguerre cells of sites, cut by the unit disk.

    Parameters
    ----------
    sites : (n, 2) float64 array
        Sites y_i.
    weights : (n,) float64 array
        Power weights w_i: the cell of i is where |x - y_i|^2 - w_i is least.
    triangulation : RegularTriangulation
        Dual of the diagram in the whole plane.
    areas : (n,) float64 array
        Areas of the cells; they sum to pi. 0 for a site without a cell.
    moments : (n, 2) float64 array
        Integral of x over each cell.
    polar_moments : (n,) float64 array
        Integral of |x|^2 over each cell.
    edges : (e, 2) int64 array
        Pairs of sites whose cells share an edge of positive length inside the disk.
    segments : (e, 2, 2) float64 array
        Ends of these edges inside the disk.
    """

    sites: Float64[np.ndarray, "n 2"]
    weights: Float64[np.ndarray, " n"]
    triangulation: RegularTriangulation
    areas: Float64[np.ndarray, " n"]
    moments: Float64[np.ndarray, "n 2"]
    polar_moments: Float64[np.ndarray, " n"]
    edges: Int64[np.ndarray, "e 2"]
    segments: Float64[np.ndarray, "e 2 2"]

    def __post_init__(self) -> None:
        set_, n = object.__setattr__, len(self.sites)
        set_(self, "sites", frozen(self.sites, np.float64, (n, 2)))
        for name, shape in (("weights", (n,)), ("areas", (n,)), ("moments", (n, 2)), ("polar_moments", (n,))):
            set_(self, name, frozen(getattr(self, name), np.float64, shape))
        set_(self, "edges", frozen(self.edges, np.int64, (None, 2)))
        set_(self, "segments", frozen(self.segments, np.float64, (len(self.edges), 2, 2)))

    @cached_property
    def centroids(self) -> Float64[np.ndarray, "n 2"]:
        """Centre of gravity of each cell; NaN for a site without a cell."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return frozen(np.where(self.areas[:, None] > 0, self.moments / self.areas[:, None], np.nan))

    @cached_property
    def edge_lengths(self) -> Float64[np.ndarray, " e"]:
        """Length of each edge inside the disk."""
        return frozen(np.linalg.norm(self.segments[:, 1] - self.segments[:, 0], axis=1))

    @cached_property
    def edge_jumps(self) -> Float64[np.ndarray, " e"]:
        """Distance of the two sites of each edge: how far the transport map jumps across it."""
        return frozen(np.linalg.norm(self.sites[self.edges[:, 1]] - self.sites[self.edges[:, 0]], axis=1))

    @cached_property
    def transport_cost(self) -> float:
        """Integral over the disk of |x - T(x)|^2, T(x) being the site of the cell of x (mass pi, not 1)."""
        squares = (self.sites**2).sum(1) * self.areas
        return math.fsum(self.polar_moments - 2.0 * (self.sites * self.moments).sum(1) + squares)

    @cached_property
    def neighbours(self) -> tuple[Int64[np.ndarray, " m"], Int64[np.ndarray, " k"]]:
        """Neighbours of each cell: those of i are ``indices[starts[i]:starts[i + 1]]``."""
        tail, head = np.concatenate([self.edges, self.edges[:, ::-1]]).T
        order = np.argsort(tail, kind="stable")
        starts = np.concatenate([[0], np.cumsum(np.bincount(tail, minlength=len(self.sites)))])
        return frozen(starts, np.int64), frozen(head[order], np.int64)

    def outlines(self, arc_step: float = 0.02) -> tuple[Float64[np.ndarray, "k 2"], Int64[np.ndarray, " m"]]:
        """Polygons of the cells, counter-clockwise, arcs of the circle replaced by chords.

        Parameters
        ----------
        arc_step : float
            Longest angle of a chord, in radians.

        Returns
        -------
        points : (k, 2) float64 array
            Corners of all cells, one after another.
        offsets : (n + 1,) int64 array
            The corners of cell i are ``points[offsets[i]:offsets[i + 1]]``; none for a site without a cell.
        """
        tail, head, first, last = _dual_lines(self.sites, self.weights, self.triangulation)
        x, y = self.sites.T
        return outlines(x, y, self.weights, tail, head, first, last, self.areas, arc_step)


def power_diagram(
    sites: Float64[np.ndarray, "n 2"],
    weights: Float64[np.ndarray, " n"],
    triangulation: RegularTriangulation | None = None,
) -> PowerDiagram:
    """Power diagram of sites in the unit disk.

    Parameters
    ----------
    sites : (n, 2) float64 array
        Places, finite; in or outside the disk, on one line or not.
    weights : (n,) float64 array
        Power weights, in squared units of the sites.
    triangulation : RegularTriangulation, optional
        The regular triangulation of these sites and weights, where it is known already.

    Raises
    ------
    ValueError
        If there is no site.

    Notes
    -----
    O(n log n). Power diagrams: Aurenhammer (1987), *SIAM J. Comput.* 16(1).
    """
    sites, weights = np.ascontiguousarray(sites, np.float64), np.ascontiguousarray(weights, np.float64)
    if len(sites) == 0:
        raise ValueError("a power diagram needs at least one site")
    triangulation = regular_triangulation(sites, weights) if triangulation is None else triangulation
    tail, head, first, last = _dual_lines(sites, weights, triangulation)
    x, y = sites.T
    swept, ends = swept_regions(x, y, weights, tail, head, first, last)
    closing = _closing_sectors(sites, weights, triangulation, tail, head)
    n = len(sites)
    totals = np.column_stack(
        [np.bincount(head, swept[:, k], n) - np.bincount(tail, swept[:, k], n) + closing[:, k] for k in range(4)]
    )
    if len(triangulation.origins):
        measure_inner_cells(x, y, weights, triangulation.origins, triangulation.twins, totals)
    inside = ((ends[:, 1] - ends[:, 0]) ** 2).sum(1) > 0
    return PowerDiagram(
        sites=sites,
        weights=weights,
        triangulation=triangulation,
        areas=totals[:, 0],
        moments=totals[:, 1:3],
        polar_moments=totals[:, 3],
        edges=np.column_stack([tail, head])[inside],
        segments=ends[inside],
    )


def dual_edges(diagram: PowerDiagram) -> Int64[np.ndarray, "m 2"]:
    """Pairs of sites whose cells share an edge anywhere in the plane, inside the disk or not."""
    tail, head, _, _ = _dual_lines(diagram.sites, diagram.weights, diagram.triangulation)
    return np.column_stack([tail, head])


def _dual_lines(
    sites: Float64[np.ndarray, "n 2"], weights: Float64[np.ndarray, " n"], triangulation: RegularTriangulation
) -> tuple[Int64[np.ndarray, " m"], Int64[np.ndarray, " m"], Float64[np.ndarray, " m"], Float64[np.ndarray, " m"]]:
    """Return for each dual edge its two sites and where it begins and ends along its line, -inf and inf for rays."""
    x, y = np.ascontiguousarray(sites[:, 0]), np.ascontiguousarray(sites[:, 1])
    if len(triangulation.origins):
        return lines_of_triangles(x, y, weights, triangulation.origins, triangulation.twins)
    chain = _visible_on_line(sites, weights)
    tail, head = chain[:-1], chain[1:]
    return tail, head, np.full(len(tail), -np.inf), np.full(len(tail), np.inf)


def _visible_on_line(sites: Float64[np.ndarray, "n 2"], weights: Float64[np.ndarray, " n"]) -> Int64[np.ndarray, " m"]:
    """Return the sites on one line that have a cell, in their order along the line."""
    order = np.lexsort((sites[:, 1], sites[:, 0]))
    place = np.linalg.norm(sites - sites[order[0]], axis=1)
    height = place**2 - weights
    chain: list[int] = []
    for k in order.tolist():
        if chain and place[k] == place[chain[-1]]:  # the same place: the greater weight wins
            if height[k] >= height[chain[-1]]:
                continue
            chain.pop()
        while len(chain) > 1:
            a, b = chain[-2], chain[-1]
            rise = (height[b] - height[a]) * (place[k] - place[a]) - (height[k] - height[a]) * (place[b] - place[a])
            if rise < 0:
                break
            chain.pop()
        chain.append(k)
    return np.array(chain, np.int64)


def _closing_sectors(
    sites: Float64[np.ndarray, "n 2"],
    weights: Float64[np.ndarray, " n"],
    triangulation: RegularTriangulation,
    tail: Int64[np.ndarray, " m"],
    head: Int64[np.ndarray, " m"],
) -> Float64[np.ndarray, "n 4"]:
    """Return area and moments of the sectors between the normals of the hull, for the sites on it."""
    closing = np.zeros((len(sites), 4))
    if len(triangulation.origins):
        x, y = np.ascontiguousarray(sites[:, 0]), np.ascontiguousarray(sites[:, 1])
        add_hull_sectors(x, y, triangulation.origins, triangulation.twins, closing)
    elif len(tail) == 0:
        chain = _visible_on_line(sites, weights)
        closing[chain[0]] = np.pi, 0.0, 0.0, np.pi / 2.0
    else:
        across = sites[head[0]] - sites[tail[0]]
        normal = across / np.linalg.norm(across)
        half = np.array([np.pi / 2.0, 2.0 / 3.0 * normal[0], 2.0 / 3.0 * normal[1], np.pi / 4.0])
        closing[tail[0]] += half * (1.0, -1.0, -1.0, 1.0)
        closing[head[-1]] += half
    return closing
