"""A project whose transport is solved, small enough for every test."""

from dataclasses import replace
from functools import cache

from core.base.progress import finish
from core.session.project import Project
from core.transport.options import TransportOptions
from core.transport.transport import surface_transport
from tests.core.make import bumpy_disk, trained_project


@cache
def transported_project() -> Project:
    """Return a trained project with its transport."""
    project = trained_project(bumpy_disk(8))
    training, surface = project.training, project.source.surface
    training = replace(training, codes=0.9 * surface.vertices[:, :2])
    options = TransportOptions(samples=500, refinement=20)
    transport = finish(surface_transport(surface, training.autoencoder, training.codes, options))
    return replace(project, training=training).updated(transport=transport)
