from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.base.errors import BudaiError, InputError
from core.base.progress import finish
from core.data.point_cloud import PointCloud
from core.denoising.methods import METHODS
from core.denoising.options import DenoisingOptions
from core.denoising.result import Denoising
from core.io.writers.ply import columns, write_ply
from core.session.points.read_and_denoise import read_and_denoise
from tests.core.denoising.make_autoencoder import learned_project

PROJECT = learned_project()
DIAGONAL = PROJECT.source.surface.diagonal


def denoised(**options) -> Denoising:
    return finish(
        read_and_denoise(PROJECT.source, None, PROJECT.training, DenoisingOptions(**({"compare": False} | options)))
    )


def write_cloud(path: Path, points: np.ndarray) -> str:
    np.savetxt(path, points, fmt="%.17g")
    return str(path)


def noisy_points(count: int = 3000, level: float = 0.005, seed: int = 0) -> np.ndarray:
    return denoised(count=count, level=level, seed=seed).noisy.copy()


@pytest.mark.parametrize("level", [0.005, 0.02])
def test_projection_undoes_what_noise_did_across_the_surface(level: float) -> None:
    found = denoised(count=5000, level=level)
    assert found.relative(found.before.distance) == pytest.approx(level, rel=0.1)
    assert found.relative(found.before.position) == pytest.approx(level * np.sqrt(3), rel=0.03)
    assert found.relative(found.ideal) == pytest.approx(level * np.sqrt(2), rel=0.03)
    assert found.relative(found.chosen.distance) < 1e-3  # the lattice and the faces are two triangulations
    assert found.over_ideal(found.chosen) == pytest.approx(found.over_ideal(found.true_foot), abs=0.01)
    assert found.over_ideal(found.chosen) < 1.06
    np.testing.assert_allclose(PROJECT.training.autoencoder.decode(found.codes), found.points, atol=1e-12)
    assert found.n_far == 0
    assert found.warnings == ()


def test_the_projection_is_told_before_the_other_methods_are_run() -> None:
    told = []
    options = DenoisingOptions(method="encode_decode", compare=False, count=500)
    found = finish(read_and_denoise(PROJECT.source, None, PROJECT.training, options), told.append)
    early = [report.payload for report in told if report.payload is not None]
    assert [[result.method for result in one.results] for one in early] == [["noisy", "true_foot", "projection"]]
    assert (early[0].points == found.result("projection").points).all()
    assert [report.lasting for report in told if report.payload is not None] == [True]
    place = next(k for k, report in enumerate(told) if report.payload is not None)
    assert "Expected positions" in [report.message for report in told[place:]]
    assert found.chosen.method == "encode_decode"


def test_all_methods_side_by_side() -> None:
    found = denoised(count=2000, level=0.01, compare=True, encoder_seconds=0.3)
    assert [result.method for result in found.results] == ["noisy", "true_foot", *METHODS]
    for result in found.results:
        assert result.points.shape == (2000, 3)
        assert result.position >= result.distance
    # One pass through (x, y) -> height moves points straight down: farther than to the nearest point.
    assert found.result("encode_decode").position > found.result("projection").position
    assert found.result("moving_least_squares").distance < found.before.distance
    assert found.result("laplacian").distance < found.before.distance
    assert found.result("denoising_encoder").settings.endswith("noise of 1 %")
    with pytest.raises(ValueError, match="not run"):
        _ = replace(found, results=found.results[:1]).true_foot


def test_of_very_many_points_only_what_was_asked_for_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.denoising.denoise.MOST_COMPARED", 400)
    found = denoised(count=500)
    assert [result.method for result in found.results] == ["noisy", "true_foot", "projection"]
    assert found.warnings == ("More than 400 points: the other methods were left out.",)


def test_points_beyond_the_rim_stay_on_the_surface_or_go_on_in_the_disk() -> None:
    bound, free = denoised(level=0.02), denoised(level=0.02, onto="disk")
    radius = np.linalg.norm(bound.codes, axis=1)
    assert radius.max() <= 1 + 1e-12
    assert 0 < bound.at_rim.mean() < 0.2
    assert np.cos(np.pi / 120) - 1e-9 <= radius[bound.at_rim].min()  # the rim is a polygon of 120 corners
    inside = ~bound.at_rim & ~free.at_rim
    np.testing.assert_allclose(bound.points[inside], free.points[inside], atol=1e-12)
    assert np.linalg.norm(free.codes, axis=1).max() > radius.max() - 1e-12


def test_noise_along_normals_leaves_no_ideal_to_be_compared_with() -> None:
    found = denoised(noise="normal", count=2000)
    assert found.relative(found.ideal) < 1e-12
    assert found.over_ideal(found.chosen) is None
    assert found.chosen.position < 0.5 * found.before.position


def test_outliers_are_counted_and_left_out() -> None:
    found = denoised(noise="outliers", count=4000)
    assert 20 < found.n_far < 300
    assert len(found.noisy) == 4000 - found.n_far == len(np.unique(found.rows))
    assert any(f"{found.n_far:,} of 4,000 noisy points" in text for text in found.warnings)


def test_a_file_of_noisy_points(tmp_path: Path) -> None:
    points = noisy_points()
    points[17] = [9.0, 9.0, 9.0]
    found = denoised(input="file", path=write_cloud(tmp_path / "scan.xyz", points))
    assert found.originals is None
    assert found.ideal is None
    assert found.chosen.position is None
    assert found.name == "scan.xyz"
    assert found.n_far == 1
    assert 17 not in found.rows
    np.testing.assert_allclose(found.noisy, np.delete(points, 17, 0))
    assert len(found.warnings) == 1
    assert found.chosen.distance < 0.2 * found.before.distance


def test_points_of_a_thick_cloud_are_not_taken_for_strays(tmp_path: Path) -> None:
    points = noisy_points(level=0.025)
    points[3] = points[4] + [0.0, 0.0, 0.2 * DIAGONAL]
    found = denoised(input="file", path=write_cloud(tmp_path / "thick.xyz", points))
    assert np.sum(found.before.distances > 0.05 * DIAGONAL) > 20  # farther than strays of a thin cloud may be
    assert found.n_far == 1
    assert 3 not in found.rows


def test_another_unit_is_said(tmp_path: Path) -> None:
    points = noisy_points()
    path = write_cloud(tmp_path / "big.xyz", 1000 * points)
    with pytest.raises(InputError, match=r"none of 3,000 points .* [\d,]+ times as large .* Scale it by 0\.001"):
        denoised(input="file", path=path)
    small = denoised(input="file", path=write_cloud(tmp_path / "small.xyz", points / 1000 + [0.0, 0.0, 0.4]))
    assert any("times smaller" in text and "Scale it by 1000" in text for text in small.warnings)


def test_another_object_is_said_with_figures(tmp_path: Path) -> None:
    points = noisy_points()
    flat = points * [1.0, 1.0, 0.0] + [0.0, 0.0, 0.3]
    found = denoised(input="file", path=write_cloud(tmp_path / "flat.xyz", flat))
    assert any("does not look like this surface" in text and " % of the diagonal" in text for text in found.warnings)


def test_noise_of_another_surface_is_worse_than_doing_nothing(tmp_path: Path) -> None:
    surface = PROJECT.source.surface
    other = surface.vertices * [1.0, 1.0, -1.0]
    write_ply(tmp_path / "other.ply", columns(other), surface.faces)
    found = denoised(input="other", path=str(tmp_path / "other.ply"), level=0.01, count=3000)
    assert found.chosen.position > 2 * found.before.position
    assert found.chosen.distance > 2 * found.before.distance
    assert "another surface" in found.warnings[0]
    assert len(found.noisy) == 3000


def test_what_is_no_number_is_refused_with_its_row(tmp_path: Path) -> None:
    points = noisy_points(20)
    points[6, 1] = np.nan
    with pytest.raises(InputError, match=r"nan\.xyz, line 7: 1 of 20 points are no finite numbers"):
        denoised(input="file", path=write_cloud(tmp_path / "nan.xyz", points))


def test_pcd_files_may_say_that_nothing_was_measured(tmp_path: Path) -> None:
    points = noisy_points(50)
    points[6, 1] = np.nan
    head = (
        "# .PCD v0.7\nVERSION 0.7\nFIELDS x y z\nSIZE 4 4 4\nTYPE F F F\nCOUNT 1 1 1\nWIDTH 50\nHEIGHT 1\nPOINTS 50\n"
    )
    rows = "\n".join(" ".join(f"{x:.9g}" for x in row) for row in points)
    (tmp_path / "organised.pcd").write_text(f"{head}DATA ascii\n{rows}\n")
    found = denoised(input="file", path=str(tmp_path / "organised.pcd"))
    assert len(found.noisy) == 49
    assert 6 not in found.rows
    assert found.warnings[0].startswith("1 of 50 points")


def test_an_empty_file_no_file_and_a_cloud_are_refused(tmp_path: Path) -> None:
    (tmp_path / "empty.ply").write_text(
        "ply\nformat ascii 1.0\nelement vertex 0\nproperty float x\nproperty float y\nproperty float z\nend_header\n"
    )
    with pytest.raises(InputError, match="no points"):
        denoised(input="file", path=str(tmp_path / "empty.ply"))
    with pytest.raises(InputError, match="no file is given"):
        denoised(input="file")
    cloud = replace(PROJECT.source, data=PointCloud(np.zeros((3, 3))))
    with pytest.raises(BudaiError, match="is a cloud"):
        finish(read_and_denoise(cloud, None, PROJECT.training, DenoisingOptions()))


@pytest.mark.parametrize("wrong", [{"level": 0.9}, {"count": 0}, {"method": "magic"}, {"noise": "salt"}, {"onto": "x"}])
def test_options_out_of_their_bounds_are_refused(wrong: dict) -> None:
    with pytest.raises(BudaiError):
        DenoisingOptions(**wrong)
