"""What the four views show of the stage *Cells*: wires presenter, views and selection together."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.scene.disk import Hit
from app.scene.figure import Figure
from app.scene.outline import SpaceOutline, image_outline
from app.scene.snapshot import Snapshot
from app.stages.cells.layer import CellsLayer
from app.stages.cells.lens_view import LensView
from app.stages.cells.pages import CountPage, HistogramPage
from app.stages.cells.presenter import CellsPresenter, ShownCells
from app.stages.cells.scene.colors import CELL_KEYS, CellPlane
from app.stages.cells.scene.facts import CellFacts, cell_facts
from app.stages.cells.scene.outline import surface_outline
from app.stages.cells.scene.plane import CellsLook
from app.stages.cells.scene.space import ImageCells
from app.stages.cells.space_layer import CellsSpaceLayer, surface_shape
from app.state.selection import Pick, Selection
from app.state.workspace import Workspace
from app.style.theme import Theme
from app.style.translation import tr
from app.views.stage_views import Grid, StageViews
from app.widgets.canvas.disk_canvas import DiskCanvas
from app.widgets.canvas.disk_marks import Outline
from app.widgets.canvas.newest import Newest
from core.charts.autoencoder import Autoencoder
from core.data.surface import Surface
from core.geometry.normalization import unit_frame
from core.session.project import Project


@dataclass(frozen=True, eq=False)
class CellMark:
    """The cell at a point.

    Parameters
    ----------
    plane : CellPlane
        What it is a cell of.
    cell : int
        Its number.
    code : (float, float)
        The point.
    """

    plane: CellPlane
    cell: int
    code: tuple[float, float]


def _outlined(
    mark: CellMark, figure: Figure, request: tuple[Surface, Autoencoder, CellPlane, int, np.ndarray]
) -> tuple[CellMark, SpaceOutline | None]:
    """Find a cell on the surface, in the drawing frame (runs in a thread)."""
    found = surface_outline(*request)
    if found is None:
        return mark, None
    polygons = tuple(figure.drawn(corners) for corners in found.polygons)
    return mark, SpaceOutline(polygons, figure.drawn(found.edges.reshape(-1, 3)).reshape(-1, 2, 3))


class CellsViews(StageViews):
    """Shows cells in the views of a grid, and links them with the selection.

    Parameters
    ----------
    grid : Grid
        The views.
    workspace : Workspace
        Whose cells.
    selection : Selection
        The linked points.
    theme : Theme
        The look.
    parent : QWidget
        Keeps it.

    Signals
    -------
    picked_changed(CellFacts or None)
        Another cell is picked: what is known of it.
    """

    picked_changed = Signal(object)

    def __init__(self, grid: Grid, workspace: Workspace, selection: Selection, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._grid, self._workspace, self._selection, self._theme = grid, workspace, selection, theme
        # A large network takes a second to decompose: the views must not wait for it.
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="budai-cells")
        self.presenter = CellsPresenter(workspace, self._executor, self)
        self.lens = LensView(theme, grid.executor)
        self.disk = CellsLayer(theme, self)
        self.surface_layer = CellsSpaceLayer(grid.surface.canvas, theme, grid.executor, surface_shape)
        back = grid.reconstruction.canvas
        self.image_layer = CellsSpaceLayer(back, theme, grid.executor, self._image_shape, needs_plane=True)
        grid.latent.add_layer(self.disk)
        grid.surface.add_layer(self.surface_layer)
        grid.reconstruction.add_layer(self.image_layer)
        self._snapshot: Snapshot | None = None
        self._marks: dict[bool, CellMark | None] = {False: None, True: None}
        self._outlines = Newest(self._executor, self)
        self._outlines.done.connect(self._on_outlined)
        self.histogram, self.count = HistogramPage(theme, grid.executor), CountPage(theme, workspace)
        grid.add_fourth("cells/lens", tr("Lens"), "magnifying-glass-plus", self.lens)
        grid.add_fourth("cells/histogram", tr("Histogram"), "magnifying-glass-plus", self.histogram)
        grid.add_fourth("cells/count", tr("Count by time"), "magnifying-glass-plus", self.count)
        self.presenter.changed.connect(self._on_cells)
        workspace.project_changed.connect(self._on_project_changed)
        workspace.display_changed.connect(lambda key: self._show() if key == "cells" else None)
        grid.latent.color_by_changed.connect(lambda _: self._show_lens())
        selection.hovered_changed.connect(lambda pick: self._on_pick(pick, False))
        selection.picked_changed.connect(lambda pick: self._on_pick(pick, True))
        self.lens.canvas.hovered.connect(self._on_lens_hovered)
        self.lens.canvas.clicked.connect(self._on_lens_clicked)
        self.lens.window_changed.connect(self._show_frame)
        grid.fourth.page_changed.connect(self._show_frame)
        grid.latent.canvas.frame_moved.connect(lambda x, y: self.lens.look_at((x, y), False))

    # -- for the grid ------------------------------------------------------------------------------------------------

    def show_snapshot(self, snapshot: Snapshot | None) -> None:
        """Show other codes."""
        self._snapshot = snapshot
        self._show_lens()
        self._on_pick(self._selection.picked, True)

    def pending(self) -> list[Newest]:
        """Return all that may be computing in a thread."""
        return [
            *self.presenter.pending(),
            self._outlines,
            self.lens.pictures,
            self.histogram.spreads,
            self.surface_layer.appearances,
            self.image_layer.appearances,
        ]

    def disk_canvases(self) -> list[DiskCanvas]:
        return [self.lens.canvas]

    def restyle(self) -> None:
        """Take over the theme."""
        self._show_lens()

    def close(self, wait: bool = True) -> None:
        """Let go of threads; nothing is computed afterwards."""
        self.presenter.close()
        self._outlines.forget()
        self.lens.close_page()
        self.histogram.spreads.forget()
        self._executor.shutdown(wait=wait, cancel_futures=True)

    @property
    def marked(self) -> CellMark | None:
        """The picked cell."""
        return self._marks[True]

    # -- showing -----------------------------------------------------------------------------------------------------

    def _on_cells(self, shown: ShownCells | None) -> None:
        self._show()
        self.count.show_cells(shown)
        if shown is not None and self._workspace.open_stage == "cells":
            self._color_by_cell(shown)
        for picked, pick in ((False, self._selection.hovered), (True, self._selection.picked)):
            self._on_pick(pick, picked)

    def _color_by_cell(self, shown: ShownCells) -> None:
        """Colour the views by cell when cells appear, unless they show cells already."""
        for view in (self._grid.surface, self._grid.latent, self._grid.reconstruction):
            if view.color_by not in CELL_KEYS and view.has_quantity("cell"):
                view.set_color_by("cell")

    def _show(self) -> None:
        """Show the cells in all views."""
        shown, display = self.presenter.shown, self._workspace.display("cells")
        for layer in (self.disk, self.surface_layer, self.image_layer):
            layer.show_cells(shown, display)
        self._show_lens()
        self._show_frame()
        self.histogram.show_cells(shown)

    def _image_shape(self, cells: ShownCells, snapshot: Snapshot) -> ImageCells | None:
        """Return the images of the cells; a training changes them too often to build them."""
        training = self._workspace.project.training
        if cells.plane is None or cells.is_live or snapshot.is_live or training is None:
            return None
        section = None if cells.cells is None else cells.cells.section
        seen = training.autoencoder if section is None else section.seen(training.autoencoder)
        return ImageCells(snapshot.figure, seen, cells.plane)

    def _on_project_changed(self, _: Project, new: Project) -> None:
        self.lens.show_coming(new.cells is not None and new.cells.decoder is not None)

    def _show_lens(self) -> None:
        key = self._grid.latent.color_by if self._grid.latent.color_by in CELL_KEYS else "cell"
        look = CellsLook(key, self._workspace.display("cells"), self._theme.palette)
        self.lens.show_cells(self.presenter.shown, self._snapshot, look)

    def _show_frame(self, *_: object) -> None:
        """Frame what the lens shows, while it is in sight."""
        shown = self.presenter.shown is not None and self._grid.fourth.current == "cells/lens"
        self._grid.latent.canvas.set_frame(self.lens.window if shown else None)

    # -- linked points -----------------------------------------------------------------------------------------------

    def mark_at(self, code: tuple[float, float]) -> CellMark | None:
        """Return the cell at a point of the latent plane, None outside the disk and where there are none."""
        plane = self.presenter.shown.plane if self.presenter.shown is not None else None
        if plane is None:
            return None
        cell = int(plane.cells.cell_at(np.array([code]))[0])
        return None if cell < 0 else CellMark(plane, cell, code)

    def code_of(self, pick: Pick | None) -> tuple[float, float] | None:
        """Return where in the latent plane a linked point is."""
        if pick is None:
            return None
        if pick.code is not None:
            return pick.code
        snapshot = self._snapshot
        if snapshot is None or snapshot.codes is None or pick.vertex >= len(snapshot.codes):
            return None
        x, y = snapshot.in_plane(snapshot.codes[pick.vertex : pick.vertex + 1])[0]
        return float(x), float(y)

    def _on_pick(self, pick: Pick | None, picked: bool) -> None:
        code = self.code_of(pick)
        mark = None if code is None else self.mark_at(code)
        self._marks[picked] = mark
        facts = self.facts(mark) if picked and mark is not None else None
        if picked:
            self.picked_changed.emit(facts)
        outline = None
        if mark is not None:
            outline = Outline(mark.plane.cells.polygon(mark.cell), tr("cell #{n}", n=f"{mark.cell:,}"))
        hit = None if pick is None or code is None else Hit(pick.vertex, code)
        for canvas in (self.lens.canvas, self._grid.latent.canvas):
            canvas.set_outline(
                outline if canvas is self.lens.canvas or self._grid.latent.color_by in CELL_KEYS else None, picked
            )
        if picked:
            self._outline_in_space(mark, facts)
        self.lens.canvas.set_linked(hit, picked, pick is not None and pick.view == "fourth")
        follows = picked or self._selection.picked is None
        if code is not None and pick is not None and pick.view != "fourth" and follows:
            self.lens.look_at(code, picked)

    def facts(self, mark: CellMark) -> CellFacts | None:
        """Return what is known of a cell, in input units."""
        project, detail = self._workspace.project, None
        if project.training is not None and self._workspace.live is None:
            known = project.training.autoencoder
            scale, centre, detail = known.scale, known.centre, known.detail
        elif project.source is not None and project.source.has_faces:
            frame = unit_frame(project.source.surface)
            scale, centre = frame.scale, frame.centre
        else:
            return None
        return cell_facts(mark.plane, mark.cell, mark.code, scale, centre, detail)

    def _outline_in_space(self, mark: CellMark | None, facts: CellFacts | None) -> None:
        """Let the picked cell stand out on the reconstruction, and on the surface once it is found there."""
        surface, back = self._grid.surface.canvas, self._grid.reconstruction.canvas
        surface.set_outline(None)
        back.set_outline(None)
        self._outlines.forget()
        project, snapshot, shown = self._workspace.project, self._snapshot, self.presenter.shown
        if mark is None or snapshot is None or snapshot.is_live or shown is None or shown.is_live:
            return
        if project.training is None or project.source is None:
            return
        if facts is not None:
            images = mark.plane.cells.polygon(mark.cell) @ facts.matrix.T + facts.shift
            back.set_outline(image_outline(snapshot.figure.drawn(images)))
        if not project.source.has_faces:
            return
        request = project.source.surface, project.training.autoencoder, mark.plane, mark.cell, project.training.codes
        self._outlines.submit(_outlined, mark, snapshot.figure, request)

    def _on_outlined(self, result: tuple[CellMark, SpaceOutline | None]) -> None:
        mark, outline = result
        if mark is self._marks[True]:
            self._grid.surface.canvas.set_outline(outline)

    def _on_lens_hovered(self, hit: Hit | None) -> None:
        if hit is not None:
            self._selection.hover(Pick(hit.vertex, "fourth", hit.code))
        elif self._selection.hovered is not None and self._selection.hovered.view == "fourth":
            self._selection.hover(None)

    def _on_lens_clicked(self, hit: Hit | None) -> None:
        if hit is not None:
            self._selection.pick(Pick(hit.vertex, "fourth", hit.code))
