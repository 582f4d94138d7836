"""The gallery of claims in the window: tiles, search, a page with knobs, runs, drawing, links; no project is needed."""

import json
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from app.claims import card_page, run_all
from app.claims.class_look import write_unfolded
from app.claims.drawing_pad import DrawingPad
from app.claims.figure_view import FigureView
from app.claims.in_window import gallery_of
from app.claims.results import run_and_write
from app.stages.training.inspector_lines import certified_sheet, surface_sheet
from app.stages.unfolding.inspector_lines import layer_lines, way_lines
from app.views.sheet import TITLES
from core.base.progress import Progress
from core.base.progress import finish as finished
from core.claims.card import Verdict
from core.claims.curves import link
from core.claims.figure import Bars, Field, Figure, Panel, Path, Points
from core.claims.gallery import cards
from core.claims.ways import Way, scattered, tubes, unfold_way
from core.io.load import load
from core.unfolding.options import UnfoldOptions
from core.unfolding.steps import Step
from tests.app.chrome_room import Room, fail, finish
from tests.app.make_unfolding import unfolded_project, unfolded_table

FIGURE = Figure(
    (
        Panel("Plane", (Field([[-1.0, 1.0]], (0, 1, 0, 1)), Points([[0.5, 0.5]], "bad", 30.0)), equal=True),
        Panel("Bars", (Bars([1.0, 3.0], ["ok"]), Path([[0.5, 2], [2.5, 2]], dashed=True)), "seed", "error"),
    )
)
VERDICT = Verdict("fails", -2.0, "Two of three fail.", figure=FIGURE, seconds=1.5)


@pytest.fixture
def room(qtbot, tmp_path):
    made = Room(qtbot, tmp_path)
    yield made
    made.close()


@pytest.fixture
def page(room):
    room.trigger("claim_annulus")
    return gallery_of(room.window).page


def test_it_opens_without_a_project_and_is_left_by_escape(room):
    window = room.window
    assert gallery_of(window) is None
    room.trigger("claims")
    assert gallery_of(window).isVisible()
    assert not window.body.isVisible()
    assert set(gallery_of(window).tiles) == set(cards())
    gallery_of(window).tiles["fold"].click()
    assert gallery_of(window).page.isVisible()
    room.trigger("escape")
    assert gallery_of(window).currentIndex() == 0
    room.trigger("escape")
    assert window.body.isVisible()
    assert not gallery_of(window).isVisible()


def test_every_claim_is_found_by_the_command_search(room):
    texts = {entry.text for entry in room.window.actions_by_key.entries()}
    assert {card.title for card in cards().values()} | {"Claims"} <= texts


def test_the_search_shows_the_tiles_whose_words_fit(room):
    room.trigger("claims")
    gallery = gallery_of(room.window)
    gallery.field.setText("four dimensions")
    shown = {name for name, tile in gallery.tiles.items() if tile.isVisible()}
    assert shown == {"linked_tori", "trefoil"}
    gallery.field.setText("nothing like it")
    assert not any(tile.isVisible() for tile in gallery.tiles.values())
    assert gallery._count.text() == "No claim has these words."


def test_a_run_shows_its_figure_while_it_goes_on_and_its_verdict_in_the_end(room, page):
    page.form.rows["seeds"].editor.setText("3")
    room.trigger("run_stage")
    job, function, arguments = room.workers.started[-1]
    assert (function.__name__, arguments[0], arguments[1].seeds) == ("run_named", "annulus", 3)
    assert page.run_button.text() == "Stop"
    job._take(Progress(0.5, "Width 2, depth 1", FIGURE))
    assert page.figure.figure is FIGURE
    assert page.message.text() == "Width 2, depth 1"
    finish(job, VERDICT)
    assert page.outcome.text() == "Fails"
    assert page.sentence.text() == "Two of three fail."
    assert "−2" in page.margin.text()
    assert page.run_button.text() == "Run"
    room.trigger("escape")
    tile = gallery_of(room.window).tiles["annulus"]
    assert tile.verdict is VERDICT
    tile.click()
    assert page.options.seeds == 3
    assert page.outcome.text() == "Fails"


def test_a_run_can_be_stopped_and_one_that_is_left_is_ended(room, page):
    page.run_button.click()
    job = room.workers.last
    page.run_button.click()
    assert job._child.sent == ["stop"]
    stopped = replace(VERDICT, outcome="undecided", sentence="Stopped at 40 %: nothing is decided.")
    finish(job, stopped)
    assert page.outcome.text() == "Undecided"
    assert page.sentence.text() == "Stopped at 40 %: nothing is decided."
    page.run_button.click()
    running = room.workers.last
    room.trigger("escape")
    assert not running.is_running
    assert gallery_of(room.window).currentIndex() == 0


def test_what_cannot_be_run_is_said_in_a_sentence_and_the_gallery_stays_usable(room, page):
    page.form.rows["width"].editor.setText("0")
    page.run_button.click()
    assert room.workers.started == []
    assert page.problem.text() == "A knob cannot be used as it is: it is marked in red."
    page.form.rows["width"].editor.setText("3")
    page.run_button.click()
    fail(room.workers.last, "All 2 points are of one class. Draw at least one of the other.")
    assert page.problem.text() == "All 2 points are of one class. Draw at least one of the other."
    assert page.run_button.text() == "Run"
    assert page.run_button.isEnabled()


def test_points_are_drawn_with_the_mouse(room):
    room.trigger("claim_own_points")
    page = gallery_of(room.window).page
    assert isinstance(page.pad, DrawingPad)
    page.pad.clear_button.click()
    assert page.options.points == ()
    canvas = page.pad.canvas
    middle = canvas.rect().center()
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=middle)
    QTest.mouseClick(canvas, Qt.MouseButton.RightButton, pos=middle + QPoint(40, 0))
    page.pad.kind.set_value("1")
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=middle - QPoint(40, 0))
    QTest.mouseMove(canvas, middle - QPoint(40, 30))
    points = np.array(page.options.points).reshape(-1, 3)
    assert points[:3, 2].tolist() == [0, 1, 1]
    assert np.abs(points[0, :2]).max() < 0.02
    assert points[1, 0] > 0.3
    assert points[2, 0] < -0.3
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=QPoint(1, 1))
    assert len(page.options.points) == 3 * len(points)  # beside the square


def test_a_figure_is_painted_with_its_colours(qtbot, room):
    view = FigureView(room.theme)
    qtbot.addWidget(view)
    view.resize(600, 300)
    view.show_figure(FIGURE)
    picture = view.grab().toImage()
    found = {picture.pixelColor(x, y).name().upper() for x in range(0, 600, 2) for y in range(0, 300, 2)}
    palette = room.theme.palette
    assert {palette.sheet, palette.bad, palette.ok} <= found


def test_a_closed_surface_leads_to_the_antipodal_card(room):
    lines = {line.name: line for line in surface_sheet(load("sphere")).lines}
    assert lines["Closed"].claim == "antipodal"
    room.window.inspector.claim_requested.emit("antipodal")
    assert gallery_of(room.window).page.name == "antipodal"


def test_the_link_of_a_row_is_there_once_it_explains(room):
    from app.widgets.value_row import Line, ValueRow

    row = ValueRow(
        room.theme, Line("Flipped triangles", "3", "warn", "Why.", claim="fold", claim_text="What is a fold?")
    )
    room.qtbot.addWidget(row)
    row.show()
    assert not row.claim_link.isVisible()
    QTest.mouseClick(row, Qt.MouseButton.LeftButton)
    assert row.claim_link.isVisible()
    asked = []
    row.claim_requested.connect(asked.append)
    row.claim_link.click()
    assert asked == ["fold"]


def test_opening_a_stage_shows_the_project_again(room):
    room.trigger("claims")
    room.workspace.show_stage("training")
    assert room.window.body.isVisible()


def test_links_are_called_as_the_cards_that_they_open(room):
    known = cards()
    assert {name: known[name].title for name in TITLES} == TITLES


def test_subjects_lead_to_their_cards_where_they_appear():
    made, table = unfolded_project(), unfolded_table()[0]
    lines = [*way_lines(made.unfolding), *layer_lines(made.unfolding, 1.0), *surface_sheet(table).lines]
    lines += certified_sheet(made.training, False).lines
    lead = {line.name: line.claim for line in lines if line.claim}
    wanted = {
        "Flipped triangles": "fold",
        "Overlapping pairs": "general_position",
        "Square matrices kept invertible": "isotopy",
        "Cells with a point": "capacity",
        "Columns": "curse_of_dimension",
        "Parameters": "kolmogorov_arnold",
    }
    assert {name: lead.get(name) for name in wanted} == wanted
    assert all(line.explanation and line.claim_text for line in lines if line.claim)


def test_the_networks_of_a_run_unfold_with_their_linking_number(room, page, tmp_path):
    tanh = Step(np.eye(3), np.zeros(3), "tanh")
    curves = Way("Width 3", (tanh, Step(np.ones((1, 3)), np.zeros(1))), tubes(link("hopf", 24), 0.1, 6))
    plane = Way("Width 2", (Step(np.eye(2), np.zeros(2), "tanh"),), scattered([np.eye(2), -np.eye(2)]))
    page.run_button.click()
    finish(room.workers.last, VERDICT)
    assert page.unfold_button.isHidden()
    page.run_button.click()
    finish(room.workers.last, replace(VERDICT, ways=(curves, plane)))
    page.unfold_button.click()
    gallery = gallery_of(room.window)
    shown = gallery.unfolding
    assert gallery.currentWidget() is shown
    job, function, arguments = room.workers.started[-1]
    assert (function, arguments) == (unfold_way, (curves, UnfoldOptions()))
    finish(job, finished(unfold_way(curves)))
    room.qtbot.waitUntil(lambda: shown.shape is not None)
    assert len(shown.space.mesh.points) == len(curves.scenery.points)
    first, second = (shown.shape.colors[k : k + 144].astype(int).mean(0) for k in (0, 144))
    assert np.abs(first - second).max() > 30
    assert "linking number \N{MINUS SIGN}1" in [chip.text for chip in shown.space.overlay.chips]
    shown.body.timeline.grab()
    QTest.keyClick(shown.space, Qt.Key.Key_End)
    assert shown.moment == 2.0
    assert "no linking number" in [chip.text for chip in shown.space.overlay.chips]
    QTest.keyClick(shown.space, Qt.Key.Key_Home)
    QTest.keyClick(shown.space, Qt.Key.Key_Period)
    assert shown.moment == pytest.approx(0.05, abs=1e-4)
    shown.network.setCurrentIndex(1)
    shown.network.edited.emit()
    finish(room.workers.last, finished(unfold_way(plane)))
    room.qtbot.waitUntil(lambda: shown.shape is not None)
    assert len(shown.space.mesh.points) == 4  # the nodes of the grid are no points of a class
    assert not shown.told.text()
    film = tmp_path / "film.gif"
    finished(write_unfolded(shown.done, replace(shown.film_options(), width=64, height=64, seconds=0.5), film))
    assert film.stat().st_size > 300
    told = tmp_path / "told.json"
    finished(write_unfolded(finished(unfold_way(curves)), shown.film_options(), told))
    assert json.loads(told.read_text())["linking_number"]["values"][0] == -1.0
    room.trigger("escape")
    assert gallery.currentWidget() is gallery.page
    room.trigger("escape")
    room.trigger("escape")
    assert gallery.unfolding is None


def test_wide_layers_are_seen_by_either_view_points_by_class_or_pattern_and_cameras_are_kept(
    room, page, tmp_path, monkeypatch
):
    rng = np.random.default_rng(0)
    wide = Step(rng.normal(size=(5, 2)), np.zeros(5), "relu"), Step(rng.normal(size=(1, 5)), np.zeros(1))
    way = Way("Width 5", wide, scattered([rng.normal(size=(40, 2)), rng.normal(size=(40, 2))]))
    page.run_button.click()
    finish(room.workers.last, replace(VERDICT, ways=(way,)))
    page.unfold_button.click()
    shown = gallery_of(room.window).unfolding
    finish(room.workers.last, finished(unfold_way(way)))
    room.qtbot.waitUntil(lambda: shown.shape is not None)
    shown.hold(1.0)
    room.qtbot.waitUntil(lambda: shown.look.color_by == "normal" and len(np.unique(shown.shape.colors, axis=0)) == 2)
    shown.form.rows["color_by"].editor.button("pattern").click()
    room.qtbot.waitUntil(lambda: len(np.unique(shown.shape.colors, axis=0)) > 2)
    assert shown.film_options().color_by == "pattern"
    drawn = {}
    monkeypatch.setattr(shown.space, "show_lines", drawn.__setitem__)
    shown.form.rows["color_by"].editor.button("edges").click()
    room.qtbot.waitUntil(lambda: drawn.get("newest edges") is not None)
    assert len(drawn["newest edges"].ends) == shown.shape.n_edges > 4
    assert "older edges" not in drawn
    film = tmp_path / "film.png"
    finished(write_unfolded(shown.done, replace(shown.film_options(), width=64, height=64), film))
    assert film.stat().st_size > 300
    shown.form.rows["color_by"].editor.button("pattern").click()
    room.qtbot.waitUntil(lambda: shown.shape.n_edges == 0)
    assert drawn["newest edges"] is None
    start = shown.space.camera
    assert shown.film_options().camera == pytest.approx((*start.position, *start.focus, *start.up))
    shown.hold(0.0)
    QTest.keyClick(shown.space, Qt.Key.Key_K)
    shown.hold(2.0)
    shown.space.turn(0.5, 0.0)
    shown.camera_button.click()
    assert [share for share, _ in shown.film_options().path.keys] == [0.0, 1.0]
    last = shown.space.camera
    shown.hold(0.0)
    assert shown.space.camera.position == pytest.approx(start.position)
    shown.hold(1.0)
    assert start.position[0] != pytest.approx(shown.space.camera.position[0]) != pytest.approx(last.position[0])
    shown.body.timeline.grab()
    shown.hold(2.0)
    shown.camera_button.click()
    assert [share for share, _ in shown.cameras.path.keys] == [0.0]
    shown.form.rows["projection"].editor.button("pca").click()
    assert room.workers.started[-1][1:] == (unfold_way, (way, UnfoldOptions(projection="pca")))
    finish(room.workers.last, finished(unfold_way(way, UnfoldOptions(projection="pca"))))
    assert shown.done.made.end_error < 1e-6


def test_all_claims_are_run_one_after_the_other_into_a_report_and_can_be_stopped(room, tmp_path, monkeypatch):
    some = {name: card for name, card in cards().items() if name in ("annulus", "interval", "fold")}
    monkeypatch.setattr(run_all, "cards", lambda: some)
    room.trigger("claims")
    gallery = gallery_of(room.window)
    monkeypatch.setattr(run_all.QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path / "out"))
    gallery.bar.button.click()
    assert room.workers.started[-1][1:] == (run_and_write, ("annulus", some["annulus"].options(), tmp_path / "out"))
    assert gallery.bar.button.text() == "Stop"
    finish(room.workers.last, VERDICT)
    assert gallery.tiles["annulus"].verdict is VERDICT
    fail(room.workers.last, "The worker process ended by itself.")
    finish(room.workers.last, VERDICT)
    assert gallery.bar.message.text() == (
        f"0 of 3 claims hold; not: {some['annulus'].title}, {some['interval'].title}, {some['fold'].title}"
    )
    page = (tmp_path / "out" / "claims.html").read_text()
    assert page.count('<h2 id="') == 3
    assert "The worker process ended by itself." in page
    assert gallery.tiles["interval"].verdict is None
    assert gallery.bar.report.isVisible()
    gallery.bar.button.click()
    finish(room.workers.last, VERDICT)
    running = room.workers.last
    gallery.bar.button.click()
    assert not running.is_running
    assert gallery.bar.message.text() == "Stopped: 1 of 3 claims were put to the test."
    assert (tmp_path / "out" / "claims.html").read_text().count('<h2 id="') == 1
    gallery.tiles["fold"].click()
    assert gallery.page.isVisible()


def test_a_folder_that_cannot_be_used_is_said_before_all_claims_are_run(room, tmp_path, monkeypatch):
    room.trigger("claims")
    gallery, file = gallery_of(room.window), tmp_path / "file"
    file.write_text("")
    monkeypatch.setattr(run_all.QFileDialog, "getExistingDirectory", lambda *_: str(file / "out"))
    gallery.bar.button.click()
    assert room.workers.started == []
    assert "cannot be made" in gallery.bar.message.text()
    assert gallery.bar.button.text() == "Run all…"


def test_a_result_is_saved_with_the_knobs_it_was_made_with(room, page, tmp_path, monkeypatch):
    asked = [tmp_path / "result.json", tmp_path / "result", tmp_path / "none" / "result.json"]
    monkeypatch.setattr(card_page.QFileDialog, "getSaveFileName", lambda *_: (str(asked.pop(0)), "Picture (*.png)"))
    assert page.save_button.isHidden()
    page.form.rows["seeds"].editor.setText("3")
    page.run_button.click()
    page.form.rows["seeds"].editor.setText("5")
    page.form.commit()
    finish(room.workers.last, VERDICT)
    page.save_button.click()
    told = json.loads((tmp_path / "result.json").read_text())
    assert (told["card"], told["outcome"], told["knobs"]["seeds"]) == ("annulus", "fails", 3)
    page.save_button.click()
    assert (tmp_path / "result.png").stat().st_size > 500
    page.save_button.click()
    assert "result.json" in page.problem.text()
    assert page.run_button.isEnabled()
