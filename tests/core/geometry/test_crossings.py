from pathlib import Path

import numpy as np
import pytest

from core.geometry.crossings import crossings
from core.io.reading import load_in_child
from tests.core.make import bumpy_disk


def test_two_triangles_through_each_other() -> None:
    points = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0.2, 0.2, -1], [0.2, 0.2, 1], [2, 2, 0.5]], float)
    faces = np.array([[0, 1, 2], [3, 4, 5]])
    np.testing.assert_array_equal(crossings(points, faces), [[0, 1]])
    np.testing.assert_array_equal(crossings(points + [0, 0, 3] * (np.arange(6) > 2)[:, None], faces), np.zeros((0, 2)))


def test_a_graph_does_not_cross_itself_and_neighbours_only_touch() -> None:
    surface = bumpy_disk(40)
    assert len(crossings(surface.vertices, surface.faces)) == 0


@pytest.mark.parametrize("height", [0.0, -(2.0**-1070)])
def test_touching_is_not_crossing_however_little_the_difference(height: float) -> None:
    points = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0.25, 0.25, height], [0.25, 0.25, 1], [2, 2, 0.5]], float)
    assert len(crossings(points, np.array([[0, 1, 2], [3, 4, 5]]))) == (1 if height < 0.0 else 0)


def test_a_real_scan_that_crosses_itself(shared_data: Path) -> None:
    surface = load_in_child(shared_data / "camelhead.off").surface
    found = crossings(surface.vertices, surface.faces)
    # Found apart by fractions alone, on all pairs whose boxes meet.
    assert found.tolist() == [[1690, 10752], [5949, 10763], [10752, 10763], [10753, 10763], [10756, 10763]]
