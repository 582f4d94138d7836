"""Denoised points, generated points and walks in files, read again by another reader."""

from dataclasses import replace

import numpy as np
import pytest

from app.stages.exporting import export_file
from core.base.errors import InputError
from core.io.reading import load_in_child
from tests.app.make_denoising import denoised_project
from tests.app.make_generation import generated_project

KINDS = ("denoised", "generated", "walk", "walk_straight", "walk_frames")


@pytest.fixture(scope="module")
def project():
    return replace(denoised_project(), generation=generated_project().generation)


def test_points_come_back_as_they_were(project, tmp_path):
    made, walk = project.generation, project.generation.walk
    expected = (project.denoising.points, made.points, walk.geodesic.points, walk.straight.points)
    for what, points in zip(KINDS, (*expected, walk.geodesic.frames(10)[1]), strict=True):
        export_file(project, tmp_path / f"{what}.ply", what)
        read = load_in_child(tmp_path / f"{what}.ply").data
        np.testing.assert_array_equal(read.points, points)


@pytest.mark.parametrize("what", KINDS)
def test_what_is_not_there_and_other_formats_are_refused(project, tmp_path, what):
    bare = replace(project, denoising=None, generation=None)
    with pytest.raises(InputError, match="yet"):
        export_file(bare, tmp_path / "a.ply", what)
    with pytest.raises(InputError, match="suffix"):
        export_file(project, tmp_path / "a.obj", what)
    assert not list(tmp_path.iterdir())
