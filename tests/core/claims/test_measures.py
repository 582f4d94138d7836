"""Cards on measures and functions against POT, scipy, closed forms and counts."""

import networkx as nx
import numpy as np
import ot
import pytest
from scipy.optimize import check_grad
from scipy.spatial.distance import jensenshannon

from core.claims.ensemble import Ensemble, squares
from core.claims.measures.divergences import jensen_shannon, kullback_leibler, measured
from core.claims.measures.general_position import least_gap, meeting_curves, torus_curve
from core.claims.measures.kolmogorov_arnold import SplineEdges, plain_width
from core.claims.measures.piecewise_linear import max_network
from core.claims.topology.trefoil import trefoil
from tests.core.claims.running import run


def test_divergences_are_those_of_scipy_and_the_distance_that_of_pot():
    rng = np.random.default_rng(0)
    p, q = (x / x.sum() for x in rng.uniform(0.1, 1, (2, 9)))
    assert jensen_shannon(p, q) == pytest.approx(jensenshannon(p, q) ** 2)
    assert kullback_leibler(p, q) == pytest.approx((p * np.log(p / q)).sum())
    for theta in (-0.7, 0.25, 0.0):
        kl, js, w = measured(theta, 20)
        height = (np.arange(20) + 0.5) / 20
        x, y = np.column_stack([0 * height, height]), np.column_stack([0 * height + theta, height])
        assert w == pytest.approx(ot.emd2([], [], ot.dist(x, y, "euclidean")), abs=1e-12)
        assert (kl, js) == ((np.inf, pytest.approx(np.log(2), abs=1e-12)) if theta else (0.0, pytest.approx(0.0)))
    assert run("divergences", "points=16").outcome == "holds"


def test_a_largest_affine_map_is_a_network():
    rng = np.random.default_rng(1)
    for k in (1, 2, 3, 5, 8):
        matrix, offset = rng.normal(size=(k, 3)), rng.normal(size=k)
        x = rng.normal(size=(200, 3))
        np.testing.assert_allclose(max_network(matrix, offset)(x)[:, 0], (x @ matrix.T + offset).max(1), atol=1e-12)
    verdict = run("piecewise_linear", "seeds=2", "points=500")
    assert verdict.outcome == "holds"
    assert verdict.figures["layers"] == np.ceil(np.log2(8)) + 1  # theorem 2.1: so many hidden layers, and the output
    assert run("piecewise_linear", "seeds=2", "points=500", "layers_left_out=1").outcome == "fails"


def test_a_urysohn_function_needs_surfaces_that_do_not_meet():
    verdict = run("urysohn", "points=2000")
    assert verdict.outcome == "holds"
    # Linked circles of radius 0.7 whose centres are as far apart come as near as 0.7, less two tubes of 0.2.
    assert verdict.figures["distance"] == pytest.approx(0.7 - 0.4, abs=1e-9)
    assert verdict.figures["steepest"] <= 1 / 0.3 + 1e-6
    met = run("urysohn", "points=2000", "gap=0.0", "thickness=0.3")
    assert met.outcome == "fails"
    assert "meet" in met.sentence


def shadow_graph(points):
    """The planar shadow of a closed curve as a graph: corners and crossings are its nodes."""
    p = points
    n = len(p)
    q = np.roll(p, -1, 0)
    graph, on = nx.MultiGraph(), {k: [(0.0, ("c", k)), (1.0, ("c", (k + 1) % n))] for k in range(n)}
    for i in range(n):
        for j in range(i + 2, n):
            if (i, j) == (0, n - 1):
                continue
            try:
                s, t = np.linalg.solve(np.stack([q[i] - p[i], p[j] - q[j]], 1), p[j] - p[i])
            except np.linalg.LinAlgError:
                continue
            if 0 <= s < 1 and 0 <= t < 1:
                on[i].append((s, ("x", i, j)))
                on[j].append((t, ("x", i, j)))
    for nodes in on.values():
        for (_, a), (_, b) in zip(sorted(nodes)[:-1], sorted(nodes)[1:], strict=True):
            graph.add_edge(a, b)
    return graph


def test_crossings_of_a_shadow_are_the_nodes_of_degree_four():
    flat = trefoil(60)[:, :2]
    graph = shadow_graph(flat)
    assert nx.check_planarity(nx.Graph(graph))[0]
    degrees = [degree for _, degree in graph.degree()]
    assert meeting_curves(flat) == degrees.count(4) == 3
    assert graph.number_of_nodes() - graph.number_of_edges() + 5 == 2  # Euler: a trefoil's shadow has 5 faces


def test_curves_come_apart_in_three_dimensions_and_surfaces_in_five():
    for kind in ("curve", "surface"):
        verdict = run("general_position", f"object={kind}", "seeds=3", "resolution=100")
        assert verdict.outcome == "holds"
        assert verdict.figures["gap_2"] < verdict.figures["gap_4"] < verdict.figures["gap_5"]
    points = torus_curve(40)
    far = np.ones((40, 40), bool) ^ np.eye(40, dtype=bool)
    pairs = np.linalg.norm(points[:, None] - points[None], axis=2)[far]
    assert least_gap(points, far) == pytest.approx(pairs.min() / np.ptp(points, 0).max(), rel=1e-6)


def test_splines_on_edges_have_the_derivatives_of_differences():
    networks = SplineEdges((2, 3, 1), 1, 5)
    for own in (networks._straight, networks._bent):
        own[:] = [part.astype(np.float64) for part in own]
    points = np.random.default_rng(0).uniform(-1, 1, (2, 30))
    target = points[:1] * points[1:]
    weight = networks._bent[0]

    def loss(x):
        weight[0] = x.reshape(weight[0].shape)
        return float(0.5 * ((networks(points)[0] - target) ** 2).mean())

    def slope(x):
        weight[0] = x.reshape(weight[0].shape)
        values = networks.values(points)
        return networks.derivatives(values, squares(target)(values[-1]))[0][2].ravel()

    assert check_grad(loss, slope, weight[0].ravel().copy(), epsilon=1e-3) < 5e-3


def test_the_comparison_is_of_equal_parameters_and_can_come_out_against_splines():
    verdict = run("kolmogorov_arnold", "seeds=2", "steps=150")
    assert abs(verdict.figures["spline_parameters"] / verdict.figures["plain_parameters"] - 1) < 0.05
    width = plain_width(280)
    assert sum(own[0].size for own in Ensemble((3, width, 2, width, 3), 1).parameters) == 12 * width + 5
    few = run("kolmogorov_arnold", "seeds=2", "steps=1500", "knots=2", "units=8", "waves=2")
    assert few.figures["spline_error"] < few.figures["principal_error"]  # two principal components: in closed form
    assert few.outcome == "fails"
