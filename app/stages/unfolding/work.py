"""What is computed."""

from app.stages.unfolding.film_options import FilmOptions
from core.base.progress import Work, part
from core.data.source import Source
from core.session.stages import Stage
from core.training.result import TrainingResult
from core.unfolding.of_source import unfold_source
from core.unfolding.options import UnfoldOptions
from core.unfolding.unfolding import Unfolding


def unfold(source: Source, training: TrainingResult, options: UnfoldOptions) -> Work[Unfolding]:
    """Follow what was learned through its networks.

    Raises
    ------
    BudaiError
        If there is nothing to follow.
    """
    return (yield from part(unfold_source(source, training.autoencoder, options)))


WORK = Stage("unfolding", UnfoldOptions, unfold, ("source", "training"), other_options={"film": FilmOptions})
"""Its result is not saved: it is some sixty million numbers that are found again in seconds."""
