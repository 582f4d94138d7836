"""Cameras fit, turn, move and fly."""

import json

import numpy as np
import pytest

from app.scene.camera import AXIS_VIEWS, FILL, FILL_ACROSS, Camera, camera_from, camera_text, fitted
from core.geometry.normalization import Frame

CUBE = np.array([[x, y, z] for x in (0.0, 2.0) for y in (-1.0, 1.0) for z in (5.0, 8.0)])


@pytest.mark.parametrize("direction", [(0.38, -1.0, 0.22), (0.0, 0.0, 1.0), (1.0, 0.0, 0.0)])
@pytest.mark.parametrize("aspect", [0.3, 1.0, 2.5])
def test_a_fitted_figure_is_in_the_middle_and_fills_the_view(direction, aspect):
    width, height = 600 * aspect, 600
    place, depth = fitted(CUBE, aspect, direction).project(CUBE, width, height)
    low, high = place.min(0), place.max(0)
    shares = (high - low) / (width, height)
    assert (depth > 0).all()
    assert np.isclose(shares[1], FILL) or np.isclose(shares[0], FILL_ACROSS)
    assert shares[1] <= FILL + 1e-9
    assert shares[0] <= FILL_ACROSS + 1e-9
    filled = int(np.isclose(shares[1], FILL))
    assert np.isclose(low[filled] + high[filled], (width, height)[filled])


def test_a_point_to_the_right_and_above_is_seen_there():
    camera = Camera((0.0, -10.0, 0.0), (0.0, 0.0, 0.0), (0.0, 0.0, 1.0))
    place, depth = camera.project(np.array([[0.0, 0.0, 0.0], [1.0, 0.0, 0.5]]), 400, 200)
    np.testing.assert_allclose(place[0], (200, 100))
    assert place[1, 0] > 200 > 100 > place[1, 1]
    assert depth[0] == pytest.approx(10.0)
    unit = camera.units_per_pixel(200)
    assert (place[1, 0] - 200) * unit == pytest.approx(1.0)


def test_turning_keeps_the_distance_and_follows_the_pointer():
    camera = fitted(CUBE, 1.0)
    turned = camera.turned(0.4, 0.2)
    assert turned.distance == pytest.approx(camera.distance)
    near = np.array(camera.focus) + 0.1 * camera.axes()[2]
    before, _ = camera.project(near[None], 500, 500)
    after, _ = turned.project(near[None], 500, 500)
    assert after[0, 0] > before[0, 0]
    assert after[0, 1] > before[0, 1]


def test_moving_drags_the_figure_by_as_many_pixels():
    camera = fitted(CUBE, 1.0)
    focus = np.array([camera.focus])
    moved, _ = camera.moved(30, -12, 500).project(focus, 500, 500)
    np.testing.assert_allclose(moved[0], (280, 238), atol=1e-9)


def test_zooming_enlarges_by_the_factor_at_the_focus():
    camera = fitted(CUBE, 1.0)
    assert camera.zoomed(2.0).units_per_pixel(500) == pytest.approx(camera.units_per_pixel(500) / 2)


def test_a_flight_begins_here_and_ends_there():
    start, end = fitted(CUBE, 1.0), fitted(CUBE, 1.0, *AXIS_VIEWS["top"])
    np.testing.assert_allclose(start.toward(end, 0.0).axes(), start.axes(), atol=1e-6)
    assert start.toward(end, 1.0) is end
    middle = start.toward(end, 0.5)
    assert min(start.distance, end.distance) <= middle.distance <= max(start.distance, end.distance)


@pytest.mark.parametrize("name", AXIS_VIEWS)
def test_each_named_view_looks_along_an_axis(name):
    direction, up = AXIS_VIEWS[name]
    axes = fitted(CUBE, 1.0, direction, up).axes()
    np.testing.assert_allclose(axes[2], direction, atol=1e-12)
    np.testing.assert_allclose(axes @ axes.T, np.eye(3), atol=1e-12)


@pytest.mark.parametrize("aspect", [0.3, 1.0, 2.5])
def test_parallel_rays_see_what_is_far_as_large_as_what_is_near(aspect):
    camera = fitted(CUBE, aspect, (0.0, -1.0, 0.0), is_parallel=True)
    place, depth = camera.project(CUBE, 600 * aspect, 600)
    near, far = CUBE[:, 1] < 0, CUBE[:, 1] > 0
    np.testing.assert_allclose(place[near], place[far], atol=1e-9)
    np.testing.assert_allclose(depth[far] - depth[near], 2.0)
    shares = np.ptp(place, axis=0) / (600 * aspect, 600)
    assert np.isclose(shares[1], FILL) or np.isclose(shares[0], FILL_ACROSS)
    assert (shares <= (FILL_ACROSS + 1e-9, FILL + 1e-9)).all()
    np.testing.assert_allclose(place.min(0) + place.max(0), (600 * aspect, 600))


def test_parallel_rays_keep_the_size_at_the_focus_and_see_what_is_behind_the_eye():
    camera = Camera((0.0, -1.0, 0.0), (0.0, 0.0, 0.0))
    parallel = Camera(camera.position, camera.focus, is_parallel=True)
    at_focus = np.array([[0.1, 0.0, 0.05], [0.0, -3.0, 0.0]])
    np.testing.assert_allclose(parallel.project(at_focus, 300, 200)[0][0], camera.project(at_focus, 300, 200)[0][0])
    assert camera.project(at_focus, 300, 200)[1][1] < 0.0 < parallel.project(at_focus, 300, 200)[1][1]
    assert parallel.turned(0.3, 0.1).moved(3, 4, 200).zoomed(2.0).is_parallel
    assert parallel.facing(np.zeros(3), np.array([1.0, 0, 0]), 0.8).is_parallel
    assert camera.toward(parallel, 0.5).is_parallel


def test_a_camera_is_copied_with_its_kind_of_rays():
    frame = Frame(np.array([1.0, 2.0, 3.0]), 4.0)
    for camera in (Camera(), Camera((0.0, -2.0, 0.5), is_parallel=True)):
        found = camera_from(camera_text(camera, frame), frame)
        np.testing.assert_allclose(found.position, camera.position, atol=1e-12)
        assert found.is_parallel is camera.is_parallel
    assert "parallel" not in json.loads(camera_text(Camera(), frame))
