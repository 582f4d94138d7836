"""The theme in use: one palette that stylesheet, icons and views follow."""

import qtawesome
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QIcon

from app.scene.palette import DARK, LIGHT, Palette


class Theme(QObject):
    """Holds the palette in use and tells when it changes.

    Signals
    -------
    changed(Palette)
        The palette was replaced.
    """

    changed = Signal(object)

    def __init__(self, mode: str = "system", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._mode = ""
        self.palette: Palette = LIGHT
        hints = QGuiApplication.styleHints()
        hints.colorSchemeChanged.connect(self._follow_system)
        self.set_mode(mode)

    @property
    def mode(self) -> str:
        """Return "light", "dark" or "system"."""
        return self._mode

    def set_mode(self, mode: str) -> None:
        """Use the light, the dark or the system's theme."""
        if mode not in ("light", "dark", "system"):
            raise ValueError(f"no such theme: {mode}")
        self._mode = mode
        self._follow_system()

    def toggle(self) -> None:
        """Change from light to dark or back."""
        self.set_mode("light" if self.palette.is_dark else "dark")

    def icon(self, name: str, role: str = "text_muted") -> QIcon:
        """Return a Phosphor icon in the colour of a role, such as ``icon("play-fill", "accent")``."""
        color = QColor(role if role.startswith("#") else getattr(self.palette, role))
        return qtawesome.icon(f"ph.{name}", color=color, color_disabled=QColor(self.palette.text_faint))

    def _follow_system(self) -> None:
        dark = self._mode == "dark"
        if self._mode == "system":
            dark = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
        palette = DARK if dark else LIGHT
        if palette is not self.palette:
            self.palette = palette
            self.changed.emit(palette)
