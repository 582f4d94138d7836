"""Brute force agrees with a plain computation of its own, and finds projections that are wrong."""

from dataclasses import replace

import numpy as np
import pytest

from core.base.progress import finish
from core.cells.decoder_image import decoder_image
from core.denoising.brute_check import brute_check, distance_to_triangles
from core.denoising.options import DenoisingOptions
from core.denoising.projection import project
from core.session.denoising_parts import pack_denoising, unpack_denoising
from core.session.points.read_and_denoise import read_and_denoise
from tests.core.denoising.brute_force import brute_force, segment_distances
from tests.core.denoising.make_autoencoder import learned_project


def test_distances_from_triangles_slivers_and_points() -> None:
    rng = np.random.default_rng(3)
    corners, points = rng.normal(size=(200, 3, 3)), rng.normal(size=(50, 3))
    found = [distance_to_triangles(point, corners) for point in points]
    np.testing.assert_allclose(found, brute_force(points, corners), atol=1e-12)
    one, other = corners[0, 0], corners[0, 1]
    sides, dots = corners[:1, [0, 1, 1]], corners[:1, [0, 0, 0]]
    np.testing.assert_allclose(
        [distance_to_triangles(point, sides) for point in points],
        np.sqrt(segment_distances(points, one[None], other[None]))[:, 0],
    )
    np.testing.assert_allclose(
        [distance_to_triangles(point, dots) for point in points], np.linalg.norm(points - one, axis=1)
    )


def test_a_wrong_projection_is_found() -> None:
    image = finish(decoder_image(learned_project().training.autoencoder))
    points = image.points[:300] + np.random.default_rng(0).normal(size=(300, 3)) * 0.05
    feet = project(image, points)
    n, gap = finish(brute_check(image, points, feet))
    assert n == 100
    assert gap < 1e-12
    assert finish(brute_check(image, points, replace(feet, distances=feet.distances + 0.01)))[1] == pytest.approx(0.01)
    assert finish(brute_check(image, points[:3], project(image, points[:3])))[0] == 3


def test_a_denoising_is_checked_and_keeps_the_check_in_its_file() -> None:
    project_ = learned_project()
    found = finish(
        read_and_denoise(project_.source, None, project_.training, DenoisingOptions(count=200, compare=False))
    )
    assert found.n_checked == 100
    assert 0.0 <= found.check_gap < 1e-12 * found.diagonal
    packed = pack_denoising(found)
    again = unpack_denoising(packed, {}, "")
    assert (again.n_checked, again.check_gap) == (found.n_checked, found.check_gap)
    older = {name: value for name, value in packed.about.items() if name not in ("n_checked", "check_gap")}
    assert unpack_denoising(replace(packed, about=older), {}, "").n_checked == 0
