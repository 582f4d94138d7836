"""The drawn surface of the potential is convex, lies over its cells and has their colours."""

import numpy as np
import pytest

from app.stages.transport.scene.brenier import ARC_STEP, GAP, BrenierScene
from core.transport.brenier import brenier_potential
from core.transport.power_diagram import power_diagram

N = 60


@pytest.fixture(scope="module")
def scene():
    rng = np.random.default_rng(5)
    sites = rng.uniform(-0.7, 0.7, (N, 2))
    return BrenierScene(power_diagram(sites, 0.02 * rng.normal(size=N)))


def test_the_surface_is_the_potential_above_the_diagram(scene):
    above, below = np.split(scene.points[: 2 * len(scene.cell)].astype(float), 2)
    expected = brenier_potential(above[:, :2], scene.diagram.sites, scene.diagram.weights)
    np.testing.assert_allclose(above[:, 2], expected, atol=1e-6)
    np.testing.assert_array_equal(above[:, :2], below[:, :2])
    np.testing.assert_allclose(below[:, 2], above[:, 2].min() - GAP, atol=1e-6)


def test_triangles_cover_the_disk_once_on_each_level_and_face_up(scene):
    corners = scene.points.astype(float)[scene.faces]
    a, b = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    area = 0.5 * (a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0])
    assert area.min() > -1e-7
    chords = 1.0 - np.sin(ARC_STEP) / ARC_STEP  # what chords leave out of the disk, at most
    assert 2 * np.pi * (1 - chords) <= area.sum() <= 2 * np.pi + 1e-6


def test_normals_are_those_of_the_triangles(scene):
    corners = scene.points.astype(float)[scene.faces]
    cross = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    large = np.linalg.norm(cross, axis=1) > 1e-3
    cross = cross[large] / np.linalg.norm(cross[large], axis=1, keepdims=True)
    assert np.abs(cross - scene.normals[scene.faces[large, 0]]).max() < 1e-3


def test_points_have_the_colour_of_their_cell_and_know_it(scene):
    colors = np.random.default_rng(0).integers(0, 256, (N, 3), np.uint8)
    points = scene.point_colors(colors)
    for point in (0, 7, len(scene.cell) + 7, scene.point_of(11), scene.point_of(11) + N):
        np.testing.assert_array_equal(points[point], colors[scene.site_at(point)])


def test_the_plumb_line_hangs_from_the_plane_of_a_site(scene):
    site = int(scene.diagram.areas.argmax())
    top, foot = scene.plumb_lines[site]
    np.testing.assert_array_equal(top[:2], foot[:2])
    assert top[2] == pytest.approx(brenier_potential(top[None, :2], scene.diagram.sites, scene.diagram.weights)[0])
    assert foot[2] == scene.ground < top[2]
    assert scene.site_at(scene.point_of(site)) == site
    np.testing.assert_allclose(scene.points[scene.point_of(site)], top, atol=1e-6)
