"""Tables whose coordinates have to be asked for, and surfaces that are mended on request, in the window."""

import json

import numpy as np
import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QDialog

from app.process.jobs import Workers
from app.shell.columns_dialog import ColumnsDialog
from app.shell.command_lines import stage_command
from assets import sample_path
from core.data.reading_options import ReadingOptions
from core.io.load import load
from core.io.readers.tables.column_choice import ColumnsQuestion
from core.io.writers.mesh import MeshToWrite, write_mesh
from core.session.project import Project
from tests.app.chrome_room import Room
from tests.core.geometry.test_gaps import patch

TABLE = "time,p,q,r\n7,1,2,3.5\n7,4,5,6\n8,0,5,1\n"


@pytest.fixture
def room(qtbot, tmp_path, monkeypatch):
    monkeypatch.setattr("app.views.view_grid.has_opengl", lambda drawing: False)
    made = Room(qtbot, tmp_path)
    made.workspace.workers = Workers(made.workspace)  # jobs in processes, as in the program
    yield made
    made.close()


def answer_with(monkeypatch, *answers):
    """Let dialogs for columns be answered, each by a function; return the dialogs' texts."""
    seen = []

    def run(dialog):
        seen.append(dialog.columns)
        return answers[len(seen) - 1](dialog)

    monkeypatch.setattr(ColumnsDialog, "exec", run)
    return seen


def choose(*columns):
    """Return an answer that takes columns by their numbers from 0."""

    def answer(dialog):
        for box, k in zip(dialog.boxes, columns, strict=True):
            box.set_value(str(k))
        return QDialog.DialogCode.Accepted

    return answer


def test_the_window_asks_for_the_columns_and_remembers_them(qtbot, room, tmp_path, monkeypatch):
    seen = answer_with(monkeypatch, choose(2, 3, 1), lambda dialog: QDialog.DialogCode.Accepted)
    told = []
    room.workspace.notified.connect(lambda notice: told.append(notice.kind))
    path = tmp_path / "scan.csv"
    path.write_text(TABLE)
    room.window.files.open_path(str(path))
    qtbot.waitUntil(lambda: room.workspace.project.source is not None, timeout=60_000)
    source = room.workspace.project.source
    assert seen == [("p", "q", "r")]  # the guess leaves the time out
    assert source.how.columns == ("q", "r", "p")
    np.testing.assert_array_equal(source.data.points, [[2, 3.5, 1], [5, 6, 4], [5, 1, 0]])
    assert "bad" not in told
    assert "--columns q,r,p" in stage_command(room.workspace)[0]
    room.window.files.open_path(str(path))
    qtbot.waitUntil(lambda: room.workspace.project.source is not source, timeout=60_000)
    assert seen[1] == ("q", "r", "p")
    assert room.workspace.project.source.how.columns == ("q", "r", "p")


def test_cancel_leaves_the_window_as_it_was(qtbot, room, tmp_path, monkeypatch):
    former = Project(source=load_patch(tmp_path, 0.0))
    room.show(former)
    seen = answer_with(monkeypatch, lambda dialog: QDialog.DialogCode.Rejected)
    path = tmp_path / "scan.csv"
    path.write_text(TABLE)
    room.window.files.open_path(str(path))
    qtbot.waitUntil(lambda: len(seen) == 1, timeout=60_000)
    assert room.workspace.project is former
    assert room.workspace.jobs == {}
    assert str(path) not in room.settings.preferences.recent_files
    assert room.window.notifications.shown == []


QUESTION = ColumnsQuestion(
    "scan.csv",
    "no columns are named as coordinates (there are: time, p, q, r)",
    ("time", "p", "q", "r", "tree"),
    (("7", "1", "2", "3.5", "oak"), ("7", "4", "5", "6", "elm")),
    (0, 1, 2, 3),
    (1, 2, 3),
)


def test_the_dialog_says_what_will_be_read(room):
    dialog = ColumnsDialog(room.theme, QUESTION, room.window)
    assert dialog.columns == ("p", "q", "r")
    assert "(1, 2, 3.5)" in dialog.explanation.text()
    assert [dialog.table.horizontalHeaderItem(k).text() for k in range(5)] == [
        "time",
        "p = x",
        "q = y",
        "r = z",
        "tree",
    ]
    dialog.boxes[0].set_value("0")
    dialog.boxes[0].edited.emit()
    assert "(7, 2, 3.5)" in dialog.explanation.text()
    dialog.boxes[1].set_value("0")
    dialog.boxes[1].edited.emit()
    assert not dialog.open_button.isEnabled()
    assert "three different" in dialog.explanation.text()
    dialog.deleteLater()


@pytest.mark.parametrize(
    ("former", "expected"), [(("r", "time", "p"), ("r", "time", "p")), (("r", "gone", "p"), ("p", "q", "r"))]
)
def test_the_dialog_begins_with_the_former_answer_where_it_fits(room, former, expected):
    dialog = ColumnsDialog(room.theme, QUESTION, room.window, former)
    assert dialog.columns == expected
    dialog.deleteLater()


def test_the_dialog_is_left_by_its_buttons(room):
    def press(text):
        dialog = QApplication.activeModalWidget()
        next(b for b in dialog.findChildren(type(dialog.open_button)) if b.text() == text).click()

    for text, code in (("Cancel", QDialog.DialogCode.Rejected), ("Open", QDialog.DialogCode.Accepted)):
        dialog = ColumnsDialog(room.theme, QUESTION, room.window)
        QTimer.singleShot(0, dialog, lambda text=text: press(text))
        assert dialog.exec() == code
        dialog.deleteLater()


def load_patch(folder, shift):
    """Open a square whose triangles have corners of their own, moved by up to a length."""
    loose = patch(shift=shift)
    write_mesh(MeshToWrite(loose.vertices, loose.faces), folder / "loose.ply")
    return load(folder / "loose.ply")


def test_corners_that_nearly_meet_are_joined_on_request(qtbot, room, tmp_path):
    load_patch(tmp_path, 1e-6)
    room.window.files.open_path(str(tmp_path / "loose.ply"))
    qtbot.waitUntil(lambda: room.workspace.project.source is not None, timeout=60_000)
    former = room.workspace.project
    assert not former.source.topology.is_disk
    assert [made.text for made in room.window.notifications.shown if "nearly meet" in made.text]
    assert not room.window.inspector.stages["training"].repairs._action.isHidden()
    room.window.inspector.stages["training"].repairs._action.click()
    qtbot.waitUntil(lambda: room.workspace.project is not former, timeout=60_000)
    source = room.workspace.project.source
    assert source.topology.is_disk
    assert (source.gap, source.how) == (0.0, ReadingOptions(weld=former.source.gap))
    assert source.warnings == ()
    assert "Joined corners up to" in source.repairs[-1]
    assert f"--weld {former.source.gap:.17g}" in stage_command(room.workspace)[0]
    assert not room.window.actions_by_key.commands["weld"].ready(room.workspace)
    assert room.window.inspector.stages["training"].repairs._action.isHidden()
    assert not [made.text for made in room.window.notifications.shown if "nearly meet" in made.text]
    again = load(tmp_path / "loose.ply", source.how)  # what the copied command does
    np.testing.assert_array_equal(again.surface.vertices, source.surface.vertices)
    assert (again.repairs, again.warnings) == (source.repairs, source.warnings)
    room.trigger("undo")
    assert room.workspace.project is former


def test_what_is_remembered_of_columns_is_json(room, tmp_path, qtbot, monkeypatch):
    answer_with(monkeypatch, choose(2, 3, 1))
    path = tmp_path / "scan.csv"
    path.write_text(TABLE)
    room.window.files.open_path(str(path))
    qtbot.waitUntil(lambda: room.workspace.project.source is not None, timeout=60_000)
    keys = [key for key in room.settings.geometry.allKeys() if key.startswith("columns/")]
    assert [json.loads(room.settings.geometry.value(key)) for key in keys] == [["q", "r", "p"]]


def test_a_surface_is_simplified_on_request(qtbot, room, tmp_path, monkeypatch):
    monkeypatch.setattr("app.stages.source.remedies.MANY_FACES", 4000)
    monkeypatch.setattr("app.stages.source.remedies.QInputDialog.getInt", lambda *given: (900, True))
    room.window.files.open_path(str(sample_path("torus")))
    qtbot.waitUntil(lambda: room.workspace.project.source is not None, timeout=60_000)
    former = room.workspace.project
    assert [made.text for made in room.window.notifications.shown if "torus has" in made.text]
    room.trigger("simplify")
    qtbot.waitUntil(lambda: room.workspace.project is not former, timeout=120_000)
    source = room.workspace.project.source
    assert len(source.surface.faces) == source.topology.n_faces == 900
    assert source.topology.genus == 1
    assert source.repairs[-1].startswith(f"Simplified {former.source.topology.n_faces:,} triangles to 900. Of 20,000 ")
    assert "--simplify 900" in stage_command(room.workspace)[0]
    again = load(sample_path("torus"), source.how)
    np.testing.assert_array_equal(again.surface.faces, source.surface.faces)
    assert again.repairs == source.repairs
    room.trigger("undo")
    assert room.workspace.project is former


def test_a_surface_is_made_of_an_open_cloud_and_undo_takes_it_back(qtbot, room, tmp_path):
    rng = np.random.default_rng(0)
    plane = rng.uniform(-1, 1, (1500, 2))
    np.savetxt(tmp_path / "sheet.xyz", np.column_stack([plane, 0.2 * np.sin(2 * plane[:, 0])]))
    told = []
    room.workspace.notified.connect(lambda notice: told.append((notice.text, notice.action)))
    room.window.files.open_path(str(tmp_path / "sheet.xyz"))
    qtbot.waitUntil(lambda: room.workspace.project.source is not None, timeout=60_000)
    assert any(action == "surface" for _, action in told)
    cloud = room.workspace.whole.source
    room.trigger("surface")
    qtbot.waitUntil(lambda: room.workspace.whole.source is not cloud, timeout=120_000)
    made = room.workspace.whole.source
    assert made.is_disk
    assert made.is_learned
    assert not room.window.actions_by_key.commands["surface"].ready(room.workspace)
    assert any("Made a surface of 1,500 points" in text for text, _ in told)
    room.trigger("undo")
    assert room.workspace.whole.source.is_cloud
