"""The centre of the window: four linked views in a grid."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QInputDialog, QWidget

from app.jobs import Job
from app.scene.camera import Camera
from app.scene.snapshot import Snapshot
from app.scene.warm_up import WarmUp
from app.selection import Pick, Selection
from app.theme import Theme
from app.translation import tr
from app.views.cells_views import CellsViews
from app.views.denoise_views import DenoiseViews
from app.views.fourth_view import FourthView
from app.views.generate_views import GenerateViews
from app.views.latent_view import LatentView
from app.views.linked_points import LinkedPoints
from app.views.reconstruction_view import ReconstructionView
from app.views.runs_page import RunsPage
from app.views.snapshot_feed import SnapshotFeed
from app.views.surface_view import SurfaceView
from app.views.training_view import TrainingView
from app.views.transport_views import TransportViews
from app.views.view import View
from app.widgets.disk_canvas import DiskCanvas
from app.widgets.plotter import BlankPlotter, SurfacePlotter
from app.widgets.segmented import Segmented
from app.widgets.surface_canvas import SurfaceCanvas
from app.widgets.text import number
from app.widgets.vtk_plotter import VtkPlotter, drawing_thread, has_opengl
from app.workspace import Workspace

THUMBNAIL = 96
TABS_MARGIN = 6
"""Pixels around the tabs of the smallest window."""
LEAST = 120
"""Least width and height of a view, in pixels."""
READERS = ("source", "open", "download")
"""Titles of the jobs that bring another surface."""
KEYS = ("surface", "latent", "reconstruction", "fourth")


class _Line(QWidget):
    """A line between views that can be dragged; a double click resets it."""

    moved = Signal(QPoint)
    reset = Signal()

    def __init__(self, orientation: Qt.Orientation, parent: QWidget) -> None:
        super().__init__(parent)
        across = orientation == Qt.Orientation.Vertical
        self.setCursor(Qt.CursorShape.SplitHCursor if across else Qt.CursorShape.SplitVCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.moved.emit(self.mapToParent(event.position().toPoint()))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.reset.emit()


class _Shield(QWidget):
    """Lies over a thumbnail: names it, and a click shows it large."""

    clicked = Signal()

    def __init__(self, view: View, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._view, self._theme = view, theme
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.hide()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.clicked.emit()

    def paintEvent(self, event: object) -> None:
        painter = QPainter(self)
        painter.setFont(self._theme.font(11, 500))
        painter.setPen(QColor(self._theme.palette.text_muted))
        painter.drawText(self.rect().adjusted(8, 6, -8, -6), Qt.AlignmentFlag.AlignTop, self._view.header.title)


class ViewGrid(QWidget):
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
    maximised_changed(str)
        Key of the view that fills the centre, or empty.
    """

    screenshot_requested = Signal(str)
    linked_changed = Signal(bool)
    maximised_changed = Signal(str)

    def __init__(self, workspace: Workspace, selection: Selection, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace, self._selection, self._theme = workspace, selection, theme
        self.executor = ThreadPoolExecutor(1, thread_name_prefix="budai-views")
        self._warm_up = WarmUp()
        self._drawing = drawing_thread()
        self._has_opengl = has_opengl(self._drawing)
        self.surface = SurfaceView(theme, self._make_plotter(), self.executor, self)
        self.latent = LatentView(theme, self.executor, self)
        self.reconstruction = ReconstructionView(theme, self._make_plotter(), self.executor, self)
        self.fourth = FourthView(theme, self)
        self.views: dict[str, View] = {
            view.key: view for view in (self.surface, self.latent, self.reconstruction, self.fourth)
        }
        self.fourth.add_page("training", tr("Training"), "chart-line", TrainingView(workspace, theme))
        self.runs = RunsPage(workspace, theme, self.executor)
        self.fourth.add_page("training/runs", tr("Runs"), "list-bullets", self.runs)
        self._order: list[str] = list(KEYS)
        self._share = [0.5, 0.5]
        self._maximised: str | None = None
        self.true_colors = False
        self._compact = False
        self._linked = True
        self._is_closed = False
        self._make_lines()
        titles = {key: view.header.title for key, view in self.views.items()}
        self.tabs = Segmented(theme, titles, self)
        self.tabs.hide()
        self.tabs.edited.connect(self._lay_out)
        self.fourth.page_changed.connect(lambda _: self.tabs.button("fourth").setText(self.fourth.header.title))
        self._shields = {key: _Shield(view, theme, self) for key, view in self.views.items()}
        self._connect_views()
        self.cells = CellsViews(self, workspace, selection, theme)
        self.transport = TransportViews(self, workspace, selection, theme, self._make_plotter())
        self.denoise = DenoiseViews(self, workspace, selection, theme, self._make_plotter)
        self.generate = GenerateViews(self, workspace, selection, theme, self._make_plotter)
        self._feed = SnapshotFeed(workspace, self.executor, self)
        self._feed.changed.connect(self._show_snapshot)
        self._reading: list[Job] = []
        workspace.job_started.connect(self._on_job_started)
        workspace.project_changed.connect(lambda *_: self._show_lattice())
        workspace.display_changed.connect(lambda key: self._show_lattice() if key == "training" else None)
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

    def maximise(self, key: str | None) -> None:
        """Let one view fill the centre, the others becoming thumbnails; None shows all four again.

        Where one view is shown at a time anyway, it is that one.
        """
        if self.tabs.isVisibleTo(self):
            self.tabs.set_value(key or self.tabs.value())
            self._lay_out()
            return
        if key == self._maximised:
            return
        self._maximised = key
        for name, view in self.views.items():
            view.set_maximised(name == key)
            view.set_thumbnail(key is not None and name != key)
            self._shields[name].setVisible(key is not None and name != key)
            self._shields[name].raise_()
        for line in (self._across, self._down, self._cross):
            line.setVisible(key is None)
        self._lay_out()
        self.maximised_changed.emit(key or "")

    @property
    def maximised(self) -> str | None:
        """Key of the view that fills the centre."""
        return self._maximised

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

    @property
    def cameras_linked(self) -> bool:
        """Whether the cameras move together."""
        return self._linked

    def view_along(self, axis: str) -> None:
        """See the surface from "front", "side", "top", or along "+x" ... "-z"."""
        self.surface.canvas.view_along(axis)
        if not self._linked:
            self.reconstruction.canvas.view_along(axis)

    def set_color_by(self, view_key: str, quantity_key: str) -> None:
        """Colour a view by a quantity."""
        self.views[view_key].set_color_by(quantity_key)

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

    def set_tabbed(self, tabbed: bool) -> None:
        """Show one view at a time, chosen by tabs, or all four."""
        if tabbed == self.tabs.isVisibleTo(self):
            return
        self.maximise(None)
        self.tabs.set_value("fourth" if self.fourth.current == "welcome" else "surface")
        self.tabs.setVisible(tabbed)
        for part in (self._across, self._down, self._cross, *self.views.values()):
            part.setVisible(not tabbed)
        for view in self.views.values():
            view.set_alone(tabbed)
        self._lay_out()

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
        self._feed.close()
        self._warm_up.end()
        self.cells.close(wait)
        self.transport.close()
        self.runs.close_page()
        self.denoise.close(wait)
        self.generate.close(wait)
        for view in self.views.values():
            view.close_view()
        self.executor.shutdown(wait=wait, cancel_futures=True)
        self._drawing.shutdown(wait=True, cancel_futures=True)

    # -- wiring ------------------------------------------------------------------------------------------------------

    def _make_plotter(self) -> SurfacePlotter:
        if self._has_opengl:
            return VtkPlotter(self._drawing, self)
        return BlankPlotter(tr("Not drawn: no OpenGL. Install libegl1 and libgl1-mesa-dri."), self)

    def _make_lines(self) -> None:
        self._across = _Line(Qt.Orientation.Vertical, self)
        self._down = _Line(Qt.Orientation.Horizontal, self)
        self._cross = _Line(Qt.Orientation.Vertical, self)
        self._cross.setCursor(Qt.CursorShape.SizeAllCursor)
        self._across.moved.connect(lambda place: self._share_at(place, True, False))
        self._down.moved.connect(lambda place: self._share_at(place, False, True))
        self._cross.moved.connect(lambda place: self._share_at(place, True, True))
        for line in (self._across, self._down, self._cross):
            line.reset.connect(self._share_equally)

    def _connect_views(self) -> None:
        for key, view in self.views.items():
            view.maximise_requested.connect(lambda key=key: self.maximise(None if self._maximised == key else key))
            view.screenshot_requested.connect(lambda key=key: self.screenshot_requested.emit(key))
            view.drag_dropped.connect(lambda place, key=key: self._swap(key, self.mapFromGlobal(place)))
            view.link_toggled.connect(self.set_cameras_linked)
            view.number_requested.connect(self.ask_vertex)
            view.measure_requested.connect(lambda: self.points.toggle_measuring())
            self._shields[key].clicked.connect(lambda key=key: self.maximise(key))
        pairs = (self.surface.canvas, self.reconstruction.canvas), (self.reconstruction.canvas, self.surface.canvas)
        for mine, other in pairs:
            mine.camera_changed.connect(lambda camera, other=other: self._follow(camera, other))
        canvases: dict[str, SurfaceCanvas | DiskCanvas] = {
            "surface": self.surface.canvas,
            "latent": self.latent.canvas,
            "reconstruction": self.reconstruction.canvas,
        }
        self.points = LinkedPoints(canvases, self._selection, self)

    def ask_vertex(self) -> None:
        """Ask for the number of a vertex, and pick it."""
        snapshot = self._feed.snapshot
        if snapshot is None:
            return
        last = snapshot.figure.n_points - 1
        now = 0 if self._selection.picked is None else self._selection.picked.vertex
        question = tr("Number of the vertex, 0 to {last}:", last=number(last))
        vertex, chosen = QInputDialog.getInt(self, tr("Go to vertex"), question, now, 0, last)
        if chosen:
            self._selection.pick(Pick(vertex, "surface"))

    def _follow(self, camera: Camera, other: SurfaceCanvas) -> None:
        if self._linked:
            other.set_camera(camera)

    def _show_lattice(self) -> None:
        """Draw the lattice of the detail layer in disk and lens, if that is wanted."""
        training = self._workspace.project.training
        wanted = training is not None and self._workspace.display("training").lattice
        detail = training.autoencoder.detail if wanted and training is not None else None
        for canvas in (self.latent.canvas, self.cells.lens.canvas):
            canvas.set_lattice(detail)

    def refresh_codes(self) -> None:
        """Show codes that the transport has moved."""
        displaced = self.transport.displaced(self._feed.snapshot)
        if displaced is not None:
            self.surface.show_snapshot(displaced, self._feed.is_outdated)
            self.latent.show_snapshot(displaced, self._feed.is_outdated, self._verdict())

    def _on_job_started(self, job: Job) -> None:
        """Follow a job that brings another surface, or trains on this one."""
        if job.title == "training":
            for view in (self.latent, self.reconstruction):
                view.set_training(True)
                job.ended.connect(partial(view.set_training, False))
        if job.title in READERS:
            self._reading.append(job)
            job.ended.connect(lambda: self._on_read(job))
            self._show_waiting()

    def _on_read(self, job: Job) -> None:
        self._reading.remove(job)
        self._show_waiting()

    def _show_waiting(self) -> None:
        """Say in the empty view of the surface what is being done about it."""
        words = tr("Reading the file…") if self._reading else ""
        if self._workspace.project.source is not None:
            words = tr("Preparing the surface…")
        self.surface.wait_for(words)

    def _verdict(self) -> str:
        """Return why the open surface has no planar chart; empty where it can have one."""
        source = self._workspace.project.source
        if source is not None and source.is_cloud:
            return tr("A cloud of points has no faces to flatten: Denoise can learn a surface from it.")
        if source is None or source.topology is None or source.topology.is_disk:
            return ""
        return source.topology.verdict

    def _show_snapshot(self, snapshot: Snapshot | None) -> None:
        self._show_waiting()
        outdated, verdict = self._feed.is_outdated, self._verdict()
        if snapshot is None:
            self._selection.clear()
        else:
            self._warm_up.begin()  # the first surface is to be seen before all kernels are there
        displaced = self.transport.displaced(snapshot)
        self.surface.show_snapshot(displaced, outdated)
        self.latent.show_snapshot(displaced, outdated, verdict)
        self.reconstruction.show_snapshot(snapshot, outdated, verdict)
        self.cells.show_snapshot(snapshot)
        self.denoise.show_snapshot(snapshot)
        self.generate.show_snapshot(snapshot)
        if self._linked and snapshot is not None:
            self.reconstruction.canvas.set_camera(self.surface.canvas.camera)

    def _restyle(self, *_: object) -> None:
        for view in self.views.values():
            view.restyle()
        self.cells.restyle()
        self.denoise.restyle()
        self.generate.restyle()
        self.update()

    # -- layout ------------------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        if self.tabs.isVisibleTo(self):
            self._lay_out_tabbed()
            return
        if self._maximised is not None:
            self._lay_out_maximised(self._maximised)
            return
        x = self._split(self.width(), self._share[0])
        y = self._split(self.height(), self._share[1])
        columns, rows = ((0, x), (x + 1, self.width() - x - 1)), ((0, y), (y + 1, self.height() - y - 1))
        for place, key in enumerate(self._order):
            (left, width), (top, height) = columns[place % 2], rows[place // 2]
            self.views[key].setGeometry(left, top, width, height)
        self._across.setGeometry(x - 3, 0, 7, self.height())
        self._down.setGeometry(0, y - 3, self.width(), 7)
        self._cross.setGeometry(x - 5, y - 5, 11, 11)
        for line in (self._across, self._down, self._cross):
            line.raise_()

    def _lay_out_tabbed(self) -> None:
        self.tabs.setGeometry(TABS_MARGIN, TABS_MARGIN, self.width() - 2 * TABS_MARGIN, self.tabs.height())
        top = self.tabs.height() + 2 * TABS_MARGIN
        for key, view in self.views.items():
            view.setGeometry(0, top, self.width(), self.height() - top)
            view.setVisible(key == self.tabs.value())

    def _lay_out_maximised(self, key: str) -> None:
        others = [other for other in self._order if other != key]
        strip = min(THUMBNAIL, self.height() // 3)
        self.views[key].setGeometry(0, 0, self.width(), self.height() - strip - 1)
        for k, other in enumerate(others):
            left, right = (k * self.width()) // 3, ((k + 1) * self.width()) // 3
            place = QRect(left, self.height() - strip, right - left - (k < 2), strip)
            self.views[other].setGeometry(place)
            self._shields[other].setGeometry(place)

    @staticmethod
    def _split(length: int, share: float) -> int:
        return round(min(max(share * (length - 1), LEAST), max(length - 1 - LEAST, LEAST)))

    def _share_at(self, place: QPoint, across: bool, down: bool) -> None:
        if across:
            self._share[0] = place.x() / max(self.width() - 1, 1)
        if down:
            self._share[1] = place.y() / max(self.height() - 1, 1)
        self._lay_out()

    def _share_equally(self) -> None:
        self._share = [0.5, 0.5]
        self._lay_out()

    def _swap(self, key: str, place: QPoint) -> None:
        for other, view in self.views.items():
            if other != key and view.isVisible() and view.geometry().contains(place) and self._maximised is None:
                one, two = self._order.index(key), self._order.index(other)
                self._order[one], self._order[two] = other, key
                self._lay_out()
                return

    # -- events ------------------------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return QSize(990, 920)

    def minimumSizeHint(self) -> QSize:
        return QSize(2 * LEAST + 1, 2 * LEAST + 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._lay_out()

    def paintEvent(self, event: object) -> None:
        QPainter(self).fillRect(self.rect(), QColor(self._theme.palette.border))
