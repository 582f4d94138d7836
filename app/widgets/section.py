"""A part of the inspector that folds: a header with a verdict, rows beneath, a line at the end."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.style.sentences import said
from app.style.theme import Theme
from app.widgets.badge import Badge
from app.widgets.icon_button import IconButton
from app.widgets.text import label
from app.widgets.value_row import Line, ValueRow


class Section(QWidget):
    """Header of 32, rows of 24, 8 below, and a line of 1 pixel.

    Signals
    -------
    copied(text)
        The value of a row was copied.
    row_chosen(number)
        A row that leads somewhere was clicked.
    claim_requested(name)
        The link to a claim was clicked.
    action_triggered()
        The link at the right of the header was clicked.
    """

    copied = Signal(str)
    row_chosen = Signal(int)
    claim_requested = Signal(str)
    action_triggered = Signal()

    def __init__(self, theme: Theme, title: str, action: str = "", action_icon: str = "", about: str = "") -> None:
        super().__init__()
        self._theme = theme
        self._action_icon = action_icon
        self.badge = Badge(theme)
        self._caret = IconButton(theme, "caret-down", title, size=20, icon_size=12)
        self._title = label(title, "header")
        self._action = QPushButton(action)
        self._action.setProperty("role", "flat" if action_icon else "link")
        self._action.setToolTip(about)
        self._action.setVisible(bool(action))
        self._action.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._body = QWidget()
        self._rows_layout = QVBoxLayout(self._body)
        self._rows_layout.setContentsMargins(0, 0, 0, 0)
        self._rows_layout.setSpacing(0)
        self._note = label("", "label", wrap=True)
        self._rows_layout.addWidget(self._note)
        self.rows: list[ValueRow] = []
        self._header = QHBoxLayout()
        self._header.setSpacing(0)
        for part in (self._caret, self._title):
            self._header.addWidget(part)
        self._header.addStretch(1)
        self._header.addWidget(self._action)
        self._header.addWidget(self.badge)
        self._column = QVBoxLayout(self)
        self._column.setSpacing(0)
        self._column.addLayout(self._header)
        self._column.addWidget(self._body)
        self._column.addSpacing(8)
        rule = QFrame()
        rule.setObjectName("line")
        self._column.addWidget(rule)
        self.badge.show_text("", "none")
        self.set_note("")
        self._caret.clicked.connect(self.toggle)
        self._action.clicked.connect(self.action_triggered)
        theme.follow(self._restyle)

    # -- content -----------------------------------------------------------------------------------------------------

    @property
    def title(self) -> str:
        return self._title.text()

    def set_title(self, title: str) -> None:
        """Change the name of the section."""
        self._title.setText(title)
        self._caret.setAccessibleName(title)
        self._caret.setToolTip(title)

    def set_lines(self, lines: Sequence[Line]) -> None:
        """Show rows; those that stay keep their widgets."""
        same = len(lines) == len(self.rows) and all(
            bool(row.line.copied) == bool(line.copied) for row, line in zip(self.rows, lines, strict=False)
        )
        if not same:
            for row in self.rows:
                self._rows_layout.removeWidget(row)
                row.hide()
                row.deleteLater()
            self.rows = [ValueRow(self._theme, line) for line in lines]
            for k, row in enumerate(self.rows):
                row.copied.connect(self.copied)
                row.claim_requested.connect(self.claim_requested)
                row.chosen.connect(lambda k=k: self.row_chosen.emit(k))
                self._rows_layout.insertWidget(k, row)
        for row, line in zip(self.rows, lines, strict=True):
            row.show_line(line)

    def set_note(self, text: str) -> None:
        """Show a sentence beneath the rows."""
        self._note.setText(said(text))
        self._note.setVisible(bool(text))

    def set_links(self, leads: Sequence[bool]) -> None:
        """Say which rows lead somewhere when they are clicked."""
        for row, is_link in zip(self.rows, leads, strict=True):
            row.set_link(is_link)

    def set_action_text(self, text: str) -> None:
        """Let the link of the header say something else."""
        self._action.setText(text)

    def set_action_visible(self, visible: bool) -> None:
        """Offer the link of the header or not."""
        self._action.setVisible(visible)

    def add(self, widget: QWidget) -> None:
        """Add a widget beneath the rows."""
        self._rows_layout.addWidget(widget)

    @property
    def note(self) -> QLabel:
        return self._note

    # -- folding -----------------------------------------------------------------------------------------------------

    @property
    def is_open(self) -> bool:
        return not self._body.isHidden()

    def toggle(self) -> None:
        """Fold or unfold."""
        self._body.setVisible(not self.is_open)
        self._caret.set_icon("caret-down" if self.is_open else "caret-right")

    def _restyle(self) -> None:
        px = self._theme.px
        self._column.setContentsMargins(0, px(4), 0, 0)
        self._header.setContentsMargins(px(12), 0, px(16), 0)
        self._title.setContentsMargins(px(2), 0, 0, 0)
        self._title.setFixedHeight(px(32))
        self._body.setContentsMargins(px(16), 0, px(16), 0)
        self._note.setContentsMargins(0, px(4), 0, 0)
        if self._action_icon:
            self._theme.set_icon(self._action, self._action_icon)
