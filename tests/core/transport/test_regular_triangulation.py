"""Predicates and regular triangulations against exact arithmetic and qhull."""

from fractions import Fraction

import numpy as np
import pytest
from scipy.spatial import ConvexHull

from core.geometry.predicates import power_test, turn
from core.transport.half_edges import _against, _next
from core.transport.regular_triangulation import RegularTriangulation, regular_triangulation, repaired


def exact_power(values: np.ndarray) -> int:
    """Sign of the power test in rational arithmetic."""
    p = [[Fraction(float(v)) for v in row] for row in values]
    (a, b, c), d = p[:3], p[3]
    rows = []
    for q in (a, b, c):
        x, y, w = q[0] - d[0], q[1] - d[1], q[2] - d[2]
        rows.append((x, y, x * x + y * y - w))
    (ax, ay, al), (bx, by, bl), (cx, cy, cl) = rows
    value = al * (bx * cy - cx * by) + bl * (cx * ay - ax * cy) + cl * (ax * by - bx * ay)
    return (value > 0) - (value < 0)


def exact_turn(values: np.ndarray) -> int:
    """Sign of the turn in rational arithmetic."""
    (ax, ay), (bx, by), (cx, cy) = [[Fraction(float(v)) for v in row] for row in values]
    value = (ax - cx) * (by - cy) - (ay - cy) * (bx - cx)
    return (value > 0) - (value < 0)


def nasty_quadruples(kind: str, rng: np.random.Generator) -> np.ndarray:
    """Four weighted points (x, y, w) whose power test is hard in floats."""
    points = rng.normal(size=(4, 3))
    if kind == "cocircular":
        angle = rng.uniform(0, 7, 4)
        return np.column_stack([np.cos(angle), np.sin(angle), np.zeros(4)])
    if kind == "grid":
        return np.round(3 * points) / 8
    if kind == "cluster":
        return rng.normal(size=3) + 1e-9 * np.round(2 * points)
    if kind == "coplanar":
        points[:, 2] = (points[:, :2] ** 2).sum(1) - points[:, :2] @ (0.3, 0.1)
    return points


@pytest.mark.parametrize("kind", ["generic", "cocircular", "grid", "cluster", "coplanar"])
def test_predicates_have_the_exact_sign(kind: str) -> None:
    rng = np.random.default_rng(5)
    zeros = 0
    for _ in range(300):
        points = nasty_quadruples(kind, rng)
        assert np.sign(power_test(*points.ravel())) == exact_power(points)
        assert np.sign(turn(*points[:3, :2].ravel())) == exact_turn(points[:3, :2])
        zeros += exact_power(points) == 0
    assert zeros > 3 or kind not in ("grid", "cluster")


def lower_hull(sites: np.ndarray, weights: np.ndarray) -> set[tuple[int, ...]]:
    """Triangles of the lower hull of the lifted sites, by qhull."""
    hull = ConvexHull(np.column_stack([sites, (sites**2).sum(1) - weights]))
    return set(map(tuple, np.sort(hull.simplices[hull.equations[:, 2] < 0], axis=1).tolist()))


def triangle_set(triangles: np.ndarray) -> set[tuple[int, ...]]:
    return set(map(tuple, np.sort(triangles, axis=1).tolist()))


def is_regular(triangulation: RegularTriangulation, sites: np.ndarray, weights: np.ndarray) -> bool:
    """Tell whether half-edges fit together, edges are regular, and triangles counter-clockwise, by exact predicates."""
    x, y, w = (np.ascontiguousarray(column, np.float64) for column in (*sites.T, weights))
    origins, twins = triangulation.origins, triangulation.twins
    for e, f in enumerate(twins):
        if twins[f] != e or origins[f] != origins[_next(e)] or origins[_next(f)] != origins[e]:
            return False
        if _against(x, y, w, origins, twins, e):
            return False
    return all(turn(x[a], y[a], x[b], y[b], x[c], y[c]) > 0.0 for a, b, c in triangulation.triangles)


@pytest.mark.parametrize("spread", [0.0, 0.01, 0.3, 10.0])
@pytest.mark.parametrize("n", [4, 30, 1000])
def test_triangulation_and_repair_agree_with_qhull(n: int, spread: float) -> None:
    rng = np.random.default_rng(n)
    sites, weights = rng.uniform(-1, 1, (n, 2)), spread / n * rng.normal(size=n)
    triangulation = regular_triangulation(sites, weights)
    expected = lower_hull(sites, weights)
    assert triangle_set(triangulation.triangles) == expected
    assert is_regular(triangulation, sites, weights)
    flipped = repaired(regular_triangulation(sites, np.zeros(n)), sites, weights)
    assert (flipped is None) == (len(triangulation.hidden) > 0)
    if flipped is not None:
        assert triangle_set(flipped.triangles) == expected
        assert is_regular(flipped, sites, weights)


def test_wrong_weights_are_noticed() -> None:
    sites = np.random.default_rng(0).uniform(-1, 1, (50, 2))
    triangulation = regular_triangulation(sites, np.zeros(50))
    assert not is_regular(triangulation, sites, 0.1 * sites[:, 0] ** 2 * np.arange(50))


@pytest.mark.parametrize("name", ["grid", "thirds", "twice", "circle", "line", "line and one"])
def test_degenerate_sites(name: str) -> None:
    grid = np.stack(np.meshgrid(np.arange(12.0), np.arange(12.0)), -1).reshape(-1, 2)
    angle = np.arange(50) / 50 * 2 * np.pi
    line = np.column_stack([np.arange(10.0), np.zeros(10)])
    sites, n_triangles, n_hidden = {
        "grid": (grid, 242, 0),
        "thirds": (grid / 3, 242, 0),
        "twice": (np.repeat(grid, 2, axis=0), 242, 144),
        "circle": (np.column_stack([np.cos(angle), np.sin(angle)]), 48, 0),
        "line": (line, 0, 10),
        "line and one": (np.vstack([line, [3.0, 1.0]]), 9, 0),
    }[name]
    weights = np.zeros(len(sites))
    triangulation = regular_triangulation(sites, weights)
    assert len(triangulation.triangles) == n_triangles
    assert len(triangulation.hidden) == n_hidden
    assert is_regular(triangulation, sites, weights)
