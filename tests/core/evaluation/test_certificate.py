from dataclasses import replace

import numpy as np
import pytest

from core.base.progress import finish
from core.charts.autoencoder import Autoencoder
from core.data.surface import Surface
from core.evaluation.certify import barycentric_grid, certify
from core.evaluation.claims import claims
from core.evaluation.cover import cover
from core.geometry.distortion import angle_distortion, area_distortion, flipped_triangles, l2_stretch, signed_areas
from core.relu.relu_map import ReluMap


def flat(n: int = 12) -> Surface:
    """The square from -1 to 1 in the plane z = 0, its triangles not aligned with the axes."""
    x, y = np.meshgrid(np.linspace(-1, 1, n + 1), np.linspace(-1, 1, n + 1), indexing="ij")
    vertices = np.stack([x.ravel(), y.ravel(), 0 * x.ravel()], axis=1)
    corner = (np.arange(n)[:, None] * (n + 1) + np.arange(n)).ravel()
    faces = np.concatenate(
        [
            np.stack([corner, corner + n + 1, corner + n + 2], axis=1),
            np.stack([corner, corner + n + 2, corner + 1], axis=1),
        ]
    )
    return Surface(vertices, faces)


def projection(shift: float = 0.0) -> Autoencoder:
    """Forgets z, and puts back `shift` instead."""
    encoder = ReluMap([0.5 * np.eye(2, 3)], [np.zeros(2)])
    decoder = ReluMap([2.0 * np.eye(3, 2)], [np.array([0.0, 0.0, shift])])
    return Autoencoder(encoder, decoder, np.zeros(3), 1.0)


def folding(where: float) -> Autoencoder:
    """Folds the square along x = where: x becomes |x - where|."""
    first = np.array([[1.0, 0, 0], [-1.0, 0, 0], [0, 1.0, 0], [0, -1.0, 0]])
    bias = np.array([-where, where, 0.0, 0.0])
    encoder = ReluMap([first, np.array([[1.0, 1, 0, 0], [0, 0, 1, -1]])], [bias, np.zeros(2)])
    return Autoencoder(encoder, ReluMap([np.eye(3, 2)], [np.zeros(3)]), np.zeros(3), 1.0)


def test_a_perfect_autoencoder() -> None:
    certificate = finish(certify(flat(), projection(), np.random.default_rng(0))).certificate
    assert certificate.rmse_rel == pytest.approx(0.0, abs=1e-15)
    assert certificate.on_surface.chamfer_rel == pytest.approx(0.0, abs=1e-15)
    assert certificate.on_surface.normal_error_deg == pytest.approx(0.0, abs=1e-6)
    assert certificate.on_surface.flipped_triangles == certificate.on_surface.flipped_subtriangles == 0
    assert certificate.on_surface.n_triangles == 288
    assert certificate.on_surface.subtriangles_tested == 288 * 49
    assert certificate.on_surface.cover == 1.0


def test_an_image_without_area_covers_nothing() -> None:
    line = np.array([[[-1.0, 0.0], [1.0, 0.0], [0.0, 0.0]]])
    assert cover(line) == 0.0


def test_parts_of_some_triangles_are_not_said_to_be_those_of_each() -> None:
    figures = finish(certify(flat(), projection(), np.random.default_rng(0))).certificate
    claim = claims(figures)[1]
    assert claim.explanation.startswith("Each triangle cut 7 by 7")
    many = replace(figures.on_surface, n_triangles=5 * figures.on_surface.n_triangles)
    some = claims(replace(figures, surface=many))[1]
    assert some.explanation.startswith("288 of 1,440 triangles, chosen at random, cut 7 by 7")


def test_a_shift_is_measured_exactly() -> None:
    certificate = finish(certify(flat(), projection(0.3), np.random.default_rng(0))).certificate
    for name in ("rmse_rel", "chamfer_rel", "hausdorff_rel"):
        assert getattr(certificate.accuracy, name) == pytest.approx(0.3 / np.sqrt(8))


def test_a_fold_along_edges_flips_one_side() -> None:
    certificate = finish(certify(flat(), folding(1 / 3), np.random.default_rng(0))).certificate
    assert certificate.on_surface.flipped_triangles == 288 // 3  # the smaller side
    assert certificate.on_surface.flipped_subtriangles == 288 // 3 * 49
    assert certificate.on_surface.cover == pytest.approx(2.0 / (4 / 3), rel=0.01)


def test_a_fold_inside_faces_is_seen_in_their_pieces_alone() -> None:
    # The fold at 0.99 turns over a strip narrower than a face; no vertex of a face's inside lies beyond it but x = 1.
    certificate = finish(certify(flat(), folding(0.99), np.random.default_rng(0))).certificate
    assert certificate.on_surface.flipped_triangles == 0
    # Pieces are 1/42 wide: the strip of 0.01 flips those with no corner short of the fold, hence none but degenerate.
    assert certificate.on_surface.flipped_subtriangles == 0
    wider = finish(certify(flat(), folding(0.94), np.random.default_rng(0))).certificate
    assert wider.on_surface.flipped_triangles == 0
    assert wider.on_surface.flipped_subtriangles > 12 * 2


def test_pieces_of_a_face() -> None:
    points, pieces = barycentric_grid(7)
    assert len(points) == 36
    assert len(pieces) == 49
    areas = signed_areas(points[pieces][:, :, :2])
    np.testing.assert_allclose(areas, areas[0])


def test_cover_of_overlapping_triangles() -> None:
    triangle = np.array([[0.0, 0.0], [1.0, 0.1], [0.2, 1.0]])
    assert cover(triangle[None]) == 1.0
    assert cover(np.stack([triangle, triangle[::-1]])) == 2.0
    with pytest.raises(ValueError, match="no extent"):
        cover(np.zeros((1, 3, 2)))


def test_distortion_of_known_maps() -> None:
    surface = flat(4)
    codes = surface.vertices[:, :2].copy()
    assert l2_stretch(surface, 7.0 * codes) == pytest.approx(1.0)
    assert l2_stretch(surface, codes * [2.0, 0.5]) == pytest.approx(np.sqrt((4 + 0.25) / 2))
    np.testing.assert_allclose(angle_distortion(surface, codes * [2.0, 0.5]), 4.0)
    np.testing.assert_allclose(area_distortion(surface, codes * [2.0, 0.5]), 1.0)
    assert not flipped_triangles(codes, surface.faces).any()
    assert not flipped_triangles(codes * [1.0, -1.0], surface.faces).any()
    codes[12] = [0.9, 0.0]  # the middle vertex goes beyond its neighbour
    assert flipped_triangles(codes, surface.faces).sum() > 0
    assert l2_stretch(surface, codes) == np.inf


def test_it_can_be_cancelled() -> None:
    work = certify(flat(), projection(), np.random.default_rng(0))
    next(work)
    work.close()
    with pytest.raises(StopIteration):
        next(work)
