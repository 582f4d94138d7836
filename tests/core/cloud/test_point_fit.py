import numpy as np
import pytest

from core.base.progress import finish
from core.cloud.point_fit import SMOOTHNESS, fitted_to_points
from core.data.scan import Scan
from core.data.surface import Surface
from core.evaluation.point_errors import point_errors


def sheet(height, n: int = 40) -> Surface:
    """Return a square of n by n vertices under a function."""
    x, y = (part.ravel() for part in np.meshgrid(*[np.linspace(-1, 1, n)] * 2, indexing="ij"))
    a = np.arange(n * n).reshape(n, n)
    low, right, up, across = (part.ravel() for part in (a[:-1, :-1], a[1:, :-1], a[:-1, 1:], a[1:, 1:]))
    faces = np.concatenate([np.stack([low, right, across], 1), np.stack([low, across, up], 1)])
    return Surface(np.column_stack([x, y, height(x, y)]), faces)


def wave(x, y):
    return 0.05 * np.sin(5 * x) * np.cos(4 * y)


def points_of(count: int, noise: float) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    x, y = rng.uniform(-1, 1, (2, count))
    return np.column_stack([x, y, wave(x, y) + noise * rng.normal(size=count)]), rng.random(count) < 0.1


def off_truth(surface: Surface) -> float:
    x, y, z = surface.vertices.T
    return float(np.abs(z - wave(x, y)).mean())


@pytest.mark.parametrize(("noise", "share"), [(0.0, 0.1), (0.02, 0.5)])
def test_a_flat_guide_is_bent_to_the_points(noise: float, share: float) -> None:
    flat = sheet(lambda x, y: 0.0 * x)
    points, withheld = points_of(6000, noise)
    fit = finish(fitted_to_points(flat, points, withheld))
    assert fit.smoothness in SMOOTHNESS
    assert off_truth(fit.surface) < share * off_truth(flat)
    assert fit.fitted[1] < fit.guide[1]
    assert "withheld ones" in fit.sentence


def test_a_true_guide_is_not_bent_to_noise() -> None:
    true = sheet(wave)
    points, withheld = points_of(6000, 0.05)
    fit = finish(fitted_to_points(true, points, withheld))
    assert off_truth(fit.surface) < 0.005  # a tenth of the noise
    assert fit.smoothness == 0.0 or fit.smoothness >= 1e3


def test_one_far_point_moves_little() -> None:
    true = sheet(wave)
    points, withheld = points_of(6000, 0.0)
    points[0], withheld[0] = [0.0, 0.0, 1.0], False
    fit = finish(fitted_to_points(true, points, withheld))
    assert np.abs(fit.surface.vertices - true.vertices).max() < 0.05


def test_errors_to_points_are_told_apart_for_withheld_ones() -> None:
    flat = sheet(lambda x, y: 0.0 * x)
    points = np.array([[0.0, 0.0, 0.1], [0.5, 0.5, -0.3]])
    errors = point_errors(Scan(points, np.array([False, True]), 0.01), flat, flat.vertices)
    found = np.array([errors.learned_rms_rel, errors.withheld_rms_rel, errors.worst_rel, errors.noise_rel])
    assert np.allclose(found * flat.diagonal, [0.1, 0.3, 0.3, 0.01])
    assert "the 1 withheld" in errors.sentence
    assert point_errors(Scan(points, np.zeros(2, bool), 0.01), flat, flat.vertices).withheld_rms_rel is None
