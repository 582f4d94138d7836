"""A surface of any kind is cut into disks: each face once, few charts, the same wherever the surface lies."""

import numpy as np
import pytest

from core.atlas.partition import partition
from core.base.errors import TopologyError
from core.base.progress import finish
from core.charts.disk_chart import disk_chart
from core.data.surface import Surface
from core.geometry.topology import topology
from tests.core.atlas.make_surfaces import SURFACES, ball, joined, moebius, torus, without


def chart_topologies(surface, found):
    return [topology(Surface(surface.vertices, surface.faces[found.face_chart == k])) for k in range(found.n_charts)]


def is_disk(known):
    """Whether a surface is a disk, however its faces are wound."""
    return (known.n_components, known.n_boundary_loops, known.euler_characteristic, known.is_manifold) == (
        1,
        1,
        1,
        True,
    )


@pytest.mark.parametrize("name", SURFACES)
def test_every_chart_is_a_disk_and_every_face_has_one(name):
    surface = SURFACES[name]()
    found = finish(partition(surface))
    assert found.face_chart.shape == (len(surface.faces),)
    assert np.array_equal(np.unique(found.face_chart), np.arange(found.n_charts))
    assert all(is_disk(known) for known in chart_topologies(surface, found))


def test_few_charts_of_low_stretch():
    surface = ball()
    found = finish(partition(surface))
    assert 2 <= found.n_charts <= 6
    for k in range(found.n_charts):
        faces = surface.faces[found.face_chart == k]
        used, local = np.unique(faces, return_inverse=True)
        assert finish(disk_chart(Surface(surface.vertices[used], local.reshape(-1, 3)))).stretch < 1.6
    assert np.bincount(found.face_chart).min() > 50


@pytest.mark.parametrize("count", [2, 3, 7, 40])
def test_as_many_charts_as_asked_for(count):
    found = finish(partition(ball(), count))
    assert found.n_charts == count
    assert all(is_disk(known) for known in chart_topologies(ball(), found))


def test_a_chart_needs_some_faces():
    surface = ball(1)
    most = len(surface.faces) // 10
    assert finish(partition(surface, most)).n_charts == most
    with pytest.raises(TopologyError, match=f"Choose a number from 1 to {most}"):
        finish(partition(surface, most + 1))


@pytest.mark.parametrize("surface", [torus(), ball(3, 0.0), ball(4, 0.0)], ids=["torus", "sphere", "fine sphere"])
def test_a_motion_does_not_change_the_charts(surface):
    turn, _ = np.linalg.qr(np.random.default_rng(3).normal(size=(3, 3)))
    moved = Surface(7.0 * surface.vertices @ turn.T + [3.0, -20.0, 5.0], surface.faces)
    assert np.array_equal(finish(partition(moved)).face_chart, finish(partition(surface)).face_chart)


def test_borders_lie_on_creases():
    n = 17
    x, y = (a.ravel() for a in np.meshgrid(np.linspace(-1, 1, n), np.linspace(-1, 1, n), indexing="ij"))
    index = np.arange(n * n).reshape(n, n)
    p, q, r, s = (a.ravel() for a in (index[:-1, :-1], index[1:, :-1], index[1:, 1:], index[:-1, 1:]))
    square = np.concatenate([np.column_stack([p, q, r]), np.column_stack([p, r, s])])
    sides = []
    for axis in range(3):
        for sign in (1.0, -1.0):
            sides.append(np.roll(np.column_stack([x, sign * y, np.full(n * n, sign)]), axis, axis=1))
    vertices = np.concatenate(sides)
    faces = np.concatenate([square + k * n * n for k in range(6)])
    places, first = np.unique(vertices.round(9), axis=0, return_inverse=True)
    cube = Surface(places, first.ravel()[faces])
    found = finish(partition(cube))
    side_of_face = np.repeat(np.arange(6), len(square))
    on_side = [np.bincount(found.face_chart[side_of_face == k]) for k in range(6)]
    # Each side of the cube lies in one chart but for a few faces.
    assert sum(counts.max() for counts in on_side) > 0.97 * len(cube.faces)


def test_parts_that_touch_in_a_point_are_parted():
    one, other = ball(2), ball(2)
    both = joined(one, other)
    far = int(np.argmax(one.vertices[:, 0])), len(one.vertices) + int(np.argmin(other.vertices[:, 0]))
    faces = both.faces.copy()
    faces[faces == far[1]] = far[0]
    surface = Surface(both.vertices, faces)
    assert topology(surface).n_nonmanifold_vertices == 1
    found = finish(partition(surface))
    assert all(is_disk(known) for known in chart_topologies(surface, found))


def test_faces_without_area_and_edges_without_length_do_no_harm():
    surface = ball(3)
    vertices = surface.vertices.copy()
    a, b = surface.faces[100, :2]
    vertices[b] = vertices[a]
    flat = Surface(vertices, surface.faces)
    assert (flat.face_areas == 0.0).sum() == 2
    found = finish(partition(flat))
    assert all(is_disk(known) for known in chart_topologies(flat, found))


@pytest.mark.parametrize("scale", [1e-30, 1e30])
def test_any_unit_of_length(scale):
    surface = ball(2)
    scaled = Surface(scale * surface.vertices, surface.faces)
    assert np.array_equal(finish(partition(scaled)).face_chart, finish(partition(surface)).face_chart)


def refusal(surface, count=None):
    with pytest.raises(TopologyError) as caught:
        finish(partition(surface, count))
    return str(caught.value)


def test_what_cannot_be_is_refused_with_counts():
    sphere = ball(1)
    assert "33 charts cannot be made of 32 faces" in refusal(sphere, 33)
    assert "4 charts cannot be made of 32 faces: each needs about 10 at least. Choose a number from 1 to 3" in refusal(
        sphere, 4
    )
    assert "Ask for 1, or leave it" in refusal(Surface(np.eye(3), np.array([[0, 1, 2]])), 2)
    assert "0 charts" in refusal(sphere, 0)
    assert "2 disks are the fewest" in refusal(sphere, 1)
    assert "3 pieces" in refusal(joined(sphere, sphere, sphere), 2)
    third = np.append(sphere.faces, [[*sphere.faces[0, :2], int(sphere.faces.max()) - 1]], axis=0)
    a, b = sorted(sphere.faces[0, :2].tolist())
    place = f"1 edge of more than two faces, between vertices {a} and {b} (counted from 0)"
    assert place in refusal(Surface(sphere.vertices, third))
    assert "No face of this surface has an area" in refusal(Surface(np.zeros((3, 3)), np.array([[0, 1, 2]])))
    assert "1 face with a repeated corner" in refusal(Surface(np.eye(3), np.array([[0, 1, 2], [0, 0, 1]])))
    assert "No face" in refusal(Surface(np.zeros((0, 3)), np.zeros((0, 3), np.int64)))


def test_a_strip_with_a_twist_takes_two():
    assert finish(partition(moebius(), 2)).n_charts == 2
    assert "fewest" in refusal(moebius(), 1)


def test_a_disk_can_stay_whole():
    assert finish(partition(without(ball(), 0), 1)).n_charts == 1
