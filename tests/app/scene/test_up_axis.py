"""Which axis points upward: what a surface stands on tells it, else its format; and which side is the front."""

import numpy as np
import pytest

from app.scene.camera import AXIS_VIEWS, UP_AXES, named_view, upright
from app.scene.figure import Figure
from app.scene.front import first_view
from app.scene.up_axis import up_axis
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
        ("girl_face.m", "-x"),
        ("girl_face_rgb.ply", "-x"),
    ],
)
def test_real_surfaces_stand_upright(shared_data, name, axis):
    source = load(shared_data / name)
    assert up_axis(source.data, source.path) == axis


@pytest.mark.parametrize(
    ("name", "view"),
    [
        ("budai_seated.off", "start"),
        ("camelhead.off", "start"),
        ("girl_face.m", "start"),
        ("happy_buddha.obj", "start"),
        ("lion_head.glb", "behind"),
        ("max_planck_head.stl", "behind"),
        ("nefertiti_bust.vtp", "start"),
        ("spot/spot.obj", "behind"),
        ("stanford_bunny.obj", "start"),
        ("teapot.obj", "start"),
    ],
)
def test_real_figures_show_their_front(shared_data, name, view):
    source = load(shared_data / name)
    assert seen_first(source.data, up_axis(source.data, source.path)) == view


def seen_first(shape, axis):
    return first_view(Figure(shape).sides, axis)


def mirrored(surface):
    """Return a surface that shows behind what it showed in front, where z is up."""
    return Surface(surface.vertices * (1.0, -1.0, 1.0), surface.faces[:, ::-1])


@pytest.mark.parametrize("axis", UP_AXES)
def test_an_open_surface_is_seen_from_outside(axis):
    face = Surface(np.array([[0.0, 0, 0], [1, 0, 0], [1, 0, 1], [0, 0, 1]]), np.array([[0, 1, 2], [0, 2, 3]]))
    back = Surface(face.vertices, face.faces[:, ::-1])
    assert seen_first(turned(face, axis), axis) == "start"
    assert seen_first(turned(back, axis), axis) == "behind"
    assert seen_first(turned(PYRAMID, axis), axis) == seen_first(PointCloud(BOX), axis) == "start"


def ball(displaced):
    """Return a unit ball whose vertices were moved."""
    surface = load(sample_path("sphere")).surface
    return Surface(displaced(surface.vertices), surface.faces)


def with_a_face(points):
    x, y, z = points.T
    return points * (1.0 + 0.05 * (y < 0) * np.sin(12 * x) * np.sin(12 * z))[:, None]


def with_a_head(points):
    return points + np.outer(np.where(points[:, 2] > 0.3, -1.5, 0.0), (0.0, 1.0, 0.0))


@pytest.mark.parametrize("axis", UP_AXES)
@pytest.mark.parametrize("shape", [with_a_face, with_a_head])
def test_a_figure_is_seen_from_where_its_face_or_its_head_is(axis, shape):
    figure = ball(shape)
    assert seen_first(turned(figure, axis), axis) == "start"
    assert seen_first(turned(mirrored(figure), axis), axis) == "behind"


def mask(depth, wound):
    """Return half an egg that lies with its face downward, its broader end at -x."""
    surface = load(sample_path("hemisphere")).surface
    x, y, z = surface.vertices.T
    return Surface(np.column_stack([1.3 * x, y * (1.0 - 0.3 * x), -depth * z]), surface.faces[:, ::wound])


def test_a_mask_that_lies_on_its_face_is_stood_up():
    assert up_axis(mask(0.8, -1), "a.ply") == "-x"
    assert seen_first(mask(0.8, -1), "-x") == "start"
    assert up_axis(mask(0.1, -1), "a.ply") == "z"  # land that is wound the wrong way
    assert up_axis(mask(0.8, 1), "a.ply") == "z"  # a bowl that is open upward


def test_samples_stay_as_they_are():
    for key in ("laughing_figurine", "hemisphere", "saddle", "swiss_roll", "bumpy_disk", "torus", "mobius_strip"):
        surface = load(sample_path(key)).surface
        assert (up_axis(surface, sample_path(key)), seen_first(surface, "z")) == ("z", "start")
