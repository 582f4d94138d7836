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


def side(a: np.ndarray, b: np.ndarray, c: np.ndarray, d: np.ndarray) -> int:
    """Sign of a volume, by whole numbers alone."""
    u, v, w = ([int(x) for x in p - a] for p in (b, c, d))
    volume = (
        (u[1] * v[2] - u[2] * v[1]) * w[0] + (u[2] * v[0] - u[0] * v[2]) * w[1] + (u[0] * v[1] - u[1] * v[0]) * w[2]
    )
    return (volume > 0) - (volume < 0)


def passes(p: np.ndarray, q: np.ndarray, corners: np.ndarray) -> bool:
    a, b, c = corners
    around = [side(p, q, a, b), side(p, q, b, c), side(p, q, c, a)]
    return side(a, b, c, p) * side(a, b, c, q) < 0 and abs(sum(around)) == 3


@pytest.mark.parametrize("kind", ["soup", "flat", "grid"])
def test_crossings_are_those_that_whole_numbers_find(kind: str) -> None:
    rng = np.random.default_rng(5)
    points = rng.integers(-1000, 1000, size=(60, 3))
    faces = rng.permuted(np.tile(np.arange(60), (40, 1)), axis=1)[:, :3]
    if kind == "flat":
        points[:, 2] = 0
    if kind == "grid":  # corners on planes and lines of others: signs that rounding could change
        points = rng.integers(0, 4, size=(60, 3))
    expected = []
    for a in range(len(faces)):
        for b in range(a + 1, len(faces)):
            both = (faces[a], faces[b]), (faces[b], faces[a])
            sides = [(np.roll(i, -k)[:2], j) for i, j in both for k in range(3)]
            apart = [(ends, j) for ends, j in sides if not np.isin(ends, j).any()]
            if any(passes(points[ends[0]], points[ends[1]], points[j]) for ends, j in apart):
                expected.append([a, b])
    assert crossings(points.astype(float), faces).tolist() == expected
    assert (len(expected) > 20) == (kind != "flat")


def test_triangles_that_are_a_point_or_lie_in_one_plane_do_not_cross() -> None:
    rng = np.random.default_rng(0)
    plane = np.column_stack([rng.normal(size=(600, 2)), np.zeros(600)])
    points = np.concatenate([np.zeros((900, 3)), plane, [[0, 0, -1], [0.1, 0.2, 1], [3, 3, 0]]])
    faces = np.arange(1503).reshape(-1, 3)
    assert len(crossings(points, faces[:-1])) == 0
    found = crossings(points, faces)
    assert len(found) > 0
    assert (found[:, 1] == 500).all()
    assert (found[:, 0] >= 300).all()


def test_a_real_scan_that_crosses_itself(shared_data: Path) -> None:
    surface = load_in_child(shared_data / "camelhead.off").surface
    found = crossings(surface.vertices, surface.faces)
    # Found apart by fractions alone, on all pairs whose boxes meet.
    assert found.tolist() == [[1690, 10752], [5949, 10763], [10752, 10763], [10753, 10763], [10756, 10763]]
