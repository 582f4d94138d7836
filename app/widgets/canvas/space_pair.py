"""The surface and its reconstruction, seen in the same way."""

from collections.abc import Callable

from PySide6.QtCore import QObject

from app.scene.camera import Camera
from app.widgets.canvas.surface_canvas import SurfaceCanvas


class SpacePair(QObject):
    """Passes from one canvas to the other how it is seen.

    Parameters
    ----------
    surface, reconstruction : SurfaceCanvas
        The two canvases.
    is_linked : callable
        Returns whether their cameras move together.
    parent : QObject
        Owner.
    """

    def __init__(
        self, surface: SurfaceCanvas, reconstruction: SurfaceCanvas, is_linked: Callable[[], bool], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._surface, self._reconstruction, self._is_linked = surface, reconstruction, is_linked
        for mine, other in ((surface, reconstruction), (reconstruction, surface)):
            mine.camera_changed.connect(lambda camera, other=other: self._follow(camera, other))
            mine.clipping.changed.connect(other.clipping.set_clip)

    @property
    def is_parallel(self) -> bool:
        """Whether the surface is seen by parallel rays."""
        return self._surface.camera.is_parallel

    def set_parallel(self, on: bool) -> None:
        """See both by parallel rays, or in perspective."""
        for canvas in (self._surface, self._reconstruction):
            canvas.set_parallel(on)

    @property
    def is_clipped(self) -> bool:
        """Whether both are cut by a plane."""
        return self._surface.clipping.clip is not None

    def toggle_clip(self) -> None:
        """Cut both by a plane, or no more."""
        self._surface.clipping.toggle()

    def _follow(self, camera: Camera, other: SurfaceCanvas) -> None:
        if self._is_linked():
            other.set_camera(camera)
