"""Where the transport map tears: edges of the power diagram across which it jumps far.

The map is constant on each cell and jumps by y_i - y_j across the edge of cells i and j. Where the target is spread
evenly the jumps shrink with the spacing of the sites; across the singular set they stay. Every length here is exact.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float64, Int64

from core.base.arrays import frozen
from core.transport.power_diagram import PowerDiagram

_SURELY, _PERHAPS = 10.0, 5.0  # jumps over the local spacing of the sites: torn; torn if the tear goes on there
_ALIKE = 0.6  # a tear goes on where the jump stays at least this part of what it was


@dataclass(frozen=True, eq=False)
class SingularSet:
    """Edges of a power diagram with a jump above a threshold.

    Parameters
    ----------
    edges : (k,) int64 array
        Which edges of the diagram.
    threshold : float or None
        Least jump, in latent units; None where it was chosen edge by edge from the local spacing.
    length : float
        Total length of the edges, in latent units.
    jump_energy : float
        Sum of length times jump.
    """

    edges: Int64[np.ndarray, " k"]
    threshold: float | None
    length: float
    jump_energy: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "edges", frozen(self.edges, np.int64, (None,)))

    def beside(self, diagram: PowerDiagram) -> Bool[np.ndarray, " n"]:
        """Mark the sites whose cell touches the singular set: nothing may be interpolated across it."""
        marked = np.zeros(len(diagram.sites), bool)
        marked[diagram.edges[self.edges]] = True
        return marked


def singular_set(diagram: PowerDiagram, threshold: float | None = None) -> SingularSet:
    """Edges across which the transport map tears.

    Parameters
    ----------
    diagram : PowerDiagram
        Solved cells.
    threshold : float, optional
        Least jump that counts, in latent units. Without it, an edge counts if its jump is more than ten times the
        spacing of the sites at both of its ends, or more than five times and the edge goes on from such a one with
        a jump of about the same size.
    """
    jumps, lengths = diagram.edge_jumps, diagram.edge_lengths
    chosen = _torn(diagram) if threshold is None else jumps >= threshold
    edges = np.flatnonzero(chosen)
    return SingularSet(edges, threshold, float(lengths[edges].sum()), float((lengths * jumps)[edges].sum()))


def site_spacing(diagram: PowerDiagram) -> Float64[np.ndarray, " n"]:
    """Distance of each site to those of the cells around it, lower third; infinite for a site without neighbours.

    Not the median: beside a tear, half of the neighbours are beyond it.
    """
    n = len(diagram.sites)
    ends, jumps = diagram.edges.T.ravel(), np.tile(diagram.edge_jumps, 2)
    order = np.lexsort((jumps, ends))
    count = np.bincount(ends, minlength=n)
    spacing = np.full(n, np.inf)
    some = count > 0
    third = np.cumsum(count) - count + (count - 1) // 3
    spacing[some] = jumps[order][third[some]]
    return spacing


def _torn(diagram: PowerDiagram) -> np.ndarray:
    """Mark the edges that are surely torn, and those that continue them."""
    jumps = diagram.edge_jumps
    ratio = jumps / site_spacing(diagram)[diagram.edges].max(1)
    torn = ratio > _SURELY
    first, second = _consecutive_edges(diagram)
    first, second = np.concatenate([first, second]), np.concatenate([second, first])
    possible = (ratio[second] > _PERHAPS) & (jumps[second] >= _ALIKE * jumps[first])
    first, second = first[possible], second[possible]
    while True:
        reached = second[torn[first] & ~torn[second]]
        if not len(reached):
            return torn
        torn[reached] = True


def _consecutive_edges(diagram: PowerDiagram) -> tuple[np.ndarray, np.ndarray]:
    """Return pairs of edges that meet at a vertex of the diagram."""
    n, triangles = len(diagram.sites), diagram.triangulation.triangles
    key = np.sort(diagram.edges, axis=1) @ np.array([n, 1])
    order = np.argsort(key)
    sides = np.sort(triangles[:, [[0, 1], [1, 2], [2, 0]]], axis=2) @ np.array([n, 1])
    found = np.minimum(np.searchsorted(key[order], sides), len(key) - 1)
    edge = np.where(key[order][found] == sides, order[found], -1)
    pairs = edge[:, [[0, 1], [1, 2], [2, 0]]].reshape(-1, 2)
    pairs = pairs[(pairs >= 0).all(1)]
    return pairs[:, 0], pairs[:, 1]
