"""What a training tells on its way: errors, curves, and pictures of the state."""

import math
from dataclasses import replace

import numpy as np

from core.data.surface import Surface
from core.geometry.distortion import flipped_triangles
from core.geometry.nearest_triangle import triangle_tree
from core.geometry.normalization import Frame
from core.training.learner import Learner
from core.training.live_detail import LiveDetail
from core.training.result import TrainingStep

_SNAPSHOT_SHARE = 0.15
"""Most of the time that snapshots may take."""
_BETWEEN_FIGURES = 2.0
"""Seconds between two snapshots in full precision, with flips and Chamfer distance."""
_CHAMFER_POINTS = 2000
"""Points behind the Chamfer distance that is shown on the way."""
_SMOOTHING = 0.2
"""Weight of the newest squared error in its running mean."""


CURVES = ("step", "seconds", "loss", "rmse_rel", "chamfer_rel", "flipped_triangles")
"""Names of the curves."""


class Reporter:
    """Makes the reports of one training and keeps its curves.

    Parameters
    ----------
    surface : Surface
        What is trained on.
    frame : Frame
        From normalized to input units.
    rng : Generator
        Chooses the points behind the Chamfer distance; training draws none of its numbers.
    detail : LiveDetail or None
        What pictures with detail are made by.
    """

    def __init__(self, surface: Surface, frame: Frame, rng: np.random.Generator, detail: LiveDetail | None) -> None:
        self._surface, self._frame, self._detail = surface, frame, detail
        self._tree = triangle_tree(self._small(surface.corners))
        share = surface.face_areas / surface.diagonal**2
        self._faces = rng.choice(len(share), min(_CHAMFER_POINTS, len(share)), p=share / share.sum())
        self._squared = math.nan
        self._refitted = 0.0
        self._snapshot_due = self._figures_due = 0.0
        self._rows: list[tuple[float, ...]] = []

    def report(self, learner: Learner, seconds: float, loss: float, squared: float) -> TrainingStep:
        """Return the state after some steps, without pictures.

        Parameters
        ----------
        learner : Learner
            The networks.
        seconds : float
            Time worked so far.
        loss, squared : float
            Loss and mean squared error, in squared normalized units, over the last steps.
        """
        before = self._squared if math.isfinite(self._squared) else squared
        self._squared = before + _SMOOTHING * (squared - before)
        rmse = math.sqrt(self._squared) * self._frame.scale / self._surface.diagonal
        return TrainingStep(learner.steps, seconds, loss, rmse)

    def wants_picture(self, seconds: float) -> bool:
        """Whether snapshots have taken less than their share of the time."""
        return seconds >= self._snapshot_due

    def picture(self, learner: Learner, report: TrainingStep) -> TrainingStep:
        """Add codes and reconstruction of all vertices, now and then in full precision and with figures."""
        measured = report.seconds >= self._figures_due
        codes, images = (part.cpu().numpy() for part in learner.images(precise=measured))
        images = self._frame.restore(images.astype(np.float64))
        report = replace(report, codes=codes, reconstruction=images.astype(np.float32), decoder=learner.decoder_map())
        self._refitted = 0.0
        if self._detail is not None:
            self._refitted = self._detail.refit(learner, report.seconds)
            detailed = self._detail.image(codes.astype(np.float64), images)
            report = report if detailed is None else replace(report, detailed=detailed.astype(np.float32))
        if measured:
            self._figures_due = report.seconds + _BETWEEN_FIGURES
            flipped = int(flipped_triangles(codes.astype(np.float64), self._surface.faces).sum())
            report = replace(report, flipped_triangles=flipped, chamfer_rel=self._chamfer(images))
        return report

    def keep(self, report: TrainingStep, cost: float = 0.0) -> None:
        """Add a report to the curves; `cost` is what its picture took, in seconds."""
        if report.codes is not None:  # fits have a share of their own
            self._snapshot_due = report.seconds + max(cost - self._refitted, 0.0) / _SNAPSHOT_SHARE
        figures = (report.rmse_rel, report.chamfer_rel, report.flipped_triangles)
        numbers = (math.nan if figure is None else figure for figure in figures)
        self._rows.append((report.step, report.seconds, report.loss, *numbers))

    @property
    def rows(self) -> np.ndarray:
        """The curves so far, a row a report."""
        return np.array(self._rows, np.float64).reshape(-1, len(CURVES))

    def resume(self, rows: np.ndarray) -> None:
        """Take over the curves of a training that was interrupted."""
        self._rows = [tuple(row) for row in rows.tolist()]

    def curves(self) -> dict[str, np.ndarray]:
        """Return the curves by name."""
        return dict(zip(CURVES, self.rows.T, strict=True))

    def _small(self, points: np.ndarray) -> np.ndarray:
        """Points in units of the diagonal."""
        return (points - self._surface.bounds[0]) / self._surface.diagonal

    def _chamfer(self, images: np.ndarray) -> float:
        """Mean distance of some points of the reconstruction from the surface, over the diagonal."""
        middles = images[self._surface.faces[self._faces]].mean(1)
        return float(self._tree.query(self._small(middles))[0].mean())
