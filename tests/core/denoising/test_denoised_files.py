from dataclasses import replace
from pathlib import Path

import numpy as np

from core.base.progress import finish
from core.denoising.options import DenoisingOptions
from core.denoising.report import denoising_report
from core.io.writers.denoised import write_denoised
from core.session.points.read_and_denoise import read_and_denoise
from core.session.project_file import open_project, save_project
from tests.core.denoising.make_autoencoder import learned_project

PROJECT = learned_project()


def made(**options):
    return finish(
        read_and_denoise(PROJECT.source, None, PROJECT.training, DenoisingOptions(count=500, compare=False, **options))
    )


def doubles(path: Path) -> dict[str, np.ndarray]:
    header, _, body = path.read_bytes().partition(b"end_header\n")
    names = [line.split()[2].decode() for line in header.splitlines() if line.startswith(b"property double")]
    assert header.count(b"property") == len(names)
    return dict(zip(names, np.frombuffer(body, "<f8").reshape(-1, len(names)).T, strict=True))


def test_denoised_points_are_written_with_where_they_came_from(tmp_path: Path) -> None:
    found = made()
    write_denoised(found, tmp_path / "denoised.ply")
    table = doubles(tmp_path / "denoised.ply")
    for prefix, points in (("", found.points), ("noisy_", found.noisy), ("original_", found.originals)):
        np.testing.assert_array_equal(np.stack([table[prefix + axis] for axis in "xyz"], 1), points)
    np.testing.assert_allclose(2 * np.stack([table["s"], table["t"]], 1) - 1, found.codes, atol=1e-15)
    np.savetxt(tmp_path / "scan.xyz", found.noisy, fmt="%.17g")
    write_denoised(made(input="file", path=str(tmp_path / "scan.xyz")), tmp_path / "of_a_file.ply")
    assert not any(name.startswith("original") for name in doubles(tmp_path / "of_a_file.ply"))


def test_the_report_has_the_figures_of_the_contract(tmp_path: Path) -> None:
    found = made(level=0.02)
    report = denoising_report(found)
    noise = np.linalg.norm(found.noisy - found.originals, axis=1)
    assert report["noise_rel"] == 0.02
    assert report["position_before_rel"] == np.sqrt((noise**2).mean()) / PROJECT.source.surface.diagonal
    assert report["distance_after_rel"] < report["distance_before_rel"]
    assert report["position_after_rel"] < report["position_before_rel"]
    assert report["distance_encode_decode_rel"] > 0
    assert set(report["methods"]) == {"noisy", "true_foot", "projection", "expected_position", "encode_decode"}
    np.savetxt(tmp_path / "scan.xyz", found.noisy, fmt="%.17g")
    told = denoising_report(made(input="file", path=str(tmp_path / "scan.xyz")))
    assert told["noise_rel"] is told["position_before_rel"] is told["position_after_rel"] is None


def test_a_project_keeps_them(tmp_path: Path) -> None:
    found = made(noise="outliers")
    project = replace(PROJECT, denoising=found).with_options("denoising", found.options)
    save_project(project, tmp_path / "p.budai")
    back = open_project(tmp_path / "p.budai")
    assert back.options["denoising"] == found.options
    kept = back.denoising
    assert (kept.options, kept.warnings, kept.seconds) == (found.options, found.warnings, found.seconds)
    assert denoising_report(kept) == denoising_report(found)
    for name in ("noisy", "rows", "originals", "codes", "pieces", "at_rim", "points"):
        np.testing.assert_array_equal(getattr(kept, name), getattr(found, name))
