"""The bench: what is run, on the left; the matrix of what came out; and a page for one model at work."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.bench.board import SORTS, Board
from app.bench.choices import Choices
from app.bench.knobs import BenchKnobs
from app.bench.lanes import Lanes
from app.bench.model_page import ModelPage
from app.claims.drawing_pad import DrawingPad
from app.claims.side_column import SideColumn, rule
from app.command_line.bench_headless import writing
from app.process.jobs import Job, Workers
from app.style.theme import Theme
from app.style.translation import tr
from app.widgets.combo_box import ComboBox
from app.widgets.parameter_form import ParameterForm
from app.widgets.primary_button import PrimaryButton
from app.widgets.progress_line import ProgressLine
from app.widgets.text import label
from core.bench.bench import TRUTH, Bench, BenchOptions, Cell, Told
from core.bench.targets import TARGETS, Target, drawn_points
from core.bench.watching import MakeTarget
from core.io.bench_target import bench_target, source_target
from core.io.digits import DIGITS
from core.training.generators.models import MODELS
from core.training.generators.settings import Settings, changed

_COLUMN = 320
_OWN, _OPEN = "own", "open"
"""Targets that are drawn with the mouse, and that are what is open."""
_FIRST = ("8gaussians", "25gaussians")
Opened = Callable[[], Any]


class BenchPage(QStackedWidget):
    """The matrix, and the page of one model.

    Parameters
    ----------
    theme : Theme
        The look.
    workers : Workers
        Where models learn.
    opened : callable
        Returns the source that is open, or None.
    notify : callable
        Called with a sentence for the user and its kind.

    Signals
    -------
    closed()
        The user goes back to the project.
    """

    closed = Signal()

    def __init__(self, theme: Theme, workers: Workers, opened: Opened, notify: Callable[[str, str], None]) -> None:
        super().__init__()
        self._theme, self._workers, self._opened, self._notify = theme, workers, opened, notify
        self.lanes = Lanes(workers, self)
        self.board = Board(theme)
        self.page = ModelPage(theme, workers)
        self._drawn: tuple[float, ...] = ()
        self._plane = {name: make().title for name, make in TARGETS.items()}
        self._targets: tuple[Target, ...] = ()
        """Targets of the last run, as they were made."""
        self._truth: dict[tuple[str, int], Cell] = {}
        self._options = BenchOptions()
        self._settings: dict[str, Settings] = {}
        """Knobs of models that are not as they were."""
        self.addWidget(self._make_board_page())
        self.addWidget(self.page)
        self.lanes.told.connect(self._on_told)
        self.lanes.progressed.connect(self._on_progress)
        self.lanes.failed.connect(self._show_problem)
        self.lanes.finished.connect(self._on_finished)
        self.board.opened.connect(self.show_model)
        self.page.back_requested.connect(self.show_board)
        self.page.finished.connect(self._on_watched)
        self.page.settings_changed.connect(self._take_settings)
        theme.follow(self._restyle)
        self._lay_out()
        self._show_running(False)

    # -- pages -------------------------------------------------------------------------------------------------------

    def show_board(self) -> None:
        """Show the matrix; a model that is watched is ended."""
        self.page.end_run()
        self._show_open()
        self.setCurrentIndex(0)

    def show_model(self, target: str, model: str) -> None:
        """Show one model large, with the time and the points of the bench."""
        if not self.form.is_valid:
            self._show_problem(tr("A knob cannot be used as it is: it is marked in red."))
            return
        make = self._maker(target)
        options = self.form.value().options((model,), self._settings)
        cells = self.board.cells([target], [model])
        self.page.show_model(make, target, self._titles()[target], model, options, cells[0] if cells else None)
        self.setCurrentWidget(self.page)

    def leave(self) -> None:
        """Go back: from a model to the matrix, from that to the project."""
        if self.currentWidget() is self.page:
            self.show_board()
        else:
            self.closed.emit()

    def run(self) -> None:
        """Run or stop what is shown."""
        if self.currentWidget() is self.page:
            self.page.run()
        else:
            self.run_bench()

    def end_run(self) -> None:
        """End the model that is watched, and let the bench end with what it has."""
        self.page.end_run()
        self.lanes.stop()

    # -- running -----------------------------------------------------------------------------------------------------

    def run_bench(self) -> None:
        """Let all chosen models learn all chosen targets, or ask them to end with what they have."""
        if self.lanes.is_running:
            self.lanes.stop()
            self.run_button.setEnabled(False)
            return
        self.form.commit()
        problem = self._hindrance()
        if problem:
            self._show_problem(problem)
            return
        knobs: BenchKnobs = self.form.value()
        targets, models = self.targets.value(), self.models.value()
        self._options = knobs.options(models, self._settings)
        self._lay_out()
        self.board.forget(targets, models)
        self._show_running(True)
        self.lanes.start([self._maker(name) for name in targets], self._options, int(knobs.at_once))

    def _hindrance(self) -> str:
        """Return why nothing can be run; empty where it can."""
        if not self.form.is_valid:
            return tr("A knob cannot be used as it is: it is marked in red.")
        if not self.targets.value() or not self.models.value():
            return tr("Choose at least one target and one model.")
        if _OWN in self.targets.value() and len(self._drawn) < 6:
            return tr("Nothing to learn is drawn yet: press and drag in the square.")
        return ""

    def _maker(self, name: str) -> MakeTarget:
        if name == _OWN:
            return partial(drawn_points, self._drawn)
        source = self._opened() if name == _OPEN else None
        if source is not None:
            return partial(source_target, _OPEN, source)
        return TARGETS[name] if name in TARGETS else partial(bench_target, name)

    def _on_told(self, told: Told) -> None:
        if told.model == TRUTH and told.cell is not None:
            self._truth[told.target, told.seed] = told.cell
            if told.seed == 0:
                self.board.show_real(told.target, told.cell.points)
        self.board.take(told)

    def _on_progress(self, fraction: float, message: str) -> None:
        self.progress.show_fraction(fraction)
        self.message.setText(message or self.message.text())

    def _on_finished(self, bench: Bench | None) -> None:
        if bench is not None:
            self._targets = bench.targets
        self.board.end_live()
        self._show_running(False)
        self.export_button.setEnabled(self.bench() is not None)

    def _on_watched(self, cell: Cell) -> None:
        self.board.show_cell(cell)

    # -- results -----------------------------------------------------------------------------------------------------

    def bench(self) -> Bench | None:
        """Return what is known of the targets of the last run, for a file; None where nothing is."""
        targets = [one.name for one in self._targets]
        cells = self.board.cells(targets, list(self._options.models))
        truth = [cell for (target, _), cell in self._truth.items() if target in targets]
        return Bench(self._options, self._targets, (*truth, *cells), stopped=False) if cells else None

    def export(self, folder: Path) -> Job | None:
        """Write what is known into a folder, as `budai bench` does, in a process of its own."""
        bench = self.bench()
        if bench is None:
            return None
        job = self._workers.start("bench files", writing, bench, folder)
        job.finished.connect(lambda _: self._notify(tr("Wrote {name}", name=folder.name), "ok"))
        job.failed.connect(lambda text: self._notify(text, "bad"))
        return job

    def _ask_export(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, tr("Folder for table, figure and page"))
        if chosen:
            self.export(Path(chosen))

    # -- words -------------------------------------------------------------------------------------------------------

    def _titles(self) -> dict[str, str]:
        source = self._opened()
        return {
            **{name: tr(title) for name, title in self._plane.items()},
            _OWN: tr("Own drawing"),
            DIGITS: tr("Digits"),
            _OPEN: source.name if source is not None else tr("What is open"),
        }

    def _lay_out(self) -> None:
        """Show a field for each choice, and the square to draw in where it is needed."""
        titles = self._titles()
        self.pad.setVisible(_OWN in self.targets.value())
        self.board.lay_out(
            {name: titles[name] for name in self.targets.value()},
            {name: self._titled(name) for name in self.models.value()},
        )
        if not self.lanes.is_running:
            self.problem.hide()
            self._show_truth()

    def _titled(self, model: str) -> str:
        """Return what a model is called in the matrix, with a dot where its knobs are not as they were."""
        return tr(MODELS[model].title) + (" •" if model in self._settings else "")

    def _take_settings(self, model: str, settings: Settings) -> None:
        self._settings.pop(model, None)
        if changed(settings, MODELS[model].settings):
            self._settings[model] = settings
        self._lay_out()

    def _show_open(self) -> None:
        """Offer what is open as a target, by its name."""
        source, box = self._opened(), self.targets.boxes[_OPEN]
        box.setVisible(source is not None)
        box.setText(self._titles()[_OPEN])

    def _show_truth(self) -> None:
        """Show samples of targets that were not run yet."""
        for name in self.targets.value():
            if name in TARGETS and (name, 0) not in self._truth:
                points = TARGETS[name]().draw(500, np.random.default_rng(0))
                self.board.show_real(name, points)

    def _take_drawing(self, points: tuple[float, ...]) -> None:
        self._drawn = points
        places = np.array(points).reshape(-1, 3)[:, :2]
        self._truth = {key: cell for key, cell in self._truth.items() if key[0] != _OWN}
        if len(places):
            self.board.show_real(_OWN, places)

    def _show_running(self, runs: bool) -> None:
        self.run_button.setEnabled(True)
        self.run_button.show_action("stop" if runs else "play-fill", tr("Stop") if runs else tr("Run the bench"))
        for part in (self.targets, self.models, self.form, self.pad):
            part.setEnabled(not runs)
        self.progress.setVisible(runs)
        self.progress.show_fraction(0.0)
        self.message.setVisible(runs)
        self.message.setText("")
        self.cancel_button.setVisible(runs)
        if runs:
            self.problem.hide()

    def _show_problem(self, text: str) -> None:
        self.problem.setText(text)
        self.problem.show()

    # -- making ------------------------------------------------------------------------------------------------------

    def _make_board_page(self) -> QWidget:
        self.close_button = QPushButton(tr("Back to the project"))
        self.close_button.setProperty("role", "flat")
        self.close_button.setToolTip(tr("Back to the project (Esc)"))
        self.close_button.clicked.connect(self.closed)
        titles = self._titles()
        self.targets = Choices(titles, _FIRST)
        self._show_open()
        self.models = Choices({name: tr(kind.title) for name, kind in MODELS.items()}, tuple(MODELS))
        self.pad = DrawingPad(self._theme, has_classes=False)
        self.pad.changed.connect(self._take_drawing)
        self.form = ParameterForm(BenchKnobs(), self._theme)
        self.run_button = PrimaryButton(self._theme, "F5")
        self.run_button.setToolTip(tr("Every model learns every target for the same time; or stop with what there is"))
        self.run_button.clicked.connect(self.run_bench)
        self.progress = ProgressLine(self._theme)
        self.message = label("", "caption", wrap=True)
        self.cancel_button = QPushButton(tr("Cancel"))
        self.cancel_button.setToolTip(tr("End at once; models that are done stay"))
        self.cancel_button.clicked.connect(self.lanes.cancel)
        self.problem = label("", "problem", wrap=True)
        self.problem.hide()
        words = {"name": tr("As listed"), "w2": tr("W2"), "coverage": tr("Modes covered"), "seconds": tr("Seconds")}
        self.sort = ComboBox(self._theme, {key: words[key] for key in SORTS})
        self.sort.setToolTip(tr("Order of the rows; a click on a target sorts by it"))
        self.sort.edited.connect(lambda: self.board.sort_by(self.sort.value(), self.board.sort_target))
        self.export_button = QPushButton(tr("Export…"))
        self.export_button.setToolTip(tr("CSV, JSON, a page, and one figure of all models"))
        self.export_button.setEnabled(False)
        self.export_button.clicked.connect(self._ask_export)
        for choices in (self.targets, self.models):
            choices.changed.connect(self._lay_out)
        page = QWidget()
        row = QHBoxLayout(page)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._make_column())
        row.addWidget(rule())
        row.addWidget(self._make_right(), 1)
        return page

    def _make_column(self) -> SideColumn:
        self._side = SideColumn(self._theme, _COLUMN)
        column = self._side.column
        column.addWidget(label(tr("Bench of generators"), "title", wrap=True))
        lead = tr("Families of generative models learn the same points for the same time, judged by exact distances.")
        column.addWidget(label(lead, "lead", wrap=True))
        for part in (self.run_button, self.progress, self.message, self.cancel_button, self.problem, self.form):
            column.addWidget(part)
        column.addWidget(label(tr("Targets"), "heading"))
        column.addWidget(self.targets)
        column.addWidget(self.pad)
        column.addWidget(label(tr("Models"), "heading"))
        column.addWidget(self.models)
        column.addStretch(1)
        return self._side

    def _make_right(self) -> QWidget:
        page = QWidget()
        page.setObjectName("welcomePage")
        head = self._head = QHBoxLayout()
        head.addWidget(label(tr("Sort by"), "label"))
        head.addWidget(self.sort)
        head.addStretch(1)
        head.addWidget(self.export_button)
        head.addWidget(self.close_button)
        column = self._right = QVBoxLayout(page)
        column.addLayout(head)
        text = tr("Grey: points to learn. Blue: what the model draws. W2 to points withheld; modes covered; seconds.")
        column.addWidget(label(text, "caption"))
        column.addWidget(self.board, 1)
        return page

    def _restyle(self) -> None:
        px = self._theme.px
        self._right.setContentsMargins(px(16), px(12), px(16), px(12))
        self._right.setSpacing(px(8))
        self._head.setSpacing(px(8))
        self.sort.setFixedWidth(px(150))
        self._theme.set_icon(self.close_button, "arrow-left")
        self._theme.set_icon(self.export_button, "floppy-disk")
