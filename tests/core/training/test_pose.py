"""However a surface is given, training sees the same one."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import special_ortho_group

from core.base.progress import finish
from core.data.surface import Surface
from core.geometry.normalization import unit_frame
from core.training.options import TrainingOptions
from core.training.pose import pose_of
from core.training.result import TrainingResult
from core.training.train import train
from tests.core.make import bumpy_disk, random_relu_map

DISK = bumpy_disk(8)
X, Y, Z = DISK.vertices.T
SURFACE = Surface(np.column_stack([1.3 * X + 0.2 * Y**2, Y + 0.1 * X**2, Z + 0.2 * X * Y]), DISK.faces)
"""Without any symmetry."""
TURN = special_ortho_group.rvs(3, random_state=4)


def given_otherwise() -> list[Surface]:
    """The surface in other units, elsewhere, turned, and with other numbers."""
    rng = np.random.default_rng(2)
    order, faces = rng.permutation(len(SURFACE.vertices)), rng.permutation(len(SURFACE.faces))
    ranks = np.argsort(order)
    corners = np.stack([np.roll(face, k) for k, face in enumerate(ranks[SURFACE.faces][faces])])
    return [
        Surface(1e-3 * SURFACE.vertices, SURFACE.faces),
        Surface(1e3 * SURFACE.vertices + [3.0, -70.0, 1.0], SURFACE.faces),
        Surface(SURFACE.vertices @ TURN.T, SURFACE.faces),
        Surface(SURFACE.vertices[order], corners),
    ]


def test_scale_place_turn_and_numbering_do_not_matter() -> None:
    pose = pose_of(SURFACE)
    for other in map(pose_of, given_otherwise()):
        np.testing.assert_array_equal(other.points, pose.points)
        np.testing.assert_array_equal(other.numbering.corners, pose.numbering.corners)


def test_a_mirror_image_is_another_surface() -> None:
    mirrored = Surface(SURFACE.vertices * [1, 1, -1], SURFACE.faces[:, ::-1])
    assert np.abs(pose_of(mirrored).points - pose_of(SURFACE).points).max() > 1e-3


def test_symmetry_leaves_the_numbering_without_effect() -> None:
    order = np.random.default_rng(5).permutation(len(DISK.vertices))
    for surface in (DISK, Surface(DISK.vertices * [1.0, 1.2, 1.0], DISK.faces)):
        other = pose_of(Surface(surface.vertices[order], np.argsort(order)[surface.faces]))
        np.testing.assert_array_equal(other.points, pose_of(surface).points)


def test_it_is_a_rotation_by_principal_axes() -> None:
    pose = pose_of(SURFACE)
    np.testing.assert_allclose(pose.axes @ pose.axes.T, np.eye(3), atol=1e-14)
    assert np.linalg.det(pose.axes) == pytest.approx(1.0)
    given = pose.frame.normalize(SURFACE.vertices)[pose.numbering.vertices]
    np.testing.assert_allclose(pose.points @ pose.axes, given, atol=1e-8)
    a, b, c = np.moveaxis(pose.surface.corners, 1, 0)
    middle = (a + b + c) / 3
    area = pose.surface.face_areas
    second = np.einsum("f,fi,fj->ij", area, middle, middle) / area.sum()
    off = second - np.diag(np.diag(second))
    assert np.abs(off).max() < 0.02  # nearly: the middles of faces stand for all their points
    assert (np.diff(np.diag(second)) > -0.02).all()


def test_networks_are_turned_with_it_and_back() -> None:
    pose, rng = pose_of(Surface(SURFACE.vertices @ TURN.T, SURFACE.faces)), np.random.default_rng(0)
    encoder, decoder = random_relu_map((3, 7, 5, 2)), random_relu_map((2, 6, 3))
    outer, inner = pose.outward(encoder, decoder)
    points, codes = rng.normal(size=(50, 3)), rng.normal(size=(50, 2))
    np.testing.assert_allclose(outer(points), encoder(points @ pose.axes.T), atol=1e-5)
    np.testing.assert_allclose(inner(codes), decoder(codes) @ pose.axes, atol=1e-5)
    for mine, given in zip(pose.inward(outer, inner), (encoder, decoder), strict=True):
        for a, b in zip((*mine.weights, *mine.biases), (*given.weights, *given.biases), strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)


def test_details_finer_than_the_grid_are_kept() -> None:
    vertices = np.concatenate([SURFACE.vertices, SURFACE.vertices[SURFACE.faces[0, :1]] + 1e-11])
    faces = np.concatenate([SURFACE.faces, [[SURFACE.faces[0, 0], SURFACE.faces[0, 1], len(SURFACE.vertices)]]])
    surface = Surface(vertices, faces)
    assert surface.face_areas[-1] > 0.0
    assert pose_of(surface).surface.face_areas.min() > 0.0


def error(result: TrainingResult, surface: Surface) -> float:
    """The error as a length in normalized space: the diagonal of a box changes when a surface is turned."""
    return result.certificate.rmse_vertices_rel * surface.diagonal / unit_frame(surface).scale


def test_training_takes_the_same_steps() -> None:
    options = TrainingOptions(
        device="cpu", encoder=(24, 24), decoder=(24, 24), steps=(60,), seconds=2.0, detail=False, seed=3
    )
    first = finish(train(SURFACE, options))
    given = first.autoencoder.encoder.weights[1:]
    for surface in given_otherwise():
        other = finish(train(surface, options))
        for mine, theirs in zip(other.autoencoder.encoder.weights[1:], given, strict=True):
            np.testing.assert_allclose(mine, theirs, rtol=1e-5, atol=1e-6)
        assert error(other, surface) == pytest.approx(error(first, SURFACE), rel=1e-4)
    assert error(finish(train(SURFACE, replace(options, seed=4))), SURFACE) != pytest.approx(
        error(first, SURFACE), rel=1e-4
    )
