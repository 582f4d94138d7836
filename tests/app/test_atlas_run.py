"""Surfaces that are no disks on the command line: an atlas, its files, its report."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import trimesh

from app.cli import main
from app.command_line.all_charts import shares
from app.command_line.terminal import TerminalProgress
from app.scene.chart_colors import cover_colors
from app.stages.preparation.headless import export_charts
from core.session.project_file import open_project

CHECK = Path(__file__).resolve().parents[3] / "shared" / "checks" / "check_atlas.py"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a short run on a torus."""
    folder = tmp_path_factory.mktemp("atlas")
    trimesh.creation.torus(1.0, 0.4, 32, 16).export(folder / "torus.ply")
    options = ["--charts", "4", "--steps", "320", "--encoder", "24-24", "--decoder", "24-24", "--detail-nodes", "64"]
    options += ["--noise", "0.01"]
    assert main(["run", str(folder / "torus.ply"), "-o", str(folder / "out"), *options]) == 0
    return folder / "out"


def test_the_whole_and_each_chart_have_their_files(run: Path) -> None:
    whole = {
        "surface.ply",
        "atlas.json",
        "atlas.npz",
        "reconstruction.ply",
        "samples.ply",
        "denoised.ply",
        "overview.png",
        "project.budai",
        "report.json",
    }
    assert {path.name for path in run.iterdir() if path.is_file()} >= whole
    about = json.loads((run / "atlas.json").read_text("utf-8"))
    assert about["charts"] == [f"chart_{k:02d}" for k in range(4)]
    assert about["prepare"] == "atlas"
    for name in about["charts"]:
        held = {path.name for path in (run / name).iterdir()}
        assert not any(name.endswith(".png") for name in held)
        assert held >= {"surface.ply", "autoencoder.json", "cells_decoder.npz", "transport.npz", "report.json"}
    atlas = np.load(run / "atlas.npz")
    weights = np.zeros(atlas["vertex_ids"].max() + 1)
    np.add.at(weights, atlas["vertex_ids"], atlas["weights"])
    np.testing.assert_allclose(weights, 1.0, atol=1e-9)


def test_the_picture_of_the_whole_shows_the_disks_in_the_colours_of_their_charts(run: Path) -> None:
    from matplotlib.image import imread

    picture = imread(run / "overview.png")
    assert picture.shape[:2] == (1000, 1600)
    middle = np.round(255 * picture[120:620, 551:1053, :3]).astype(int)
    for color in cover_colors(open_project(run / "project.budai").preparation.cover):
        assert (np.abs(middle - color) <= 2).all(axis=2).sum() > 1000


def test_pictures_of_every_chart_are_drawn_where_they_are_asked_for(run: Path, tmp_path: Path) -> None:
    project = open_project(run / "project.budai")
    pair = replace(project, outdated=project.outdated | {"transport", "denoising"}).without_outdated()
    export_charts(pair, tmp_path, TerminalProgress(), with_pictures=True)
    assert all((tmp_path / f"chart_{k:02d}" / "overview.png").exists() for k in range(4))


def test_the_report_tells_of_all_charts_together(run: Path) -> None:
    report = json.loads((run / "report.json").read_text("utf-8"))
    parts = [json.loads((run / f"chart_{k:02d}" / "report.json").read_text("utf-8")) for k in range(4)]
    assert report["surface"]["genus"] == 1
    assert report["atlas"]["watertight"] is True
    assert report["atlas"]["charts"] == 4
    assert report["training"]["rmse_rel"] < 0.02
    assert report["cells"]["decoder"]["cells"] == sum(part["cells"]["decoder"]["cells"] for part in parts)
    assert "the charts cover all 1,024 triangles; transitions agree to " in report["atlas"]["statement"]
    assert {"chart", "face", "faces", "pieces", "vertex"} >= {key for fold in report["atlas"]["folds"] for key in fold}
    assert report["denoising"]["distance_after_rel"] < 0.5 * report["denoising"]["distance_before_rel"]
    assert sum(report["denoising"]["points_by_chart"]) == report["denoising"]["points"]
    assert report["transport"]["uniformity_p_after"] == min(part["transport"]["uniformity_p_after"] for part in parts)


def test_the_project_of_an_atlas_opens_again(run: Path) -> None:
    project = open_project(run / "project.budai")
    assert [chart.training is not None for chart in project.charts] == [True] * 4
    assert open_project(run / "chart_02" / "project.budai").source.is_disk


def test_the_independent_check_holds(run: Path) -> None:
    if not CHECK.exists():
        pytest.skip(f"{CHECK.name} is not there")
    done = subprocess.run([sys.executable, CHECK, run, "--no-charts", "--seed", "1"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_what_cannot_be_is_said_in_one_line(tmp_path: Path, capsys) -> None:
    file = tmp_path / "sphere.ply"
    trimesh.creation.icosphere(1).export(file)
    assert main(["run", str(file), "-o", str(tmp_path / "a"), "--prepare", "as-is"]) == 1
    assert main(["run", str(file), "-o", str(tmp_path / "b"), "--charts", "5000"]) == 1
    assert main(["run", str(file), "-o", str(tmp_path / "c"), "--charts", "many"]) == 1
    assert main(["run", str(file), "-o", str(tmp_path / "d"), "--charts", "200"]) == 1
    said = capsys.readouterr().err
    assert "Charts: 5,000" in said
    assert "'many' is no number" in said
    assert "200 charts cannot be made of 80 faces" in said
    assert "Traceback" not in said
    assert not any((tmp_path / name / "report.json").exists() for name in "abcd")


def test_a_command_works_on_the_chart_that_is_named(run: Path, tmp_path: Path, capsys) -> None:
    project = run / "project.budai"
    assert main(["sample", f"{project}:2", "-n", "50", "-o", str(tmp_path / "s.ply")]) == 0
    assert (tmp_path / "s.ply").exists()
    assert main(["denoise", str(project), "--noise", "0.01", "--count", "500", "-o", str(tmp_path / "d.ply")]) == 0
    assert main(["denoise", f"{project}:1", "--noise", "0.01", "--count", "50", "-o", str(tmp_path / "e.ply")]) == 0
    assert b"property int chart" in (tmp_path / "d.ply").read_bytes()[:2000]
    assert main(["sample", str(project), "-n", "70", "-o", str(tmp_path / "a.ply")]) == 0
    assert b"property int chart" in (tmp_path / "a.ply").read_bytes()[:2000]
    assert main(["generate", str(project), "-n", "500", "-o", str(tmp_path / "g.ply")]) == 0
    assert b"property int chart" in (tmp_path / "g.ply").read_bytes()[:2000]
    assert main(["export", str(project), str(tmp_path / "r.obj"), "--what", "reconstruction"]) == 0
    assert main(["export", f"{project}:3", str(tmp_path / "p.npz"), "--what", "parameterization"]) == 0
    capsys.readouterr()
    for words in (
        ["sample", str(project), "-n", "5", "-o", str(tmp_path / "t.ply"), "--naive"],
        ["export", str(project), str(tmp_path / "q.npz"), "--what", "parameterization"],
        ["sample", f"{project}:5", "-n", "5", "-o", str(tmp_path / "t.ply")],
    ):
        assert main(words) == 1
    said = capsys.readouterr().err
    assert "Traceback" not in said
    assert "name a chart, as in P.budai:1" in said
    assert "holds 4 charts, none of the number 5" in said


def test_cells_and_transport_of_a_project_are_those_of_all_its_charts(run: Path, tmp_path: Path, capsys) -> None:
    project = run / "project.budai"
    assert main(["cells", str(project), "-o", str(tmp_path / "cells"), "--of", "decoder"]) == 0
    told = capsys.readouterr().err
    report = json.loads((run / "report.json").read_text("utf-8"))
    assert f"4 charts; decoders {report['cells']['decoder']['cells']:,} exact cells in their disks" in told
    assert "results in" in told
    assert told.rstrip().endswith("chart_00 to chart_03")
    for k in range(4):
        own, whole = (folder / f"chart_{k:02d}" / "cells_decoder.npz" for folder in (tmp_path / "cells", run))
        assert (np.load(own)["pattern_hash"] == np.load(whole)["pattern_hash"]).all()
    words = ["transport", str(project), "-o", str(tmp_path / "transport"), "--samples", "100", "--sites", "40"]
    assert main(words) == 0
    assert "Transport of 4 charts: 160 sites" in capsys.readouterr().err
    made = open_project(tmp_path / "transport" / "project.budai")
    assert [chart.transport.n_samples for chart in made.charts] == [100] * 4
    assert b"property int chart" in (tmp_path / "transport" / "samples.ply").read_bytes()[:2000]
    assert len(np.load(tmp_path / "transport" / "chart_03" / "transport.npz")["sites"]) == 40
    assert main(["transport", f"{project}:3", "-o", str(tmp_path / "one"), "--samples", "100", "--sites", "40"]) == 0
    assert (tmp_path / "one" / "transport.npz").exists()


@pytest.mark.parametrize("many", [1, 2, 3, 5])
def test_charts_are_shared_out_evenly_and_no_share_is_empty(many: int) -> None:
    sizes = [1000, 10, 10, 500, 480]
    edges = shares(sizes, many)
    assert (edges[0], edges[-1], len(edges)) == (0, 5, many + 1)
    assert (np.diff(edges) > 0).all()
    assert shares([10] * 8, 4) == [0, 2, 4, 6, 8]
