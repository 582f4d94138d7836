"""The tour: a card over the views that leads from the figurine through the stages to a file of one's own."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.state.stage_state import StageState
from app.state.workspace import Workspace
from app.style.theme import Theme
from app.style.translation import tr
from app.views.look import TourStep
from app.views.stage_panel import Trigger
from app.widgets.icon_button import IconButton
from app.widgets.text import label

WIDTH = 360


class Tour(QFrame):
    """One caption and one button at a time; it follows what the stages do, whoever starts them.

    Parameters
    ----------
    theme : Theme
        The look.
    workspace : Workspace
        Whose stages are shown.
    trigger : callable
        Does a command by its key.
    host : QWidget
        What it lies on, at the lower left.
    """

    def __init__(self, theme: Theme, workspace: Workspace, trigger: Trigger, host: QWidget) -> None:
        super().__init__(host)
        self.setObjectName("notification")
        self._theme, self._workspace, self._trigger, self._host = theme, workspace, trigger, host
        self._keys: list[str] = []
        self.place = -1
        self._began: set[str] = set()
        self.count, self.title, self.text = label("", "caption"), label("", "name"), label("", "", wrap=True)
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.leave_button = IconButton(theme, "x", tr("Leave the tour"), size=20)
        self.button = QPushButton()
        self.button.setAccessibleName(tr("Next step"))
        self.button.setProperty("role", "filled")
        self.button.setToolTip(tr("The next step of the tour."))
        self._lay_out()
        self.hide()
        self.leave_button.clicked.connect(self.leave)
        self.button.clicked.connect(self.go_on)
        workspace.stage_changed.connect(self._refresh)
        workspace.project_changed.connect(self._refresh)
        host.installEventFilter(self)
        theme.follow(self._restyle)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        for widget in (self.title, self.count):
            head.addWidget(widget)
        head.addStretch(1)
        head.addWidget(self.leave_button, 0, Qt.AlignmentFlag.AlignTop)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.button)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 12, 12)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self.text)
        column.addLayout(foot)

    # -- the way -----------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Begin with the surface that is open."""
        views = self._workspace.views
        self._keys = [key for key, view in views.items() if view.tour is not None]
        self.place = 0
        self._began.clear()
        self._refresh()
        self.show()
        self.button.setFocus()

    def leave(self) -> None:
        """Go away; what was begun goes on."""
        self.place = -1
        self.hide()

    def go_on(self) -> None:
        """Do what the button says: the next step, or this one once more where it has failed."""
        if self._state() is StageState.RUNNING:
            self._workspace.jobs[self._key].stop()
        elif not self._is_done():
            self._run()
        elif self._is_last:
            self.leave()
            self._trigger("open")
        else:
            self.place += 1
            self._workspace.show_stage(self._key)
            if not self._is_done():
                self._run()
        self._refresh()

    @property
    def is_on(self) -> bool:
        """Whether it is shown."""
        return self.place >= 0

    # -- what is shown -----------------------------------------------------------------------------------------------

    @property
    def _key(self) -> str:
        return self._keys[self.place]

    @property
    def _step(self) -> TourStep:
        return self._workspace.views[self._key].tour

    @property
    def _is_last(self) -> bool:
        return self.place == len(self._keys) - 1

    def _state(self) -> StageState:
        return self._workspace.state(self._key)

    def _is_done(self) -> bool:
        return self._state() is StageState.DONE

    def _run(self) -> None:
        options, change = self._workspace.options(self._key), self._step.options
        self._workspace.run_stage(self._key, options if change is None else change(options))

    def _refresh(self, *_: object) -> None:
        if not self.is_on:
            return
        view, state = self._workspace.views[self._key], self._state()
        self.count.setText(tr("{n} of {all}", n=self.place + 1, all=len(self._keys)))
        self.title.setText(view.title)
        self.button.setEnabled(True)
        if state is StageState.RUNNING:
            self._began.add(self._key)
            text, button = self._step.running, tr("That is enough")
            self.button.setEnabled(view.is_steered)
        elif self._is_done():
            text = self._step.done
            button = tr("Open a surface of mine…") if self._is_last else self._next_step.start
        else:
            about = self._step.running
            if self._key in self._began:
                about = tr("This was ended before it was done. Start it once more, or leave the tour.")
            text = self._workspace.failures.get(self._key) or self._workspace.obstacle(self._key) or about
            button = self._step.start
        self.text.setText(text)
        self.button.setText(button)
        self.button.setVisible(self.button.isEnabled())
        self.layout().activate()  # the card may stay as large as it is, the button does not
        self._place()

    @property
    def _next_step(self) -> TourStep:
        return self._workspace.views[self._keys[self.place + 1]].tour

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def _place(self) -> None:
        width = min(self._theme.px(WIDTH), self._host.width() - 24)
        height = self.layout().heightForWidth(width) if self.layout().hasHeightForWidth() else self.sizeHint().height()
        self.setGeometry(12, self._host.height() - height - 12, width, height)
        self.raise_()

    def _restyle(self) -> None:
        self._place()
