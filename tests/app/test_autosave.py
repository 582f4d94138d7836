"""Work that is in no file outlives the program."""

from pathlib import Path

import pytest

from app.command_line.lock import PathLock
from app.process.file_work import read_project, write_project
from app.shell.autosave import KEPT, Autosave
from app.shell.files import saved_of
from app.shell.recovery import can_revert, offer_recovery
from app.state.workspace import Workspace
from core.base.progress import finish as finished
from core.training.options import TrainingOptions
from tests.app.chrome_room import Room, StillWorkers, finish
from tests.core.make import trained_project


@pytest.fixture
def workspace(qapp):
    return Workspace(StillWorkers())


def write(autosave: Autosave) -> Path:
    """Let the job of a copy do its work."""
    job = autosave.write()
    _, function, arguments = autosave._workspace.workers.started[-1]
    assert function is write_project
    finished(write_project(*arguments))
    finish(job, arguments[1])
    return Path(arguments[1])


def edited(workspace: Workspace, seed: int) -> None:
    workspace.set_options("training", TrainingOptions(seed=seed))


def crash(autosave: Autosave) -> None:
    """What a killed process leaves: its files, and no lock."""
    autosave._lock.release()
    autosave._lock = None


def test_the_last_copies_of_what_is_not_saved_are_kept(workspace, tmp_path):
    autosave = Autosave(workspace, saved_of, tmp_path)
    assert autosave.write() is None
    workspace.start_over(trained_project())
    written = []
    for seed in range(1, KEPT + 3):
        edited(workspace, seed)
        written.append(write(autosave))
    assert sorted(tmp_path.glob("*.budai")) == written[-KEPT:]
    assert autosave.write() is None
    workspace.mark_saved(tmp_path / "a.budai")
    assert list(tmp_path.glob("*.budai")) == []


def test_nothing_is_kept_of_what_is_in_its_file(workspace, tmp_path):
    autosave = Autosave(workspace, saved_of, tmp_path)
    workspace.start_over(trained_project(), tmp_path / "a.budai")
    assert not autosave.is_wanted
    edited(workspace, 3)
    assert autosave.is_wanted
    workspace.replace(workspace.saved)
    assert not autosave.is_wanted
    workspace.undo()
    assert workspace.options("training").seed == 3
    assert can_revert(workspace)


def test_a_crash_is_recovered_from_and_a_living_window_left_alone(tmp_path, qapp):
    first, second = (Workspace(StillWorkers()) for _ in range(2))
    dying = Autosave(first, saved_of, tmp_path)
    first.start_over(trained_project())
    edited(first, 7)
    path = write(dying)
    later = Autosave(second, saved_of, tmp_path)
    assert later.lost() == []
    crash(dying)
    (found,) = later.lost()
    assert (found.path, found.name) == (path, first.whole.source.name)
    second.start_over(finished(read_project(str(found.path))))
    later.recovered(found)
    assert second.options("training").seed == 7
    assert later.lost() == []
    assert path.exists()
    write(later)
    assert not path.exists()


def test_the_window_offers_to_recover(qtbot, tmp_path, monkeypatch):
    monkeypatch.setattr("app.views.view_grid.has_opengl", lambda drawing: False)
    room = Room(qtbot, tmp_path)
    try:
        offer_recovery(room.window)
        assert room.window.notifications.shown == []
        other = Workspace(StillWorkers())
        dying = Autosave(other, saved_of, room.window.autosave.folder)
        other.start_over(trained_project())
        path = write(dying)
        crash(dying)
        offer_recovery(room.window)
        assert "ended without saving" in room.window.notifications.shown[-1].text
        room.trigger("recover")
        finish(room.workers.last, finished(read_project(str(path))))
        assert room.workspace.project.training is not None
        assert room.workspace.path is None
        assert not room.workspace.is_saved
    finally:
        room.close()
    assert list(tmp_path.rglob("*-0001.budai")) == []
    assert PathLock(path, path.parent / "locks").take() == ""
