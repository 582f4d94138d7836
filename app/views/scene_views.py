"""What a stage draws in place of the bodies of views while it is open, and on pages of the fourth view."""

from concurrent.futures import ThreadPoolExecutor
from typing import Generic, TypeVar

from PySide6.QtWidgets import QWidget

from app.scene.camera import Camera
from app.scene.snapshot import Snapshot
from app.state.selection import Pick, Selection
from app.state.workspace import Workspace
from app.style.theme import Theme
from app.views.pages.canvas_page import CanvasPage
from app.views.stage_scene import StageScene
from app.views.stage_views import Grid, StageViews
from app.widgets.canvas.chips import Chip
from app.widgets.canvas.newest import Newest
from app.widgets.canvas.overlays import outdated_chip
from app.widgets.canvas.surface_canvas import SurfaceCanvas

Scene = TypeVar("Scene", bound=StageScene)


class SceneViews(StageViews, Generic[Scene]):
    """Wires a scene, canvases, pages and the selection together; a stage makes these.

    Parameters
    ----------
    grid : Grid
        The views.
    workspace : Workspace
        Whose result.
    selection : Selection
        The linked points.
    theme : Theme
        The look.
    parent : QWidget
        Keeps what is shown until a view takes it in.
    """

    scene: Scene

    def __init__(self, grid: Grid, workspace: Workspace, selection: Selection, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._grid, self._workspace, self._selection, self._theme = grid, workspace, selection, theme
        # Codes of a hundred thousand points take seconds: the views must not wait for them.
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="budai-scene")
        self._hosts: list[tuple[SurfaceCanvas, SurfaceCanvas]] = []
        self._pages: list[CanvasPage] = []
        self._making: list[Newest] = []
        for host in (grid.surface.canvas, grid.reconstruction.canvas):
            host.camera_changed.connect(self._follow)
        grid.linked_changed.connect(self._follow)

    def _newest(self) -> Newest:
        """Return where one kind of thing can be computed in a thread."""
        self._making.append(Newest(self._executor, self))
        return self._making[-1]

    def _add_page(self, key: str, title: str, icon: str, page: CanvasPage) -> None:
        """Add a page to the fourth view."""
        self._pages.append(page)
        self._grid.add_fourth(f"{self.scene.key}/{key}", title, icon, page)

    def _lend(self, canvas: SurfaceCanvas, host: SurfaceCanvas) -> None:
        """Let a canvas be seen from where that of its view is, and move that too."""
        self._hosts.append((canvas, host))
        canvas.camera_changed.connect(lambda camera: self._lead(camera, host))
        self._grid.stance_changed.connect(canvas.set_stance)

    def _lead(self, camera: Camera, host: SurfaceCanvas) -> None:
        """Move the camera of a view with that of the body in it; what is linked with it follows."""
        host.set_camera(camera)
        host.camera_changed.emit(camera)

    def _follow(self, *_: object) -> None:
        for canvas, host in self._hosts:
            canvas.set_camera(host.camera)

    # -- for the grid ------------------------------------------------------------------------------------------------

    def show_snapshot(self, snapshot: Snapshot | None) -> None:
        """Show the result beside another surface."""
        self.scene.show_snapshot(snapshot)

    def pending(self) -> list[Newest]:
        """Return all that may be computing in a thread."""
        parts = (self.scene, *self._pages, *(canvas for canvas, _ in self._hosts))
        return [*self._making, *(newest for part in parts for newest in part.pending())]

    def restyle(self) -> None:
        """Take over the theme."""
        for canvas, _ in self._hosts:
            canvas.restyle()
        self.scene.show()

    def close(self, wait: bool = True) -> None:
        """Let go of graphics and threads."""
        self.scene.close()
        for newest in self._making:
            newest.forget()
        for page in self._pages:
            page.close_page()
        for canvas, _ in self._hosts:
            canvas.close_plotter()
        self._executor.shutdown(wait=wait, cancel_futures=True)

    # -- for the stage -----------------------------------------------------------------------------------------------

    def _hover(self, pick: Pick | None, view: str) -> None:
        """Let a point be hovered in a view, or none any more."""
        hovered = self._selection.hovered
        if pick is not None:
            self._selection.hover(pick)
        elif hovered is not None and hovered.view == view:
            self._selection.hover(None)

    def _click(self, pick: Pick | None) -> None:
        if pick is not None:
            self._selection.pick(pick)

    def _outdated(self) -> list[Chip]:
        """Return the chip that says that the result is outdated, where it is."""
        return [outdated_chip(self._theme)] if self.scene.is_outdated else []
