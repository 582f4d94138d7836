"""Cards on charts against closed forms, bounds, and counts of another kind."""

import numpy as np
import pytest
from scipy.optimize import linprog

from core.claims.charts.antipodal import sphere_points
from core.claims.charts.capacity import random_network
from core.claims.charts.fold import areas, pushed, sheets
from core.claims.charts.hilbert import folds, generation_beyond, hilbert
from core.claims.charts.spiral_pieces import greedy_pieces, spiral, total_turning
from core.geometry.teaching import disk_grid
from core.relu.capacity import arrangement_cells
from tests.core.claims.running import run


def test_spherical_coordinates_keep_off_poles_and_seam():
    verdict = run("spherical_coordinates", "points=4000")
    assert verdict.outcome == "holds"
    assert verdict.figures["round_trip"] < 1e-12
    assert verdict.figures["mean_area_factor"] == pytest.approx(2 / np.pi, abs=0.02)
    assert run("spherical_coordinates", "points=400", "kept_off=0").outcome == "fails"


def test_two_charts_need_disks_that_overlap():
    verdict = run("two_charts", "points=4000")
    assert verdict.outcome == "holds"
    # Where both stereographic codes are shorter than R, |z| is below (R² - 1) / (R² + 1): that part of the area.
    assert verdict.figures["overlap"] == pytest.approx((1.5**2 - 1) / (1.5**2 + 1), abs=0.03)
    bare = run("two_charts", "points=4000", "radius=0.8")
    assert bare.outcome == "fails"
    assert bare.figures["bare"] == pytest.approx((1 - 0.64) / (1 + 0.64), abs=0.03)


def test_an_antipodal_pair_has_one_code_and_an_error_of_a_radius():
    verdict = run("antipodal", "seeds=2", "steps=150", "width=8")
    assert verdict.outcome == "holds"
    assert verdict.figures["largest_gap"] < 1e-6
    assert verdict.figures["least_error"] >= 1.0
    assert run("antipodal", "seeds=1", "steps=150", "width=8", "latent=3").outcome == "fails"
    assert np.linalg.norm(sphere_points(50), axis=1) == pytest.approx(1.0)


def test_no_network_has_more_pieces_than_its_bounds():
    verdict = run("capacity", "networks=8", "most_width=6")
    assert verdict.outcome == "holds"
    assert verdict.figures["kept"] == 8
    # In general position, lines of one layer cut the plane into exactly as many cells: a wide window meets all.
    for seed in range(3):
        network = random_network(np.random.default_rng(seed), 5, 1)
        n = network.widths[1]
        points = np.random.default_rng(9).uniform(-300, 300, (60_000, 2))
        seen = len(np.unique(network.activation_pattern(points), axis=0))
        assert seen <= arrangement_cells(2, n)


def one_way(piece):
    """Whether a direction exists along which a polygon only goes forward: a linear program."""
    edges = np.diff(piece, axis=0)
    edges = edges / np.linalg.norm(edges, axis=1, keepdims=True)
    found = linprog(
        [0, 0, -1],
        A_ub=np.column_stack([-edges, np.ones(len(edges))]),
        b_ub=np.zeros(len(edges)),
        bounds=[(-1, 1), (-1, 1), (None, 1)],
    )
    return found.x[2] > 1e-9


def test_pieces_of_a_spiral_are_the_longest_that_go_one_way():
    curve = spiral(2, 60, 0.0)
    starts = greedy_pieces(curve)
    assert len(starts) == 4
    assert total_turning(curve) == pytest.approx(4 * np.pi, rel=0.05)
    ends = [*starts[1:], len(curve) - 1]
    for a, b in zip(starts, ends, strict=True):
        assert one_way(curve[a : b + 1])
        assert b == len(curve) - 1 or not one_way(curve[a : b + 2])
    assert run("spiral_pieces", "turns=3", "points=60").figures["pieces"] == 6


def test_hilbert_visits_every_square_once_and_its_generation_is_that_of_the_bound():
    for n in (1, 2, 3):
        curve = hilbert(n)
        assert len({tuple(point) for point in np.round(curve * 2**n - 0.5).astype(int)}) == 4**n
        np.testing.assert_allclose(np.abs(np.diff(curve, axis=0)).sum(1), 0.5**n)
    # (2, 8, 1): 37 regions of 8 lines, times 2 for the output: 74, above 4^3 = 64 and below 4^4 = 256.
    assert arrangement_cells(2, 8) * arrangement_cells(8, 1) == 74
    assert generation_beyond(8) == 3


def test_an_encoder_folds_the_curve_unless_the_curve_is_hardly_one():
    assert folds(np.array([[0.0, 1, 2, 3], [0, 1, 0, 1]])).tolist() == [0, 2]
    assert run("hilbert", "seeds=2", "steps=150", "generation=3").outcome == "holds"


def test_folds_are_where_triangles_are_turned_over():
    points, faces = disk_grid(5)
    for push, outcome in ((0.0, False), (0.15, False), (1.2, True)):
        image = pushed(points, push, True)
        counted, signed = sheets(image, faces, 0.6 * sphere_points(200)[:, :2] + 1e-4)
        assert (counted > 1).any() == outcome == (areas(image, faces) < 0).any()
        assert (signed == 1).all()
    assert run("fold", "points=400").outcome == "holds"
    assert run("fold", "points=400").figures["covered_twice"] > 0
    assert run("fold", "points=400", "hold=off").outcome == "fails"
