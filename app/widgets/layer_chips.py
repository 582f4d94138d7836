"""One chip for each hidden layer, in its colour: a click hides or shows its edges."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QWidget

from app.style.theme import Theme
from app.style.translation import tr

HEIGHT, GAP, LEAST_WIDTH = 24, 6, 16
ROOMY = 30
"""Width from which on the dash of a layer stands before its number, in pixels; below it stands under it."""


def layer_color(theme: Theme, layer: int) -> QColor:
    """Return the colour of a hidden layer, counted from 0; layers beyond the sixth take its colour."""
    colors = theme.palette.layers
    return QColor(colors[min(layer, len(colors) - 1)])


class LayerChip(QAbstractButton):
    """A dash in the colour of a layer, and its number; pale where its edges are hidden."""

    def __init__(self, theme: Theme, layer: int) -> None:
        super().__init__()
        self._theme, self.layer = theme, layer
        self.setCheckable(True)
        self.setChecked(True)
        self.setText(str(layer + 1))
        self.setAccessibleName(tr("Layer {n}", n=layer + 1))
        self.setToolTip(tr("Edges of layer {n}", n=layer + 1))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        theme.follow(self._restyle)

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(LEAST_WIDTH), self._theme.px(HEIGHT))

    def sizeHint(self) -> QSize:
        width = self.fontMetrics().horizontalAdvance(self.text())
        return QSize(width + self._theme.px(26), self._theme.px(HEIGHT))

    def paintEvent(self, event: QPaintEvent) -> None:
        palette, px = self._theme.palette, self._theme.px
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        on = self.isChecked()
        painter.setPen(QPen(QColor(palette.border_strong if on else palette.border), 1))
        painter.setBrush(QColor(palette.control if on else palette.control_hover))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        color = layer_color(self._theme, self.layer) if on else QColor(palette.track)
        middle = self.height() / 2
        painter.setPen(QColor(palette.text if on and self.isEnabled() else palette.text_faint))
        if self.width() < px(ROOMY):
            painter.fillRect(QRectF(px(4), self.height() - px(5), self.width() - 2 * px(4), 2.5), color)
            painter.drawText(self.rect().adjusted(0, 0, 0, -px(4)), Qt.AlignmentFlag.AlignCenter, self.text())
            return
        painter.fillRect(QRectF(px(6), middle - 1.25, px(8), 2.5), color)
        place = self.rect().adjusted(px(17), 0, 0, 0)
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.text())

    def _restyle(self) -> None:
        self.setFont(self._theme.font(12, 500))
        self.setFixedHeight(self._theme.px(HEIGHT))
        self.setMinimumWidth(self._theme.px(LEAST_WIDTH))
        self.setMaximumWidth(self.sizeHint().width())
        self.updateGeometry()
        self.update()


class LayerChips(QWidget):
    """Edits the layers that are hidden.

    Signals
    -------
    edited()
        A layer was hidden or shown.
    """

    edited = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.chips: list[LayerChip] = []
        self._hidden: tuple[int, ...] = ()
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(GAP)
        self._row.addStretch(1)

    def set_layers(self, n: int) -> None:
        """Offer a number of layers."""
        if n == len(self.chips):
            return
        for chip in self.chips:
            self._row.removeWidget(chip)
            chip.deleteLater()
        self.chips = [LayerChip(self._theme, layer) for layer in range(n)]
        for layer, chip in enumerate(self.chips):
            chip.clicked.connect(self._take)
            self._row.insertWidget(layer, chip)
        self.set_value(self._hidden)

    def value(self) -> tuple[int, ...]:
        """Return the layers that are hidden."""
        return self._hidden

    def set_value(self, hidden: tuple[int, ...]) -> None:
        """Hide layers."""
        self._hidden = tuple(hidden)
        for chip in self.chips:
            chip.setChecked(chip.layer not in self._hidden)

    def set_invalid(self, invalid: bool) -> None:
        """Do nothing: any choice is good."""

    def _take(self) -> None:
        self._hidden = tuple(chip.layer for chip in self.chips if not chip.isChecked())
        self.edited.emit()
