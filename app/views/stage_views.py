"""What a stage shows in the four views, and what it may use of them."""

from concurrent.futures import Executor
from typing import Protocol

from PySide6.QtCore import QObject, SignalInstance
from PySide6.QtWidgets import QWidget

from app.scene.snapshot import Snapshot
from app.views.fourth_view import FourthView
from app.views.latent_view import LatentView
from app.views.reconstruction_view import ReconstructionView
from app.views.surface_view import SurfaceView
from app.views.view import View
from app.widgets.canvas.disk_canvas import DiskCanvas
from app.widgets.canvas.newest import Newest
from app.widgets.canvas.plotter import SurfacePlotter


class Grid(Protocol):
    """The four views, as stages know them."""

    surface: SurfaceView
    latent: LatentView
    reconstruction: ReconstructionView
    fourth: FourthView
    views: dict[str, View]
    executor: Executor
    linked_changed: SignalInstance
    stance_changed: SignalInstance

    def add_fourth(self, key: str, title: str, icon: str, widget: QWidget) -> None:
        """Add a page to the fourth view."""

    def make_plotter(self) -> SurfacePlotter:
        """Return a plotter for one of the views."""
        ...

    def disk_canvases(self) -> list[DiskCanvas]:
        """Return all canvases that show the disk as the latent view does."""
        ...

    def show_snapshot(self, snapshot: Snapshot | None, outdated: bool) -> None:
        """Show another moment; `outdated` says whether it belongs to another source."""

    def go_to_chart(self, vertex: int, view: str) -> None:
        """Show the chart that a vertex around the present one belongs to, and pick it there."""

    def refresh_codes(self) -> None:
        """Show codes that a stage has moved."""


class StageViews(QObject):
    """What a stage shows in the views of a grid; a stage overrides what it needs."""

    def show_snapshot(self, snapshot: Snapshot | None) -> None:
        """Take another moment of what the views show."""

    def displaced(self, snapshot: Snapshot | None) -> Snapshot | None:
        """Return what surface and disk show of a snapshot."""
        return snapshot

    def disk_canvases(self) -> list[DiskCanvas]:
        """Return its canvases that show the disk as the latent view does."""
        return []

    def pending(self) -> list[Newest]:
        """Return all that may be computing in a thread."""
        return []

    def restyle(self) -> None:
        """Take over the theme."""

    def close(self, wait: bool = True) -> None:
        """Let go of graphics and threads; wait for what is being computed if asked to."""
