"""What training an atlas gives at the end."""

from dataclasses import dataclass

from core.evaluation.atlas_figures import AtlasFigures
from core.training.result import TrainingResult


@dataclass(frozen=True, eq=False)
class AtlasTraining:
    """What came of training an atlas.

    Parameters
    ----------
    parts : tuple of TrainingResult
        Of each chart.
    figures : AtlasFigures
        Of all together.
    """

    parts: tuple[TrainingResult, ...]
    figures: AtlasFigures
