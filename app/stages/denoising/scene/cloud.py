"""Noisy points and what a method made of them, ready to be drawn."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.spatial import cKDTree

from app.scene.color_maps import Quantity, legend, mapped, rounded_near
from app.scene.figure import MOST_POINTS, Figure
from app.scene.palette import Palette
from app.scene.points import POINT_QUANTITIES, spread
from app.scene.snapshot import Coloring, rgb
from core.charts.autoencoder import Autoencoder
from core.denoising.result import Denoising, MethodResult

ON_DARK, ON_LIGHT = "crameri:lipari@0.36", "cmocean:matter"
"""Colour maps of noisy points: on a dark ground the darkest part of the map would be lost."""


@dataclass(frozen=True, eq=False)
class DenoisedCloud:
    """Points before and after, in the drawing frame of the surface that they belong to.

    Parameters
    ----------
    figure : Figure
        The surface.
    denoising : Denoising
        The points.
    autoencoder : Autoencoder
        Tells the codes of points.
    method : str
        Whose points are shown; one of those that were run.
    knows_truth : bool
        Whether distances are those from a true surface.
    whole : Denoising or None
        The points of all charts, where these are those of one chart of an atlas.
    """

    figure: Figure
    denoising: Denoising
    autoencoder: Autoencoder
    method: str
    knows_truth: bool = True
    whole: Denoising | None = None

    @cached_property
    def others(self) -> "DenoisedCloud | None":
        """The points of the other charts; None where there are none."""
        if self.whole is None or self.whole.charts is None or self.denoising.charts is None:
            return None
        apart = self.whole.charts != self.denoising.charts[0]
        if not apart.any():
            return None
        rest = self.whole.where(apart)
        return DenoisedCloud(self.figure.whole, rest, self.autoencoder, self.method, self.knows_truth, self.whole)

    @property
    def result(self) -> MethodResult:
        """What the method made."""
        found = self.denoising.result(self.method)
        assert found is not None
        return found

    @cached_property
    def shown(self) -> np.ndarray:
        """Numbers of the points that are drawn, (k,) int64: all, unless there are very many."""
        return spread(len(self.denoising.noisy), MOST_POINTS)

    @cached_property
    def noisy(self) -> np.ndarray:
        """Noisy points that are drawn, (k, 3) float32."""
        return self.figure.drawn(self.denoising.noisy[self.shown])

    @cached_property
    def points(self) -> np.ndarray:
        """The same points denoised, (k, 3) float32."""
        return self.figure.drawn(self.result.points[self.shown])

    @cached_property
    def feet(self) -> np.ndarray:
        """The nearest points of the true surface, (k, 3) float32."""
        return self.figure.drawn(self.denoising.true_foot.points[self.shown])

    @cached_property
    def feet_tree(self) -> cKDTree:
        """Finds the drawn point whose true foot is nearest to a place."""
        return cKDTree(self.feet)

    @cached_property
    def nearest_vertices(self) -> np.ndarray:
        """The vertex of the surface nearest to the true foot of each drawn point, (k,) int64."""
        return cKDTree(self.figure.points).query(self.feet)[1].astype(np.int64)

    @cached_property
    def normals(self) -> np.ndarray:
        """Unit normals of the surface there, (k, 3) float32."""
        assert self.figure.normals is not None
        return self.figure.normals[self.nearest_vertices]

    @cached_property
    def codes(self) -> np.ndarray:
        """Code of each point that the method made, (n, 2); of one pass through the autoencoder that of the input."""
        if self.method == "projection":
            return self.denoising.codes
        return self.autoencoder.encode(self.denoising.noisy if self.method == "encode_decode" else self.result.points)

    @cached_property
    def n_outside(self) -> int:
        """How many of those codes lie outside the unit disk."""
        return int((np.linalg.norm(self.codes, axis=1) > 1.0).sum())

    def true_codes(self, ids: np.ndarray) -> np.ndarray:
        """Return the codes of where points came from, or of their true feet where that is not known, (m, 2)."""
        known = self.denoising.originals
        if known is None:
            known = self.denoising.true_foot.points if self.knows_truth else self.denoising.noisy
        return self.autoencoder.encode(known[ids])

    def arrows(self, count: int) -> np.ndarray:
        """Return numbers of points spread over all, at most `count`, (m,) int64."""
        return spread(len(self.denoising.noisy), count)

    def quantities(self) -> tuple[str, ...]:
        """Return the keys of what the points can be coloured by."""
        known = {"distance": self.knows_truth, "position": self.result.errors is not None}
        return tuple(key for key in POINT_QUANTITIES if known.get(key, True))

    def values(self, key: str, after: bool) -> np.ndarray:
        """Return a quantity of all points before or after, in percent of the diagonal, (n,)."""
        return self._values_of(self.denoising, key, after)

    def _values_of(self, points: Denoising, key: str, after: bool) -> np.ndarray:
        moved = points.result(self.method)
        assert moved is not None
        result = moved if after else points.before
        if key == "moved":
            lengths = np.linalg.norm(moved.points - points.noisy, axis=1)
        elif key == "position" and result.errors is not None:
            lengths = result.errors
        else:
            lengths = result.distances
        return 100.0 * lengths / points.diagonal

    def limits(self, key: str) -> tuple[float, float]:
        """Return the range shown: the same before and after and in all charts, so that colours can be compared."""
        values = self._values_of(self.denoising if self.whole is None else self.whole, key, False)
        top = float(np.percentile(values, 99.0))
        return (0.0, rounded_near(top)) if top > 0.0 else (0.0, 1.0)

    def coloring(self, key: str, after: bool, palette: Palette, ids: np.ndarray | None = None) -> Coloring:
        """Return the colours of the drawn points, or of those named, before or after."""
        chosen = self.shown if ids is None else ids
        if key == "none":
            return Coloring(np.tile(np.array(rgb(palette.text_faint), np.uint8), (len(chosen), 1)))
        values, limits = self.values(key, after), self.limits(key)
        color_map = ON_DARK if palette.is_dark else ON_LIGHT
        quantity = Quantity(key, POINT_QUANTITIES[key][0], POINT_QUANTITIES[key][1], color_map)
        return Coloring(mapped(values[chosen], limits, color_map), limits, legend(quantity, limits, values))
