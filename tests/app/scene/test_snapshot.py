"""Colours of a snapshot say what they claim."""

import numpy as np
import pytest

from app.scene.color_maps import QUANTITIES
from app.scene.figure import Figure, vertex_normals
from app.scene.palette import DARK, LIGHT
from app.scene.shading import cavity, mean_of_neighbours
from app.scene.snapshot import Snapshot, rgb
from core.data.point_cloud import PointCloud
from core.data.surface import Surface
from core.geometry.distortion import area_distortion, flipped_triangles
from tests.core.make import bumpy_disk


@pytest.fixture
def snapshot():
    surface = bumpy_disk(10)
    heat = Surface(surface.vertices, surface.faces, scalars={"heat": surface.vertices[:, 0]})
    moved = surface.vertices + 0.01 * surface.diagonal * np.array([1.0, 0.0, 0.0])
    return Snapshot(Figure(heat), surface.vertices[:, :2], moved)


def test_normals_are_those_of_the_surface(snapshot):
    surface = snapshot.figure.source
    np.testing.assert_allclose(vertex_normals(surface.vertices, surface.faces), surface.vertex_normals, atol=1e-5)


def test_the_drawing_frame_is_centred_and_of_unit_diagonal():
    surface = bumpy_disk(5)
    far = Surface(1e6 + 1e-3 * surface.vertices, surface.faces)
    points = Figure(far).points
    assert np.linalg.norm(np.ptp(points, axis=0)) == pytest.approx(1.0, rel=1e-5)
    np.testing.assert_allclose(points.min(0), -points.max(0), atol=1e-5)


def test_the_error_is_in_percent_of_the_diagonal(snapshot):
    np.testing.assert_allclose(snapshot.error, 1.0, rtol=1e-4)


@pytest.mark.parametrize("key", list(QUANTITIES))
def test_every_quantity_colours_faces_and_vertices(snapshot, key):
    if key in ("texture", "chart", "image"):  # there are none
        assert not snapshot.has(key)
        return
    assert snapshot.has(key)
    faces, vertices = snapshot.face_coloring(key, LIGHT), snapshot.vertex_coloring(key, DARK)
    assert faces.colors.shape == snapshot.figure.faces.shape
    assert vertices.colors.shape == snapshot.figure.points.shape
    assert faces.colors.dtype == vertices.colors.dtype == np.uint8
    assert (faces.legend is not None) == bool(QUANTITIES[key].color_map)


def test_a_scalar_of_the_file_goes_over_its_data(snapshot):
    coloring = snapshot.vertex_coloring("scalar:heat", LIGHT)
    heat = snapshot.figure.source.scalars["heat"]
    assert coloring.limits == (heat.min(), heat.max())
    assert not snapshot.has("scalar:cold")


def test_an_isometry_has_no_distortion():
    surface = bumpy_disk(6, height=0.0)
    flat = Snapshot(Figure(surface), 0.5 * surface.vertices[:, :2])
    np.testing.assert_allclose(flat.area_values, 0.0, atol=1e-9)
    np.testing.assert_allclose(flat.conformality, 1.0, atol=1e-9)


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_areas_and_flips_are_those_of_the_core(snapshot, kind):
    surface = snapshot.figure.source
    codes = (surface.vertices[:, :2] + 0.05 * np.random.default_rng(0).normal(size=(len(surface.vertices), 2))).astype(
        kind
    )
    folded, wide = Snapshot(snapshot.figure, codes), codes.astype(np.float64)
    np.testing.assert_array_equal(folded.flipped, flipped_triangles(wide, surface.faces))
    assert folded.flipped.any()
    np.testing.assert_allclose(folded.area_values, np.log2(area_distortion(surface, wide)), atol=1e-9)


def test_flipped_faces_have_a_colour_of_their_own(snapshot):
    codes = snapshot.codes.copy()
    codes[0] = codes[100]
    folded = Snapshot(snapshot.figure, codes)
    colors = folded.face_coloring("area_distortion", DARK).colors
    assert folded.flipped.any()
    assert (colors[folded.flipped] == rgb(DARK.flipped)).all()
    assert not (colors[~folded.flipped] == rgb(DARK.flipped)).all(1).any()


def test_before_training_only_the_surface_can_be_shown():
    bare = Snapshot(Figure(bumpy_disk(3)))
    assert bare.has("none")
    assert bare.has("normal")
    assert not any(bare.has(key) for key in ("area_distortion", "error", "checker", "cell", "texture"))


def luminance(color):
    share = np.asarray(color, float) / 255.0
    return np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4) @ (0.2126, 0.7152, 0.0722)


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_points_of_a_cloud_stand_out_from_the_ground(palette):
    cloud = Snapshot(Figure(PointCloud(bumpy_disk(3).vertices)))
    color = cloud.vertex_coloring("none", palette).colors[0]
    points, ground = luminance(color), luminance(rgb(palette.view))
    assert (max(points, ground) + 0.05) / (min(points, ground) + 0.05) > 3.0


def test_hollows_are_dark_and_ridges_are_not():
    surface = bumpy_disk(14, height=0.0)
    dented = surface.vertices.copy()
    dented[:, 2] = -0.2 * np.exp(-((dented[:, :2] ** 2).sum(1)) / 0.02)
    for sign in (1.0, -1.0):
        points = (dented * (1.0, 1.0, sign)).astype(np.float32)
        normals = vertex_normals(points, surface.faces)
        hollow = cavity(points, mean_of_neighbours(len(points), surface.faces), normals)
        assert (hollow[0] > 0.5) == (sign > 0)
    assert cavity(
        surface.vertices.astype(np.float32)[:1], mean_of_neighbours(1, np.empty((0, 3), int)), np.ones((1, 3))
    ) == pytest.approx(0.0)


def test_codes_of_a_running_training_are_seen_as_those_of_a_trained_one(snapshot):
    """They come in float32, and views ask for the place of one alone."""
    live = Snapshot(snapshot.figure, snapshot.codes.astype(np.float32))
    np.testing.assert_allclose(live.in_plane(live.codes[:1]), snapshot.codes[:1], atol=1e-6)
    np.testing.assert_allclose(live.plane_codes, snapshot.plane_codes, atol=1e-6)
