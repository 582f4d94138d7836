import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.base.progress import finish
from core.cells.decoder_image import DecoderImage, decoder_image
from core.charts.latent_image import LatentImage
from core.denoising.clipping import clipped
from core.denoising.projection import project
from tests.core.denoising.make_autoencoder import autoencoder
from tests.core.make import bumpy_disk


def latent_area(image: DecoderImage) -> float:
    u, v = (image.codes[image.triangles[:, k]] - image.codes[image.triangles[:, 0]] for k in (1, 2))
    return float(np.abs(u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0]).sum()) / 2


def wobbly(seed: int, size: float) -> LatentImage:
    """A latent image whose rim goes in and out."""
    surface = bumpy_disk()
    rng = np.random.default_rng(seed)
    plane = surface.vertices[:, :2]
    angle = np.arctan2(*plane.T)
    radius = size * (1 + 0.2 * np.cos(rng.integers(2, 6) * angle + rng.uniform(0, 6)))
    return LatentImage(plane * radius[:, None] + rng.uniform(-0.1, 0.1, 2), surface.faces)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6), st.booleans())
def test_what_is_left_covers_the_latent_image_once(seed: int, detail: bool) -> None:
    networks = autoencoder(detail, seed)
    latent = wobbly(seed, 0.6)
    whole = finish(decoder_image(networks))
    part = clipped(whole, latent)
    u, v = (latent.triangles[:, k] - latent.triangles[:, 0] for k in (1, 2))
    area = float((u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0]).sum()) / 2
    assert latent_area(part) == pytest.approx(area, rel=1e-10)
    np.testing.assert_allclose(networks.decode(part.codes), part.points, atol=1e-11 * np.abs(whole.points).max())
    assert latent.contains(part.codes[part.triangles].mean(1)).all()
    assert part.n_pieces <= whole.n_pieces


def test_a_latent_image_beyond_the_domain_changes_nothing() -> None:
    whole = finish(decoder_image(autoencoder(False)))
    part = clipped(whole, wobbly(0, 3.0))
    assert latent_area(part) == pytest.approx(latent_area(whole), rel=1e-12)


def test_feet_stay_within_the_codes_of_the_surface() -> None:
    networks = autoencoder(True)
    latent = wobbly(1, 0.5)
    whole = finish(decoder_image(networks))
    part = clipped(whole, latent)
    points = np.random.default_rng(0).normal(size=(500, 3)) * 4
    free, bound = project(whole, points), project(part, points)
    assert (bound.distances >= free.distances - 1e-12).all()
    inside = latent.contains(free.codes)
    assert 5 < inside.sum() < 450
    np.testing.assert_allclose(bound.points[inside], free.points[inside], atol=1e-9)
    grown = LatentImage(latent.codes * (1 + 1e-9) - latent.codes.mean(0) * 1e-9, latent.faces)
    assert grown.contains(bound.codes).all()
    # Nearer points with such codes do not exist.
    codes = np.random.default_rng(1).uniform(-1, 1, (4000, 2))
    images = networks.decode(codes[latent.contains(codes)])
    assert (bound.distances <= np.linalg.norm(points[:, None] - images, axis=2).min(1) + 1e-12).all()
