"""Blind denoising beside moving least squares: what is chosen by what, and what is measured from what."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.base.errors import BudaiError, InputError
from core.base.progress import Progress, Work, finish
from core.data.noisy_points import NoisyPoints
from core.data.source import Source
from core.denoising.blind import BlindDenoising, denoise_blind
from core.denoising.blind_comparison import BlindChoice, knows_truth, learned_from_points
from core.io.noisy_file import read_noisy
from core.io.reading import load_in_child
from core.io.writers.mesh import MeshToWrite, write_mesh
from core.session.points.read_and_denoise import read_and_learn
from core.training.options import TrainingOptions
from tests.core.denoising.test_blind import QUICK, SURFACE, distance, noisy

CHOICE = BlindChoice(seconds=1.0)


@pytest.fixture(scope="module")
def learned(tmp_path_factory: pytest.TempPathFactory) -> tuple[Source, list[Progress], BlindDenoising]:
    """A noisy cloud, what was told while its surface was learned, and that surface: once for all tests."""
    path = tmp_path_factory.mktemp("blind") / "scan.xyz"
    np.savetxt(path, noisy(0.01), fmt="%.17g")
    told: list[Progress] = []
    found = finish(denoise_blind(read_noisy(path), QUICK), told.append)
    return load_in_child(path), told, found


@pytest.fixture
def cloud(learned, monkeypatch) -> Source:
    cloud, told, found = learned

    def again(given: NoisyPoints, options: TrainingOptions) -> Work[BlindDenoising]:
        assert (given.path, options.seconds) == (cloud.path, CHOICE.seconds)
        yield from told
        return found

    monkeypatch.setattr("core.denoising.blind_comparison.denoise_blind", again)
    return cloud


def test_without_a_truth_the_rival_is_chosen_by_points_held_out(cloud: Source) -> None:
    assert not cloud.has_faces
    told: list[Progress] = []
    found = finish(read_and_learn(cloud.path, CHOICE), told.append)
    assert all(progress.payload is None for progress in told)
    fractions = [progress.fraction for progress in told]
    assert fractions == sorted(fractions)
    rival, projected = found.denoising.result("moving_least_squares"), found.denoising.chosen
    assert (
        "chosen by points held out: 0.9" in rival.settings or "chosen by points held out: 1" in rival.settings
    )  # noise, 1 %
    assert distance(projected.points) < 0.3 * distance(found.denoising.noisy)
    assert distance(rival.points) < 0.5 * distance(found.denoising.noisy)
    assert learned_from_points(found.source)
    assert not knows_truth(found.source, found.denoising)
    assert not learned_from_points(cloud)


def test_with_a_truth_all_is_measured_from_it(cloud: Source, tmp_path: Path) -> None:
    write_mesh(MeshToWrite(SURFACE.vertices, SURFACE.faces), tmp_path / "truth.ply")
    found = finish(read_and_learn(cloud.path, replace(CHOICE, truth=str(tmp_path / "truth.ply"))))
    denoising = found.denoising
    for method in ("noisy", "projection", "moving_least_squares"):
        result = denoising.result(method)
        assert result.distance / SURFACE.diagonal == pytest.approx(distance(result.points), rel=1e-5)
    assert distance(denoising.true_foot.points) < 1e-6
    assert "chosen by the truth" in denoising.result("moving_least_squares").settings
    assert knows_truth(found.source, denoising)
    assert "truth" in denoising.warnings[0]
    assert "which nothing was learned from" in denoising.warnings[0]


def test_a_truth_that_is_none_is_refused_before_anything_is_learned(cloud: Source) -> None:
    with pytest.raises(InputError, match="cloud without faces"):
        finish(read_and_learn(cloud.path, replace(CHOICE, truth=cloud.path)))
    with pytest.raises(BudaiError, match="Choose from 1 to 3600"):
        BlindChoice(seconds=0.0)
