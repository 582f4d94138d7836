"""What is cut to one disk is covered by a large chart that ends short of the cut, and by disks along it."""

import numpy as np
import pytest

from core.atlas.beside_cut import beside_cut
from core.atlas.removing import without_handles
from core.atlas.weights import cover_of
from core.base.errors import TopologyError
from core.base.progress import finish
from core.data.source import Source
from core.data.surface import Surface
from core.geometry.largest import part_of_faces
from core.geometry.topology import edge_table, topology
from core.session.preparation_parts import pack_preparation, prepared_as, words_of
from core.session.prepare import prepare
from core.session.preparing.options import PreparationOptions
from tests.core.atlas.make_surfaces import ball, joined, moebius, torus, tunnelled, without
from tests.core.atlas.test_obstacles import soup

CUTTABLE = {
    "ball": lambda: ball(4),
    "torus": lambda: torus(72, 36),
    "holes": lambda: without(ball(4), 0, 60, 200),
    "moebius": lambda: moebius(96, 17),
}


def source_of(surface: Surface) -> Source:
    return Source("a.ply", "a", surface, topology(surface), ("Merged 2 vertices",), (), 0.1)


@pytest.mark.parametrize("name", CUTTABLE)
def test_no_chart_has_both_sides_of_the_cut_but_those_along_it(name):
    surface = CUTTABLE[name]()
    found = finish(beside_cut(surface))
    owner = found.face_chart
    for chart in range(int(owner.max()) + 1):
        known = topology(part_of_faces(surface, np.flatnonzero(owner == chart)))
        assert (known.n_components, known.n_boundary_loops, known.euler_characteristic) == (1, 1, 1)
    assert surface.face_areas[owner == 0].sum() > 0.4 * surface.area
    cover = cover_of(surface, owner, 3)
    large = cover.patches[0]
    assert len(np.unique(large.vertices)) == len(large.vertices)
    assert not np.isin(large.vertices, found.cut.edges).any()


def test_a_cut_is_prepared_told_and_kept():
    source = source_of(torus(72, 36))
    made = finish(prepare(source, PreparationOptions("cut")))
    assert made.way == "cut"
    assert made.done[0] == "Merged 2 vertices."
    assert f"along {len(made.seam)} edges of length {made.seam_length:.4g}" in made.done[1]
    again = prepared_as(source, made.cover, words_of(made))
    np.testing.assert_array_equal(again.seam, made.seam)
    assert pack_preparation(made).about["way"] == "cut"
    with pytest.raises(ValueError, match="seam"):
        prepared_as(source, made.cover, {**words_of(made), "seam": [[0, 99999]]})
    with pytest.raises(TopologyError, match="number of charts is not chosen"):
        finish(prepare(source, PreparationOptions("cut", charts=3)))
    with pytest.raises(TopologyError, match="a disk already"):
        finish(prepare(made.parts[0], PreparationOptions("cut")))


def test_loose_triangles_are_refused_in_a_moment():
    with pytest.raises(TopologyError, match="A soup of 60 components, 60 of them with fewer than 20 triangles"):
        finish(prepare(source_of(soup(60)), PreparationOptions()))
    assert len(finish(prepare(source_of(soup(3)), PreparationOptions())).cover) == 3


def test_small_handles_are_removed_and_large_ones_stay():
    board = tunnelled(3, cells=3)
    change = finish(without_handles(board, 13.0))
    known = topology(change.surface)
    assert (known.genus, known.is_closed, known.is_manifold) == (0, True, True)
    assert change.sentence.startswith("Removed 3 handles of 3: cut along loops of up to 12")
    assert len(change.faces) == len(change.surface.faces) - len(board.faces)
    table = edge_table(change.surface.faces)
    assert {tuple(edge) for edge in np.sort(change.edges, axis=1).tolist()} <= {tuple(e) for e in table.edges.tolist()}
    with pytest.raises(TopologyError, match=r"3 handles, none with a loop of 5 or less\. The shortest loop is 12 long"):
        finish(without_handles(board, 5.0))
    with pytest.raises(TopologyError, match="orientable manifolds alone"):
        finish(without_handles(moebius(), 5.0))


def test_only_handles_up_to_the_size_are_removed():
    small = torus(18, 9)
    both = joined(small, Surface(3.0 * torus(18, 9).vertices, small.faces))
    change = finish(without_handles(both, 4.0))
    assert topology(change.surface).genus == 1
    assert topology(change.surface).n_components == 2
