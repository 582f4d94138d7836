"""What is to be seen of the result of a stage, found out apart from the views that show it."""

from concurrent.futures import Executor
from typing import Any

from PySide6.QtCore import QEasingCurve, QObject, QVariantAnimation, Signal

from app.scene.snapshot import Snapshot
from app.state.workspace import Workspace
from app.widgets.canvas.newest import Newest


class StageScene(QObject):
    """Watches the project and how a result is shown, and says what is to be seen; a stage overrides `show`.

    Parameters
    ----------
    key : str
        Of the stage.
    workspace : Workspace
        Whose project.
    executor : Executor
        Where what is seen is computed.
    parent : QObject, optional
        Keeps it.

    Attributes
    ----------
    snapshot : Snapshot or None
        The surface beside which the result is shown.
    color_by : str
        Key of the quantity that it is coloured by.

    Signals
    -------
    changed()
        Something else is to be seen, or the same in another way.
    """

    changed = Signal()

    def __init__(self, key: str, workspace: Workspace, executor: Executor, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.key, self._workspace = key, workspace
        self.snapshot: Snapshot | None = None
        self.color_by = "none"
        self._making = Newest(executor, self)
        self._playing: QVariantAnimation | None = None
        workspace.display_changed.connect(lambda changed: self.show() if changed == key else None)
        workspace.open_stage_changed.connect(lambda _: self.show())

    def show(self) -> None:
        """Show what the workspace holds now."""
        self.changed.emit()

    @property
    def display(self) -> Any:
        """How the result is shown: the display of its stage."""
        return self._workspace.display(self.key)

    @property
    def is_outdated(self) -> bool:
        """Whether the result was made from what has changed since."""
        return self.key in self._workspace.project.outdated

    def show_snapshot(self, snapshot: Snapshot | None) -> None:
        """Show the result beside another surface; what a training changes meanwhile does not count."""
        if snapshot is not None and snapshot.is_live:
            return
        self.snapshot = snapshot
        self.show()

    def set_color_by(self, key: str) -> None:
        """Colour the result by another quantity."""
        self.color_by = key
        self.show()

    def pending(self) -> list[Newest]:
        """Return all that may be computing in a thread."""
        return [self._making]

    def close(self) -> None:
        """Wait for nothing more."""
        if self._playing is not None:
            self._playing.stop()
        self._making.forget()

    # -- what moves by itself ----------------------------------------------------------------------------------------

    def _prepare_to_play(self, milliseconds: int, curve: QEasingCurve.Type = QEasingCurve.Type.Linear) -> None:
        """Let `play` last so long."""
        self._playing = QVariantAnimation(self, startValue=0.0, endValue=1.0, duration=milliseconds)
        self._playing.setEasingCurve(curve)
        self._playing.valueChanged.connect(self._step)

    def _step(self, share: float) -> None:
        """Show a moment of what is played, from 0 to 1."""

    def play(self) -> None:
        """Play what can be played; stop where that is under way."""
        if self._playing is None:
            return
        if self._playing.state() == QVariantAnimation.State.Running:
            self._playing.stop()
        else:
            self._playing.start()
