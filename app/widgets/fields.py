"""Fields of a form: each shows one value and takes another from the user."""

import math
import secrets
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QKeySequence, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QSlider, QWidget

from app.style.theme import Theme
from app.style.translation import tr
from app.widgets.icon_button import IconButton

_SLIDER_STEPS = 1000
_SIZES = (12, 11, 10)
"""Sizes of type for widths, the largest that fits is taken."""


class InvalidTextError(ValueError):
    """What is typed cannot be used; its text says what can be."""


class TextField(QLineEdit):
    """A line of text that stands for a value.

    Parameters
    ----------
    parse : callable
        Turns the text into the value, or raises `InvalidTextError`.
    show : callable
        Turns the value into the text.

    Signals
    -------
    edited()
        The user typed another text and left the field or pressed Enter.
    """

    edited = Signal()

    def __init__(self, parse: Callable[[str], Any], show: Callable[[Any], str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parse, self._show = parse, show
        self._shown = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.editingFinished.connect(self._commit)

    def value(self) -> Any:
        """Return the value of the text, or raise `InvalidTextError`."""
        return self._parse(self.text())

    def set_value(self, value: Any) -> None:
        """Show a value."""
        self._shown = self._show(value)
        self.setText(self._shown)
        self.setCursorPosition(0)
        self.set_invalid(False)

    def set_invalid(self, invalid: bool) -> None:
        """Draw the outline of a field that holds nothing of use."""
        if bool(self.property("invalid")) != invalid:
            self.setProperty("invalid", invalid)
            self.style().unpolish(self)
            self.style().polish(self)

    def event(self, event: QEvent) -> bool:
        is_escape = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape
        if is_escape and event.type() == QEvent.Type.ShortcutOverride and self.text() != self._shown:
            event.accept()  # takes back what was typed instead of running the command of this key
            return True
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.ShortcutOverride
            and self.text() == self._shown
            and (event.matches(QKeySequence.StandardKey.Undo) or event.matches(QKeySequence.StandardKey.Redo))
        ):
            event.ignore()  # nothing was typed: the keys are those of the project
            return False
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text() != self._shown:
            self.setText(self._shown)
            self.edited.emit()
            return
        super().keyPressEvent(event)

    def _commit(self) -> None:
        if self.text() != self._shown:
            self._shown = self.text()
            self.edited.emit()


class SliderField(QWidget):
    """A slider with its value at the right, which can be typed too.

    Parameters
    ----------
    low, high : float
        Ends of the slider; values beyond them can be typed.
    logarithmic : bool
        Whether equal ways on the slider are equal factors.
    parse, show : callable
        Between the value and its text.

    Signals
    -------
    edited()
        The user let the slider go or typed a value.
    """

    edited = Signal()

    def __init__(
        self,
        theme: Theme,
        low: float,
        high: float,
        logarithmic: bool,
        parse: Callable[[str], float],
        show: Callable[[float], str],
    ) -> None:
        super().__init__()
        self._theme = theme
        self._low, self._high, self._logarithmic = low, high, logarithmic
        self._show = show
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setRange(0, _SLIDER_STEPS)
        self._slider.setPageStep(_SLIDER_STEPS // 10)
        self._slider.setSingleStep(_SLIDER_STEPS // 50)
        self._slider.installEventFilter(self)
        self._text = TextField(parse, show)
        self._text.setProperty("role", "value")
        self._text.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._text.setTextMargins(0, 0, -5, 0)  # Qt keeps 2 pixels free; numbers end where the fields end
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._slider, 1)
        row.addWidget(self._text)
        self._slider.valueChanged.connect(self._slide)
        self._slider.sliderReleased.connect(self.edited)
        self._text.edited.connect(self.edited)
        self.setFocusProxy(self._slider)
        theme.follow(self._restyle)

    def value(self) -> float:
        """Return the value, or raise `InvalidTextError`."""
        return self._text.value()

    def set_value(self, value: float) -> None:
        """Show a value."""
        self._text.set_value(value)
        place = min(max(value, self._low), self._high)
        if self._logarithmic:
            share = math.log(place / self._low) / math.log(self._high / self._low)
        else:
            share = (place - self._low) / (self._high - self._low)
        self._slider.blockSignals(True)
        self._slider.setValue(round(share * _SLIDER_STEPS))
        self._slider.blockSignals(False)
        self._fit()

    def set_invalid(self, invalid: bool) -> None:
        self._text.set_invalid(invalid)

    def setAccessibleName(self, name: str) -> None:
        self._slider.setAccessibleName(name)
        self._text.setAccessibleName(name)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QWheelEvent):
            event.ignore()  # a column that is scrolled must not change what is under the pointer
            return True
        return False

    def _slide(self, place: int) -> None:
        share = place / _SLIDER_STEPS
        if self._logarithmic:
            value = self._low * (self._high / self._low) ** share
        else:
            value = self._low + share * (self._high - self._low)
        digits = 1 - math.floor(math.log10(value)) if value > 0 else 0
        self._text.set_value(round(value, digits))
        self._fit()
        if not self._slider.isSliderDown():
            self.edited.emit()

    def _fit(self) -> None:
        """Give the value the room of the design, or what it needs."""
        needed = self._text.fontMetrics().horizontalAdvance(self._text.text()) + self._theme.px(8)
        self._text.setFixedWidth(max(self._theme.px(44), needed))

    def _restyle(self) -> None:
        self._fit()
        self.setFixedHeight(self._theme.px(28))


class SeedField(QWidget):
    """A whole number with a button that draws another.

    Signals
    -------
    edited()
        The user typed or drew a number.
    """

    edited = Signal()

    def __init__(self, theme: Theme, text: TextField, most: int) -> None:
        super().__init__()
        self._text, self._most = text, most
        shuffle = IconButton(theme, "shuffle", tr("Draw another seed"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(text, 1)
        row.addWidget(shuffle)
        shuffle.clicked.connect(self._draw)
        text.edited.connect(self.edited)
        self.setFocusProxy(text)

    def value(self) -> int:
        """Return the number, or raise `InvalidTextError`."""
        return self._text.value()

    def set_value(self, value: int) -> None:
        """Show a number."""
        self._text.set_value(value)

    def set_invalid(self, invalid: bool) -> None:
        self._text.set_invalid(invalid)

    def setAccessibleName(self, name: str) -> None:
        self._text.setAccessibleName(name)

    def _draw(self) -> None:
        self._text.set_value(secrets.randbelow(min(self._most, 9999) + 1))
        self.edited.emit()


class FileField(QWidget):
    """The name of a file with a button to choose another.

    Signals
    -------
    edited()
        Never: another file comes by a command.
    requested()
        The user wants to choose another file.
    """

    edited = Signal()
    requested = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme, self._path = theme, ""
        self._text = QLineEdit()
        self._text.setReadOnly(True)
        self._text.setPlaceholderText(tr("None"))
        self._text.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._change = IconButton(theme, "folder-open", tr("Open another file"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self._text, 1)
        row.addWidget(self._change)
        self._change.clicked.connect(self.requested)
        self.setFocusProxy(self._change)

    def value(self) -> str:
        """Return the path."""
        return self._path

    def set_value(self, path: str) -> None:
        """Show the name of a file."""
        self._path = path
        self._text.setToolTip(path)
        self._fit()

    def setAccessibleName(self, name: str) -> None:
        self._text.setAccessibleName(name)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        name = self._path.replace("\\", "/").rsplit("/", 1)[-1]
        room = self._text.width() - self._theme.px(24)
        self._text.setText(self._text.fontMetrics().elidedText(name, Qt.TextElideMode.ElideMiddle, room))
        self._text.setCursorPosition(0)


FIRST_WIDTH = 32
"""Width of a layer that is added where there is none."""


class WidthsField(TextField):
    """Widths of layers; the type shrinks a little where they are many.

    Two small buttons at its end add a layer as wide as the last, and take the last away, where there is room for them.
    """

    def __init__(self, theme: Theme, parse: Callable[[str], Any], show: Callable[[Any], str]) -> None:
        super().__init__(parse, show)
        self._theme = theme
        self.setProperty("role", "widths")
        self.more = IconButton(theme, "plus", tr("One layer more"), 13, 9, self)
        self.fewer = IconButton(theme, "minus", tr("One layer less"), 13, 9, self)
        for button in (self.more, self.fewer):
            button.setCursor(Qt.CursorShape.ArrowCursor)
        self.more.clicked.connect(lambda: self._step(1))
        self.fewer.clicked.connect(lambda: self._step(-1))
        self.textChanged.connect(self._fit)
        theme.follow(self._fit)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _step(self, layers: int) -> None:
        """Add a layer, or take the last away; at least one stays."""
        try:
            widths = tuple(self.value())
        except InvalidTextError:
            return
        widths = (*widths, *widths[-1:]) if layers > 0 else widths[:-1] or widths
        self.set_value(widths or (FIRST_WIDTH,))
        self.edited.emit()

    def width_at(self, size: int) -> int:
        """Return how wide the field must be for its text in a size of type."""
        return QFontMetrics(self._theme.font(size)).horizontalAdvance(self.text()) + self._theme.px(18)

    def _fit(self, *_: object) -> None:
        size = next((n for n in _SIZES if self.width_at(n) <= self.width() - self._theme.px(14)), None)
        has_room = size is not None
        if size is None:
            size = next((n for n in _SIZES if self.width_at(n) <= self.width()), _SIZES[-1])
        for button, top in ((self.more, 1), (self.fewer, 1 + self.height() // 2)):
            button.setVisible(has_room)
            button.move(self.width() - button.width() - self._theme.px(2), top)
        if size != self.property("typeSize"):
            self.setProperty("typeSize", size)
            self.style().unpolish(self)
            self.style().polish(self)
        self.setToolTip(self.text())
