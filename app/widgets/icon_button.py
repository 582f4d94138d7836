"""A square button that shows an icon and says in a tooltip what it does."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QToolButton, QWidget

from app.style.theme import Theme


class IconButton(QToolButton):
    """An icon that follows the theme.

    Parameters
    ----------
    theme : Theme
        Where its colours come from.
    icon : str
        Phosphor name.
    text : str
        Its accessible name and tooltip.
    size, icon_size : int
        Sides of the button and of the icon, in pixels of the design.
    """

    def __init__(
        self, theme: Theme, icon: str, text: str, size: int = 28, icon_size: int = 16, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme, self._icon, self._size, self._icon_size = theme, icon, size, icon_size
        self.setAccessibleName(text)
        self.setToolTip(text)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        theme.follow(self._restyle)

    def set_icon(self, icon: str) -> None:
        """Show another icon."""
        self._icon = icon
        self._restyle()

    def _restyle(self) -> None:
        side = self._theme.px(self._size)
        self.setFixedSize(side, side)
        self.setIconSize(QSize(self._theme.px(self._icon_size), self._theme.px(self._icon_size)))
        self.setIcon(self._theme.icon(self._icon, "text_muted"))
