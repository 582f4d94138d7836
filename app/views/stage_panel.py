"""ONE panel for all stages: its row on the rail, and beneath it, when open, form, button and caption."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEasingCurve, QEvent, QPropertyAnimation, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from app.process.jobs import Job
from app.state.command import Command
from app.state.stage_state import StageState
from app.state.workspace import Workspace
from app.style.theme import Theme
from app.style.translation import tr
from app.views.look import StageView
from app.views.stage_words import caption_of, choice_text, shown_options, words_of
from app.widgets.icon_button import IconButton
from app.widgets.parameter_form import ParameterForm
from app.widgets.primary_button import PrimaryButton
from app.widgets.stage_header import RAIL, StageHeader, StageLook
from app.widgets.text import label
from app.widgets.toggle import MILLISECONDS
from core.session.stages import STAGES

Trigger = Callable[[str], None]
"""Does a command by its key."""


LEAST_FORM = 64
"""Height that a form keeps at least, in pixels; it scrolls."""


class FormScroll(QScrollArea):
    """As high as what it holds, less where there is no room: then it scrolls."""

    def __init__(self, content: QWidget, parent: QWidget) -> None:
        super().__init__(parent)
        self._content = content
        self._right = 0
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.viewport().setAutoFillBackground(False)
        content.setAutoFillBackground(False)
        content.installEventFilter(self)
        self.verticalScrollBar().rangeChanged.connect(self._fit_margin)
        self.setWidget(content)
        content.setAutoFillBackground(False)

    def sizeHint(self) -> QSize:
        width = self.viewport().width()
        follows = self._content.hasHeightForWidth()
        return QSize(width, self._content.heightForWidth(width) if follows else self._content.sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(0, min(self.sizeHint().height(), LEAST_FORM))

    def set_right_margin(self, pixels: int) -> None:
        """Keep what it holds away from the right; the bar has its place there, so that nothing moves when it comes."""
        self._right = pixels
        self._fit_margin()

    def _fit_margin(self, *_: int) -> None:
        layout, bar = self._content.layout(), self.verticalScrollBar()
        if layout is not None:
            margins = layout.contentsMargins()
            taken = bar.sizeHint().width() if bar.maximum() > 0 else 0
            margins.setRight(max(0, self._right - taken))
            layout.setContentsMargins(margins)

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return False


class StagePanel(QWidget):
    """One stage of the column.

    Parameters
    ----------
    view : StageView
        Its row of the table.
    workspace : Workspace
        What it watches.
    theme : Theme
        The look.
    trigger : callable
        Does a command by its key.
    """

    def __init__(self, view: StageView, workspace: Workspace, theme: Theme, trigger: Trigger) -> None:
        super().__init__()
        self.view = view
        self._workspace, self._theme, self._trigger = workspace, theme, trigger
        self.is_first = self.is_last = self._is_compact = self._is_tight = False
        self._followed: Job | None = None
        self.header = StageHeader(theme, StageLook(view.title))
        self.header.setToolTip(view.about)
        texts = partial(choice_text, view)
        self.form: ParameterForm | None = None
        if view.key in STAGES:
            self.form = ParameterForm(shown_options(workspace, view), theme, texts)
        self.other: ParameterForm | None = None
        if view.variant is not None:
            self.other = ParameterForm(workspace.options(view.variant.key), theme, texts)
        self.display: ParameterForm | None = None
        if view.display is not None:
            self.display = ParameterForm(workspace.display(view.key), theme, texts)
        self.primary = PrimaryButton(theme, "F5")
        self.primary.setToolTip(view.about)
        self.step = IconButton(theme, "skip-forward", tr("One step (F6)"), size=32)
        self.stop = IconButton(theme, "stop", tr("Stop and keep the result (Shift+F5)"), size=32)
        self.reset = IconButton(theme, "arrow-counter-clockwise", tr("Stop and drop the result"), size=32)
        self.caption = label("", "caption", wrap=True)
        self.beside = {one.command: QPushButton(theme.icon(one.icon, "link"), one.text) for one in view.beside}
        self._body = QWidget()
        self._body.setObjectName("stageForm")
        self._scroll = FormScroll(self._body, self)
        self._foot = QWidget(self)
        self._motion = QPropertyAnimation(self._scroll, b"maximumHeight", self)
        self._motion.setDuration(MILLISECONDS)
        self._motion.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._motion.finished.connect(lambda: self._scroll.setMaximumHeight(16777215))
        self._lay_out()
        self._connect()
        self.refresh()

    # -- state -------------------------------------------------------------------------------------------------------

    @property
    def is_open(self) -> bool:
        return self._workspace.open_stage == self.view.key

    @property
    def _is_other(self) -> bool:
        """Whether the stage does something else for the open project."""
        return self.view.variant is not None and self.view.variant.holds(self._workspace.whole)

    def set_compact(self, compact: bool, tight: bool) -> None:
        """Show one line where the stage is not open, and a low one where that is needed."""
        self._is_compact, self._is_tight = compact, tight
        self.refresh()

    def commit(self) -> None:
        """Take what is typed in the form but not yet confirmed."""
        form = self.other if self._is_other else self.form
        if form is not None and form.isEnabled():
            form.commit()

    def refresh(self, *_: object) -> None:
        """Show how the stage stands now."""
        state = self._workspace.state(self.view.key)
        job = self._workspace.jobs.get(self.view.key)
        self._follow(job)
        words, few = words_of(self._workspace, self.view)
        self.header.show_look(
            StageLook(
                self.view.title if self.view.named is None else self.view.named(self._workspace.whole),
                words,
                few,
                state.value,
                job.progress.fraction if job is not None else None,
                self.is_open,
                self._is_compact,
                self._is_tight,
            )
        )
        self.header.setToolTip(words if state is StageState.FAILED else self.view.about)
        if self.is_open:
            self._show_body(state, job)
        if self._scroll.isHidden() == self.is_open:
            self._unfold(self.is_open)
        self.update()

    def _show_body(self, state: StageState, job: Job | None) -> None:
        running = state is StageState.RUNNING
        if self.form is not None:
            options = shown_options(self._workspace, self.view)
            if options != self.form.value():
                self.form.set_value(options)
            self.form.setEnabled(not running)
            self.form.setVisible(not self._is_other)
        if self.other is not None and self.view.variant is not None:
            options = self._workspace.options(self.view.variant.key)
            if options != self.other.value():
                self.other.set_value(options)
            self.other.setEnabled(not running)
            self.other.setVisible(self._is_other)
        if self.display is not None:
            self.display.setVisible(not self._is_other)
        if self.display is not None and self.display.value() != self._workspace.display(self.view.key):
            self.display.set_value(self._workspace.display(self.view.key))
        self._show_what_fits()
        self.view.furnish(self._workspace, [form for form in (self.form, self.display) if form is not None])
        for button in (self.step, self.stop, self.reset):
            button.setVisible(running and self.view.is_steered)
        if running and job is not None and (self.view.is_steered or job.is_paused):
            icon, text = ("play-fill", tr("Resume")) if job.is_paused else ("pause-fill", tr("Pause"))
            self.primary.show_action(icon, text)
            self.primary.setEnabled(not job.is_stopping and (job.is_paused or job.can_pause))
        else:
            done = state is StageState.DONE
            icon = "arrow-counter-clockwise" if done and self.view.is_steered else self.view.icon
            remedy = self._remedy()
            if remedy:
                icon, done = remedy.icon, False
            run = self.view.variant.run if self._is_other and self.view.variant is not None else self.view.run
            text = remedy.text if remedy else self.view.run_again if done else run
            self.primary.show_action(icon, text, tonal=done)
            self.primary.setEnabled((self._can_run() or bool(remedy)) and not running)
        caption = tr("Finishing…") if job is not None and job.is_stopping else caption_of(self._workspace, self.view)
        self.caption.setText(caption)
        self.caption.setVisible(bool(caption))
        for button in self.beside.values():
            button.setEnabled(self._workspace.whole.source is not None)

    def _show_what_fits(self) -> None:
        """Hide the rows of the form that are for surfaces where a table is open, and the other way round."""
        source = self._workspace.whole.source
        kind = "rows" if source is not None and source.is_table else "faces"
        for name, row in (self.form.rows if self.form is not None else {}).items():
            wanted = row.field.metadata.get("of")
            if wanted:
                self.form.set_row_visible(name, wanted == kind)

    @property
    def is_valid(self) -> bool:
        """Whether the form that is shown holds no mistake."""
        form = self.other if self._is_other else self.form
        return form is None or form.is_valid

    def _remedy(self) -> Command | None:
        """Return the command that is offered in place of running, None where there is none."""
        key = self.view.remedy(self._workspace)
        known = (command for view in self._workspace.views.values() for command in view.commands)
        return next((command for command in known if command.key == key), None)

    def _can_run(self) -> bool:
        return self.view.brings_source or not self._workspace.obstacle(self.view.key)

    def _follow(self, job: Job | None) -> None:
        """Watch whether the job is paused."""
        if job is not self._followed:
            self._followed = job
            if job is not None:
                job.paused_changed.connect(self.refresh)

    def _unfold(self, unfold: bool) -> None:
        self._motion.stop()
        self._scroll.setMaximumHeight(16777215)
        self._scroll.setVisible(unfold)
        self._foot.setVisible(unfold)
        if unfold and self.isVisible() and not self._theme.reduced_motion:
            self._motion.setStartValue(0)
            self._motion.setEndValue(self._scroll.sizeHint().height())
            self._motion.start()

    def _take_other(self, options: object) -> None:
        """Keep what the user chose where the stage does something else."""
        if self.view.variant is not None:
            self._workspace.set_options(self.view.variant.key, options)

    def _take_options(self, options: object) -> None:
        """Keep what the user chose, and ask for the file where that needs one."""
        self._workspace.set_options(self.view.key, options)
        if self.view.wants_file(options):
            self._trigger(self.view.choose)

    # -- making ------------------------------------------------------------------------------------------------------

    def _connect(self) -> None:
        key = self.view.key
        self.header.clicked.connect(lambda: self._workspace.show_stage(key))
        self.primary.clicked.connect(lambda: self._trigger(self.view.remedy(self._workspace) or self.view.command))
        for button, command in ((self.step, "step"), (self.stop, "stop"), (self.reset, "reset")):
            button.clicked.connect(lambda _=False, command=command: self._trigger(command))
        for one in self.view.beside:
            self.beside[one.command].setToolTip(one.about)
            self.beside[one.command].clicked.connect(lambda _=False, command=one.command: self._trigger(command))
        if self.form is not None:
            self.form.changed.connect(self._take_options)
            self.form.requested.connect(lambda _: self._trigger(self.view.choose))
        if self.other is not None and self.view.variant is not None:
            choose = self.view.variant.choose
            self.other.changed.connect(self._take_other)
            self.other.requested.connect(lambda _: self._trigger(choose))
        if self.display is not None:
            self.display.changed.connect(lambda display: self._workspace.set_display(key, display))
            self._workspace.display_changed.connect(lambda changed: self.refresh() if changed == key else None)
        self._workspace.stage_changed.connect(lambda changed: self.refresh() if changed in (key, "") else None)
        self._workspace.project_changed.connect(self.refresh)
        self._workspace.open_stage_changed.connect(self.refresh)

    def _lay_out(self) -> None:
        self._row, self._indented = QHBoxLayout(), list[QHBoxLayout]()
        self._row.addWidget(self.primary, 1)
        for button in (self.step, self.stop, self.reset):
            self._row.addWidget(button)
        inner = QVBoxLayout(self._body)
        inner.setSpacing(0)
        if self.form is not None:
            inner.addWidget(self.form)
        if self.other is not None:
            inner.addWidget(self.other)
        if self.display is not None:
            inner.addWidget(self.display)
        foot = QVBoxLayout(self._foot)  # below what scrolls: the button is always in sight
        foot.setSpacing(0)
        foot.addLayout(self._row)
        for button in self.beside.values():
            indented = QHBoxLayout()
            indented.addWidget(button)
            foot.addLayout(indented)
            self._indented.append(indented)
        foot.addWidget(self.caption)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self._scroll, 1)
        column.addWidget(self._foot)
        self._scroll.hide()
        self._foot.hide()
        self._inner, self._lower = inner, foot
        self._theme.follow(self._restyle)

    def _restyle(self) -> None:
        px = self._theme.px
        self._inner.setContentsMargins(px(40), 0, px(16), 0)
        self._scroll.set_right_margin(px(16))
        self._lower.setContentsMargins(px(40), px(8), px(16), px(16))
        self._row.setContentsMargins(px(8), 0, 0, 0)
        self._row.setSpacing(px(8))
        for row in self._indented:
            row.setContentsMargins(px(8), px(8), 0, 0)
        for one in self.view.beside:
            self.beside[one.command].setIcon(self._theme.icon(one.icon, "link"))
        self.caption.setContentsMargins(px(8), px(8), 0, 0)
        self.update()

    def enterEvent(self, event: object) -> None:
        self.update()

    def leaveEvent(self, event: object) -> None:
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        palette, color, px = self._theme.palette, self._theme.color, self._theme.px
        painter = QPainter(self)
        width, height = self.width(), self.height()
        if self.is_open:
            painter.fillRect(self.rect(), color("raised"))
            painter.fillRect(QRectF(0, 0, width, 1), color("border"))
            painter.fillRect(QRectF(0, height - 1, width, 1), color("border"))
            painter.fillRect(QRectF(0, 0, 2, height), color("accent"))
        elif self.header.underMouse():
            painter.fillRect(self.rect(), color("control_hover"))
        middle, radius = self.header.height() / 2, self.header.icon_radius
        rail = color("border_strong" if not palette.is_dark else "track")
        left = px(RAIL) - 1
        if not self.is_first:
            painter.fillRect(QRectF(left, 0, 2, middle - radius), rail)
        if not self.is_last:
            painter.fillRect(QRectF(left, middle + radius, 2, height - middle - radius), rail)
