"""The latent disk with the triangulation of the codes."""

from collections.abc import Sequence
from concurrent.futures import Executor
from typing import Any

import numpy as np
from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QResizeEvent
from PySide6.QtWidgets import QWidget

from app.scene.chart_disks import ChartRims
from app.scene.disk import DiskPicture, disk_picture
from app.scene.row_picture import row_picture
from app.scene.snapshot import Snapshot
from app.style.paper import Paper
from app.style.theme import Theme
from app.style.translation import tr
from app.views.layers import DiskLayer, Layer
from app.views.stage_body import StageBody
from app.views.view import View, painted_widget
from app.widgets.canvas.chart_disks import ChartDisks
from app.widgets.canvas.chips import Chip
from app.widgets.canvas.disk_canvas import DiskCanvas
from app.widgets.canvas.newest import Newest
from app.widgets.canvas.overlays import Overlay, Words, outdated_chip
from app.widgets.text import counted

LEAST_SHARE, MOST_SHARE, SHARE_OF_CHART = 0.14, 0.34, 0.012
"""Part of the room for the small disks of an atlas: for one, at most, and what each more adds."""


class LatentView(View):
    """Where the encoder puts the surface, face by face, and what stages lay over it.

    Signals
    -------
    chart_chosen(int)
        Another chart of the atlas is to be shown, by its number from 0.
    """

    chart_chosen = Signal(int)

    def __init__(self, theme: Theme, executor: Executor, parent: QWidget | None = None) -> None:
        super().__init__("latent", "circle", tr("Latent disk"), theme, parent)
        self.canvas = DiskCanvas(theme, self)
        self.disks = ChartDisks(theme, self)
        self.disks.chosen.connect(self.chart_chosen)
        self._both = _LargeAndSmall(self.canvas, self.disks, self)
        self.set_body(self._both)
        self._previous = self.header.add_button("caret-left", tr("Previous chart (Page up)"))
        self._next = self.header.add_button("caret-right", tr("Next chart (Page down)"))
        self._previous.clicked.connect(lambda: self.chart_chosen.emit(self.disks.current - 1))
        self._next.clicked.connect(lambda: self.chart_chosen.emit(self.disks.current + 1))
        self.add_tools(colors=True, cameras=False)
        self._snapshot: Snapshot | None = None
        self._is_outdated = False
        self._verdict = ""
        self._is_training = self._chosen = False
        self._waits_for = ""
        self._grid_words = ""
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
            self._chosen = False
        if not self._chosen and self.color_by != self._first_color:
            self.show_color_by(self._first_color)
        if self.canvas.picture is None:
            self._show_overlay()
        self._draw()

    def show_charts(self, areas: Sequence[float], colors: np.ndarray, rims: ChartRims | None, current: int) -> None:
        """Show a small disk for each chart of an atlas, the size by its area; none where there is one chart."""
        had_several = self.disks.count > 1
        self.disks.show_charts(areas, colors, rims, current)
        if (self.disks.count > 1) is not had_several:
            self._chosen = False
        self._show_disks()
        self._show_overlay()

    def show_grid(self, lines: Sequence[np.ndarray], color: QColor | None, words: str) -> None:
        """Draw the grid of another chart, with words on it; none where there are no lines."""
        self.canvas.set_strokes(lines, color)
        if words != self._grid_words:
            self._grid_words = words
            self._show_overlay()

    def show_stage_body(self, body: StageBody, shown: bool) -> None:
        super().show_stage_body(body, shown)
        self._show_disks()

    def _show_disks(self) -> None:
        several = self.disks.count > 1
        self.disks.setVisible(several and self.stage_body is None and not self._is_thumbnail)
        self._both.lay_out()
        self._previous.setVisible(several)
        self._next.setVisible(several)
        self._previous.setEnabled(self.disks.current > 0)
        self._next.setEnabled(self.disks.current + 1 < self.disks.count)
        self.header.lay_out()

    def add_layer(self, layer: Layer) -> None:
        super().add_layer(layer)
        layer.changed.connect(lambda: self._on_layer_changed(layer))

    def _on_layer_changed(self, layer: Layer) -> None:
        if layer.has(self.color_by) and not self.has_quantity(self.color_by):
            self.show_color_by(self._first_color)
        self._draw()

    @property
    def _first_color(self) -> str:
        """By what it is coloured until something is chosen: of an atlas the charts, else what they distort."""
        if self._snapshot is not None and self._snapshot.figure.is_cloud:
            return "texture" if self._snapshot.has("texture") else "none"
        return "chart" if self._snapshot is not None and self._snapshot.has("chart") else "area_distortion"

    def wait_for(self, words: str) -> None:
        """Say what is being done until there is a surface to flatten; empty where nothing is."""
        self._waits_for = words
        if self._snapshot is None:
            self._show_overlay()

    def set_training(self, on: bool) -> None:
        """Say in the empty view whether a training runs that will fill it."""
        self._is_training = on
        self._show_overlay()

    def set_color_by(self, key: str) -> None:
        self._chosen = True
        super().set_color_by(key)
        self._draw()

    def has_quantity(self, key: str) -> bool:
        if self._snapshot is None or self._snapshot.codes is None:
            return False
        layer = self.layer_of(key)
        return self._snapshot.has(key) if layer is None else layer.is_ready(key, self._snapshot)

    def extra_quantities(self) -> list[tuple[str, str]]:
        scalars = {} if self._snapshot is None else getattr(self._snapshot.figure.source, "scalars", {})
        return [(f"scalar:{name}", name) for name in scalars]

    def handle_key(self, key: int) -> bool:
        if self.disks.count > 1 and key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            self.chart_chosen.emit(self.disks.current + (1 if key == Qt.Key.Key_PageDown else -1))
            return True
        return self.canvas.handle_key(key)

    def picture(self, scale: int = 1, transparent: bool = False) -> QImage:
        if self.disks.isVisible():
            return self._both_pictures(scale, transparent)
        return self._disk_picture(scale, transparent)

    def _both_pictures(self, scale: int, transparent: bool) -> QImage:
        """The large disk and the small ones."""
        image = QImage(self._both.size() * scale, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        for widget, part in (
            (self.canvas, self._disk_picture(scale, transparent)),
            (self.disks, painted_widget(self.disks, scale, transparent)),
        ):
            painter.drawImage(widget.pos() * scale, part)
        painter.end()
        return image

    def _disk_picture(self, scale: int, transparent: bool) -> QImage:
        return self.canvas.drawn(scale, transparent, self._picture_at(scale))

    def _picture_at(self, scale: int) -> DiskPicture | None:
        """Return the picture of what is seen at a multiple of its size."""
        if self._snapshot is None or self._snapshot.codes is None:
            return None
        function, *arguments = self._request(scale)
        return function(*arguments)

    def paint_on(self, painter: QPainter, paper: Paper) -> None:
        if self.stage_body is not None:
            super().paint_on(painter, paper)
            return
        painter.save()
        painter.translate(self.canvas.pos())
        self.canvas.paint_on(painter, self._picture_at(paper.ratio), paper.has_vectors)
        painter.restore()
        if not self.disks.isHidden():
            flags = QWidget.RenderFlag.DrawChildren
            painter.save()
            painter.translate(self.disks.pos())
            self.disks.render(painter, QPoint(0, 0), renderFlags=flags)
            painter.restore()

    def set_thumbnail(self, thumbnail: bool) -> None:
        super().set_thumbnail(thumbnail)
        self._show_disks()
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
        layer, key = self.layer_of(self.color_by), self.color_by
        assert self._snapshot is not None
        if isinstance(layer, DiskLayer) and layer.is_ready(key, self._snapshot):
            return layer.request(key, self._snapshot, palette, window, ratio)
        if self._snapshot.figure.is_cloud:
            return row_picture, self._snapshot, key, palette, window, ratio, self._limits
        key = key if layer is None else "area_distortion"
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
                text = self._waits_for or tr("Open a surface, train, and watch it being flattened into this disk.")
            elif self._snapshot.codes is not None:
                text = tr("Being drawn…")
            elif self._is_training:
                text = tr("The surface is being flattened into this disk. It appears here in a moment.")
            words = Words(tr("The latent disk"), text)
            if self._snapshot is not None and self._snapshot.figure.part is not None and not self._is_training:
                words = Words(
                    tr("The latent disks"), tr("Press Train: every chart is flattened into a disk of its own.")
                )
            if self._verdict:
                words = verdict_words(self._verdict)
            self.canvas.set_overlay(Overlay(words=words))
            return
        chips, outdated = [], self._is_outdated
        disk_layers = [layer for layer in self.layers if isinstance(layer, DiskLayer)]
        words = next((words for layer in disk_layers if (words := layer.words(picture)) is not None), None)
        if words is not None:
            self.header.set_caption(words.caption)
            chips, outdated = [*words.chips], outdated or words.is_outdated
        else:
            figure = picture.snapshot.figure
            count = counted(len(figure.faces), "1 triangle", "{n} triangles")
            if figure.is_cloud:
                count = counted(figure.n_points, "1 row", "{n} rows")
            chart = next((said for layer in disk_layers if (said := layer.chart_words())), "")
            if self.disks.count > 1:
                which = tr("chart {n} of {all}", n=self.disks.current + 1, all=self.disks.count)
                count = f"{which}, {count}"
            self.header.set_caption(f"{chart}, {count}" if chart else count)
            if picture.n_flipped:
                text = tr("1 flipped triangle")
                if picture.n_flipped > 1:
                    text = tr("{n} flipped triangles", n=f"{picture.n_flipped:,}")
                chips.append(Chip(text, "warn", self.theme.icon("warning-fill", "warn")))
        if outdated:
            chips.append(outdated_chip(self.theme))
        if self._grid_words:
            chips.append(Chip(self._grid_words, "text", self.theme.icon("grid-four", "text_muted")))
        self.canvas.set_overlay(Overlay(chips=tuple(chips), legend=picture.legend))


class _LargeAndSmall(QWidget):
    """The large disk, and beside or below it the small ones, as the view is wide or high."""

    def __init__(self, large: DiskCanvas, small: ChartDisks, parent: QWidget) -> None:
        super().__init__(parent)
        self._large, self._small = large, small
        for part in (large, small):
            part.setParent(self)

    def lay_out(self) -> None:
        """Give both their place."""
        width, height = self.width(), self.height()
        taken = 0
        if not self._small.isHidden():
            share = min(MOST_SHARE, LEAST_SHARE + SHARE_OF_CHART * self._small.count)
            long, short = max(width, height), min(width, height)
            taken = round(max(share * long, min(long - short, 0.5 * long)))
        if width >= height:
            self._large.setGeometry(0, 0, width - taken, height)
            self._small.setGeometry(width - taken, 0, taken, height)
        else:
            self._large.setGeometry(0, 0, width, height - taken)
            self._small.setGeometry(0, height - taken, width, taken)

    def sizeHint(self) -> QSize:
        return self._large.sizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.lay_out()


def verdict_words(verdict: str) -> Words:
    """Return a verdict as title and remedy: "Fact. Remedy." or "Fact: remedy."."""
    fact, mark, remedy = verdict.partition(": ")
    if not mark:
        fact, _, remedy = verdict.partition(". ")
    return Words(fact.rstrip(".") + ".", remedy[:1].upper() + remedy[1:])
