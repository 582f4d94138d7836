"""What stands between a surface and one chart is counted and has a place; and something is recommended."""

import pickle

import numpy as np
import pytest

from core.atlas.obstacles import find_obstacles
from core.base.progress import finish
from core.data.surface import Surface
from tests.core.atlas.make_surfaces import ball, joined, moebius, torus, without
from tests.core.make import bumpy_disk


def fan(n: int) -> Surface:
    """Return n triangles at one edge."""
    angles = 2 * np.pi * np.arange(n) / n
    tips = np.column_stack([np.cos(angles), np.sin(angles), np.full(n, 0.5)])
    faces = np.column_stack([np.zeros(n, int), np.ones(n, int), 2 + np.arange(n)])
    return Surface(np.concatenate([[[0, 0, 0], [0, 0, 1.0]], tips]), faces)


def soup(n: int) -> Surface:
    """Return n triangles apart."""
    corners = np.random.default_rng(3).normal(size=(n, 3, 3))
    return Surface((corners + 9 * np.arange(n)[:, None, None]).reshape(-1, 3), np.arange(3 * n).reshape(-1, 3))


def touching() -> Surface:
    """Return two tetrahedra that share a vertex."""
    one = np.array([[0, 2, 1], [0, 3, 2], [0, 1, 3], [1, 2, 3]])
    other = np.where(one == 0, 0, one + 3)[:, ::-1]
    points = np.vstack([np.zeros(3), np.eye(3), -np.eye(3)])
    return Surface(points, np.concatenate([one, other]))


CASES = {
    "disk": (lambda: bumpy_disk(4), {}, "as-is"),
    "ball": (lambda: ball(2), {"closed": 1}, "atlas"),
    "holes": (lambda: without(ball(), 0, 60, 200), {"hole": 3}, "atlas"),
    "torus": (torus, {"closed": 1, "handle": 1}, "atlas"),
    "strip": (moebius, {"hole": 1, "winding": 8}, "atlas"),
    "fan": (lambda: fan(3), {"edge": 1, "hole": 1}, "split"),
    "touching": (touching, {"vertex": 1, "closed": 1}, "split"),
    "pieces": (lambda: joined(ball(2), ball(3, 0.0)), {"component": 2, "closed": 2}, "atlas"),
    "a speck": (lambda: joined(ball(3), Surface(0.01 * np.eye(3), np.array([[0, 1, 2]]))), {"component": 2}, "largest"),
    "soup": (lambda: soup(60), {"component": 60, "hole": 60}, "largest"),
}


@pytest.mark.parametrize("name", CASES)
def test_what_stands_in_the_way_is_counted_and_the_way_out_recommended(name):
    make, counts, advice = CASES[name]
    surface = make()
    found = finish(find_obstacles(surface))
    assert {kind: n for kind, n in found.counts.items() if kind in counts} == counts
    assert (found.advice, found.why[-1]) == (advice, ".")
    assert all(found.of(kind) for kind in counts if kind not in ("closed", "winding"))
    for place in found.places:
        assert 0 <= place.concerned.max() < len(surface.vertices)


def test_places_are_where_it_is():
    holes = finish(find_obstacles(without(ball(), 0, 60))).of("hole")
    whole = ball()
    for place, middle in zip(sorted(holes, key=lambda one: one.concerned.sum()), (0, 60), strict=True):
        around = np.unique(whole.faces[(whole.faces == middle).any(axis=1)])
        assert set(place.concerned.tolist()) == set(around.tolist()) - {middle}
    assert holes[0].size >= holes[1].size
    assert finish(find_obstacles(touching())).of("vertex")[0].vertices.tolist() == [0]
    assert finish(find_obstacles(fan(4))).of("edge")[0].edges.tolist() == [[0, 1]]


def test_faces_without_area_have_a_place():
    flat = Surface(
        np.array([[0, 0, 0], [1.0, 0, 0], [2, 0, 0], [0, 1, 0]]), np.array([[0, 1, 3], [1, 2, 3], [0, 2, 1]])
    )
    found = finish(find_obstacles(flat))
    assert found.counts["flat"] == 1
    assert found.of("flat")[0].vertices.tolist() == [0, 1, 2]


def test_it_travels_to_another_process_and_says_itself_in_words():
    found = pickle.loads(pickle.dumps(finish(find_obstacles(without(torus(), 5)))))
    assert found.sentence == "1 boundary loop, 1 handle"
