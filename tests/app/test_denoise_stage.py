"""The stage *Denoise* in the column: its form, its states, its words, its file."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog

from app.state.stage_state import StageState
from core.denoising.options import DenoisingOptions
from tests.app.chrome_room import Room
from tests.app.chrome_room import finish as finish_job
from tests.app.make_denoising import denoised_project


@pytest.fixture
def room(qtbot, tmp_path, monkeypatch):
    monkeypatch.setattr("app.views.view_grid.has_opengl", lambda drawing: False)
    made = Room(qtbot, tmp_path)
    yield made
    made.close()


def panel(room):
    return room.window.column.panels["denoising"]


def test_it_runs_and_tells_how_far_points_were_and_are(room):
    done = denoised_project()
    room.show(replace(done, denoising=None))
    room.trigger("stage_denoising")
    assert panel(room).primary.text() == "Denoise"
    room.trigger("run_stage")
    job, _, arguments = room.workers.started[-1]
    assert job.title == "denoising"
    assert arguments == (done.source, None, done.training, DenoisingOptions())
    finish_job(job, done.denoising)
    words = panel(room).header.look.words
    assert words.startswith("Noise ")
    assert words.endswith(" from the surface")
    assert panel(room).caption.text().startswith("Up to date · 400 points in ")
    assert panel(room).primary.text() == "Denoise again"
    bar = room.window.job_bar
    assert (bar.name.text(), bar.detail.text()[:14]) == ("Denoised", "400 points in ")


def test_the_form_shows_what_matters_for_its_input(room):
    room.show(denoised_project())
    room.trigger("stage_denoising")
    rows = panel(room).form.rows
    hidden = {name for name, row in rows.items() if row.editor.isHidden() and not row.is_advanced}
    assert hidden == {"path"}
    room.workspace.set_options("denoising", DenoisingOptions(input="file", path="a.ply"))
    hidden = {name for name, row in rows.items() if row.editor.isHidden() and not row.is_advanced}
    assert hidden == {"noise", "level", "count"}


def test_a_file_is_asked_for_when_file_is_chosen_and_when_none_is_there(room, monkeypatch):
    asked = []
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *args: asked.append(args) or ("", ""))
    room.show(denoised_project())
    room.trigger("stage_denoising")
    editor = panel(room).form.rows["input"].editor
    editor.set_value("file")
    editor.edited.emit()
    assert len(asked) == 1
    room.trigger("run_stage")
    assert len(asked) == 2
    assert not room.workers.started
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *args: ("/scans/noisy.pcd", ""))
    room.trigger("open_noisy")
    options = room.workspace.options("denoising")
    assert (options.input, options.path) == ("file", "/scans/noisy.pcd")
    room.trigger("run_stage")
    assert room.workers.last.title == "denoising"


def test_a_cloud_dropped_on_the_stage_is_its_input(room):
    room.show(denoised_project())
    window, data = room.window, QMimeData()
    data.setUrls([QUrl.fromLocalFile("/scans/noisy.pcd")])
    action, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    middle = panel(room).mapTo(window, panel(room).rect().center())
    window.dragMoveEvent(QDragMoveEvent(middle, action, data, left, none))
    assert window.drop_frame.text == "Denoise noisy.pcd"
    window.dragMoveEvent(QDragMoveEvent(window.grid.pos(), action, data, left, none))
    assert window.drop_frame.text == "Open noisy.pcd"
    window.dropEvent(QDropEvent(QPointF(middle), action, data, left, none))
    options = room.workspace.options("denoising")
    assert (options.input, options.path) == ("file", "/scans/noisy.pcd")
    assert room.workspace.open_stage == "denoising"
    assert not room.workers.started


def test_methods_that_were_not_run_are_grey(room):
    project = denoised_project()
    few = replace(project.denoising, results=project.denoising.results[:4])
    room.show(replace(project, denoising=few))
    room.trigger("stage_denoising")
    combo = panel(room).display.rows["method"].editor
    offered = {combo.itemData(k) for k in range(combo.count()) if combo.model().item(k).isEnabled()}
    assert offered == {"result", *(result.method for result in few.results[2:])}


def test_the_display_makes_nothing_outdated(room):
    room.show(denoised_project())
    room.trigger("stage_denoising")
    display = panel(room).display
    display.rows["to_true_foot"].editor.click()
    assert not room.workspace.display("denoising").to_true_foot
    assert room.workspace.state("denoising") is StageState.DONE
    assert not room.workspace.can_undo
