"""Noisy and denoised points as meshes, colours and a picture of the disk, against the points themselves."""

from dataclasses import replace

import numpy as np
import pytest

from app.scene.color_maps import color_table, rounded_near
from app.scene.disk import Window
from app.scene.dots import draw_dots, splat
from app.scene.figure import Figure
from app.scene.palette import DARK, LIGHT
from app.scene.points import spread
from app.scene.snapshot import Snapshot
from app.stages.denoising.scene.cloud import ON_DARK, ON_LIGHT, DenoisedCloud
from app.stages.denoising.scene.disk import ArrowLook, arrows_picture
from tests.app.make_denoising import denoised_project

WINDOW = Window(200, 160, 0.0, 0.0, 75.0)


@pytest.fixture
def project():
    return denoised_project()


def cloud_of(project, method="projection"):
    figure = Figure(project.source.data)
    return DenoisedCloud(figure, project.denoising, project.training.autoencoder, method)


def test_points_lie_in_the_drawing_frame_of_their_surface(project):
    cloud = cloud_of(project)
    frame = cloud.figure.frame
    np.testing.assert_allclose(frame.restore(cloud.noisy.astype(float)), project.denoising.noisy, atol=1e-6)
    np.testing.assert_allclose(frame.restore(cloud.points.astype(float)), project.denoising.points, atol=1e-6)
    vertices = cloud.figure.points[cloud.nearest_vertices]
    away = np.linalg.norm(vertices - cloud.feet, axis=1)
    every = np.linalg.norm(cloud.figure.points[None] - cloud.feet[:, None], axis=2).min(1)
    np.testing.assert_allclose(away, every, atol=1e-6)


def test_before_and_after_share_one_range(project):
    cloud = cloud_of(project)
    before, after = cloud.values("distance", False), cloud.values("distance", True)
    assert np.sqrt((before**2).mean()) == pytest.approx(
        100 * project.denoising.before.distance / cloud.denoising.diagonal
    )
    assert after.mean() < 0.2 * before.mean()
    assert cloud.coloring("distance", True, DARK).limits == cloud.coloring("distance", False, DARK).limits
    assert cloud.coloring("distance", False, DARK).legend.color_map == ON_DARK
    assert cloud.coloring("distance", False, LIGHT).legend.color_map == ON_LIGHT


def test_a_map_can_begin_later():
    whole, part = color_table("crameri:lipari"), color_table("crameri:lipari@0.36")
    np.testing.assert_array_equal(part[-1], whole[-1])
    np.testing.assert_allclose(part[0].astype(int), whole[round(0.36 * 255)], atol=2)


def test_ranges_end_at_round_numbers():
    assert [rounded_near(value) for value in (0.026, 2.58, 3.5, 0.9, 7.2)] == pytest.approx([0.02, 2.0, 5.0, 1.0, 10.0])


def test_position_errors_need_the_truth(project):
    assert "position" in cloud_of(project).quantities()
    unknown = replace(
        project.denoising,
        originals=None,
        results=tuple(replace(result, errors=None) for result in project.denoising.results),
    )
    assert "position" not in cloud_of(replace(project, denoising=unknown)).quantities()


def test_codes_of_each_method(project):
    encode = project.training.autoencoder.encode
    projected, passed = cloud_of(project), cloud_of(project, "encode_decode")
    np.testing.assert_array_equal(projected.codes, project.denoising.codes)
    np.testing.assert_array_equal(passed.codes, encode(project.denoising.noisy))
    assert passed.n_outside == (np.linalg.norm(passed.codes, axis=1) > 1).sum() > 0
    ids = projected.arrows(20)
    np.testing.assert_array_equal(projected.true_codes(ids), encode(project.denoising.originals[ids]))


def test_numbers_are_spread_over_all():
    np.testing.assert_array_equal(spread(3, 10), [0, 1, 2])
    chosen = spread(1000, 10)
    assert (chosen[0], chosen[-1], len(chosen)) == (0, 999, 10)
    assert len(spread(10, 0)) == 0


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_arrows_end_where_hover_finds_their_points(project, palette):
    cloud, codes = cloud_of(project), project.training.codes
    snapshot = Snapshot(cloud.figure, codes, None)
    picture = arrows_picture(cloud, snapshot, ArrowLook("distance", 40, palette), WINDOW)
    chosen = cloud.arrows(40)
    x, y = WINDOW.places(cloud.codes[chosen[-1:]])[0]
    hit = picture.hit(x, y)
    assert hit.vertex == chosen[-1]
    assert hit.code == tuple(cloud.codes[chosen[-1]])
    assert picture.hit(1.0, 1.0) is None
    none = arrows_picture(cloud, snapshot, ArrowLook("distance", 0, palette), WINDOW)
    assert (none.pixels != picture.pixels).mean() > 0.01
    assert len(np.unique(none.pixels[60:100, 80:120])) == 1  # the plain latent image


def test_dots_are_round():
    pixels = np.zeros((40, 40), np.uint32)
    draw_dots(pixels, np.array([[20.0, 20.0], [500.0, 3.0]]), 6.0, np.array([[255, 0, 0], [0, 255, 0]], np.uint8))
    assert (pixels >> 24).sum() / 255 == pytest.approx(np.pi * 36, rel=0.03)
    assert pixels[20, 20] == 0xFFFF0000
    ids = np.full((40, 40), -1, np.int32)
    splat(ids, np.array([[20.5, 20.5], [-50.0, 3.0]]), np.array([7, 8]), 2)
    assert (ids == 7).sum() == 25
    assert ids.max() == 7
