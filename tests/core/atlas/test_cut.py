"""Any surface of one piece is cut open to one disk, along few short edges."""

import numpy as np
import pytest

from core.atlas.cut import cut_to_disk
from core.base.errors import TopologyError
from core.base.progress import finish
from core.charts.disk_chart import disk_chart
from core.data.surface import Surface
from core.geometry.topology import topology
from tests.core.atlas.make_surfaces import ball, joined, moebius, torus, turned, without
from tests.core.make import bumpy_disk


def tetrahedron():
    return Surface(np.vstack([np.zeros(3), np.eye(3)]), np.array([[0, 2, 1], [0, 3, 2], [0, 1, 3], [1, 2, 3]]))


CUTTABLE = {
    "ball": ball,
    "tetrahedron": tetrahedron,
    "torus": torus,
    "moebius": moebius,
    "holes": lambda: without(ball(), 0, 60, 200),
    "torus with a hole": lambda: without(torus(), 5),
    "wound both ways": lambda: turned(torus()),
}


@pytest.mark.parametrize("name", CUTTABLE)
def test_what_is_cut_is_a_disk_of_the_same_faces(name):
    surface = CUTTABLE[name]()
    cut = finish(cut_to_disk(surface))
    assert topology(cut.surface).is_disk
    assert np.array_equal(cut.surface.vertices, surface.vertices[cut.vertices])
    assert np.array_equal(np.sort(cut.vertices[cut.surface.faces], axis=1), np.sort(surface.faces, axis=1))
    ends = surface.vertices[cut.edges]
    assert cut.length == pytest.approx(np.linalg.norm(ends[:, 0] - ends[:, 1], axis=1).sum())


@pytest.mark.parametrize("name", CUTTABLE)
def test_only_edges_of_the_cut_come_apart(name):
    surface = CUTTABLE[name]()
    cut = finish(cut_to_disk(surface))
    sides = np.stack([cut.surface.faces, np.roll(cut.surface.faces, -1, axis=1)], axis=2).reshape(-1, 2)
    keys, number = np.unique(np.sort(sides, axis=1), axis=0, return_inverse=True)
    once = cut.vertices[keys[np.bincount(number.ravel()) == 1]]
    whole = np.stack([surface.faces, np.roll(surface.faces, -1, axis=1)], axis=2).reshape(-1, 2)
    uses, count = np.unique(np.sort(whole, axis=1), axis=0, return_counts=True)
    apart = {tuple(pair) for pair in np.sort(once, axis=1).tolist()}
    boundary = {tuple(pair) for pair in uses[count == 1].tolist()}
    assert apart - boundary == {tuple(pair) for pair in np.sort(cut.edges, axis=1).tolist()}


def test_a_torus_is_cut_around_its_tube_and_along_its_inner_equator():
    # The tube is 0.37 to 0.53 thick, its inner circle 0.5 to 0.65 from the axis: two loops, as short as edges allow.
    cut = finish(cut_to_disk(torus(56, 28)))
    assert 2 * np.pi * (0.37 + 0.45) < cut.length < 1.15 * 2 * np.pi * (0.42 + 0.55)


def test_a_strip_with_a_twist_is_cut_across():
    strip = moebius(48, 9)
    cut = finish(cut_to_disk(strip))
    assert cut.length == pytest.approx(1.0, rel=0.05)


def test_a_disk_from_a_sphere_is_stretched_little():
    cut = finish(cut_to_disk(ball()))
    assert finish(disk_chart(cut.surface)).stretch < 1.35


def test_what_needs_no_cut_or_can_have_none_is_refused():
    with pytest.raises(TopologyError, match="a disk already"):
        finish(cut_to_disk(bumpy_disk(4)))
    with pytest.raises(TopologyError, match="2 pieces"):
        finish(cut_to_disk(joined(ball(1), ball(1))))
    third = np.append(ball(1).faces, [[*ball(1).faces[0, :2], int(ball(1).faces.max()) - 1]], axis=0)
    with pytest.raises(TopologyError, match="edges of more than two faces"):
        finish(cut_to_disk(Surface(ball(1).vertices, third)))
