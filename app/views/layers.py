"""What a stage adds to a view: quantities to colour it by, things drawn over it, words in its header."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.scene.color_maps import Legend, Quantity
from app.scene.disk import DiskPicture, Window
from app.scene.palette import Palette
from app.scene.snapshot import Coloring, Snapshot
from app.widgets.canvas.chips import Chip
from app.widgets.canvas.plotter import Mesh


@dataclass(frozen=True)
class LayerWords:
    """What a view says of a layer that is drawn.

    Parameters
    ----------
    caption : str
        For the header.
    chips : tuple of Chip
        Remarks in the picture.
    is_outdated : bool
        Whether what is drawn belongs to something else.
    legend : Legend or None
        What the colour bar says.
    """

    caption: str
    chips: tuple[Chip, ...] = ()
    is_outdated: bool = False
    legend: Legend | None = None


class Layer(QObject):
    """What a stage adds to a view.

    Attributes
    ----------
    quantities : tuple of Quantity
        What the view can be coloured by with it.

    Signals
    -------
    changed()
        Another picture is to be drawn where the view is coloured by it.
    drawn()
        It was drawn: words and legend are others.
    """

    quantities: tuple[Quantity, ...] = ()
    changed = Signal()
    drawn = Signal()

    def has(self, key: str) -> bool:
        """Return whether a quantity is one of its own."""
        return any(key == quantity.key for quantity in self.quantities)

    def is_ready(self, key: str, snapshot: Snapshot) -> bool:
        """Return whether the view can be coloured by one of its quantities now."""
        return False

    def close(self) -> None:
        """Wait for nothing more."""


class DiskLayer(Layer):
    """What a stage adds to the latent disk."""

    def request(
        self, key: str, snapshot: Snapshot, palette: Palette, window: Window, ratio: float
    ) -> tuple[Callable[..., DiskPicture], *tuple[Any, ...]]:
        """Return the function that makes the picture by one of its quantities, and its arguments."""
        raise NotImplementedError

    def words(self, picture: DiskPicture) -> LayerWords | None:
        """Return what to say of a picture, None where another made it."""
        return None

    def chart_words(self) -> str:
        """Return what the codes that are shown are, empty where they are those of the encoder."""
        return ""


class SpaceLayer(Layer):
    """What a stage adds to a figure in space."""

    def coloring(
        self, key: str, snapshot: Snapshot, palette: Palette, true_colors: bool
    ) -> tuple[Callable[..., Coloring], *tuple[Any, ...]] | None:
        """Return the function that colours the vertices, and its arguments; None where it draws the figure itself."""
        return None

    def draw(self, key: str, snapshot: Snapshot, palette: Palette, true_colors: bool) -> None:
        """Draw over the figure."""

    def clear(self) -> None:
        """Let the figure itself be seen."""

    def words(self) -> LayerWords | None:
        """Return what to say of what it draws over the figure, None where that is nothing."""
        return None

    def beside(self, snapshot: Snapshot | None, palette: Palette) -> Mesh | None:
        """Return what is drawn beside the figure, whatever that is coloured by."""
        return None

    def beside_words(self) -> LayerWords | None:
        """Return what to say of what is drawn beside the figure, None where that is nothing."""
        return None
