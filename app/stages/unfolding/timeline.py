"""The line beneath the picture: where the layers are, how far it has come, and which units are on or switch."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from app.style.theme import Theme
from app.style.translation import tr
from core.unfolding.invariant import SPACE, Invariant
from core.unfolding.unfolding import SWITCHES, Unfolding

_LEFT, _RIGHT, _STRIP, _HIGH, _CURVE = 52, 16, 26, 78, 34
"""Left of the line, where the button is, and right of it, height of the strip of units, of all, and of a curve
above them, in pixels of the design."""
_SNAP = 5.0
"""Pixels around a mark within which it is meant."""
_LEAST = 1e-3


class Timeline(QWidget):
    """A line with a mark at each layer, which can be dragged along; over it a bar for each unit of the layer.

    Signals
    -------
    moved(float)
        The user wants another moment t.
    """

    moved = Signal(float)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._made: Unfolding | None = None
        self._invariant: Invariant | None = None
        self._words = ""
        self._cameras: tuple[float, ...] = ()
        self.moment = 0.0
        self.setAccessibleName(tr("Moment of the unfolding"))
        self.setToolTip(tr("Drag to hold a moment; a dot is a layer. Bars: units, as high as the share that is on."))
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFixedHeight(theme.px(_HIGH))

    def show_moment(self, made: Unfolding | None, moment: float, words: str) -> None:
        """Show another moment, or another unfolding."""
        self._made, self.moment, self._words = made, moment, words
        self.update()

    def show_invariant(self, invariant: Invariant | None) -> None:
        """Draw a number over all moments too, or none."""
        self._invariant = invariant
        self.setFixedHeight(self._theme.px(_HIGH + (_CURVE if invariant is not None else 0)))
        self.update()

    def show_cameras(self, shares: tuple[float, ...]) -> None:
        """Mark the shares of the way at which a camera is kept."""
        self._cameras = shares
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(400, self.height())

    def moment_at(self, x: float) -> float:
        """Return the moment of a place, that of a mark near it."""
        assert self._made is not None
        length, left = self._made.length, self._theme.px(_LEFT)
        wide = max(self.width() - left - self._theme.px(_RIGHT), 1)
        t = min(max((x - left) / wide * length, 0.0), float(length))
        return float(round(t)) if abs(t - round(t)) * wide / length <= _SNAP else t

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._made is not None:
            self.moved.emit(self.moment_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._made is not None and event.buttons() & Qt.MouseButton.LeftButton:
            self.moved.emit(self.moment_at(event.position().x()))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, color = QPainter(self), self._theme.color
        painter.fillRect(self.rect(), color("panel"))
        if self._made is None:
            return
        px = self._theme.px
        top = px(6)
        if self._invariant is not None:
            wide = self.width() - px(_LEFT) - px(_RIGHT)
            self._draw_curve(painter, QRectF(px(_LEFT), top, wide, px(_CURVE - 8)), self._invariant)
            top += px(_CURVE)
        room = QRectF(px(_LEFT), top, self.width() - px(_LEFT) - px(_RIGHT), px(_STRIP))
        _, on, switching = self._made.unit_shares(self.moment)
        self._draw_units(painter, room, on, switching)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        y, length = self.height() - px(13), self._made.length
        at = room.left() + room.width() * self.moment / length
        for end, name, width in ((room.right(), "border_strong", 2.0), (at, "link", 3.0)):
            painter.setPen(QPen(color(name), width))
            painter.drawLine(QPointF(room.left(), y), QPointF(end, y))
        painter.setPen(Qt.PenStyle.NoPen)
        for mark in range(length + 1):
            is_main = mark in (0, self._made.code, length)
            painter.setBrush(color("link" if mark <= self.moment else "border_strong"))
            radius = px(5 if is_main else 3)
            painter.drawEllipse(QPointF(room.left() + room.width() * mark / length, y), radius, radius)
        painter.setBrush(color("warn"))
        for share in self._cameras:
            x, r = room.left() + room.width() * share, px(4)
            tip = QPointF(x, y - px(4))
            painter.drawPolygon([tip, QPointF(x - r, tip.y() - px(7)), QPointF(x + r, tip.y() - px(7))])
        painter.setBrush(color("text"))
        painter.drawEllipse(QPointF(at, y), px(4), px(4))
        painter.setPen(color("text_muted"))
        line = QRectF(room.left(), room.bottom() + px(2), room.width(), px(18))
        count = int((switching > SWITCHES).sum())
        told = tr("{n} of {all} units switch", n=f"{count:,}", all=f"{len(on):,}") if len(on) else ""
        metrics = painter.fontMetrics()
        left = int(room.width()) - metrics.horizontalAdvance(told) - px(12)
        words = metrics.elidedText(self._words, Qt.TextElideMode.ElideRight, left)
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, words)
        painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, told)

    def _draw_curve(self, painter: QPainter, room: QRectF, told: Invariant) -> None:
        """Draw a number over all moments: in space a whole line, of a shadow a dashed one, nothing where it is none."""
        assert self._made is not None
        color, px = self._theme.color, self._theme.px
        painter.fillRect(room, color("track"))
        known = told.values[np.isfinite(told.values)]
        low, high = min(float(known.min(initial=0.0)), 0.0), max(float(known.max(initial=0.0)), 0.0)
        scale = (room.height() - px(8)) / max(high - low, 1.0)
        bottom = room.bottom() - px(4) + low * scale
        painter.setPen(color("text_faint"))
        painter.setFont(self._theme.font(10))
        for value in {low, 0.0, high}:
            at = QRectF(0.0, bottom - value * scale - px(7), room.left() - px(4), px(14))
            text = f"{value:+.0f}".replace("-", "\N{MINUS SIGN}") if value else "0"
            painter.drawText(at, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
        x = room.left() + room.width() * told.moments / self._made.length
        for k in range(len(x) - 1):
            if np.isfinite(told.values[k]):
                pen = QPen(color("link" if told.kinds[k] == SPACE else "text_faint"), 2.0)
                if told.kinds[k] != SPACE:
                    pen.setStyle(Qt.PenStyle.DotLine)
                painter.setPen(pen)
                y = bottom - float(told.values[k]) * scale
                painter.drawLine(QPointF(float(x[k]), y), QPointF(float(x[k + 1]), y))
        painter.setPen(QPen(color("bad"), 2.0))
        for meeting in told.meetings:
            at = room.left() + room.width() * meeting.t / self._made.length
            painter.drawLine(QPointF(at, room.top()), QPointF(at, room.bottom()))
        painter.setPen(QPen(color("text"), 1.0))
        at = room.left() + room.width() * self.moment / self._made.length
        painter.drawLine(QPointF(at, room.top()), QPointF(at, room.bottom()))
        painter.setFont(self.font())

    def _draw_units(self, painter: QPainter, room: QRectF, on: np.ndarray, switching: np.ndarray) -> None:
        """Draw a bar for each unit, as high as the share of points at which it is on; those that switch light up."""
        if not len(on):
            return
        painter.fillRect(room, self._theme.color("track"))
        wide, loud, still = room.width() / len(on), self._theme.color("link"), self._theme.color("text_faint")
        for k, (share, switches) in enumerate(zip(on.tolist(), switching.tolist(), strict=True)):
            left, right = room.left() + k * wide, room.left() + (k + 1) * wide
            high = room.height() * share
            bar = QRectF(left, room.bottom() - high, max(right - left - (1.0 if wide > 3.0 else 0.0), 0.5), high)
            painter.fillRect(bar, loud if switches > SWITCHES else still)
