"""The loaded surface or cloud in space."""

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QMenu, QWidget

from app.scene.figure import Figure
from app.scene.palette import Palette
from app.scene.shading import CAVITY_ON_CLAY, darkened
from app.scene.snapshot import PATTERNS, Coloring, Snapshot, rgb
from app.style.theme import Theme
from app.style.translation import tr
from app.views.camera_menu import fill_camera_menu
from app.views.layers import Layer, SpaceLayer
from app.views.view import View
from app.widgets.canvas.newest import Newest
from app.widgets.canvas.overlays import Overlay, Words, outdated_chip
from app.widgets.canvas.plotter import Mesh, SurfacePlotter
from app.widgets.canvas.surface_canvas import SurfaceCanvas
from app.widgets.text import counted


@dataclass(frozen=True, eq=False)
class _Colored:
    """A snapshot with the colours of its surface."""

    snapshot: Snapshot
    key: str
    coloring: Coloring


def _colored(
    snapshot: Snapshot, key: str, palette: Palette, former: tuple[float, float] | None, true_colors: bool
) -> _Colored:
    """Compute the colours of the surface (runs in a thread)."""
    return _Colored(snapshot, key, snapshot.vertex_coloring(key, palette, former, true_colors))


def _colored_by_layer(snapshot: Snapshot, key: str, function: Callable[..., Coloring], *arguments: Any) -> _Colored:
    """Let a layer compute the colours of the surface (runs in a thread)."""
    return _Colored(snapshot, key, function(*arguments))


def _count(figure: Figure) -> str:
    """Return how many vertices or points are drawn."""
    shown = f"{len(figure.points):,}"
    if not figure.is_cloud:
        count = counted(len(figure.points), "1 vertex", "{n} vertices")
        if figure.part is None:
            return count
        return tr("chart {n} of {all}, {count}", n=figure.part.chart + 1, all=len(figure.part.cover), count=count)
    if len(figure.points) < figure.n_points:
        return tr("{n} of {m} points", n=shown, m=f"{figure.n_points:,}")
    return counted(len(figure.points), "1 point", "{n} points")


def _has_rows(snapshot: Snapshot | None) -> bool:
    return snapshot is not None and snapshot.figure.source.kind == "table"


class SurfaceView(View):
    """The loaded surface, coloured by what training makes of it."""

    def __init__(
        self,
        theme: Theme,
        plotter: SurfacePlotter,
        executor: Executor,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("surface", "cube", tr("Surface"), theme, parent)
        self.canvas = SurfaceCanvas(plotter, theme, executor, self)
        self.set_body(self.canvas)
        self.add_tools(colors=True, cameras=True)
        self._snapshot: Snapshot | None = None
        self._coloring: Coloring | None = None
        self._chosen = self._true_colors = False
        self._is_outdated = False
        self._waits_for = ""
        self._colorings = Newest(executor, self)
        self._colorings.done.connect(self._on_coloring)
        self.show_color_by("none")
        self.show_snapshot(None)

    def show_snapshot(self, snapshot: Snapshot | None, outdated: bool = False) -> None:
        """Show another moment, or that there is no surface."""
        former, self._snapshot, self._is_outdated = self._snapshot, snapshot, outdated
        self.header.name("cube", tr("Rows") if _has_rows(snapshot) else tr("Surface"))
        self.set_empty(snapshot is None)
        if snapshot is None:
            self._colorings.forget()
            self._clear_layers()
            self._coloring = None
            self.header.set_caption("")
            self.canvas.show_around(None)
            self.canvas.show_mesh(None)
            self._show_overlay()
            return
        if former is None or former.figure is not snapshot.figure:
            self._chosen = False
            self._coloring = None
            self._clear_layers()
            self._show_figure(snapshot)
        if not self._chosen or not self.has_quantity(self.color_by):
            self.show_color_by(self._first_color(snapshot))
        self.canvas.drawing.set_live(snapshot.is_live)
        self._recolor()

    def wait_for(self, words: str) -> None:
        """Say what is being done until there is a surface to show; empty where nothing is."""
        self._waits_for = words
        if self._snapshot is None:
            self._show_overlay()

    def add_layer(self, layer: Layer) -> None:
        super().add_layer(layer)
        layer.changed.connect(lambda: self._on_layer_changed(layer))
        layer.drawn.connect(self._show_overlay)

    def _on_layer_changed(self, layer: Layer) -> None:
        if layer.has(self.color_by) and self._snapshot is not None:
            if not self.has_quantity(self.color_by):
                self._chosen = False
                self.show_color_by(self._first_color(self._snapshot))
            self._recolor()

    def _space_layers(self) -> list[SpaceLayer]:
        return [layer for layer in self.layers if isinstance(layer, SpaceLayer)]

    def _clear_layers(self) -> None:
        for layer in self._space_layers():
            layer.clear()

    def set_color_by(self, key: str) -> None:
        self._chosen = True
        super().set_color_by(key)
        self._recolor()

    def set_true_colors(self, on: bool) -> None:
        """Show colours as they are, or darker in hollows."""
        self._true_colors = on
        if self._snapshot is not None:
            self._show_around(self._snapshot.figure)
        self._recolor()

    def has_quantity(self, key: str) -> bool:
        layer = self.layer_of(key)
        if self._snapshot is None or layer is None:
            return self._snapshot is not None and self._snapshot.has(key)
        return layer.is_ready(key, self._snapshot)

    def extra_quantities(self) -> list[tuple[str, str]]:
        if self._snapshot is None:
            return []
        scalars = getattr(self._snapshot.figure.source, "scalars", {})
        return [(f"scalar:{name}", name) for name in scalars]

    def fill_camera_menu(self, menu: QMenu) -> None:
        fill_camera_menu(menu, self.canvas)

    def handle_key(self, key: int) -> bool:
        return self.canvas.handle_key(key)

    def picture(self, scale: int = 1, transparent: bool = False) -> QImage:
        return self.canvas.picture(scale, transparent)

    def set_thumbnail(self, thumbnail: bool) -> None:
        super().set_thumbnail(thumbnail)
        self.canvas.is_small = thumbnail
        self.canvas.update()

    def restyle(self) -> None:
        super().restyle()
        self.canvas.restyle()
        self._show_overlay()
        self._recolor()

    def close_view(self) -> None:
        self._colorings.forget()
        for layer in self.layers:
            layer.close()
        self.canvas.close_plotter()

    def _first_color(self, snapshot: Snapshot) -> str:
        """Return by what it is coloured until something is chosen: the charts of an atlas, else what they distort."""
        is_one = snapshot.figure.part is None
        return "area_distortion" if is_one and snapshot.has("area_distortion") else self._plain_color(snapshot)

    @staticmethod
    def _plain_color(snapshot: Snapshot) -> str:
        if snapshot.has("chart"):
            return "chart"
        return "texture" if snapshot.figure.is_cloud and snapshot.has("texture") else "none"

    def _show_figure(self, snapshot: Snapshot) -> None:
        figure = snapshot.figure
        self.header.set_caption(_count(figure))
        colors = snapshot.vertex_coloring(self._plain_color(snapshot), self.theme.palette).colors
        self.canvas.extent = figure.extent
        self.canvas.clipping.inside = lambda: figure.whole.inside
        self.canvas.show_mesh(Mesh(figure.points, figure.faces, figure.normals, colors), figure.frame)
        self._show_around(figure)

    def _show_around(self, figure: Figure) -> None:
        """Draw the other charts of an atlas."""
        part = figure.part
        if part is None or part.whole.normals is None:
            self.canvas.show_around(None)
            return
        vertices = part.around_vertices
        colors = part.around_colors(rgb(self.theme.palette.clay))
        if not self._true_colors:
            colors = darkened(colors, part.whole.hollow[vertices], CAVITY_ON_CLAY)
        points, normals = part.whole.points[vertices], part.whole.normals[vertices]
        self.canvas.show_around(Mesh(points, part.around_faces, normals, colors))

    def _recolor(self) -> None:
        snapshot, key, palette = self._snapshot, self.color_by, self.theme.palette
        if snapshot is None:
            return
        layer, true_colors = self.layer_of(key), self._true_colors
        if isinstance(layer, SpaceLayer) and layer.is_ready(key, snapshot):
            work = layer.coloring(key, snapshot, palette, true_colors)
            if work is None:
                self._colorings.forget()
                layer.draw(key, snapshot, palette, true_colors)
                return
            self._clear_layers()
            self._colorings.submit(_colored_by_layer, snapshot, key, *work)
            return
        self._clear_layers()
        former = self._coloring.limits if self._coloring is not None else None
        self._colorings.submit(_colored, snapshot, key, palette, former, true_colors)

    def _on_coloring(self, colored: _Colored) -> None:
        if self._snapshot is None or colored.snapshot.figure is not self._snapshot.figure:
            return
        self._coloring = colored.coloring
        shown = colored.snapshot
        if colored.key in PATTERNS and shown.has(colored.key):
            self.canvas.drawing.set_texture(shown.in_square, shown.pattern(colored.key))
        else:
            self.canvas.drawing.set_texture(None, None)
        self.canvas.drawing.set_colors(colored.coloring.colors)
        self._show_overlay()

    def _show_overlay(self) -> None:
        if self._snapshot is None:
            words = Words(tr("Drop a surface here"), tr("or press Ctrl+O"))
            if self._waits_for:
                words = Words(self._waits_for, "")
            self.canvas.set_overlay(Overlay(words=words))
            return
        chips = []
        words = next((words for layer in self._space_layers() if (words := layer.words()) is not None), None)
        self.header.set_caption(_count(self._snapshot.figure) if words is None else words.caption)
        if words is not None:
            chips += words.chips
        outdated = self._is_outdated or (words is not None and words.is_outdated)
        if outdated and self.color_by not in ("none", "normal", "texture"):
            chips.append(outdated_chip(self.theme))
        legend = self._coloring.legend if self._coloring is not None else None
        self.canvas.set_overlay(Overlay(chips=tuple(chips), legend=legend if words is None else words.legend))
