"""What is seen where, in space and in the disk."""

import numpy as np
import pytest

from app.scene.camera import Camera, fitted
from app.scene.coarse import coarse
from app.scene.disk import Window, disk_picture, face_near, vertex_at
from app.scene.figure import Figure
from app.scene.palette import LIGHT
from app.scene.sight import Clip, sight
from app.scene.snapshot import Snapshot
from core.data.point_cloud import PointCloud
from tests.core.make import bumpy_disk


@pytest.fixture
def figure():
    return Figure(bumpy_disk(12))


def test_every_vertex_seen_is_found_where_it_is_seen(figure):
    camera = fitted(figure.points, 1.0, (0.2, -0.3, 1.0))
    seen = sight(figure.points, figure.faces, camera, 300, 300)
    places, _ = camera.project(figure.points, 300, 300)
    found = [seen.vertex_at(*place) for place in places]
    hits = np.mean([a == b for a, b in enumerate(found) if not seen.hides(a)])
    assert hits > 0.97
    assert seen.vertex_at(2.0, 2.0) is None


def test_points_behind_the_figure_are_hidden():
    points = np.array([[-1, 0, -1], [1, 0, -1], [1, 0, 1], [-1, 0, 1], [0, 5, 0], [0, -5, 0]], np.float32) / 10
    camera = Camera((0.0, -2.0, 0.0), (0.0, 0.0, 0.0))
    seen = sight(points, np.array([[0, 1, 2], [0, 2, 3]]), camera, 100, 100)
    assert seen.hides(4)
    assert not seen.hides(5)
    assert not seen.hides(0)


def test_a_point_of_a_cloud_is_hit_nearby_and_the_nearest_wins():
    points = np.array([[0, 0, 0], [0, 0.5, 0], [0.2, 0, 0]], np.float32)
    seen = sight(points, np.empty((0, 3), np.int64), Camera((0.0, -2.0, 0.0), (0.0, 0.0, 0.0)), 101, 101)
    assert seen.vertex_at(52.0, 49.0) == 0
    assert seen.vertex_at(90.0, 50.0, reach=1) is None


def test_the_vertex_at_a_place_of_the_disk_is_the_nearest_corner(figure):
    codes = figure.source.vertices[:, :2]
    window = Window(200, 160, 0.1, -0.1, 70.0)
    picture = disk_picture(Snapshot(figure, codes), "area_distortion", LIGHT, window)
    inside = np.hypot(*codes.T) < 0.95
    places = window.places(codes)
    for vertex in np.flatnonzero(inside):
        x, y = places[vertex]
        if 1 < x < 199 and 1 < y < 159:
            assert vertex_at(picture, x, y) == vertex
    assert vertex_at(picture, -50.0, -50.0) is None
    assert picture.n_flipped == 0
    assert picture.pixels.shape == (160, 200)


def test_flipped_triangles_are_counted_coloured_and_ringed(figure):
    codes = figure.source.vertices[:, :2].copy()
    codes[0] = codes[40]
    picture = disk_picture(Snapshot(figure, codes), "none", LIGHT, Window(200, 200, 0.0, 0.0, 90.0))
    flipped = Snapshot(figure, codes).flipped
    assert picture.n_flipped == flipped.sum() > 0
    assert (picture.pixels == 0xFF000000 | int(LIGHT.flipped[1:], 16)).any()
    far = disk_picture(Snapshot(figure, codes), "none", LIGHT, Window(40, 40, 0.0, 0.0, 4.0))
    assert len(far.rings) == flipped.sum()
    assert len(picture.rings) < flipped.sum()


def test_zooming_keeps_what_is_under_the_pointer():
    window = Window(200, 160, 0.1, -0.1, 70.0)
    np.testing.assert_allclose(window.zoomed(3.0, 20.0, 30.0).code(20.0, 30.0), window.code(20.0, 30.0))
    np.testing.assert_allclose(window.places(np.array([window.code(20.0, 30.0)]))[0], (20.0, 30.0))


def test_the_nearest_number_around_a_pixel():
    ids = np.full((9, 9), -1)
    ids[2, 7], ids[4, 4] = 5, 8
    assert face_near(ids, 7.5, 4.5, 3) == 5
    assert face_near(ids, 0.0, 0.0, 3) is None
    assert face_near(ids, -6.0, -6.0, 3) is None


def test_a_coarse_mesh_keeps_some_vertices_and_no_hole_opens(figure):
    few = coarse(figure.points, figure.faces, 120)
    assert len(few.faces) <= 120 < len(figure.faces)
    assert len(np.unique(few.vertices)) == len(few.vertices)
    sides = np.sort(few.faces[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2), axis=1)
    edges, count = np.unique(sides, axis=0, return_counts=True)
    assert count.max() == 2
    assert len(few.vertices) - len(edges) + len(few.faces) == 1
    assert coarse(figure.points, figure.faces, 10_000) is None


def test_a_large_cloud_is_shown_by_a_part_of_its_points(monkeypatch):
    monkeypatch.setattr("app.scene.figure.MOST_POINTS", 50)
    figure = Figure(PointCloud(np.random.default_rng(0).normal(size=(1000, 3))))
    assert figure.is_cloud
    assert len(figure.points) == 50
    assert figure.n_points == 1000


def test_what_a_plane_leaves_out_is_not_seen():
    surface = bumpy_disk(8)
    points = surface.vertices.astype(np.float32)
    camera = fitted(points, 1.0, (0.0, 0.0, 1.0), (0.0, 1.0, 0.0))
    clip = Clip((1.0, 0.0, 0.0), 0.2)
    whole = sight(points, surface.faces, camera, 200, 200)
    seen = sight(points, surface.faces, camera, 200, 200, clip)
    edge = camera.project(np.array([[0.2, 0.0, 0.4]]), 200, 200)[0][0, 0]
    assert (seen.ids[:, : int(edge) - 6] == whole.ids[:, : int(edge) - 6]).all()
    assert (seen.ids[:, int(edge) + 6 :] < 0).all()
    rows, columns = np.nonzero(seen.ids >= 0)
    for k in range(0, len(rows), 97):
        vertex = seen.vertex_at(columns[k] + 0.5, rows[k] + 0.5)
        assert points[vertex, 0] <= 0.2
    assert seen.hides(int(points[:, 0].argmax()))
    cloud = sight(points, surface.faces[:0], camera, 200, 200, clip.flipped())
    assert (points[cloud.ids[cloud.ids >= 0], 0] >= 0.2).all()
