"""A claim among others: its picture, its title, and how it came out."""

from pathlib import Path

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

import assets
from app.claims.figure_view import paint_shape
from app.scene.plots.layout import lay_out
from app.scene.plots.png import first_panel
from app.style.theme import Theme
from core.claims.card import Card, Verdict

PICTURES = Path(assets.__file__).parent / "claims"
"""Pictures of what each card came to with its default knobs, NAME_light.png and NAME_dark.png."""
WIDTH, HEIGHT = 224, 184
PICTURE = 132
OUTCOMES = {
    "holds": ("check-circle-fill", "ok"),
    "fails": ("x-circle-fill", "bad"),
    "undecided": ("minus-circle", "warn"),
}
"""Icon and colour of each outcome."""


class Tile(QAbstractButton):
    """A click opens the page of the claim.

    Parameters
    ----------
    theme : Theme
        The look.
    name : str
        Name of the card.
    card : Card
        What it shows.
    """

    def __init__(self, theme: Theme, name: str, card: Card, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self.name, self.card = theme, name, card
        self.verdict: Verdict | None = None
        self.setAccessibleName(card.title)
        self.setToolTip(card.statement)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        theme.follow(self._restyle)

    def show_verdict(self, verdict: Verdict) -> None:
        """Show how the last run came out, and its picture."""
        self.verdict = verdict
        self.setAccessibleName(f"{self.card.title}: {verdict.outcome}")
        self._restyle()

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(WIDTH), self._theme.px(HEIGHT))

    def enterEvent(self, event: object) -> None:
        self.update()

    def leaveEvent(self, event: object) -> None:
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, px = self._theme, self._theme.px
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        clip = QPainterPath()
        clip.addRoundedRect(frame, 6, 6)
        painter.save()
        painter.setClipPath(clip)
        painter.fillRect(self.rect(), theme.color("control_hover" if self.underMouse() else "raised"))
        painter.fillRect(QRect(0, 0, self.width(), px(PICTURE)), theme.color("sheet"))
        painter.drawPixmap(QRect(0, 0, self.width(), px(PICTURE)), self._picture())
        painter.restore()
        painter.setPen(QPen(theme.color("link" if self.underMouse() else "border"), 1))
        painter.drawLine(1, px(PICTURE), self.width() - 1, px(PICTURE))
        painter.drawPath(clip)
        left = px(12)
        if self.verdict is not None:
            icon, role = OUTCOMES[self.verdict.outcome]
            pixmap = theme.pixmap(icon, role, 16, self.devicePixelRatioF())
            painter.drawPixmap(self.width() - px(26), px(PICTURE) + px(10), pixmap)
        painter.setPen(theme.color("text"))
        painter.setFont(theme.font(13, 600))
        room = self.width() - left - px(32 if self.verdict is not None else 12)
        text = QRect(left, px(PICTURE) + px(8), room, px(HEIGHT - PICTURE - 14))
        painter.drawText(text, int(Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap), self.card.title)

    def _picture(self) -> QPixmap:
        """Return the picture: of the last run, else that which comes with the program, else an icon."""
        if self._pixmap is not None:
            return self._pixmap
        ratio = self.devicePixelRatioF()
        width, height = self.width(), self._theme.px(PICTURE)
        made = QPixmap(round(width * ratio), round(height * ratio))
        made.setDevicePixelRatio(ratio)
        made.fill(self._theme.color("sheet"))
        painter = QPainter(made)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        variant = "dark" if self._theme.palette.is_dark else "light"
        stored = QPixmap(str(PICTURES / f"{self.name}_{variant}.png"))
        if self.verdict is not None and self.verdict.figure.panels:
            for shape in lay_out(first_panel(self.verdict.figure), width, height + 4, self._theme.palette, 0.75):
                paint_shape(painter, shape, self._theme)
        elif not stored.isNull():
            painter.drawPixmap(QRect(0, 0, width, height), stored)
        else:
            icon = self._theme.pixmap("flask", "text_faint", 40, ratio)
            side = self._theme.px(40)
            painter.drawPixmap((width - side) // 2, (height - side) // 2, icon)
        painter.end()
        self._pixmap = made
        return made

    _pixmap: QPixmap | None = None

    def _restyle(self) -> None:
        self._pixmap = None
        self.setFixedSize(self.sizeHint())
        self.update()
