"""What the views show of a map: both disks, the points on their way, the rows as pictures, the figures."""

import numpy as np
from PySide6.QtWidgets import QWidget

from app.scene.disk import Hit
from app.stages.maps.body import MapDisks
from app.stages.maps.pages import MapFiguresPage, MappedRowsPage
from app.stages.maps.scene.look import MapLook, Moment, moment_of
from app.stages.maps.shown import MapScene
from app.state.selection import Pick, Selection
from app.state.workspace import Workspace
from app.style.theme import Theme
from app.style.translation import tr
from app.views.scene_views import SceneViews
from app.views.stage_body import StageBody
from app.views.stage_views import Grid
from app.widgets.canvas.overlays import Overlay
from app.widgets.canvas.plotter import Mesh
from app.widgets.canvas.point_canvas import Place, PointCanvas

POINT_SIZE = 4.0
"""Side of a row, in pixels."""


class MapViews(SceneViews[MapScene]):
    """Shows a map in the views of a grid while the stage is open.

    Parameters
    ----------
    grid : Grid
        The views.
    workspace : Workspace
        Whose map.
    selection : Selection
        The linked points.
    theme : Theme
        The look.
    parent : QWidget
        Keeps what is shown until a view takes it in.
    """

    def __init__(self, grid: Grid, workspace: Workspace, selection: Selection, theme: Theme, parent: QWidget) -> None:
        super().__init__(grid, workspace, selection, theme, parent)
        self.scene = MapScene(workspace, self._executor, self)
        self.disks = MapDisks(theme, parent)
        self.space = PointCanvas(grid.make_plotter(), theme, self._executor, parent)
        self.points = StageBody(self.space, parent)
        self.figures = MapFiguresPage(workspace, theme)
        self.rows = MappedRowsPage(workspace, selection, theme)
        grid.add_fourth("maps/figures", tr("Figures"), "chart-line", self.figures)
        grid.add_fourth("maps/rows", tr("Rows"), "image", self.rows)
        self._moments = self._newest()
        self._moments.done.connect(self._on_moment)
        self._drawn: Moment | None = None
        self._of: MapLook | None = None
        self.scene.changed.connect(self._show)
        for body in (self.disks, self.points):
            body.color_chosen.connect(self.scene.set_color_by)
        self.disks.resized.connect(self._draw)
        for disk in self.disks.disks:
            disk.hovered.connect(lambda hit: self._hover(_pick(hit, "latent"), "latent"))
            disk.clicked.connect(lambda hit: self._click(_pick(hit, "latent")))
        self.space.hovered.connect(lambda point: self._hover(self._point_pick(point), "reconstruction"))
        self.space.clicked.connect(lambda point: self._click(self._point_pick(point)))
        selection.hovered_changed.connect(lambda pick: self._link(pick, False))
        selection.picked_changed.connect(lambda pick: self._link(pick, True))
        for view in grid.views.values():
            view.play_requested.connect(self.scene.play)
        self._lend(self.space, grid.reconstruction.canvas)

    def _show(self) -> None:
        """Lend the views the map, or give them back."""
        scene, look = self.scene, self.scene.look
        lends = scene.is_open and look is not None
        if look is not None and lends:
            self._describe(look)
            self._draw()
        elif look is None:
            self._moments.forget()
            self._drawn = self._of = None
            self.space.show_mesh(None)
            for disk in self.disks.disks:
                disk.show_picture(None)
        self._grid.latent.show_stage_body(self.disks, lends)
        self._grid.reconstruction.show_stage_body(self.points, lends and look is not None and look.made.has_way)

    def _describe(self, look: MapLook) -> None:
        names = look.made.first.source.name, look.made.second.source.name
        colors = [(key, tr(title)) for key, title in self.scene.colors()]
        caption = tr("{a} to {b}, t = {t}", a=names[0], b=names[1], t=f"{self.scene.display.moment:.2f}")
        for body in (self.disks, self.points):
            body.describe(caption, self.scene.color_by, colors)
        for title, text in zip(
            self.disks.titles,
            (tr("Codes of {name}", name=names[0]), tr("In the disk of {name}", name=names[1])),
            strict=True,
        ):
            title.setText(text)
        self.space.set_overlay(Overlay(chips=tuple(self._outdated())))

    def _draw(self) -> None:
        look = self.scene.look
        if look is not None and self.scene.is_open:
            ratio = self.disks.devicePixelRatioF()
            windows = tuple(disk.window_at(ratio) for disk in self.disks.disks)
            self._moments.submit(moment_of, look, self.scene.display.moment, windows, self._theme.palette, ratio)

    def _on_moment(self, moment: Moment) -> None:
        look = moment.look
        if look is not self.scene.look:
            return
        self._drawn = moment
        for disk, picture, lines in zip(self.disks.disks, moment.disks, moment.lines, strict=True):
            disk.show_picture(picture)
            there_and_back = [np.concatenate([line, line[::-1]]) for line in lines]
            disk.set_strokes(there_and_back, self._theme.color("text_muted"))
        if moment.points is not None:
            colors = look.colors[look.figure.ids]
            if self._of is None or self._of.made is not look.made or self._of.figure is not look.figure:
                self.space.extent = look.extent
                mesh = Mesh(moment.points, look.figure.faces, moment.normals, colors, POINT_SIZE)
                self.space.show_mesh(mesh, look.figure.frame)
                self._follow()
            else:
                self.space.set_shape(moment.points, moment.normals, colors)
        self._of = look
        for picked, pick in ((False, self._selection.hovered), (True, self._selection.picked)):
            self._link(pick, picked)

    # -- linked points -------------------------------------------------------------------------------------------------

    def _point_pick(self, point: int | None) -> Pick | None:
        look = self.scene.look
        if point is None or look is None or point >= len(look.figure.ids):
            return None
        return Pick(int(look.figure.ids[point]), "reconstruction")

    def _link(self, pick: Pick | None, picked: bool) -> None:
        """Light up a vertex or row in both disks, and where it is now."""
        look, hit, place = self.scene.look, None, None
        if pick is not None and look is not None and self.scene.is_open and pick.vertex < len(look.start):
            hit = Hit(pick.vertex)
            found = np.flatnonzero(look.figure.ids == pick.vertex)
            if len(found) and self._drawn is not None and self._drawn.points is not None:
                place = Place(self._drawn.points[found[0]], f"#{pick.vertex:,}")
        for disk in self.disks.disks:
            disk.set_linked(hit, picked, True)
        self.space.set_place(place, picked)


def _pick(hit: Hit | None, view: str) -> Pick | None:
    return None if hit is None else Pick(hit.vertex, view)
