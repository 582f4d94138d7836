"""Patches, covers and atlases: what they hold, and what they give welded."""

import numpy as np
import pytest

from core.charts.atlas import Atlas, Chart, Cover
from core.charts.autoencoder import Autoencoder
from core.charts.patch import Patch, whole_patch
from core.data.surface import Surface
from core.relu.relu_map import ReluMap
from tests.core.make import bumpy_disk, halves, projection, random_relu_map


def atlas_of_halves() -> tuple[Atlas, np.ndarray]:
    surface = bumpy_disk()
    cover = halves(surface)
    charts = []
    for k, patch in enumerate(cover.patches):
        autoencoder = Autoencoder(projection(), random_relu_map((2, 8, 3), k), np.zeros(3), 2.0)
        charts.append(Chart(patch, autoencoder, autoencoder.encode(surface.vertices[patch.vertices])))
    return Atlas(cover, tuple(charts)), surface.vertices


def test_a_patch_is_a_surface_with_the_same_corners() -> None:
    surface = bumpy_disk()
    for patch in halves(surface).patches:
        part = patch.surface(surface)
        np.testing.assert_array_equal(part.corners, surface.corners[patch.faces])


def test_what_is_true_of_all_patches_is_true_welded() -> None:
    atlas, vertices = atlas_of_halves()
    said = [vertices[patch.vertices] for patch in atlas.cover.patches]
    np.testing.assert_allclose(atlas.cover.weld(said), vertices, atol=1e-15)
    gaps = atlas.cover.gaps(said)
    assert np.nanmax(gaps) == 0.0
    assert 0 < np.isfinite(gaps).sum() < len(vertices)


def test_the_seam_gap_is_the_largest_distance_of_points_that_are_averaged() -> None:
    # Four patches of one vertex; the third has no weight there.
    shares = (0.5, 0.3, 0.0, 0.2)
    none, triangles = np.empty(0, np.int64), np.empty((0, 3), np.int64)
    patches = tuple(Patch(np.array([0]), none, triangles, np.array([share])) for share in shares)
    cover = Cover(patches, none, 2)
    said = [np.array([[x]]) for x in (0.0, 1.0, 9.0, -3.0)]
    gaps = cover.gaps(said)
    assert gaps[0] == 4.0
    assert np.isnan(gaps[1])
    np.testing.assert_allclose(cover.weld(said), [[0.3 - 0.6], [0.0]])


def test_one_chart_is_an_atlas_of_one() -> None:
    surface = bumpy_disk()
    patch = whole_patch(len(surface.vertices), surface.faces)
    autoencoder = Autoencoder(projection(), random_relu_map((2, 8, 3)), np.zeros(3), 2.0)
    chart = Chart(patch, autoencoder, autoencoder.encode(surface.vertices))
    atlas = Atlas(Cover((patch,), np.zeros(len(surface.faces), np.int64), len(surface.vertices)), (chart,))
    np.testing.assert_array_equal(atlas.reconstruction(), autoencoder.decode(chart.codes))
    assert np.isnan(atlas.seam_gaps()).all()


def test_a_transition_leads_from_chart_to_chart() -> None:
    atlas, vertices = atlas_of_halves()
    shared = atlas.cover.shared(0, 1)
    first, second = (atlas.cover.patches[k].vertices[shared[:, k]] for k in range(2))
    np.testing.assert_array_equal(first, second)
    codes = atlas.charts[0].codes[shared[:, 0]]
    there = atlas.transition(0, 1, codes)
    decoded = atlas.charts[0].autoencoder.decode(codes)
    np.testing.assert_allclose(there, decoded[:, :2] / 2.0)  # both encoders are the projection
    assert atlas.round_trips(0, 1, vertices[first]).shape == (len(first),)
    vertex = int(first[0])
    assert atlas.cover.patches_at(vertex) == ((0, int(shared[0, 0])), (1, int(shared[0, 1])))


def test_a_table_is_one_patch_without_faces() -> None:
    patch = whole_patch(5, np.empty((0, 3), np.int64))
    networks = Autoencoder(random_relu_map((7, 4, 3)), random_relu_map((3, 4, 7)), np.zeros(7), 1.0)
    assert (networks.ambient_dimension, networks.latent_dimension) == (7, 3)
    rows = np.random.default_rng(0).normal(size=(5, 7))
    atlas = Atlas(Cover((patch,), np.empty(0, np.int64), 5), (Chart(patch, networks, networks.encode(rows)),))
    assert atlas.reconstruction().shape == (5, 7)


def test_what_does_not_fit_is_refused() -> None:
    patch = Patch(np.arange(3), np.array([0]), np.array([[0, 1, 2]]), np.array([1.0, 1.0, 0.5]))
    with pytest.raises(ValueError, match="vertex 2 do not sum to 1"):
        Cover((patch,), np.zeros(1, np.int64), 3)
    with pytest.raises(ValueError, match="face 1 is owned by a patch that does not have it"):
        Cover((whole_patch(3, np.array([[0, 1, 2]])),), np.zeros(2, np.int64), 3)
    with pytest.raises(ValueError, match="no vertex of the patch"):
        Patch(np.arange(2), np.array([0]), np.array([[0, 1, 2]]), np.ones(2))
    with pytest.raises(ValueError, match="lead back"):
        Autoencoder(random_relu_map((7, 4, 3)), random_relu_map((3, 4, 6)), np.zeros(7), 1.0)
    with pytest.raises(ValueError, match="centre has 3 coordinates"):
        Autoencoder(ReluMap([np.ones((2, 7))], [np.zeros(2)]), random_relu_map((2, 4, 7)), np.zeros(3), 1.0)


def test_a_patch_keeps_the_scalars_of_its_vertices():
    whole = Surface(np.eye(4)[:, :3], np.array([[0, 1, 2], [1, 3, 2]]), scalars={"height": np.arange(4.0)})
    patch = Patch(np.array([1, 3, 2]), np.array([1]), np.array([[0, 1, 2]]), np.ones(3))
    assert patch.surface(whole).scalars["height"].tolist() == [1.0, 3.0, 2.0]
