import json
from pathlib import Path

import numpy as np
import pytest

from app.cli import main
from app.command_line.folder import check_target
from core.base.errors import InputError
from core.denoising.methods import METHODS
from core.session.project_file import open_project, save_project
from tests.core.denoising.make_autoencoder import height, learned_project


@pytest.fixture
def project_file(tmp_path: Path) -> Path:
    save_project(learned_project(), tmp_path / "p.budai")
    return tmp_path / "p.budai"


def test_a_cloud_is_denoised_into_a_file(project_file: Path, tmp_path: Path, capfd) -> None:
    rng = np.random.default_rng(0)
    plane = rng.uniform(-0.6, 0.6, (300, 2))
    points = np.column_stack([plane, height(plane)]) + 0.01 * rng.normal(size=(300, 3))
    np.savetxt(tmp_path / "scan.xyz", points)
    out = tmp_path / "out.ply"
    assert main(["denoise", str(project_file), str(tmp_path / "scan.xyz"), "-o", str(out), "--json"]) == 0
    told = json.loads(capfd.readouterr().out)
    assert told["points"] == 300
    assert told["distance_after_rel"] < 0.1 * told["distance_before_rel"]
    assert b"element vertex 300" in out.read_bytes()


def test_what_cannot_be_used_is_refused_in_one_line(project_file: Path, tmp_path: Path, capfd) -> None:
    (tmp_path / "bad.xyz").write_text("0 0 0\n1 nan 2\n3 4 5\n")
    for noisy, out, said in (
        ("bad.xyz", "o.ply", "bad.xyz, line 2: 1 of 3 points are no finite numbers"),
        ("missing.xyz", "o.ply", "there is no such file"),
        ("bad.xyz", "o.stl", "the suffix .stl is not the one of this result. Use .ply."),
    ):
        assert main(["denoise", str(project_file), str(tmp_path / noisy), "-o", str(tmp_path / out)]) == 1
        error = capfd.readouterr().err.strip().splitlines()[-1]
        assert said in error
        assert not (tmp_path / out).exists()


def test_a_run_refuses_a_noisy_file_before_it_trains(tmp_path: Path, capfd) -> None:
    (tmp_path / "bad.xyz").write_text("0 0 0\n1 nan 2\n3 4 5\n")
    surface = tmp_path / "surface.off"
    surface.write_text("OFF\n3 1 0\n0 0 0\n1 0 0\n0 1 0\n3 0 1 2\n")
    command = ["run", str(surface), "-o", str(tmp_path / "out"), "--noisy", str(tmp_path / "bad.xyz")]
    assert main(command) == 1
    assert "bad.xyz, line 2" in capfd.readouterr().err
    with pytest.raises(SystemExit):
        main([*command, "--noise", "0.01"])


def test_a_method_that_is_none_is_wrong_usage(project_file: Path, capfd) -> None:
    with pytest.raises(SystemExit):
        main(["denoise", str(project_file), "--noise", "0.01", "-o", "a.ply", "--method", "prayer"])
    assert all(f"'{method}'" in capfd.readouterr().err for method in METHODS[:1])


def test_blind_needs_points_that_a_surface_runs_through(tmp_path: Path, capfd) -> None:
    (tmp_path / "few.xyz").write_text("0 0 0\n1 1 2\n3 4 5\n")
    for file, said in (("few.xyz", "3 points are too few"), ("missing.xyz", "there is no such file")):
        assert main(["blind", str(tmp_path / file), "-o", str(tmp_path / "out")]) == 1
        assert said in capfd.readouterr().err
        assert not (tmp_path / "out" / "project.budai").exists()


@pytest.mark.slow
def test_blind_writes_a_project_that_opens_again(tmp_path: Path, capfd) -> None:
    rng = np.random.default_rng(0)
    plane = rng.uniform(-1, 1, (3000, 2))
    np.savetxt(tmp_path / "scan.xyz", np.column_stack([plane, height(plane)]) + 0.02 * rng.normal(size=(3000, 3)))
    assert main(["blind", str(tmp_path / "scan.xyz"), "-o", str(tmp_path / "out"), "--seconds", "3", "--json"]) == 0
    report = json.loads(capfd.readouterr().out)
    assert report["denoising"]["points"] + report["denoising"]["points_left_out"] == 3000
    assert (tmp_path / "out" / "denoised.ply").exists()
    back = open_project(tmp_path / "out" / "project.budai")
    assert back.training.autoencoder.detail is not None
    assert len(back.denoising.points) == report["denoising"]["points"]


def test_targets_are_looked_at_before_the_work(tmp_path: Path) -> None:
    for path, said in (
        (tmp_path, "is a folder"),
        (tmp_path / "no" / "a.ply", "does not exist"),
        (tmp_path / "a.obj", "the suffix .obj is not the one of this result. Use .ply"),
        (tmp_path / "a", r"the suffix \(none\)"),
        (tmp_path / ("a" * 300 + ".ply"), "cannot be written"),
        (Path(), "is a folder"),
    ):
        with pytest.raises(InputError, match=said):
            check_target(path, ".ply")
    check_target(tmp_path / "A.PLY", ".ply")
