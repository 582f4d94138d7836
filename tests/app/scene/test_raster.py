"""The rasteriser against a slow reference."""

import numpy as np
import pytest

from app.scene.color_maps import CHECKER_COLORS
from app.scene.raster import NOTHING, face_picture, laid_picture, nearest_faces, pattern_picture, plane_faces


def soup(seed, n=40, size=24):
    rng = np.random.default_rng(seed)
    return rng.uniform(-4, size + 4, (3 * n, 2)), rng.permutation(3 * n).reshape(n, 3), rng


def covers(corners, x, y):
    """Barycentric weights of a place in a triangle if it lies inside."""
    (ax, ay), (bx, by), (cx, cy) = corners
    area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
    c = ((bx - ax) * (y - ay) - (by - ay) * (x - ax)) / area
    a = ((cx - bx) * (y - by) - (cy - by) * (x - bx)) / area
    weights = np.array([a, 1 - a - c, c])
    return weights if (weights >= 0).all() else None


@pytest.mark.parametrize("seed", range(4))
def test_the_last_triangle_over_a_pixel_is_seen(seed):
    places, faces, rng = soup(seed)
    last = rng.random(len(faces)) < 0.2
    ids = plane_faces(places, faces, last, 24, 20)
    order = [*np.flatnonzero(~last), *np.flatnonzero(last)]
    for row in range(20):
        for column in range(24):
            over = [face for face in order if covers(places[faces[face]], column + 0.5, row + 0.5) is not None]
            assert ids[row, column] == (over[-1] if over else NOTHING)


@pytest.mark.parametrize("seed", range(4))
def test_the_nearest_triangle_over_a_pixel_is_seen(seed):
    places, faces, rng = soup(seed)
    depth = rng.uniform(1, 9, len(places))
    ids, away = nearest_faces(places, depth, faces, 24, 20)
    for row in range(20):
        for column in range(24):
            found = []
            for face in range(len(faces)):
                weights = covers(places[faces[face]], column + 0.5, row + 0.5)
                if weights is not None:
                    found.append((1.0 / (weights @ (1.0 / depth[faces[face]])), face))
            expected, face = min(found, default=(np.inf, NOTHING))
            assert ids[row, column] == face
            assert away[row, column] == pytest.approx(expected)


def test_a_triangle_with_a_corner_behind_the_eye_is_left_out():
    places, depth = np.array([[0.0, 0.0], [9.0, 0.0], [0.0, 9.0]]), np.array([1.0, 1.0, -1.0])
    ids, _ = nearest_faces(places, depth, np.array([[0, 1, 2]]), 8, 8)
    assert (ids == NOTHING).all()


def test_degenerate_and_undefined_triangles_cover_nothing():
    places = np.array([[1.0, 1.0], [5.0, 5.0], [3.0, 3.0], [np.nan, 0.0], [np.inf, 2.0]])
    faces = np.array([[0, 1, 2], [0, 1, 3], [0, 1, 4], [0, 0, 1]])
    assert (plane_faces(places, faces, np.zeros(4, bool), 8, 8) == NOTHING).all()


def test_neighbours_leave_no_gap():
    places = np.array([[0.0, 0.0], [16.0, 0.0], [16.0, 16.0], [0.0, 16.0], [7.3, 8.9]])
    faces = np.array([[0, 1, 4], [1, 2, 4], [2, 3, 4], [3, 0, 4]])
    assert (plane_faces(places, faces, np.zeros(4, bool), 16, 16) != NOTHING).all()


def test_a_pixel_averages_its_samples():
    ids = np.array([[0, 1], [NOTHING, 1]], np.int32)
    colors = np.array([[200, 0, 40], [0, 100, 40]], np.uint8)
    pixel = int(face_picture(ids, colors, 2)[0, 0])
    assert [pixel >> 24, pixel >> 16 & 255, pixel >> 8 & 255, pixel & 255] == [191, 50, 50, 30]


def test_the_checker_alternates_over_the_disk():
    ids = np.zeros((112, 112), np.int32)
    picture = pattern_picture(ids, np.zeros(1, bool), (255, 0, 255), (-1.0, 1.0), 2.0 / 112, False)
    colors = {int(pixel) & 0xFFFFFF for pixel in np.unique(picture)}
    assert colors == {(r << 16) | (g << 8) | b for r, g, b in CHECKER_COLORS}
    assert (np.diff(picture[0].astype(np.int64)) != 0).sum() == 27
    flipped = pattern_picture(ids, np.ones(1, bool), (255, 0, 255), (-1.0, 1.0), 2.0 / 112, False)
    assert (flipped == 0xFFFF00FF).all()


def test_an_image_is_laid_on_the_square_around_the_disk():
    image = np.arange(4 * 4 * 3, dtype=np.uint8).reshape(4, 4, 3) * 5
    ids = np.zeros((8, 8), np.int32)
    ids[:2, :2], ids[0, 7] = NOTHING, 1
    flipped = np.array([False, True])
    found = laid_picture(ids, flipped, (255, 0, 255), (-1.0, 1.0), 0.25, image)
    assert found[0, 0] == 0
    channels = np.stack([found >> 16 & 255, found >> 8 & 255, found & 255], axis=2)
    np.testing.assert_array_equal(channels[1:, :3], image[1:, :3])
    assert (found[1:] >> 24 == 255).all()
    np.testing.assert_array_equal(channels[0, 3], (3 * image[0, 3].astype(int) + (255, 0, 255)) // 4)
