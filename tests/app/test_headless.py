"""A run without a window ends with all results that there can be, whatever fails on its way."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

import app.stages.cells.headless as cells
import app.stages.training.headless as headless
import app.stages.transport.headless as transport
from app.cli import main
from app.command_line.run_folder import UNFINISHED
from core.base.errors import BudaiError, InputError
from core.io.atomic import WriteError
from core.session.project_file import open_project
from tests.core.make import trained_project

DRAWN = (
    "app.scene.pictures.draw_overview",
    "app.scene.pictures.draw_cells",
    "app.stages.transport.scene.sheet.draw_transport",
)


@pytest.fixture
def surface(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file that is never read: what is trained on it is there already."""
    file = tmp_path / "surface.ply"
    file.write_text("ply")
    monkeypatch.setattr(headless, "_trained", lambda *_: (trained_project(), {"train": 1.0}))
    for name in DRAWN:
        monkeypatch.setattr(name, lambda _, path: path.write_text("picture"))
    return file


def raising(error: BaseException):
    def fail(*_: object, **__: object):
        raise error

    return fail


@pytest.mark.parametrize("error", [BudaiError("It is too cold."), MemoryError()])
def test_a_stage_that_fails_leaves_the_results_of_the_others(
    surface: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys, error: BaseException
) -> None:
    monkeypatch.setattr(cells, "IN_RUN", replace(cells.IN_RUN, take=raising(error)))
    monkeypatch.setattr(transport, "IN_RUN", replace(transport.IN_RUN, take=raising(error)))
    monkeypatch.setattr(DRAWN[0], raising(RuntimeError("there is no OpenGL")))
    assert main(["run", str(surface), "-o", str(tmp_path / "out")]) == 0
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert {"project.budai", "surface.ply", "autoencoder.json", "reconstruction.ply", "report.json"} <= names
    said = capsys.readouterr().err
    why = str(error) or "there is too little memory."
    assert f"The cells could not be computed: {why}" in said
    assert f"The transport could not be solved: {why}" in said
    assert "overview.png could not be drawn: there is no OpenGL" in said
    report = json.loads((tmp_path / "out" / "report.json").read_text("utf-8"))
    assert (report["cells"], report["transport"]) == (None, None)


def test_files_of_a_stage_that_cannot_be_written_spare_the_others(
    surface: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    monkeypatch.setattr(cells, "IN_RUN", replace(cells.IN_RUN, take=raising(BudaiError("No cells."))))
    monkeypatch.setattr(transport, "IN_RUN", replace(transport.IN_RUN, take=raising(BudaiError("No transport."))))
    monkeypatch.setattr("core.session.export.write_autoencoder", raising(InputError("autoencoder.json", "is stuck")))
    assert main(["run", str(surface), "-o", str(tmp_path / "out")]) == 0
    assert "Files are missing: autoencoder.json: is stuck." in capsys.readouterr().err
    assert (tmp_path / "out" / "report.json").exists()


def test_what_was_trained_is_rescued_and_an_earlier_run_stays(
    surface: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    monkeypatch.setattr("platformdirs.user_state_dir", lambda *_: str(tmp_path / "state"))
    out = tmp_path / "out"
    out.mkdir()
    for name in ("project.budai", "report.json", "transport.npz"):
        (out / name).write_text("old")
    save = headless.save_project

    def full(project: object, path: Path) -> None:
        if path.is_relative_to(out):
            raise WriteError(path.name, "cannot be written (No space left on device)")
        save(project, path)

    monkeypatch.setattr(headless, "save_project", full)
    assert main(["run", str(surface), "-o", str(out)]) == 1
    said = capsys.readouterr().err
    kept = next((tmp_path / "state" / "rescued").rglob("project.budai"))
    assert f"fetch it with: mv {kept} {out / UNFINISHED / 'project.budai'}" in said
    assert open_project(kept).training is not None
    assert {path.name: path.read_text() for path in out.iterdir() if path.is_file()} == dict.fromkeys(
        ("project.budai", "report.json", "transport.npz"), "old"
    )


def test_a_folder_without_room_is_refused_before_the_training(
    surface: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    monkeypatch.setattr(headless, "_least_bytes", lambda _: 10**15)
    monkeypatch.setattr(headless, "_trained", raising(AssertionError("trained")))
    assert main(["run", str(surface), "-o", str(tmp_path / "out")]) == 1
    assert main(["train", str(surface), "-o", str(tmp_path / "p.budai")]) == 1
    assert capsys.readouterr().err.count("has no room for the results") == 2
    assert not (tmp_path / "out").exists()
