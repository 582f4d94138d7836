"""The window: a change of the project shows, and a click changes the project."""

import sys
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from app.scene.palette import DARK, LIGHT
from app.shell.dialogs import DISCARD, SAVE
from app.stages.transport.display import TransportDisplay
from app.state.selection import Pick
from app.state.stage_state import Notice
from app.views.stage_panel import StagePanel
from app.widgets.badge import Badge
from app.widgets.canvas.newest import Newest
from app.widgets.primary_button import PrimaryButton
from app.widgets.value_row import Line, ValueRow
from core.base.progress import Progress
from core.data.surface import Surface
from core.generation.options import GenerationOptions
from core.io.load import load
from core.session.project import Project
from core.training.options import TrainingOptions
from core.training.options_file import options_from_toml
from tests.app.chrome_room import Room, fail, finish
from tests.app.make_denoising import denoised_project
from tests.app.make_generation import generated_project
from tests.app.make_transport import transported_project
from tests.app.test_cells_views import with_cells
from tests.core.make import bumpy_disk, trained_project

pytestmark = [pytest.mark.qt_log_level_fail("WARNING"), pytest.mark.qt_log_ignore("propagateSizeHints")]


@pytest.fixture
def make_room(qtbot, monkeypatch, tmp_path):
    monkeypatch.setattr("app.views.view_grid.has_opengl", lambda drawing: False)
    made = []

    def make(**how):
        made.append(Room(qtbot, tmp_path, **how))
        return made[-1]

    yield make
    for room in made:
        room.close()


@pytest.fixture
def room(make_room):
    return make_room()


TETRAHEDRON = np.array([[0.0, 0.0, 0.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
TETRAHEDRON_FACES = np.array([[0, 2, 1], [0, 1, 3], [1, 2, 3], [0, 3, 2]])


def settle():
    """Let layouts pass their requests upwards, level by level."""
    for _ in range(5):
        QApplication.processEvents()


def untrained(surface=None):
    return replace(trained_project(surface), training=None, options={})


def look(room, key):
    return room.window.column.panels[key].header.look


# -- pipeline ----------------------------------------------------------------------------------------------------------


def test_stages_show_how_they_stand(room):
    assert look(room, "source").state == "ready"
    assert look(room, "training").state == "not yet"
    room.show(untrained())
    assert look(room, "source").state == "done"
    assert look(room, "source").words == "127 vertices · disk · 1 repair"
    assert look(room, "training").state == "ready"
    assert look(room, "export").words == "Surface only so far"
    room.show(trained_project())
    assert look(room, "training").state == "done"
    assert look(room, "training").words == "RMSE 10 % · 1 s · seed 0"
    assert look(room, "export").state == "ready"


def test_a_click_opens_a_stage_and_only_one_form_is_in_sight(room):
    room.show(untrained())
    room.window.column.panels["training"].header.click()
    assert room.workspace.open_stage == "training"
    shown = [key for key, panel in room.window.column.panels.items() if not panel._scroll.isHidden()]
    assert shown == ["training"]


def test_all_stages_are_of_one_class(room):
    assert {type(panel) for panel in room.window.column.panels.values()} == {StagePanel}


def test_the_form_changes_the_options_of_the_project_and_undo_takes_it_back(room):
    room.show(untrained())
    room.trigger("stage_training")
    form = room.window.column.open_panel.form
    form.rows["mode"].editor.button("free").click()
    assert room.workspace.options("training").mode == "free"
    room.trigger("undo")
    assert room.workspace.options("training").mode == "guided"
    assert form.value().mode == "guided"


def test_f5_trains_pauses_and_goes_on(qtbot, room):
    room.show(untrained())
    room.trigger("stage_training")
    panel = room.window.column.open_panel
    assert panel.primary.text() == "Train"
    qtbot.mouseClick(panel.primary, Qt.MouseButton.LeftButton)
    job = room.workers.last
    assert room.workspace.jobs == {"training": job}
    assert panel.primary.text() == "Pause"
    assert not panel.form.isEnabled()
    job.progress = Progress(0.1, "Training")
    room.trigger("run_stage")
    assert job.is_paused
    assert panel.primary.text() == "Resume"
    assert look(room, "training").words == "Paused"
    room.trigger("step")
    room.trigger("run_stage")
    assert not job.is_paused
    assert job._child.sent == ["pause", "step", "resume"]


def test_what_is_typed_but_not_confirmed_counts_when_training_starts(room):
    room.show(untrained())
    room.trigger("stage_training")
    room.window.column.open_panel.form.rows["seed"].editor._text.setText("77")
    room.trigger("run_stage")
    options = next(part for part in room.workers.started[-1][2] if isinstance(part, TrainingOptions))
    assert options.seed == 77


def test_a_running_training_shows_its_figures_and_its_end(room):
    project = untrained()
    room.show(project)
    room.trigger("stage_training")
    room.trigger("run_stage")
    job = room.workers.last
    job.progress = Progress(0.5, "Training", payload=object())
    vertices = project.source.surface.vertices
    room.live(seconds=26.0, rmse_rel=0.0087, flipped_triangles=2, codes=vertices[:, :2], reconstruction=vertices + 0.01)
    assert look(room, "training").words == "26 s of 60 s · RMSE 0.87 %"
    assert look(room, "training").fraction == 0.5
    inspector = room.window.inspector
    assert inspector.stages["training"].training.badge.text == "Live"
    assert inspector.stages["training"].training.rows[0].line.value == "0.87 %"
    assert not inspector.stages["training"].errors.isHidden()
    finish(job, trained_project().training)
    assert look(room, "training").state == "done"
    assert inspector.stages["training"].training.badge.text in ("1 warning", "2 warnings", "1 failed")
    assert room.window.column.open_panel.primary.is_tonal


def test_a_failure_is_shown_in_the_stage_and_told(room):
    room.show(untrained())
    room.trigger("stage_training")
    room.trigger("run_stage")
    fail(room.workers.last, "No card. Choose the CPU.")
    assert look(room, "training").state == "failed"
    assert look(room, "training").words == "No card. Choose the CPU."
    assert room.window.column.open_panel.caption.text() == "No card. Choose the CPU."
    assert "No card. Choose the CPU." in [shown.text for shown in room.window.notifications.shown]


def test_a_surface_with_holes_can_be_prepared_or_filled_and_undo_takes_that_back(room):
    surface = bumpy_disk()
    holed = type(surface)(surface.vertices, surface.faces[6:])
    project = untrained(holed)
    room.show(project)
    room.trigger("stage_training")
    panel = room.window.column.open_panel
    assert "2 boundary loops" in panel.caption.text()
    assert panel.primary.text() == "Prepare"
    assert room.window.inspector.stages["training"].certificate.badge.text == "Not a disk"
    room.trigger("fill_loops")
    assert room.window.inspector.stages["training"].certificate.badge.text == "Disk"
    assert "Filled 1 boundary loop" in room.window.inspector.stages["training"].repairs.note.text()
    assert panel.primary.text() == "Train"
    assert panel.primary.isEnabled()
    room.trigger("undo")
    assert room.workspace.project is project
    assert panel.primary.text() == "Prepare"
    assert room.workers.started == []


def test_a_surface_that_no_filling_makes_a_disk_asks_for_an_atlas(qtbot, room):
    words = [room.window.grid.latent.canvas.overlay.words, room.window.grid.reconstruction.canvas.overlay.words]
    assert "Press Train" not in words[0].text  # nothing is open
    room.show(untrained(Surface(TETRAHEDRON, TETRAHEDRON_FACES)))
    room.trigger("stage_training")
    panel = room.window.column.open_panel
    assert panel.primary.text() == "Prepare"
    assert "closed" in panel.caption.text()
    assert "press Prepare" in panel.caption.text()
    room.qtbot.waitUntil(lambda: "closed" in room.window.grid.latent.canvas.overlay.words.title)
    assert "After training" not in room.window.grid.reconstruction.canvas.overlay.words.text
    assert room.window.grid.latent.canvas.overlay.words.text.startswith("Press Prepare")
    qtbot.mouseClick(panel.primary, Qt.MouseButton.LeftButton)
    assert room.workers.last.title == "preparation"


# -- inspector ---------------------------------------------------------------------------------------------------------


def test_the_certificate_of_a_disk(room):
    room.show(untrained())
    section = room.window.inspector.stages["training"].certificate
    lines = {row.line.name: (row.line.value, row.line.kind) for row in section.rows}
    assert section.badge.text == "Disk"
    assert lines["Boundary loops"] == ("1", "ok")
    assert lines["Euler characteristic"] == ("1", "ok")
    assert lines["Vertices · triangles"] == ("127 · 216", "none")
    assert lines["Closed"] == ("no", "none")
    assert section.note.text() == "A topological disk: a planar chart exists."


def test_repairs_are_listed(room):
    room.show(untrained())
    assert room.window.inspector.stages["training"].repairs.note.text() == "Merged 2 doubled vertices"


def test_a_picked_vertex_shows_its_figures_and_they_can_be_copied(room):
    project = trained_project()
    room.show(project)
    room.selection.pick(Pick(5, "surface"))
    rows = {row.line.name: row for row in room.window.inspector.stages["training"].picked.rows}
    assert list(rows) == ["Vertex", "Position", "Code", "Reconstruction", "Error"]
    assert rows["Vertex"].line.value == "#5"
    rows["Position"]._value.click()
    copied = [float(part) for part in QGuiApplication.clipboard().text().split()]
    assert np.array_equal(copied, project.source.surface.vertices[5])
    image = project.training.autoencoder.decode(project.training.codes[5:6])[0]
    expected = np.linalg.norm(image - project.source.surface.vertices[5]) / project.source.surface.diagonal
    assert float(rows["Error"].line.copied) == pytest.approx(expected)
    room.trigger("escape")
    assert room.selection.picked is None
    assert room.window.inspector.stages["training"].picked.rows == []


def test_the_clear_button_clears_the_pick(room):
    room.show(trained_project())
    room.selection.pick(Pick(1, "surface"))
    room.window.inspector.stages["training"].picked._action.click()
    assert room.selection.picked is None


def test_a_line_explains_itself_on_click(qtbot, room):
    room.show(untrained())
    row = room.window.inspector.stages["training"].certificate.rows[1]
    assert row._explanation.isHidden()
    qtbot.mouseClick(row, Qt.MouseButton.LeftButton)
    assert not row._explanation.isHidden()
    assert "single face" in row._explanation.text()


def test_sections_fold_and_the_inspector_becomes_a_rail(room):
    section = room.window.inspector.stages["training"].certificate
    room.show(untrained())
    section._caret.click()
    assert not section.is_open
    room.trigger("inspector")
    assert room.window.inspector.width() == 40
    assert not room.settings.preferences.inspector_shown


# -- top bar, messages, log --------------------------------------------------------------------------------------------


def test_the_name_and_whether_it_is_saved(room, tmp_path):
    bar = room.window.top_bar
    assert bar.name.text() == "No surface"
    project = trained_project()
    room.show(project)
    assert (bar.name.text(), bar.state.text()) == ("bumpy", "· not saved")
    room.workspace.mark_saved(tmp_path / "a.budai")
    assert bar.state.text() == "· saved"
    room.workspace.set_options("training", type(room.workspace.options("training"))(seed=3))
    assert bar.state.text() == "· edited"
    assert bar.undo.isEnabled()
    bar.undo.click()
    assert bar.state.text() == "· saved"
    centre = bar._title.geometry().center().x()
    assert abs(centre - room.window.width() / 2) <= 2


def test_the_theme_button_changes_everything_and_is_remembered(room):
    room.window.top_bar.theme_button.click()
    assert room.theme.palette is DARK
    assert room.settings.preferences.theme == "dark"
    room.window.top_bar.theme_button.click()
    assert room.theme.palette is LIGHT


def test_a_notice_is_shown_once_and_an_error_stays(qtbot, room):
    room.workspace.notified.emit(Notice("The disk is full. Make room.", "bad", "log"))
    room.workspace.notified.emit(Notice("The disk is full. Make room.", "bad", "log"))
    shown = room.window.notifications.shown
    assert len(shown) == 1
    area = room.window.grid.rect()
    assert area.contains(shown[0].geometry())
    shown[0].action.click()
    assert not room.window.log_drawer.isHidden()
    assert room.window.notifications.shown == []


def test_an_unexpected_error_reaches_log_and_user_and_telling_does_not_repeat_itself(room, capsys):
    room.log.install()
    try:
        try:
            raise RuntimeError("a bug")
        except RuntimeError as error:
            sys.excepthook(RuntimeError, error, error.__traceback__)
    finally:
        room.log.remove()
    assert "RuntimeError: a bug" in room.log.text()
    assert "RuntimeError: a bug" in room.window.log_drawer.text.toPlainText()
    assert any("a bug" in shown.text for shown in room.window.notifications.shown)


# -- files -------------------------------------------------------------------------------------------------------------


def drag(window, path, kind):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    if kind == "enter":
        event = QDragEnterEvent(
            QPoint(400, 400), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        )
        window.dragEnterEvent(event)
    else:
        event = QDropEvent(
            QPointF(400, 400),
            Qt.DropAction.CopyAction,
            data,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
            QEvent.Type.Drop,
        )
        window.dropEvent(event)
    return event.isAccepted()


def test_a_dropped_file_is_announced_and_opened(room, tmp_path):
    path = tmp_path / "lion_head.glb"
    path.write_bytes(b"x")
    assert drag(room.window, path, "enter")
    assert room.window.drop_frame.isVisible()
    assert room.window.drop_frame.text == "Open lion_head.glb"
    assert drag(room.window, path, "drop")
    assert not room.window.drop_frame.isVisible()
    assert room.workers.started[-1][2][-1].path == str(path)


def test_an_opened_file_is_remembered_and_the_next_stage_opened(room, tmp_path):
    path = tmp_path / "bumpy.ply"
    path.write_bytes(b"x")
    room.window.files.open_path(str(path))
    finish(room.workers.last, replace(untrained().source, path=str(path)))
    assert room.workspace.open_stage == "training"
    assert room.settings.preferences.recent_files == (str(path),)
    recent = room.window.actions_by_key.menus["file/recent"]
    (shown,) = (action.text() for action in recent.actions())
    assert shown.startswith("bumpy.ply – ")
    assert tmp_path.name in shown
    path.unlink()
    recent.actions()[0].trigger()
    assert "no longer there" in room.window.notifications.shown[-1].text
    assert room.settings.preferences.recent_files == ()


def test_what_was_chosen_for_one_surface_is_not_meant_for_the_next(room, tmp_path):
    for name in ("a.ply", "b.ply"):
        (tmp_path / name).write_bytes(b"x")

    def read(name):
        room.window.files.open_path(str(tmp_path / name))
        finish(room.workers.last, replace(untrained().source, path=str(tmp_path / name)))

    read("a.ply")
    room.workspace.set_options("training", TrainingOptions(seed=7))
    room.workspace.set_options("generation", GenerationOptions(start=(0.1, 0.2), stop=(0.3, 0.4)))
    room.workspace.set_display("transport", TransportDisplay(displacement=0.25))
    read("a.ply")
    assert room.workspace.options("training").seed == 7  # the same file, read again
    read("b.ply")
    assert room.workspace.options("training") == TrainingOptions()
    assert not room.workspace.options("generation").has_walk
    assert room.workspace.display("transport") == TransportDisplay()


def test_the_empty_view_says_what_is_done_about_it(room, tmp_path):
    view = room.window.grid.surface
    assert view.canvas.overlay.words.title == "Drop a surface here"
    path = tmp_path / "a.budai"
    path.write_bytes(b"x")
    room.window.files.open_path(str(path))
    assert view.canvas.overlay.words.title == "Reading the file…"
    fail(room.workers.last, "a.budai: is empty. Save it again.")
    assert view.canvas.overlay.words.title == "Drop a surface here"
    room.window.files.open_path(str(path))
    room.window.grid.stages["training"].presenter._figures.submit = lambda *_: None  # it is never ready
    finish(room.workers.last, untrained())
    assert view.canvas.overlay.words.title == "Preparing the surface…"


def test_a_cloud_is_never_asked_to_be_trained(room, tmp_path):
    path, latent = tmp_path / "a.xyz", room.window.grid.latent.canvas
    np.savetxt(path, bumpy_disk(6).vertices)
    room.show(Project(source=load(path)))
    room.qtbot.waitUntil(lambda: latent.overlay.words.title == "A cloud of points has no faces to flatten.")
    for stage in ("training", "transport", "cells", "denoising"):
        room.trigger(f"stage_{stage}")
        room.window.grid.refresh_codes()
        assert latent.overlay.words.text == "Preparation makes a surface of it."


def test_the_empty_views_do_not_ask_for_what_is_going_on(room):
    latent, back = room.window.grid.latent.canvas, room.window.grid.reconstruction.canvas
    room.show(untrained())
    room.qtbot.waitUntil(lambda: "Press Train" in latent.overlay.words.text)
    assert back.overlay.words.text.startswith("After training")
    room.workspace.run_stage("training")
    assert latent.overlay.words.text.startswith("The surface is being flattened")
    assert back.overlay.words.text.startswith("The surface decoded from the disk")
    fail(room.workers.last, "no")
    assert "Press Train" in latent.overlay.words.text
    room.window.grid.latent._pictures.submit = lambda *_: None  # they are never ready
    room.window.grid.reconstruction._shapes.submit = lambda *_: None
    room.workspace.replace(trained_project())
    room.qtbot.waitUntil(lambda: latent.overlay.words.text == "Being drawn…")
    room.qtbot.waitUntil(lambda: back.overlay.words.text == "Being drawn…")


def test_a_surface_that_is_there_is_not_asked_for(room):
    grid = room.window.grid
    assert grid.surface.canvas.overlay.words.title == "Drop a surface here"
    room.show(untrained())  # its figure is made in a thread
    assert grid.snapshot is None
    assert grid.surface.canvas.overlay.words.title == "Preparing the surface…"
    assert grid.latent.canvas.overlay.words.text == "Preparing the surface…"


@pytest.mark.parametrize(
    ("stage", "made", "page"),
    [
        ("cells", with_cells, "lens"),
        ("transport", transported_project, "brenier"),
        ("denoising", denoised_project, "projection"),
        ("generation", generated_project, "walk"),
    ],
)
def test_pages_of_results_that_are_there_do_not_ask_for_them(room, monkeypatch, stage, made, page):
    canvas = getattr(room.window.grid.stages[stage], page).canvas
    asks = canvas.overlay.words.text
    assert asks != "Being drawn…"
    monkeypatch.setattr(Newest, "submit", lambda *_: None)  # pictures are never ready
    room.show(made())
    room.workspace.show_stage(stage)
    assert canvas.overlay.words.text == "Being drawn…"
    room.show(replace(made(), results={"source": made().source}))
    assert canvas.overlay.words.text == asks


@pytest.mark.parametrize("key", ["training", "cells", "denoising"])
def test_fields_and_button_of_a_stage_end_at_the_same_place_beside_a_scroll_bar(make_room, key):
    room = make_room(size=(1280, 640))
    room.show(trained_project())
    room.trigger(f"stage_{key}")
    panel = room.window.column.panels[key]
    bar = panel._scroll.verticalScrollBar()
    room.qtbot.waitUntil(lambda: bar.maximum() > 0)

    def right(widget):
        return widget.mapTo(panel, QPoint(widget.width(), 0)).x()

    room.qtbot.waitUntil(lambda: right(panel.form) == right(panel.primary))
    fields = [row.editor for row in panel.form.rows.values() if row.editor.isVisible()]
    assert fields
    assert max(map(right, fields)) <= right(panel.primary) < bar.mapTo(panel, QPoint()).x()


def test_the_title_names_the_file_of_the_project(room, tmp_path):
    room.show(trained_project())
    assert room.window.windowTitle() == "bumpy – Budai"
    room.workspace.mark_saved(tmp_path / "thesis.budai")
    assert room.window.windowTitle() == "thesis.budai – Budai"
    assert room.window.top_bar.name.text() == "thesis.budai"


def test_a_project_opens_with_the_stage_it_was_left_in(room, tmp_path):
    path = tmp_path / "a.budai"
    path.write_bytes(b"x")
    room.show(trained_project())
    room.workspace.mark_saved(path)
    room.trigger("stage_transport")
    room.window.files.remember_stage()
    room.trigger("stage_export")
    room.window.files.open_path(str(path))
    finish(room.workers.last, trained_project())
    assert room.workspace.open_stage == "transport"


def test_a_long_value_pushes_its_name_into_a_second_line(room):
    row = ValueRow(room.theme, Line("Flipped pieces of the decoder", "0 of 1,132,903 and some more", "ok"))
    row.setParent(room.window)
    row.resize(272, row.heightForWidth(272))
    row.show()
    settle()
    assert row._name.geometry().right() < row._value.geometry().left()
    assert row._name.height() >= row._name.heightForWidth(row._name.width()) > room.theme.px(24)
    row.setParent(None)


def test_a_file_that_cannot_be_read_leaves_the_project(room, tmp_path):
    project = untrained()
    room.show(project)
    path = tmp_path / "bad.ply"
    path.write_bytes(b"x")
    room.window.files.open_path(str(path))
    fail(room.workers.last, "bad.ply: is empty. Export it again.")
    assert room.workspace.project is project
    assert room.window.job_bar.name.text() == "Failed"


def test_export_starts_a_job_and_tells_the_result(room, tmp_path):
    room.show(trained_project())
    room.window.files.export(tmp_path / "out.ply", "reconstruction")
    job, _, arguments = room.workers.started[-1]
    assert arguments == (room.workspace.project, str(tmp_path / "out.ply"), "reconstruction")
    finish(job, str(tmp_path / "out.ply"))
    assert room.window.notifications.shown[-1].text == "Wrote out.ply"


def test_saving_marks_only_the_project_that_was_saved(room, tmp_path):
    room.show(trained_project())
    room.workspace._path = tmp_path / "a.budai"
    room.trigger("save")
    room.workspace.set_options("training", type(room.workspace.options("training"))(seed=3))
    finish(room.workers.last, str(tmp_path / "a.budai"))
    assert not room.workspace.is_saved
    room.trigger("save")
    finish(room.workers.last, str(tmp_path / "a.budai"))
    assert room.workspace.is_saved


@pytest.mark.parametrize(("answer", "closes"), [(0, False), (DISCARD, True), (SAVE, False)])
def test_unsaved_work_is_asked_for(room, monkeypatch, tmp_path, answer, closes):
    room.show(trained_project())
    room.workspace._path = tmp_path / "a.budai"
    monkeypatch.setattr("app.shell.dialogs.UnsavedDialog.exec", lambda self: answer)
    assert room.window.may_discard(lambda: None) is closes
    assert bool(room.workers.started) is (answer == SAVE)


def test_what_had_to_be_saved_first_goes_on_afterwards(qtbot, room, monkeypatch, tmp_path):
    room.show(trained_project())
    room.workspace._path = tmp_path / "a.budai"
    other = tmp_path / "b.budai"
    other.write_bytes(b"x")
    monkeypatch.setattr("app.shell.dialogs.UnsavedDialog.exec", lambda self: SAVE)
    assert room.window.files.open_path(str(other)) is None
    finish(room.workers.last, str(tmp_path / "a.budai"))
    qtbot.waitUntil(lambda: len(room.workers.started) == 2)
    assert room.workers.started[-1][2] == (str(other),)
    project = trained_project()
    finish(room.workers.last, project)
    assert room.workspace.project is project
    assert (room.workspace.path, room.workspace.is_saved) == (other, True)


def test_a_training_ends_when_another_surface_is_opened(room, tmp_path):
    room.show(untrained())
    room.workspace.run_stage("training")
    training = room.workers.last
    path = tmp_path / "other.ply"
    path.write_bytes(b"x")
    room.window.files.open_path(str(path))
    finish(room.workers.last, untrained(bumpy_disk(4)).source)
    assert training._child.has_ended
    assert room.workspace.jobs == {}


@pytest.mark.parametrize("name", ["notes.txt", "lion.PLY"])
def test_every_other_suffix_is_read_as_a_surface(room, tmp_path, name):
    path = tmp_path / name
    path.write_bytes(b"x")
    assert room.window.files.open_path(str(path)) is room.workspace.jobs["source"]


def test_escape_goes_to_what_is_nearest(qtbot, room):
    room.show(trained_project())
    room.selection.pick(Pick(5, "surface"))
    room.trigger("search")
    qtbot.keyClick(room.window.palette_popup.field, Qt.Key.Key_Escape)
    assert not room.window.palette_popup.isVisible()
    assert room.selection.picked is not None
    room.trigger("stage_training")
    line = room.window.column.open_panel.form.rows["encoder"].editor
    line.setFocus()
    line.setText("nonsense")
    qtbot.keyClick(line, Qt.Key.Key_Escape)
    assert line.text() == "3–4–2"
    assert room.selection.picked is not None
    room.trigger("measure")
    assert room.selection.origin == Pick(5, "surface")
    qtbot.keyClick(room.window, Qt.Key.Key_Escape)
    assert room.selection.origin is None
    assert room.selection.picked is not None
    qtbot.keyClick(room.window, Qt.Key.Key_Escape)
    assert room.selection.picked is None


def test_nothing_is_asked_where_nothing_is_lost(room, monkeypatch, tmp_path):
    monkeypatch.setattr("app.shell.dialogs.UnsavedDialog.exec", lambda self: pytest.fail("asked"))
    room.show(untrained())
    assert room.window.may_discard(lambda: None)
    room.show(trained_project())
    room.workspace.mark_saved(tmp_path / "a.budai")
    assert room.window.may_discard(lambda: None)


def test_the_command_line_that_repeats_the_project(room):
    project = trained_project()
    room.show(replace(project, source=replace(project.source, path="/a b/bumpy.ply")))
    room.trigger("copy_command")
    text = QGuiApplication.clipboard().text()
    assert text == "budai run '/a b/bumpy.ply' -o bumpy_out --seconds 1.5 --encoder 4 --decoder 16-12"
    room.trigger("copy_options")
    assert options_from_toml(QGuiApplication.clipboard().text(), "clipboard") == project.options["training"]


# -- layouts -----------------------------------------------------------------------------------------------------------


def test_the_regions_have_the_sizes_of_the_design(room):
    window = room.window
    assert window.top_bar.height() == 40
    assert window.job_bar.height() == 40
    assert window.column.width() == 304
    assert window.inspector.width() == 304
    assert window.grid.width() == 1600 - 2 * 304 - 2
    panels = window.column.panels
    assert panels["source"].y() == 8
    assert panels["cells"].header.height() == 48


def test_a_small_window_has_one_line_stages_and_a_rail_that_slides_out(make_room):
    room = make_room(size=(1280, 720))
    window = room.window
    room.show(untrained())
    room.trigger("stage_training")
    settle()
    assert window.column.width() == 280
    assert window.column.panels["cells"].header.height() == 36
    assert window.column.panels["training"].header.height() == 48
    assert window.inspector.width() == 40
    assert window.grid.compact
    width = window.grid.width()
    window.inspector.unfold.click()
    settle()
    panel = window.inspector.panel
    assert panel.isVisible()
    assert panel.width() == 304
    assert panel.geometry().right() == window.inspector.x() - 1
    assert window.grid.width() == width
    room.trigger("escape")
    assert not panel.isVisible()
    assert room.settings.preferences.inspector_shown
    window.resize(1600, 1000)
    settle()
    assert window.inspector.width() == 304


def test_the_smallest_window_shows_one_view_at_a_time(make_room):
    room = make_room(size=(1024, 640))
    grid = room.window.grid
    settle()
    assert [key for key, view in grid.views.items() if view.isVisible()] == ["fourth"]  # the welcome
    assert grid.tabs.button("fourth").text() == "Welcome"
    room.show(trained_project())
    grid.tabs.button("latent").click()
    assert [key for key, view in grid.views.items() if view.isVisible()] == ["latent"]
    assert grid.latent.width() == grid.width()
    assert not grid.latent.maximise_button.isVisible()
    assert grid.picture(None).size() == grid.picture("latent").size()
    room.trigger("maximise_surface")
    assert [key for key, view in grid.views.items() if view.isVisible()] == ["surface"]
    room.trigger("stage_training")
    assert grid.tabs.button("fourth").text() == "Training"
    settle()
    primary = room.window.column.open_panel.primary
    assert primary.visibleRegion().boundingRect() == primary.rect()
    room.window.resize(1600, 1000)
    settle()
    assert all(view.isVisible() for view in grid.views.values())
    assert not grid.tabs.isVisible()
    assert grid.latent.maximise_button.isVisible()
    assert len({view.geometry().topLeft().toTuple() for view in grid.views.values()}) == 4


def clipped(window):
    """Return the texts that do not fit into what shows them."""
    found = []
    for widget in window.findChildren(QLabel):
        text = widget.text()
        if not text or not widget.isVisible() or not widget.property("role"):
            continue
        width = widget.contentsRect().width()
        if widget.wordWrap():
            if widget.height() < widget.heightForWidth(widget.width()):
                found.append((text, widget.height(), widget.heightForWidth(widget.width())))
        elif widget.fontMetrics().horizontalAdvance(text) > width + 1:
            found.append((text, width, widget.fontMetrics().horizontalAdvance(text)))
    for kind in (QPushButton, PrimaryButton, Badge):
        for widget in window.findChildren(kind):
            hint = widget.minimumSizeHint() if kind is PrimaryButton else widget.sizeHint()
            if widget.isVisible() and type(widget) is kind and widget.width() < hint.width():
                found.append((str(widget), widget.width(), hint.width()))
    for panel in window.column.panels.values():
        header = panel.header
        if header.look.is_one_line:
            needed = header.fontMetrics().horizontalAdvance(header.look.title + header.look.few_words) + 8 + 64
            if needed > header.width():
                found.append((header.look.few_words, header.width(), needed))
    return found


@pytest.mark.parametrize("size", [(1600, 1000), (1280, 720), (1024, 640)])
@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("stage", ["source", "training", "export"])
def test_no_text_is_clipped(make_room, size, mode, stage):
    room = make_room(mode=mode, size=size)
    settle()
    assert clipped(room.window) == []
    room.show(trained_project())
    room.selection.pick(Pick(5, "surface"))
    room.workspace.show_stage(stage)
    room.window.inspector.set_open(True)
    room.window.notifications.show_message(
        "girl_face.m, line 12: a face names vertex 99. Export it again.", "bad", "log"
    )
    settle()
    assert clipped(room.window) == []


@pytest.mark.parametrize("scale", [0.9, 1.25, 1.5])
def test_no_text_is_clipped_at_other_text_sizes(make_room, scale):
    room = make_room(size=(2400, 1400))
    room.show(trained_project())
    room.workspace.show_stage("training")
    room.window.files.prefer(text_scale=scale)
    settle()
    assert clipped(room.window) == []
    assert room.window.column.width() >= round(304 * scale)


def test_f4_walks_through_the_regions_and_a_ring_shows_where(room):
    room.show(untrained())
    regions = []
    for _ in range(4):
        room.trigger("next_region")
        focus = QApplication.focusWidget()
        window = room.window
        regions.append(
            next(
                name
                for name, part in (
                    ("column", window.column),
                    ("grid", window.grid),
                    ("inspector", window.inspector),
                    ("job_bar", window.job_bar),
                )
                if part.isAncestorOf(focus)
            )
        )
        assert window._ring.widget is focus
    assert regions[0] == "column"
    assert set(regions) >= {"column", "inspector", "job_bar"}


def test_controls_have_names_for_those_who_do_not_see_them(room):
    from app.widgets.icon_button import IconButton

    room.show(trained_project())
    assert all(button.accessibleName() for button in room.window.findChildren(IconButton))
    assert all(panel.header.accessibleName() for panel in room.window.column.panels.values())


def test_windows_come_and_go_without_a_trace(qtbot, make_room, tmp_path):
    before = len(QApplication.allWidgets())
    for k in range(5):
        room = Room(qtbot, tmp_path / str(k))
        room.show(trained_project())
        room.trigger("search")
        room.close()
        assert all(job._child.has_ended for job, _, _ in room.workers.started)
    assert len(QApplication.allWidgets()) == before
