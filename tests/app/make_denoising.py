"""A project with denoised points, small enough for every test."""

from dataclasses import replace
from functools import cache

from core.base.progress import finish
from core.cloud.making import MADE
from core.denoising.blind import BLIND, BlindDenoising
from core.denoising.options import DenoisingOptions
from core.denoising.result import Denoising
from core.session.points.read_and_denoise import read_and_denoise
from core.session.project import Project
from tests.core.denoising.make_autoencoder import learned_project


@cache
def denoised_project() -> Project:
    """Return a trained project whose noisy points were denoised by every method but the one that trains."""
    project = learned_project()
    options = DenoisingOptions(count=400, level=0.02, compare=False)
    found = denoised(project, options)
    others = [denoised(project, replace(options, method=method)) for method in ("moving_least_squares", "laplacian")]
    results = (*found.results, *(other.chosen for other in others))
    return project.updated(denoising=replace(found, results=results))


@cache
def blind_found() -> BlindDenoising:
    """Return what is learned from noisy points alone, as far as the window can tell: nothing is trained."""
    project = denoised_project()
    assert project.source is not None
    assert project.training is not None
    made = f"{MADE} 400 points, smoothed over 20 neighbours: they lie about it by 1 % of its diagonal"
    source = replace(project.source, path="/scans/mug.pcd", name="mug", repairs=(made,))
    found = project.denoising
    assert found is not None
    options = DenoisingOptions(input="file", path=source.path, compare=False)
    results = tuple(replace(result, errors=None) for result in found.results if result.method != "laplacian")
    changes = {"originals": None, "ideal": None, "warnings": (BLIND,)}
    return BlindDenoising(source, project.training, replace(found, options=options, results=results, **changes))


def denoised(project: Project, options: DenoisingOptions) -> Denoising:
    """Denoise points of a project, here and now."""
    return finish(read_and_denoise(project.source, None, project.training, options))
