"""The window and the command line on one project: told, not mixed."""

import os
from pathlib import Path

import platformdirs
import pytest

from app.cli import main
from app.command_line.lock import PathLock
from app.shell.files import Files
from app.shell.open_file import OpenFile
from app.state.settings import Settings
from app.state.workspace import Workspace
from app.style.theme import Theme
from core.session.project_file import save_project
from tests.core.make import trained_project


@pytest.fixture(autouse=True)
def locks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(platformdirs, "user_state_dir", lambda *_: str(tmp_path / "state"))
    return tmp_path / "state" / "locks"


def test_a_file_that_others_have_written_is_noticed(tmp_path: Path) -> None:
    path, watched = tmp_path / "p.budai", OpenFile()
    path.write_text("first")
    assert not watched.has_changed(path)
    assert watched.open(path) == ""
    assert not watched.has_changed(path)
    path.write_text("another")
    assert watched.has_changed(path)
    assert not watched.has_changed(tmp_path / "q.budai")
    assert watched.open(path) == ""
    assert not watched.has_changed(path)
    path.unlink()
    assert not watched.has_changed(path)  # there is nothing to lose
    watched.close()


def test_a_command_does_not_write_into_what_the_window_has_open(tmp_path: Path, capsys) -> None:
    path, watched = tmp_path / "p.budai", OpenFile()
    save_project(trained_project(), path)
    watched.open(path)
    before = path.read_bytes()
    assert main(["train", str(path), "-o", str(path)]) == 1
    assert f"p.budai: another Budai, process {os.getpid()}, has it open or writes into it." in capsys.readouterr().err
    assert path.read_bytes() == before
    assert list(tmp_path.glob("*.checkpoint")) == []
    watched.close()


def test_the_window_does_not_write_over_what_a_command_has_written(qtbot, tmp_path: Path) -> None:
    from PySide6.QtWidgets import QWidget

    window = QWidget()
    qtbot.addWidget(window)
    workspace = Workspace()
    files = Files(workspace, Settings(tmp_path / "settings"), Theme("light"), window)
    told = []
    workspace.notified.connect(lambda notice: told.append(notice))
    path = tmp_path / "p.budai"
    save_project(trained_project(), path)
    lock = PathLock(path)
    assert lock.take() == ""
    files._on_project(trained_project(), str(path))
    assert [notice.action for notice in told if "in use by another Budai" in notice.text] == ["save_as"]
    lock.release()
    path.write_bytes(path.read_bytes() + b"more")
    assert files.save() is None
    assert "p.budai was written by another program since it was opened." in told[-1].text
    assert (told[-1].kind, told[-1].action) == ("warn", "save_as")
    assert path.read_bytes().endswith(b"more")
    workspace.close()
