"""What the four views show of the stage *Generate*: wires scene, bodies, pages and selection together."""

import numpy as np
from PySide6.QtWidgets import QWidget

from app.scene.disk import Hit
from app.scene.points import POINT_QUANTITIES
from app.stages.generation.lens import GenerateLens
from app.stages.generation.row_directions import RowDirections
from app.stages.generation.row_pages import RowLens, RowsOfGeneration
from app.stages.generation.row_way_page import RowWayPage
from app.stages.generation.scene.generated import CodePicture, generated_picture, inside_color, outside_color
from app.stages.generation.shown import STAGE, Code, GenerateScene, ShownGeneration
from app.stages.generation.walk import NAMES, WalkView
from app.state.selection import Pick, Selection
from app.state.workspace import Workspace
from app.style.theme import Theme
from app.style.translation import tr
from app.views.backdrop import Backdrop, backdrop_of
from app.views.scene_views import SceneViews
from app.views.stage_body import StageBody
from app.views.stage_views import Grid
from app.widgets.canvas.chips import Chip
from app.widgets.canvas.dot_icon import dot_icon
from app.widgets.canvas.overlays import Overlay
from app.widgets.canvas.plotter import Mesh
from app.widgets.canvas.point_canvas import Place, PointCanvas
from app.widgets.canvas.tagged_disk import TaggedDisk
from core.session.project import Project

POINT_SIZE = 2.2
"""Side of a generated point, in pixels."""
POINTS, OTHERS = "points", "points of other charts"


class GenerateViews(SceneViews[GenerateScene]):
    """Shows generated points, walks and the lens in the views of a grid while the stage is open.

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
        self.scene = GenerateScene(workspace, theme, self._executor, self)
        self.space = PointCanvas(grid.make_plotter(), theme, self._executor, parent)
        self.plane = TaggedDisk(theme, parent)
        self.points, self.disk = StageBody(self.space, parent), StageBody(self.plane, parent, self._disk_picture)
        self.walk = WalkView(theme, grid.make_plotter(), self._executor)
        self.lens = GenerateLens(theme, grid.make_plotter(), self._executor)
        self.backdrop: Backdrop | None = None
        self._pictures, self._backdrops = self._newest(), self._newest()
        self._drawn: ShownGeneration | None = None
        self._add_page("walk", tr("Walk"), "path", self.walk)
        self._add_page("lens", tr("Lens"), "magnifying-glass-plus", self.lens)
        for page in (self.walk, self.lens):
            page.of = ("surface", "cloud")
        self.rows = RowsOfGeneration(workspace, selection, theme)
        self.row_lens = RowLens(self.scene, workspace, selection, theme)
        grid.add_fourth(f"{STAGE}/rows", tr("Rows"), "image", self.rows)
        grid.add_fourth(f"{STAGE}/row_lens", tr("Lens"), "magnifying-glass-plus", self.row_lens)
        self.row_ways = RowWayPage(workspace, selection, theme, self._newest())
        self.directions = RowDirections(workspace, selection, theme)
        grid.add_fourth(f"{STAGE}/row_walk", tr("Walk"), "path", self.row_ways)
        grid.add_fourth(f"{STAGE}/row_directions", tr("Directions"), "arrows-out-cardinal", self.directions)
        self._connect()

    def _connect(self) -> None:
        self.scene.changed.connect(self._show)
        self._workspace.project_changed.connect(self._on_project_changed)
        self._pictures.done.connect(self._on_picture)
        self._backdrops.done.connect(self._on_backdrop)
        self.plane.window_changed.connect(self._draw_disk)
        for body in (self.points, self.disk):
            body.color_chosen.connect(self.scene.set_color_by)
        for canvas, view in ((self.space, "reconstruction"), (self.walk, "fourth")):
            canvas.hovered.connect(lambda vertex, view=view: self._hover(_pick(vertex, view), view))
            canvas.clicked.connect(lambda vertex, view=view: self._click(_pick(vertex, view)))
        for canvas, view in ((self.space, "reconstruction"), (self.walk.canvas, "fourth")):
            canvas.around_clicked.connect(lambda vertex, view=view: self._grid.go_to_chart(vertex, view))
        self.plane.hovered.connect(lambda hit: self._hover(_pick(hit, "latent"), "latent"))
        self.plane.clicked.connect(lambda hit: self._click(_pick(hit, "latent")))
        self._selection.hovered_changed.connect(lambda pick: self._link(pick, False))
        self._selection.picked_changed.connect(self._on_picked)
        self._grid.fourth.page_changed.connect(self._on_page)
        self.row_ways.changed.connect(self._draw_ways)
        self.lens.moved.connect(self._show_frame)
        self.plane.frame_moved.connect(lambda x, y: self.lens.look_at((x, y)))
        for view in self._grid.views.values():
            view.play_requested.connect(self.scene.play)
        self._lend(self.space, self._grid.reconstruction.canvas)
        self._grid.stance_changed.connect(self.walk.canvas.set_stance)

    # -- showing -----------------------------------------------------------------------------------------------------

    def _on_project_changed(self, _: Project, new: Project) -> None:
        self.walk.show_coming(new.training is not None)

    def _show(self) -> None:
        """Lend the views what the scene has, or give them back."""
        scene, training = self.scene, self._workspace.project.training
        lends, snapshot = scene.is_open, scene.snapshot
        networks = training.autoencoder if training is not None else None
        if snapshot is None or snapshot.codes is None:
            self._backdrops.forget()
            self.backdrop = self._drawn = None
            self.space.show_mesh(None)
            self.space.show_around(None)
            self.walk.show_backdrop(None)
            self.lens.show_decoder(None, None, 2.0 * scene.display.lens)
        elif lends:
            known, palette = self.backdrop, self._theme.palette
            if known is None or known.snapshot is not snapshot or known.palette is not palette:
                self._backdrops.submit(backdrop_of, snapshot, palette)
            self._show_points()
            self._draw_disk()
            self._describe()
            decoded = None if snapshot.figure.is_cloud else networks  # rows have a lens of their own
            self.lens.show_decoder(snapshot, decoded, 2.0 * scene.display.lens)
            self._name_ends()
            here = [
                (code, name) for (k, code), name in zip(scene.ends, NAMES, strict=False) if k == self._workspace.chart
            ]
            self.plane.set_tags(tuple(here))
            if self._is_table:
                self._draw_ways()
        known = snapshot is not None and snapshot.codes is not None and networks is not None
        has_walks = known and snapshot is not None and not snapshot.figure.is_cloud
        self.walk.show_walk(snapshot if has_walks else None, scene.shown, scene.display, scene.end_points())
        self._grid.latent.show_stage_body(self.disk, lends)
        self._grid.reconstruction.show_stage_body(self.points, lends and self.backdrop is not None)
        self._show_frame()
        for picked, pick in ((False, self._selection.hovered), (True, self._selection.picked)):
            self._link(pick, picked)

    @property
    def _is_table(self) -> bool:
        """Whether rows of a table are generated."""
        source = self._workspace.project.source
        return source is not None and source.is_table

    def _on_backdrop(self, backdrop: Backdrop) -> None:
        former, self.backdrop = self.backdrop, backdrop
        if former is not None and former.snapshot is backdrop.snapshot:
            self.space.drawing.set_colors(backdrop.mesh.colors)
        else:
            self.space.show_mesh(backdrop.mesh, backdrop.snapshot.figure.frame)
            self._follow()
        self.space.show_around(backdrop.around)
        self.walk.show_backdrop(backdrop)
        self._show()

    def _show_points(self) -> None:
        """Draw the generated points on the decoded surface."""
        shown = self.scene.shown
        if shown is not self._drawn:
            self._drawn = shown
            clouds = (None, None) if shown is None else (shown.cloud, shown.cloud.others)
            colorings = (None, None) if shown is None else (shown.coloring, shown.around)
            for name, cloud, coloring in zip((POINTS, OTHERS), clouds, colorings, strict=True):
                mesh = None
                if cloud is not None and coloring is not None and len(cloud.points):
                    no_faces = np.empty((0, 3), np.int64)
                    mesh = Mesh(cloud.points, no_faces, cloud.normals, coloring.colors, POINT_SIZE)
                self.space.show_beside(name, mesh)

    def _describe(self) -> None:
        """Say in the headers and on chips what is drawn."""
        shown, chips = self.scene.shown, []
        colors = [(key, tr(POINT_QUANTITIES[key][0])) for key in ("none", "distance")]
        if shown is None:
            self.points.describe(tr("no rows yet") if self._is_table else tr("no points yet"), "none", colors)
            self.disk.describe(tr("latent image"), self.scene.color_by, colors)
            self.space.set_overlay(Overlay())
            return
        made, drawn = shown.cloud.generation, len(shown.cloud.shown)
        n = len(made.points)
        count = f"{n:,}" if drawn == n else tr("{shown} of {n}", shown=f"{drawn:,}", n=f"{n:,}")
        if shown.cloud.chart is not None:
            count = tr("chart {n}: {count}", n=shown.cloud.chart + 1, count=count)
        words = tr("{n} generated rows", n=count) if self._is_table else tr("{n} generated points", n=count)
        self.points.describe(words, self.scene.color_by, colors)
        self.disk.describe(tr("{n} codes", n=count), self.scene.color_by, colors)
        if made.n_outside:
            names = (tr("in modes"), tr("between")) if self._is_table else (tr("inside"), tr("outside"))
            chips.append(self._dot(names[0], inside_color(self._theme.palette)))
            chips.append(self._dot(names[1], outside_color(self._theme.palette)))
        if self.scene.color_by == "distance" or not self.scene.display.tint_outside:
            chips = []
        self.space.set_overlay(Overlay(chips=(*self._outdated(), *chips), legend=shown.coloring.legend))

    def _draw_ways(self) -> None:
        """Draw both ways between two rows of a table into the disk, while their page is in sight."""
        ways, snapshot = self.row_ways.ways, self.scene.snapshot
        if ways is None or snapshot is None or snapshot.codes is None or not snapshot.figure.is_cloud:
            self.plane.set_strokes(())
            if self._is_table:
                self.plane.set_tags(())
            return
        lines = [snapshot.in_plane(walk.codes) for walk in (ways.straight, ways.geodesic)]
        there_and_back = [np.concatenate([line, line[::-1]]) for line in lines]
        seen = self._grid.fourth.current == f"{STAGE}/row_walk"
        self.plane.set_strokes(there_and_back if seen else (), self._theme.color("select"))
        ends = [(float(x), float(y)) for x, y in lines[0][[0, -1]]]
        self.plane.set_tags(tuple(zip(ends, NAMES, strict=False)) if seen else ())

    def _name_ends(self) -> None:
        """Mark the ends of a walk on the decoded surface: the first one from the moment it is picked."""
        snapshot, ends = self.scene.snapshot, self.scene.end_points()
        if snapshot is None or not len(ends):
            self.space.set_tags(())
            return
        places = snapshot.figure.drawn(ends)
        self.space.set_tags(tuple(Place(place, name) for place, name in zip(places, NAMES, strict=False)))

    @staticmethod
    def _dot(text: str, color: str) -> Chip:
        return Chip(text, icon=dot_icon(color))

    def _draw_disk(self) -> None:
        if self.scene.is_open:
            ratio = self.plane.devicePixelRatioF()
            self._pictures.submit(*self._request(ratio))

    def _request(self, ratio: float) -> tuple:
        cloud = self.scene.shown.cloud if self.scene.shown is not None else None
        window = self.plane.window_at(ratio)
        return generated_picture, cloud, self.scene.snapshot, self.scene.look, window, ratio

    def _disk_picture(self, scale: int) -> CodePicture | None:
        """Return the picture of the disk at a multiple of its size."""
        if not self.scene.is_open:
            return None
        function, *arguments = self._request(scale)
        return function(*arguments)

    def _on_picture(self, picture: CodePicture) -> None:
        if self.scene.snapshot is not picture.snapshot:
            return
        self.plane.show_picture(picture)
        made, chips = self._workspace.project.generation, self._outdated()
        if made is not None and made.n_outside:
            where = tr("between modes") if self._is_table else tr("outside the latent image")
            text = tr("1 code {where}", where=where)
            if made.n_outside > 1:
                text = tr("{n} codes {where}", n=f"{made.n_outside:,}", where=where)
            chips.append(Chip(text, "warn", self._theme.icon("warning-fill", "warn")))
        self.plane.set_overlay(Overlay(chips=tuple(chips), legend=picture.legend))

    def _show_frame(self, *_: object) -> None:
        """Frame what the lens decodes, while it is in sight."""
        seen = self.scene.is_open and self._grid.fourth.current == "generation/lens"
        self.plane.set_frame(self.lens.window if seen else None)

    def _on_page(self, *_: object) -> None:
        self.scene.forget_end()
        self._show_frame()
        self._draw_ways()

    # -- linked points -----------------------------------------------------------------------------------------------

    def _on_picked(self, pick: Pick | None) -> None:
        self._link(pick, True)
        code = self.scene.code_of(pick)
        begun = self.scene.first_end
        if pick is None:  # another chart forgets what was picked, but not where a walk begins
            if begun is not None and begun[0] == self._workspace.chart:
                self.scene.forget_end()
        elif code is not None and self.scene.is_open and self._grid.fourth.current == "generation/walk":
            self.scene.take_end(code)

    def _link(self, pick: Pick | None, picked: bool) -> None:
        """Light up a point in all views, and let the lens follow it."""
        code = self.scene.code_of(pick) if self._workspace.open_stage == STAGE else None
        place = None if pick is None or code is None else self._place(pick, code)
        for canvas in (self.space, self.walk.canvas):
            canvas.set_place(place, picked)
        self.plane.set_linked(None if pick is None or code is None else Hit(pick.vertex, code), picked)
        follows = picked or self._selection.picked is None
        if code is not None and follows and self._grid.fourth.current == "generation/lens" and code != self.lens.code:
            self.lens.look_at(code)

    def _place(self, pick: Pick, code: Code) -> Place | None:
        """Return where a pick is on the decoded surface."""
        snapshot, training = self.scene.snapshot, self._workspace.project.training
        if snapshot is None or training is None:
            return None
        point = snapshot.figure.drawn(training.autoencoder.decode(np.array([code])))[0]
        return Place(point, f"#{pick.vertex:,}" if pick.code is None else tr("code"))


def _pick(hit: Hit | int | None, view: str) -> Pick | None:
    if hit is None:
        return None
    return Pick(hit.vertex, view, hit.code) if isinstance(hit, Hit) else Pick(hit, view)
