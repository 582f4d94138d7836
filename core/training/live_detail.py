"""A detail layer for the pictures of a running training, fitted anew now and then."""

import time

import numpy as np
from jaxtyping import Bool, Float64

from core.base.errors import BudaiError
from core.base.progress import finish
from core.charts.autoencoder import Autoencoder
from core.charts.detail_layer import DetailLayer
from core.charts.fit_detail import DetailOptions, fit_detail
from core.data.surface import Surface
from core.geometry.normalization import Frame
from core.training.learner import Learner

NODES = 128
"""Across the disk: half of what is fitted at the end, or less."""
_SHARE = 0.04
"""Most of the time that fits may take."""
_FIRST = 8.0
"""Seconds before the first: until then the network changes too fast, and what was fitted is wrong soon."""


class LiveDetail:
    """What the decoder would gain by a detail layer if training ended now, or a few seconds ago.

    Parameters
    ----------
    surface : Surface
        What is trained on.
    frame : Frame
        From normalized to input units.
    left_out : (f,) bool array
        Faces that no sample may be taken from.
    """

    def __init__(self, surface: Surface, frame: Frame, left_out: Bool[np.ndarray, " f"]) -> None:
        self._surface, self._frame, self._left_out = surface, frame, left_out
        self._layer: DetailLayer | None = None
        self._due = _FIRST

    def refit(self, learner: Learner, seconds: float) -> float:
        """Fit the layer to the networks as they are, if fits have taken less than their share of the time so far.

        Where the chart folds too much for a layer there is none. Returns the seconds that it took.
        """
        if seconds < self._due:
            return 0.0
        started = time.perf_counter()
        autoencoder = Autoencoder(*learner.maps(), self._frame.centre, self._frame.scale)
        try:
            fit = finish(fit_detail(self._surface, autoencoder, DetailOptions(NODES, checked=False), self._left_out))
            self._layer = fit.detail
        except BudaiError:
            self._layer = None
        spent = time.perf_counter() - started
        self._due = seconds + spent / _SHARE
        return spent

    def image(
        self, codes: Float64[np.ndarray, "n 2"], images: Float64[np.ndarray, "n 3"]
    ) -> Float64[np.ndarray, "n 3"] | None:
        """Return the images of the vertices with the layer added; None where it brings them no nearer any more.

        Parameters
        ----------
        codes : (n, 2) float64 array
            Codes of the vertices.
        images : (n, 3) float64 array
            What the network makes of them, in input units.
        """
        if self._layer is None:
            return None
        found, true = images + self._layer.evaluate(codes) * self._frame.scale, self._surface.vertices
        nearer = np.square(found - true).sum() < np.square(images - true).sum()
        return found if nearer else None
