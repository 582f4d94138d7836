"""Brenier's potential in space: a convex surface above the power diagram that it projects to."""

from concurrent.futures import Executor
from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen

from app.scene.camera import fitted
from app.scene.in_space import class_colors
from app.scene.snapshot import Coloring
from app.stages.transport.scene.brenier import BrenierScene
from app.stages.transport.scene.site_quantities import site_coloring
from app.state.selection import Pick, Selection
from app.state.workspace import Workspace
from app.style.theme import Theme
from app.style.translation import tr
from app.views.pages.canvas_page import CanvasPage
from app.widgets.canvas.chips import Chip, paint_chip
from app.widgets.canvas.overlays import Overlay, Words, outdated_chip
from app.widgets.canvas.plotter import Mesh, SurfacePlotter
from app.widgets.canvas.surface_canvas import SurfaceCanvas
from app.widgets.text import counted
from core.data.source import Source
from core.geometry.normalization import Frame
from core.session.project import Project
from core.transport.transport import Transport

VIEW_KEY = "brenier"
DIRECTION = (0.25, -1.0, 0.42)
"""From the surface to the camera: from above, so that the diagram is seen under it."""


@dataclass(frozen=True, eq=False)
class _Drawn:
    """A transport made ready to be drawn."""

    transport: Transport
    scene: BrenierScene
    coloring: Coloring


def _drawn(transport: Transport, source: Source, key: str, scene: BrenierScene | None) -> _Drawn:
    """Make the mesh of a transport (runs in a thread); the cells of rows are coloured by classes, else by the way."""
    scene = scene or BrenierScene(transport.map.diagram)
    _ = scene.points, scene.faces, scene.normals
    if source.has_faces:
        return _Drawn(transport, scene, site_coloring(transport, source.surface.faces, key))
    colors = class_colors(source.table)
    if key in ("ratio_before", "ratio_after", "site_class"):
        key = "displacement" if colors is None else "site_class"
    return _Drawn(transport, scene, site_coloring(transport, np.empty((0, 3), np.int64), key, colors))


class _Canvas(SurfaceCanvas):
    """Draws the plumb line of the picked site over the figure."""

    plumb_line: np.ndarray | None = None

    def complete_overlay(self) -> Overlay:
        """Return everything that lies over the surface; its points are planes, not vertices."""
        overlay = super().complete_overlay()
        label = tr("plane ⟨x, yᵢ⟩ + cᵢ")
        return replace(overlay, markers=tuple(replace(mark, label=mark.label and label) for mark in overlay.markers))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.plumb_line is None or self.is_small:
            return
        places, depth = self.camera.project(self.plumb_line, self.width(), self.height())
        if (depth <= 0.0).any():
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        top, foot = (QPointF(*place) for place in places.tolist())
        painter.setPen(QPen(QColor(self.theme.palette.select), 1.5, Qt.PenStyle.DashLine))
        painter.drawLine(top, foot)
        painter.drawEllipse(foot, 5.0, 5.0)
        paint_chip(painter, foot + QPointF(12.0, 8.0), Chip(tr("cell of yᵢ")), self.theme)


class BrenierView(CanvasPage[_Canvas]):
    """The convex surface whose slopes are the transport map; points at it find the site of the plane."""

    def __init__(
        self, workspace: Workspace, selection: Selection, theme: Theme, plotter: SurfacePlotter, executor: Executor
    ) -> None:
        super().__init__(_Canvas, theme, plotter, executor)
        self._workspace, self._selection = workspace, selection
        self.color_by = "ratio_before"
        self._shown: _Drawn | None = None
        self._making.done.connect(self._on_made)
        self.canvas.hovered.connect(self._on_hovered)
        self.canvas.clicked.connect(self._on_clicked)
        workspace.project_changed.connect(self._on_project_changed)
        selection.picked_changed.connect(lambda _: self._show_picked())
        selection.hovered_changed.connect(self._show_hovered)
        self._show(workspace.project)

    def set_color_by(self, key: str) -> None:
        """Colour the cells by one of `SITE_KEYS`."""
        self.color_by = key
        self._show(self._workspace.project)

    # -- what is shown -----------------------------------------------------------------------------------------------

    def _on_project_changed(self, old: Project, new: Project) -> None:
        if new.transport is not old.transport or new.outdated != old.outdated:
            self._show(new)

    def _show(self, project: Project) -> None:
        transport, source = project.transport, project.source
        if transport is None or source is None:
            self._making.forget()
            self._shown = None
            self.canvas.show_mesh(None)
            self._describe()
            return
        scene = self._shown.scene if self._shown is not None and self._shown.transport is transport else None
        self._making.submit(_drawn, transport, source, self.color_by, scene)
        self._describe()

    def _on_made(self, drawn: _Drawn) -> None:
        if drawn.transport is not self._workspace.project.transport:
            return
        is_new = self._shown is None or self._shown.transport is not drawn.transport
        self._shown = drawn
        scene, colors = drawn.scene, drawn.scene.point_colors(drawn.coloring.colors)
        if is_new:
            self.canvas.show_mesh(Mesh(scene.points, scene.faces, scene.normals, colors), Frame(np.zeros(3), 1.0))
            self.canvas.set_camera(fitted(scene.points, self.aspect, DIRECTION, (0.0, 0.0, 1.0)))
        else:
            self.canvas.drawing.set_colors(colors)
        self._describe()
        self._show_picked()

    def _describe(self) -> None:
        shown = self._shown
        if shown is None:
            text = tr("Move the disk so that uniform stays uniform on the surface.")
            if self._workspace.project.transport is not None:
                text = tr("Being drawn…")
            self.describe("", Overlay(words=Words(tr("Equal areas"), text)))
        else:
            caption = counted(len(shown.transport.map.masses), "1 plane", "{n} planes")
            chips = [Chip(tr("Convex surface above, its power diagram below"))]
            if "transport" in self._workspace.project.outdated:
                chips.append(outdated_chip(self._theme))
            self.describe(caption, Overlay(chips=tuple(chips), legend=shown.coloring.legend))

    def restyle(self) -> None:
        """Take over the theme."""
        super().restyle()
        self._describe()

    # -- pointing ----------------------------------------------------------------------------------------------------

    def _on_hovered(self, point: int | None) -> None:
        vertex, hovered = self._vertex_at(point), self._selection.hovered
        if vertex is not None:
            self._selection.hover(Pick(vertex, VIEW_KEY))
        elif hovered is not None and hovered.view == VIEW_KEY:
            self._selection.hover(None)

    def _on_clicked(self, point: int | None) -> None:
        vertex = self._vertex_at(point)
        if vertex is not None:
            self._selection.pick(Pick(vertex, VIEW_KEY))

    def _vertex_at(self, point: int | None) -> int | None:
        """Return the vertex that the site of a point of the mesh stands for."""
        if point is None or self._shown is None:
            return None
        transport = self._shown.transport
        given = int(np.flatnonzero(transport.map.site_of == self._shown.scene.site_at(point))[0])
        return int(transport.measure.site_vertex[given])

    def _site_of(self, pick: Pick | None) -> int | None:
        """Return the site of the map that stands for a vertex."""
        if pick is None or self._shown is None:
            return None
        transport = self._shown.transport
        if pick.vertex >= len(transport.measure.owner):
            return None
        owner = int(transport.measure.owner[pick.vertex])
        return None if owner < 0 else int(transport.map.site_of[owner])

    def _show_picked(self) -> None:
        site = self._site_of(self._selection.picked)
        scene = self._shown.scene if self._shown is not None else None
        self.canvas.plumb_line = None if site is None or scene is None else scene.plumb_lines[site]
        self.canvas.set_linked(None if site is None or scene is None else scene.point_of(site), True)
        self.canvas.update()

    def _show_hovered(self, pick: Pick | None) -> None:
        site = self._site_of(pick)
        scene = self._shown.scene if self._shown is not None else None
        self.canvas.set_linked(None if site is None or scene is None else scene.point_of(site), False)
