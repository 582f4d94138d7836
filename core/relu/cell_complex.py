"""The cells of a ReLU network in a convex polygon."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float64, Int64

from core.base.arrays import frozen
from core.relu.cell_patterns import pattern_hashes
from core.relu.polygonal_complex import PolygonalComplex

_NUDGES = (0.0, 1e-13, 1e-12, 1e-11, 1e-10, 1e-9, 1e-8)
"""How far, in latent units, the pattern is looked for around a point on an edge."""


@dataclass(frozen=True, eq=False)
class CellComplex(PolygonalComplex):
    """A polygonal complex in the plane whose cells are the sets of one activation pattern.

    Parameters
    ----------
    domain : (d, 2) float64 array
        Corners of the domain, a convex polygon, counter-clockwise.

    Notes
    -----
    The other parameters are those of `PolygonalComplex`. A cell is a connected set of one activation pattern
    (definition 4.7 of Lei, Luo, Yau and Gu, arXiv 1805.10451); a unit that is identically zero on a cell counts as
    inactive.
    """

    domain: Float64[np.ndarray, "d 2"]

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "domain", frozen(self.domain, np.float64, (None, 2)))

    @property
    def n_cells(self) -> int:
        """Number of cells."""
        return self.n_polygons

    @property
    def inputs(self) -> Float64[np.ndarray, "V 2"]:
        """The vertices."""
        return self.vertices

    def frames(self, polygons: Int64[np.ndarray, " n"]) -> Float64[np.ndarray, "n 2 2"]:
        """Return the directions of the coordinates, once for each polygon."""
        return np.broadcast_to(np.eye(2), (len(polygons), 2, 2))

    @cached_property
    def area_error(self) -> float:
        """Sum of the areas over the area of the domain, less 1: 0 but for rounding."""
        x, y = (self.domain - self.domain[0]).T
        whole = 0.5 * (x * np.roll(y, -1) - y * np.roll(x, -1)).sum()
        return float(self.areas.sum() / whole - 1.0)

    @cached_property
    def images(self) -> Float64[np.ndarray, "V out"]:
        """Images of the vertices under the network, in its own units."""
        if self.maps is None:
            return frozen(self.network(self.vertices))
        # Any cell beside a vertex gives its image; the last one entered stands.
        cell = np.empty(len(self.vertices), np.int64)
        cell[self.corners] = np.repeat(np.arange(self.n_cells), self.sizes)
        maps = self.maps[cell]
        return frozen(np.einsum("vij,vj->vi", maps[:, :, :-1], self.vertices) + maps[:, :, -1])

    @cached_property
    def _hash_order(self) -> tuple[np.ndarray, np.ndarray]:
        """The hashes in ascending order, and the cells in that order."""
        order = np.argsort(self.pattern_hash)
        return self.pattern_hash[order], order

    def cell_at(self, points: Float64[np.ndarray, "n 2"]) -> Int64[np.ndarray, " n"]:
        """Return the cell that contains each point, -1 outside the domain.

        Notes
        -----
        O(log F) and one evaluation of the network for a point. The activation pattern names the cell; on an edge,
        where rounding may give a pattern of no cell, points around it are asked.
        """
        points = np.asarray(points, np.float64).reshape(-1, 2)
        hashes, order = self._hash_order
        result = np.full(len(points), -1)
        inside = self._depth(points) >= -_NUDGES[-1]
        for reach in _NUDGES:
            for direction in range(1 if reach == 0.0 else 8):
                open_ = np.flatnonzero((result < 0) & inside)
                if not len(open_):
                    return result
                angle = 0.3 + direction * np.pi / 4
                near = points[open_] + reach * np.array([np.cos(angle), np.sin(angle)])
                word = pattern_hashes(self.network.activation_pattern(near))
                place = np.minimum(np.searchsorted(hashes, word), len(hashes) - 1)
                found = hashes[place] == word
                result[open_[found]] = order[place[found]]
        return result

    def _depth(self, points: Float64[np.ndarray, "n 2"]) -> Float64[np.ndarray, " n"]:
        """Distance of points from the nearest side of the domain, negative outside."""
        side = np.roll(self.domain, -1, 0) - self.domain
        normal = np.column_stack([-side[:, 1], side[:, 0]]) / np.hypot(*side.T)[:, None]
        return (points @ normal.T - (normal * self.domain).sum(1)).min(1)
