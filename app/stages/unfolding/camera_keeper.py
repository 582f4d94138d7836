"""Cameras that are kept at moments of an unfolding: the view moves between them, and so does a film."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from app.scene.films.camera_path import CameraPath
from app.stages.unfolding.timeline import Timeline
from app.widgets.canvas.surface_canvas import SurfaceCanvas
from core.geometry.normalization import Frame


class CameraKeeper(QObject):
    """Keeps the camera of a canvas at moments, told as shares of the way.

    Parameters
    ----------
    canvas : SurfaceCanvas
        Whose camera.
    timeline : Timeline
        Has a mark for each of them.
    frames : callable
        Returns the frame that the canvas draws in, and the one in whose units the path is told.
    parent : QObject
        Owns it.

    Signals
    -------
    changed(CameraPath)
        The user has kept a camera, or let one go.
    """

    changed = Signal(object)

    def __init__(
        self, canvas: SurfaceCanvas, timeline: Timeline, frames: Callable[[], tuple[Frame, Frame]], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._canvas, self._timeline, self._frames = canvas, timeline, frames
        self.path = CameraPath()

    def show(self, path: CameraPath) -> None:
        """Follow another path."""
        self.path = path
        self._timeline.show_cameras(tuple(share for share, _ in path.keys))

    def toggle(self, share: float) -> None:
        """Keep the camera at a share of the way, or let go of the one that is kept there."""
        if self.path.kept_at(share):
            path = self.path.without_key(share)
        else:
            path = self.path.with_key(share, self.now().keys[0][1])
        self.show(path)
        self.changed.emit(path)

    def now(self) -> CameraPath:
        """Return the camera as it is now, without a moment."""
        return CameraPath(((0.0, self._canvas.camera),), has_moments=False).moved(*self._frames())

    def follow(self, share: float) -> None:
        """See a share of the way from where the path says, where there is one."""
        if self.path.moves:
            own, told = self._frames()
            camera = CameraPath(((0.0, self.path.at(share)),)).moved(told, own).keys[0][1]
            self._canvas.set_camera(camera)
            self._canvas.camera_changed.emit(camera)
