"""A plane leaves of a mesh what lies on one side of it, and nothing is lost or counted twice."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.geometry.clipping import clip_triangles, enclosed_side
from tests.core.make import bumpy_disk

TETRAHEDRON = np.array([[0.0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]])
SIDES = np.array([[0, 2, 1], [0, 1, 3], [0, 3, 2], [1, 2, 3]])


def area(points, faces):
    a, b, c = (points[faces[:, k]] for k in range(3))
    return 0.5 * np.linalg.norm(np.cross(b - a, c - a), axis=1).sum()


@given(st.tuples(*[st.floats(-1, 1)] * 3).filter(lambda n: np.linalg.norm(n) > 0.1), st.floats(-1.2, 1.2))
def test_both_sides_together_are_the_whole(normal, offset):
    surface, normal = bumpy_disk(4), np.array(normal)
    left = clip_triangles(surface.vertices, surface.faces, normal, offset)
    other = clip_triangles(surface.vertices, surface.faces, -normal, -offset)
    total = area(surface.vertices, surface.faces)
    assert area(left.points, left.faces) + area(other.points, other.faces) == pytest.approx(total, rel=1e-9)
    assert (left.points[left.faces] @ normal <= offset + 1e-9).all()
    if len(left.cuts):
        np.testing.assert_allclose(left.points[left.cuts] @ normal, offset, atol=1e-9)


def test_parts_lie_in_the_triangles_they_come_from_and_keep_their_sense():
    surface = bumpy_disk(4)
    left = clip_triangles(surface.vertices, surface.faces, np.array([1.0, 0.3, 0.0]), 0.1)
    parts, wholes = left.points[left.faces], surface.vertices[surface.faces[left.origins]]
    ours = np.cross(parts[:, 1] - parts[:, 0], parts[:, 2] - parts[:, 0])
    given_ = np.cross(wholes[:, 1] - wholes[:, 0], wholes[:, 2] - wholes[:, 0])
    assert (np.einsum("fk,fk->f", ours, given_) >= 0.0).all()
    np.testing.assert_allclose(np.cross(ours, given_), 0.0, atol=1e-12)


def test_the_cut_of_a_tetrahedron_is_a_triangle_of_known_size():
    left = clip_triangles(TETRAHEDRON, SIDES, np.array([0.0, 0.0, 1.0]), 0.5)
    ends = left.points[left.cuts]
    assert len(ends) == 3
    assert np.linalg.norm(ends[:, 1] - ends[:, 0], axis=1).sum() == pytest.approx(0.5 * (2 + np.sqrt(2)))
    nothing = clip_triangles(TETRAHEDRON, SIDES, np.array([0.0, 0.0, 1.0]), -1.0)
    assert (len(nothing.faces), len(nothing.cuts)) == (0, 0)


def test_only_closed_surfaces_have_an_inside():
    assert enclosed_side(TETRAHEDRON, SIDES) == 1
    assert enclosed_side(TETRAHEDRON, SIDES[:, ::-1]) == -1
    assert enclosed_side(TETRAHEDRON, SIDES[:3]) == 0
    assert enclosed_side(TETRAHEDRON, np.concatenate([SIDES[:3], SIDES[3:, ::-1]])) == 0
    assert enclosed_side(TETRAHEDRON, SIDES[:0]) == 0
