"""The walk between two codes: both ways on the decoded surface, with their lengths."""

from concurrent.futures import Executor

import numpy as np
from PySide6.QtCore import Signal

from app.scene.camera import fitted, upright
from app.scene.snapshot import Snapshot, rgb
from app.stages.generation.display import GenerateDisplay
from app.stages.generation.scene.generated import best_direction, place_on, way_color
from app.stages.generation.shown import ShownGeneration
from app.style.theme import Theme
from app.style.translation import tr
from app.views.backdrop import Backdrop
from app.views.pages.canvas_page import CanvasPage
from app.widgets.canvas.chips import Chip
from app.widgets.canvas.dot_icon import dot_icon
from app.widgets.canvas.overlays import Overlay, Words
from app.widgets.canvas.plotter import Lines, Mesh, SurfacePlotter
from app.widgets.canvas.point_canvas import Place, PointCanvas
from app.widgets.text import number
from core.generation.generation import Walk

WAY_WIDTH, END_SIZE, FRAME_SIZE = 3.0, 8.0, 11.0
"""In pixels."""
STEPS = 100
"""Places on each way that are looked for when the camera is chosen."""
WAYS = ("straight", "geodesic")
NAMES = ("A", "B")


class WalkView(CanvasPage[PointCanvas]):
    """The decoded surface in clay, and on it the two ways.

    Signals
    -------
    hovered(int or None), clicked(int or None)
        Vertex under the pointer.
    """

    hovered = Signal(object)
    clicked = Signal(object)

    def __init__(self, theme: Theme, plotter: SurfacePlotter, executor: Executor) -> None:
        super().__init__(PointCanvas, theme, plotter, executor)
        self._backdrop: Backdrop | None = None
        self._chips: tuple[Chip, ...] = ()
        self._seen: Walk | None = None
        self._is_coming = False
        self.canvas.hovered.connect(self.hovered)
        self.canvas.clicked.connect(self.clicked)
        self.show_walk(None, None, GenerateDisplay(), np.zeros((0, 3)))

    def show_backdrop(self, backdrop: Backdrop | None) -> None:
        """Show another surface, or the same in other colours."""
        former, self._backdrop = self._backdrop, backdrop
        if backdrop is None:
            self.canvas.show_mesh(None)
        elif former is not None and former.snapshot is backdrop.snapshot:
            self.canvas.drawing.set_colors(backdrop.mesh.colors)
        else:
            self.canvas.show_mesh(backdrop.mesh, backdrop.snapshot.figure.frame)
            self._seen = None
        self.canvas.show_around(None if backdrop is None else backdrop.around)
        self._show_overlay()

    def show_coming(self, coming: bool) -> None:
        """Say while nothing is drawn whether the surface will be, or what is to be done for it."""
        self._is_coming = coming
        self._show_overlay()

    def _look_at(self, snapshot: Snapshot, shown: ShownGeneration) -> None:
        """See a new walk from where most of it is in sight."""
        walk = shown.cloud.generation.walk
        if walk is None or walk is self._seen or self.canvas.mesh is None:
            return
        self._seen = walk
        whole = snapshot.figure.whole
        ways = [whole.drawn(path.frames(STEPS)[1]) for path in (walk.straight, walk.geodesic)]
        axis = self.canvas.up_axis
        direction = best_direction(whole, ways, axis)
        up = upright((0.0, 0.0, 1.0), axis)
        seen = self.canvas.mesh.points if whole is snapshot.figure else whole.points
        self.canvas.set_camera(fitted(seen, self.aspect, direction, up))

    def show_walk(
        self,
        snapshot: Snapshot | None,
        shown: ShownGeneration | None,
        display: GenerateDisplay,
        ends: np.ndarray,
    ) -> None:
        """Show a walk, or the surface alone; `ends` are the (m, 3) points that were picked for one, in input units."""
        if snapshot is None:
            self._draw(None, display, ())
            self._describe(None, False)
            return
        places = snapshot.figure.drawn(ends) if len(ends) else np.zeros((0, 3), np.float32)
        is_begun = len(ends) == 1
        self._draw(None if is_begun else shown, display, tuple(places))
        if shown is not None and not is_begun:
            self._look_at(snapshot, shown)
        self._describe(None if is_begun else shown, is_begun)

    def _draw(self, shown: ShownGeneration | None, display: GenerateDisplay, ends: tuple[np.ndarray, ...]) -> None:
        """Draw the ways, their ends and the point on each."""
        ways = {} if shown is None else shown.cloud.ways(display)
        palette = self._theme.palette
        text = np.array([rgb("#FFFFFF" if palette.is_dark else palette.text)], np.uint8)
        frames, colors = [], []
        for name in WAYS:
            path = ways.get(name)
            if path is None or shown is None:
                self.canvas.show_lines(name, None)
                continue
            points, color = shown.cloud.lifted_ways[name], np.array([rgb(way_color(name, palette))], np.uint8)
            steps = np.column_stack([np.arange(len(points) - 1), np.arange(1, len(points))])
            self.canvas.show_lines(name, Lines(points, steps, np.repeat(color, len(steps), 0), WAY_WIDTH))
            frames.append(place_on(path, display.frame, points))
            colors.append(color[0])
        self._show_dots("frames", frames, np.array(colors), FRAME_SIZE)
        self._show_dots("ends", list(ends), np.repeat(text, len(ends), 0), END_SIZE)
        self.canvas.set_tags(tuple(Place(end, name) for end, name in zip(ends, NAMES, strict=False)))

    def _show_dots(self, key: str, points: list[np.ndarray], colors: np.ndarray, size: float) -> None:
        no_faces = np.empty((0, 3), np.int64)
        mesh = Mesh(np.array(points, np.float32), no_faces, None, colors, size) if points else None
        self.canvas.show_beside(key, mesh)

    def _describe(self, shown: ShownGeneration | None, is_begun: bool) -> None:
        """Say how long the ways are, or what to do."""
        walk = None if shown is None else shown.cloud.generation.walk
        if walk is not None:
            share = walk.geodesic.length / walk.straight.length if walk.straight.length else 1.0
            self.caption = tr("the geodesic is {n} % shorter", n=number(100.0 * (1.0 - share), 2))
            n_legs = len(walk.geodesic.legs())
            if n_legs > 1:
                self.caption = tr("{what}, through {n} charts", what=self.caption, n=n_legs)
            names = {"straight": (tr("straight"), walk.straight), "geodesic": (tr("geodesic"), walk.geodesic)}
            self._chips = tuple(
                Chip(f"{title} {number(path.length)}", icon=dot_icon(way_color(name, self._theme.palette)))
                for name, (title, path) in names.items()
            )
        else:
            self.caption = ""
            text = (
                tr("Click the end of the walk") if is_begun else tr("Click two points in any view to walk between them")
            )
            self._chips = (Chip(text),)
        self._show_overlay()
        self.caption_changed.emit(self.caption)

    def _show_overlay(self) -> None:
        if self._backdrop is None:
            text = tr("Draw from the disk, decode, keep what is on the surface.")
            words = Words(tr("New points"), tr("Being drawn…") if self._is_coming else text)
            self.canvas.set_overlay(Overlay(words=words))
        else:
            self.canvas.set_overlay(Overlay(chips=self._chips))

    def link(self, place: Place | None, picked: bool) -> None:
        """Light up a place."""
        self.canvas.set_place(place, picked)
