"""What takes the place of the reconstruction while the stage *Unfold* is open: the picture and the line beneath."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QMenu, QWidget

from app.stages.unfolding.timeline import Timeline
from app.style.theme import Theme
from app.style.translation import tr
from app.views.stage_body import StageBody
from app.widgets.canvas.point_canvas import PointCanvas
from app.widgets.icon_button import IconButton

SMALL_STEP = 0.05
"""Part of a layer that comma and period go."""


class UnfoldBody(StageBody):
    """A canvas, beneath it a button that plays and the line of moments.

    Signals
    -------
    stepped(float)
        The user wants to go on by so much of a layer.
    went(float)
        The user wants to go to an end: 0 or 1.
    play_requested()
        The button is pressed.
    camera_kept()
        The user wants the camera to be kept at this moment, or no more.
    """

    stepped = Signal(float)
    went = Signal(float)
    play_requested = Signal()
    camera_kept = Signal()

    def __init__(self, canvas: PointCanvas, theme: Theme, owner: QWidget) -> None:
        super().__init__(canvas, owner)
        self.timeline = Timeline(theme, self)
        self.play_button = IconButton(theme, "play-fill", tr("Play (Space)"), parent=self.timeline)
        self.play_button.move(theme.px(10), (self.timeline.height() - self.play_button.height()) // 2)
        self.play_button.clicked.connect(self.play_requested)
        layout = self.layout()
        assert layout is not None
        layout.setSpacing(0)
        layout.addWidget(self.timeline)

    def fill_camera_menu(self, menu: QMenu) -> None:
        super().fill_camera_menu(menu)
        menu.addSeparator()
        menu.addAction(tr("Keep the camera at this moment, or no more (K)")).triggered.connect(self.camera_kept)

    def show_playing(self, playing: bool) -> None:
        """Say whether it is being played."""
        self.play_button.set_icon("pause-fill" if playing else "play-fill")

    def handle_key(self, key: int) -> bool:
        """Act on a key pressed in the view; return whether it meant something."""
        steps = {Qt.Key.Key_Comma: -SMALL_STEP, Qt.Key.Key_Period: SMALL_STEP}
        ends = {Qt.Key.Key_Home: 0.0, Qt.Key.Key_End: 1.0}
        if key in steps:
            self.stepped.emit(steps[key])  # type: ignore[index]
        elif key in ends:
            self.went.emit(ends[key])  # type: ignore[index]
        elif key == Qt.Key.Key_K:
            self.camera_kept.emit()
        else:
            return super().handle_key(key)
        return True
