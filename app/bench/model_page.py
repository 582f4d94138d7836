"""One model large: its points over what it thinks of places while it learns, its curves, and how it came out."""

from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSlider, QVBoxLayout, QWidget

from app.bench.facts import facts_of
from app.bench.words import in_language
from app.claims.figure_view import FigureView
from app.claims.side_column import SideColumn, rule
from app.process.jobs import Job, Workers
from app.style.theme import Theme
from app.style.translation import tr
from app.widgets.icon_button import IconButton
from app.widgets.parameter_form import ParameterForm
from app.widgets.primary_button import PrimaryButton
from app.widgets.progress_line import ProgressLine
from app.widgets.text import label
from app.widgets.toggle import Toggle
from core.base.progress import Progress
from core.bench.bench import BenchOptions, Cell
from core.bench.moment_figure import Shown, curves_figure, points_figure
from core.bench.watching import MakeTarget, Moment, Watched, watch_model
from core.claims.figure import Figure, Panel, Points
from core.training.generators.cloud import Look
from core.training.generators.models import MODELS
from core.training.generators.plane import plane_of
from core.training.generators.settings import Settings

_COLUMN = 280
_MOST_MOMENTS = 400
"""Moments that are kept to go back to; of more every second one is let go."""


class ModelPage(QWidget):
    """One page for all models; another may be shown at any time, which ends the former one.

    Signals
    -------
    back_requested()
        The user wants to see the matrix.
    finished(cell)
        The model has learned, and was judged.
    settings_changed(model, settings)
        The user turned a knob of the model.
    """

    back_requested = Signal()
    finished = Signal(object)
    settings_changed = Signal(str, object)

    def __init__(self, theme: Theme, workers: Workers) -> None:
        super().__init__()
        self._theme, self._workers = theme, workers
        self.job: Job | None = None
        self.moments: list[Moment] = []
        self._make: MakeTarget | None = None
        self.target, self.model, self._options = "", "", BenchOptions()
        self._cells: Look | None = None
        """The last look that has cells: they come less often than the others."""
        self._make_column()
        self.figure, self.curves = FigureView(theme), FigureView(theme, columns=1)
        self.figure.hint = tr("Press Run to see the model learn.")
        self.timeline = QSlider(Qt.Orientation.Horizontal)
        self.timeline.setAccessibleName(tr("Moment"))
        self.timeline.setToolTip(tr("Back to an earlier moment, and on again"))
        self.timeline.valueChanged.connect(self._on_timeline)
        middle = QVBoxLayout()
        middle.setContentsMargins(0, 0, 0, 0)
        middle.addWidget(self.figure, 1)
        held = self._held = QHBoxLayout()
        held.addWidget(self.timeline)
        middle.addLayout(held)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._side)
        row.addWidget(rule())
        row.addLayout(middle, 3)
        row.addWidget(rule())
        row.addWidget(self.curves, 2)
        theme.follow(self._restyle)

    # -- content -----------------------------------------------------------------------------------------------------

    def show_model(
        self, make: MakeTarget, target: str, title: str, model: str, options: BenchOptions, cell: Cell | None
    ) -> None:
        """Show a model, and what is known of it from the bench.

        Parameters
        ----------
        make : callable
            Makes the target.
        target, title : str
            Name of the target, and what it is called.
        model : str
            A key of `MODELS`.
        options : BenchOptions
            How long it learns, on how many points.
        cell : Cell or None
            What came of it on the bench.
        """
        self.end_run()
        self._make, self.target, self.model, self._options = make, target, model, options
        self.moments, self._cells = [], None
        self.title.setText(tr(MODELS[model].title))
        self.about.setText(tr("on {target}", target=title))
        known = Figure()
        if cell is not None:
            points = Points(plane_of(cell.points).places(cell.points[:1000]), "b", 4.5, tr("new"))
            known = Figure((Panel(tr("On the bench"), (points,), equal=True),))
        self.figure.show_figure(known)
        self.curves.show_figure(Figure())
        self._show_knobs(options.settings.get(model))
        self._show_facts(cell)
        self._show_running()

    def _show_knobs(self, settings: Settings | None) -> None:
        """Show the knobs of the model, in place of those of the former one."""
        own = MODELS[self.model].settings
        if self.knobs is not None:
            self._knobs.removeWidget(self.knobs)
            self.knobs.deleteLater()
        self.knobs = ParameterForm(settings or own, self._theme, defaults=own)
        self.knobs.changed.connect(self._take_settings)
        self._knobs.addWidget(self.knobs)

    def _take_settings(self, settings: Settings) -> None:
        self._options = replace(self._options, settings={**self._options.settings, self.model: settings})
        self.settings_changed.emit(self.model, settings)

    def _show_facts(self, cell: Cell | None) -> None:
        self.facts.setText(facts_of(cell) if cell is not None else "")
        self.diverged.setVisible(cell is not None and cell.diverged)

    # -- running -----------------------------------------------------------------------------------------------------

    def run(self) -> None:
        """Let it learn from its beginning, hold it, or let it go on."""
        if self.job is None:
            self._start()
        elif self.job.is_paused:
            self.job.resume()
        else:
            self.job.pause()
        self._show_running()

    def _start(self) -> None:
        assert self._make is not None
        if self.knobs is not None:
            self.knobs.commit()
        if self.knobs is not None and not self.knobs.is_valid:
            self._on_failed(tr("A knob cannot be used as it is: it is marked in red."))
            return
        self.moments, self._cells = [], None
        self._show_facts(None)
        self.problem.hide()
        job = self.job = self._workers.start("watched model", watch_model, self._make, self.model, self._options, 0)
        job.progressed.connect(self._on_progress)
        job.finished.connect(self._on_finished)
        job.failed.connect(self._on_failed)
        job.paused_changed.connect(lambda _: self._show_running())
        if self.slow.isChecked():
            job.set_slow(True)

    def step(self) -> None:
        """Let it take its next step, and hold it then."""
        if self.job is None:
            self._start()
        if self.job is None:
            return  # a knob is wrong
        self.slow.setChecked(True)
        self.job.step()

    def stop(self) -> None:
        """Let it end with what it has, which is judged."""
        if self.job is not None:
            self.job.stop()

    def end_run(self) -> None:
        """End it at once."""
        job, self.job = self.job, None
        if job is not None:
            job.cancel()
        self._show_running()

    def _set_slow(self, slow: bool) -> None:
        if self.job is not None:
            self.job.set_slow(slow)

    def _on_progress(self, progress: Progress) -> None:
        if self.sender() not in (None, self.job):
            return
        self.progress.show_fraction(progress.fraction)
        self.message.setText(progress.message)
        if isinstance(progress.payload, Moment):
            self._take(progress.payload)

    def _take(self, moment: Moment) -> None:
        """Keep a moment, and show it unless an earlier one is looked at."""
        follows = self.timeline.value() >= len(self.moments) - 1
        self.moments.append(moment)
        if len(self.moments) > _MOST_MOMENTS:
            self.moments = self.moments[::2]
        self.timeline.blockSignals(True)
        self.timeline.setRange(0, len(self.moments) - 1)
        self.timeline.setEnabled(len(self.moments) > 1)
        if follows:
            self.timeline.setValue(len(self.moments) - 1)
        self.timeline.blockSignals(False)
        if follows:
            self._show_moment()

    def _on_finished(self, watched: Watched) -> None:
        self.job = None
        if watched.last is not None:
            self._take(watched.last)
        self._show_facts(watched.cell)
        self._show_running()
        self.finished.emit(watched.cell)

    def _on_failed(self, text: str) -> None:
        self.job = None
        self.problem.setText(text)
        self.problem.show()
        self._show_running()

    # -- showing -----------------------------------------------------------------------------------------------------

    def _on_timeline(self, _: int) -> None:
        self._show_moment()

    def _show_moment(self, *_: Any) -> None:
        """Show the moment of the timeline, with the curves up to there."""
        if not self.moments:
            return
        at = min(self.timeline.value(), len(self.moments) - 1)
        moment, known = self.moments[at], self.moments[: at + 1]
        with_cells = (one.cloud.look for one in reversed(known) if one.cloud.look and one.cloud.look.n_cells)
        cells = next(with_cells, None)
        text = tr("Step {step} · W2 {w2}", step=f"{moment.cloud.step:,}", w2=f"{moment.w2:.3f}")
        self.figure.show_figure(in_language(points_figure(moment, self.form.value(), cells, text)))
        self.curves.show_figure(in_language(curves_figure(known, cells)))

    def _show_running(self) -> None:
        runs, held = self.job is not None, self.job is not None and self.job.is_paused
        icon, text = ("play-fill", tr("Go on")) if held else ("pause-fill", tr("Hold")) if runs else ("", "")
        self.run_button.show_action(icon or "play-fill", text or tr("Run"))
        self.stop_button.setEnabled(runs)
        if self.knobs is not None:
            self.knobs.setEnabled(not runs)
        self.progress.setVisible(runs)
        self.message.setVisible(runs)
        if not runs:
            self.progress.show_fraction(0.0)
            self.message.setText("")
        if not self.moments:
            self.timeline.setRange(0, 0)
            self.timeline.setEnabled(False)

    # -- making ------------------------------------------------------------------------------------------------------

    def _make_column(self) -> None:
        self.back = QPushButton(tr("All models"))
        self.back.setProperty("role", "flat")
        self.back.setToolTip(tr("Back to all models (Esc)"))
        self.back.clicked.connect(self.back_requested)
        self.title, self.about = label("", "title", wrap=True), label("", "lead", wrap=True)
        self.run_button = PrimaryButton(self._theme, "F5")
        self.run_button.setToolTip(tr("Let the model learn, hold it, or let it go on"))
        self.run_button.clicked.connect(self.run)
        self.step_button = IconButton(self._theme, "skip-forward", tr("One step of learning"), 32)
        self.step_button.clicked.connect(self.step)
        self.stop_button = IconButton(self._theme, "stop", tr("End with what it has learned, and judge it"), 32)
        self.stop_button.clicked.connect(self.stop)
        buttons = QHBoxLayout()
        for part, stretch in ((self.run_button, 1), (self.step_button, 0), (self.stop_button, 0)):
            buttons.addWidget(part, stretch)
        self.slow = Toggle(self._theme)
        self.slow.setAccessibleName(tr("Slow motion"))
        self.slow.setToolTip(tr("One step at a time, about eight a second"))
        self.slow.toggled.connect(self._set_slow)
        slow = QHBoxLayout()
        slow.addWidget(label(tr("Slow motion"), "label"), 1)
        slow.addWidget(self.slow)
        self.progress = ProgressLine(self._theme)
        self.message = label("", "caption", wrap=True)
        self.problem = label("", "problem", wrap=True)
        self.problem.hide()
        self.knobs: ParameterForm | None = None
        self._knobs = QVBoxLayout()
        self.form = ParameterForm(Shown(), self._theme)
        self.form.changed.connect(self._show_moment)
        self.diverged = label(tr("Diverged: this is its last good state."), "problem", wrap=True)
        self.diverged.hide()
        self.facts = label("", "label", wrap=True)
        self.facts.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._side = SideColumn(self._theme, _COLUMN)
        column = self._side.column
        column.addWidget(self.back, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.title)
        column.addWidget(self.about)
        column.addLayout(buttons)
        column.addLayout(slow)
        for part in (self.progress, self.message, self.problem, self.diverged, self.facts):
            column.addWidget(part)
        column.addWidget(label(tr("Knobs of the model"), "heading"))
        column.addLayout(self._knobs)
        column.addWidget(label(tr("Shown"), "heading"))
        column.addWidget(self.form)
        column.addStretch(1)

    def _restyle(self) -> None:
        px = self._theme.px
        self._held.setContentsMargins(px(16), px(4), px(16), px(10))
        self._theme.set_icon(self.back, "arrow-left")
