"""Which units of each hidden layer are on: a high bar for on, a low one for off."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.style.theme import Theme
from app.style.translation import tr
from app.widgets.layer_chips import layer_color

TEXT, ON, OFF, ROW = 16, 12, 6, 36
"""Height of the words, of a bit that is on and off, and of a layer, in pixels."""


class BitRows(QWidget):
    """One row for each layer."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.layers: Sequence[np.ndarray] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.follow(self._restyle)

    def show_layers(self, layers: Sequence[np.ndarray]) -> None:
        """Show the (n,) bool arrays of the hidden layers."""
        resized = len(layers) != len(self.layers)
        self.layers = layers
        counts = (tr("layer {n}: {on} of {all}", n=k + 1, on=int(b.sum()), all=len(b)) for k, b in enumerate(layers))
        self.setAccessibleName(tr("Activation pattern: {text}", text="; ".join(counts)))
        if resized:
            self._restyle()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(200), self._theme.px(ROW) * len(self.layers))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, px = QPainter(self), self._theme.px
        painter.setFont(self._theme.font(11))
        for layer, bits in enumerate(self.layers):
            top = px(ROW) * layer
            line = QRectF(0, top, self.width(), px(TEXT))
            painter.setPen(self._theme.color("text_muted"))
            middle = Qt.AlignmentFlag.AlignVCenter
            painter.drawText(line, middle | Qt.AlignmentFlag.AlignLeft, tr("Layer {n}", n=layer + 1))
            active = tr("{on} of {all} active", on=int(bits.sum()), all=len(bits))
            painter.setPen(self._theme.color("text_faint"))
            painter.drawText(line, middle | Qt.AlignmentFlag.AlignRight, active)
            self._paint_bits(painter, bits, top + px(TEXT + 2), layer_color(self._theme, layer))

    def _paint_bits(self, painter: QPainter, bits: np.ndarray, top: float, color: QColor) -> None:
        step = self.width() / max(len(bits), 1)
        gap = 1.0 if step >= 3.0 else 0.0
        on, off = self._theme.px(ON), self._theme.px(OFF)
        rest = self._theme.color("track")
        # Runs of equal bits are one bar where there is no gap between bits.
        starts = np.arange(len(bits)) if gap else np.flatnonzero(np.append(True, bits[1:] != bits[:-1]))
        ends = np.append(starts[1:], len(bits))
        for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
            height = on if bits[start] else off
            bar = QRectF(start * step, top + 0.5 * (on - height), (end - start) * step - gap, height)
            painter.fillRect(bar, color if bits[start] else rest)

    def _restyle(self) -> None:
        self.setFixedHeight(self.sizeHint().height())
        self.update()
