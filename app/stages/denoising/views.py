"""What the four views show of the stage *Denoise*: wires scene, bodies, pages and selection together."""

import numpy as np
from PySide6.QtWidgets import QWidget

from app.scene.disk import Hit, Window
from app.scene.figure import vertex_normals
from app.scene.points import POINT_QUANTITIES
from app.scene.snapshot import Coloring, Snapshot
from app.stages.denoising.inspector_lines import is_doubt
from app.stages.denoising.names import method_name
from app.stages.denoising.page import DenoisePage
from app.stages.denoising.projection_view import ProjectionView
from app.stages.denoising.scene.cloud import DenoisedCloud
from app.stages.denoising.scene.disk import ArrowLook, PointPicture, arrows_picture
from app.stages.denoising.shown import DenoiseScene, ShownCloud
from app.state.selection import Pick, Selection
from app.state.stage_state import Notice
from app.state.workspace import Workspace
from app.style.theme import Theme
from app.style.translation import tr
from app.views.scene_views import SceneViews
from app.views.stage_body import StageBody
from app.views.stage_views import Grid
from app.widgets.canvas.chips import Chip
from app.widgets.canvas.disk_canvas import DiskCanvas
from app.widgets.canvas.overlays import Overlay
from app.widgets.canvas.plotter import Mesh
from app.widgets.canvas.point_canvas import Place, PointCanvas
from core.session.project import Project

POINT_SIZES = (2.0, 5.0)
"""Least and largest side of a point, in pixels; few points are drawn larger than many."""
POINT_SHARE = 1.4
"""Side of a point over the side of the square that each has in the view."""
OCCLUDER = "occluder"


class DenoiseViews(SceneViews[DenoiseScene]):
    """Shows noisy and denoised points in the views of a grid while the stage is open.

    Parameters
    ----------
    grid : Grid
        The views.
    workspace : Workspace
        Whose points.
    selection : Selection
        The linked points.
    theme : Theme
        The look.
    parent : QWidget
        Keeps what is shown until a view takes it in.
    """

    def __init__(self, grid: Grid, workspace: Workspace, selection: Selection, theme: Theme, parent: QWidget) -> None:
        super().__init__(grid, workspace, selection, theme, parent)
        self.scene = DenoiseScene(workspace, theme, self._executor, self)
        self.before = StageBody(PointCanvas(grid.make_plotter(), theme, self._executor, parent), parent)
        self.after = StageBody(PointCanvas(grid.make_plotter(), theme, self._executor, parent), parent)
        self.disk = StageBody(DiskCanvas(theme, parent), parent, self._disk_picture)
        self.projection = ProjectionView(theme, grid.make_plotter(), self._executor)
        self.page = DenoisePage(theme)
        self._pictures = self._newest()
        self._seen: Pick | None = None
        self._shown: dict[str, DenoisedCloud | None] = {"before": None, "after": None}
        self._add_page("projection", tr("Projection"), "arrows-in-line-vertical", self.projection)
        grid.add_fourth("denoising/histogram", tr("Histogram"), "chart-bar", self.page)
        self._connect()

    def _connect(self) -> None:
        self.scene.changed.connect(self._show)
        self._pictures.done.connect(self._on_picture)
        self.disk.canvas.window_changed.connect(self._draw_disk)
        for body in (self.before, self.after, self.disk):
            body.color_chosen.connect(self.scene.set_color_by)
        for view, body in (("surface", self.before), ("reconstruction", self.after)):
            body.canvas.hovered.connect(lambda drawn, view=view: self._hover(self._pick(drawn, view), view))
            body.canvas.clicked.connect(lambda drawn, view=view: self._click(self._pick(drawn, view)))
            body.canvas.around_clicked.connect(lambda drawn, view=view: self._go_to_point(drawn, view))
        self.disk.canvas.hovered.connect(lambda hit: self._hover(self._pick_of(hit and hit.vertex, "latent"), "latent"))
        self.disk.canvas.clicked.connect(lambda hit: self._click(self._pick_of(hit and hit.vertex, "latent")))
        self.projection.hovered.connect(lambda point: self._hover(self._pick_of(point, "fourth"), "fourth"))
        self.projection.clicked.connect(lambda point: self._click(self._pick_of(point, "fourth")))
        self._selection.hovered_changed.connect(lambda pick: self._link(pick, False))
        self._selection.picked_changed.connect(lambda pick: self._link(pick, True))
        self._workspace.project_changed.connect(self._on_project_changed)
        for body, host in ((self.before, self._grid.surface.canvas), (self.after, self._grid.reconstruction.canvas)):
            self._lend(body.canvas, host)
        self._grid.stance_changed.connect(self.projection.canvas.set_stance)

    # -- showing -----------------------------------------------------------------------------------------------------

    def _on_project_changed(self, old: Project, new: Project) -> None:
        picked = self._selection.picked
        if new.denoising is not old.denoising and picked is not None and picked.point is not None:
            self._selection.pick(None)  # its number means another point now
        found = new.denoising
        self.projection.show_coming(found is not None)
        if found is not None and found is not old.denoising and new.source is old.source:
            for text in filter(is_doubt, found.warnings):
                self._workspace.notified.emit(Notice(text, "warn"))

    def _show(self) -> None:
        """Lend the views what the scene has, or give them back."""
        shown, snapshot = self.scene.shown, self.scene.snapshot
        self.projection.show_cloud(shown, snapshot, self.scene.display, self.scene.is_outdated)
        cloud = shown.cloud if shown is not None else None
        self.page.show_points(*(cloud.denoising, cloud.method, cloud.knows_truth) if cloud is not None else (None, ""))
        lends = self.scene.is_open and shown is not None and snapshot is not None
        if lends and shown is not None and snapshot is not None:
            around = shown.cloud.others if shown.around is not None else None
            both = (None, None) if around is None or shown.around is None else shown.around
            points = (around.noisy, around.points) if around is not None else (None, None)
            self._show_points("before", self.before, shown.cloud.noisy, shown.before, shown)
            self._show_points("after", self.after, shown.cloud.points, shown.after, shown)
            self._show_others(self.before, points[0], both[0])
            self._show_others(self.after, points[1], both[1])
            self._show_ground(snapshot, shown.after)
            self._draw_disk()
            self._describe(shown)
        for key, body in (("surface", self.before), ("latent", self.disk), ("reconstruction", self.after)):
            self._grid.views[key].show_stage_body(body, lends)
        for picked, pick in ((False, self._selection.hovered), (True, self._selection.picked)):
            self._link(pick, picked)

    def _show_points(
        self, name: str, body: StageBody, points: np.ndarray, coloring: Coloring, shown: ShownCloud
    ) -> None:
        """Draw points, from where the surface was seen."""
        canvas, cloud = body.canvas, shown.cloud
        assert isinstance(canvas, PointCanvas)
        if self._shown[name] is cloud:
            canvas.drawing.set_colors(coloring.colors)
            return
        side = min(self._grid.surface.width(), self._grid.surface.height())
        size = float(np.clip(POINT_SHARE * side / np.sqrt(max(len(points), 1)), *POINT_SIZES))
        normals = cloud.normals if name == "after" else None
        host = dict(self._hosts)[canvas]
        canvas.extent = cloud.figure.points
        no_faces = np.empty((0, 3), np.int64)
        canvas.show_mesh(Mesh(points, no_faces, normals, coloring.colors, size), cloud.figure.frame)
        canvas.set_camera(host.camera)
        self._shown[name] = cloud

    def _show_others(self, body: StageBody, points: np.ndarray | None, coloring: Coloring | None) -> None:
        """Draw the points of the other charts of an atlas; a click on one goes to its chart."""
        canvas = body.canvas
        assert isinstance(canvas, PointCanvas)
        if points is None or coloring is None or canvas.mesh is None:
            canvas.show_around(None)
            return
        no_faces = np.empty((0, 3), np.int64)
        canvas.show_around(Mesh(points, no_faces, None, coloring.colors, canvas.mesh.point_size))

    def _go_to_point(self, drawn: int, view: str) -> None:
        """Show the chart of a point of another one, and pick it there."""
        found = self.scene.place_around(drawn)
        if found is None:
            return
        self._workspace.show_chart(found[0])
        part = self._workspace.project.denoising
        if part is not None:
            vertices = self._workspace.project.source.surface.vertices
            nearest = np.square(vertices - part.true_foot.points[found[1]]).sum(1).argmin()
            self._selection.pick(Pick(int(nearest), view, None, found[1]))

    def _show_ground(self, snapshot: Snapshot, coloring: Coloring) -> None:
        """Draw the decoded surface in the middle colour of the points on it, so that it hides those behind it."""
        points, normals = snapshot.figure.points, snapshot.figure.normals
        if snapshot.reconstruction is not None:
            points, normals = snapshot.reconstructed, snapshot.reconstructed_normals
        faces, part = snapshot.figure.faces, snapshot.figure.part
        if part is not None and snapshot.whole_reconstruction is not None:
            points, faces = part.whole.drawn(snapshot.whole_reconstruction), part.whole.faces
            normals = vertex_normals(points, faces)
        color = np.tile(np.median(coloring.colors, axis=0).astype(np.uint8), (len(points), 1))
        canvas = self.after.canvas
        assert isinstance(canvas, PointCanvas)
        canvas.show_beside(OCCLUDER, Mesh(points, faces, normals, color, is_matt=True))

    def _describe(self, shown: ShownCloud) -> None:
        """Say in the headers and on chips what is drawn."""
        cloud, method = shown.cloud, shown.cloud.method
        n, drawn = len(cloud.denoising.noisy), len(cloud.shown)
        count = tr("{n} noisy points", n=f"{n:,}")
        if drawn < n:
            count = tr("{drawn} of {n} noisy points", drawn=f"{drawn:,}", n=f"{n:,}")
        if cloud.whole is not None:
            count = tr("{count}, chart {n}", count=count, n=self._workspace.chart + 1)
        colors = [(key, tr(POINT_QUANTITIES[key][0])) for key in cloud.quantities()]
        after = tr("projected points") if method == "projection" else method_name(method)
        for body, caption, coloring in ((self.before, count, shown.before), (self.after, after, shown.after)):
            body.describe(caption, shown.key, colors)
            body.canvas.set_overlay(Overlay(chips=tuple(self._outdated()), legend=coloring.legend))
        start = tr("true") if cloud.knows_truth else tr("noisy")
        codes = tr("{start} → projected code", start=start)
        if method != "projection":
            codes = tr("{start} code → {name}", start=start, name=after)
        self.disk.describe(codes, shown.key, colors)

    def _draw_disk(self) -> None:
        shown, snapshot = self.scene.shown, self.scene.snapshot
        if shown is not None and snapshot is not None and self.scene.is_open:
            ratio = self.disk.canvas.devicePixelRatioF()
            self._pictures.submit(arrows_picture, shown.cloud, snapshot, self._look(shown), self._window(ratio), ratio)

    def _disk_picture(self, scale: int) -> PointPicture | None:
        """Return the picture of the disk at a multiple of its size."""
        shown, snapshot = self.scene.shown, self.scene.snapshot
        if shown is None or snapshot is None:
            return None
        return arrows_picture(shown.cloud, snapshot, self._look(shown), self._window(scale), scale)

    def _look(self, shown: ShownCloud) -> ArrowLook:
        return ArrowLook(shown.key, self.scene.display.arrows, self._theme.palette)

    def _window(self, ratio: float) -> Window:
        assert isinstance(self.disk.canvas, DiskCanvas)
        return self.disk.canvas.window_at(ratio)

    def _on_picture(self, picture: PointPicture) -> None:
        shown, canvas = self.scene.shown, self.disk.canvas
        assert isinstance(canvas, DiskCanvas)
        if shown is None:
            return
        canvas.show_picture(picture)
        cloud = shown.cloud
        drawn, n = len(cloud.arrows(self.scene.display.arrows)), len(cloud.denoising.noisy)
        chips = [Chip(tr("{n} of {m} drawn", n=f"{drawn:,}", m=f"{n:,}"))]
        if cloud.n_outside:
            text = tr("1 code outside the disk")
            if cloud.n_outside > 1:
                text = tr("{n} codes outside the disk", n=f"{cloud.n_outside:,}")
            chips.insert(0, Chip(text, "warn", self._theme.icon("warning-fill", "warn")))
        canvas.set_overlay(Overlay(chips=tuple(chips)))

    # -- linked points -----------------------------------------------------------------------------------------------

    def _pick(self, drawn: int | None, view: str) -> Pick | None:
        return None if drawn is None else self.scene.pick_at(drawn, view)

    def _pick_of(self, point: int | None, view: str) -> Pick | None:
        """Return the pick that a point means."""
        shown = self.scene.shown
        if point is None or shown is None:
            return None
        drawn = int(np.searchsorted(shown.cloud.shown, point))
        found = self.scene.pick_at(min(drawn, len(shown.cloud.shown) - 1), view)
        return None if found is None else Pick(found.vertex, view, None, point)

    def _link(self, pick: Pick | None, picked: bool) -> None:
        """Light up a point in all views."""
        point, shown = self.scene.point_of(pick), self.scene.shown
        self.projection.link(point, picked)
        if picked and pick is not None and pick != self._seen and point is not None and pick.view != "fourth":
            self.projection.look_at(point)
        self._seen = pick if picked else self._seen
        if shown is None or point is None:
            for body in (self.before, self.after):
                body.canvas.set_place(None, picked)
            self.disk.canvas.set_linked(None, picked)
            return
        cloud = shown.cloud
        end = tr("projected") if cloud.method == "projection" else method_name(cloud.method)
        number = tr("#{n}", n=f"{int(cloud.denoising.rows[point]):,}")
        for body, points, name, view in (
            (self.before, cloud.denoising.noisy, tr("noisy"), "surface"),
            (self.after, cloud.result.points, end, "reconstruction"),
        ):
            is_here = pick is not None and pick.view == view
            label = name if picked else number if is_here else ""
            body.canvas.set_place(Place(cloud.figure.drawn(points[point : point + 1])[0], label), picked)
        x, y = cloud.codes[point]
        self.disk.canvas.set_linked(Hit(int(cloud.denoising.rows[point]), (float(x), float(y))), picked)
