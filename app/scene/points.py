"""What pictures of points have in common."""

import numpy as np

from app.scene.disk import SAMPLES, Window
from app.scene.palette import Palette
from app.scene.raster import NOTHING, face_picture, plane_faces
from app.scene.row_picture import draw_rows
from app.scene.snapshot import Snapshot, rgb

GROUND = {True: "#1F2227", False: "#EDEFF2"}
"""Colour of the latent image under the lines, on a dark and on a light sheet."""
POINT_QUANTITIES: dict[str, tuple[str, str]] = {
    "distance": ("Distance", "Distance, %\nof diagonal"),
    "position": ("Position error", "Position\nerror, %"),
    "moved": ("Moved by", "Moved by, %\nof diagonal"),
    "none": ("None", ""),
}
"""What points can be coloured by: name in the menu and title of the colour bar, not translated."""


def spread(n: int, most: int) -> np.ndarray:
    """Return at most so many numbers below n, evenly spread, (k,) int64."""
    return np.linspace(0, n - 1, min(n, most)).astype(np.int64)


FAINT = 0.35
"""How much of the colour of a class is left in what lies behind."""


def latent_ground(snapshot: Snapshot, palette: Palette, window: Window) -> np.ndarray:
    """Return the (h, w) uint32 pixels of the latent image of the surface in one faint colour."""
    assert snapshot.codes is not None
    if snapshot.figure.is_cloud:
        return _faint_rows(snapshot, palette, window)
    faces = snapshot.figure.faces
    places = SAMPLES * window.places(snapshot.codes)
    still = np.zeros(len(faces), bool)
    ids = plane_faces(places, faces, still, SAMPLES * window.width, SAMPLES * window.height)
    color = GROUND[palette.is_dark]
    one = np.array([[int(color[k : k + 2], 16) for k in (1, 3, 5)]], np.uint8)
    return face_picture(np.where(ids == NOTHING, NOTHING, 0).astype(np.int32), one, SAMPLES)


def _faint_rows(snapshot: Snapshot, palette: Palette, window: Window) -> np.ndarray:
    """Return the codes of a table in pale colours of their classes."""
    pixels = np.zeros((window.height, window.width), np.uint32)
    colors = FAINT * snapshot.row_coloring(palette).colors + (1.0 - FAINT) * np.array(rgb(palette.sheet))
    draw_rows(pixels, snapshot, colors.astype(np.uint8), window, 1.0)
    return pixels
