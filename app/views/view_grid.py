"""The centre of the window: four linked views in a grid."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QInputDialog, QWidget

from app.process.jobs import Job
from app.scene.front import first_view
from app.scene.snapshot import Snapshot
from app.scene.warm_up import WarmUp
from app.state.charts import asks_for_atlas
from app.state.selection import Pick, Selection
from app.state.workspace import FIRST, Workspace
from app.style.theme import Theme
from app.style.translation import tr
from app.views.chart_links import ChartLinks
from app.views.fourth_view import FourthView
from app.views.latent_view import LatentView
from app.views.linked_points import LinkedPoints
from app.views.reconstruction_view import ReconstructionView
from app.views.stage_views import StageViews
from app.views.surface_view import SurfaceView
from app.views.view import View
from app.views.view_layout import ViewLayout
from app.widgets.canvas.disk_canvas import DiskCanvas
from app.widgets.canvas.plotter import BlankPlotter, SurfacePlotter
from app.widgets.canvas.space_pair import SpacePair
from app.widgets.canvas.surface_canvas import SurfaceCanvas
from app.widgets.canvas.vtk_plotter import VtkPlotter
from app.widgets.canvas.vtk_window import drawing_thread, has_opengl
from app.widgets.rows.thumbnails import Thumbnails
from app.widgets.text import number
from core.session.project import Project

READERS = ("open", "download")
"""Titles of the jobs that bring another source, beside that of its stage."""


class ViewGrid(ViewLayout):
    """Surface, latent disk, reconstruction and a fourth view.

    Parameters
    ----------
    workspace : Workspace
        What is watched.
    selection : Selection
        The linked points.
    theme : Theme
        The look.

    Signals
    -------
    screenshot_requested(str)
        A picture of a view is wanted; the key of the view.
    linked_changed(bool)
        Cameras were linked or let apart.
    stance_changed(str, str)
        Another axis of the file points upward, or another named view is the first: both.
    up_axis_chosen(str)
        The user chose which.

    Attributes
    ----------
    kept_up_axis : callable
        Returns the axis that the user chose for the surface of a file; empty where none was.
    """

    screenshot_requested = Signal(str)
    linked_changed = Signal(bool)
    stance_changed = Signal(str, str)
    up_axis_chosen = Signal(str)

    def __init__(self, workspace: Workspace, selection: Selection, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace, self._selection, self._theme = workspace, selection, theme
        self.executor = ThreadPoolExecutor(1, thread_name_prefix="budai-views")
        self._warm_up = WarmUp()
        self._drawing = drawing_thread()
        self._has_opengl = has_opengl(self._drawing)
        self.surface = SurfaceView(theme, self.make_plotter(), self.executor, self)
        self.latent = LatentView(theme, self.executor, self)
        self.reconstruction = ReconstructionView(theme, self.make_plotter(), self.executor, self)
        self.fourth = FourthView(theme, self)
        self.views: dict[str, View] = {
            view.key: view for view in (self.surface, self.latent, self.reconstruction, self.fourth)
        }
        self.true_colors = False
        self._compact = False
        self._linked = True
        self._is_closed = False
        self.snapshot: Snapshot | None = None
        self._image: np.ndarray | None = None
        self.up_axis = "z"
        self.kept_up_axis: Callable[[str], str] = lambda _: ""
        self._is_outdated = False
        self.arrange(theme)
        self.fourth.page_changed.connect(lambda _: self.tabs.button("fourth").setText(self.fourth.header.title))
        self._connect_views()
        self.stages: dict[str, StageViews] = {}
        for stage, known in workspace.views.items():
            if known.views is not None:
                self.stages[stage] = known.views(self, workspace, selection, theme, self)
        self._reading: list[Job] = []
        self.readers = (FIRST, *READERS)
        workspace.job_started.connect(self._on_job_started)
        workspace.project_changed.connect(self._show_kind)
        selection.brushed_changed.connect(lambda _: self.show_snapshot(self.snapshot, self._is_outdated))
        theme.changed.connect(self._restyle)
        self.set_cameras_linked(True)

    # -- for the window ----------------------------------------------------------------------------------------------

    def add_fourth(self, key: str, title: str, icon: str, widget: QWidget) -> None:
        """Add a page to the fourth view; pages "stage/a" and "stage/b" of one stage are shown as tabs.

        A page may offer ``picture(scale, transparent)`` for screenshots, and ``caption`` with the signal
        ``caption_changed(str)`` for the header.
        """
        self.fourth.add_page(key, title, icon, widget)

    def show_fourth(self, key: str) -> None:
        """Show a page of the fourth view."""
        self.fourth.show_page(key)

    def has_stage(self, stage: str) -> bool:
        """Return whether the fourth view has a page of a stage."""
        return self.fourth.has_stage(stage)

    def show_stage(self, stage: str) -> None:
        """Show in the fourth view what belongs to a stage: its page that was seen last.

        Raises
        ------
        KeyError
            If it has none.
        """
        self.fourth.show_page(self.fourth.page_of(stage))

    def picture(self, key: str | None, scale: int = 1, transparent: bool = False) -> QImage:
        """Return a view with its overlays, or all that are shown, at 1 to 4 times the size on the screen."""
        if not 1 <= scale <= 4:
            raise ValueError(f"the scale must be 1, 2, 3 or 4, not {scale}")
        key = key or (self.tabs.value() if self.tabs.isVisibleTo(self) else None)
        if key is not None:
            return self.views[key].seen_picture(scale, transparent)
        image = QImage(self.size() * scale, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(Qt.GlobalColor.transparent if transparent else QColor(self._theme.palette.border))
        painter = QPainter(image)
        for view in self.views.values():
            body = view.seen_picture(scale, transparent)
            place = view.geometry()
            top = place.bottom() + 1 - body.height() // scale
            painter.drawImage(place.left() * scale, top * scale, body)
        painter.end()
        return image

    def screenshot(self, key: str | None, path: str | Path, scale: int = 1, transparent: bool = False) -> None:
        """Write a view, or all that are shown, to a PNG file.

        Raises
        ------
        OSError
            If the file cannot be written.
        """
        if not self.picture(key, scale, transparent).save(str(path), "PNG"):  # type: ignore[call-overload]
            raise OSError(tr("The picture {path} could not be written. Choose another folder.", path=path))

    def reset_cameras(self) -> None:
        """See everything as when it was opened."""
        self.surface.canvas.fit()
        self.latent.canvas.fit()
        if not self._linked:
            self.reconstruction.canvas.fit()

    def set_cameras_linked(self, linked: bool) -> None:
        """Move the cameras of both surfaces together, or apart."""
        changed, self._linked = linked != self._linked, linked
        for view in (self.surface, self.reconstruction):
            view.set_linked(linked)
        if linked:
            self.reconstruction.canvas.set_camera(self.surface.canvas.camera)
        if changed:
            self.linked_changed.emit(linked)

    def view_along(self, axis: str) -> None:
        """See the surface from "front", "side", "top", or along "+x" ... "-z"."""
        self.surface.canvas.view_along(axis)
        if not self._linked:
            self.reconstruction.canvas.view_along(axis)

    def choose_up_axis(self, axis: str) -> None:
        """Let another of `UP_AXES` point upward, now and whenever this surface is opened."""
        self._stand(axis)
        self.surface.canvas.camera_changed.emit(self.surface.canvas.camera)
        self.up_axis_chosen.emit(axis)

    def _stand(self, axis: str) -> None:
        """Let all figures stand on an axis, and be seen first from where their outside is."""
        self.up_axis = axis
        first = "start" if self.snapshot is None else first_view(self.snapshot.figure.whole.sides, axis)
        for view in (self.surface, self.reconstruction):
            view.canvas.set_stance(axis, first)
        self.stance_changed.emit(axis, first)

    def set_color_by(self, view_key: str, quantity_key: str) -> None:
        """Colour a view by a quantity."""
        self.views[view_key].set_color_by(quantity_key)

    def lay_image(self, image: np.ndarray) -> None:
        """Lay a (h, h, 3) uint8 picture on the square around the disk, and carry it to both surfaces."""
        self._image = image
        self.show_snapshot(self.snapshot, self._is_outdated)
        for view in (self.surface, self.latent, self.reconstruction):
            if view.has_quantity("image"):
                view.set_color_by("image")

    def set_true_colors(self, on: bool) -> None:
        """Show colours of surfaces as they are, or darker in hollows, which is how they begin."""
        self.true_colors = on
        self.surface.set_true_colors(on)
        self.reconstruction.set_true_colors(on)

    @property
    def compact(self) -> bool:
        """Whether captions and camera menus are hidden, for windows below 1440 x 800."""
        return self._compact

    @compact.setter
    def compact(self, compact: bool) -> None:
        self._compact = compact
        for view in self.views.values():
            view.set_compact(compact)

    @property
    def first_tab(self) -> str:
        return "fourth" if self.fourth.current == "welcome" else "surface"

    def close_views(self, wait: bool = True) -> None:
        """Let go of graphics and threads; nothing is drawn afterwards.

        Parameters
        ----------
        wait : bool
            Whether to wait for what is being computed; not where the program ends anyway.
        """
        if self._is_closed:
            return
        self._is_closed = True
        self._warm_up.end()
        self.charts.close()
        for stage in self.stages.values():
            stage.close(wait)
        for view in self.views.values():
            view.close_view()
        self.executor.shutdown(wait=wait, cancel_futures=True)
        self._drawing.shutdown(wait=True, cancel_futures=True)

    # -- wiring ------------------------------------------------------------------------------------------------------

    def make_plotter(self) -> SurfacePlotter:
        """Return a plotter for one of the views; one that draws nothing where there is no OpenGL."""
        if self._has_opengl:
            return VtkPlotter(self._drawing, self)
        return BlankPlotter(tr("Not drawn: no OpenGL. Install libegl1 and libgl1-mesa-dri."), self)

    def _connect_views(self) -> None:
        for key, view in self.views.items():
            view.screenshot_requested.connect(lambda key=key: self.screenshot_requested.emit(key))
            view.link_toggled.connect(self.set_cameras_linked)
            view.number_requested.connect(self.ask_vertex)
        self.cameras = SpacePair(self.surface.canvas, self.reconstruction.canvas, lambda: self._linked, self)
        canvases: dict[str, SurfaceCanvas | DiskCanvas] = {
            "surface": self.surface.canvas,
            "latent": self.latent.canvas,
            "reconstruction": self.reconstruction.canvas,
        }
        self.points = LinkedPoints(self.views, canvases, self._selection, self)
        spaces = {"surface": self.surface.canvas, "reconstruction": self.reconstruction.canvas}
        self.charts = ChartLinks(self._workspace, self._selection, self.latent, spaces, self.executor, self)

    def ask_vertex(self) -> None:
        """Ask for the number of a vertex, and pick it."""
        snapshot = self.snapshot
        if snapshot is None:
            return
        last = snapshot.figure.n_points - 1
        now = 0 if self._selection.picked is None else self._selection.picked.vertex
        question = tr("Number of the vertex, 0 to {last}:", last=number(last))
        vertex, chosen = QInputDialog.getInt(self, tr("Go to vertex"), question, now, 0, last)
        if chosen:
            self._selection.pick(Pick(vertex, "surface"))

    def disk_canvases(self) -> list[DiskCanvas]:
        """Return all canvases that show the disk as the latent view does."""
        return [self.latent.canvas, *(canvas for stage in self.stages.values() for canvas in stage.disk_canvases())]

    def _displaced(self, snapshot: Snapshot | None) -> Snapshot | None:
        """Return a snapshot with its codes where the stages have moved them."""
        for stage in self.stages.values():
            snapshot = stage.displaced(snapshot)
        return snapshot

    def _show_kind(self, old: Project, new: Project) -> None:
        """Offer the pages for what is open, and forget the class of another table."""
        if new.source is not old.source:
            self._selection.brush(None)
        self.fourth.show_kind("surface" if new.source is None else new.source.data.kind)

    def _show_thumbnails(self, snapshot: Snapshot | None) -> None:
        """Let rows that are images be seen beside the pointer."""
        table, pictures = None if snapshot is None else snapshot.figure.source, None
        if table is not None and table.kind == "table" and table.image_shape:
            known = self.latent.canvas.thumbnails
            low, high = float(table.values.min()), float(table.values.max())
            same = known is not None and known.values is table.values
            pictures = known if same else Thumbnails(table.values, table.image_shape, (low, high))
        for canvas in self.disk_canvases():
            canvas.thumbnails = pictures

    def refresh_codes(self) -> None:
        """Show codes that the transport has moved."""
        displaced = self._displaced(self.snapshot)
        if displaced is not None:
            self.surface.show_snapshot(displaced, self._is_outdated)
            self.latent.show_snapshot(displaced, self._is_outdated, self._verdict())

    def _on_job_started(self, job: Job) -> None:
        """Follow a job that brings another surface, or trains on this one."""
        stage = self._workspace.views.get(job.title)
        if stage is not None and stage.is_steered:
            for view in (self.latent, self.reconstruction):
                view.set_training(True)
                job.ended.connect(partial(view.set_training, False))
        if job.title in self.readers:
            self._reading.append(job)
            job.ended.connect(lambda: self._on_read(job))
            self.show_waiting()

    def _on_read(self, job: Job) -> None:
        self._reading.remove(job)
        self.show_waiting()

    def show_waiting(self) -> None:
        """Say in the empty view of the surface what is being done about it."""
        words = tr("Reading the file…") if self._reading else ""
        if self._workspace.whole.source is not None:
            words = tr("Preparing the surface…")
        self.surface.wait_for(words)
        self.latent.wait_for(words)

    def _verdict(self) -> str:
        """Return why the open surface has no planar chart; empty where it can have one."""
        source = self._workspace.project.source
        if source is not None and source.is_cloud:
            return tr("A cloud of points has no faces to flatten: Preparation makes a surface of it.")
        if source is None or source.topology is None or source.topology.is_disk:
            return ""
        return asks_for_atlas(source.topology.verdict)

    def show_snapshot(self, snapshot: Snapshot | None, outdated: bool) -> None:
        """Show another moment; `outdated` says whether it belongs to another source."""
        former = None if self.snapshot is None else self.snapshot.figure.part
        is_other_chart = snapshot is not None and snapshot.figure.part is not former
        if snapshot is not None:
            snapshot = replace(snapshot, brushed=self._selection.brushed, image=self._image)
        self.snapshot, self._is_outdated = snapshot, outdated
        self.show_waiting()
        self._show_thumbnails(snapshot)
        verdict = self._verdict()
        carried = self.charts.enter(None if snapshot is None else snapshot.figure.part)
        if snapshot is None or is_other_chart:
            self._selection.clear()
        if snapshot is not None:
            self._warm_up.begin()  # the first surface is to be seen before all kernels are there
            self._stand(self.kept_up_axis(snapshot.figure.path) or snapshot.figure.up_axis)
        displaced = self._displaced(snapshot)
        self.surface.show_snapshot(displaced, outdated)
        self.latent.show_snapshot(displaced, outdated, verdict)
        self.reconstruction.show_snapshot(snapshot, outdated, verdict)
        for stage in self.stages.values():
            stage.show_snapshot(snapshot)
        if self._linked and snapshot is not None:
            self.reconstruction.canvas.set_camera(self.surface.canvas.camera)
        if carried is not None:
            self._selection.pick(carried)

    def _restyle(self, *_: object) -> None:
        for view in self.views.values():
            view.restyle()
        for stage in self.stages.values():
            stage.restyle()
        self.update()
