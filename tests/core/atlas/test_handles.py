"""Each handle of a surface is shown by a short loop; cut along all of them the surface stays in one piece."""

import numpy as np
import pytest

from core.atlas.cut_open import CutMesh
from core.atlas.handles import handle_loops, loop_length
from core.atlas.removing import without_handles
from core.base.progress import finish
from core.data.surface import Surface
from core.geometry.largest import part_of_faces
from core.geometry.topology import topology
from tests.core.atlas.make_surfaces import ball, joined, moebius, torus, tunnelled, turned, without

GENUS = {
    "ball": (ball, 0),
    "torus": (torus, 1),
    "torus with two holes": (lambda: without(torus(), 5, 200), 1),
    "wound both ways": (lambda: turned(torus()), 1),
    "five tunnels": (lambda: tunnelled(5), 5),
    "two pieces": (lambda: joined(torus(18, 9), ball(1), tunnelled(2)), 3),
}


@pytest.mark.parametrize("name", GENUS)
def test_there_is_a_loop_for_each_handle_and_none_parts_the_surface(name):
    make, genus = GENUS[name]
    surface = make()
    loops = finish(handle_loops(surface))
    assert len(loops) == genus
    mesh = CutMesh(surface.faces, surface.vertices)
    cut = np.zeros(len(mesh.edges), bool)
    for loop in loops:
        assert len(set(loop.tolist())) == len(loop) > 2
        pairs = np.sort(np.column_stack([loop, np.roll(loop, -1)]), axis=1)
        number = mesh.numbers(pairs)
        assert np.array_equal(mesh.edges[number], pairs)
        cut[number] = True
    opened = mesh.opened(cut)
    before = topology(surface)
    after = topology(Surface(np.zeros((int(opened.max()) + 1, 3)), opened))
    assert after.n_components == before.n_components
    assert after.n_boundary_loops == before.n_boundary_loops + 2 * genus


def test_the_loop_of_a_torus_is_the_shortest_way_around_its_tube():
    # The tube is 0.40 thick where it is thinnest; its inner equator, a loop that could stand for the handle, is longer.
    (loop,) = finish(handle_loops(torus(56, 28)))
    assert loop_length(torus(56, 28), loop) < 1.02 * 2 * np.pi * 0.40


def test_loops_of_tunnels_are_as_short_as_the_bars_between_them():
    board = tunnelled(3, cells=3)
    loops = finish(handle_loops(board))
    # A bar between two tunnels, or between one and the rim, is 3 by 3 thick.
    assert [loop_length(board, loop) for loop in loops] == pytest.approx([12.0] * 3)


def test_a_one_sided_strip_has_no_handle():
    assert finish(handle_loops(moebius())) == []


@pytest.mark.parametrize("width", [1, 2, 12])
def test_a_handle_goes_whose_loops_all_touch_the_boundary(width):
    # Of a torus two bands stay, around the tube and along it: whatever goes around one of them crosses the other.
    whole = torus()
    column, row = whole.faces // 14, whole.faces % 14
    along = (column == 0).any(axis=1) & (column == 1).any(axis=1)
    around = ((row >= 3) & (row <= 3 + width)).all(axis=1)
    bands = part_of_faces(whole, np.flatnonzero(along | around))
    before = topology(bands)
    assert (before.genus, before.n_boundary_loops, before.is_manifold) == (1, 1, True)
    change = finish(without_handles(bands, 99.0))
    after = topology(change.surface)
    assert (after.genus, after.n_components, after.is_manifold, after.is_orientable) == (0, 1, True, True)
    assert after.n_boundary_loops == 1
    assert change.sentence.startswith("Removed 1 handle of 1")
    assert (change.faces < len(change.surface.faces)).all()
    assert (change.edges < len(change.surface.vertices)).all()
