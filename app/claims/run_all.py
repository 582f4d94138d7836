"""All claims one after the other, from the gallery, with a report at the end."""

from pathlib import Path

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QPushButton, QWidget

from app.claims.results import REPORT, run_and_write, summary, write_report
from app.command_line.folder import make_folder
from app.process.jobs import Job, Workers
from app.style.theme import Theme
from app.style.translation import tr
from app.widgets.text import label
from core.base.errors import BudaiError
from core.claims.card import Card, Verdict
from core.claims.gallery import cards


class RunAll(QObject):
    """Puts all claims to the test with their default knobs; one that cannot be run spares the others.

    Parameters
    ----------
    workers : Workers
        Where runs go on.

    Signals
    -------
    tested(name, verdict)
        One has come to its end.
    told(str)
        How far it has come.
    running_changed(bool)
        It runs from now on, or no more.
    """

    tested = Signal(str, object)
    told = Signal(str)
    running_changed = Signal(bool)

    def __init__(self, workers: Workers, parent: QObject) -> None:
        super().__init__(parent)
        self._workers = workers
        self._left: list[tuple[str, Card]] = []
        self.job: Job | None = None
        self.done: list[tuple[str, Card, Verdict | str]] = []
        self.folder: Path | None = None

    def start(self, folder: Path) -> None:
        """Begin, and write results and report into a folder; where that cannot be used, only say so."""
        try:
            make_folder(folder)
        except BudaiError as error:
            self.told.emit(str(error))
            return
        self.folder, self.done, self._left = folder, [], list(cards().items())
        self.running_changed.emit(True)
        self._go_on()

    def end(self) -> None:
        """End the run; the report on what was done stays."""
        job, self.job = self.job, None
        if job is not None:
            job.cancel()
            self.running_changed.emit(False)
            n, every = len(self.done), len(self.done) + len(self._left) + 1
            self.told.emit(tr("Stopped: {n} of {all} claims were put to the test.", n=n, all=every))

    def _go_on(self) -> None:
        if not self._left:
            self.running_changed.emit(False)
            self.told.emit(summary(self.done))
            return
        name, card = self._left.pop(0)
        every = len(self.done) + len(self._left) + 1
        self.told.emit(f"{len(self.done) + 1} / {every}  {tr(card.title)}")
        job = self.job = self._workers.start(f"claim {name}", run_and_write, name, card.options(), self.folder)
        job.finished.connect(lambda verdict: self._take(name, card, verdict))
        job.failed.connect(lambda text: self._take(name, card, text))

    def _take(self, name: str, card: Card, verdict: Verdict | str) -> None:
        self.job = None
        self.done.append((name, card, verdict))
        assert self.folder is not None
        try:
            write_report(self.done, self.folder)
        except BudaiError as error:
            self.running_changed.emit(False)
            self.told.emit(str(error))
            return
        self.tested.emit(name, None if isinstance(verdict, str) else verdict)
        self._go_on()


class RunAllBar(QWidget):
    """A button that runs all, how far it has come, and the way to the report.

    Parameters
    ----------
    theme : Theme
        The look.
    workers : Workers
        Where runs go on.
    """

    def __init__(self, theme: Theme, workers: Workers) -> None:
        super().__init__()
        self._theme = theme
        self.runs = RunAll(workers, self)
        self.button = QPushButton(tr("Run all…"))
        self.button.setToolTip(
            tr("Put every claim to the test with its default knobs, and write a report with pictures into a folder")
        )
        self.button.clicked.connect(self.ask)
        self.message = label("", "caption", wrap=True)
        self.report = QPushButton(tr("Open the report"))
        self.report.setToolTip(tr("Open the page on all claims that were put to the test"))
        self.report.setProperty("role", "flat")
        self.report.clicked.connect(self._open)
        self.report.hide()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.button)
        row.addWidget(self.message, 1)
        row.addWidget(self.report)
        self.runs.told.connect(self.message.setText)
        self.runs.tested.connect(lambda *_: self.report.show())
        self.runs.running_changed.connect(self._show_running)
        theme.follow(self._restyle)

    def ask(self) -> None:
        """Ask for a folder and begin, or end what runs."""
        if self.runs.job is not None:
            self.runs.end()
            return
        folder = QFileDialog.getExistingDirectory(self, tr("A folder for the report"))
        if folder:
            self.runs.start(Path(folder))

    def _show_running(self, runs: bool) -> None:
        self.button.setText(tr("Stop") if runs else tr("Run all…"))
        if runs:
            self.report.hide()
        self._restyle()

    def _open(self) -> None:
        assert self.runs.folder is not None
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.runs.folder / REPORT)))

    def _restyle(self) -> None:
        self._theme.set_icon(self.button, "stop" if self.runs.job is not None else "play-fill")
