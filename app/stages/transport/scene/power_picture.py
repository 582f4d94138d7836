"""The power diagram of a transport as a picture of the disk, at any zoom."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from app.scene.disk import DiskPicture, Window
from app.scene.lines import draw_lines
from app.scene.palette import Palette
from app.scene.raster import NOTHING, face_picture
from app.scene.snapshot import Snapshot
from app.stages.transport.scene.site_quantities import site_coloring
from core.transport.location import CellLocator, cell_locator
from core.transport.transport import Transport

SAMPLES = 2
"""Samples along each side of a pixel."""
FAINT, CLEAR = 3.0, 12.0
"""Mean size of a cell, in pixels, up to which no edges are seen, and from which they are drawn in full."""
EDGE_WIDTH, SINGULAR_WIDTH = 0.8, 2.0
"""Widths of the edges between cells and of the singular set, in pixels."""


@dataclass(frozen=True, eq=False)
class SitePlane:
    """A transport with what pictures of it need again and again.

    Parameters
    ----------
    transport : Transport
        The solved transport.
    faces : (f, 3) int64 array
        Triangles of its surface; none for a table.
    rows : (n, 3) uint8 array or None
        Colours of the rows of a table by their classes.
    """

    transport: Transport
    faces: np.ndarray
    rows: np.ndarray | None = None

    @cached_property
    def locator(self) -> CellLocator:
        """Finds the cell of a point."""
        return cell_locator(self.transport.map.diagram)


@dataclass(frozen=True, eq=False)
class PowerLook:
    """How a power diagram is drawn.

    Parameters
    ----------
    key : str
        One of `SITE_KEYS`.
    singular : (k,) int64 array
        Edges of the diagram that are drawn as singular.
    palette : Palette
        Colours of the theme.
    """

    key: str
    singular: np.ndarray
    palette: Palette


@dataclass(frozen=True, eq=False)
class PowerPicture(DiskPicture):
    """A picture of a power diagram; `ids` are sites of the map.

    Parameters
    ----------
    plane : SitePlane
        Whose cells are seen.
    """

    plane: SitePlane

    def vertex_at(self, x: float, y: float, reach: int = 4) -> int | None:
        """Return the vertex that the site of the cell under a pixel stands for."""
        column, row = int(np.floor(x)), int(np.floor(y))
        height, width = self.ids.shape
        if not (0 <= row < height and 0 <= column < width) or self.ids[row, column] == NOTHING:
            return None
        return int(self.plane.transport.vertex_of_site[self.ids[row, column]])


def power_picture(
    plane: SitePlane, snapshot: Snapshot, look: PowerLook, window: Window, ratio: float = 1.0
) -> PowerPicture:
    """Return a picture of the power diagram in a window.

    Parameters
    ----------
    plane : SitePlane
        The transport.
    snapshot : Snapshot
        Where the linked points are.
    look : PowerLook
        How to draw it.
    window : Window
        The part of the plane to show.
    ratio : float
        Device pixels per device-independent pixel.
    """
    diagram = plane.transport.map.diagram
    ids = _site_ids(plane.locator, window)
    coloring = site_coloring(plane.transport, plane.faces, look.key, plane.rows)
    pixels = face_picture(ids, coloring.colors, SAMPLES)
    places = window.places(diagram.segments.reshape(-1, 2))
    ends = np.arange(len(places)).reshape(-1, 2)
    size = np.sqrt(np.pi / len(diagram.sites)) * window.scale / ratio
    clearness = float(np.clip((size - FAINT) / (CLEAR - FAINT), 0.0, 1.0))
    if clearness > 0.0:
        draw_lines(pixels, places, ends, np.arange(len(ends)), ratio * EDGE_WIDTH, look.palette.sheet, clearness)
    draw_lines(pixels, places, ends, np.asarray(look.singular), ratio * SINGULAR_WIDTH, look.palette.flipped)
    return PowerPicture(
        window,
        snapshot,
        pixels,
        ids[::SAMPLES, ::SAMPLES],
        0,
        np.empty((0, 2)),
        coloring.limits,
        coloring.legend,
        plane,
    )


def _site_ids(locator: CellLocator, window: Window) -> np.ndarray:
    """Return the site whose cell covers each sample, (samples · height, samples · width) int32."""
    height, width = SAMPLES * window.height, SAMPLES * window.width
    left, top = window.code(0.0, 0.0)
    step = 1.0 / (SAMPLES * window.scale)
    x = left + (np.arange(width) + 0.5) * step
    y = top - (np.arange(height) + 0.5) * step
    inside = x[None, :] ** 2 + y[:, None] ** 2 <= 1.0
    rows, columns = np.nonzero(inside)
    ids = np.full((height, width), NOTHING, np.int32)
    ids[rows, columns] = locator(np.column_stack([x[columns], y[rows]]))
    return ids
