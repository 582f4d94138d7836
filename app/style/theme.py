"""The theme in use: one palette that stylesheet, icons and views follow."""

from collections.abc import Callable

import qtawesome
from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtWidgets import QAbstractButton, QApplication

from app.scene.palette import DARK, LIGHT, Palette
from app.style.stylesheet import stylesheet

INTERFACE_FONTS = ("Inter", "Inter Variable")
MONOSPACE_FONTS = ("JetBrains Mono",)
MODES = ("system", "light", "dark")


class Theme(QObject):
    """Holds the palette, the fonts and the sizes in use and tells when they change.

    Signals
    -------
    changed(Palette)
        The palette or the text scale was replaced.
    """

    changed = Signal(object)

    def __init__(self, mode: str = "system", text_scale: float = 1.0, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._mode = ""
        self._application: QApplication | None = None
        self.text_scale = text_scale
        self.reduced_motion = False
        self.on_paper = False
        """Whether a figure for paper is painted: without remarks on the work and linked points."""
        self._pixmaps: dict[tuple[str, str, int, float], QPixmap] = {}
        self.palette: Palette = LIGHT
        self.family = _installed(INTERFACE_FONTS, QFontDatabase.SystemFont.GeneralFont)
        self.monospace = _installed(MONOSPACE_FONTS, QFontDatabase.SystemFont.FixedFont)
        hints = QGuiApplication.styleHints()
        hints.colorSchemeChanged.connect(self._follow_system)
        self.set_mode(mode)

    @property
    def mode(self) -> str:
        """Return "light", "dark" or "system"."""
        return self._mode

    def set_mode(self, mode: str) -> None:
        """Use the light, the dark or the system's theme."""
        if mode not in MODES:
            raise ValueError(f"no such theme: {mode}")
        self._mode = mode
        self._follow_system()

    def set_text_scale(self, text_scale: float) -> None:
        """Multiply type and controls by a factor from 0.9 to 1.5."""
        if text_scale != self.text_scale:
            self.text_scale = text_scale
            self._renew()

    def toggle(self) -> None:
        """Change from light to dark or back."""
        self.set_mode("light" if self.palette.is_dark else "dark")

    def px(self, size: float) -> int:
        """Return a size of the design, in device-independent pixels, at the text scale in use."""
        return round(size * self.text_scale)

    def font(self, size: float = 12, weight: int = 400) -> QFont:
        """Return the interface font with tabular figures, its size in pixels of the design."""
        font = QFont(self.family)
        font.setPixelSize(self.px(size))
        font.setWeight(QFont.Weight(weight))
        font.setFeature(QFont.Tag("tnum"), 1)
        font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
        return font

    def mono(self, size: float = 12) -> QFont:
        """Return the font of code and matrices."""
        font = QFont(self.monospace)
        font.setPixelSize(self.px(size))
        font.setStyleHint(QFont.StyleHint.Monospace)
        return font

    def color(self, role: str) -> QColor:
        """Return the colour of a role, or of ``#RRGGBB``."""
        return QColor(role if role.startswith("#") else getattr(self.palette, role))

    def icon(self, name: str, role: str = "text_muted") -> QIcon:
        """Return a Phosphor icon in the colour of a role, such as ``icon("play-fill", "accent")``."""
        return qtawesome.icon(f"ph.{name}", color=self.color(role), color_disabled=self.color("border_strong"))

    def pixmap(self, name: str, role: str = "text_muted", size: int = 16, ratio: float = 1.0) -> QPixmap:
        """Return an icon as a pixmap of `size` device-independent pixels on a side."""
        key = (name, role, size, ratio)
        if key not in self._pixmaps:  # painting a glyph costs more than all else of a small widget
            self._pixmaps[key] = self.icon(name, role).pixmap(QSize(self.px(size), self.px(size)), ratio)
        return self._pixmaps[key]

    def set_icon(self, button: QAbstractButton, name: str, role: str = "text_muted") -> None:
        """Give a button with text an icon of 14 pixels with some room before the text."""
        side, room = self.px(14), self.px(18)
        icon = QIcon()
        for ratio in (1, 2, 3):
            pixmap = QPixmap(room * ratio, side * ratio)
            pixmap.fill(Qt.GlobalColor.transparent)
            painter = QPainter(pixmap)
            painter.drawPixmap(0, 0, self.icon(name, role).pixmap(QSize(side * ratio, side * ratio), 1.0))
            painter.end()
            pixmap.setDevicePixelRatio(ratio)
            icon.addPixmap(pixmap)
        button.setIcon(icon)
        button.setIconSize(QSize(room, side))

    def follow(self, restyle: Callable[..., None]) -> None:
        """Call a method of a widget now and whenever the theme changes."""
        restyle()
        self.changed.connect(restyle)

    def prepare(self, application: QApplication) -> None:
        """Give an application fonts and colours alone, while the widgets of its first window are made.

        With a stylesheet each of them would be styled anew wherever it is put, which takes half of the time.
        """
        application.setStyle("Fusion")
        application.setPalette(_qt_palette(self.palette))
        application.setFont(self.font())

    def apply(self, application: QApplication) -> None:
        """Give a whole application this look, now and from now on."""
        self._application = application
        self.prepare(application)
        self._apply()

    def _apply(self) -> None:
        application = self._application
        if application is not None:
            application.setPalette(_qt_palette(self.palette))
            application.setFont(self.font())
            application.setStyleSheet(stylesheet(self.palette, self.px, self.monospace))

    def _follow_system(self) -> None:
        dark = self._mode == "dark"
        if self._mode == "system":
            dark = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
        palette = DARK if dark else LIGHT
        if palette is not self.palette:
            self.palette = palette
            self._renew()

    def forget_pixmaps(self) -> None:
        """Make icons anew when they are needed: they are to have other colours."""
        self._pixmaps.clear()

    def _renew(self) -> None:
        self.forget_pixmaps()
        self._apply()
        self.changed.emit(self.palette)


def _installed(families: tuple[str, ...], otherwise: QFontDatabase.SystemFont) -> str:
    """Return the first family that is installed, else the platform's."""
    known = set(QFontDatabase.families())
    return next((family for family in families if family in known), QFontDatabase.systemFont(otherwise).family())


def _qt_palette(palette: Palette) -> QPalette:
    """Return the palette for what the stylesheet does not reach."""
    roles = QPalette.ColorRole
    colors = {
        roles.Window: palette.panel,
        roles.Base: palette.control,
        roles.AlternateBase: palette.control_hover,
        roles.Button: palette.control,
        roles.Text: palette.text,
        roles.WindowText: palette.text,
        roles.ButtonText: palette.text,
        roles.BrightText: palette.bad,
        roles.PlaceholderText: palette.text_faint,
        roles.Highlight: palette.accent,
        roles.HighlightedText: "#FFFFFF",
        roles.ToolTipBase: palette.raised,
        roles.ToolTipText: palette.text,
        roles.Link: palette.link,
        roles.Mid: palette.border,
        roles.Dark: palette.border_strong,
        roles.Light: palette.raised,
    }
    result = QPalette()
    for role, color in colors.items():
        result.setColor(role, QColor(color))
    for role in (roles.Text, roles.WindowText, roles.ButtonText):
        result.setColor(QPalette.ColorGroup.Disabled, role, QColor(palette.text_faint))
    return result
