"""Brenier's potential as a convex surface above its power diagram: one mesh, every cell in its own colour."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from core.transport.brenier import brenier_surface, potential_in_cells
from core.transport.power_diagram import PowerDiagram

GAP = 0.55
"""Height between the diagram and the lowest point of the surface, in latent units."""
ARC_STEP = 0.05
"""Angle of a chord at the rim of the drawn diagram, in radians."""


@dataclass(frozen=True, eq=False)
class BrenierScene:
    """The graph of the potential over the disk, and the diagram below it, in latent units.

    Parameters
    ----------
    diagram : PowerDiagram
        Sites, weights and cells.
    """

    diagram: PowerDiagram

    @cached_property
    def _surface(self) -> tuple[np.ndarray, np.ndarray]:
        return brenier_surface(self.diagram, ARC_STEP)

    @cached_property
    def cell(self) -> np.ndarray:
        """Site of each corner of the outlines, (k,) int64."""
        offsets = self._surface[1]
        return np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))

    @cached_property
    def heights(self) -> np.ndarray:
        """Potential at each corner, (k,), in squared latent units."""
        return self._surface[0][:, 2]

    @cached_property
    def ground(self) -> float:
        """Height at which the diagram is drawn."""
        return float(self.heights.min()) - GAP

    @cached_property
    def points(self) -> np.ndarray:
        """Corners of the surface, then those of the diagram, then both of each `plumb_lines`, (2k + 2n, 3) float32."""
        above = self._surface[0]
        below = np.column_stack([above[:, :2], np.full(len(above), self.ground)])
        return np.concatenate([above, below, *self.plumb_lines.transpose(1, 0, 2)]).astype(np.float32)

    @cached_property
    def plumb_lines(self) -> np.ndarray:
        """Each site's point of the surface above the centroid of its cell, and that centroid below, (n, 2, 3).

        For a site without a cell, the centre of the disk.
        """
        sites = self.diagram.sites
        middles = np.nan_to_num(self.diagram.centroids)
        tops = potential_in_cells(middles, np.arange(len(sites)), sites, self.diagram.weights)
        ground = np.full(len(sites), self.ground)
        return np.stack([np.column_stack([middles, tops]), np.column_stack([middles, ground])], 1)

    @cached_property
    def faces(self) -> np.ndarray:
        """Triangles that fan out from the first corner of each cell, (f, 3) int64."""
        offsets = self._surface[1]
        sizes = np.diff(offsets)
        fans = np.maximum(sizes - 2, 0)
        first = np.repeat(offsets[:-1], fans)
        place = np.arange(fans.sum()) - np.repeat(np.cumsum(fans) - fans, fans)
        above = np.column_stack([first, first + place + 1, first + place + 2])
        return np.concatenate([above, above + len(self.cell)])

    @cached_property
    def normals(self) -> np.ndarray:
        """Unit normals: those of the planes, which are the sites; upwards in the diagram, (2k + 2n, 3) float32."""
        planes = np.column_stack([-self.diagram.sites, np.ones(len(self.diagram.sites))])
        planes /= np.linalg.norm(planes, axis=1, keepdims=True)
        upwards = np.tile([0.0, 0.0, 1.0], (len(self.cell), 1))
        return np.concatenate([planes[self.cell], upwards, planes, planes]).astype(np.float32)

    def point_colors(self, colors: np.ndarray) -> np.ndarray:
        """Return (2k + 2n, 3) uint8 colours of the points where each cell has one of (n, 3) uint8 colours."""
        return np.concatenate([colors[self.cell], colors[self.cell], colors, colors])

    def site_at(self, point: int) -> int:
        """Return the site of a point."""
        corners = 2 * len(self.cell)
        if point < corners:
            return int(self.cell[point % len(self.cell)])
        return (point - corners) % len(self.diagram.sites)

    def point_of(self, site: int) -> int:
        """Return the point of the surface above the centroid of a site's cell."""
        return 2 * len(self.cell) + site
