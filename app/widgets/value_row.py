"""A line of the inspector: a claim and the figure that was measured for it."""

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.style.sentences import said
from app.style.theme import Theme
from app.style.translation import tr
from app.widgets.text import label

ICONS = {
    "ok": ("check-circle-fill", "ok"),
    "warn": ("warning-fill", "warn"),
    "bad": ("x-circle-fill", "bad"),
    "none": ("minus-circle", "text_faint"),
    "place": ("crosshair", "link"),
    "chosen": ("crosshair", "select"),
}


@dataclass(frozen=True)
class Line:
    """What a row shows.

    Parameters
    ----------
    name : str
        What is claimed or measured.
    value : str
        The figure.
    kind : str
        "ok" shown true, "warn" true with a reservation, "bad" false, "none" nothing to judge, "place" and
        "chosen" what a click leads to; empty for no icon.
    explanation : str
        What is claimed, how it was checked, and the goal; shown on click.
    copied : str
        What a click copies; empty where the row does not copy.
    claim : str
        Name of the card that its explanation leads to; empty for none.
    claim_text : str
        What that link says.
    """

    name: str
    value: str
    kind: str = ""
    explanation: str = ""
    copied: str = ""
    claim: str = ""
    claim_text: str = ""


class ValueRow(QWidget):
    """Icon, name and value, 24 pixels high; a click explains or copies.

    Signals
    -------
    copied(text)
        A value was put on the clipboard.
    chosen()
        A row that leads somewhere was clicked.
    claim_requested(name)
        The link to a claim was clicked.
    """

    copied = Signal(str)
    chosen = Signal()
    claim_requested = Signal(str)

    def __init__(self, theme: Theme, line: Line, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.line = line
        self.is_link = False
        self._icon = QLabel()
        self._name = label(line.name, "label", wrap=True)  # beside a long value it takes two lines
        self._value: QLabel | QPushButton = self._copy_button() if line.copied else label(line.value, "value")
        self._explanation = label("", "caption", wrap=True)
        self._explanation.hide()
        self.claim_link = QPushButton()
        self.claim_link.setProperty("role", "link")
        self.claim_link.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.claim_link.setToolTip(tr("Open the claim in the gallery"))
        self.claim_link.clicked.connect(lambda: self.claim_requested.emit(self.line.claim))
        self.claim_link.hide()
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(8))
        row.addWidget(self._icon)
        row.addWidget(self._name, 1)
        row.addWidget(self._value, 0, Qt.AlignmentFlag.AlignRight)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self._explanation)
        column.addWidget(self.claim_link, 0, Qt.AlignmentFlag.AlignLeft)
        theme.follow(self._restyle)
        self.show_line(line)

    def show_line(self, line: Line) -> None:
        """Show another figure under the same name."""
        former, self.line = self.line, line
        self._name.setText(line.name)
        self._value.setText(line.value)
        self._value.setAccessibleName(f"{line.name}: {line.value}")
        self._explanation.setText(line.explanation)
        self.claim_link.setText(line.claim_text)
        self.claim_link.setVisible(bool(line.claim) and not self._explanation.isHidden())
        self.setToolTip(said(line.explanation))
        if line.explanation and not line.copied:
            self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            self.setAccessibleName(f"{line.name}: {line.value}")
        if former.kind != line.kind:
            self._restyle()

    def set_link(self, is_link: bool) -> None:
        """Let a click lead somewhere, or explain."""
        self.is_link = is_link
        self.setCursor(Qt.CursorShape.PointingHandCursor if is_link else Qt.CursorShape.ArrowCursor)
        if is_link:
            self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            self.setAccessibleName(f"{self.line.name}: {self.line.value}")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._explain()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._explain()
        else:
            super().keyPressEvent(event)

    def _explain(self) -> None:
        if self.is_link:
            self.chosen.emit()
            return
        if self.line.explanation:
            self._explanation.setVisible(self._explanation.isHidden())
            self.claim_link.setVisible(bool(self.line.claim) and not self._explanation.isHidden())

    def _copy_button(self) -> QPushButton:
        button = QPushButton()
        button.setProperty("role", "copy")
        button.setToolTip(tr("Click to copy"))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(self._copy)
        return button

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.line.copied)
        self.copied.emit(self.line.copied)

    def _restyle(self) -> None:
        px = self._theme.px
        self._icon.setVisible(bool(self.line.kind))
        if self.line.kind:
            name, role = ICONS[self.line.kind]
            self._icon.setPixmap(self._theme.pixmap(name, role, 14, self.devicePixelRatioF()))
            self._icon.setFixedWidth(px(14))
        self._name.setMinimumHeight(px(24))
        self._value.setFixedHeight(px(24))
        if isinstance(self._value, QPushButton):
            self._value.setFixedHeight(px(22))
        self._explanation.setContentsMargins(0, 0, 0, px(6))
