import numpy as np
import pytest

from core.base.progress import finish
from core.cells.decoder_image import DecoderImage
from core.denoising.expected_position import expected_positions, noise_deviation
from core.denoising.noise import noisy_samples
from core.denoising.projection import project
from tests.core.make import bumpy_disk


def image_of(vertices: np.ndarray, faces: np.ndarray) -> DecoderImage:
    return DecoderImage(vertices[:, :2], vertices, faces, np.arange(len(faces)))


def grid(height: np.ndarray | float = 0.0, count: int = 41) -> DecoderImage:
    """The square from -2 to 2 as triangles of different sizes."""
    x = np.sinh(np.linspace(-1, 1, count)) / np.sinh(1) * 2
    plane = np.stack(np.meshgrid(x, x, indexing="ij"), -1).reshape(-1, 2)
    vertices = np.column_stack([plane, np.broadcast_to(height, len(plane))])
    a = (np.arange(count - 1)[:, None] * count + np.arange(count - 1)).ravel()
    quads = np.stack([a, a + count, a + count + 1, a + 1], 1)
    return image_of(vertices, np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]]))


def dense_means(image: DecoderImage, points: np.ndarray, deviation: float) -> np.ndarray:
    """Posterior means by very many random places."""
    rng = np.random.default_rng(3)
    a, b, c = np.moveaxis(image.points[image.triangles], 1, 0)
    areas = np.linalg.norm(np.cross(b - a, c - a), axis=1)
    face = rng.choice(len(areas), 150_000, p=areas / areas.sum())
    part = rng.dirichlet((1, 1, 1), len(face))
    places = part[:, :1] * a[face] + part[:, 1:2] * b[face] + part[:, 2:] * c[face]
    result = []
    for point in points:
        weight = np.exp(-((places - point) ** 2).sum(1) / (2 * deviation**2))
        result.append(weight @ places / weight.sum())
    return np.array(result)


def test_on_a_plane_it_is_the_foot() -> None:
    image, rng = grid(), np.random.default_rng(0)
    points = np.column_stack([rng.uniform(-1, 1, (500, 2)), 0.1 * rng.normal(size=500)])
    found = finish(expected_positions(image, points, project(image, points)))
    assert found.deviation == pytest.approx(0.1, rel=0.1)
    np.testing.assert_allclose(found.points, points * [1, 1, 0], atol=0.012)
    np.testing.assert_allclose((found.points - points * [1, 1, 0]).mean(0), 0.0, atol=1e-3)


def test_it_agrees_with_very_many_random_places() -> None:
    surface = bumpy_disk(rings=20)
    image = image_of(surface.vertices, surface.faces)
    points = noisy_samples(surface, "gaussian", 0.04, 1000, np.random.default_rng(0)).points
    found = finish(expected_positions(image, points, project(image, points)))
    told = dense_means(image, points[:60], found.deviation)
    feet = project(image, points[:60]).points
    error = np.sqrt(((found.points[:60] - told) ** 2).sum(1).mean())
    assert error < 0.06 * found.deviation
    assert error < 0.2 * np.sqrt(((feet - told) ** 2).sum(1).mean())


def test_positions_are_nearer_to_the_truth_than_feet_where_the_surface_bends() -> None:
    x = np.linspace(-3, 3, 121)  # steep furrows, as narrow as the noise
    plane = np.stack(np.meshgrid(x, x, indexing="ij"), -1).reshape(-1, 2)
    a = (np.arange(120)[:, None] * 121 + np.arange(120)).ravel()
    quads = np.stack([a, a + 121, a + 122, a + 1], 1)
    faces = np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]])
    image = image_of(np.column_stack([plane, 0.3 * np.cos(6 * plane[:, 0])]), faces)
    rng = np.random.default_rng(1)
    a, b, c = np.moveaxis(image.points[faces], 1, 0)
    areas = np.linalg.norm(np.cross(b - a, c - a), axis=1)
    face = rng.choice(len(faces), 4000, p=areas / areas.sum())
    part = rng.dirichlet((1, 1, 1), len(face))
    truth = part[:, :1] * a[face] + part[:, 1:2] * b[face] + part[:, 2:] * c[face]
    noisy = truth + 0.2 * rng.normal(size=truth.shape)
    feet = project(image, noisy)
    found = project(image, finish(expected_positions(image, noisy, feet)).points)
    before, after = (np.sqrt(((some.points - truth) ** 2).sum(1).mean()) for some in (feet, found))
    assert after < 0.98 * before


def test_outliers_and_noise_that_is_too_fine_keep_their_feet() -> None:
    image, rng = grid(), np.random.default_rng(0)
    points = np.column_stack([rng.uniform(-1, 1, (200, 2)), 0.05 * rng.normal(size=200)])
    points[0] = [0.3, 0.2, 1.0]
    found = finish(expected_positions(image, points, project(image, points)))
    np.testing.assert_allclose(found.points[0], [0.3, 0.2, 0.0], atol=1e-12)
    assert not found.too_fine
    for scale in (0.0, 1e-9):
        fine = points * [1, 1, scale]
        feet = project(image, fine)
        kept = finish(expected_positions(image, fine, feet))
        np.testing.assert_array_equal(kept.points, feet.points)
        assert kept.too_fine


def test_the_deviation_is_told_from_the_median() -> None:
    noise = np.abs(np.random.default_rng(0).normal(size=20_000)) * 0.3
    assert noise_deviation(noise) == pytest.approx(0.3, rel=0.03)
    noise[:1000] = 50.0
    assert noise_deviation(noise) == pytest.approx(0.3, rel=0.1)
