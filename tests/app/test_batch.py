"""Many files, one run each, and a table of them."""

import csv
import json
import pickle
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import trimesh

import app.stages.training.batch as batch
import app.stages.training.batch_elsewhere as elsewhere
from app.cli import main
from core.base.errors import BudaiError
from tests.core.make import bumpy_disk

REPORT = {
    "surface": {"vertices": 1234, "faces": 2466, "genus": 0, "boundary_loops": 1},
    "training": {"steps": 20, "rmse_rel": 0.00123},
    "cells": None,
    "timings": {"total": 61.2},
    "peak_memory_bytes": 5e8,
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "in"
    (made / "deeper").mkdir(parents=True)
    for name in ("a.ply", "a.obj", "b.off", "notes.pdf", "deeper/c.stl"):
        (made / name).write_text("-")
    return made


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list:
    """Runs that are asked for; that of b.off fails."""
    runs = []

    def finish_in_child(function, file, out, *given):
        runs.append((file.name, out.name, given[2]))
        if file.name == "b.off":
            raise BudaiError("b.off: is | odd.\nTry another.")
        out.mkdir(parents=True, exist_ok=True)
        (out / "report.json").write_text(json.dumps(REPORT))
        return REPORT

    monkeypatch.setattr(batch, "finish_in_child", finish_in_child)
    return runs


def test_a_batch_goes_on_after_failures_and_resumes(folder, tmp_path, asked, capsys) -> None:
    words = ["batch", str(folder), "-o", str(tmp_path / "out"), "--seconds", "1"]
    assert main(words) == 1
    assert [name for name, _, _ in asked] == ["a.obj", "a.ply", "b.off"]
    assert [name for _, name, _ in asked] == ["a_obj", "a_ply", "b"]
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "| file | state | vertices | triangles | genus | loops | steps | RMSE % | MB | seconds |"
    assert told[2] == "| a.obj | done | 1,234 | 2,466 | 0 | 1 | 20 | 0.123 | 500 | 61 |"
    assert told[4].startswith("| b.off | failed: b.off: is \\| odd. Try another. |")
    rows = list(csv.DictReader((tmp_path / "out" / "batch.csv").read_text().splitlines()))
    assert [row["state"] for row in rows] == ["done", "done", "failed"]
    assert float(rows[0]["RMSE %"]) == pytest.approx(0.123)
    assert "| a.obj | done |" in (tmp_path / "out" / "batch.md").read_text()
    assert main(words) == 1
    assert len(asked) == 3
    (tmp_path / "out" / "a_ply" / "report.json").unlink()
    (tmp_path / "out" / "a_ply" / batch.KEPT).touch()
    assert main([*words, "-r"]) == 1
    assert asked[3:] == [("a.ply", "a_ply", True), ("c.stl", "deeper_c", False)]
    assert main([*words, "--again"]) == 1
    assert len(asked) == 8


def test_a_batch_is_handed_to_a_scheduler(folder, tmp_path, asked, capsys, monkeypatch) -> None:
    """What Dask would do elsewhere is done here: the messages and the folders are the same."""
    words = ["batch", str(folder), "-o", str(tmp_path / "out"), "--dask", "tcp://head:8786"]
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert main(words) == 1
    assert capsys.readouterr().err.strip() == "Batch: Dask is not installed. Install it: pip install 'budai[dask]'"

    class Future:
        def __init__(self, status):
            self.status = status

        def exception(self):
            return "killed"

    class Client:
        def __init__(self, address, timeout):
            if "nowhere" in address:
                raise OSError("timed out")

        def __enter__(self):
            return self

        def __exit__(self, *_):
            pass

        def submit(self, function, parts, pure):
            entry, *given = pickle.loads(parts)
            assert function is elsewhere.far_run
            assert entry.folder.is_absolute()
            if entry.file.name == "a.obj":
                return Future("error")
            batch.run_entry(entry, *given)
            return Future("finished")

    distributed = ModuleType("distributed")
    distributed.Client, distributed.as_completed = Client, list
    monkeypatch.setitem(sys.modules, "distributed", distributed)
    assert main([*words[:-1], "tcp://nowhere:1"]) == 1
    assert "no scheduler of Dask answers at tcp://nowhere:1 (timed out)" in capsys.readouterr().err
    assert main(words) == 1
    rows = list(csv.DictReader((tmp_path / "out" / "batch.csv").read_text().splitlines()))
    assert [row["state"] for row in rows] == ["failed", "done", "failed"]
    assert rows[0]["reason"] == "The worker failed: killed"
    assert [name for name, _, _ in asked] == ["a.ply", "b.off"]
    assert main(words) == 1
    assert len(asked) == 2


def test_a_folder_without_surfaces_is_refused(tmp_path, capsys) -> None:
    assert main(["batch", str(tmp_path), "-o", str(tmp_path / "out")]) == 1
    assert "holds no file that can be read" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
    assert main(["batch", str(tmp_path / "nowhere"), "-o", str(tmp_path / "out")]) == 1
    assert "is no folder" in capsys.readouterr().err


@pytest.mark.slow
def test_files_are_really_run(tmp_path, capsys) -> None:
    (tmp_path / "in").mkdir()
    surface = bumpy_disk()
    trimesh.Trimesh(surface.vertices, surface.faces, process=False).export(tmp_path / "in" / "bumpy.ply")
    (tmp_path / "in" / "bad.ply").write_text("ply\n")
    np.savetxt(
        tmp_path / "in" / "line.csv", np.column_stack([np.arange(9)] * 3), "%g", ",", header="x,y,z", comments=""
    )
    flags = ["--preset", "small", "--steps", "20", "--seconds", "2", "--detail-nodes", "64"]
    assert main(["batch", str(tmp_path / "in"), "-o", str(tmp_path / "out"), *flags]) == 1
    rows = {row["file"]: row for row in csv.DictReader((tmp_path / "out" / "batch.csv").read_text().splitlines())}
    assert rows["bumpy.ply"]["state"] == "done"
    assert float(rows["bumpy.ply"]["steps"]) == 20
    assert "bad.ply" in rows["bad.ply"]["reason"]
    assert rows["line.csv"]["state"] == "failed"
    assert (tmp_path / "out" / "bumpy" / "project.budai").exists()
