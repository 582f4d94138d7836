"""A stage is a folder and one line: the program lives without one, and with one more; lists of results agree."""

import inspect
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from app.command_line.parser import parser
from app.command_line.report_file import run_report
from app.stages import STAGES, rows
from app.stages.exporting import available, exportables
from app.state.stage_work import StageWork
from core.base.progress import finish
from core.cells.cells import CellsOptions, find_cells
from core.session import stages as core_stages
from core.session.project_file import save_project
from tests.app.make_denoising import denoised_project
from tests.app.make_generation import generated_project
from tests.app.make_transport import transported_project
from tests.app.toy_stage import FILES

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def project():
    """A project that has a result of every stage."""
    made = transported_project()
    extra = {"denoising": denoised_project().denoising, "generation": generated_project().generation}
    found = finish(find_cells(made.source.surface, made.training.autoencoder, CellsOptions()))
    return made.updated(cells=found).updated(**extra)


@pytest.fixture
def tree(tmp_path):
    """A copy of the program; what is not changed in it is linked."""
    folder = tmp_path / "tree"
    shutil.copytree(ROOT / "app", folder / "app", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("core", "assets", "tests", "pyproject.toml"):
        (folder / name).symlink_to(ROOT / name)
    return folder


def use(tree: Path, project_file: Path, folder: Path) -> dict:
    """Return what the program in a tree has, after it has done all of it once in a process of its own."""
    folder.mkdir()
    given = [sys.executable, "-m", "tests.app.house", str(project_file), str(folder)]
    environment = {**os.environ, "PYTHONPATH": str(tree), "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(given, cwd=tree, env=environment, capture_output=True, text=True, check=False, timeout=280)
    assert done.returncode == 0, done.stderr[-4000:]
    return json.loads((folder / "found.json").read_text())


def edited(tree: Path, change) -> None:
    """Change the one list of stages."""
    listed = tree / "app" / "stages" / "__init__.py"
    text = listed.read_text("utf-8")
    assert change(text) != text
    listed.write_text(change(text), "utf-8")


@pytest.mark.parametrize("key", ["generation", "transport", "cells"])
def test_without_a_stage_the_rest_works(project, tree, tmp_path, key):
    save_project(project, tmp_path / "p.budai")
    shutil.rmtree(tree / "app" / "stages" / key)
    edited(tree, lambda text: re.sub(rf'^    "{key}",\n', "", text, flags=re.MULTILINE))
    found = use(tree, tmp_path / "p.budai", tmp_path / "out")
    assert found["rows"] == [other for other in STAGES if other != key]
    assert set(found["looks"]) == set(found["rows"])
    assert f"stage_{key}" not in found["actions"]
    gone = next(row for row in rows() if row.key == key).writes()
    assert not {one.key for one in gone.exports} & set(found["exports"])
    assert not set(gone.names) & set(found["written"])
    assert key not in found["report"]
    assert {"surface", "training", "denoising"} <= set(found["report"])
    assert {"surface", "reconstruction", "denoised"} <= set(found["exports"])


def test_another_stage_is_a_folder_and_a_line(project, tree, tmp_path):
    save_project(project, tmp_path / "p.budai")
    folder = tree / "app" / "stages" / "count"
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text, "utf-8")
    edited(tree, lambda text: text.replace('    "export",\n', '    "count",\n    "export",\n'))
    found = use(tree, tmp_path / "p.budai", tmp_path / "out")
    n = len(project.source.surface.vertices)
    assert found["rows"] == [*STAGES[:-1], "count", "export"]
    assert found["looks"]["count"] == "Ready"
    assert found["ran"] == f"{n} vertices"
    assert "count" in found["commands"]
    assert "stage_count" in found["actions"]
    assert found["exports"]["number"] == ["txt"]
    assert (tmp_path / "out" / "number.txt").read_text() == str(n)
    assert "count" in found["report"]
    assert "count" in found["saved"]


# -- lists of results ------------------------------------------------------------------------------------------------


def test_window_and_command_line_offer_the_same_results(project, capsys):
    keys = [one.key for one in exportables()]
    assert len(set(keys)) == len(keys)
    for key in keys:
        assert parser().parse_args(["export", "p.budai", "a.ply", "--what", key]).what == key
    with pytest.raises(SystemExit):
        parser().parse_args(["export", "p.budai", "a.ply", "--what", "happiness"])
    said = capsys.readouterr().err
    assert [name for name in keys if f"'{name}'" in said] == keys
    without_detail = set(keys) - {"reconstruction_pieces", "embeddings", "denoised_rows", "film", "unfolding"}
    without_detail -= {"map", "morph"}
    assert {one.key for one in available(project)} == without_detail


def test_every_result_can_be_exported_and_is_reported(project):
    report = run_report(project, "0", {}, 1)
    reported = {row.key: row.writes().report(project) for row in rows()}
    for key in core_stages.STAGES:
        assert key in STAGES
        assert next(row for row in rows() if row.key == key).writes().exports, key
        assert len(reported[key]) == 1
        (name,) = reported[key]
        assert report[name] or key in ("row_denoising", "comparison", "unfolding", "maps"), name
    # Of a disk there is no atlas, of a surface no embedding, and what is not saved is not there.
    others = {"preparation", "row_denoising", "comparison", "unfolding", "maps"}
    assert {*project.results, *others} == set(core_stages.STAGES)


def test_every_stage_has_the_halves_of_its_row():
    for row in rows():
        view = row.view()
        assert view.key == row.key
        assert view.title
        assert view.about
        if row.key in core_stages.STAGES:
            assert all(view.job)
            assert row.work is None or core_stages.STAGES[row.key] is row.work
    assert [row.key for row in rows()] == list(STAGES)


def test_what_a_stage_does_otherwise_in_the_window_is_called_as_what_all_do(qapp):
    for row in rows():
        kind = row.view().work
        for name, plain in inspect.getmembers(StageWork, inspect.isfunction):
            if name != "__init__":
                own = inspect.signature(getattr(kind, name)).parameters
                assert list(own) == list(inspect.signature(plain).parameters), (row.key, name)
