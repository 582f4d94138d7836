import numpy as np
import pytest
from scipy.spatial import KDTree

from core.cloud.local_fits import Width, blended, fit

RNG = np.random.default_rng(0)
PLANE = RNG.uniform(-1, 1, (400, 2))
UP = np.tile([0.0, 0.0, 1.0], (400, 1))
ALL = np.arange(400)


def graph(height: np.ndarray) -> np.ndarray:
    return np.column_stack([PLANE, height])


@pytest.mark.parametrize("order", [2, 3])
def test_polynomials_are_met_up_to_their_order(order: int) -> None:
    u, v = PLANE.T
    height = 0.3 * u * u - 0.2 * u * v + 0.1 * u + (0.4 * u**3 - 0.1 * u * v * v if order == 3 else 0.0)
    points = graph(height)
    found = fit(KDTree(graph(np.zeros(400))), UP, points, ALL, Width(24, order))
    inner = np.abs(PLANE).max(1) < 0.8
    assert np.abs(found.held_out[inner]).max() < 1e-3  # the pull towards a plane
    assert np.abs(found.feet - points)[inner].max() < 1e-4
    slope = np.column_stack([-(0.6 * u - 0.2 * v + 0.1), 0.2 * u, np.ones(400)])
    if order == 2:
        assert (found.normals * slope / np.linalg.norm(slope, axis=1, keepdims=True)).sum(1) == pytest.approx(
            1, abs=1e-5
        )


def test_what_is_held_out_is_what_the_others_alone_tell() -> None:
    points = graph(0.1 * RNG.normal(size=400))
    tree = KDTree(graph(np.zeros(400)))
    i, width = 17, Width(30, 2)
    found = fit(tree, UP, points, np.array([i]), width).held_out[0]
    distance, around = tree.query(tree.data[i], 30)
    w = np.maximum(0, 1 - (distance / distance[-1]) ** 2) ** 2
    u, v = ((points[around] - tree.data[i])[:, :2] / distance[-1]).T
    rows = np.column_stack([np.ones(30), u, v, u * u, u * v, v * v])
    others = np.arange(30) != 0
    root = np.sqrt(w[others])[:, None]
    terms = np.linalg.lstsq(rows[others] * root, points[around[others], 2] * root[:, 0], rcond=None)[0]
    assert found == pytest.approx(points[i, 2] - terms[0], rel=1e-3)


def test_a_patch_ends_at_a_crease() -> None:
    points = graph(-np.abs(PLANE[:, 0]))
    side = np.sign(PLANE[:, 0])
    normals = np.column_stack([side, np.zeros(400), np.ones(400)]) / np.sqrt(2)
    tree = KDTree(points)
    blunt, sharp = (np.abs(fit(tree, normals, points, ALL, Width(24, 2, turn)).held_out).mean() for turn in (0.0, 0.3))
    assert sharp < 0.05 * blunt


def test_blended_heights_are_those_of_the_graph() -> None:
    u, v = PLANE.T
    points = graph(0.2 * u * u + 0.1 * v)
    tree = KDTree(points)
    found = fit(tree, UP, points, ALL, Width(20, 2))
    places = np.column_stack([RNG.uniform(-0.7, 0.7, (50, 2)), np.zeros(50)])
    places[:, 2] = 0.2 * places[:, 0] ** 2 + 0.1 * places[:, 1]
    lifted = places + np.array([0.0, 0.0, 0.05])
    given = (found.feet, found.frames, found.terms, found.reach)
    for some, height in ((places, 0.0), (lifted, 0.05)):
        value = blended(some, tree.query(some, 12)[1], *given)
        assert value == pytest.approx(height, abs=2e-4)
