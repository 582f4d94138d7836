"""Known answers: surfaces whose numbers are counted on paper."""

import numpy as np
import pytest

from core.base.errors import TopologyError
from core.data.surface import Surface
from core.geometry.topology import boundary_loops, edge_table, topology


def grid_faces(n: int, m: int, around: bool = False, over: bool = False, twist: bool = False) -> np.ndarray:
    """Triangles of n x m squares; ``around`` closes the first direction, ``over`` the second, ``twist`` half-turned."""
    rows, columns = (n if around or twist else n + 1), (m if over else m + 1)
    faces = []
    for i in range(n):
        for j in range(m):

            def vertex(a: int, b: int) -> int:
                b = m - b if twist and a == rows else b
                return (a % rows) * columns + b % columns

            a, b, c, d = vertex(i, j), vertex(i + 1, j), vertex(i + 1, j + 1), vertex(i, j + 1)
            faces += [[a, b, c], [a, c, d]]
    return np.array(faces)


def surface(faces: list | np.ndarray, seed: int = 0) -> Surface:
    """Give the vertices any positions: topology does not look at them."""
    faces = np.asarray(faces)
    return Surface(np.random.default_rng(seed).normal(size=(faces.max() + 1, 3)), faces)


TETRAHEDRON = np.array([[0, 2, 1], [0, 1, 3], [1, 2, 3], [2, 0, 3]])
SPHERE = TETRAHEDRON
TORUS = grid_faces(4, 5, around=True, over=True)
MOEBIUS = grid_faces(7, 2, twist=True)
ANNULUS = grid_faces(6, 2, around=True)
DISK = grid_faces(3, 4)
FAN = np.array([[0, 1, 2], [0, 1, 3], [0, 1, 4]])
HOURGLASS = np.concatenate([TETRAHEDRON, np.array([0, 4, 5, 6])[TETRAHEDRON]])
BOW_TIE = np.array([[0, 1, 2], [0, 3, 4]])
TWO_DISKS = np.concatenate([DISK, DISK + DISK.max() + 1])
# The torus without two squares that do not touch: a handle with two holes.
HOLED_TORUS = np.delete(TORUS, [0, 1, 24, 25], axis=0)

KNOWN = {
    # name: faces, V, E, F, components, loops, genus, manifold, orientable, closed, disk
    "sphere": (SPHERE, 4, 6, 4, 1, 0, 0, True, True, True, False),
    "torus": (TORUS, 20, 60, 40, 1, 0, 1, True, True, True, False),
    "two tori": (np.concatenate([TORUS, TORUS + 20]), 40, 120, 80, 2, 0, 2, True, True, True, False),
    "Moebius strip": (MOEBIUS, 21, 49, 28, 1, 1, None, True, False, False, False),
    "annulus": (ANNULUS, 18, 42, 24, 1, 2, 0, True, True, False, False),
    "disk": (DISK, 20, 43, 24, 1, 1, 0, True, True, False, True),
    "triangle": ([[0, 1, 2]], 3, 3, 1, 1, 1, 0, True, True, False, True),
    "fan": (FAN, 5, 7, 3, 1, 1, None, False, True, False, False),
    "hourglass": (HOURGLASS, 7, 12, 8, 1, 0, None, False, True, True, False),
    "bow-tie": (BOW_TIE, 5, 6, 2, 1, 1, None, False, True, False, False),
    "two disks": (TWO_DISKS, 40, 86, 48, 2, 2, 0, True, True, False, False),
    "holed torus": (HOLED_TORUS, 20, 58, 36, 1, 2, 1, True, True, False, False),
}


@pytest.mark.parametrize("name", KNOWN)
def test_known_answers(name):
    faces, v, e, f, components, loops, genus, manifold, orientable, closed, disk = KNOWN[name]
    found = topology(surface(faces))
    assert (found.n_vertices, found.n_edges, found.n_faces) == (v, e, f)
    assert found.euler_characteristic == v - e + f
    assert (found.n_components, found.n_boundary_loops, found.genus) == (components, loops, genus)
    assert (found.is_manifold, found.is_orientable, found.is_closed) == (manifold, orientable, closed)
    assert found.is_disk is disk


def test_what_is_not_manifold_is_counted():
    fan, hourglass, bow_tie = (topology(surface(faces)) for faces in (FAN, HOURGLASS, BOW_TIE))
    assert (fan.n_nonmanifold_edges, fan.n_nonmanifold_vertices) == (1, 0)
    assert (hourglass.n_nonmanifold_edges, hourglass.n_nonmanifold_vertices) == (0, 1)
    assert (bow_tie.n_nonmanifold_edges, bow_tie.n_nonmanifold_vertices) == (0, 1)


@pytest.mark.parametrize("name", KNOWN)
def test_order_and_winding_of_faces_do_not_matter(name):
    faces = np.asarray(KNOWN[name][0])
    rng = np.random.default_rng(1)
    turned = np.where(rng.random(len(faces))[:, None] < 0.5, faces, faces[:, ::-1])[rng.permutation(len(faces))]
    renamed = rng.permutation(faces.max() + 1)[turned]
    a, b = topology(surface(faces)), topology(surface(renamed))
    names = ("n_edges", "n_components", "n_boundary_loops", "genus", "is_manifold", "is_orientable", "is_closed")
    assert [getattr(a, name) for name in names] == [getattr(b, name) for name in names]


def test_unused_vertices_do_not_count():
    found = topology(Surface(np.eye(5)[:, :3] * 3, np.array([[0, 1, 2]])))
    assert (found.n_vertices, found.n_components, found.euler_characteristic) == (3, 1, 1)
    assert found.diagonal == pytest.approx(3 * np.sqrt(3))


@pytest.mark.parametrize("scale", [1e-50, 1e-30, 1.0, 1e30, 1e50])
def test_measures_hold_at_every_scale(scale):
    square = Surface(np.array([[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]]) * scale, np.array([[0, 1, 2], [0, 2, 3]]))
    found = topology(square)
    assert found.area == pytest.approx(scale**2, rel=1e-12)
    assert found.diagonal == pytest.approx(np.sqrt(2) * scale, rel=1e-12)


def test_measures_hold_far_from_the_origin():
    square = np.array([[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]]) + np.array([5e6, 5e6, 0])
    assert topology(Surface(square, np.array([[0, 1, 2], [0, 2, 3]]))).area == pytest.approx(1.0, rel=1e-12)


def test_boundary_loops_run_along_the_winding():
    loops = boundary_loops(DISK)
    assert len(loops) == 1
    assert len(set(loops[0].tolist())) == len(loops[0]) == 14
    directed = {(a, b) for face in DISK.tolist() for a, b in zip(face, np.roll(face, -1).tolist(), strict=True)}
    for a, b in zip(loops[0].tolist(), np.roll(loops[0], -1).tolist(), strict=True):
        assert (a, b) in directed
        assert (b, a) not in directed


def test_boundary_loops_come_longest_first():
    faces = np.concatenate([[[100, 101, 102]], ANNULUS, DISK + 20])
    assert [len(loop) for loop in boundary_loops(faces)] == [14, 6, 6, 3]


def test_boundary_loops_of_a_moebius_strip_and_of_closed_surfaces():
    assert [len(loop) for loop in boundary_loops(MOEBIUS)] == [14]
    assert boundary_loops(TORUS) == []


def test_boundary_loops_part_where_the_surface_only_touches_itself():
    assert sorted(sorted(loop.tolist()) for loop in boundary_loops(BOW_TIE)) == [[0, 1, 2], [0, 3, 4]]
    # Two squares that are left out and meet in a corner: parting the two fans there makes one hole of both.
    holed = np.delete(grid_faces(4, 4), [10, 11, 20, 21], axis=0)
    assert [len(loop) for loop in boundary_loops(holed)] == [16, 8]
    assert topology(surface(holed)).n_nonmanifold_vertices == 1


def test_boundary_loops_need_manifold_edges():
    with pytest.raises(TopologyError, match="1 edge"):
        boundary_loops(FAN)


def test_edge_table_lists_the_sides_of_each_edge():
    table = edge_table(np.array([[0, 1, 2], [2, 1, 3]]))
    assert table.edges.tolist() == [[0, 1], [0, 2], [1, 2], [1, 3], [2, 3]]
    assert table.n_faces.tolist() == [1, 1, 2, 1, 1]
    assert table.order[table.first[2] :][:2].tolist() == [1, 3]


def test_verdicts_name_fact_number_and_remedy():
    verdicts = {name: topology(surface(row[0])).verdict for name, row in KNOWN.items()}
    assert verdicts["disk"] == "A topological disk: a planar chart exists."
    assert verdicts["annulus"] == ("This surface has 2 boundary loops; a planar chart needs 1: fill holes or cut it.")
    assert "closed" in verdicts["sphere"]
    assert "genus 1" in verdicts["torus"]
    assert "2 separate components" in verdicts["two disks"]
    assert "not orientable" in verdicts["Moebius strip"]
    assert "1 edge " in verdicts["fan"]
    assert "1 vertex" in verdicts["hourglass"]
    assert "genus 1" in topology(surface(np.delete(TORUS, [0], axis=0))).verdict
    assert all(text.count(".") == 1 and text.endswith(".") for text in verdicts.values())


def test_an_empty_surface_has_no_edges():
    found = topology(Surface(np.zeros((0, 3)), np.zeros((0, 3), np.int64)))
    assert (found.n_vertices, found.n_edges, found.n_components, found.is_closed) == (0, 0, 0, False)
