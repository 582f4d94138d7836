"""Edges of cells on a surface: a unit is zero along each, and nothing switches without one in between."""

from dataclasses import replace

import numpy as np
import pytest

from core.base.errors import BudaiError
from core.base.progress import finish
from core.charts.autoencoder import Autoencoder
from core.data.source import Source
from core.geometry.nearest_triangle import weights_in_triangles
from core.unfolding.cell_edges import cell_edges
from core.unfolding.of_source import unfold_source
from core.unfolding.options import UnfoldOptions
from core.unfolding.steps import Step, autoencoder_steps, steps_of
from tests.core.make import bumpy_disk, random_relu_map

SQUARE = np.array([[0.0, 0.0, 0.0], [1.0, 0.0, 0.0], [1.0, 1.0, 0.0], [0.0, 1.0, 0.0]])
HALVES = np.array([[0, 1, 2], [0, 2, 3]])


def signs(steps, points):
    """Return W h + b of every layer that bends."""
    found = []
    for step in steps:
        shifted = step.shifted(points)
        if step.bend:
            found.append(shifted)
        points = step.bent(shifted)
    return found


def test_one_unit_cuts_two_triangles_in_a_straight_line():
    steps = [Step(np.array([[0.0, 1.0, 0.0]]), np.array([-0.25]), "relu"), Step(np.ones((1, 1)), np.zeros(1))]
    found = finish(cell_edges(SQUARE, HALVES, steps, 10))
    ends = np.einsum("eic,ecd->eid", found.weights, SQUARE[HALVES[found.face]])
    assert len(found.face) == 2
    assert np.allclose(ends[..., 1], 0.25)
    assert sorted(np.round(ends[..., 0].ravel(), 6).tolist()) == [0.0, 0.25, 0.25, 1.0]
    assert found.so_far(0) == (0, 0)
    assert found.so_far(1) == found.so_far(2) == (2, 0) or found.so_far(2) == (2, 2)


@pytest.fixture(scope="module")
def learned():
    surface = bumpy_disk(8)
    networks = Autoencoder(random_relu_map((3, 8, 6, 2)), random_relu_map((2, 7, 3)), np.zeros(3), 1.0)
    return surface, networks


def test_along_each_edge_a_unit_of_its_layer_is_zero_and_all_that_switches_is_cut(learned):
    surface, networks = learned
    points, faces, steps = surface.vertices, surface.faces, autoencoder_steps(networks)
    found = finish(cell_edges(points, faces, steps, 100_000))
    bends = [k for k, step in enumerate(steps) if step.bend]
    assert set(found.step.tolist()) <= set(bends)
    assert found.last == bends[-1]
    ends = np.einsum("eic,ecd->eid", found.weights, points[faces[found.face]])
    for part in (0.0, 0.5, 1.0):
        layers = signs(steps, (1.0 - part) * ends[:, 0] + part * ends[:, 1])
        for k, values in zip(bends, layers, strict=True):
            mine = values[found.step == k]
            assert (np.abs(mine).min(1) < 1e-5).all()
    rng = np.random.default_rng(0)
    face = rng.integers(0, len(faces), 4000)
    weights = rng.dirichlet(np.ones(3), (2, 4000))
    both = [np.einsum("ec,ecd->ed", one, points[faces[face]]) for one in weights]
    first, second = (np.concatenate(signs(steps, one), 1) > 0.0 for one in both)
    switched = np.flatnonzero((first != second).any(1))
    assert len(switched) > 100
    edges = {int(k): np.flatnonzero(found.face == k) for k in np.unique(face)}
    for k in switched:
        p, q = weights[0, k, 1:], weights[1, k, 1:]
        a, b = (found.weights[edges[int(face[k])], end, 1:] for end in (0, 1))

        def side(u, v, w):
            return (v[..., 0] - u[..., 0]) * (w[..., 1] - u[..., 1]) - (v[..., 1] - u[..., 1]) * (w[..., 0] - u[..., 0])

        crossed = (side(p, q, a) * side(p, q, b) <= 1e-9) & (side(a, b, p) * side(a, b, q) <= 1e-9)
        assert crossed.any()


def test_layers_that_are_too_many_are_left_out_and_tanh_has_none(learned):
    surface, networks = learned
    steps = autoencoder_steps(networks)
    every = finish(cell_edges(surface.vertices, surface.faces, steps, 100_000))
    few = finish(cell_edges(surface.vertices, surface.faces, steps, int((every.step == 0).sum()) + 20))
    assert few.last == 0
    assert set(few.step.tolist()) == {0}
    assert finish(cell_edges(surface.vertices, surface.faces, steps, 3)) is None
    bent = [replace(step, bend="tanh" if step.bend else "") for step in steps_of(networks.encoder)]
    assert finish(cell_edges(surface.vertices, surface.faces, bent, 100_000)) is None


def test_an_unfolding_has_them_on_request(learned):
    surface, networks = learned
    source = Source("", "disk", surface, None, (), (), 0.0)
    made = finish(unfold_source(source, networks, UnfoldOptions(overlaps=False)))
    assert made.edges.last == 3
    assert finish(unfold_source(source, networks, UnfoldOptions(overlaps=False, edges=0))).edges is None
    with pytest.raises(BudaiError, match="-1 edges of cells cannot be found"):
        UnfoldOptions(edges=-1)


def test_points_of_a_triangle_are_found_again_and_one_without_area_has_its_first_side():
    rng = np.random.default_rng(1)
    corners, weights = rng.normal(size=(50, 3, 3)), rng.dirichlet(np.ones(3), 50)
    assert np.allclose(weights_in_triangles(corners, np.einsum("ec,ecd->ed", weights, corners)), weights, atol=1e-9)
    flat = np.array([[[0.0, 0, 0], [1.0, 0, 0], [2.0, 0, 0]]])
    assert np.allclose(weights_in_triangles(flat, np.array([[0.25, 0, 0]])), [[0.75, 0.25, 0.0]])
