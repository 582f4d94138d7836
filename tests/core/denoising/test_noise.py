import numpy as np
import pytest
from jaxtyping import TypeCheckError

from core.denoising.noise import NOISE_KINDS, OUTLIER_SHARE, noisy_samples
from core.geometry.nearest_triangle import triangle_tree
from tests.core.make import bumpy_disk

COUNT, LEVEL = 20_000, 0.01


@pytest.mark.parametrize("kind", NOISE_KINDS)
def test_originals_lie_on_the_surface_and_noise_has_its_deviation(kind) -> None:
    surface = bumpy_disk()
    found = noisy_samples(surface, kind, LEVEL, COUNT, np.random.default_rng(0))
    assert triangle_tree(surface.corners).query(found.originals)[0].max() < 1e-12
    noise = found.points - found.originals
    deviation = LEVEL * surface.diagonal
    if kind == "normal":
        along = (noise * found.normals).sum(1)
        np.testing.assert_allclose(noise, along[:, None] * found.normals, atol=1e-15)
        assert along.std() == pytest.approx(deviation, rel=0.03)
    elif kind == "outliers":
        far = np.linalg.norm(noise, axis=1) > 6 * deviation
        assert far.mean() == pytest.approx(OUTLIER_SHARE, rel=0.2)
        assert (found.points[far] >= surface.bounds[0]).all()
        assert (found.points[far] <= surface.bounds[1]).all()
        np.testing.assert_allclose(noise[~far].std(0), deviation, rtol=0.1)
    else:
        np.testing.assert_allclose(noise.std(0), deviation, rtol=0.03)
        assert np.abs(noise).max() <= (np.sqrt(3) * deviation if kind == "uniform" else np.inf) * (1 + 1e-9)


def test_the_seed_decides_everything() -> None:
    first, second, other = (
        noisy_samples(bumpy_disk(), "gaussian", LEVEL, 50, np.random.default_rng(seed)) for seed in (3, 3, 4)
    )
    np.testing.assert_array_equal(first.points, second.points)
    assert (first.points != other.points).all()


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises((ValueError, TypeCheckError), match="salt"):
        noisy_samples(bumpy_disk(), "salt", LEVEL, 5, np.random.default_rng(0))
