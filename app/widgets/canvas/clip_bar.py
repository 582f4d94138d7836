"""The bar that moves a clipping plane: across which axis, where, which side, filled or not."""

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSlider, QWidget

from app.scene.sight import Clip
from app.style.theme import Theme
from app.style.translation import tr
from app.widgets.icon_button import IconButton
from app.widgets.segmented import Segmented

STEPS = 1000
WIDTH, MARGIN, CORNER, ABOVE_SCALE = 304, 12, 136, 48
"""Width of the bar, its distance from the edge, the width of colour bar and scale bar, and the height of the latter."""


class ClipBar(QFrame):
    """Lies over a canvas while its figure is cut.

    Signals
    -------
    axis_chosen(str)
        The plane shall lie across "x", "y", "z" or the "view".
    part_chosen(float)
        Where it shall lie, from 0 to 1 through the figure.
    flip_requested(), closed()
    cap_toggled(bool)
        Whether the cut shall be filled.
    """

    axis_chosen = Signal(str)
    part_chosen = Signal(float)
    flip_requested = Signal()
    cap_toggled = Signal(bool)
    closed = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("popover")
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self._theme = theme
        self.axes = Segmented(theme, {"x": "X", "y": "Y", "z": "Z", "view": tr("View")})
        for key, text in {
            "x": tr("Plane across the x axis"),
            "y": tr("Plane across the y axis"),
            "z": tr("Plane across the z axis"),
            "view": tr("Plane that faces the eye as it is now"),
        }.items():
            self.axes.button(key).setToolTip(text)
            self.axes.button(key).setAccessibleName(text)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, STEPS)
        self.slider.setPageStep(STEPS // 20)
        self.slider.setSingleStep(STEPS // 100)
        self.slider.setToolTip(tr("Where the clipping plane lies"))
        self.slider.setAccessibleName(tr("Where the clipping plane lies"))
        self.flip = IconButton(theme, "arrows-left-right", tr("Leave out the other side"))
        self.cap = IconButton(theme, "circle-half", tr("Fill the cut of a closed surface"))
        self.cap.setCheckable(True)
        self.close_button = IconButton(theme, "x", tr("No clipping plane (X)"))
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 4, 6, 4)
        row.setSpacing(6)
        row.addWidget(self.axes)
        row.addWidget(self.slider, 1)
        for button in (self.flip, self.cap, self.close_button):
            row.addWidget(button)
        self.axes.edited.connect(lambda: self.axis_chosen.emit(self.axes.value()))
        self.slider.valueChanged.connect(lambda value: self.part_chosen.emit(value / STEPS))
        self.flip.clicked.connect(self.flip_requested)
        self.cap.clicked.connect(self.cap_toggled)
        self.close_button.clicked.connect(self.closed)

    def show_clip(self, clip: Clip, part: float, can_fill: bool) -> None:
        """Show how a figure is cut."""
        self.slider.blockSignals(True)
        self.slider.setValue(round(part * STEPS))
        self.slider.blockSignals(False)
        axis = int(np.abs(clip.normal).argmax())
        self.axes.set_value("xyz"[axis] if abs(clip.normal[axis]) == 1.0 else "view")
        self.cap.setEnabled(can_fill)
        self.cap.setChecked(clip.is_capped and can_fill)

    def place(self) -> None:
        """Sit at the bottom of the canvas, between colour bar and scale bar, or above the scale bar."""
        parent, px = self.parentWidget(), self._theme.px
        width, height = min(px(WIDTH), parent.width() - 2 * MARGIN), self.sizeHint().height()
        if parent.width() >= width + 2 * px(CORNER):
            left, bottom = (parent.width() - width) // 2, MARGIN
        else:
            left, bottom = parent.width() - width - MARGIN, px(ABOVE_SCALE)
        self.setGeometry(left, parent.height() - height - bottom, width, height)
