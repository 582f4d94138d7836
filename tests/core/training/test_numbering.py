import numpy as np

from core.training.numbering import by_coordinates
from tests.core.make import bumpy_disk


def test_the_numbering_does_not_depend_on_that_of_the_file() -> None:
    surface, rng = bumpy_disk(6), np.random.default_rng(4)
    points, faces = surface.vertices, surface.faces
    order = rng.permutation(len(points))
    ranks = np.argsort(order)
    turned = np.array([np.roll(face, rng.integers(3)) for face in ranks[faces][rng.permutation(len(faces))]])
    before, after = by_coordinates(points, faces), by_coordinates(points[order], turned)
    np.testing.assert_array_equal(points[before.vertices], points[order][after.vertices])
    np.testing.assert_array_equal(before.corners, after.corners)
    np.testing.assert_array_equal(points[before.vertices][before.ranks], points)


def test_faces_keep_corners_and_orientation() -> None:
    surface = bumpy_disk(6)
    numbering = by_coordinates(surface.vertices, surface.faces)
    assert np.lexsort(numbering.corners.T[::-1]).tolist() == list(range(len(surface.faces)))
    old = surface.faces[numbering.faces]
    new = numbering.vertices[numbering.corners]
    same = np.stack([(new == np.roll(old, k, axis=1)).all(1) for k in range(3)]).any(0)
    assert same.all()


def test_of_two_vertices_at_one_place_the_first_comes_first() -> None:
    points = np.array([[1.0, 0, 0], [0, 0, 0], [1.0, 0, 0]])
    assert by_coordinates(points, np.array([[0, 1, 2]])).vertices.tolist() == [1, 0, 2]
    assert by_coordinates(points, np.empty((0, 3), int)).corners.shape == (0, 3)
