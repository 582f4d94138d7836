"""All hidden units of a network, or one of them."""

from itertools import accumulate

from app.style.theme import Theme
from app.style.translation import tr
from app.widgets.combo_box import ComboBox

ALL = -1


class UnitField(ComboBox):
    """A list of the hidden units of the layers that are shown, the entry for all of them first."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, {})
        self._offered: tuple[tuple[int, ...], tuple[int, ...]] | None = None
        self.set_layers((), ())

    def set_layers(self, widths: tuple[int, ...], hidden: tuple[int, ...]) -> None:
        """Offer the units of layers of some widths, without those that are hidden."""
        if (widths, hidden) == self._offered:
            return
        self._offered = widths, hidden
        chosen = self.currentData()
        self.clear()
        self.addItem(tr("All units"), ALL)
        for layer, (end, width) in enumerate(zip(accumulate(widths), widths, strict=True)):
            if layer not in hidden:
                for place in range(width):
                    text = tr("Layer {layer}, unit {unit}", layer=layer + 1, unit=place + 1)
                    self.addItem(text, end - width + place)
        self.set_value(ALL if chosen is None else chosen)

    def set_value(self, key: int) -> None:  # type: ignore[override]
        """Choose a unit; one that is not offered stands for all."""
        self.setCurrentIndex(max(0, self.findData(key)))

    def value(self) -> int:  # type: ignore[override]
        """Return the unit, -1 for all."""
        return self.currentData()

    def set_invalid(self, invalid: bool) -> None:
        """Do nothing: any choice is good."""
