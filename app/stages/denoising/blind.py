"""The stage *Denoise* where only a noisy cloud is open: it learns the surface from the points themselves."""

from core.denoising.blind import BlindDenoising
from core.session.project import Project

BLIND = "blind"
"""Key of its options, and title of its job."""


def learns_blind(project: Project) -> bool:
    """Return whether a cloud is open, whose surface can only be learned from its points."""
    return project.source is not None and project.source.is_cloud


def blind_project(cloud: Project, found: BlindDenoising) -> Project:
    """Return the project of a surface that was learned from the points of a cloud."""
    training, denoising = found.training, found.denoising
    made = Project(source=found.source, options=cloud.options).updated(training=training).updated(denoising=denoising)
    return made.with_options("training", training.options).with_options("denoising", denoising.options)
