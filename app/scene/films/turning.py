"""A figure that turns once around an axis, as a film."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from PIL import Image
from scipy.spatial.transform import Rotation

from app.scene.camera import UP_AXES, Camera, fitted, named_view
from app.scene.dots import draw_dots
from app.scene.figure import Figure
from app.scene.films.writing import check_size, film_suffix, written
from app.scene.front import first_view
from app.scene.palette import DARK, LIGHT, Palette
from app.scene.shaded import draw_shaded
from app.scene.snapshot import Snapshot, rgb
from core.base.errors import BudaiError
from core.base.progress import Progress, Work
from core.data.source import Source

SIDES_SHOWN = 8
"""Pictures on a sheet."""
OF = ("surface", "reconstruction")


@dataclass(frozen=True)
class TurntableOptions:
    """How a figure turns.

    Parameters
    ----------
    width, height : int
        Size of a picture, in pixels; even numbers.
    seconds : float
        Time of one turn.
    rate : int
        Pictures a second.
    of : "surface" or "reconstruction"
        What turns.
    color_by : str
        Quantity to colour by: "none", "normal", "texture", "area_distortion", "conformality", "error", ...
    axis : str
        Around which axis of the file, one of `UP_AXES`; empty for the one that points upward.
    is_dark : bool
        Whether it is drawn on a dark ground.
    camera : Camera or None
        Where it is seen from at first, in the drawing frame; None for where a surface is seen when it is opened.

    Raises
    ------
    BudaiError
        If a value is out of range.
    """

    width: int = 640
    height: int = 480
    seconds: float = 8.0
    rate: int = 15
    of: str = "surface"
    color_by: str = "none"
    axis: str = ""
    is_dark: bool = False
    camera: Camera | None = None

    def __post_init__(self) -> None:
        check_size(self.width, self.height, self.seconds, self.rate)
        if self.of not in OF:
            raise BudaiError(f"A {self.of} does not turn. Choose {' or '.join(OF)}.")
        if self.axis and self.axis not in UP_AXES:
            raise BudaiError(f"There is no axis {self.axis}. Choose {', '.join(UP_AXES)}.")


class Turntable:
    """Draws the pictures of a turn.

    Parameters
    ----------
    snapshot : Snapshot
        What turns.
    options : TurntableOptions
        How.

    Raises
    ------
    BudaiError
        If there is no such thing, or it cannot be coloured so.
    """

    def __init__(self, snapshot: Snapshot, options: TurntableOptions) -> None:
        figure, self.options = snapshot.figure, options
        self.palette: Palette = DARK if options.is_dark else LIGHT
        if figure.source.kind == "table":
            raise BudaiError("Rows of a table have no place in space to turn. Open a surface or points.")
        if options.of == "reconstruction" and snapshot.reconstruction is None:
            raise BudaiError("There is no reconstruction yet. Train first: budai train.")
        color_by = options.color_by
        if not snapshot.has(color_by) and not color_by.startswith("scalar:"):
            raise BudaiError(f"It cannot be coloured by {color_by} here. Choose none, normal, texture or error.")
        self.faces = figure.faces
        is_back = options.of == "reconstruction"
        self.points = snapshot.reconstructed if is_back else figure.points
        self.normals = snapshot.reconstructed_normals if is_back and len(figure.faces) else figure.normals
        self.colors = snapshot.vertex_coloring(color_by, self.palette, None, False).colors
        self.start = options.camera or _first_camera(figure, options.width / options.height)
        self._axis = _axis(options.axis or figure.up_axis)

    def moments(self) -> np.ndarray:
        """Return the angle of each picture, in radians: the last is followed by the first."""
        n = max(round(self.options.seconds * self.options.rate), 2)
        return 2.0 * np.pi * np.arange(n) / n

    def camera(self, angle: float) -> Camera:
        """Return where it is seen from once it has turned by an angle: the camera goes the other way around."""
        turn = Rotation.from_rotvec(-angle * self._axis)
        focus = np.asarray(self.start.focus, np.float64)
        eye = focus + turn.apply(np.subtract(self.start.position, focus))
        up = turn.apply(self.start.up)
        return replace(self.start, position=tuple(eye.tolist()), up=tuple(up.tolist()))

    def picture(self, angle: float) -> Image.Image:
        """Return the picture of an angle."""
        ground = np.empty((self.options.height, self.options.width, 3), np.uint8)
        ground[:] = rgb(self.palette.view)
        draw_figure(ground, self.points, self.faces, self.normals, self.colors, self.camera(angle))
        return Image.fromarray(ground)


def write_turntable(
    source: Source,
    codes: np.ndarray | None,
    reconstruction: np.ndarray | None,
    options: TurntableOptions,
    path: str | Path,
) -> Work[str]:
    """Write a film of a surface, a cloud or a reconstruction that turns once.

    Parameters
    ----------
    source : Source
        What was loaded.
    codes : (n, d) array or None
        Of its vertices, for what they colour.
    reconstruction : (n, 3) array or None
        Decoded vertices, in input units.
    options : TurntableOptions
        How.
    path : str or Path
        The file.

    Yields
    ------
    Progress
        Part of the pictures drawn.

    Raises
    ------
    BudaiError
        If it cannot be drawn so, or the file cannot be written.
    """
    target = Path(path)
    suffix = film_suffix(target)
    yield Progress(0.0, "Drawing")
    table = Turntable(Snapshot(Figure(source.data, source.path), codes, reconstruction), options)
    moments = table.moments()
    if suffix == "png":
        moments = 2.0 * np.pi * np.arange(SIDES_SHOWN) / SIDES_SHOWN
    pictures = (table.picture(float(angle)) for angle in moments)
    yield from written(pictures, len(moments), target, (options.width, options.height), options.rate)
    return str(target)


def draw_figure(
    ground: np.ndarray,
    points: np.ndarray,
    faces: np.ndarray,
    normals: np.ndarray | None,
    colors: np.ndarray,
    camera: Camera,
) -> None:
    """Draw a surface, or points, over a (height, width, 3) uint8 picture."""
    if len(faces) and normals is not None:
        draw_shaded(ground, points, faces, normals, colors, camera)
        return
    draw_points(ground, points, colors, camera)


def draw_points(ground: np.ndarray, points: np.ndarray, colors: np.ndarray, camera: Camera) -> None:
    """Draw points over a picture, the farthest first."""
    height, width = ground.shape[:2]
    places, depth = camera.project(points, width, height)
    order = np.argsort(-depth)[: np.count_nonzero(depth > 0.0)]
    pixels = (np.uint32(255) << 24) | (ground.astype(np.uint32) @ np.array([1 << 16, 1 << 8, 1], np.uint32))
    draw_dots(pixels, places[order], max(height / 240.0, 1.0), colors[order])
    for channel, shift in enumerate((16, 8, 0)):
        ground[..., channel] = pixels >> np.uint32(shift) & np.uint32(255)


def _first_camera(figure: Figure, aspect: float) -> Camera:
    """Return a camera that sees all of a figure, however it is turned."""
    if figure.is_cloud:
        direction, up = named_view("start", figure.up_axis)
    else:
        direction, up = named_view(first_view(figure.sides, figure.up_axis), figure.up_axis)
    axis = _axis(figure.up_axis)
    extent = figure.points[:: max(len(figure.points) // 4000, 1)]
    around = [Rotation.from_rotvec(angle * axis).apply(extent) for angle in np.linspace(0.0, 2.0 * np.pi, 9)[:-1]]
    return fitted(np.concatenate(around), aspect, direction, up)


def _axis(name: str) -> np.ndarray:
    """Return the direction of a name of `UP_AXES`."""
    axis = np.zeros(3)
    axis["xyz".index(name[-1])] = -1.0 if name.startswith("-") else 1.0
    return axis
