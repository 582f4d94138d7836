"""How a ratio is distributed before and after, on a logarithmic axis with 0 in the middle."""

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.style.theme import Theme
from app.style.translation import tr

BINS = 60
REACH = 2.0
"""Binary logarithms shown to both sides of 0; what lies beyond counts in the last bin."""


class RatioHistogram(QWidget):
    """Grey bars before, blue bars after, both named where they are highest.

    Parameters
    ----------
    theme : Theme
        The look.
    caption : str
        Written under the axis.
    """

    def __init__(self, theme: Theme, caption: str) -> None:
        super().__init__()
        self._theme, self._caption = theme, caption
        self._before: np.ndarray | None = None
        self._after: np.ndarray | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        theme.follow(self._restyle)

    def show_ratios(self, before: np.ndarray, after: np.ndarray, weights: np.ndarray) -> None:
        """Show how binary logarithms of ratios are distributed, each counting by its weight."""
        self._before, self._after = _shares(before, weights), _shares(after, weights)
        self.update()

    def clear(self) -> None:
        """Show the axis alone."""
        self._before = self._after = None
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(240), self._theme.px(132))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.paint(painter)

    def paint(self, painter: QPainter) -> None:
        """Paint the histogram over the whole widget."""
        px = self._theme.px
        left, right, top, base = px(12), self.width() - px(12), px(22), self.height() - px(40)
        if self._before is not None and self._after is not None:
            grey, blue = self._theme.color("border_strong"), self._theme.color("accent")
            self._paint_bars(painter, self._before, QRectF(left, top, right - left, base - top), QColor(grey))
            self._paint_bars(painter, self._after, QRectF(left, top, right - left, base - top), QColor(blue))
            self._name(painter, tr("before"), self._before, left, right, top, "text_muted")
            self._name(painter, tr("after"), self._after, left, right, top, "link")
        painter.fillRect(QRectF(left, base, right - left, 1), self._theme.color("border_strong"))
        painter.setPen(self._theme.color("text_faint"))
        painter.setFont(self._theme.font(11))
        height = px(16)
        for place, text in ((left, f"−{REACH:g}"), ((left + right) / 2, "0"), (right, f"+{REACH:g}")):
            rect = QRectF(place - px(24), base + px(3), px(48), height)
            rect.moveLeft(min(max(rect.left(), 0.0), self.width() - rect.width()))
            way = Qt.AlignmentFlag.AlignHCenter
            way = Qt.AlignmentFlag.AlignLeft if place == left else way
            way = Qt.AlignmentFlag.AlignRight if place == right else way
            painter.drawText(rect, way | Qt.AlignmentFlag.AlignVCenter, text)
        rect = QRectF(0, base + px(20), self.width(), height)
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, self._caption)

    @staticmethod
    def _paint_bars(painter: QPainter, shares: np.ndarray, rect: QRectF, color: QColor) -> None:
        """Paint bars, the highest as high as the rectangle."""
        step, most = rect.width() / BINS, max(float(shares.max()), 1e-12)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        for k in np.flatnonzero(shares):
            height = rect.height() * float(shares[k]) / most
            painter.drawRect(QRectF(rect.left() + k * step, rect.bottom() - height, max(1.0, step - 1.0), height))

    def _name(
        self, painter: QPainter, text: str, shares: np.ndarray, left: float, right: float, top: float, role: str
    ) -> None:
        """Write a name beside the highest bar of the one that is narrow, at the left of the other."""
        painter.setPen(self._theme.color(role))
        painter.setFont(self._theme.font(11, 600))
        width = painter.fontMetrics().horizontalAdvance(text)
        if role == "link":
            place = left + (float(shares.argmax()) + 1.0) * (right - left) / BINS + 6.0
            place = min(place, right - width)
        else:
            place = left
        painter.drawText(QRectF(place, top - self._theme.px(18), width + 2, self._theme.px(16)), 0, text)

    def _restyle(self) -> None:
        self.setMinimumHeight(self.sizeHint().height())
        self.update()


def _shares(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return the share of the weight in each bin; infinite ratios count in the outermost, undefined ones nowhere."""
    known = ~np.isnan(values)
    clipped = np.clip(values[known], -REACH, REACH)
    counts, _ = np.histogram(clipped, BINS, (-REACH, REACH), weights=weights[known])
    return counts / max(float(counts.sum()), 1e-300)
