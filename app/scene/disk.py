"""The latent disk as a picture: which triangle of the codes is where, coloured by a quantity."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np

from app.scene.color_maps import Legend
from app.scene.palette import Palette
from app.scene.raster import NOTHING, face_picture, laid_picture, pattern_picture, plane_faces
from app.scene.snapshot import Snapshot, rgb

SAMPLES = 2
"""Samples along each side of a pixel."""
MOST_RINGS = 300
"""With more flipped triangles than this, rings would hide the disk; their number is on the chip."""
MOST_SHAPES = 100_000
"""Polygons, lines and dots up to which a picture is drawn as such in a figure, and not in pixels."""
RING_BELOW = 6.0
"""A flipped triangle smaller than this, in device-independent pixels, gets a ring."""


@dataclass(frozen=True)
class Window:
    """The part of the latent plane that is seen.

    Parameters
    ----------
    width, height : int
        Size of the picture, in device pixels.
    x, y : float
        Latent coordinates of its middle.
    scale : float
        Device pixels per latent unit.
    """

    width: int
    height: int
    x: float
    y: float
    scale: float

    def places(self, codes: np.ndarray) -> np.ndarray:
        """Return the (n, 2) pixels, from the top left corner, of (n, 2) codes."""
        middle = (0.5 * self.width, 0.5 * self.height)
        return (np.asarray(codes, np.float64) - (self.x, self.y)) * (self.scale, -self.scale) + middle

    def code(self, x: float, y: float) -> tuple[float, float]:
        """Return the code at a pixel."""
        return self.x + (x - 0.5 * self.width) / self.scale, self.y - (y - 0.5 * self.height) / self.scale

    def zoomed(self, factor: float, x: float, y: float) -> "Window":
        """Return the window magnified by a factor; the code at a pixel stays there."""
        u, v = self.code(x, y)
        return replace(self, x=u + (self.x - u) / factor, y=v + (self.y - v) / factor, scale=self.scale * factor)


@dataclass(frozen=True, eq=False)
class Lines:
    """Straight lines of one look, between (k, 2, 2) codes, with colour, width in pixels, and opacity."""

    ends: np.ndarray
    color: str
    width: float
    opacity: float = 1.0


@dataclass(frozen=True, eq=False)
class Shapes:
    """What a picture of the disk shows, as what can be drawn at any size.

    Parameters
    ----------
    points : (n, 2) float64 array
        Codes of corners.
    offsets : (p + 1,) int64 array
        Where the corners of each polygon begin in `corners`, and the end; later ones lie over earlier ones.
    corners : (c,) int64 array
        Numbers of the corners.
    colors : (p, 3) uint8 array
        Of the polygons.
    lines : tuple of Lines
        Over the polygons.
    dots : (d, 2) float64 array or None
        Codes with a dot over all else.
    dot_colors : (d, 3) uint8 array
        Of the dots.
    dot_radius : float
        In pixels.
    """

    points: np.ndarray
    offsets: np.ndarray
    corners: np.ndarray
    colors: np.ndarray
    lines: tuple[Lines, ...] = ()
    dots: np.ndarray | None = None
    dot_colors: np.ndarray = field(default_factory=lambda: np.zeros((0, 3), np.uint8))
    dot_radius: float = 0.0

    @property
    def count(self) -> int:
        """Number of polygons, lines and dots."""
        n_dots = 0 if self.dots is None else len(self.dots)
        return len(self.colors) + sum(len(lines.ends) for lines in self.lines) + n_dots


@dataclass(frozen=True, eq=False)
class DiskPicture:
    """A picture of the disk, and what is where in it.

    Parameters
    ----------
    window : Window
        The part of the plane that it shows.
    snapshot : Snapshot
        What it was made from.
    pixels : (height, width) uint32 array
        Premultiplied 0xAARRGGBB, transparent where there is no triangle.
    ids : (height, width) int32 array
        Triangle at each pixel.
    n_flipped : int
        Number of flipped triangles.
    rings : (r, 2) float64 array
        Codes of the middles of flipped triangles too small to be seen.
    limits : (float, float) or None
        The range shown.
    legend : Legend or None
        What the colour bar says.
    made_of : callable, optional
        Returns what it shows as polygons and lines.
    """

    window: Window
    snapshot: Snapshot
    pixels: np.ndarray
    ids: np.ndarray
    n_flipped: int
    rings: np.ndarray
    limits: tuple[float, float] | None
    legend: Legend | None
    made_of: Callable[[], Shapes] | None = field(default=None, kw_only=True)

    def shapes(self) -> Shapes | None:
        """Return what it shows as polygons and lines; None where it is a picture by its nature, or of too many."""
        made = None if self.made_of is None else self.made_of()
        return None if made is None or made.count > MOST_SHAPES else made

    def vertex_at(self, x: float, y: float, reach: int = 4) -> int | None:
        """Return the vertex nearest to a device pixel, None if no triangle is within `reach` pixels."""
        return vertex_at(self, x, y, reach)

    def hit(self, x: float, y: float) -> "Hit | None":
        """Return what is at a device pixel."""
        vertex = self.vertex_at(x, y)
        return None if vertex is None else Hit(vertex)


@dataclass(frozen=True)
class Hit:
    """What is at a place of the disk.

    Parameters
    ----------
    vertex : int
        The vertex that is nearest.
    code : (float, float) or None
        The place itself, where the picture is exact there; None where vertices are all that is known.
    """

    vertex: int
    code: tuple[float, float] | None = None


def disk_picture(
    snapshot: Snapshot,
    key: str,
    palette: Palette,
    window: Window,
    ratio: float = 1.0,
    former: tuple[float, float] | None = None,
) -> DiskPicture:
    """Return the picture of the codes of a snapshot.

    Parameters
    ----------
    snapshot : Snapshot
        Must have codes.
    key : str
        Quantity to colour by.
    palette : Palette
        For clay and flipped triangles.
    window : Window
        The part of the plane to show.
    ratio : float
        Device pixels per device-independent pixel.
    former : (float, float), optional
        Range in use.
    """
    assert snapshot.codes is not None
    faces, flipped = snapshot.figure.faces, snapshot.flipped
    places = window.places(snapshot.codes)
    ids = plane_faces(SAMPLES * places, faces, flipped, SAMPLES * window.width, SAMPLES * window.height)
    coloring = snapshot.face_coloring(key, palette, former)
    made_of = None if key in ("checker", "uv_grid", "image") else partial(_triangles, snapshot, coloring.colors)
    if key in ("checker", "uv_grid"):
        corner, step = window.code(0.0, 0.0), 1.0 / (SAMPLES * window.scale)
        pixels = pattern_picture(ids, flipped, rgb(palette.flipped), corner, step, key == "uv_grid")
    elif key == "image":
        corner, step = window.code(0.0, 0.0), 1.0 / (SAMPLES * window.scale)
        pixels = laid_picture(ids, flipped, rgb(palette.flipped), corner, step, snapshot.pattern(key))
    else:
        pixels = face_picture(ids, coloring.colors, SAMPLES)
    return DiskPicture(
        window,
        snapshot,
        pixels,
        ids[::SAMPLES, ::SAMPLES],
        int(flipped.sum()),
        _rings(np.asarray(snapshot.codes), faces[flipped], window.scale / ratio),
        coloring.limits,
        coloring.legend,
        made_of=made_of,
    )


def _triangles(snapshot: Snapshot, colors: np.ndarray) -> Shapes:
    """Return the triangles of the codes in their colours, the flipped ones over the others."""
    faces, flipped = snapshot.figure.faces, snapshot.flipped
    order = np.concatenate([np.flatnonzero(~flipped), np.flatnonzero(flipped)])
    offsets = 3 * np.arange(len(order) + 1)
    return Shapes(np.asarray(snapshot.codes, np.float64), offsets, faces[order].ravel(), colors[order])


def _rings(codes: np.ndarray, faces: np.ndarray, scale: float) -> np.ndarray:
    """Middles of the triangles that are smaller than 6 pixels; none where there are too many."""
    if not 0 < len(faces) <= MOST_RINGS:
        return np.empty((0, 2))
    corners = codes[faces].astype(np.float64)
    return corners.mean(axis=1)[np.ptp(corners, axis=1).max(axis=1) * scale < RING_BELOW]


def vertex_at(picture: DiskPicture, x: float, y: float, reach: int = 4) -> int | None:
    """Return the vertex nearest to a device pixel, None if no triangle is within `reach` pixels."""
    codes = picture.snapshot.codes
    assert codes is not None
    face = face_near(picture.ids, x, y, reach)
    if face is None:
        return None
    corners = picture.snapshot.figure.faces[face]
    away = np.hypot(*(picture.window.places(codes[corners]) - (x, y)).T)
    return int(corners[np.argmin(away)])


def face_near(ids: np.ndarray, x: float, y: float, reach: int) -> int | None:
    """Return the number in the pixel nearest to a place that holds one, None if none is within `reach` pixels."""
    column, row = int(np.floor(x)), int(np.floor(y))
    height, width = ids.shape
    if 0 <= row < height and 0 <= column < width and ids[row, column] != NOTHING:
        return int(ids[row, column])
    top, left = max(row - reach, 0), max(column - reach, 0)
    around = ids[top : max(row + reach + 1, 0), left : max(column + reach + 1, 0)]
    rows, columns = np.nonzero(around != NOTHING)
    if not len(rows):
        return None
    away = (rows + top - row) ** 2 + (columns + left - column) ** 2
    nearest = int(np.argmin(away))
    if away[nearest] > reach**2:
        return None
    return int(around[rows[nearest], columns[nearest]])
