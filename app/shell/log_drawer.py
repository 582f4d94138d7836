"""The log, in a drawer above the job bar."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from app.shell.log_file import LogFile
from app.style.theme import Theme
from app.style.translation import tr
from app.widgets.icon_button import IconButton
from app.widgets.text import label

HEIGHT = 200
_LINES = 2000


class LogDrawer(QWidget):
    """What was done and what went wrong, newest last.

    Signals
    -------
    close_requested()
    """

    close_requested = Signal()

    def __init__(self, theme: Theme, log: LogFile, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("logDrawer")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._theme, self._log = theme, log
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setMaximumBlockCount(_LINES)
        self.text.setAccessibleName(tr("Log"))
        self._copy = QPushButton(tr("Copy report"))
        self._copy.setProperty("role", "flat")
        self._copy.setToolTip(tr("Puts the whole log on the clipboard, to be sent."))
        close = IconButton(theme, "x", tr("Close the log"), size=24)
        row = QHBoxLayout()
        row.setContentsMargins(16, 4, 12, 0)
        row.setSpacing(8)
        row.addWidget(label(tr("Log"), "header"))
        row.addWidget(label(str(log.path), "caption"))
        row.addStretch(1)
        row.addWidget(self._copy)
        row.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 1, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self.text)
        self.text.setPlainText(log.text(20_000))
        log.written.connect(self.text.appendPlainText)
        self._copy.clicked.connect(self.copy_report)
        close.clicked.connect(self.close_requested)
        theme.follow(self._restyle)

    def copy_report(self) -> None:
        """Put the whole log on the clipboard."""
        QGuiApplication.clipboard().setText(self._log.text())

    def _restyle(self) -> None:
        self.setFixedHeight(self._theme.px(HEIGHT))
        self._theme.set_icon(self._copy, "copy")
        self.text.document().setDocumentMargin(16)
