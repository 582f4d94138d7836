"""The one place where surfaces meet VTK: a widget that draws meshes seen by a camera, and its stand-in."""

import time
from abc import abstractmethod
from dataclasses import dataclass
from functools import cache

import numpy as np
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QImage, QOffscreenSurface, QOpenGLContext, QPainter
from PySide6.QtWidgets import QWidget

from app.scene.camera import Camera


@dataclass(frozen=True, eq=False)
class Mesh:
    """Triangles or points to draw, in the drawing frame.

    Parameters
    ----------
    points : (n, 3) float32 array
        Positions.
    faces : (f, 3) int64 array
        Corners of each triangle; without any, the points are drawn.
    normals : (n, 3) float32 array or None
        Unit normals; None for points that are not lit.
    colors : (n, 3) uint8 array
        Red, green, blue of each point.
    """

    points: np.ndarray
    faces: np.ndarray
    normals: np.ndarray | None
    colors: np.ndarray


class SurfacePlotter(QObject):
    """The seam: what a view asks of whatever draws its surfaces.

    Signals
    -------
    painted(float)
        A frame was drawn, in so many milliseconds.

    Attributes
    ----------
    widget : QWidget
        What is put into the layout; it takes no input.
    """

    painted = Signal(float)
    widget: QWidget

    @abstractmethod
    def show_mesh(self, key: str, mesh: Mesh) -> None:
        """Draw a mesh from now on; a former one of this key goes."""

    @abstractmethod
    def remove(self, key: str) -> None:
        """Draw a mesh no more; nothing happens if there is none of this key."""

    @abstractmethod
    def set_points(self, key: str, points: np.ndarray, normals: np.ndarray | None) -> None:
        """Move the points of a mesh."""

    @abstractmethod
    def set_colors(self, key: str, colors: np.ndarray) -> None:
        """Give the points of a mesh other colours."""

    @abstractmethod
    def set_texture(self, key: str, coordinates: np.ndarray | None, image: np.ndarray | None) -> None:
        """Lay a (h, w, 3) uint8 picture on a mesh by (n, 2) coordinates in [0, 1]; None takes it away."""

    @abstractmethod
    def set_visible(self, key: str, visible: bool) -> None:
        """Show or hide a mesh that stays known."""

    @abstractmethod
    def set_wireframe(self, on: bool) -> None:
        """Draw edges alone."""

    @abstractmethod
    def set_camera(self, camera: Camera) -> None:
        """See everything from elsewhere."""

    @abstractmethod
    def set_background(self, color: str) -> None:
        """Fill the ground with a colour."""

    @abstractmethod
    def redraw(self) -> None:
        """Ask for one frame."""

    @abstractmethod
    def image(self, scale: int = 1, transparent: bool = False) -> QImage:
        """Return the picture at a multiple of its size."""

    @abstractmethod
    def close(self) -> None:
        """Let go of everything that the graphics library holds."""


class _Ground(QWidget):
    """A flat colour."""

    color = QColor("#000000")

    def paintEvent(self, event: object) -> None:
        QPainter(self).fillRect(self.rect(), self.color)


class BlankPlotter(SurfacePlotter):
    """Knows what it is told to draw and draws only the ground: for tests, and where there is no OpenGL."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.widget = _Ground(parent)
        self.widget.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.meshes: dict[str, Mesh] = {}
        self.textured: set[str] = set()
        self.hidden: set[str] = set()
        self.camera = Camera()
        self.is_wireframe = False
        self.is_closed = False
        self.redraws = 0

    def show_mesh(self, key: str, mesh: Mesh) -> None:
        self.meshes[key] = mesh
        self.hidden.discard(key)

    def remove(self, key: str) -> None:
        self.meshes.pop(key, None)
        self.textured.discard(key)

    def set_points(self, key: str, points: np.ndarray, normals: np.ndarray | None) -> None:
        mesh = self.meshes[key]
        self.meshes[key] = Mesh(points, mesh.faces, normals, mesh.colors)

    def set_colors(self, key: str, colors: np.ndarray) -> None:
        mesh = self.meshes[key]
        self.meshes[key] = Mesh(mesh.points, mesh.faces, mesh.normals, colors)

    def set_texture(self, key: str, coordinates: np.ndarray | None, image: np.ndarray | None) -> None:
        (self.textured.discard if image is None else self.textured.add)(key)

    def set_visible(self, key: str, visible: bool) -> None:
        (self.hidden.discard if visible else self.hidden.add)(key)

    def set_wireframe(self, on: bool) -> None:
        self.is_wireframe = on

    def set_camera(self, camera: Camera) -> None:
        self.camera = camera

    def set_background(self, color: str) -> None:
        _Ground.color = QColor(color)
        self.widget.update()

    def redraw(self) -> None:
        self.redraws += 1
        self.widget.update()
        self.painted.emit(0.0)

    def image(self, scale: int = 1, transparent: bool = False) -> QImage:
        picture = QImage(self.widget.size() * scale, QImage.Format.Format_ARGB32_Premultiplied)
        picture.fill(Qt.GlobalColor.transparent if transparent else _Ground.color)
        return picture

    def close(self) -> None:
        self.is_closed = True


@cache
def graphics() -> str:
    """Return the name of what draws OpenGL, such as "llvmpipe (LLVM 15)"; empty where there is no OpenGL."""
    if QGuiApplication.platformName() in ("offscreen", "minimal", "vnc"):
        return ""
    context, surface = QOpenGLContext(), QOffscreenSurface()
    surface.create()
    if not context.create() or not surface.isValid() or not context.makeCurrent(surface):
        return ""
    name = context.functions().glGetString(0x1F01)  # GL_RENDERER
    context.doneCurrent()
    return str(name or "OpenGL")


def is_software() -> bool:
    """Return whether the processor draws in place of a graphics card."""
    return any(name in graphics().lower() for name in ("llvmpipe", "softpipe", "swrast", "software"))


def make_plotter(parent: QWidget) -> SurfacePlotter:
    """Return a plotter that draws with OpenGL, or one that draws nothing where there is none."""
    if not graphics():
        return BlankPlotter(parent)
    from app.widgets.vtk_plotter import VtkPlotter  # VTK takes a second to import and is not needed without OpenGL

    return VtkPlotter(parent, samples=0 if is_software() else 4)


def milliseconds_since(start: float) -> float:
    """Return the milliseconds since a value of `time.perf_counter`."""
    return 1e3 * (time.perf_counter() - start)
