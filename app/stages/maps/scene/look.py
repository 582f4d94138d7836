"""How a map looks at a moment: codes in both disks, and the points on their way in space."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from app.scene.disk import SAMPLES, DiskPicture, Window
from app.scene.dots import draw_dots, splat
from app.scene.figure import Figure, vertex_normals
from app.scene.palette import Palette
from app.scene.raster import NOTHING, face_picture, plane_faces
from app.scene.row_picture import RowPicture, draw_rows
from app.scene.snapshot import Snapshot, rgb
from app.stages.maps.scene.colors import code_colors, row_colors, second_colors
from app.stages.maps.scene.morph import Morph
from core.geometry.principal import principal_coordinates
from core.maps.grid import linked_grid
from core.maps.manifold_map import ManifoldMap

_PALE, _RADIUS = 0.72, 2.0
"""How much of their colour the codes of the second lose beneath those that arrive, and their radius, in pixels."""


@dataclass(frozen=True, eq=False)
class MapLook:
    """Draws the moments of a map.

    Parameters
    ----------
    made : ManifoldMap
        The map.
    figure : Figure
        The first manifold as the views draw it.
    color_by : "normal" or "code"
        What colours a surface; rows have the colours of their classes, or of their codes where there are none.
    """

    made: ManifoldMap
    figure: Figure
    color_by: str = "normal"

    @cached_property
    def colors(self) -> np.ndarray:
        """The colour of each vertex or row, (n, 3) uint8."""
        if self.figure.is_cloud:
            return row_colors(self.made)
        if self.color_by == "code":
            return code_colors(self.made.first.training.codes)
        return Morph(self.made).clay.astype(np.uint8)

    @cached_property
    def start(self) -> np.ndarray:
        """Codes of the first in the plane, (n, 2)."""
        return _in_plane(self.made.first.training.codes)

    @cached_property
    def end(self) -> np.ndarray:
        """Where they are mapped to, in the plane of the second, (n, 2)."""
        return _in_plane(self.made.images)

    @cached_property
    def grid(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """Lines of the first disk with their images; none where codes have not two numbers."""
        return linked_grid(self.made) if self.made.images.shape[1] == 2 else []

    @cached_property
    def extent(self) -> np.ndarray | None:
        """Points that are to be seen: those of three moments, in the drawing frame; None where there is no way."""
        if not self.made.has_way:
            return None
        return np.concatenate([self.points(t) for t in (0.0, 0.5, 1.0)])

    def codes(self, t: float) -> np.ndarray:
        """Return the codes of a moment, (n, 2)."""
        return (1.0 - t) * self.start + t * self.end

    def points(self, t: float) -> np.ndarray:
        """Return the drawn points of a moment in the drawing frame, (m, 3) float32."""
        return self.figure.drawn(self.made.between(t)[self.figure.ids])

    def lines(self, t: float) -> list[np.ndarray]:
        """Return the lines of the grid at a moment."""
        return [(1.0 - t) * first + t * last for first, last in self.grid]


@dataclass(frozen=True, eq=False)
class Moment:
    """What is drawn at a moment.

    Parameters
    ----------
    look : MapLook
        Of which map.
    disks : (DiskPicture, DiskPicture)
        Codes of the first, and on their way to the second.
    lines : (list, list)
        The grid in both.
    points, normals : (m, 3) float32 arrays or None
        In space, in the drawing frame.
    """

    look: MapLook
    disks: tuple[DiskPicture, DiskPicture]
    lines: tuple[list[np.ndarray], list[np.ndarray]]
    points: np.ndarray | None
    normals: np.ndarray | None


def moment_of(look: MapLook, t: float, windows: tuple[Window, Window], palette: Palette, ratio: float) -> Moment:
    """Return what is drawn at a moment (runs in a thread)."""
    disks = (
        _picture(look, look.start, windows[0], palette, ratio, False),
        _picture(look, look.codes(t), windows[1], palette, ratio, True),
    )
    _, points, normals = look.extent, None, None
    if look.made.has_way:
        points = look.points(t)
        normals = None if look.figure.is_cloud else vertex_normals(points, look.figure.faces)
    return Moment(look, disks, (look.lines(0.0), look.lines(t)), points, normals)


def _picture(
    look: MapLook, codes: np.ndarray, window: Window, palette: Palette, ratio: float, beneath: bool
) -> DiskPicture:
    """Return a picture of codes; of a table with the codes of the second beneath where asked for."""
    snapshot = Snapshot(look.figure, codes)
    if not look.figure.is_cloud:
        faces, flipped = look.figure.faces, snapshot.flipped
        wide, high = SAMPLES * window.width, SAMPLES * window.height
        ids = plane_faces(SAMPLES * window.places(codes), faces, flipped, wide, high)
        colors = look.colors[faces].mean(axis=1).astype(np.uint8)
        colors[flipped] = rgb(palette.flipped)
        pixels = face_picture(ids, colors, SAMPLES)
        small = ids[::SAMPLES, ::SAMPLES]
        return DiskPicture(window, snapshot, pixels, small, int(flipped.sum()), np.empty((0, 2)), None, None)
    pixels = np.zeros((window.height, window.width), np.uint32)
    ids = np.full((window.height, window.width), NOTHING, np.int32)
    if beneath:
        places = window.places(_in_plane(look.made.second.training.codes))
        pale = (1.0 - _PALE) * second_colors(look.made) + _PALE * np.array(rgb(palette.sheet))
        draw_dots(pixels, places, _RADIUS * ratio, pale.astype(np.uint8))
    places, radius = draw_rows(pixels, snapshot, look.colors[look.figure.ids], window, ratio)
    splat(ids, places, look.figure.ids, max(1, round(radius)))
    return RowPicture(window, snapshot, pixels, ids, 0, np.empty((0, 2)), None, None)


def _in_plane(codes: np.ndarray) -> np.ndarray:
    """Return codes as they are where they have two numbers, else by the directions in which they spread most."""
    return np.asarray(codes, np.float64) if codes.shape[1] == 2 else principal_coordinates(codes, 2)
