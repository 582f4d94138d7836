"""Where points belong in the disk, and where a method brings them, as a picture."""

from dataclasses import dataclass

import numpy as np

from app.scene.disk import DiskPicture, Hit, Window, face_near
from app.scene.dots import draw_dots, splat
from app.scene.lines import draw_lines
from app.scene.palette import Palette
from app.scene.points import latent_ground
from app.scene.raster import NOTHING
from app.scene.snapshot import Snapshot
from app.stages.denoising.scene.cloud import DenoisedCloud

BINS = 32
"""Colours of lines."""
LINE_WIDTH, DOT_RADIUS = 1.2, 2.2
"""In pixels."""
REACH = 4
"""A point is hit by pixels this far from its dot."""


@dataclass(frozen=True)
class ArrowLook:
    """How arrows are drawn.

    Parameters
    ----------
    key : str
        One of `POINT_QUANTITIES`.
    count : int
        How many at most.
    palette : Palette
        Colours of the theme.
    """

    key: str
    count: int
    palette: Palette


@dataclass(frozen=True, eq=False)
class PointPicture(DiskPicture):
    """A picture of points in the disk; `ids` are numbers of points, and so is the `vertex` of a hit.

    Parameters
    ----------
    codes : (n, 2) array
        Code of each point.
    """

    codes: np.ndarray

    def vertex_at(self, x: float, y: float, reach: int = REACH) -> int | None:
        """Return the point nearest to a device pixel."""
        return face_near(self.ids, x, y, reach)

    def hit(self, x: float, y: float) -> Hit | None:
        """Return the point at a device pixel, and its code."""
        point = self.vertex_at(x, y)
        return None if point is None else Hit(point, (float(self.codes[point, 0]), float(self.codes[point, 1])))


def arrows_picture(
    cloud: DenoisedCloud, snapshot: Snapshot, look: ArrowLook, window: Window, ratio: float = 1.0
) -> PointPicture:
    """Return a picture of arrows from true codes to those of a method, each with a dot at its end.

    Parameters
    ----------
    cloud : DenoisedCloud
        The points.
    snapshot : Snapshot
        The surface with its codes, drawn as a faint ground.
    look : ArrowLook
        How many, and how.
    window : Window
        The part of the plane to show.
    ratio : float
        Device pixels per device-independent pixel.
    """
    chosen = cloud.arrows(look.count)
    pixels = latent_ground(snapshot, look.palette, window)
    ends = np.arange(2 * len(chosen)).reshape(-1, 2)
    places = np.empty((2 * len(chosen), 2))
    places[0::2] = window.places(cloud.true_codes(chosen))
    places[1::2] = window.places(cloud.codes[chosen])
    coloring = cloud.coloring(look.key, False, look.palette, chosen)
    _draw_colored(pixels, places, ends, coloring.colors, LINE_WIDTH * ratio)
    draw_dots(pixels, places[1::2], DOT_RADIUS * ratio, coloring.colors)
    ids = np.full(pixels.shape, NOTHING, np.int32)
    splat(ids, places[1::2], chosen, round(DOT_RADIUS * ratio))
    return PointPicture(
        window, snapshot, pixels, ids, 0, np.empty((0, 2)), coloring.limits, coloring.legend, cloud.codes
    )


def _draw_colored(pixels: np.ndarray, places: np.ndarray, ends: np.ndarray, colors: np.ndarray, width: float) -> None:
    """Draw lines in colours of their own, those of like colour together."""
    keys, kind = np.unique(colors // (256 // BINS), axis=0, return_inverse=True)
    for k in range(len(keys)):
        chosen = np.flatnonzero(kind.ravel() == k)
        red, green, blue = (int(part) for part in colors[chosen[0]])
        draw_lines(pixels, places, ends, chosen, width, f"#{red:02X}{green:02X}{blue:02X}")
