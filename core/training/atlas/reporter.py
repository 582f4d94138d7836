"""What the training of an atlas tells on its way: errors, curves, and pictures of the state."""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import torch

from core.charts.atlas import Cover
from core.data.surface import Surface
from core.training.atlas.learner import AtlasLearner
from core.training.pose import Pose
from core.training.reporter import CURVES
from core.training.result import TrainingStep

_BETWEEN_PICTURES = 1.0
"""Seconds of work between two reports with all vertices."""


class AtlasReporter:
    """Makes the reports of one training of an atlas and keeps its curves.

    Parameters
    ----------
    surface : Surface
        The whole.
    cover : Cover
        Its patches.
    regions : sequence of Surface
        The patches as surfaces.
    poses : sequence of Pose
        The same as training sees them.
    rows : sequence of sequences of float
        Curves of a training that goes on, a row a report.
    """

    def __init__(
        self,
        surface: Surface,
        cover: Cover,
        regions: Sequence[Surface],
        poses: Sequence[Pose],
        rows: Sequence[Sequence[float]] = (),
    ) -> None:
        self._surface, self._cover, self._poses = surface, cover, tuple(poses)
        self._areas = np.array([region.area for region in regions])
        self._scales = np.array([pose.frame.scale for pose in poses])
        self._rows, self._pictured = [tuple(row) for row in rows], -math.inf

    def report(self, learner: AtlasLearner, squared: torch.Tensor, now: float) -> TrainingStep:
        """Return the state: the error over all charts, now and then with the welded reconstruction.

        Parameters
        ----------
        learner : AtlasLearner
            The networks.
        squared : (K,) tensor
            Mean squared errors, in the units of each pose.
        now : float
            Seconds worked.
        """
        errors = squared.numpy().astype(np.float64) * self._scales**2
        mean = float(self._areas @ errors / self._areas.sum())
        step = TrainingStep(learner.steps, now, mean, math.sqrt(mean) / self._surface.diagonal)
        self._rows.append((step.step, now, mean, step.rmse_rel or 0.0, math.nan, math.nan))
        if now - self._pictured < _BETWEEN_PICTURES:
            return step
        self._pictured = now
        found = [learner.images(k) for k in range(len(learner))]
        images = [
            pose.frame.restore(image.cpu().numpy().astype(np.float64))
            for pose, (_, image) in zip(self._poses, found, strict=True)
        ]
        welded = self._cover.weld(images).astype(np.float32)
        return replace(step, reconstruction=welded, chart_codes=tuple(codes.cpu().numpy() for codes, _ in found))

    @property
    def rows(self) -> np.ndarray:
        """The curves so far, a row a report."""
        return np.array(self._rows, np.float64).reshape(-1, len(CURVES))

    def curves(self) -> dict[str, np.ndarray]:
        """Return the curves by name."""
        return dict(zip(CURVES, self.rows.T, strict=True))
