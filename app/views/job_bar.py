"""The bar at the bottom: what runs, how far it is, and what came of the last job."""

import time

import psutil
from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QWidget

from app.process.jobs import Job
from app.process.kernels import cold_modules
from app.process.known import KnownTimes
from app.process.remaining import OfEveryChart, Remaining, remaining
from app.process.threads import n_threads
from app.stages import row
from app.state.workspace import Workspace
from app.style.sentences import said
from app.style.theme import Theme
from app.style.translation import tr
from app.views.stage_words import shown_project
from app.widgets.progress_line import ProgressLine, StatusIcon
from app.widgets.text import ElidedLabel, counted, duration, label, typeset
from core.base.progress import Progress
from core.session.every_chart import does_each_chart
from core.training.result import TrainingStep

_MEMORY_MILLISECONDS = 2000


class JobBar(QWidget):
    """Name, detail, bar, remaining time and Cancel of the newest job; device, memory and log at the right.

    Signals
    -------
    log_requested()
    """

    log_requested = Signal()

    def __init__(
        self, theme: Theme, workspace: Workspace, known: KnownTimes | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("jobBar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._theme, self._workspace = theme, workspace
        self._jobs: list[Job] = []
        self._cancelling: set[Job] = set()
        self._worked: dict[Job, tuple[float, float]] = {}
        self._estimates: dict[Job, Remaining | OfEveryChart] = {}
        self._known = known or KnownTimes()
        self._icon = StatusIcon(theme)
        self.name, self.detail = label("", "strong"), ElidedLabel("label")
        self.bar = ProgressLine(theme)
        self.bar.setAccessibleName(tr("Progress"))
        self.remaining = label("", "label")
        self.cancel = QPushButton(tr("Cancel"))
        self.cancel.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # it goes when clicked: the next would have the focus
        self.cancel.setToolTip(tr("Ends the job now; what it has is lost."))
        self.more, self.show_failure = (
            _flat("", tr("All running jobs (Ctrl+J)")),
            _flat(tr("Show"), tr("Shows in the log what went wrong.")),
        )
        self.device, self.memory = label("", "caption"), label("", "caption")
        self.log = _flat(tr("Log"), tr("What was done and what went wrong (Ctrl+L)"))
        self._lay_out()
        self.cancel.clicked.connect(self._cancel_shown)
        self.more.clicked.connect(self.open_list)
        self.log.clicked.connect(self.log_requested)
        self.show_failure.clicked.connect(self.log_requested)
        workspace.job_started.connect(self.follow)
        workspace.project_changed.connect(self._show_device)
        self._timer = QTimer(self)
        self._timer.setInterval(_MEMORY_MILLISECONDS)
        self._timer.timeout.connect(self._show_memory)
        self._timer.timeout.connect(self._measure_jobs)
        self._timer.timeout.connect(self._show_jobs)  # the time goes on while nothing is reported
        self._timer.start()
        self._show_memory()
        self._show_device()
        self.show_result(tr("Ready"), "")
        theme.follow(self._restyle)

    # -- jobs --------------------------------------------------------------------------------------------------------

    def follow(self, job: Job) -> None:
        """Show a job until it ends."""
        self._jobs.append(job)
        self._worked[job] = (0.0, time.monotonic())
        self._estimates[job] = self._estimate(job)
        self._measure(job)
        job.progressed.connect(lambda progress: self._on_progress(job, progress))
        job.paused_changed.connect(lambda paused: self._count(job, not paused))
        job.finished.connect(lambda result: self._on_finished(job, result))
        job.failed.connect(lambda message: self._on_failed(job, message))
        job.cancelled.connect(
            lambda: self.show_result(tr("Cancelled"), job_names(self._workspace, job.title)[0], "minus-circle")
        )
        job.ended.connect(lambda: self._drop(job))
        self._show_jobs()

    def open_list(self) -> None:
        """Open the list of all running jobs; a click on one cancels it."""
        menu = QMenu(self)
        for job in self._jobs:
            action = menu.addAction(tr("Cancel: {name}", name=job_names(self._workspace, job.title)[0]))
            action.triggered.connect(lambda _=False, job=job: self._cancel(job))
        if not self._jobs:
            menu.addAction(tr("No job is running")).setEnabled(False)
        menu.aboutToHide.connect(menu.deleteLater)
        place = self.more if self.more.isVisible() else self._icon
        above = place.mapToGlobal(place.rect().topLeft()) - QPoint(0, menu.sizeHint().height())
        menu.popup(above)

    def show_result(self, name: str, detail: str, icon: str = "check-circle", role: str = "ok") -> None:
        """Show what came of the last job; a job that runs goes before it."""
        self._last = (name, detail, icon, role)
        self._show_jobs()

    def show_failed(self, message: str) -> None:
        """Show that a job failed."""
        self.show_result(tr("Failed"), message, "x-circle-fill", "bad")

    def _on_failed(self, job: Job, message: str) -> None:
        if job.question is None:
            self.show_failed(message)
        else:
            self.show_result(tr("Not done"), tr("a question has to be answered first"), "minus-circle")

    @property
    def shown(self) -> Job | None:
        """Return the job that the bar shows: the newest."""
        return self._jobs[-1] if self._jobs else None

    def _on_progress(self, job: Job, progress: Progress) -> None:
        self._estimates[job].report(progress, self._seconds(job))
        self._show_jobs()

    def _estimate(self, job: Job) -> Remaining | OfEveryChart:
        """Return what tells how much longer a job takes that was just started."""
        stage, charts = row(job.title), len(self._workspace.whole.charts)
        cold = () if stage is None else cold_modules(stage.compiling)
        n_charts = charts if does_each_chart(job.title) else 1
        known = self._known.of(job.title)
        return remaining(job.title, job.options, self._n_vertices(), n_charts=n_charts, known=known, cold=cold)

    def _measure_jobs(self) -> None:
        for job in self._jobs:
            self._measure(job)

    def _measure(self, job: Job) -> None:
        """Take note of how much a job has computed."""
        spent = job.processor_seconds
        if spent is not None and not job.is_paused:
            self._estimates[job].measure(self._seconds(job), spent)

    def _n_vertices(self) -> int:
        """Return the vertices of the open surface, or the points of the cloud."""
        source = self._workspace.whole.source
        return 0 if source is None else len(source.positions)

    def _seconds(self, job: Job) -> float:
        """Return how long a job has worked, without its pauses."""
        worked, since = self._worked[job]
        return worked if job.is_paused else worked + time.monotonic() - since

    def _on_finished(self, job: Job, result: object) -> None:
        self._known.learn(job.title, self._estimates[job].end(self._seconds(job)))
        self.show_result(*finished_words(self._workspace, job.title, result))

    def _drop(self, job: Job) -> None:
        self._jobs.remove(job)
        self._cancelling.discard(job)
        self._worked.pop(job)
        self._estimates.pop(job)
        self._show_jobs()

    def _count(self, job: Job, running: bool) -> None:
        """Count the time that a job works, without its pauses."""
        worked, since = self._worked[job]
        now = time.monotonic()
        self._worked[job] = (worked, now) if running else (worked + now - since, now)
        self._show_jobs()

    def _cancel_shown(self) -> None:
        if self.shown is not None:
            self._cancel(self.shown)

    def _cancel(self, job: Job) -> None:
        if job not in self._jobs:  # it ended while the list was open
            return
        self._cancelling.add(job)
        self._show_jobs()
        QTimer.singleShot(0, job, job.cancel)

    # -- showing -----------------------------------------------------------------------------------------------------

    def _show_jobs(self) -> None:
        job = self.shown
        for part in (self.bar, self.remaining, self.cancel):
            part.setVisible(job is not None)
        self.more.setVisible(len(self._jobs) > 1)
        self.more.setText(f"+{len(self._jobs) - 1}")
        if job is None:
            name, detail, icon, role = self._last
            self._icon.show_icon(icon, role)
            self.show_failure.setVisible(role == "bad")
        else:
            name, detail = job_names(self._workspace, job.title)[0], detail_words(job.progress)
            if not self._icon.is_turning or job.is_paused:
                self._icon.show_icon("pause" if job.is_paused else "spinner-gap", "link", not job.is_paused)
            self.bar.show_fraction(job.progress.fraction)
            self.remaining.setText(tr("Paused") if job.is_paused else self._remaining(job))
            self.show_failure.hide()
        self.cancel.setText(tr("Cancelling…") if job in self._cancelling else tr("Cancel"))
        self.cancel.setEnabled(job not in self._cancelling)
        self.name.setText(name)
        detail = said(detail)
        self.detail.setText(detail)
        self.detail.setToolTip(detail if len(detail) > 60 else "")

    def _remaining(self, job: Job) -> str:
        seconds = self._estimates[job].seconds(self._seconds(job))
        return "" if seconds is None else tr("{time} left", time=duration(_rounded(seconds)))

    def _show_memory(self) -> None:
        own = psutil.Process()
        held = own.memory_info().rss
        for child in own.children():
            try:
                held += child.memory_info().rss
            except psutil.Error:
                continue  # it ended meanwhile
        self.memory.setText(f"{held / 1e9:.1f} GB")
        self.memory.setToolTip(tr("Memory of the program and its workers"))

    def _show_device(self, *_: object) -> None:
        training = self._workspace.project.training
        if training is None or training.device == "cpu":
            self.device.setText(tr("CPU {n} threads", n=n_threads()))
        else:
            self.device.setText(training.device.upper())

    def set_compact(self, compact: bool) -> None:
        """Leave out the device in a small window."""
        self.device.setVisible(not compact)

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 1, 16, 0)
        row.setSpacing(8)
        row.addWidget(self._icon)
        row.addWidget(self.name)
        row.addWidget(self.detail, 1)
        row.addWidget(self.show_failure)
        row.addWidget(self.more)
        row.addWidget(self.bar)
        row.addWidget(self.remaining)
        row.addWidget(self.cancel)
        row.addSpacing(8)
        row.addWidget(self.device)
        row.addSpacing(8)
        row.addWidget(self.memory)
        row.addSpacing(8)
        row.addWidget(self.log)

    def _restyle(self) -> None:
        px, metrics = self._theme.px, self.fontMetrics()
        self.setFixedHeight(px(40))
        # Widths of the longest texts: what is to be clicked stays where it is while texts change.
        self.bar.setFixedWidth(px(160))
        self.cancel.setFixedWidth(metrics.horizontalAdvance(tr("Cancelling…")) + px(32))
        self.memory.setFixedWidth(metrics.horizontalAdvance("88.8 GB") + px(4))
        self.memory.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.remaining.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.remaining.setFixedWidth(metrics.horizontalAdvance(tr("{time} left", time="59 min 30 s")) + px(8))
        self._theme.set_icon(self.log, "terminal-window")


def _flat(text: str, about: str) -> QPushButton:
    button = QPushButton(text)
    button.setToolTip(about)
    button.setProperty("role", "flat")
    return button


def _rounded(seconds: float) -> int:
    """Return seconds as finely as they can be told: whole ones below 20, tens and more above a minute."""
    step = 1 if seconds < 20 else 5 if seconds < 120 else 30
    return max(1, step * round(seconds / step))


def detail_words(progress: Progress) -> str:
    """Return how far a job is: the steps of a training, else what it says of itself."""
    step = progress.payload
    if isinstance(step, TrainingStep) and step.step:
        return counted(step.step, "1 step", "{n} steps")
    return typeset(said(progress.message)) or tr("Starting…")  # its worker imports what it needs


def job_names(workspace: Workspace, title: str) -> tuple[str, str]:
    """Return what a job is called while it runs and when it is done."""
    for view in workspace.views.values():
        if title == view.key:
            return view.job
        if view.variant is not None and title == view.variant.key:
            return view.variant.job
    return {
        "save": (tr("Saving the project"), tr("Project saved")),
        "open": (tr("Opening the project"), tr("Project opened")),
        "surface": (tr("Making a surface of the points"), tr("Surface made")),
        "simplify": (tr("Simplifying the surface"), tr("Surface simplified")),
        "weld": (tr("Joining corners"), tr("Corners joined")),
        "examine": (tr("Examining the surface"), tr("Surface examined")),
        "preview": (tr("Making a preview"), tr("Preview made")),
        "download": (tr("Fetching the sample"), tr("Sample fetched")),
    }.get(title, (title, title))


def finished_words(workspace: Workspace, title: str, result: object) -> tuple[str, str]:
    """Return name and detail of a job that is done."""
    name = job_names(workspace, title)[1]
    for view in workspace.views.values():
        if title == view.key or (view.variant is not None and title == view.variant.key):
            detail = view.finished(shown_project(workspace, view))
            if detail:
                return name, detail
    detail = str(result).replace("\\", "/").rsplit("/", 1)[-1] if isinstance(result, str) else ""
    return name, detail
