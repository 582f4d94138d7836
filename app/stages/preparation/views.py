"""What the views show of the stage *Preparation*: what stands in the way, where a surface is cut, a preview."""

import numpy as np
from PySide6.QtWidgets import QWidget

from app.scene.color_maps import Quantity
from app.scene.snapshot import Snapshot, rgb
from app.stages.preparation.cloud_views import CloudLayer, show_cloud_change
from app.stages.preparation.scene.places import (
    around_place,
    lines_of,
    place_lines,
    place_points,
    preview_lines,
    preview_mesh,
)
from app.stages.preparation.work import PreparationWork
from app.state.selection import Selection
from app.state.workspace import Workspace
from app.style.theme import Theme
from app.style.translation import tr
from app.views.layers import LayerWords, SpaceLayer
from app.views.stage_views import Grid, StageViews
from app.widgets.canvas.chips import Chip
from app.widgets.canvas.figure_drawing import Facets
from app.widgets.canvas.plotter import Lines, Mesh, Polygons
from app.widgets.text import number
from core.data.obstacles import Place
from core.session.preparing.previewing import Preview

STAGE = "preparation"
PLACES, POINTS, CHOSEN, SEAM = "places", "place points", "chosen place", "seam"
WIDTH, CHOSEN_WIDTH, POINT = 2.5, 5.0, 7.0
"""Widths of lines, and side of points, in device-independent pixels."""


class PreparationWords(SpaceLayer):
    """Says over the surface that what is seen is a preview, or what stands out."""

    quantities: tuple[Quantity, ...] = ()

    def __init__(self, theme: Theme, work: PreparationWork, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme, self._work = theme, work
        self.is_shown = False

    def words(self) -> LayerWords | None:
        made = self._work.preview
        if made is None or not self.is_shown:
            return None
        if made.source.is_cloud:
            n_points = number(len(made.source.positions))
            icon = self._theme.icon("warning-fill", "warn")
            return LayerWords(tr("preview, {n} points", n=n_points), (Chip(tr("Preview: not applied"), "warn", icon),))
        n_faces = number(len(made.source.surface.faces))
        icon = self._theme.icon("warning-fill", "warn")
        return LayerWords(tr("preview, {n} triangles", n=n_faces), (Chip(tr("Preview: not applied"), "warn", icon),))


class PreparationViews(StageViews):
    """Draws on the surface of a grid.

    Parameters
    ----------
    grid : Grid
        The views.
    workspace : Workspace
        Whose surface.
    selection : Selection
        The linked points.
    theme : Theme
        The look.
    parent : QWidget
        Keeps it.
    """

    def __init__(self, grid: Grid, workspace: Workspace, selection: Selection, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._workspace, self._theme = workspace, theme
        self._canvas = grid.surface.canvas
        self._work: PreparationWork = workspace.works[STAGE]
        self._snapshot: Snapshot | None = None
        self._framed: Place | None = None
        self._previewed: tuple[Preview, Snapshot] | None = None
        self._words = PreparationWords(theme, self._work, parent)
        grid.surface.add_layer(self._words)
        grid.surface.add_layer(CloudLayer(self._work, parent))
        self._work.colored.connect(grid.surface.set_color_by)
        self._work.changed.connect(self._show)
        workspace.open_stage_changed.connect(lambda _: self._show())
        workspace.project_changed.connect(lambda *_: self._show())

    def show_snapshot(self, snapshot: Snapshot | None) -> None:
        self._snapshot = snapshot
        self._show()

    def restyle(self) -> None:
        self._previewed = None
        self._show()

    def _show(self) -> None:
        snapshot, canvas = self._snapshot, self._canvas
        is_open = self._workspace.open_stage == STAGE
        for key in (PLACES, POINTS, CHOSEN, SEAM):
            canvas.plotter.remove(key)
        source = self._workspace.whole.source
        if snapshot is None or source is None or snapshot.figure.whole.source is not source.data or canvas.mesh is None:
            self._show_preview(None)
            return
        found, whole = self._work.obstacles, self._workspace.whole
        made = self._work.preview if is_open else None
        self._show_preview(made)
        if is_open and found is not None and made is None and whole.preparation is None:
            lines = Lines(*place_lines(snapshot.figure, found, self._theme.palette), WIDTH)
            if len(lines.ends):
                canvas.show_lines(PLACES, lines)
            self._show_points(snapshot)
            self._show_chosen(snapshot, self._work.chosen)
        if whole.preparation is not None and len(whole.preparation.seam):
            color = rgb(self._theme.palette.flipped)
            canvas.show_lines(SEAM, Lines(*lines_of(snapshot.figure, whole.preparation.seam, color), WIDTH))
        canvas.drawing.redraw()

    def _show_points(self, snapshot: Snapshot) -> None:
        assert self._work.obstacles is not None
        points, colors = place_points(snapshot.figure, self._work.obstacles, self._theme.palette)
        if len(points):
            self._canvas.show_beside(POINTS, Mesh(points, np.zeros((0, 3), np.int64), None, colors, POINT))

    def _show_chosen(self, snapshot: Snapshot, place: Place | None) -> None:
        """Let a place stand out, and look at it where it is another one."""
        if place is None:
            self._framed = None
            return
        select = rgb(self._theme.palette.select)
        if len(place.edges):
            self._canvas.show_lines(CHOSEN, Lines(*lines_of(snapshot.figure, place.edges, select), CHOSEN_WIDTH))
        else:
            points, _ = around_place(snapshot.figure, place)
            colors = np.tile(np.array(select, np.uint8), (len(points), 1))
            self._canvas.show_beside(CHOSEN, Mesh(points, np.zeros((0, 3), np.int64), None, colors, POINT))
        if place is not self._framed:
            self._framed = place
            self._canvas.look_at_all(*around_place(snapshot.figure, place))

    def _show_preview(self, made: Preview | None) -> None:
        """Draw what a preparation would make in place of the surface, or the surface."""
        snapshot, drawing = self._snapshot, self._canvas.drawing
        was_shown, self._words.is_shown = self._words.is_shown, made is not None
        of_cloud = made is not None and made.source.is_cloud
        change = made.change if made is not None and of_cloud else None
        show_cloud_change(self._canvas, self._theme, snapshot, self._workspace.whole.source, change)
        if of_cloud:
            drawing.set_facets(None)
            self._previewed = None
            self._words.drawn.emit()
            return
        if made is None or snapshot is None:
            if self._previewed is not None or was_shown:
                self._previewed = None
                drawing.set_facets(None)
                self._words.drawn.emit()
            return
        if self._previewed is not None and self._previewed[0] is made and drawing.facets is not None:
            return
        self._previewed = made, snapshot
        palette, n = self._theme.palette, len(made.source.surface.faces)
        points, normals, colors = preview_mesh(snapshot.figure, made, palette)
        polygons = Polygons(points, np.arange(0, 3 * n + 1, 3), made.source.surface.faces.ravel(), normals)
        lines = Lines(*preview_lines(snapshot.figure, made, palette), WIDTH)
        drawing.set_facets(Facets(polygons, colors, lines if len(lines.ends) else None))
        self._words.drawn.emit()
