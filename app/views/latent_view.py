"""The latent disk with the triangulation of the codes."""

from concurrent.futures import Executor
from typing import Any

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from app.displays import CellsDisplay
from app.scene.cells_colors import CELL_KEYS
from app.scene.cells_plane import CellsLook, CellsPicture, cells_picture
from app.scene.disk import DiskPicture, disk_picture
from app.scene.power_picture import PowerLook, PowerPicture, power_picture
from app.scene.site_quantities import SITE_KEYS
from app.scene.snapshot import Snapshot
from app.theme import Theme
from app.translation import tr
from app.views.cells_feed import ShownCells
from app.views.transport_scene import TransportScene
from app.views.view import View
from app.widgets.disk_canvas import DiskCanvas
from app.widgets.newest import Newest
from app.widgets.overlays import Chip, Overlay, Words
from app.widgets.text import counted


class LatentView(View):
    """Where the encoder puts the surface, face by face; the cells of the decoder, and those of a transport."""

    def __init__(self, theme: Theme, executor: Executor, parent: QWidget | None = None) -> None:
        super().__init__("latent", "circle", tr("Latent disk"), theme, parent)
        self.canvas = DiskCanvas(theme, self)
        self.set_body(self.canvas)
        self.add_tools(colors=True, cameras=False)
        self._snapshot: Snapshot | None = None
        self._is_outdated = False
        self._verdict = ""
        self._is_training = False
        self._cells: ShownCells | None = None
        self._display = CellsDisplay()
        self._transport: TransportScene | None = None
        self._pictures = Newest(executor, self)
        self._pictures.done.connect(self._on_picture)
        self.canvas.window_changed.connect(self._draw)
        self.show_color_by("area_distortion")
        self.show_snapshot(None)

    def show_snapshot(self, snapshot: Snapshot | None, outdated: bool = False, verdict: str = "") -> None:
        """Show another moment; `verdict` says why a surface has no planar chart."""
        former, self._snapshot, self._is_outdated = self._snapshot, snapshot, outdated
        self._verdict = verdict
        if snapshot is None or former is None or former.figure is not snapshot.figure:
            self._pictures.forget()
            self.canvas.fit()
        if snapshot is None or snapshot.codes is None:
            self._pictures.forget()
            self.canvas.show_picture(None)
            self._show_overlay()
            return
        if not self.has_quantity(self.color_by):
            self.show_color_by("area_distortion")
        if self.canvas.picture is None:
            self._show_overlay()
        self._draw()

    def set_training(self, on: bool) -> None:
        """Say in the empty view whether a training runs that will fill it."""
        self._is_training = on
        self._show_overlay()

    def show_cells(self, cells: ShownCells | None, display: CellsDisplay) -> None:
        """Show other cells, or the same in another way."""
        self._cells, self._display = cells, display
        if self.color_by in CELL_KEYS:
            if not self.has_quantity(self.color_by):
                self.show_color_by("area_distortion")
            self._draw()

    def follow_transport(self, scene: TransportScene) -> None:
        """Take the power diagram, and how it is shown, from a scene."""
        self._transport = scene
        scene.changed.connect(self._draw)

    @property
    def shows_cells(self) -> bool:
        """Whether the disk is coloured by cells."""
        return self.color_by in CELL_KEYS

    def set_color_by(self, key: str) -> None:
        super().set_color_by(key)
        self._draw()

    def has_quantity(self, key: str) -> bool:
        if self._snapshot is None or self._snapshot.codes is None:
            return False
        if key in CELL_KEYS:
            return self._cells is not None and self._cells.plane is not None
        if key in SITE_KEYS:
            return self._transport is not None and self._transport.plane is not None
        return self._snapshot.has(key)

    def extra_quantities(self) -> list[tuple[str, str]]:
        scalars = {} if self._snapshot is None else getattr(self._snapshot.figure.source, "scalars", {})
        return [(f"scalar:{name}", name) for name in scalars]

    def handle_key(self, key: int) -> bool:
        return self.canvas.handle_key(key)

    def picture(self, scale: int = 1, transparent: bool = False) -> QImage:
        picture = None
        if self._snapshot is not None and self._snapshot.codes is not None:
            function, *arguments = self._request(scale)
            picture = function(*arguments)
        return self.canvas.drawn(scale, transparent, picture)

    def set_thumbnail(self, thumbnail: bool) -> None:
        super().set_thumbnail(thumbnail)
        self.canvas.is_small = thumbnail
        self.canvas.update()

    def restyle(self) -> None:
        super().restyle()
        self._show_overlay()
        self._draw()

    def close_view(self) -> None:
        self._pictures.forget()

    @property
    def _limits(self) -> tuple[float, float] | None:
        return None if self.canvas.picture is None else self.canvas.picture.limits

    def _draw(self) -> None:
        if self._snapshot is not None and self._snapshot.codes is not None:
            self._pictures.submit(*self._request(self.canvas.devicePixelRatioF()))

    def _request(self, ratio: float) -> tuple[Any, ...]:
        """Return the function that makes the picture, and its arguments."""
        window, palette = self.canvas.window_at(ratio), self.theme.palette
        if self.color_by in CELL_KEYS and self._cells is not None and self._cells.plane is not None:
            look = CellsLook(self.color_by, self._display, palette)
            return cells_picture, self._cells.plane, self._snapshot, look, window, ratio, self._cells.flipped
        if self.color_by in SITE_KEYS and self._transport is not None and self._transport.plane is not None:
            power_look = PowerLook(self.color_by, self._transport.singular_edges, palette)
            return power_picture, self._transport.plane, self._snapshot, power_look, window, ratio
        key = "area_distortion" if self.color_by in SITE_KEYS else self.color_by
        return disk_picture, self._snapshot, key, palette, window, ratio, self._limits

    def _on_picture(self, picture: DiskPicture) -> None:
        if self._snapshot is not None and self._snapshot.figure is picture.snapshot.figure:
            self.canvas.show_picture(picture)
            self._show_overlay()

    def _show_overlay(self) -> None:
        picture = self.canvas.picture
        self.set_empty(picture is None)
        if picture is None:
            self.header.set_caption("")
            text = tr("Press Train and watch the surface being flattened into this disk.")
            if self._snapshot is None:
                text = tr("Open a surface, train, and watch it being flattened into this disk.")
            elif self._snapshot.codes is not None:
                text = tr("Being drawn…")
            elif self._is_training:
                text = tr("The surface is being flattened into this disk. It appears here in a moment.")
            words = Words(tr("The latent disk"), text)
            if self._verdict:
                words = verdict_words(self._verdict)
            self.canvas.set_overlay(Overlay(words=words))
            return
        chips, outdated = [], self._is_outdated
        if isinstance(picture, CellsPicture):
            self.header.set_caption(self._cells_caption(picture))
            outdated = outdated or (self._cells is not None and self._cells.is_outdated)
            if picture.n_flipped and self._display.highlight_flipped:
                chips.append(flipped_chip(picture.n_flipped, self.theme))
        elif isinstance(picture, PowerPicture):
            n_cells = len(picture.plane.transport.map.masses)
            self.header.set_caption(tr("power diagram, {n} cells", n=f"{n_cells:,}"))
            outdated = outdated or (self._transport is not None and self._transport.is_outdated)
            if self._transport is not None and self._transport.singular_words():
                chips.append(Chip(self._transport.singular_words(), "flipped"))
        else:
            count = counted(len(picture.snapshot.figure.faces), "1 triangle", "{n} triangles")
            chart = "" if self._transport is None else self._transport.chart_words()
            self.header.set_caption(f"{chart}, {count}" if chart else count)
            if picture.n_flipped:
                text = tr("1 flipped triangle")
                if picture.n_flipped > 1:
                    text = tr("{n} flipped triangles", n=f"{picture.n_flipped:,}")
                chips.append(Chip(text, "warn", self.theme.icon("warning-fill", "warn")))
        if outdated:
            chips.append(Chip(tr("Outdated"), "warn", self.theme.icon("clock-counter-clockwise", "warn")))
        self.canvas.set_overlay(Overlay(chips=tuple(chips), legend=picture.legend))

    def _cells_caption(self, picture: CellsPicture) -> str:
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


def flipped_chip(n: int, theme: Theme) -> Chip:
    """Return the remark that an encoder turns pieces of the surface over or flattens them."""
    text = tr("1 flipped piece") if n == 1 else tr("{n} flipped pieces", n=f"{n:,}")
    return Chip(text, "flipped", theme.icon("warning-fill", "flipped"))


def verdict_words(verdict: str) -> Words:
    """Return a verdict as title and remedy: "Fact. Remedy." or "Fact: remedy."."""
    fact, mark, remedy = verdict.partition(": ")
    if not mark:
        fact, _, remedy = verdict.partition(". ")
    return Words(fact.rstrip(".") + ".", remedy[:1].upper() + remedy[1:])
