"""Arrows from noisy points to where a method brings them, on the decoded surface."""

from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import Signal
from scipy.spatial import cKDTree

from app.scene.camera import fitted, upright
from app.scene.color_maps import color_table
from app.scene.palette import Palette
from app.scene.snapshot import Snapshot, rgb
from app.stages.denoising.display import DenoiseDisplay
from app.stages.denoising.names import method_name
from app.stages.denoising.scene.cloud import DenoisedCloud
from app.stages.denoising.shown import ShownCloud
from app.style.theme import Theme
from app.style.translation import tr
from app.views.backdrop import Backdrop, backdrop_of
from app.views.pages.canvas_page import CanvasPage
from app.widgets.canvas.chips import Chip
from app.widgets.canvas.dot_icon import dot_icon
from app.widgets.canvas.overlays import Overlay, Words, outdated_chip
from app.widgets.canvas.plotter import Lines, Mesh, SurfacePlotter
from app.widgets.canvas.point_canvas import Place, PointCanvas

CLOSER = 1.8
"""How much larger than fitted the surface is seen first: arrows are short."""
LINE_WIDTH, DOT_SIZE, END_SIZE = 1.4, 5.0, 4.0
"""In pixels."""
FOOT_LAYER = 0
"""The layer colour that true feet take."""


@dataclass(frozen=True, eq=False)
class Arrows:
    """Some points with the ways that they were moved.

    Parameters
    ----------
    ids : (m,) int64 array
        Their numbers.
    start, stop, feet : (m, 3) float32 array
        Noisy, denoised, and nearest on the true surface; in the drawing frame.
    """

    ids: np.ndarray
    start: np.ndarray
    stop: np.ndarray
    feet: np.ndarray


def arrows_of(cloud: DenoisedCloud, count: int) -> Arrows:
    """Return at most so many arrows, spread over all points."""
    ids, found = cloud.arrows(count), cloud.denoising
    parts = (found.noisy[ids], cloud.result.points[ids], found.true_foot.points[ids])
    return Arrows(ids, *(cloud.figure.drawn(part) for part in parts))


class ProjectionView(CanvasPage[PointCanvas]):
    """The decoded surface in clay, and on it the arrows.

    Signals
    -------
    hovered(int or None), clicked(int or None)
        Number of the point whose arrow is nearest to the pointer.
    """

    hovered = Signal(object)
    clicked = Signal(object)

    def __init__(self, theme: Theme, plotter: SurfacePlotter, executor: Executor) -> None:
        super().__init__(PointCanvas, theme, plotter, executor)
        self.arrows: Arrows | None = None
        self._tree: cKDTree | None = None
        self._shown: ShownCloud | None = None
        self._backdrop: Backdrop | None = None
        self._display = DenoiseDisplay()
        self._is_outdated = self._is_coming = False
        self._making.done.connect(self._on_backdrop)
        self.canvas.hovered.connect(lambda vertex: self.hovered.emit(self.point_at(vertex)))
        self.canvas.clicked.connect(lambda vertex: self.clicked.emit(self.point_at(vertex)))
        self._describe()

    # -- what is shown -----------------------------------------------------------------------------------------------

    def show_cloud(
        self, shown: ShownCloud | None, snapshot: Snapshot | None, display: DenoiseDisplay, outdated: bool = False
    ) -> None:
        """Show other points, or the same in another way; None shows that there are none."""
        self._shown, self._display, self._is_outdated = shown, display, outdated
        if shown is None or snapshot is None:
            self._making.forget()
            self._backdrop = self.arrows = self._tree = None
            self._clear()
            self.canvas.show_mesh(None)
            self.canvas.show_around(None)
            self._describe()
            return
        known = self._backdrop
        if known is None or known.snapshot is not snapshot or known.palette is not self._theme.palette:
            self._making.submit(backdrop_of, snapshot, self._theme.palette)
        self._show_arrows()

    def show_coming(self, coming: bool) -> None:
        """Say while nothing is drawn whether something will be, or what is to be done for it."""
        if coming != self._is_coming:
            self._is_coming = coming
            self._describe()

    def _on_backdrop(self, backdrop: Backdrop) -> None:
        if self._shown is None:
            return
        former, self._backdrop = self._backdrop, backdrop
        if former is not None and former.snapshot is backdrop.snapshot:
            self.canvas.drawing.set_colors(backdrop.mesh.colors)
            self.canvas.show_around(backdrop.around)
            return
        self.canvas.show_mesh(backdrop.mesh, backdrop.snapshot.figure.frame)
        self.canvas.show_around(backdrop.around)
        normals = backdrop.mesh.normals
        if backdrop.around is None or normals is None:
            self.canvas.set_camera(self.canvas.seen_from(self.canvas.first_view).zoomed(CLOSER))
        else:  # a chart lies anywhere, and is seen from outside
            direction, up = normals.mean(0), upright((0.0, 0.0, 1.0), self.canvas.up_axis)
            self.canvas.set_camera(fitted(backdrop.mesh.points, self.aspect, direction, up).zoomed(CLOSER))
        self._describe()

    def _show_arrows(self) -> None:
        """Draw the arrows as lines with a dot at each end."""
        shown = self._shown
        assert shown is not None
        arrows = arrows_of(shown.cloud, self._display.arrows)
        self.arrows, n = arrows, len(arrows.ids)
        self._tree = cKDTree(arrows.stop) if n else None
        if not n:
            self._clear()
            self._describe()
            return
        palette = self._theme.palette
        colors = shown.cloud.coloring(shown.key, False, palette, arrows.ids).colors
        end, foot = (np.tile(np.array(rgb(color), np.uint8), (n, 1)) for color in (_end_color(palette), _foot(palette)))
        places, ends, line_colors = (
            [arrows.start, arrows.stop],
            [np.column_stack([range(n), range(n, 2 * n)])],
            [colors],
        )
        if self._shows_feet:
            places.append(arrows.feet)
            ends.append(np.column_stack([range(n, 2 * n), range(2 * n, 3 * n)]))
            line_colors.append(foot)
        lines = Lines(np.concatenate(places), np.concatenate(ends), np.concatenate(line_colors), LINE_WIDTH)
        self.canvas.show_lines("arrows", lines)
        self._show_dots("noisy", arrows.start, colors, DOT_SIZE)
        self._show_dots("ends", arrows.stop, end, END_SIZE)
        self._describe()

    @property
    def _shows_feet(self) -> bool:
        """Whether arrows go on to the true feet."""
        return self._display.to_true_foot and self._shown is not None and self._shown.cloud.knows_truth

    def _show_dots(self, key: str, points: np.ndarray | None, colors: np.ndarray, size: float) -> None:
        mesh = None if points is None else Mesh(points, np.empty((0, 3), np.int64), None, colors, size)
        self.canvas.show_beside(key, mesh)

    def _clear(self) -> None:
        self.canvas.show_lines("arrows", None)
        for key in ("noisy", "ends"):
            self.canvas.show_beside(key, None)

    def _describe(self) -> None:
        shown = self._shown
        if shown is None or self._backdrop is None:
            text = tr("Being drawn…") if self._is_coming else tr("Add noise or open a noisy scan.")
            self.describe("", Overlay(words=Words(tr("Back onto the surface"), text)))
        else:
            n, drawn = len(shown.cloud.denoising.noisy), 0 if self.arrows is None else len(self.arrows.ids)
            caption = tr("{n} of {m} arrows", n=f"{drawn:,}", m=f"{n:,}")
            self.describe(caption, Overlay(chips=tuple(self._chips(shown))))

    def _chips(self, shown: ShownCloud) -> list[Chip]:
        """Return what the dots mean."""
        palette, method = self._theme.palette, shown.cloud.method
        noisy = _middle_color(shown, palette)
        end = tr("closest point") if method == "projection" else method_name(method)
        chips = [Chip(tr("noisy"), icon=dot_icon(noisy)), Chip(end, icon=dot_icon(_end_color(palette)))]
        if self._shows_feet:
            chips.append(Chip(tr("true foot"), icon=dot_icon(_foot(palette))))
        if self._is_outdated:
            chips.append(outdated_chip(self._theme))
        return chips

    # -- pointing ----------------------------------------------------------------------------------------------------

    def point_at(self, vertex: int | None) -> int | None:
        """Return the point whose arrow ends nearest to a vertex of the surface."""
        if vertex is None or self._tree is None or self.arrows is None or self.canvas.mesh is None:
            return None
        return int(self.arrows.ids[self._tree.query(self.canvas.mesh.points[vertex])[1]])

    def link(self, point: int | None, picked: bool) -> None:
        """Light up where a point was brought to."""
        place = None
        if point is not None and self._shown is not None:
            cloud = self._shown.cloud
            name = tr("projected") if cloud.method == "projection" else method_name(cloud.method)
            place = Place(cloud.figure.drawn(cloud.result.points[point : point + 1])[0], name if picked else "")
        self.canvas.set_place(place, picked)

    def look_at(self, point: int) -> None:
        """See where a point was brought to in the middle."""
        if self._shown is not None and self.canvas.mesh is not None:
            cloud = self._shown.cloud
            self.canvas.look_at(cloud.figure.drawn(cloud.result.points[point : point + 1])[0])


def _end_color(palette: Palette) -> str:
    return "#FFFFFF" if palette.is_dark else palette.text


def _foot(palette: Palette) -> str:
    return palette.layers[FOOT_LAYER]


def _middle_color(shown: ShownCloud, palette: Palette) -> str:
    """Return the colour of a point in the middle of the range."""
    legend = shown.before.legend
    if legend is None:
        return palette.clay
    red, green, blue = (int(part) for part in color_table(legend.color_map)[128])
    return f"#{red:02X}{green:02X}{blue:02X}"
