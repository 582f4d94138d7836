"""Surfaces are filled, opened and split, and each change is told with its places."""

import numpy as np
import pytest

from core.base.errors import TopologyError
from core.data.surface import Surface
from core.geometry.changes.opening import ENDS, opened
from core.geometry.changes.splitting import split
from core.geometry.holes import filled
from core.geometry.topology import edge_table, topology
from tests.core.atlas.make_surfaces import ball, joined, torus, without
from tests.core.atlas.test_obstacles import fan, touching
from tests.core.make import bumpy_disk


def boundary(surface: Surface) -> set[tuple[int, int]]:
    table = edge_table(surface.faces)
    return {tuple(edge) for edge in table.edges[table.n_faces == 1].tolist()}


def test_holes_are_filled_up_to_a_length():
    surface = without(ball(), 0, 60, 200)
    lengths = sorted(float(np.linalg.norm(np.diff(surface.vertices[list(edge)], axis=0))) for edge in boundary(surface))
    change = filled(surface, most=sum(lengths))
    assert topology(change.surface).is_closed
    assert len(change.faces) == len(change.surface.faces) - len(surface.faces)
    with pytest.raises(TopologyError, match=r"none so short\. The shortest is"):
        filled(surface, most=lengths[0])
    with pytest.raises(TopologyError, match="no boundary"):
        filled(ball(1))
    with pytest.raises(TopologyError, match="one boundary loop, which stays"):
        filled(bumpy_disk(3))
    with pytest.raises(TopologyError, match="Split them first"):
        filled(fan(3))


@pytest.mark.parametrize("end", ENDS)
def test_a_plane_opens_a_closed_surface_along_a_straight_line(end):
    change = opened(ball(), end, 0.1)
    made = change.surface
    assert topology(made).is_disk
    assert {tuple(edge) for edge in np.sort(change.edges, axis=1).tolist()} == boundary(made)
    axis = "xyz".index(end[1])
    at_rim = made.vertices[np.unique(change.edges), axis]
    assert np.ptp(at_rim) < 1e-12
    low, high = ball().bounds[:, axis]
    cut = at_rim[0] - low if end[0] == "-" else high - at_rim[0]
    assert cut / (high - low) == pytest.approx(0.1, rel=0.06)
    beyond = made.vertices[:, axis] - at_rim[0]
    assert (beyond >= -1e-12).all() if end[0] == "-" else (beyond <= 1e-12).all()


def test_what_stays_has_the_area_that_it_had_and_its_values_on_the_plane():
    whole = ball()
    colored = Surface(whole.vertices, whole.faces, scalars={"z": whole.vertices[:, 2]})
    low, high = (opened(colored, end, h).surface for end, h in (("-z", 0.4), ("+z", 0.6)))
    np.testing.assert_allclose(low.scalars["z"], low.vertices[:, 2], atol=1e-12)
    heights = low.vertices[np.unique(opened(colored, "-z", 0.4).edges), 2], low.bounds[0, 2]
    assert heights[0] == pytest.approx(heights[1])
    assert low.area + high.area == pytest.approx(whole.area, rel=0.05)
    assert topology(low).is_orientable


def test_the_end_is_chosen_where_one_loop_is_made():
    # Two balls side by side along all axes: a plane across both would make two loops.
    change = opened(joined(ball(2), Surface(3.0 * ball(2).vertices, ball(2).faces)), "auto", 0.02)
    assert "1 boundary loop" in change.sentence
    with pytest.raises(TopologyError, match="flat along z"):
        opened(Surface(bumpy_disk(3).vertices * (1, 1, 0), bumpy_disk(3).faces), "-z", 0.1)


def test_what_touches_is_parted():
    for surface, n_pieces in ((touching(), 2), (fan(3), 3), (fan(4), 2), (fan(5), 3)):
        change = split(surface)
        known = topology(change.surface)
        assert known.is_manifold
        assert known.n_components == n_pieces
        assert len(change.surface.faces) == len(surface.faces)
        assert len(change.edges)
        np.testing.assert_allclose(
            np.sort(change.surface.corners.reshape(len(surface.faces), -1)),
            np.sort(surface.corners.reshape(len(surface.faces), -1)),
        )
    with pytest.raises(TopologyError, match="a manifold already"):
        split(torus())


def test_a_fin_leaves_the_surface_that_it_stands_on_whole():
    whole = ball()
    a, b, _ = whole.faces[0]
    tip = 2.0 * whole.vertices[[a, b]].mean(axis=0)
    finned = Surface(np.vstack([whole.vertices, tip]), np.vstack([whole.faces, [[a, b, len(whole.vertices)]]]))
    change = split(finned)
    known = topology(change.surface)
    assert known.n_components == 2
    assert known.n_boundary_loops == 1
    assert "1 edge of more than two faces" in change.sentence
