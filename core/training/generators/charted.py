"""A surface given by its triangles: exact charts, and the exact transport of the uniform disk to the area in each."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from core.atlas.partition import partition
from core.base.errors import TrainingError
from core.base.progress import Progress, Work, part
from core.charts.disk_chart import disk_chart
from core.data.surface import Surface
from core.geometry.topology import topology
from core.training.generators.model import Model
from core.training.generators.settings import ChartedSettings
from core.transport.sampler import transport_samples
from core.transport.semidiscrete import solve
from core.transport.surface_measure import SurfaceMeasure, surface_measure
from core.transport.transport_map import TransportMap

_TOLERANCE = 1e-6


@dataclass(frozen=True, eq=False)
class _Chart:
    """A disk of the surface with its transport."""

    surface: Surface
    measure: SurfaceMeasure
    map: TransportMap


class ChartedSurface(Model):
    """Charts without networks: each disk of the surface goes to a round disk, which is transported to its area.

    What is drawn is uniform by construction: a chart is chosen by its area, a cell by the uniform disk, and its area is
    the mass of what its site owns.

    Parameters
    ----------
    dimension : int
        Of the points: 3.
    settings : ChartedSettings, optional
        How fine the transport is.

    Attributes
    ----------
    surface : Surface or None
        What it is given, in normalized units.
    area_error : float
        Largest relative error of the area of a cell.
    """

    def __init__(self, dimension: int, settings: ChartedSettings | None = None) -> None:
        super().__init__(dimension)
        self._sites = (settings or ChartedSettings()).sites
        self.surface: Surface | None = None
        self.has_ended, self.area_error = True, float("inf")
        self._charts: list[_Chart] = []

    def step(self, real: Tensor, rng: torch.Generator) -> float:
        """Take no step: nothing is learned of the points."""
        del real, rng
        return 0.0

    def transport(self, real: Tensor) -> Work[None]:
        """Chart the surface, and solve the transport of each chart.

        Raises
        ------
        TrainingError
            If no surface was given.
        """
        del real
        surface = self.surface
        if surface is None:
            raise TrainingError("Exact charts need the triangles of a surface. Choose a surface, or another model.")
        owner = np.zeros(len(surface.faces), np.int64)
        if not topology(surface).is_disk:
            owner = (yield from part(partition(surface), 0.0, 0.3, report=_told)).face_chart
        self._charts, count = [], int(owner.max()) + 1
        for k in range(count):
            vertices, corners = np.unique(surface.faces[owner == k], return_inverse=True)
            piece = Surface(surface.vertices[vertices], corners.reshape(-1, 3))
            low, high = (0.3 + 0.7 * (k + end) / count for end in (0, 1))
            chart = yield from part(disk_chart(piece), low, 0.5 * (low + high), report=_told)
            measure = surface_measure(piece, chart.codes, count=self._sites)
            solving = solve(measure.sites, measure.masses, tolerance=_TOLERANCE)
            found = yield from part(solving, 0.5 * (low + high), high, report=_told)
            self._charts.append(_Chart(piece, measure, found))
        self.area_error = max(one.map.certificate.max_area_error_rel for one in self._charts)

    def draw(self, count: int, rng: torch.Generator) -> Tensor:
        """Return (count, d) new points."""
        if not self._charts:
            return torch.full((count, self.dimension), torch.nan)
        chance = np.random.default_rng(int(torch.randint(2**31, (1,), generator=rng)))
        areas = np.array([one.surface.area for one in self._charts])
        counts = chance.multinomial(count, areas / areas.sum())
        drawn = [
            transport_samples(one.surface, one.map, one.measure, int(n), chance).samples.points
            for one, n in zip(self._charts, counts, strict=True)
            if n
        ]
        points = np.concatenate(drawn)[chance.permutation(count)]
        return torch.as_tensor(points, dtype=torch.float32)


def _told(progress: Progress) -> Progress:
    return Progress(progress.fraction, progress.message)
