"""A project with generated points and a walk, small enough for every test."""

from dataclasses import replace
from functools import cache

from core.base.progress import finish
from core.generation.generate import generate
from core.generation.options import GenerationOptions
from core.session.project import Project
from tests.core.denoising.make_autoencoder import learned_project


@cache
def generated_project() -> Project:
    """Return a trained project with Gaussian points, some of whose codes are none of the surface, and a walk."""
    project = learned_project()
    options = GenerationOptions(origin="gaussian", count=300, start=(-0.6, 0.1), stop=(0.6, 0.2), frames=10)
    made = finish(generate(project.source, project.training, None, options))
    return replace(project.updated(generation=made), options={**project.options, "generation": options})
