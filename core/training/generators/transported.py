"""AE-OT: a chart, and the exact optimal transport of the uniform disk to the codes of the sample.

Lei, Su, Cui, Yau and Gu, *A geometric view of optimal transportation and generative model* (2019); An and others,
*AE-OT: a new generative model based on extended semi-discrete optimal transport* (2020).
"""

import math

import numpy as np
import torch
from jaxtyping import Float64, Int64
from torch import Tensor

from core.base.progress import Progress, Work, part
from core.geometry.sampling import sample_by_area
from core.training.generators.model import Model
from core.training.generators.networks import Adam, Plain
from core.training.generators.settings import TransportSettings
from core.transport.semidiscrete import solve
from core.transport.singular_set import singular_set
from core.transport.transport_map import TransportMap

_LATENT = 2
_TOLERANCE = 1e-6


class TransportedCodes(Model):
    """A chart (none in the plane) and a transport to its codes, linear between cells and torn at the singular set.

    Parameters
    ----------
    dimension : int
        Of the points.
    settings : TransportSettings, optional
        Knobs of the chart.

    Attributes
    ----------
    chart_share : float
        Part of the time that the chart learns.
    left_out : float
        Share of the disk where nothing is drawn: at the singular set and along the rim.
    area_error : float
        Largest relative error of the area of a cell.
    """

    def __init__(self, dimension: int, settings: TransportSettings | None = None) -> None:
        super().__init__(dimension)
        settings = settings or TransportSettings()
        self.chart_share = settings.chart_share
        self.has_chart = dimension != _LATENT
        self.has_ended = not self.has_chart
        self._corners: Float64[np.ndarray, "t 3 2"] = np.zeros((0, 3, 2))
        self._codes: Float64[np.ndarray, "t 3 2"] = np.zeros((0, 3, 2))
        self.left_out, self.area_error = 1.0, math.inf
        if self.has_chart:
            self.encoder, self.decoder = (
                Plain(one, other, settings.width, settings.depth)
                for one, other in ((dimension, _LATENT), (_LATENT, dimension))
            )
            self._adam = Adam(list(self.parameters()), settings.rate)

    def step(self, real: Tensor, rng: torch.Generator) -> float:
        """Take one step on (b, d) real points; return the loss."""
        del rng
        if not self.has_chart:
            return 0.0
        loss = (self.decoder(self.encoder(real)) - real).square().sum(1).mean()
        self._adam.step(loss)
        return float(loss.detach())

    def transport(self, real: Tensor) -> Work[None]:
        """Solve the transport to the codes of the sample, (n, d), and keep where it is continuous."""
        with torch.no_grad():
            codes = self.encoder(real) if self.has_chart else real
        sites = np.asarray(codes.numpy(), np.float64)
        spread = float(np.abs(sites).max())  # codes of any size: the disk has radius 1
        found = yield from part(solve(sites / spread, np.ones(len(sites)), tolerance=_TOLERANCE), report=_told)
        kept = continuous_triangles(found)
        self._corners, self._codes = found.centroids[kept], spread * found.sites[kept]
        self.left_out = 1.0 - float(np.abs(_areas(self._corners)).sum()) / math.pi
        self.area_error = found.certificate.max_area_error_rel

    def draw(self, count: int, rng: torch.Generator) -> Tensor:
        """Return (count, d) new points."""
        if not len(self._corners):
            return torch.full((count, self.dimension), torch.nan)
        chance = np.random.default_rng(int(torch.randint(2**31, (1,), generator=rng)))
        placed = sample_by_area(self._corners, count, chance)
        codes = np.einsum("nk,nkd->nd", placed.barycentric, self._codes[placed.faces])
        made = torch.as_tensor(codes, dtype=torch.float32)
        return self.decoder(made) if self.has_chart else made


def continuous_triangles(found: TransportMap) -> Int64[np.ndarray, "t 3"]:
    """Return the triples of sites whose cells meet inside the disk, with no edge of the singular set between them."""
    diagram = found.diagram
    n, triangles = len(diagram.sites), diagram.triangulation.triangles.astype(np.int64)
    if not len(triangles) or not len(diagram.edges):
        return np.zeros((0, 3), np.int64)
    whole = np.ones(len(diagram.edges), bool)
    whole[singular_set(diagram).edges] = False
    known = np.sort(diagram.edges[whole], axis=1) @ np.array([n, 1])
    sides = np.sort(triangles[:, [[0, 1], [1, 2], [2, 0]]], axis=2) @ np.array([n, 1])
    return triangles[np.isin(sides, known).all(1)]


def _told(progress: Progress) -> Progress:
    return Progress(progress.fraction, progress.message)


def _areas(corners: Float64[np.ndarray, "t 3 2"]) -> Float64[np.ndarray, " t"]:
    first, second = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    return 0.5 * (first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0])
