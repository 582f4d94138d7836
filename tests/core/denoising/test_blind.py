from pathlib import Path

import numpy as np
import pytest

from core.base.errors import BudaiError, InputError, TopologyError
from core.base.progress import finish
from core.charts.autoencoder import Autoencoder
from core.cloud.noise_scale import noise_scale
from core.cloud.reconstruction import surface_through
from core.cloud.smoothing import smoothed
from core.denoising.blind import FALLEN, denoise_blind, is_double, placed
from core.denoising.noise import noisy_samples
from core.denoising.smooth_fit import SMOOTHNESS, smooth_fit
from core.geometry.nearest_triangle import triangle_tree
from core.geometry.topology import topology
from core.io.noisy_file import read_noisy
from core.training.options import TrainingOptions
from tests.core.denoising.make_autoencoder import height, learned_project
from tests.core.make import bumpy_disk, projection, random_relu_map

SURFACE = bumpy_disk(rings=20)
QUICK = TrainingOptions(steps=(60,), encoder=(24, 24), decoder=(24, 24), device="cpu")


def noisy(level: float, count: int = 4000, seed: int = 0) -> np.ndarray:
    return noisy_samples(SURFACE, "gaussian", level, count, np.random.default_rng(seed)).points.copy()


def distance(points: np.ndarray) -> float:
    return float(np.sqrt((triangle_tree(SURFACE.corners).query(points)[0] ** 2).mean()) / SURFACE.diagonal)


def sphere(count: int) -> np.ndarray:
    points = np.random.default_rng(0).normal(size=(count, 3))
    return points / np.linalg.norm(points, axis=1, keepdims=True)


@pytest.mark.parametrize("level", [0.004, 0.012])
def test_the_noise_is_measured_without_the_surface(level: float) -> None:
    flat = np.random.default_rng(0).uniform(-1, 1, (6000, 3)) * [1, 1, 0]
    points = flat + np.random.default_rng(1).normal(size=flat.shape) * level
    found = noise_scale(points)
    assert found.thickness == pytest.approx(level, rel=0.1)
    assert 3.5 * level < found.radius < 12 * level + 0.1


@pytest.mark.parametrize("level", [0.0, 0.01])
def test_a_surface_runs_through_noisy_points(level: float) -> None:
    points = noisy(level)
    rough = finish(smoothed(points))
    assert distance(rough.points) <= 0.6 * distance(points) + 1e-4
    found = finish(surface_through(rough)).surface
    known = topology(found)
    assert known.is_disk
    assert found.area == pytest.approx(SURFACE.area, rel=0.12)
    assert distance(found.vertices) < 0.01


def test_a_sphere_is_closed_and_refused(tmp_path: Path) -> None:
    np.savetxt(tmp_path / "ball.xyz", sphere(3000))
    with pytest.raises(TopologyError, match=r"ball\.xyz cannot be learned"):
        finish(denoise_blind(read_noisy(tmp_path / "ball.xyz"), QUICK))


def test_too_few_points_are_refused(tmp_path: Path) -> None:
    np.savetxt(tmp_path / "few.xyz", np.eye(3))
    with pytest.raises(BudaiError, match=r"3 points are too few .* Give 100"):
        finish(denoise_blind(read_noisy(tmp_path / "few.xyz"), QUICK))


@pytest.mark.parametrize("width", [0.0, 0.003])
def test_points_on_a_line_are_refused(tmp_path: Path, width: float) -> None:
    along = np.linspace(0, 1, 500)[:, None] * [1.0, 2.0, 2.0]
    np.savetxt(tmp_path / "line.xyz", along + width * np.random.default_rng(0).normal(size=along.shape))
    with pytest.raises(InputError, match=r"line\.xyz: the points lie on a line"):
        finish(denoise_blind(read_noisy(tmp_path / "line.xyz"), QUICK))


def test_two_sheets_are_not_taken_for_the_noise_of_one() -> None:
    rng = np.random.default_rng(0)
    for gap, double in ((0.0, False), (0.04, True)):
        points = np.column_stack([rng.uniform(-1, 1, (6000, 2)), gap * rng.integers(0, 2, 6000)])
        points[:, 2] += 0.005 * rng.normal(size=6000)
        assert is_double(points - placed(points)) == double
    for level in (0.0, 0.01):
        assert not is_double(noisy(level) - placed(noisy(level)))
    assert not is_double(np.zeros((100, 3)))


def test_the_smoothness_is_chosen_by_points_held_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.denoising.smooth_fit.RESOLUTION", 64)  # a quarter of the nodes, a tenth of the time
    # A decoder that knows the bumpy disk: what is fitted to its noise must not bend more than it.
    networks = learned_project().training.autoencoder
    rng = np.random.default_rng(0)
    plane = rng.uniform(-0.65, 0.65, (12_000, 2))
    clean = np.column_stack([plane, height(plane)])
    normals = np.tile([0.0, 0.0, 1.0], (12_000, 1))  # that is how the noise goes here
    fits = {}
    for level in (0.003, 0.03):
        points = clean + rng.normal(size=(12_000, 1)) * level * [0.0, 0.0, 1.0]
        fits[level] = finish(smooth_fit(networks, plane, points, normals, np.random.default_rng(1)))
        assert fits[level].held_out == pytest.approx(level, rel=0.25)
        left = networks.with_detail(fits[level].detail).decode(plane) - clean
        assert np.sqrt((left**2).mean()) < 0.4 * level
    assert SMOOTHNESS[0] < fits[0.003].smoothness < fits[0.03].smoothness < SMOOTHNESS[-1]


def test_what_bends_is_the_decoder_and_the_layer_together() -> None:
    # A rough decoder and a flat truth: the layer has to undo the decoder's own folds.
    rough = random_relu_map((2, 40, 3), 3)
    networks = Autoencoder(projection(), rough, np.zeros(3), 1.0)
    rng = np.random.default_rng(0)
    plane = rng.uniform(-0.65, 0.65, (4000, 2))
    points = np.column_stack([plane, 0.02 * rng.normal(size=4000)])
    fit = finish(smooth_fit(networks, plane, points, np.tile([0.0, 0, 1], (4000, 1)), rng))
    left = networks.with_detail(fit.detail).decode(plane)[:, 2]
    assert np.sqrt((left**2).mean()) < 0.008
    assert np.sqrt((networks.decode(plane)[:, 2] ** 2).mean()) > 0.1


def test_blind_denoising_learns_the_surface_from_noisy_points(tmp_path: Path) -> None:
    points = noisy(0.01)
    np.savetxt(tmp_path / "scan.xyz", np.concatenate([points, [[900.0, 0.0, 0.0]]]), fmt="%.17g")
    found = finish(denoise_blind(read_noisy(tmp_path / "scan.xyz"), QUICK))
    assert found.source.name == "scan"
    assert found.source.topology.is_disk
    assert found.training.autoencoder.detail is not None
    assert found.training.detail.held_out_rmse_rel == pytest.approx(0.01, rel=0.25)
    assert len(found.denoising.points) == len(points)
    assert distance(found.denoising.points) < 0.3 * distance(points)
    assert any("1 of 4,001 points are outliers, far from all others" in text for text in found.denoising.warnings)
    assert "from these points alone" in found.denoising.warnings[0]
    assert not any("does not look like" in text for text in found.denoising.warnings)


def test_points_whose_surface_falls_apart_are_learned_as_heights(tmp_path: Path) -> None:
    rng = np.random.default_rng(4)
    points = np.column_stack([rng.uniform(-1.0, 1.0, (4000, 2)), 0.002 * rng.normal(size=4000)])
    points[:, 2] += 0.5 * np.round(2.0 * points[:, 0])  # layers, as of a stereo camera
    np.savetxt(tmp_path / "layers.xyz", points)
    found = finish(denoise_blind(read_noisy(tmp_path / "layers.xyz"), QUICK))
    assert FALLEN in found.denoising.warnings
    assert topology(found.source.data).is_disk
    assert np.ptp(found.source.data.vertices[:, 2]) > 1.5
