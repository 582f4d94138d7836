"""The latent disk of a table as a picture: a dot for each row, in the colour of its class."""

from dataclasses import dataclass

import numpy as np

from app.scene.disk import DiskPicture, Shapes, Window, face_near
from app.scene.dots import draw_dots, splat
from app.scene.palette import Palette
from app.scene.raster import NOTHING
from app.scene.snapshot import Coloring, Snapshot

RADIUS, LEAST = 2.4, 0.9
"""Radius of a dot among few rows and among many, in device-independent pixels."""


@dataclass(frozen=True, eq=False)
class RowPicture(DiskPicture):
    """A picture of rows; `ids` are their numbers."""

    def vertex_at(self, x: float, y: float, reach: int = 4) -> int | None:
        """Return the row at a pixel, None if none is within `reach` pixels."""
        return face_near(self.ids, x, y, reach)


def row_picture(
    snapshot: Snapshot,
    key: str,
    palette: Palette,
    window: Window,
    ratio: float = 1.0,
    former: tuple[float, float] | None = None,
) -> RowPicture:
    """Return the picture of the codes of a table.

    Parameters
    ----------
    snapshot : Snapshot
        Must have codes; those of more numbers than two are seen in the plane of most variance.
    key : str
        Quantity to colour by.
    palette : Palette
        Colours of the theme.
    window : Window
        The part of the plane to show.
    ratio : float
        Device pixels per device-independent pixel.
    former : (float, float), optional
        Range in use.
    """
    known = next((name for name in (key, "texture") if snapshot.has(name)), "none")
    return colored_rows(snapshot, snapshot.vertex_coloring(known, palette, former, True), window, ratio)


def colored_rows(snapshot: Snapshot, coloring: Coloring, window: Window, ratio: float = 1.0) -> RowPicture:
    """Return the picture of the codes of a table in some colours."""
    pixels = np.zeros((window.height, window.width), np.uint32)
    ids = np.full((window.height, window.width), NOTHING, np.int32)
    places, radius = draw_rows(pixels, snapshot, coloring.colors, window, ratio)
    splat(ids, places, snapshot.figure.ids, max(1, round(radius)))
    nothing, dots = np.zeros(0, np.int64), snapshot.plane_codes[snapshot.figure.ids]

    def made_of() -> Shapes:
        no_polygons = np.zeros((0, 2)), np.zeros(1, np.int64), nothing, np.zeros((0, 3), np.uint8)
        return Shapes(*no_polygons, dots=dots, dot_colors=coloring.colors, dot_radius=radius / ratio)

    none = np.empty((0, 2))
    return RowPicture(window, snapshot, pixels, ids, 0, none, coloring.limits, coloring.legend, made_of=made_of)


def draw_rows(
    pixels: np.ndarray, snapshot: Snapshot, colors: np.ndarray, window: Window, ratio: float
) -> tuple[np.ndarray, float]:
    """Draw a dot for each row at its code into a picture.

    Parameters
    ----------
    pixels : (height, width) uint32 array
        The picture.
    snapshot : Snapshot
        Must have codes.
    colors : (n, 3) uint8 array
        Of the rows.
    window : Window
        The part of the plane that the picture shows.
    ratio : float
        Device pixels per device-independent pixel.

    Returns
    -------
    (n, 2) float64 array, float
        Where the dots are, and their radius, in device pixels.
    """
    places = window.places(snapshot.plane_codes[snapshot.figure.ids])
    radius = ratio * float(np.clip(RADIUS * (2000.0 / max(len(places), 1)) ** 0.25, LEAST, RADIUS))
    draw_dots(pixels, places, radius, colors)
    return places, radius
