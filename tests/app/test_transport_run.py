"""`budai transport`, `budai sample` and the exports that need a transport, as a user calls them."""

import json
from pathlib import Path

import numpy as np
import pytest

from app.cli import main
from app.command_line.report_file import run_report
from core.io.load import load
from core.session.project import Project
from core.session.project_file import open_project, save_project
from tests.app.make_transport import transported_project
from tests.core.make import trained_project


@pytest.fixture
def solved(tmp_path: Path) -> Path:
    """Return a saved project that holds a transport."""
    save_project(transported_project(), tmp_path / "solved.budai")
    return tmp_path / "solved.budai"


def test_transport_writes_its_files_and_the_project(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    save_project(trained_project(), tmp_path / "p.budai")
    out = tmp_path / "new" / "out"
    given = ["transport", str(tmp_path / "p.budai"), "-o", str(out), "--samples", "300", "--chart", "harmonic"]
    assert main([*given, "--sites", "60"]) == 0
    names = {path.name for path in out.iterdir()}
    assert {"transport.npz", "samples.ply", "transport.png", "transport.svg", "project.budai"} < names
    assert {"parameterization.obj", "parameterization.glb"} < names
    with np.load(out / "transport.npz") as held:
        assert str(held["chart"]) == "harmonic chart"
        assert len(held["sites"]) == 60
    assert len(load(out / "samples.ply").data.points) == 300
    back = open_project(out / "project.budai")
    assert back.transport is not None
    assert back.options["transport"] == back.transport.options
    said = capsys.readouterr()
    assert said.out == ""
    assert "60 sites in the harmonic chart" in said.err
    assert "Uniformity of 50,000 samples" in said.err


def test_samples_are_drawn_from_a_solved_project(solved: Path, tmp_path: Path) -> None:
    for name, more in (("a", []), ("b", ["--naive"]), ("c", ["--seed", "5"])):
        assert main(["sample", str(solved), "-n", "700", "-o", str(tmp_path / f"{name}.ply"), *more]) == 0
    points = [load(tmp_path / f"{name}.ply").data.points for name in "abc"]
    assert [len(part) for part in points] == [700] * 3
    assert not np.array_equal(points[0], points[2])


@pytest.mark.parametrize(
    ("what", "name"), [("parameterization", "p.obj"), ("parameterization", "p.svg"), ("samples", "s.ply")]
)
def test_exports_of_a_solved_project(solved: Path, tmp_path: Path, what: str, name: str) -> None:
    assert main(["export", str(solved), str(tmp_path / name), "--what", what]) == 0
    assert (tmp_path / name).stat().st_size > 1000


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["sample", "P", "-n", "0", "-o", "OUT.ply"], "0 samples cannot be drawn"),
        (["sample", "P", "-n", "5", "-o", "OUT.obj"], "Use .ply."),
        (["sample", "P", "-n", "5", "-o", "no/such/OUT.ply"], "does not exist"),
        (["transport", "P", "-o", "OUT", "--measure", "scalar"], "No scalar is named"),
        (["transport", "P", "-o", "OUT", "--tolerance", "0"], "Tolerance is 0"),
        (["transport", "NONE", "-o", "OUT"], "cannot be read"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    arguments: list[str], text: str, solved: Path, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    places = {"P": str(solved), "NONE": str(tmp_path / "none.budai")}
    given = [places.get(word, word.replace("OUT", str(tmp_path / "out"))) for word in arguments]
    given = [word.replace("no/such/" + str(tmp_path / "out"), str(tmp_path / "no" / "out")) for word in given]
    assert main(given) == 1
    said = capsys.readouterr().err
    assert text in said
    assert said.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_the_report_has_the_figures_of_the_transport() -> None:
    project = transported_project()
    report = run_report(project, "0", {"transport": 1.5}, 0)
    part = json.loads(json.dumps(report))["transport"]
    names = "sites newton_steps max_area_error_rel duality_gap wasserstein2 seconds area_ratio_sd"
    names += " area_ratio_max_deviation flipped_triangles uniformity_p_before uniformity_p_after"
    assert all(isinstance(part[name], float | int) for name in names.split())
    assert report["timings"]["transport"] == 1.5
    assert run_report(Project(source=project.source), "0", {}, 0)["transport"] is None
