"""Each repair alone, and all together, with what is told of them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.data.surface import Surface
from core.geometry.degenerate import duplicate_faces, flip_caps, has_no_height, has_repeated_corner
from core.geometry.repair import orient, repair, weld
from core.geometry.topology import topology

CUBE_CORNERS = np.array([[x, y, z] for x in (0.0, 1.0) for y in (0.0, 1.0) for z in (0.0, 1.0)])
# fmt: off
CUBE = np.array([
    [0, 1, 3], [0, 3, 2], [4, 6, 7], [4, 7, 5], [0, 4, 5], [0, 5, 1],
    [2, 3, 7], [2, 7, 6], [0, 2, 6], [0, 6, 4], [1, 5, 7], [1, 7, 3],
])
# fmt: on


def signed_volume(surface: Surface) -> float:
    a, b, c = np.moveaxis(surface.corners, 1, 0)
    return float(np.einsum("ij,ij->", a, np.cross(b, c)) / 6.0)


def test_weld_merges_only_what_is_exactly_equal():
    points = np.array([[0.0, 1, 2], [1, 1, 1], [-0.0, 1, 2], [1, 1, np.nextafter(1, 2)], [1, 1, 1]])
    assert weld(points).tolist() == [0, 1, 0, 3, 1]


@given(st.lists(st.tuples(*[st.integers(0, 2)] * 3), min_size=1, max_size=30))
def test_weld_gives_the_first_of_each_position(points):
    assert weld(np.array(points, float)).tolist() == [points.index(point) for point in points]


def test_degenerate_and_duplicate_faces_are_found():
    assert has_repeated_corner(np.array([[0, 1, 2], [0, 1, 1], [2, 1, 2], [3, 3, 3]])).tolist() == [False] + [True] * 3
    assert duplicate_faces(np.array([[0, 1, 2], [2, 1, 0], [0, 1, 3], [1, 2, 0]])).tolist() == [0, 1, 0, 1]


@pytest.mark.parametrize("scale", [1e-30, 1.0, 1e30])
def test_faces_without_height_are_found_at_every_scale(scale):
    points = np.array([[0, 0, 0], [1, 0, 0], [2, 0, 0], [1, 1e-9, 0], [1, 1e-15, 0]]) * scale
    faces = np.array([[0, 1, 2], [0, 2, 3], [0, 2, 4]])
    assert has_no_height(points, faces).tolist() == [True, False, True]


def test_a_cube_inside_out_is_turned_outward():
    for faces, turned in ((CUBE, 0), (CUBE[:, ::-1], 12)):
        result = repair(Surface(CUBE_CORNERS + 1e4, faces))
        assert signed_volume(result.surface) == pytest.approx(1.0, rel=1e-3)
        assert result.done == (
            (f"Turned {turned} faces outward: the closed surface was inside out.",) if turned else ()
        )


@given(st.lists(st.booleans(), min_size=12, max_size=12))
def test_any_winding_is_made_consistent(flips):
    faces = np.where(np.array(flips)[:, None], CUBE[:, ::-1], CUBE)
    assert signed_volume(repair(Surface(CUBE_CORNERS, faces)).surface) == pytest.approx(1.0)


def test_an_open_surface_keeps_the_winding_of_most_faces():
    faces = np.concatenate([CUBE[2:9], CUBE[9:, ::-1]])
    turn, inside_out = orient(CUBE_CORNERS, faces)
    assert turn.tolist() == [False] * 7 + [True] * 3
    assert not inside_out.any()


def test_the_wall_of_a_cavity_stays_as_it_is():
    inner = CUBE_CORNERS * 0.5 + 0.25
    faces = np.concatenate([CUBE, CUBE[:, ::-1] + 8])
    result = repair(Surface(np.concatenate([CUBE_CORNERS, inner]), faces))
    assert result.done == ()
    assert signed_volume(result.surface) == pytest.approx(1 - 0.125)


def test_a_moebius_strip_is_left_as_it_is():
    faces = np.array([[0, 1, 2], [1, 3, 2], [2, 3, 4], [3, 5, 4], [4, 5, 1], [5, 0, 1]])
    points = np.random.default_rng(0).normal(size=(6, 3))
    assert not topology(Surface(points, faces)).is_orientable
    assert repair(Surface(points, faces)).done == ()


def test_everything_is_told_with_its_number():
    soup = CUBE_CORNERS[CUBE].reshape(-1, 3)
    faces = np.arange(36).reshape(-1, 3)
    faces[3] = faces[3, ::-1]
    faces = np.concatenate([faces, faces[:2], [[0, 0, 1], [5, 6, 6], [7, 8, 8]]])
    surface = Surface(np.concatenate([soup, np.full((4, 3), 100.0)]), faces)
    result = repair(surface)
    assert result.done == (
        "Dropped 4 vertices that no face uses.",
        "Merged 28 vertices into others at the same position.",
        "Dropped 3 faces with a repeated corner.",
        "Dropped 2 duplicate faces.",
        "Turned 1 face to wind the surface consistently.",
    )
    assert result.left == ()
    assert topology(result.surface).is_closed
    assert len(result.surface.vertices) == 8


def test_attributes_follow_their_vertices():
    points = np.array([[9.0, 9, 9], [0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 0], [0, 0, 1]])
    colors = np.arange(18, dtype=np.uint8).reshape(6, 3)
    texture = np.arange(12.0).reshape(6, 2)
    surface = Surface(points, np.array([[1, 2, 3], [4, 3, 5]]), colors, texture, {"height": points[:, 2]})
    result = repair(surface)
    assert result.surface.colors.tolist() == colors[[1, 2, 3, 5]].tolist()
    assert result.surface.texture_coordinates.tolist() == texture[[1, 2, 3, 5]].tolist()
    assert result.surface.scalars["height"].tolist() == [0, 0, 0, 1]
    assert "Texture coordinates or colours differed at 1 merged vertex; the first ones are kept." in result.done


def test_a_closed_manifold_is_not_pinched_by_merging():
    # Two cubes that share an edge in space and nothing in the file.
    points = np.concatenate([CUBE_CORNERS, CUBE_CORNERS + np.array([1, 1, 0])])
    result = repair(Surface(points, np.concatenate([CUBE, CUBE + 8])))
    assert topology(result.surface).is_manifold
    assert len(result.surface.vertices) == 16
    assert result.done == ()
    assert result.left == (
        "2 vertices at the position of another and 0 faces without area are left as stored: the surface is closed, "
        "and merging them would pinch it at 1 edge.",
    )


def test_without_any_area_no_face_is_left():
    points = np.array([[0.0, 0, 0], [1, 1, 1], [2, 2, 2]])
    assert len(repair(Surface(points, np.array([[0, 1, 2]]))).surface.faces) == 0


def test_a_sound_surface_is_returned_as_it_is():
    surface = Surface(CUBE_CORNERS, CUBE)
    result = repair(surface)
    assert result.surface is surface
    assert (result.done, result.left) == ((), ())


# A square cut into four, with a point on the diagonal 0-2 that only the flat face (0, 4, 2) knows of.
FLAT_POINTS = np.array([[0.0, 0, 0], [4, 0, 0], [4, 4, 0], [0, 4, 0], [1, 1, 0], [3, 3, 0]])


def test_a_flat_face_inside_is_removed_by_a_flip():
    faces = np.array([[0, 1, 2], [0, 2, 4], [0, 4, 3], [4, 2, 3]])
    result = repair(Surface(FLAT_POINTS[:5], faces))
    assert result.done == ("Flipped 1 edge to remove faces without area.",)
    found = topology(result.surface)
    assert (found.is_disk, found.n_faces, found.area) == (True, 4, pytest.approx(16.0))
    assert not has_no_height(result.surface.vertices, result.surface.faces).any()


def test_flat_faces_side_by_side_are_removed_by_flips():
    # Both points of the diagonal belong to flat faces that share the long edge 0-2.
    faces = np.array([[0, 1, 4], [4, 1, 2], [0, 4, 2], [0, 2, 5], [0, 5, 3], [5, 2, 3]])
    faces, n = flip_caps(FLAT_POINTS, faces, np.array([2, 3]))
    assert n >= 2
    found = topology(Surface(FLAT_POINTS, faces))
    assert (found.is_disk, found.area) == (True, pytest.approx(16.0))
    assert not has_no_height(FLAT_POINTS, faces).any()


def test_a_flat_face_at_the_boundary_is_dropped():
    result = repair(Surface(FLAT_POINTS[[0, 4, 2, 3]], np.array([[0, 2, 1], [0, 1, 3], [1, 2, 3]])))
    assert result.done == ("Dropped 1 face without area.",)
    assert topology(result.surface).is_disk


def test_no_edge_is_flipped_onto_one_that_exists():
    # A flat closed pillow: whatever is flipped would double an edge.
    faces = np.array([[0, 1, 2], [0, 2, 1]])
    points = np.array([[0.0, 0, 0], [1, 0, 0], [2, 0, 0]])
    assert flip_caps(points, faces, np.array([0, 1]))[1] == 0
