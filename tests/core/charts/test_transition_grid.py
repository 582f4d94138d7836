"""Grids of one chart in another: exact polygons, cut to the overlap."""

import numpy as np
import pytest

from core.base.progress import finish
from core.charts.atlas import Atlas
from core.charts.transition_grid import broken, transition_grid
from core.session.atlas import atlas_of
from core.session.prepare import prepare
from core.session.preparing.options import PreparationOptions
from core.session.project import Project
from core.session.stages import train_autoencoder
from core.training.options import TrainingOptions
from tests.core.atlas.make_surfaces import ball
from tests.core.session.test_atlas import source_of


@pytest.fixture(scope="module")
def atlas() -> Atlas:
    """A bumpy ball in three charts, with detail layers."""
    source = source_of(ball(2), "ball")
    preparation = finish(prepare(source, PreparationOptions(charts=3)))
    options = TrainingOptions(steps=(60,), encoder=(12, 12), decoder=(12, 12), detail_nodes=64)
    training = finish(train_autoencoder(source, preparation, options))
    return atlas_of(Project(source=source, preparation=preparation).updated(training=training))


def test_between_two_places_the_transition_is_affine(atlas):
    assert atlas.charts[1].autoencoder.detail is not None
    grid = transition_grid(atlas, 0, 1)
    assert grid.lines
    for line, image in zip(grid.lines, grid.images, strict=True):
        for part in (0.25, 0.5, 0.8):
            between = (1.0 - part) * line[:-1] + part * line[1:]
            expected = (1.0 - part) * image[:-1] + part * image[1:]
            np.testing.assert_allclose(atlas.transition(1, 0, between), expected, atol=1e-9)


def test_it_bends_at_the_places_that_are_given(atlas):
    """Without any one of the inner places a polygon would be another, but for units that are cut off later."""
    second, first = atlas.charts[1], atlas.charts[0]
    line = broken(second, first, second.codes[0], second.codes.mean(axis=0))
    image = atlas.transition(1, 0, line)
    part = np.linalg.norm(line[1:-1] - line[:-2], axis=1) / np.linalg.norm(line[2:] - line[:-2], axis=1)
    straight = (1.0 - part)[:, None] * image[:-2] + part[:, None] * image[2:]
    assert (np.linalg.norm(straight - image[1:-1], axis=1) > 1e-12).mean() > 0.8


def test_lines_lie_on_the_grid_and_in_the_overlap(atlas):
    grid, patches = transition_grid(atlas, 0, 2), atlas.cover.patches
    corners = patches[2].corners[np.isin(patches[2].faces, patches[0].faces)]
    triangles = atlas.charts[2].codes[corners]
    for line in grid.lines:
        steps = line / grid.spacing
        assert (np.abs(steps - np.round(steps)).max(axis=0) < 1e-9).any()
        for place in 0.5 * (line[:-1] + line[1:]):
            u, v, p = triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0], place - triangles[:, 0]
            area = u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0]
            second = (p[:, 0] * v[:, 1] - p[:, 1] * v[:, 0]) / area
            third = (u[:, 0] * p[:, 1] - u[:, 1] * p[:, 0]) / area
            assert (np.minimum(np.minimum(second, third), 1.0 - second - third) > -1e-7).any()


def test_a_chart_is_its_own_grid_up_to_its_error(atlas):
    grid = transition_grid(atlas, 1, 1)
    known = atlas.charts[1].autoencoder
    for line, image in zip(grid.lines, grid.images, strict=True):
        np.testing.assert_allclose(image, known.encode(known.decode(line)), atol=1e-12)
