"""The surface decoded from the disk, in space."""

import time
from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QMenu, QWidget

from app.scene.color_maps import mapped, quantity_named
from app.scene.figure import Figure, vertex_normals
from app.scene.palette import Palette
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

GHOST = 0.13
"""How much of the surface shows through before there is a reconstruction."""


@dataclass(frozen=True, eq=False)
class _Shape:
    """A reconstruction made ready to be drawn."""

    snapshot: Snapshot
    points: np.ndarray
    normals: np.ndarray | None
    coloring: Coloring
    key: str
    around: Mesh | None = None


def _ghost_around(figure: Figure, palette: Palette) -> Mesh | None:
    """Return what of a surface lies around a chart, in plain clay; None without one."""
    part = figure.part
    if part is None or part.whole.normals is None:
        return None
    vertices = part.around_vertices
    colors = np.tile(np.array(rgb(palette.clay), np.uint8), (len(vertices), 1))
    return Mesh(part.whole.points[vertices], part.around_faces, part.whole.normals[vertices], colors)


def _around(snapshot: Snapshot, key: str, palette: Palette, limits: tuple[float, float] | None) -> Mesh | None:
    """Return the welded surface around a chart, coloured as the chart is where that can be; None without one."""
    part, points = snapshot.figure.part, snapshot.reconstructed_around
    if part is None or points is None:
        return None
    if key == "error" and limits is not None:
        errors = 100.0 * np.linalg.norm(points - part.whole.points[part.around_vertices], axis=1)
        colors = mapped(errors, limits, quantity_named(key).color_map)
    elif key == "none":
        colors = np.tile(np.array(rgb(palette.clay), np.uint8), (len(points), 1))
    else:
        colors = part.around_colors(rgb(palette.clay))
    welded = part.whole.drawn(snapshot.whole_reconstruction)
    normals = vertex_normals(welded, part.whole.faces, part.whole.is_one_sided)
    return Mesh(points, part.around_faces, normals[part.around_vertices], colors)


def _shape(
    snapshot: Snapshot, key: str, palette: Palette, former: tuple[float, float] | None, true_colors: bool
) -> _Shape:
    """Compute points, normals and colours (runs in a thread)."""
    if snapshot.figure.is_cloud:
        coloring = snapshot.vertex_coloring(key, palette, former, True)
        return _Shape(snapshot, snapshot.reconstructed, None, coloring, key)
    coloring = snapshot.reconstruction_coloring(key, palette, former, true_colors)
    around = _around(snapshot, key, palette, coloring.limits)
    return _Shape(snapshot, snapshot.reconstructed, snapshot.reconstructed_normals, coloring, key, around)


class ReconstructionView(View):
    """The way back: the decoded surface with its error, live while training."""

    def __init__(
        self,
        theme: Theme,
        plotter: SurfacePlotter,
        executor: Executor,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("reconstruction", "intersect", tr("Reconstruction"), theme, parent)
        self.canvas = SurfaceCanvas(plotter, theme, executor, self)
        self.set_body(self.canvas)
        self.add_tools(colors=True, cameras=True)
        self._snapshot: Snapshot | None = None
        self._shown: _Shape | None = None
        self._has_ghost = self._true_colors = False
        self._is_outdated = False
        self._verdict = ""
        self._is_training = False
        self._taken = 0.0
        self._shapes = Newest(executor, self)
        self._shapes.done.connect(self._on_shape)
        self._clock = QTimer(self, interval=500)
        self._clock.timeout.connect(self._show_age)
        self.show_color_by("error")
        self.show_snapshot(None)

    def show_snapshot(self, snapshot: Snapshot | None, outdated: bool = False, verdict: str = "") -> None:
        """Show another moment; before there is a reconstruction, the surface shows through.

        Parameters
        ----------
        snapshot : Snapshot or None
            What is to be seen.
        outdated : bool
            Whether the training belongs to another surface.
        verdict : str
            Why a surface cannot be trained, empty where it can.
        """
        self._verdict = verdict
        former, self._snapshot, self._is_outdated = self._snapshot, snapshot, outdated
        is_other = snapshot is not None and (former is None or former.figure is not snapshot.figure)
        if snapshot is None:
            self._shapes.forget()
            self._clear_layers()
            self._shown, self._has_ghost = None, False
            self.canvas.show_around(None)
            self.canvas.show_mesh(None)
        elif is_other or (snapshot.reconstruction is None and not self._has_ghost):
            self._shapes.forget()
            self._clear_layers()
            self._show_ghost(snapshot)
        if snapshot is not None and snapshot.reconstruction is not None:
            self.canvas.drawing.set_live(snapshot.is_live)
            self._reshape()
        else:
            self.canvas.drawing.set_live(False)
        self._show_overlay()

    def set_training(self, on: bool) -> None:
        """Say in the empty view whether a training runs that will fill it."""
        self._is_training = on
        self._show_overlay()

    def set_color_by(self, key: str) -> None:
        super().set_color_by(key)
        self._reshape()

    def add_layer(self, layer: Layer) -> None:
        super().add_layer(layer)
        layer.changed.connect(lambda: self._on_layer_changed(layer))
        layer.drawn.connect(self._show_overlay)

    def _on_layer_changed(self, layer: Layer) -> None:
        if layer.has(self.color_by):
            self._reshape()
        self._show_beside()

    def _space_layers(self) -> list[SpaceLayer]:
        return [layer for layer in self.layers if isinstance(layer, SpaceLayer)]

    def _clear_layers(self) -> None:
        for layer in self._space_layers():
            layer.clear()

    def set_true_colors(self, on: bool) -> None:
        """Show colours as they are, or darker in hollows."""
        self._true_colors = on
        self._reshape()

    def offers(self, key: str) -> bool:
        return key in self.quantities() or key.startswith("scalar:")

    def has_quantity(self, key: str) -> bool:
        if self._snapshot is None or self._snapshot.reconstruction is None:
            return False
        layer = self.layer_of(key)
        if layer is not None:
            return layer.is_ready(key, self._snapshot)
        return self.offers(key) and self._snapshot.has(key)

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
        self._reshape()

    def close_view(self) -> None:
        self._clock.stop()
        self._shapes.forget()
        for layer in self.layers:
            layer.close()
        self.canvas.close_plotter()

    def _show_ghost(self, snapshot: Snapshot) -> None:
        figure = snapshot.figure
        self._shown, self._has_ghost = None, True
        colors = snapshot.vertex_coloring("none", self.theme.palette).colors
        mesh = None
        if figure.source.kind == "table":
            mesh = Mesh(figure.points, figure.faces, None, colors)
        elif not figure.is_cloud:
            mesh = Mesh(figure.points, figure.faces, figure.normals, colors)
        self.canvas.extent = figure.extent
        self.canvas.clipping.inside = lambda: figure.whole.inside
        self.canvas.show_mesh(mesh, figure.frame)
        self.canvas.show_around(_ghost_around(figure, self.theme.palette))

    def _reshape(self) -> None:
        if self._snapshot is not None and self._snapshot.reconstruction is not None:
            if not self.has_quantity(self.color_by):
                self.show_color_by("error")
            former = self._shown.coloring.limits if self._shown is not None else None
            palette, true_colors = self.theme.palette, self._true_colors
            layer = self.layer_of(self.color_by)
            if layer is None:
                self._clear_layers()
            key = self.color_by if layer is None else "none"  # what the layer draws is put over it
            self._shapes.submit(_shape, self._snapshot, key, palette, former, true_colors)

    def _on_shape(self, shape: _Shape) -> None:
        if self._snapshot is None or self._snapshot.figure is not shape.snapshot.figure or self.canvas.mesh is None:
            return
        if self._shown is None or self._shown.snapshot is not shape.snapshot:
            self._taken = time.monotonic()
        is_first = self._shown is None
        self._shown, self._has_ghost = shape, False
        self.canvas.set_shape(shape.points, shape.normals, shape.coloring.colors)
        self.canvas.show_around(shape.around)
        if is_first:
            self._show_beside()
        layer = self.layer_of(self.color_by)
        if shape.key in PATTERNS and shape.snapshot.has(shape.key):
            self.canvas.drawing.set_texture(shape.snapshot.in_square, shape.snapshot.pattern(shape.key))
        elif layer is None:
            self.canvas.drawing.set_texture(None, None)
        if isinstance(layer, SpaceLayer) and self.has_quantity(self.color_by):
            layer.draw(self.color_by, shape.snapshot, self.theme.palette, self._true_colors)
        self._show_overlay()

    def _show_overlay(self) -> None:
        self.set_empty(self._shown is None)
        if self._shown is None:
            self._clock.stop()
            self.header.set_caption("")
            text = tr("After training: the surface decoded from the disk, with its error.")
            if self._snapshot is not None and self._snapshot.reconstruction is not None:
                text = tr("Being drawn…")
            elif self._is_training:
                text = tr("The surface decoded from the disk, with its error. It appears here in a moment.")
            elif self._verdict:
                text = tr("The surface decoded from the disk: this one has no disk yet.")
            words = Words(tr("The way back"), text)
            self.canvas.set_overlay(Overlay(words=words, veil=1.0 - GHOST if self._has_ghost else 0.0))
            return
        self._show_age()
        if self._shown.snapshot.is_live:
            self._clock.start()
        else:
            self._clock.stop()
        chips = []
        layers = self._space_layers()
        for words in (layer.beside_words() for layer in layers):
            chips += words.chips if words is not None else ()
        words = next((words for layer in layers if (words := layer.words()) is not None), None)
        if self._is_outdated or (words is not None and words.is_outdated):
            chips.append(outdated_chip(self.theme))
        legend = self._shown.coloring.legend if words is None else words.legend
        self.canvas.set_overlay(Overlay(chips=tuple(chips), legend=legend))

    def _show_beside(self) -> None:
        """Draw what layers lay beside the reconstruction."""
        shown = self._snapshot if self._shown is not None else None
        for k, layer in enumerate(self._space_layers()):
            self.canvas.show_beside(f"layer {k}", layer.beside(shown, self.theme.palette))
        self._show_overlay()

    def _show_age(self) -> None:
        """Say how old the picture is while training, and what it is made of afterwards."""
        if self._shown is None:
            return
        layers = self._space_layers()
        offered = [layer.beside_words() for layer in layers] + [layer.words() for layer in layers]
        words = next((words for words in offered if words is not None and words.caption), None)
        if words is not None and (words in offered[: len(layers)] or not self._shown.snapshot.is_live):
            self.header.set_caption(words.caption)
            return
        if not self._shown.snapshot.is_live:
            n = len(self._shown.points)
            words = {"network": tr("the network alone"), "detail": tr("with detail")}.get(self._shown.snapshot.decoder)
            count = tr("{n} decoded rows" if self._snapshot.figure.is_cloud else "{n} decoded vertices", n=f"{n:,}")
            self.header.set_caption(f"{count}, {words}" if words else count)
            return
        age = tr("snapshot {s:.1f} s ago", s=time.monotonic() - self._taken)
        detailed = self._shown.snapshot.decoder == "detail"
        self.header.set_caption(f"{age}, {tr('with detail')}" if detailed else age)
