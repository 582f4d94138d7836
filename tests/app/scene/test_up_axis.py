"""Which axis points upward: what a surface stands on tells it, else its format."""

import numpy as np
import pytest

from app.scene.camera import AXIS_VIEWS, UP_AXES, named_view, upright
from app.scene.up_axis import first_view, up_axis
from assets import sample_path
from core.data.point_cloud import PointCloud
from core.data.surface import Surface
from core.io.load import load

BOX = np.array([[x, y, z] for x in (0.0, 1.0) for y in (0.0, 2.0) for z in (0.0, 3.0)])
PYRAMID = Surface(
    np.array([[0.0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0], [0.5, 0.5, 2]]),
    np.array([[0, 2, 1], [0, 3, 2], [0, 1, 4], [1, 2, 4], [2, 3, 4], [3, 0, 4]]),
)


def turned(surface, axis):
    """Return a surface turned so that what was z becomes another axis."""
    return Surface(np.array([upright(tuple(vertex), axis) for vertex in surface.vertices]), surface.faces)


@pytest.mark.parametrize("axis", UP_AXES)
def test_turning_upright_is_a_rotation_that_takes_z_there(axis):
    turn = np.array([upright(tuple(row), axis) for row in np.eye(3)])
    np.testing.assert_allclose(turn @ turn.T, np.eye(3))
    assert np.linalg.det(turn) == pytest.approx(1.0)
    sign = -1.0 if axis[0] == "-" else 1.0
    np.testing.assert_array_equal(turn[2], sign * np.eye(3)["xyz".index(axis[-1])])


@pytest.mark.parametrize("axis", UP_AXES)
@pytest.mark.parametrize("name", ["start", "behind", *AXIS_VIEWS])
def test_named_views_have_another_direction_than_up(name, axis):
    direction, up = named_view(name, axis)
    assert np.linalg.norm(np.cross(direction, up)) > 0.9
    if name in ("start", "behind", "front", "side"):
        assert up == upright((0.0, 0.0, 1.0), axis)
    if name[0] in "+-":
        assert direction == AXIS_VIEWS[name][0]


@pytest.mark.parametrize("axis", ["y", "z"])
@pytest.mark.parametrize("path", ["a.ply", "a.obj", "a.stl", ""])
@pytest.mark.parametrize("opened", [False, True])
def test_a_surface_stands_on_its_base(axis, path, opened):
    shape = Surface(PYRAMID.vertices, PYRAMID.faces[2:]) if opened else PYRAMID
    assert up_axis(turned(shape, axis), path) == axis


@pytest.mark.parametrize(("path", "axis"), [("a.glb", "y"), ("a.GLTF", "y"), ("a.3mf", "z")])
def test_formats_that_say_what_is_up_are_believed(path, axis):
    for shape in (PYRAMID, turned(PYRAMID, "y")):
        assert up_axis(shape, path) == axis


@pytest.mark.parametrize(("path", "axis"), [("a.obj", "y"), ("a.ply", "z"), ("a.stl", "z"), ("", "z")])
def test_without_a_base_the_format_decides(path, axis):
    assert up_axis(load(sample_path("sphere")).surface, path) == axis
    assert up_axis(turned(PYRAMID, "-z"), path) == axis  # stands on its tip
    assert up_axis(PointCloud(BOX), path) == axis


@pytest.mark.parametrize(
    ("name", "axis"),
    [
        ("budai_seated.off", "z"),
        ("budai_seated_disk.ply", "z"),
        ("happy_buddha_disk.ply", "y"),
        ("lion_head.glb", "y"),
        ("max_planck_head.stl", "y"),
        ("nefertiti_bust.vtp", "y"),
        ("stanford_bunny.obj", "y"),
        ("teapot.obj", "y"),
        ("spot/spot.obj", "y"),
    ],
)
def test_real_surfaces_stand_upright(shared_data, name, axis):
    source = load(shared_data / name)
    assert up_axis(source.data, source.path) == axis


@pytest.mark.parametrize("axis", UP_AXES)
def test_an_open_surface_is_seen_from_outside(axis):
    face = Surface(np.array([[0.0, 0, 0], [1, 0, 0], [1, 0, 1], [0, 0, 1]]), np.array([[0, 1, 2], [0, 2, 3]]))
    back = Surface(face.vertices, face.faces[:, ::-1])
    assert first_view(turned(face, axis), axis) == "start"
    assert first_view(turned(back, axis), axis) == "behind"
    assert first_view(PYRAMID, axis) == first_view(PointCloud(BOX), axis) == "start"


def test_samples_stay_as_they_are():
    for key in ("laughing_figurine", "hemisphere", "saddle", "swiss_roll", "bumpy_disk", "torus", "mobius_strip"):
        surface = load(sample_path(key)).surface
        assert (up_axis(surface, sample_path(key)), first_view(surface, "z")) == ("z", "start")
