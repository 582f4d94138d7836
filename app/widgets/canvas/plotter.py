"""The seam to whatever draws surfaces: told meshes and a camera, it answers with pictures."""

from abc import abstractmethod
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage

from app.scene.camera import Camera
from app.scene.sight import Clip

CUT = "cut"
"""Key of the lines in which a plane cuts a figure."""


@dataclass(frozen=True, eq=False)
class Mesh:
    """Triangles, lines or points to draw, in the drawing frame.

    Parameters
    ----------
    points : (n, 3) float32 array
        Positions.
    faces : (f, 3) or (f, 2) int64 array
        Corners of each triangle, or ends of each line; without any, the points are drawn.
    normals : (n, 3) float32 array or None
        Unit normals; None for points that are not lit.
    colors : (n, 3) uint8 array
        Red, green, blue of each point.
    point_size : float
        Side of a point where there are points alone, in device-independent pixels; large ones are round.
    is_matt : bool
        Whether triangles are lit as points are: seen by their colours first.
    """

    points: np.ndarray
    faces: np.ndarray
    normals: np.ndarray | None
    colors: np.ndarray
    point_size: float = 2.5
    is_matt: bool = False


@dataclass(frozen=True, eq=False)
class Polygons:
    """Convex polygons to draw, in the drawing frame.

    Parameters
    ----------
    points : (n, 3) float32 array
        Positions.
    offsets, corners : (f + 1,), (m,) integer arrays
        Polygon k has the corners ``corners[offsets[k]:offsets[k + 1]]``, counter-clockwise.
    normals : (n, 3) float32 array or None
        Unit normals; None where each polygon is to look as flat as it is.
    """

    points: np.ndarray
    offsets: np.ndarray
    corners: np.ndarray
    normals: np.ndarray | None


@dataclass(frozen=True, eq=False)
class Lines:
    """Lines to draw, in the drawing frame.

    Parameters
    ----------
    points : (n, 3) float32 array
        Positions.
    ends : (e, 2) integer array
        The two points of each line.
    colors : (e, 3) uint8 array
        Red, green, blue of each line.
    width : float
        In device-independent pixels.
    opacity : float
        From 0 to 1.
    """

    points: np.ndarray
    ends: np.ndarray
    colors: np.ndarray
    width: float
    opacity: float = 1.0


@dataclass(frozen=True, eq=False)
class Picture:
    """A picture of the meshes.

    Parameters
    ----------
    image : QImage
        The picture; larger than the view where `is_fine`.
    camera : Camera
        Where it was seen from.
    milliseconds : float
        Time it took to draw.
    is_fine : bool
        Whether edges are smoothed.
    """

    image: QImage
    camera: Camera
    milliseconds: float
    is_fine: bool


class SurfacePlotter(QObject):
    """What a view asks of whatever draws its surfaces. All calls return at once; pictures come by signal.

    Signals
    -------
    drawn(Picture)
        A picture is there.
    """

    drawn = Signal(object)
    obstacle = ""
    """Why nothing is drawn; empty where it is."""

    @abstractmethod
    def show_mesh(self, key: str, mesh: Mesh) -> None:
        """Draw a mesh from now on; a former one of this key goes."""

    @abstractmethod
    def show_polygons(self, key: str, polygons: Polygons, colors: np.ndarray) -> None:
        """Draw polygons from now on, each in one of (f, 3) uint8 colours; what was drawn under this key goes."""

    @abstractmethod
    def show_lines(self, key: str, lines: Lines) -> None:
        """Draw lines from now on, before the faces that they lie on; what was drawn under this key goes."""

    @abstractmethod
    def remove(self, key: str) -> None:
        """Draw a mesh no more; nothing happens if there is none of this key."""

    @abstractmethod
    def set_points(self, key: str, points: np.ndarray, normals: np.ndarray | None) -> None:
        """Move the points of a mesh."""

    @abstractmethod
    def set_colors(self, key: str, colors: np.ndarray) -> None:
        """Give the points of a mesh, or the polygons, other colours."""

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
    def set_clip(self, clip: Clip | None, inside: int, color: str) -> None:
        """Show nothing beyond a plane, but whole what is drawn under the key `CUT`; None shows everything.

        Parameters
        ----------
        clip : Clip or None
            The plane.
        inside : int
            Which side of the triangles is filled with a colour where it is seen: 1 their back, -1 their front, 0 none.
        color : str
            That colour.
        """

    @abstractmethod
    def set_background(self, color: str) -> None:
        """Fill the ground with a colour."""

    @abstractmethod
    def set_size(self, width: int, height: int, ratio: float) -> None:
        """Draw pictures of a size in device pixels; `ratio` of them make a device-independent pixel."""

    @abstractmethod
    def set_seen(self, seen: bool) -> None:
        """Tell whether pictures are looked at, as at first; where not, none is drawn and what drawing needs goes."""

    @abstractmethod
    def redraw(self, fine: bool = False) -> None:
        """Ask for a picture; requests that come before it is begun are one request."""

    @abstractmethod
    def image(self, scale: int = 1, transparent: bool = False) -> QImage:
        """Wait for a fine picture at a multiple of the size."""

    @abstractmethod
    def close(self) -> None:
        """Let go of everything that the graphics library holds."""


class BlankPlotter(SurfacePlotter):
    """Knows what it is told to draw and draws only the ground: for tests, and where there is no OpenGL."""

    def __init__(self, obstacle: str = "", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.obstacle = obstacle
        self.meshes: dict[str, Mesh] = {}
        self.polygons: dict[str, tuple[Polygons, np.ndarray]] = {}
        self.lines: dict[str, Lines] = {}
        self.textured: set[str] = set()
        self.hidden: set[str] = set()
        self.camera = Camera()
        self.clip: Clip | None = None
        self.inside = 0
        self.background = "#000000"
        self.size = QSize(1, 1)
        self.is_wireframe = False
        self.is_closed = False
        self.is_seen = True
        self.redraws = 0
        self.milliseconds = 0.0

    def show_mesh(self, key: str, mesh: Mesh) -> None:
        self.meshes[key] = mesh
        self.hidden.discard(key)

    def show_polygons(self, key: str, polygons: Polygons, colors: np.ndarray) -> None:
        self.polygons[key] = polygons, colors
        self.hidden.discard(key)

    def show_lines(self, key: str, lines: Lines) -> None:
        self.lines[key] = lines
        self.hidden.discard(key)

    def remove(self, key: str) -> None:
        for drawn in (self.meshes, self.polygons, self.lines):
            drawn.pop(key, None)
        self.textured.discard(key)

    def set_points(self, key: str, points: np.ndarray, normals: np.ndarray | None) -> None:
        mesh = self.meshes[key]
        self.meshes[key] = Mesh(points, mesh.faces, normals, mesh.colors)

    def set_colors(self, key: str, colors: np.ndarray) -> None:
        if key in self.polygons:
            self.polygons[key] = self.polygons[key][0], colors
            return
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

    def set_clip(self, clip: Clip | None, inside: int, color: str) -> None:
        self.clip, self.inside = clip, inside

    def set_background(self, color: str) -> None:
        self.background = color

    def set_size(self, width: int, height: int, ratio: float) -> None:
        self.size = QSize(width, height)

    def set_seen(self, seen: bool) -> None:
        self.is_seen = seen

    def redraw(self, fine: bool = False) -> None:
        if not self.is_closed:
            self.redraws += 1
            self.drawn.emit(Picture(self.image(), self.camera, self.milliseconds, fine))

    def image(self, scale: int = 1, transparent: bool = False) -> QImage:
        picture = QImage(self.size * scale, QImage.Format.Format_RGBA8888)
        picture.fill(Qt.GlobalColor.transparent if transparent else QColor(self.background))
        return picture

    def close(self) -> None:
        self.is_closed = True
