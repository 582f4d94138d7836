"""The interface for Python computes what the command line does, and refuses with the same sentences."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import trimesh

import budai
from app.cli import main
from core.training.options import TrainingOptions
from tests.core.make import bumpy_disk

ROOT = Path(__file__).resolve().parents[2]
TIMES = {
    "seconds",
    "timings",
    "peak_memory_bytes",
    "file",
    "budai_version",
    "chart_seconds",
    "seconds_of",
    "points_per_second",
}
"""What differs from run to run, or by the name of the file."""
FEW = TrainingOptions(preset="small", seconds=5.0, steps=(20,), seed=3, detail_nodes=64)
FEW_WORDS = 'preset="small", seconds=5, steps=(20,), detail_nodes=64'
FLAGS = ["--preset", "small", "--seconds", "5", "--steps", "20", "--seed", "3", "--detail-nodes", "64"]


def figures(report: Any) -> Any:
    """A report without what differs from run to run."""
    if isinstance(report, dict):
        return {key: figures(value) for key, value in report.items() if key not in TIMES}
    return [figures(value) for value in report] if isinstance(report, list) else report


@pytest.fixture
def bumpy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small surface; no picture is drawn of it, which would need OpenGL."""
    monkeypatch.setattr("app.stages.training.headless.draw_pictures", lambda *_: [])
    surface = bumpy_disk()
    trimesh.Trimesh(surface.vertices, surface.faces, process=False).export(tmp_path / "bumpy.ply")
    return tmp_path / "bumpy.ply"


def test_training_has_the_figures_of_the_command_line(bumpy: Path, tmp_path: Path) -> None:
    assert main(["train", str(bumpy), "-o", str(tmp_path / "p.budai"), *FLAGS]) == 0
    run = budai.train(bumpy, options=FEW, progress=False)
    theirs = budai.open(tmp_path / "p.budai")
    assert figures(run.figures()) == figures(theirs.figures())
    np.testing.assert_array_equal(run.codes, theirs.codes)


@pytest.mark.slow
def test_a_run_has_the_figures_of_the_command_line(bumpy: Path, tmp_path: Path, capsys) -> None:
    assert main(["run", str(bumpy), "-o", str(tmp_path / "out"), *FLAGS, "--noise", "0.01"]) == 0
    run = budai.train(budai.load(bumpy, progress=False), options=FEW, progress=False)
    assert run.cells().decoder.n_cells > 10
    assert run.transport().map.certificate.max_area_error_rel < 1e-6
    capsys.readouterr()
    run.denoise(options=budai.run.DenoisingOptions(level=0.01, seed=3, compare=False))
    assert capsys.readouterr().err == ""
    run.export(tmp_path / "mine")
    theirs, mine = (json.loads((tmp_path / name / "report.json").read_text("utf-8")) for name in ("out", "mine"))
    assert figures(mine) == figures(theirs)
    assert figures(run.figures()) == figures(theirs)
    names = [{path.name for path in (tmp_path / name).iterdir()} for name in ("out", "mine")]
    assert names[0] == names[1]


def test_a_run_is_saved_and_opened(bumpy: Path, tmp_path: Path) -> None:
    run = budai.train(bumpy, options=FEW, progress=False)
    codes = run.encode(run.source.surface.vertices)
    np.testing.assert_allclose(codes, run.codes, atol=1e-6)
    again = budai.open(run.save(tmp_path / "p.budai"), progress=False)
    np.testing.assert_array_equal(again.decode(codes), run.decode(codes))
    points = run.decode(codes)[:20]
    denoised = again.denoise(points)
    assert np.abs(denoised.chosen.points - points[denoised.rows]).max() < 1e-6
    assert again.generate(50, origin="uniform").points.shape == (50, 3)
    assert budai.train(again, options=FEW, progress=False).project.source is again.source
    assert again.export(tmp_path / "a.obj", "reconstruction").stat().st_size > 1000


@pytest.mark.slow
def test_an_atlas_is_made_where_one_chart_does_not_do(tmp_path: Path, unmended) -> None:
    torus = trimesh.creation.torus(1.0, 0.4, 24, 12)
    source = budai.surface(torus.vertices, torus.faces, name="torus")
    few = TrainingOptions(steps=(60,), encoder=(16, 16), decoder=(16, 16), detail=False)
    run = budai.train(source, options=few, charts=4, progress=False)
    assert "4 charts" in repr(run)
    assert len(run.cells().parts) == 4
    assert run.figures()["atlas"]["charts"] == 4
    with pytest.raises(budai.BudaiError, match="has 4 charts"):
        run.encode(torus.vertices)


def test_a_table_is_learned() -> None:
    angles = np.linspace(0, 6, 60)
    rows = np.column_stack([np.cos(angles), np.sin(angles), angles, angles**2])
    source = budai.table(rows, np.repeat(["a", "b"], 30), columns=("x", "y", "t", "u"))
    assert source.table.classes == ("a", "b")
    run = budai.train(source, steps=30, preset="small", progress=False)
    assert run.decode(run.codes).shape == rows.shape
    assert run.generate(20).points.shape == (20, 4)


def test_a_cloud_is_points_without_faces() -> None:
    points = np.random.default_rng(0).normal(size=(50, 3))
    assert budai.cloud(points).is_cloud


@pytest.mark.parametrize("text", ["nothing at all", "ply\nformat ascii 1.0\nelement vertex 1\n"])
def test_errors_have_the_sentence_of_the_command_line(text: str, tmp_path: Path, capsys) -> None:
    file = tmp_path / "bad.ply"
    file.write_text(text)
    assert main(["run", str(file), "-o", str(tmp_path / "out")]) == 1
    said = capsys.readouterr().err.splitlines()[-1]
    with pytest.raises(budai.InputError) as error:
        budai.train(file, progress=False)
    assert " ".join(str(error.value).split()) == said


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: budai.surface(np.zeros((3, 2)), [[0, 1, 2]]), "the vertices have the shape"),
        (lambda: budai.surface(np.eye(3), [[0, 1, 5]]), "a face names vertex 5"),
        (lambda: budai.surface(np.eye(3), [[0, 1, 0.5]]), "no whole numbers"),
        (lambda: budai.surface(np.eye(3), np.zeros((0, 3))), "the faces are none"),
        (lambda: budai.surface(np.ones((3, 3)), [[0, 1, 2]]), "surface: "),
        (lambda: budai.table([["a", "b"]] * 5), "are no numbers"),
        (lambda: budai.table(np.eye(5), [1, 2]), "the labels have the shape"),
        (lambda: budai.table(np.eye(5), columns=["a"]), "1 names are given for 5 columns"),
        (lambda: budai.sample("nothing"), "there is no sample of this name"),
        (lambda: budai.open("nowhere.budai"), "nowhere.budai"),
        (lambda: budai.load("nowhere.ply", progress=False), "nowhere.ply"),
    ],
)
def test_what_cannot_be_used_is_refused(make, said: str) -> None:
    with pytest.raises(budai.InputError, match=said):
        make()


def test_a_script_needs_no_guard_and_no_window(bumpy: Path, tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "import sys, budai\n"
        "assert not {'PySide6', 'torch', 'pyvista', 'matplotlib'} & set(sys.modules)\n"
        f"print(len(budai.load({str(bumpy)!r}).surface.faces))\n"
    )
    where = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, script], env=where, capture_output=True, text=True, check=False)
    assert (done.stdout, done.returncode) == ("216\n", 0), done.stderr


@pytest.mark.slow
def test_the_notebook_runs(bumpy: Path, tmp_path: Path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MPLBACKEND", "Agg")
    notebook = json.loads((ROOT / "assets" / "docs" / "readme.ipynb").read_text("utf-8"))
    known: dict[str, Any] = {}
    for cell in notebook["cells"]:
        text = "".join(cell["source"])
        if "parameters" in cell["metadata"].get("tags", ()):
            assert budai.sample("laughing_figurine").is_file()
            text = f"surface = budai.load({str(bumpy)!r})\nhow = options.TrainingOptions({FEW_WORDS})"
        if cell["cell_type"] == "code":
            exec(compile(text, cell["id"], "exec"), known)
    known["plt"].close("all")
    assert known["again"].training.steps == 20
    said = capsys.readouterr().out
    assert "rmse_rel" in said
    assert "project.budai" in said
