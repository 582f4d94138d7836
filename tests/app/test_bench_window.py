"""The bench in the window: a matrix that fills, sorts and is written; a model at work, held, slow, gone back to."""

import time

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.bench.in_window import bench_of
from app.bench.lanes import Lanes
from app.bench.words import in_language
from app.process.jobs import Workers
from app.scene.plots.layout import lay_out
from app.scene.plots.shapes import Strokes
from app.style.translation import set_language
from core.base.progress import Progress
from core.bench.bench import TRUTH, Bench, BenchOptions, Cell, Told
from core.bench.judge import Judgement
from core.bench.moment_figure import Shown, curves_figure, points_figure
from core.bench.targets import eight_gaussians
from core.bench.watching import Moment, Watched
from core.training.generators.cloud import Cloud, Look
from core.training.generators.models import MODELS
from tests.app.chrome_room import Room, fail, finish

POINTS = np.random.default_rng(0).normal(size=(60, 2))


def cell(model, w2, diverged=False, seconds=1.0):
    found = Judgement(w2, w2, 4, 8, 0.1, 0.1, 0.0, 0.5, 0.5, 60)
    return Cell("8gaussians", model, 0, POINTS, None if diverged else found, 10, seconds, diverged)


def moment(step, w2=0.5):
    picture = np.full((480, 480), 255, np.uint8)
    look = Look("discriminator", (-2.0, 2.0, -2.0, 2.0), np.zeros((4, 4)), POINTS[:5], 0.1 * POINTS[:5], True, 0.7, 0.2,
                0.5, picture, picture, 77)  # fmt: skip
    return Moment(Cloud(POINTS, step, 0.1 * step, 1.4, look), POINTS, w2, 0.3)


@pytest.fixture
def room(qtbot, tmp_path):
    made = Room(qtbot, tmp_path)
    made.trigger("bench")
    yield made
    made.close()


@pytest.fixture
def bench(room):
    return bench_of(room.window)


def only(bench, *models):
    for name, box in bench.models.boxes.items():
        box.setChecked(name in models)
    bench.targets.boxes["25gaussians"].setChecked(False)


def done(bench, room, *cells):
    """Let a bench run to its end with some cells."""
    bench.run_bench()
    options = BenchOptions(tuple(one.model for one in cells))
    for job, _, arguments in list(room.workers.started)[-int(bench.form.value().at_once) :]:
        mine = [one for one in cells if one.model in arguments[1].models]
        truth = Cell("8gaussians", TRUTH, 0, POINTS, cell("vae", 0.1).judgement, 0, 0.0, False)
        finish(job, Bench(options, (eight_gaussians(),), (truth, *mine), stopped=False))


def test_all_models_and_targets_of_core_are_there_and_the_bench_is_left_by_escape(room, bench):
    assert set(bench.models.boxes) == set(MODELS)
    assert not room.window.body.isVisible()
    assert bench.targets.boxes["open"].isHidden()
    bench.board.fields["8gaussians", "vae"].click()
    assert bench.page.isVisible()
    room.trigger("claims")
    assert not bench.isVisible()
    room.trigger("bench")
    assert bench.board.isVisible()
    room.trigger("escape")
    assert room.window.body.isVisible()


def test_two_processes_share_the_models_and_their_results_are_one_board(room, bench):
    only(bench, "vae", "gan", "flow")
    room.trigger("run_stage")
    jobs = [job for job, _, _ in room.workers.started]
    assert [arguments[1].models for _, _, arguments in room.workers.started] == [("vae", "flow"), ("gan",)]
    assert {arguments[1].seconds for _, _, arguments in room.workers.started} == {10.0}
    jobs[1]._take(Progress(0.4, "GAN", Told("8gaussians", "gan", 0, Cloud(POINTS, 1, 0.1, 1.0))))
    field = bench.board.fields["8gaussians", "gan"]
    assert field.is_live
    assert bench.progress.fraction == pytest.approx(0.2)
    finish(jobs[1], Bench(BenchOptions(("gan",)), (eight_gaussians(),), (cell("gan", 0.3),), stopped=False))
    assert field.words() == ("W2 0.300", "4/8 · 1 s")
    assert bench.lanes.is_running
    fail(jobs[0], "There is not enough memory for this.")
    assert "memory" in bench.problem.text()
    assert not bench.lanes.is_running
    assert bench.run_button.text() == "Run the bench"


def test_rows_are_sorted_by_what_is_known_and_a_diverged_model_comes_last(room, bench):
    only(bench, "vae", "gan", "flow")
    done(bench, room, cell("vae", 0.9, seconds=1.0), cell("gan", 0.2, seconds=3.0), cell("flow", 0.0, diverged=True))
    assert bench.board.order == ["vae", "gan", "flow"]
    bench.board.sort_by("w2")
    assert bench.board.order == ["gan", "vae", "flow"]
    assert bench.board.fields["8gaussians", "flow"].words()[0] == "Diverged"
    bench.board.sort_by("seconds", "8gaussians")
    assert bench.board.order[0] in ("vae", "flow")
    kept = bench.bench()
    assert {one.model for one in kept.cells} == {TRUTH, "vae", "gan", "flow"}


def test_what_is_known_is_written_in_a_process(room, bench, tmp_path):
    assert bench.export(tmp_path) is None
    only(bench, "vae")
    done(bench, room, cell("vae", 0.9))
    bench.export(tmp_path / "out")
    _, function, arguments = room.workers.started[-1]
    list(function(*arguments))
    assert {path.name for path in (tmp_path / "out").iterdir()} >= {"bench.csv", "bench.json", "bench.png"}
    assert "vae" in (tmp_path / "out" / "bench.csv").read_text()


def test_nothing_is_run_without_a_choice_or_a_drawing(room, bench):
    only(bench)
    bench.run_bench()
    assert "Choose at least one" in bench.problem.text()
    only(bench, "vae")
    bench.targets.boxes["own"].setChecked(True)
    bench.run_bench()
    assert "drawn" in bench.problem.text()
    assert room.workers.started == []
    canvas = bench.pad.canvas
    middle = canvas.rect().center()
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=middle)
    QTest.mouseClick(canvas, Qt.MouseButton.RightButton, pos=middle + QPoint(40, 0))
    bench.run_bench()
    makers = room.workers.started[0][2][0]
    assert [make().name for make in makers] == ["8gaussians", "own"]
    assert len(makers[1]().support) == 2


def test_a_model_is_held_slowed_and_gone_back_to_and_its_cell_comes_to_the_board(room, bench):
    bench.board.fields["8gaussians", "gan"].click()
    page = bench.page
    room.trigger("run_stage")
    job, function, arguments = room.workers.started[-1]
    assert (function.__name__, arguments[1], arguments[3]) == ("watch_model", "gan", 0)
    for step in (1, 2, 3):
        job._take(Progress(0.1 * step, f"{step} steps", moment(step, 1.0 / step)))
    assert "Step 3" in page.figure.figure.panels[0].title
    page.run_button.click()
    assert (job._child.sent[-1], page.run_button.text()) == ("pause", "Go on")
    page.slow.click()
    page.step_button.click()
    assert job._child.sent[-2:] == ["slow", "step"]
    page.timeline.setValue(0)
    assert "Step 1" in page.figure.figure.panels[0].title
    job._take(Progress(0.5, "4 steps", moment(4)))
    assert "Step 1" in page.figure.figure.panels[0].title  # who looks back is not torn away
    finish(job, Watched(cell("gan", 0.25, diverged=False), moment(5)))
    assert "W2 0.250" in page.facts.text()
    assert bench.board.fields["8gaussians", "gan"].words()[0] == "W2 0.250"
    page.run_button.click()
    finish(room.workers.last, Watched(cell("gan", 0.0, diverged=True), moment(5)))
    assert page.diverged.isVisible()
    page.run_button.click()
    running = room.workers.last
    room.trigger("escape")
    assert not running.is_running


def test_what_is_drawn_of_a_model_is_what_was_asked_for(room):
    shown = moment(3)
    figure = points_figure(shown, Shown(cells=True), shown.cloud.look, "now")
    assert [type(mark).__name__ for mark in figure.panels[0].marks] == [
        "Field",
        "Field",
        "Points",
        "Segments",
        "Points",
    ]
    shapes = lay_out(figure, 400, 400, room.theme.palette)
    assert len(next(shape for shape in shapes if isinstance(shape, Strokes)).points) == 5
    bare = points_figure(shown, Shown(False, True, False, False, False), None, "now")
    assert len(bare.panels[0].marks) == 1
    titles = [panel.title for panel in curves_figure([shown, moment(4)], shown.cloud.look).panels]
    assert titles == ["Losses", "How far from the truth", "Gradient of the generator", "Cells in the noise: 77"]


@pytest.mark.gl
@pytest.mark.slow
def test_the_window_stays_alive_while_two_models_train(qtbot, tmp_path):
    room = Room(qtbot, tmp_path)
    room.trigger("bench")
    bench = bench_of(room.window)
    workers = Workers()
    bench.lanes = lanes = Lanes(workers, bench)
    lanes.told.connect(bench._on_told)
    lanes.finished.connect(bench._on_finished)
    only(bench, "gan", "vae")
    gaps, last, timer = [], [0.0], QTimer()

    def tick():
        now = time.monotonic()
        gaps.append(now - last[0])
        last[0] = now

    timer.timeout.connect(tick)
    bench.run_bench()
    qtbot.waitUntil(lambda: any(field.is_live for field in bench.board.fields.values()), timeout=120_000)
    last[0] = time.monotonic()
    timer.start(5)
    qtbot.waitUntil(lambda: not lanes.is_running, timeout=240_000)
    assert not bench.problem.text()
    assert bench.board.fields["8gaussians", "gan"].cells
    assert np.quantile(gaps, 0.99) <= 0.1
    workers.end()
    room.close()
    assert QApplication.instance() is not None


def test_knobs_of_a_model_count_in_its_next_run_and_on_the_bench(room, bench):
    only(bench, "vae", "gan")
    bench.board.fields["8gaussians", "vae"].click()
    page = bench.page
    assert list(page.knobs.rows) == ["width", "depth", "rate", "beta"]
    row = page.knobs.rows["beta"]
    row.editor.set_value(4.0)
    row.editor.edited.emit()
    page.run()
    assert room.workers.started[-1][2][2].settings["vae"].beta == 4.0
    assert not page.knobs.isEnabled()
    page.end_run()
    bench.show_board()
    assert bench.board._models == {"vae": "VAE •", "gan": "GAN"}
    bench.run_bench()
    (options,) = [one[2][1] for one in room.workers.started[-2:] if "vae" in one[2][1].models]
    assert options.settings["vae"].beta == 4.0
    assert "gan" not in options.settings


def test_digits_are_learned_in_the_window_and_pictures_speak_its_language(room, bench):
    bench.targets.boxes["digits"].setChecked(True)
    only(bench, "vae")
    bench.targets.boxes["8gaussians"].setChecked(False)
    bench.run_bench()
    target = room.workers.started[-1][2][0][0]()
    assert (target.name, target.dimension) == ("digits", 64)
    field = bench.board.fields["digits", "vae"]
    rows = target.draw(100, np.random.default_rng(0))
    field.show_real(rows)
    field.show_live(rows)
    assert field._placed(field._plane.places(rows), 100, 100).shape == (100, 2)
    set_language("zh")
    try:
        figure = in_language(curves_figure([moment(1), moment(2)], moment(2).cloud.look))
    finally:
        set_language("en")
    words = [panel.title for panel in figure.panels] + [mark.name for mark in figure.panels[0].marks]
    assert all(any("\u4e00" <= letter <= "\u9fff" for letter in word) for word in words)
