"""What cells lay over the latent disk."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject

from app.scene.disk import DiskPicture, Window
from app.scene.palette import Palette
from app.scene.snapshot import Snapshot
from app.stages.cells.display import CellsDisplay
from app.stages.cells.presenter import ShownCells
from app.stages.cells.scene.colors import QUANTITIES
from app.stages.cells.scene.plane import CellsLook, CellsPicture, cells_picture
from app.stages.cells.space_layer import flipped_chips
from app.style.theme import Theme
from app.style.translation import tr
from app.views.layers import DiskLayer, LayerWords
from app.widgets.text import counted


class CellsLayer(DiskLayer):
    """The cells of the decoder in the disk."""

    quantities = tuple(QUANTITIES.values())

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme
        self._cells: ShownCells | None = None
        self._display = CellsDisplay()

    def show_cells(self, cells: ShownCells | None, display: CellsDisplay) -> None:
        """Show other cells, or the same in another way."""
        self._cells, self._display = cells, display
        self.changed.emit()

    def is_ready(self, key: str, snapshot: Snapshot) -> bool:
        return self._cells is not None and self._cells.plane is not None

    def request(
        self, key: str, snapshot: Snapshot, palette: Palette, window: Window, ratio: float
    ) -> tuple[Callable[..., DiskPicture], *tuple[Any, ...]]:
        assert self._cells is not None
        look = CellsLook(key, self._display, palette)
        return cells_picture, self._cells.plane, snapshot, look, window, ratio, self._cells.flipped

    def words(self, picture: DiskPicture) -> LayerWords | None:
        if not isinstance(picture, CellsPicture):
            return None
        chips = flipped_chips(picture.n_flipped, self._display, self._theme)
        return LayerWords(self._caption(picture), chips, self._cells is not None and self._cells.is_outdated)

    def _caption(self, picture: CellsPicture) -> str:
        """Return how many cells there are, and how many are in view of a part."""
        plane = self._cells.plane if self._cells is not None else None
        if plane is None:
            return ""
        if self._display.show == "pieces":
            count = counted(int(plane.pieces.max(initial=-1)) + 1, "1 piece", "{n} pieces")
        else:
            count = counted(plane.cells.n_cells, "1 cell", "{n} cells")
        if picture.cells is plane.cells:
            return count
        return tr("{n} cells in view of {count}", n=f"{picture.n_in_view:,}", count=count)
