"""Triangles that cross come apart by small moves of few vertices, and everything else stays."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.atlas.obstacles import find_obstacles
from core.base.errors import TopologyError
from core.base.progress import finish
from core.data.surface import Surface
from core.geometry.changes.untangling import find_tangles, untangled
from core.geometry.crossings import crossings
from core.geometry.topology import edge_table
from core.io.reading import load_in_child
from tests.core.make import bumpy_disk


def with_flap(n: int = 24) -> Surface:
    """Return a bumpy disk in which a vertex and those beside it are pushed through each other."""
    surface = bumpy_disk(n)
    apart = np.linalg.norm(surface.vertices - surface.vertices.mean(axis=0), axis=1)
    near = np.argsort(apart)[:7]
    for seed in range(100):
        points = surface.vertices.copy()
        points[near] += 0.02 * np.random.default_rng(seed).normal(size=(7, 3))
        if len(crossings(points, surface.faces)):
            return replace(surface, vertices=points)
    raise AssertionError("nothing crosses")


def test_a_flap_comes_apart_and_all_else_stays_to_the_last_bit() -> None:
    surface = with_flap()
    made = finish(untangled(surface, 0.05))
    after = made.change.surface
    assert len(made.before.pairs) > 0
    assert len(crossings(after.vertices, after.faces)) == len(made.after.pairs) == 0
    np.testing.assert_array_equal(after.faces, surface.faces)
    stays = np.setdiff1d(np.arange(len(surface.vertices)), made.moved)
    assert after.vertices[stays].tobytes() == surface.vertices[stays].tobytes()
    assert len(made.moved)
    assert len(made.moved) < 0.2 * len(surface.vertices)
    way = np.linalg.norm(after.vertices - surface.vertices, axis=1)
    assert way.max() <= 0.05 * surface.diagonal * (1 + 1e-12)
    assert way.max() / surface.diagonal == pytest.approx(made.farthest)
    table = edge_table(surface.faces)
    assert not np.isin(table.edges[table.n_faces == 1], made.moved).any()
    with pytest.raises(TopologyError, match="nothing to untangle"):
        finish(untangled(after, 0.05))


def test_a_clean_surface_is_left_alone() -> None:
    with pytest.raises(TopologyError, match="nothing to untangle"):
        finish(untangled(bumpy_disk(12)))


def two_sheets(depth: float) -> Surface:
    """Return two square grids of which the second is tilted through the first."""
    axis = np.linspace(0.0, 1.0, 9)
    x, y = (a.ravel() for a in np.meshgrid(axis, axis))
    k = np.arange(81).reshape(9, 9)
    a, b, c, d = k[:-1, :-1].ravel(), k[:-1, 1:].ravel(), k[1:, 1:].ravel(), k[1:, :-1].ravel()
    faces = np.concatenate([np.column_stack([a, b, c]), np.column_stack([a, c, d])])
    upper = np.column_stack([x + 0.013, y + 0.017, depth * (x - 0.47)])
    return Surface(np.concatenate([np.column_stack([x, y, 0.0 * x]), upper]), np.concatenate([faces, faces + 81]))


def test_sheets_that_pass_through_each_other_stay_and_are_told() -> None:
    surface = two_sheets(1.0)
    before = crossings(surface.vertices, surface.faces)
    assert len(before) > 10
    with pytest.raises(TopologyError, match=f"{len(before):,} pairs of triangles cross"):
        finish(untangled(surface))


def test_what_crosses_stands_in_the_way_and_is_recommended_to_be_untangled() -> None:
    surface = with_flap()
    found = finish(find_obstacles(surface))
    pairs = crossings(surface.vertices, surface.faces)
    assert found.counts["crossing"] == len(pairs)
    places = found.of("crossing")
    assert sum(place.n_faces for place in places) == len(np.unique(pairs))
    concerned = np.concatenate([place.concerned for place in places])
    assert np.isin(concerned, surface.faces[np.unique(pairs)]).all()


@pytest.mark.parametrize(("name", "pairs"), [("camelhead.off", 5), ("budai_seated_disk.ply", 12)])
def test_scans_come_apart(shared_data: Path, name: str, pairs: int) -> None:
    surface = load_in_child(shared_data / name).surface
    assert len(find_tangles(surface).pairs) == pairs
    made = finish(untangled(surface))
    assert (len(made.before.pairs), len(made.after.pairs), len(made.after.folded)) == (pairs, 0, 0)
    assert len(made.moved) < 100
    assert made.farthest < 0.003
    found = finish(find_obstacles(surface))
    assert found.advice == "untangle"
    assert finish(find_obstacles(made.change.surface)).counts.get("crossing") is None
