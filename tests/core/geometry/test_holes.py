"""Filling the smaller boundary loops makes a disk of what can become one."""

import numpy as np
import pytest

from core.data.surface import Surface
from core.geometry.holes import filled, is_fillable, loops_by_length
from core.geometry.topology import topology
from tests.core.make import bumpy_disk


def holed(n_rings=8, dropped=((0, 1, 2, 3, 4, 5), (40,))):
    whole = bumpy_disk(n_rings)
    kept = np.ones(len(whole.faces), bool)
    for group in dropped:
        kept[list(group)] = False
    colors = np.full((len(whole.vertices), 3), 200, np.uint8)
    return Surface(whole.vertices, whole.faces[kept], colors, whole.vertices[:, :2], {"height": whole.vertices[:, 2]})


def test_all_but_the_longest_loop_are_filled():
    surface = holed()
    before = topology(surface)
    assert before.n_boundary_loops == 3
    assert is_fillable(before)
    change = filled(surface)
    made, sentence = change.surface, change.sentence
    after = topology(made)
    assert after.is_disk
    assert after.is_orientable
    assert len(made.faces) == len(surface.faces) + 7
    assert sentence == "Filled 2 boundary loops of 9 edges with 7 triangles; the longest is left open"
    assert np.array_equal(made.vertices[: len(surface.vertices)], surface.vertices)
    ring = loops_by_length(surface)[1]
    assert made.scalars["height"][-1] == pytest.approx(surface.vertices[ring, 2].mean())
    assert made.colors.tolist()[-1] == [200, 200, 200]


def test_faces_that_fill_are_turned_like_the_others():
    made = filled(holed()).surface
    sides = np.stack([made.faces, np.roll(made.faces, -1, axis=1)], axis=2).reshape(-1, 2)
    assert len(np.unique(sides, axis=0)) == len(sides)


def test_what_cannot_become_a_disk_is_not_offered():
    assert not is_fillable(topology(bumpy_disk(4)))
    assert not is_fillable(topology(Surface(np.eye(3), np.array([[0, 1, 2], [0, 2, 1]]))))
    one = bumpy_disk(3)
    n = len(one.vertices)
    two = Surface(np.concatenate([one.vertices, one.vertices + 9.0]), np.concatenate([one.faces, one.faces + n]))
    assert not is_fillable(topology(two))
