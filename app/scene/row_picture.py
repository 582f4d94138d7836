"""The latent disk of a table as a picture: a dot for each row, in the colour of its class."""

from dataclasses import dataclass

import numpy as np

from app.scene.disk import DiskPicture, Window, face_near
from app.scene.dots import draw_dots, splat
from app.scene.palette import Palette
from app.scene.raster import NOTHING
from app.scene.snapshot import Snapshot

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
        Must have codes; those of more numbers than two are seen by the first two.
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
    assert snapshot.codes is not None
    known = next((name for name in (key, "texture") if snapshot.has(name)), "none")
    coloring = snapshot.vertex_coloring(known, palette, former, True)
    numbers = snapshot.figure.ids
    codes = np.zeros((len(numbers), 2))
    two = np.asarray(snapshot.codes, np.float64)[numbers, :2]
    codes[:, : two.shape[1]] = two
    places = window.places(codes)
    pixels = np.zeros((window.height, window.width), np.uint32)
    ids = np.full((window.height, window.width), NOTHING, np.int32)
    radius = ratio * float(np.clip(RADIUS * (2000.0 / max(len(codes), 1)) ** 0.25, LEAST, RADIUS))
    draw_dots(pixels, places, radius, coloring.colors)
    splat(ids, places, numbers, max(1, round(radius)))
    return RowPicture(window, snapshot, pixels, ids, 0, np.empty((0, 2)), coloring.limits, coloring.legend)
