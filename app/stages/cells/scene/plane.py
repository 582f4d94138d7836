"""Cells of the decoder in the latent plane as a picture, at any zoom."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np

from app.scene.disk import DiskPicture, Hit, Lines, Shapes, Window
from app.scene.lines import draw_lines
from app.scene.palette import Palette
from app.scene.raster import NOTHING, face_picture
from app.scene.row_picture import draw_rows
from app.scene.snapshot import Coloring, Snapshot, rgb
from app.stages.cells.display import CellsDisplay
from app.stages.cells.scene.colors import CellPlane, cell_coloring, shown_layers
from app.stages.cells.scene.flipped import FlippedPieces
from core.base.errors import BudaiError
from core.relu.affine_pieces import affine_pieces
from core.relu.cell_complex import CellComplex
from core.relu.cell_raster import fill_polygons
from core.relu.decomposition import clip_rectangle, decompose
from core.relu.polygonal_complex import PolygonalComplex

SAMPLES = 2
"""Samples along each side of a pixel."""
PART = 0.1
"""Part of the disk below which what is in view is decomposed anew instead of being looked for among all cells."""
LAYER_WIDTHS = (2.0, 1.4, 1.0, 0.8, 0.7, 0.6)
"""Widths of the edges of each hidden layer, in pixels; further layers are drawn like the last."""
UNIT_WIDTH = 2.0
"""Width of the line of a single unit, in pixels."""
FAINT, CLEAR = 1.5, 12.0
"""Mean size of a cell, in pixels, up to which no edges are seen, and from which they are drawn in full."""
MOST_RINGS = 300
"""With more groups of flipped pieces than this, rings would hide the disk."""
RING_BELOW = 6.0
"""A group of flipped pieces smaller than this, in pixels, gets a ring."""


@dataclass(frozen=True)
class CellsLook:
    """How cells are to be drawn.

    Parameters
    ----------
    key : str
        Quantity to colour by.
    display : CellsDisplay
        Edges, layers, unit, pieces, flipped pieces.
    palette : Palette
        Colours of the theme.
    """

    key: str
    display: CellsDisplay
    palette: Palette


@dataclass(frozen=True, eq=False)
class CellsPicture(DiskPicture):
    """A picture of cells in the latent plane; `ids` are cells of `cells`.

    Parameters
    ----------
    cells : CellComplex
        All cells, or those of the part in view alone.
    n_in_view : int
        Number of cells that are seen.
    """

    cells: CellComplex
    n_in_view: int

    def vertex_at(self, x: float, y: float, reach: int = 4) -> int | None:
        """Return the vertex of the surface whose code is nearest to a pixel of the disk."""
        column, row = int(np.floor(x)), int(np.floor(y))
        height, width = self.ids.shape
        if not (0 <= row < height and 0 <= column < width) or self.ids[row, column] == NOTHING:
            return None
        return self.snapshot.nearest_vertex(self.window.code(x, y))

    def hit(self, x: float, y: float) -> Hit | None:
        """Return the code at a device pixel of the disk, with the vertex that is nearest."""
        vertex = self.vertex_at(x, y)
        return None if vertex is None else Hit(vertex, self.window.code(x, y))


def cells_in_view(plane: CellPlane, window: Window) -> CellComplex | None:
    """Return a complex that holds all cells seen in a window: all of the plane, or those in view decomposed anew.

    None where nothing of the disk is in view.
    """
    corner, other = np.array(window.code(0.0, window.height)), np.array(window.code(window.width, 0.0))
    low, high = np.minimum(corner, other), np.maximum(corner, other)
    inside = np.minimum(high, 1.0) - np.maximum(low, -1.0)
    if (inside <= 0.0).any():
        return None
    if inside.prod() > PART * np.pi:
        return plane.cells
    try:
        return decompose(plane.cells.network, clip_rectangle(low, high, plane.cells.domain))
    except BudaiError:
        return None  # beside the polygon, inside its bounding square


def cells_picture(
    plane: CellPlane,
    snapshot: Snapshot,
    look: CellsLook,
    window: Window,
    ratio: float = 1.0,
    flipped: FlippedPieces | None = None,
) -> CellsPicture:
    """Return a picture of the cells in a window.

    Parameters
    ----------
    plane : CellPlane
        The cells of the decoder.
    snapshot : Snapshot
        With the codes of the surface.
    look : CellsLook
        How to draw them.
    window : Window
        The part of the plane to show.
    ratio : float
        Device pixels per device-independent pixel.
    flipped : FlippedPieces, optional
        Pieces of the encoder that are highlighted, if the display says so.
    """
    cells = cells_in_view(plane, window)
    ids = np.full((SAMPLES * window.height, SAMPLES * window.width), NOTHING, np.int32)
    coloring, rings, n_flipped = Coloring(np.zeros((0, 3), np.uint8)), np.empty((0, 2)), 0
    if cells is None:
        pixels = np.zeros((window.height, window.width), np.uint32)
        return CellsPicture(window, snapshot, pixels, ids[::SAMPLES, ::SAMPLES], 0, rings, None, None, plane.cells, 0)
    places = window.places(cells.vertices)
    fill_polygons(SAMPLES * places - 0.5, cells.offsets, cells.corners, ids)
    coloring = cell_coloring(cells, look.key, look.display, look.palette, plane)
    shown, colors = ids, coloring.colors
    if flipped is not None:
        n_flipped = flipped.n
        if look.display.highlight_flipped:
            shown, colors, rings = _with_flipped(ids, colors, flipped, window, ratio, look.palette)
    pixels = face_picture(shown, colors, SAMPLES)
    seen = np.bincount(ids[::SAMPLES, ::SAMPLES].ravel() + 1, minlength=cells.n_cells + 1)
    n_in_view, area = int(np.count_nonzero(seen[1:])), float(seen[1:].sum())
    size = np.sqrt(area / max(n_in_view, 1)) / ratio
    _draw_edges(pixels, cells, places, plane, look, ratio, _clearness(size))
    if snapshot.figure.is_cloud:
        draw_rows(pixels, snapshot, snapshot.row_coloring(look.palette).colors, window, ratio)
    return CellsPicture(
        window,
        snapshot,
        pixels,
        ids[::SAMPLES, ::SAMPLES],
        n_flipped,
        rings,
        coloring.limits,
        coloring.legend,
        cells,
        n_in_view,
        made_of=None if snapshot.figure.is_cloud else partial(_shapes, cells, plane, look, size, flipped),
    )


def _shapes(
    cells: CellComplex, plane: CellPlane, look: CellsLook, size: float, flipped: FlippedPieces | None
) -> Shapes:
    """Return the cells as polygons with their edges; `size` is the mean size of a cell, in pixels."""
    colors = cell_coloring(cells, look.key, look.display, look.palette, plane).colors
    points, offsets, corners = cells.vertices, cells.offsets, cells.corners
    if flipped is not None and flipped.n and look.display.highlight_flipped:
        over = np.array([rgb(look.palette.flipped)], np.uint8)
        colors = np.concatenate([colors, np.repeat(over, len(flipped.offsets) - 1, axis=0)])
        offsets = np.concatenate([offsets, len(corners) + flipped.offsets[1:]])
        corners = np.concatenate([corners, len(points) + flipped.corners])
        points = np.concatenate([points, flipped.codes])
    lines = []
    for layer, edges, opacity in _edges_by_layer(cells, plane, look, _clearness(size)):
        color, width = layer_style(layer, look.display, look.palette)
        lines.append(Lines(cells.vertices[cells.edges[edges]], color, width * (0.4 + 0.6 * opacity), opacity))
    return Shapes(points, offsets, corners, colors, tuple(lines))


def _clearness(size: float) -> float:
    """Return how clearly edges are drawn where cells are of a mean size in pixels: 0 to 1."""
    return float(np.clip((size - FAINT) / (CLEAR - FAINT), 0.0, 1.0))


def shown_edges(cells: PolygonalComplex, display: CellsDisplay) -> list[tuple[int, np.ndarray]]:
    """Return the layers whose edges are shown with these edges, the last layer first.

    Parameters
    ----------
    cells : PolygonalComplex
        Whose edges.
    display : CellsDisplay
        Which layers, or which unit alone.
    """
    if display.unit >= 0:
        edges = np.flatnonzero(cells.edge_unit == display.unit)
        ends = np.cumsum(cells.network.widths[1:-1])
        return [(int(np.searchsorted(ends, display.unit, side="right")), edges)]
    layer = cells.edge_layer
    return [(k, np.flatnonzero(layer == k)) for k in reversed(shown_layers(cells, display))]


def layer_style(layer: int, display: CellsDisplay, palette: Palette) -> tuple[str, float]:
    """Return colour and width of the edges of a layer."""
    color = palette.layers[min(layer, len(palette.layers) - 1)]
    if display.unit >= 0:
        return color, UNIT_WIDTH * display.edge_width
    return color, LAYER_WIDTHS[min(layer, len(LAYER_WIDTHS) - 1)] * display.edge_width


def _draw_edges(
    pixels: np.ndarray,
    cells: CellComplex,
    places: np.ndarray,
    plane: CellPlane,
    look: CellsLook,
    ratio: float,
    clearness: float,
) -> None:
    """Draw the edges that are shown, fainter and thinner where cells are small."""
    for layer, edges, opacity in _edges_by_layer(cells, plane, look, clearness):
        color, width = layer_style(layer, look.display, look.palette)
        draw_lines(pixels, places, cells.edges, edges, ratio * width * (0.4 + 0.6 * opacity), color, opacity)


def _edges_by_layer(
    cells: CellComplex, plane: CellPlane, look: CellsLook, clearness: float
) -> Iterator[tuple[int, np.ndarray, float]]:
    """Yield each layer that is shown with its edges and their opacity; that of a single unit is full."""
    alone = look.display.unit >= 0
    clearness = 1.0 if alone else clearness
    if clearness == 0.0:
        return
    inside = None
    if look.display.show == "pieces" and not alone:
        pieces = plane.pieces if cells is plane.cells else affine_pieces(cells)
        inside = cells.is_interior & (pieces[cells.edge_cells[:, 0]] == pieces[cells.edge_cells[:, 1]])
    for layer, edges in shown_edges(cells, look.display):
        yield layer, edges if inside is None else edges[~inside[edges]], clearness


def _with_flipped(
    ids: np.ndarray,
    colors: np.ndarray,
    flipped: FlippedPieces,
    window: Window,
    ratio: float,
    palette: Palette,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return ids and colours with the flipped pieces over the cells, and the middles of groups too small to see."""
    over = np.full(ids.shape, NOTHING, np.int32)
    fill_polygons(SAMPLES * window.places(flipped.codes) - 0.5, flipped.offsets, flipped.corners, over)
    shown = np.where(over != NOTHING, np.int32(len(colors)), ids)
    colors = np.concatenate([colors, np.array([rgb(palette.flipped)], np.uint8)])
    small = (flipped.high - flipped.low).max(1) * window.scale / ratio < RING_BELOW
    middles = 0.5 * (flipped.low + flipped.high)
    return shown, colors, middles[small] if len(middles) <= MOST_RINGS else np.empty((0, 2))
