"""What the views show of the stage *Unfold*: the movement in place of the reconstruction, with its line of moments."""

from dataclasses import replace

import numpy as np
from PySide6.QtWidgets import QWidget

from app.scene.films.camera_path import CameraPath
from app.stages.unfolding.body import UnfoldBody
from app.stages.unfolding.camera_keeper import CameraKeeper
from app.stages.unfolding.edge_lines import EDGES, edge_lines
from app.stages.unfolding.film_options import frame_of
from app.stages.unfolding.scene.look import Look, Shape, layers_so_far
from app.stages.unfolding.scene.words import layer_words
from app.stages.unfolding.shown import STAGE, UnfoldScene
from app.state.selection import Pick, Selection
from app.state.workspace import Workspace
from app.style.sentences import said
from app.style.theme import Theme
from app.style.translation import tr
from app.views.scene_views import SceneViews
from app.views.stage_views import Grid
from app.widgets.canvas.chips import Chip
from app.widgets.canvas.overlays import Overlay
from app.widgets.canvas.plotter import Mesh
from app.widgets.canvas.point_canvas import Place, PointCanvas
from core.geometry.normalization import Frame

FILM = "film"
"""Under which options the cameras are kept, in the project."""
POINT_SIZE = 4.0
"""Side of a point of a table, in pixels."""
MOST_MOVING = 40_000
"""Edges of cells up to which they are drawn while something moves; more come when nothing does."""


class UnfoldViews(SceneViews[UnfoldScene]):
    """Shows an unfolding in the view of the reconstruction while the stage is open.

    Parameters
    ----------
    grid : Grid
        The views.
    workspace : Workspace
        Whose unfolding.
    selection : Selection
        The linked points.
    theme : Theme
        The look.
    parent : QWidget
        Keeps what is shown until a view takes it in.
    """

    def __init__(self, grid: Grid, workspace: Workspace, selection: Selection, theme: Theme, parent: QWidget) -> None:
        super().__init__(grid, workspace, selection, theme, parent)
        self.scene = UnfoldScene(workspace, theme, self._executor, self)
        self.space = PointCanvas(grid.make_plotter(), theme, self._executor, parent)
        self.body = UnfoldBody(self.space, theme, parent)
        self._drawn: Look | None = None
        self.shape: Shape | None = None
        self._edges_of: Shape | None = None
        self._has_edges: set[str] = set()
        self.space.drawing.rested.connect(lambda: self._draw_edges(True))
        self._shapes = self._newest()
        self._shapes.done.connect(self._on_shape)
        self.scene.changed.connect(self._show)
        self.scene.played.connect(self._on_played)
        self.body.color_chosen.connect(self.scene.set_color_by)
        self.body.timeline.moved.connect(self.scene.hold)
        self.body.stepped.connect(self.scene.step)
        self.body.went.connect(self.scene.go)
        self.body.play_requested.connect(self.scene.play)
        self.cameras = CameraKeeper(self.space, self.body.timeline, self._frames, self)
        self.cameras.changed.connect(self._keep_cameras)
        self.body.camera_kept.connect(lambda: self.cameras.toggle(self.scene.display.moment))
        self._followed = -1.0
        workspace.project_changed.connect(lambda *_: self._show_cameras())
        self.space.hovered.connect(lambda point: self._hover(self._pick(point), "reconstruction"))
        self.space.clicked.connect(lambda point: self._click(self._pick(point)))
        selection.hovered_changed.connect(lambda pick: self._link(pick, False))
        selection.picked_changed.connect(lambda pick: self._link(pick, True))
        for view in grid.views.values():
            view.play_requested.connect(self.scene.play)
        self._lend(self.space, grid.reconstruction.canvas)

    def _show(self) -> None:
        """Lend the view the movement, or give it back."""
        scene, look = self.scene, self.scene.look
        lends = scene.is_open and look is not None
        if look is not None and lends:
            self._shapes.submit(_shape_of, look, scene.moment)
            if scene.display.moment != self._followed:
                self._followed = scene.display.moment
                self.cameras.follow(self._followed)
            words = said(layer_words(look.made, scene.moment, in_full=False))
            self.body.timeline.show_moment(look.made, scene.moment, words)
            colors = [(key, tr(title)) for key, title in scene.colors()]
            self.body.describe(
                tr("t = {t} of {n}", t=f"{scene.moment:.2f}", n=look.made.length), scene.color_by, colors
            )
            self.space.set_overlay(Overlay(chips=tuple(self._outdated() + self._chips(look))))
        elif look is None:
            self._shapes.forget()
            self._drawn = self.shape = None
            self.space.show_mesh(None)
            self._draw_edges(False)
            self.body.timeline.show_moment(None, 0.0, "")
        self._grid.reconstruction.show_stage_body(self.body, lends)

    def _chips(self, look: Look) -> list[Chip]:
        """Say how much is seen of a wide layer, and what passes through what."""
        mark = look.made.marks[min(int(self.scene.moment + 0.5), look.made.length)]
        chips = []
        if mark.width > 3:
            chips.append(Chip(tr("{n} % of the variance seen", n=f"{100.0 * mark.variance_kept:.0f}")))
        if abs(self.scene.moment - round(self.scene.moment)) < 1e-9 and mark.overlaps:
            chips.append(Chip(tr("{n} overlapping pairs", n=f"{mark.overlaps:,}"), "warn"))
        edges = look.made.edges
        if look.color_by == "cells" and edges is not None and layers_so_far(look.made, self.scene.moment) > edges.last:
            chips.append(Chip(tr("edges of layers 1 to {n}; more are too many", n=edges.last + 1)))
        return chips

    def _on_shape(self, result: tuple[Look, Shape]) -> None:
        """Draw a moment."""
        look, shape = result
        if look is not self.scene.look:
            return
        self.shape = shape
        if self._drawn is None or self._drawn.made is not look.made:
            self.space.extent = look.extent
            mesh = Mesh(shape.points, look.made.faces, shape.normals, shape.colors, POINT_SIZE)
            self.space.show_mesh(mesh, look.drawing_frame)
            self._follow()
        else:
            self.space.set_shape(shape.points, shape.normals, shape.colors)
        self._drawn = look
        self._draw_edges(False)
        for picked, pick in ((False, self._selection.hovered), (True, self._selection.picked)):
            self._link(pick, picked)

    def _on_played(self, playing: bool) -> None:
        self.body.show_playing(playing)
        self.space.drawing.set_live(playing)

    def _draw_edges(self, rests: bool) -> None:
        """Draw the edges of cells; many of them, and on a coarse surface, only when nothing moves."""
        shape, ends = self.shape, None
        if shape is not None and (rests or (shape.n_edges <= MOST_MOVING and not self.space.drawing.is_coarse)):
            ends = shape.ends  # found only now: while very many would move, they are not
        ends = np.empty((0, 2, 3), np.float32) if ends is None else ends
        if rests and self._edges_of is shape:
            return
        self._edges_of = shape if len(ends) else None
        found = dict.fromkeys(EDGES) if shape is None else edge_lines(shape, ends, self._theme.palette)
        for key, lines in found.items():
            if lines is not None or key in self._has_edges:
                self.space.show_lines(key, lines)
            (self._has_edges.discard if lines is None else self._has_edges.add)(key)

    # -- films ---------------------------------------------------------------------------------------------------------

    def film_cameras(self) -> CameraPath:
        """Return the cameras that are kept, else that of the view, in units of a film."""
        if self.scene.look is None:
            return CameraPath()
        return self.cameras.path if self.cameras.path.keys else self.cameras.now()

    def _frames(self) -> tuple[Frame, Frame]:
        assert self.scene.look is not None
        return self.scene.look.drawing_frame, frame_of(self.scene.look.made)

    def _keep_cameras(self, path: CameraPath) -> None:
        options = self._workspace.options(FILM)
        self._workspace.set_options(FILM, replace(options, camera=path.numbers(), is_parallel=path.is_parallel))

    def _show_cameras(self) -> None:
        """Follow the cameras that the project holds; one alone without a moment is that of the last film."""
        path = self._workspace.options(FILM).path
        self.cameras.show(path if path.has_moments else CameraPath())

    # -- linked points -------------------------------------------------------------------------------------------------

    def _pick(self, point: int | None) -> Pick | None:
        look = self.scene.look
        if point is None or look is None or point >= len(look.made.vertices):
            return None
        return Pick(int(look.made.vertices[point]), "reconstruction")

    def _link(self, pick: Pick | None, picked: bool) -> None:
        """Light up a vertex where it is now."""
        look, place = self.scene.look, None
        if pick is not None and look is not None and self.shape is not None and self._workspace.open_stage == STAGE:
            found = np.flatnonzero(look.made.vertices == pick.vertex)
            if len(found) and found[0] < len(self.shape.points):
                place = Place(self.shape.points[found[0]], f"#{pick.vertex:,}")
        self.space.set_place(place, picked)


def _shape_of(look: Look, moment: float) -> tuple[Look, Shape]:
    """Return what is drawn at a moment (runs in a thread)."""
    _ = look.extent
    return look, look.shape(moment)
