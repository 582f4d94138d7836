"""The charts of an atlas in the views: the small disks, and points that light up in all charts that have them."""

from collections.abc import Mapping
from concurrent.futures import Executor

import numpy as np
from PySide6.QtCore import QObject
from PySide6.QtGui import QColor

from app.scene.chart_colors import cover_colors
from app.scene.chart_disks import ChartRims, chart_rims
from app.scene.figure import ChartPart
from app.scene.snapshot import rgb
from app.state.charts import chart_codes, codes_at
from app.state.selection import Pick, Selection
from app.state.workspace import Workspace
from app.style.translation import tr
from app.views.latent_view import LatentView
from app.widgets.canvas.newest import Newest
from app.widgets.canvas.plotter import Lines
from app.widgets.canvas.surface_canvas import SurfaceCanvas
from core.atlas.orientation import rim_of_faces, turning
from core.charts.atlas import Cover
from core.charts.transition_grid import TransitionGrid, transition_grid
from core.session.atlas import atlas_of
from core.session.by_chart import ByChart

TURNING_WIDTH = 2.5
"""Width of the line around an overlap that turns over, in pixels."""


class ChartLinks(QObject):
    """Shows the small disks, and carries points between them, the surface and its reconstruction.

    Parameters
    ----------
    workspace : Workspace
        Whose atlas.
    selection : Selection
        The points.
    latent : LatentView
        Shows the disks.
    spaces : mapping of str to SurfaceCanvas
        The figures in space, by the keys of their views.
    executor : Executor
        Where grids are computed.
    parent : QObject
        Owner.
    """

    def __init__(
        self,
        workspace: Workspace,
        selection: Selection,
        latent: LatentView,
        spaces: Mapping[str, SurfaceCanvas],
        executor: Executor,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._workspace, self._selection = workspace, selection
        self._latent, self._spaces = latent, spaces
        self._part: ChartPart | None = None
        self._rims: tuple[Cover, ChartRims] | None = None
        latent.chart_chosen.connect(workspace.show_chart)
        self._under: int | None = None
        self._met: int | None = None
        self.grids = Newest(executor, self)
        self.grids.done.connect(self._on_grid)
        latent.disks.pointed.connect(self._on_pointed)
        latent.disks.compared.connect(self._on_compared)
        selection.picked_changed.connect(self._on_picked)
        selection.neighbour_changed.connect(self._show_grid)
        selection.visited.connect(self._look)
        workspace.live_changed.connect(self._show_grid)
        workspace.project_changed.connect(self._show_charts)
        workspace.live_changed.connect(self._show_codes)
        selection.hovered_changed.connect(lambda _: self._light_up(False))
        selection.picked_changed.connect(lambda _: self._light_up(True))
        selection.around_changed.connect(self._light_up_around)
        for key, canvas in spaces.items():
            canvas.around_clicked.connect(lambda vertex, key=key: self._go_to_chart(vertex, key))
            canvas.around_hovered.connect(lambda vertex, key=key: self._on_around_hovered(vertex, key))
            canvas.hovered.connect(self._on_hovered)

    def enter(self, part: ChartPart | None) -> Pick | None:
        """Take another chart, or none; return the picked point as that chart has it, None where it does not."""
        former, self._part = self._part, part
        if former is not part:
            self._show_turning(None if former is None else former.cover)
            self._under = self._met = None
            self._selection.compare(None)
        picked = self._selection.picked
        if picked is None or former is None or part is None or former is part or former.cover is not part.cover:
            return None
        if picked.vertex >= len(former.vertices):
            return None
        own = part.own(int(former.vertices[picked.vertex]))
        return None if own is None else Pick(own, picked.view)

    # -- what is shown -----------------------------------------------------------------------------------------------

    def _show_charts(self, *_: object) -> None:
        """Show beside the disk which charts there are."""
        whole = self._workspace.whole
        if whole.preparation is None or len(whole.charts) < 2:
            self._latent.show_charts((), np.zeros((0, 3), np.uint8), None, 0)
            return
        cover, areas = whole.preparation.cover, whole.source.surface.face_areas
        if self._rims is None or self._rims[0] is not cover:
            self._rims = cover, chart_rims(cover)
        owned = np.bincount(cover.face_chart, areas, len(cover))
        self._latent.show_charts(owned.tolist(), cover_colors(cover), self._rims[1], self._workspace.chart)
        self._show_codes()

    def _show_turning(self, former: Cover | None) -> None:
        """Draw on the surface a line around each overlap that turns over: there are none where it is two-sided."""
        part, surface = self._part, next(iter(self._spaces.values()))
        if part is not None and part.cover is former:
            return
        found = turning(part.cover) if part is not None and part.whole.is_one_sided else []
        lines = None
        if part is not None and found:
            ends = np.concatenate([rim_of_faces(part.whole.faces[overlap.faces]) for overlap in found])
            colors = np.tile(np.array(rgb(self._latent.theme.palette.flipped), np.uint8), (len(ends), 1))
            lines = Lines(part.whole.points, ends, colors, TURNING_WIDTH)
        surface.show_beside("turning", lines)

    def _show_codes(self, *_: object) -> None:
        """Show where the charts lie in their disks now."""
        self._latent.disks.show_codes(chart_codes(self._workspace.whole, self._workspace.live_whole))

    def _light_up(self, picked: bool) -> None:
        """Mark the hovered or the picked point in the disks of all charts that have it."""
        pick, part = self._selection.picked if picked else self._selection.hovered, self._part
        is_there = pick is not None and part is not None and pick.vertex < len(part.vertices)
        self._mark(int(part.vertices[pick.vertex]) if is_there and part and pick else None, picked)

    def _light_up_around(self, vertex: int | None) -> None:
        """Mark a point outside the chart that is shown in all views."""
        around = None if vertex is None or self._part is None else self._part.around(vertex)
        for canvas in self._spaces.values():
            canvas.set_linked_around(around)
        self._mark(vertex, False)

    def _mark(self, vertex: int | None, picked: bool) -> None:
        found = {}
        if vertex is not None and self._part is not None:
            codes = chart_codes(self._workspace.whole, self._workspace.live_whole)
            found = codes_at(self._part.cover, codes, vertex)
        self._latent.disks.light_up(found, picked)

    # -- the grid of another chart -----------------------------------------------------------------------------------

    def close(self) -> None:
        """Wait for nothing more."""
        self.grids.forget()

    def _on_compared(self, chart: int | None) -> None:
        self._under = chart
        self._compare()

    def _compare(self) -> None:
        """Compare the chart under the pointer, or else the one that meets the present one at the picked point."""
        is_other = self._under is not None and self._part is not None and self._under != self._part.chart
        self._selection.compare(self._under if is_other else self._met)

    def _on_picked(self, picked: Pick | None) -> None:
        """Find the chart that meets the present one at the picked point: the former one, or that of most weight."""
        part, found = self._part, dict[int, float]()
        if part is not None and picked is not None and picked.vertex < len(part.vertices):
            places = part.cover.patches_at(int(part.vertices[picked.vertex]))
            found = {k: float(part.cover.patches[k].weights[place]) for k, place in places if k != part.chart}
        if self._met not in found:
            self._met = max(found, key=lambda chart: found[chart], default=None)
        self._compare()

    def _show_grid(self, *_: object) -> None:
        """Have the grid of the chart that is compared computed; none while a training moves both."""
        whole, chart, neighbour = self._workspace.whole, self._workspace.chart, self._selection.neighbour
        self.grids.forget()
        is_trained = whole.preparation is not None and isinstance(whole.training, ByChart)
        if neighbour is None or neighbour >= len(whole.charts) or not is_trained or self._workspace.live is not None:
            self._latent.show_grid((), None, "")
        else:
            self.grids.submit(transition_grid, atlas_of(whole), chart, neighbour)

    def _on_grid(self, grid: TransitionGrid) -> None:
        if self._part is None or (grid.a, grid.b) != (self._part.chart, self._selection.neighbour):
            return
        color = QColor(*cover_colors(self._part.cover)[grid.b].tolist()).darker(190)
        words = tr("Grid of chart {n}, lines {step} apart, exact", n=grid.b + 1, step=f"{grid.spacing:g}")
        self._latent.show_grid(grid.images, color, words if grid.lines else "")

    def _look(self, pick: Pick) -> None:
        """Look at a point from near; a camera that is linked follows."""
        next(iter(self._spaces.values())).look_at(pick.vertex)

    # -- what is pointed at ------------------------------------------------------------------------------------------

    def _point_at(self, vertex: int, view: str) -> None:
        """Light up a vertex of the surface, in the chart that is shown or around it."""
        own = None if self._part is None else self._part.own(vertex)
        if own is not None:
            self._selection.hover(Pick(own, view))
        else:
            self._selection.hover_around(vertex)

    def _on_pointed(self, chart: int, vertex: int | None) -> None:
        if vertex is None or self._part is None or chart >= len(self._part.cover):
            self._selection.hover(None)
            self._selection.hover_around(None)
        else:
            self._point_at(int(self._part.cover.patches[chart].vertices[vertex]), self._latent.key)

    def _on_around_hovered(self, vertex: int, view: str) -> None:
        if self._part is not None:
            self._point_at(int(self._part.around_vertices[vertex]), view)

    def _on_hovered(self, vertex: int | None) -> None:
        if vertex is None:
            self._selection.hover_around(None)

    def _go_to_chart(self, vertex: int, view: str) -> None:
        """Show the chart that a vertex around the present one belongs to, and pick it there."""
        part = self._part
        if part is not None:
            chart, own = part.place_of(vertex)
            self._workspace.show_chart(chart)
            self._selection.pick(Pick(own, view))
