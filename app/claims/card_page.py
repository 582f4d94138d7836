"""The page of one claim: statement, knobs, run, live figure, verdict."""

from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.claims.drawing_pad import DrawingPad
from app.claims.figure_view import FigureView
from app.claims.results import write_result
from app.claims.side_column import SideColumn, rule
from app.claims.tile import OUTCOMES
from app.process.jobs import Job, Workers
from app.style.theme import Theme
from app.style.translation import tr
from app.widgets.parameter_form import ParameterForm
from app.widgets.primary_button import PrimaryButton
from app.widgets.progress_line import ProgressLine
from app.widgets.text import duration, label, number
from core.base.errors import BudaiError
from core.base.progress import Progress
from core.claims.card import Card, Verdict
from core.claims.figure import Figure
from core.claims.gallery import run_named

_COLUMN = 320


class CardPage(QWidget):
    """One page for all claims; another card may be shown at any time, which ends the run of the former one.

    Parameters
    ----------
    theme : Theme
        The look.
    workers : Workers
        Where runs go on.

    Signals
    -------
    back_requested()
        The user wants to see all claims.
    finished(name, verdict)
        A run has come to its end.
    unfold_requested(title, ways)
        The user wants to see the networks of the last run unfold.
    """

    back_requested = Signal()
    finished = Signal(str, object)
    unfold_requested = Signal(str, object)

    def __init__(self, theme: Theme, workers: Workers) -> None:
        super().__init__()
        self._theme, self._workers = theme, workers
        self.name, self.card = "", None
        self.job: Job | None = None
        self.form: ParameterForm | None = None
        self.pad: DrawingPad | None = None
        self._options: Any = None
        self._verdict: Verdict | None = None
        self._tested: Any = None
        """Knobs of the last run."""
        self._drawn_name = ""
        self._make_column()
        self.figure = FigureView(theme)
        self.figure.hint = tr("Press Run to put the claim to the test.")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._side)
        row.addWidget(rule())
        row.addWidget(self.figure, 1)
        theme.follow(self._restyle)

    # -- content -----------------------------------------------------------------------------------------------------

    def show_card(self, name: str, card: Card, options: Any = None, verdict: Verdict | None = None) -> None:
        """Show a claim, with the knobs and the verdict of its last run where there was one."""
        self.end_run()
        self.name, self.card = name, card
        self._options = self._tested = options or card.options()
        self.title.setText(tr(card.title))
        self.statement.setText(tr(card.statement))
        self.source.setText(tr(card.source))
        self._show_form()
        self.figure.show_figure(verdict.figure if verdict is not None else Figure())
        self._show_verdict(verdict)
        self._show_running(False)

    @property
    def options(self) -> Any:
        """Return the knobs as they are turned."""
        return self._options

    def _show_form(self) -> None:
        for old in (self.form, self.pad):
            if old is not None:
                self._knobs.removeWidget(old)
                old.hide()
                old.deleteLater()
        self.form = ParameterForm(self._options, self._theme)
        self.form.changed.connect(self._take)
        self._knobs.addWidget(self.form)
        drawn = [one.name for one in fields(self._options) if one.metadata.get("kind") == "drawing"]
        self.pad = DrawingPad(self._theme) if drawn else None
        if self.pad is not None:
            self._drawn_name = drawn[0]
            self.pad.set_value(getattr(self._options, drawn[0]))
            self.pad.changed.connect(self._take_drawing)
            self._knobs.addWidget(self.pad)

    def _take(self, options: Any) -> None:
        self._options = options

    def _take_drawing(self, points: tuple[float, ...]) -> None:
        self._options = replace(self._options, **{self._drawn_name: points})
        assert self.form is not None
        self.form.set_value(self._options)

    # -- running -----------------------------------------------------------------------------------------------------

    def run(self) -> None:
        """Put the claim to the test, or ask the run to end early."""
        assert self.form is not None
        if self.job is not None:
            self.job.stop()
            self.run_button.setEnabled(False)
            return
        self.form.commit()
        if not self.form.is_valid:
            self._show_problem(tr("A knob cannot be used as it is: it is marked in red."))
            return
        self._show_verdict(None)
        self._show_running(True)
        self._tested = self._options
        job = self.job = self._workers.start(f"claim {self.name}", run_named, self.name, self._options)
        job.progressed.connect(self._on_progress)
        job.finished.connect(self._on_finished)
        job.failed.connect(self._on_failed)

    def end_run(self) -> None:
        """End what runs; what it has is lost."""
        job, self.job = self.job, None
        if job is not None:
            job.cancel()

    def _on_progress(self, progress: Progress) -> None:
        if self.sender() not in (None, self.job):
            return
        self.progress.show_fraction(progress.fraction)
        self.message.setText(progress.message)
        if isinstance(progress.payload, Figure):
            self.figure.show_figure(progress.payload)

    def _on_finished(self, verdict: Verdict) -> None:
        self.job = None
        self.figure.show_figure(verdict.figure)
        self._show_running(False)
        self._show_verdict(verdict)
        self.finished.emit(self.name, verdict)

    def _on_failed(self, text: str) -> None:
        self.job = None
        self._show_running(False)
        self._show_problem(text)

    def ask_file(self) -> None:
        """Ask for a file, and write what came out of the last run."""
        verdict = self._verdict
        kinds = f"{tr('Figures (*.json)')};;{tr('Picture (*.png)')}"
        chosen, kind = QFileDialog.getSaveFileName(self, tr("Save the result"), f"{self.name}.json", kinds)
        if verdict is None or not chosen:
            return
        path = Path(chosen)
        path = path if path.suffix else path.with_suffix(kind[kind.index("*") + 1 : -1])
        try:
            write_result(self.name, self._tested, verdict, path)
        except BudaiError as error:
            self._show_problem(str(error))

    def _unfold(self) -> None:
        if self._verdict is not None:
            self.unfold_requested.emit(self.title.text(), self._verdict.ways)

    # -- words -------------------------------------------------------------------------------------------------------

    def _show_running(self, runs: bool) -> None:
        self.run_button.setEnabled(True)
        self.run_button.show_action("stop" if runs else "play-fill", tr("Stop") if runs else tr("Run"))
        self.progress.setVisible(runs)
        self.progress.show_fraction(0.0)
        self.message.setText("")
        self.message.setVisible(runs)

    def _show_verdict(self, verdict: Verdict | None) -> None:
        for part in (self._icon, self.outcome, self.sentence, self.margin):
            part.setVisible(verdict is not None)
        self._verdict = verdict
        self.save_button.setVisible(verdict is not None)
        self.unfold_button.setVisible(verdict is not None and bool(verdict.ways))
        self.problem.hide()
        if verdict is None:
            return
        icon, role = OUTCOMES[verdict.outcome]
        words = {"holds": tr("Holds"), "fails": tr("Fails"), "undecided": tr("Undecided")}
        self._icon.setPixmap(self._theme.pixmap(icon, role, 18, self.devicePixelRatioF()))
        self.outcome.setText(words[verdict.outcome])
        self.sentence.setText(verdict.sentence)
        margin = tr("Margin {margin}", margin=number(verdict.margin, 3))
        told = tr("{seconds} of a processor", seconds=duration(verdict.seconds))
        self.margin.setText(told if verdict.outcome == "undecided" else f"{margin} · {told}")

    def _show_problem(self, text: str) -> None:
        self.problem.setText(text)
        self.problem.show()

    # -- making ------------------------------------------------------------------------------------------------------

    def _make_column(self) -> None:
        self.back = QPushButton(tr("All claims"))
        self.back.setProperty("role", "flat")
        self.back.setToolTip(tr("Back to all claims (Esc)"))
        self.back.clicked.connect(self.back_requested)
        self.title = label("", "title", wrap=True)
        self.statement = label("", "lead", wrap=True)
        self.source = label("", "caption", wrap=True)
        self._knobs = QVBoxLayout()
        self.run_button = PrimaryButton(self._theme, "F5")
        self.run_button.setToolTip(tr("Put the claim to the test with these knobs, or stop"))
        self.run_button.clicked.connect(self.run)
        self.progress = ProgressLine(self._theme)
        self.message = label("", "caption", wrap=True)
        self.unfold_button = QPushButton(tr("Unfold"))
        self.unfold_button.setToolTip(
            tr("Watch the points go through the trained networks, layer by layer, with the linking number of curves.")
        )
        self.unfold_button.clicked.connect(self._unfold)
        self.save_button = QPushButton(tr("Save the result…"))
        self.save_button.setToolTip(tr("Knobs, verdict, figures and what is drawn, as JSON; or the picture, as PNG"))
        self.save_button.clicked.connect(self.ask_file)
        self._icon = QLabel()
        self.outcome = label("", "heading")
        self.sentence, self.margin = label("", "label", wrap=True), label("", "caption")
        self.problem = label("", "problem", wrap=True)
        for words in (self.statement, self.source, self.sentence):
            words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        verdict = QHBoxLayout()
        verdict.addWidget(self._icon)
        verdict.addWidget(self.outcome, 1)
        self._side = SideColumn(self._theme, _COLUMN)
        column = self._side.column
        column.addWidget(self.back, 0, Qt.AlignmentFlag.AlignLeft)
        for part in (self.title, self.statement, self.source):
            column.addWidget(part)
        column.addLayout(self._knobs)
        for part in (self.run_button, self.progress, self.message, self.problem):
            column.addWidget(part)
        column.addLayout(verdict)
        column.addWidget(self.sentence)
        column.addWidget(self.margin)
        column.addWidget(self.unfold_button)
        column.addWidget(self.save_button)
        column.addStretch(1)

    def _restyle(self) -> None:
        self._theme.set_icon(self.back, "arrow-left")
        self._theme.set_icon(self.unfold_button, "film-strip")
        self._theme.set_icon(self.save_button, "floppy-disk")
