"""The column at the left of a page: what is chosen and run, scrolled where there is little room."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from app.style.theme import Theme


class SideColumn(QScrollArea):
    """A column of a fixed width.

    Parameters
    ----------
    theme : Theme
        The look.
    width : int
        In pixels of the design.
    """

    def __init__(self, theme: Theme, width: int) -> None:
        super().__init__()
        self._theme, self._width = theme, width
        page = QWidget()
        page.setObjectName("columnContent")
        self.column = QVBoxLayout(page)
        """Where its parts are put, the last with room below."""
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(page)
        theme.follow(self._restyle)

    def _restyle(self) -> None:
        px = self._theme.px
        self.setFixedWidth(px(self._width))
        self.column.setContentsMargins(px(16), px(12), px(16), px(16))
        self.column.setSpacing(px(10))


def rule() -> QFrame:
    """Return the line between a column and what stands beside it."""
    made = QFrame()
    made.setFrameShape(QFrame.Shape.NoFrame)
    made.setObjectName("claimRule")
    made.setFixedWidth(1)
    return made
