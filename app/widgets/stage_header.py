"""The row of a stage: its place on the rail, its name, and how it stands."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from app.style.theme import Theme

RAIL = 26
"""Middle of the rail, from the left."""
TEXT_LEFT = 48
TEXT_RIGHT = 16


@dataclass(frozen=True)
class StageLook:
    """What the row of a stage shows.

    Parameters
    ----------
    title : str
        Its name.
    words, few_words : str
        How it stands, for the second line and for small windows.
    state : str
        "done", "running", "outdated", "ready", "not yet" or "failed".
    fraction : float or None
        How far it is while running.
    is_open, is_compact, is_tight : bool
        Whether its form is open, the window small, and so low that rows of one line must be low as well.
    """

    title: str
    words: str = ""
    few_words: str = ""
    state: str = "not yet"
    fraction: float | None = None
    is_open: bool = False
    is_compact: bool = False
    is_tight: bool = False

    @property
    def is_one_line(self) -> bool:
        return self.is_compact and not self.is_open

    @property
    def height(self) -> int:
        """Height of the row, in pixels of the design."""
        if not self.is_one_line:
            return 48
        return 22 if self.is_tight else 36


class StageHeader(QAbstractButton):
    """Two lines, or one in a small window; a click opens the stage."""

    def __init__(self, theme: Theme, look: StageLook, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self.look = theme, look
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        theme.follow(self._restyle)

    def show_look(self, look: StageLook) -> None:
        """Show another state."""
        if look != self.look:
            former, self.look = self.look, look
            self.setAccessibleName(f"{look.title}: {look.words}")
            if former.height != look.height:
                self._restyle()
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(200), self._theme.px(self.look.height))

    @property
    def icon_radius(self) -> float:
        """Half of the room that the icon takes on the rail."""
        return self._theme.px(10)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.save()
        self._draw_icon(painter, QPointF(self._theme.px(RAIL), self.height() / 2))
        painter.restore()
        if self.look.is_one_line:
            self._draw_one_line(painter)
        else:
            self._draw_two_lines(painter)

    # -- text --------------------------------------------------------------------------------------------------------

    def _words_role(self) -> str:
        roles = {"outdated": "warn", "failed": "bad", "not yet": "text_faint"}
        return roles.get(self.look.state, "text_muted")

    def _draw_two_lines(self, painter: QPainter) -> None:
        px = self._theme.px
        width = self.width() - px(TEXT_LEFT) - px(TEXT_RIGHT)
        lines = (
            (self.look.title, self._theme.font(13, 600 if self.look.is_open else 500), self._title_role(), px(17)),
            (self.look.words, self._theme.font(11), self._words_role(), px(33)),
        )
        for text, font, role, middle in lines:
            painter.setFont(font)
            painter.setPen(self._theme.color(role))
            rect = QRectF(px(TEXT_LEFT), middle - px(10), width, px(20))
            shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, width)
            painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)

    def _draw_one_line(self, painter: QPainter) -> None:
        px, middle = self._theme.px, Qt.AlignmentFlag.AlignVCenter
        font, small = self._theme.font(13, 600), self._theme.font(11)
        rect = QRectF(px(TEXT_LEFT), 0, self.width() - px(TEXT_LEFT) - px(TEXT_RIGHT), self.height())
        painter.setFont(font)
        painter.setPen(self._theme.color(self._title_role()))
        painter.drawText(rect, middle | Qt.AlignmentFlag.AlignLeft, self.look.title)
        room = int(rect.width()) - QFontMetrics(font).horizontalAdvance(self.look.title) - px(8)
        painter.setFont(small)
        painter.setPen(self._theme.color(self._words_role()))
        shown = QFontMetrics(small).elidedText(self.look.few_words, Qt.TextElideMode.ElideRight, room)
        painter.drawText(rect, middle | Qt.AlignmentFlag.AlignRight, shown)

    def _title_role(self) -> str:
        within_reach = self.look.state != "not yet"
        return "text" if within_reach or self.look.is_open else "text_faint"

    # -- icon --------------------------------------------------------------------------------------------------------

    def _draw_icon(self, painter: QPainter, centre: QPointF) -> None:
        icons = {
            "done": ("check-circle-fill", "ok"),
            "outdated": ("clock-counter-clockwise", "warn"),
            "failed": ("x-circle-fill", "bad"),
        }
        if self.look.state in icons:
            name, role = icons[self.look.state]
            half = self._theme.px(18) / 2
            pixmap = self._theme.pixmap(name, role, 18, self.devicePixelRatioF())
            painter.drawPixmap(centre - QPointF(half, half), pixmap)
            return
        radius = self._theme.px(15) / 2
        ring = QRectF(centre.x() - radius, centre.y() - radius, 2 * radius, 2 * radius)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self.look.state == "running":
            painter.setPen(QPen(self._theme.color("track"), 2))
            painter.drawEllipse(ring)
            pen = QPen(self._theme.color("link"), 2)
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            painter.setPen(pen)
            share = 0.25 if self.look.fraction is None else max(0.02, self.look.fraction)
            painter.drawArc(ring, 90 * 16, -round(share * 360 * 16))
            return
        ready = self.look.state == "ready"
        painter.setPen(QPen(self._theme.color("link" if ready else "text_faint"), 1.75 if ready else 1.5))
        painter.setOpacity(1.0 if ready else 0.7)
        painter.drawEllipse(ring)
        if ready:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.color("link"))
            painter.drawEllipse(centre, self._theme.px(3), self._theme.px(3))

    def _restyle(self) -> None:
        self.setFixedHeight(self.sizeHint().height())
        self.updateGeometry()
        self.update()
