"""Cells in space: the encoder's on the surface, and the decoder's images, one flat face each."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from app.scene.disk import Window
from app.scene.figure import Figure
from app.scene.palette import Palette
from app.scene.shading import CAVITY, darkened
from app.scene.snapshot import Coloring, Snapshot, rgb
from app.stages.cells.display import CellsDisplay
from app.stages.cells.scene.colors import CellPlane, cell_coloring
from app.stages.cells.scene.plane import CLEAR, FAINT, LAYER_WIDTHS, UNIT_WIDTH, CellsLook, cells_picture, shown_edges
from core.charts.autoencoder import Autoencoder
from core.geometry.nearest_triangle import weights_in_triangles
from core.relu.polygonal_complex import PolygonalComplex
from core.relu.surface_cell_complex import SurfaceCellComplex

FIGURE_PIXELS = 250_000
"""Pixels that a figure covers, roughly: tells how large its pieces are seen."""
FAINTEST = 0.08
"""Opacity below which lines are left out."""
TEXTURE = 1536
"""Side of the picture of the disk that is laid on a surface, in pixels."""
_VERTICES = 10_000
"""Vertices of cells that are decoded at a time."""
_RIM = (0xB4, 0xB2, 0xAE)
"""What the picture shows outside the disk."""


@dataclass(frozen=True, eq=False)
class SurfaceCells:
    """Pieces of a surface made ready to be drawn.

    Parameters
    ----------
    figure : Figure
        The surface in its drawing frame.
    pieces : SurfaceCellComplex
        Its pieces.
    """

    figure: Figure
    pieces: SurfaceCellComplex

    @cached_property
    def points(self) -> np.ndarray:
        """Vertices of the pieces in the drawing frame, (V, 3) float32."""
        return self.figure.drawn(self.pieces.positions)

    @cached_property
    def normals(self) -> np.ndarray:
        """Unit normals at the vertices, (V, 3) float32: those of the surface, interpolated."""
        pieces, figure = self.pieces, self.figure
        face = np.empty(len(pieces.vertices), np.int64)
        face[pieces.corners] = np.repeat(pieces.face, pieces.sizes)
        corners = pieces.surface.faces[face]
        weights = weights_in_triangles(pieces.vertices[corners], pieces.vertices)
        assert figure.normals is not None
        normals = np.einsum("vk,vkd->vd", weights, figure.normals[corners])
        length = np.linalg.norm(normals, axis=1, keepdims=True)
        return (normals / np.maximum(length, 1e-12)).astype(np.float32)

    @cached_property
    def hollow(self) -> np.ndarray:
        """How deep in a hollow each piece lies, (F,) float32: the mean over its triangle."""
        return self.figure.hollow[self.figure.faces].mean(1)[self.pieces.face]

    def vertex_colors(self, colors: np.ndarray) -> np.ndarray:
        """Return colours for the vertices of the surface, (n, 3) uint8: each that of a piece beside it."""
        result = np.empty((len(self.pieces.vertices), 3), np.uint8)
        result[self.pieces.corners] = np.repeat(colors, self.pieces.sizes, axis=0)
        return result[: len(self.figure.points)]

    def coloring(self, look: CellsLook, true_colors: bool = False) -> Coloring:
        """Return the colours of the pieces; those that are flipped stand out where the display says so."""
        found = cell_coloring(self.pieces, look.key, look.display, look.palette, None)
        colors = found.colors if true_colors else darkened(found.colors, self.hollow, CAVITY)
        if look.display.highlight_flipped and len(self.pieces.flipped):
            colors = colors.copy()
            colors[self.pieces.flipped] = rgb(look.palette.flipped)
        return Coloring(colors, found.limits, found.legend)


@dataclass(frozen=True, eq=False)
class ImageCells:
    """Images of the decoder's cells made ready to be drawn: what the network is, without sampling.

    Parameters
    ----------
    figure : Figure
        The surface in whose drawing frame they are shown.
    autoencoder : Autoencoder
        Whose decoder it is; a detail layer does not count.
    plane : CellPlane
        Its cells.
    """

    figure: Figure
    autoencoder: Autoencoder
    plane: CellPlane

    @cached_property
    def _cells_of(self) -> dict[str, np.ndarray]:
        """The codes that were asked for last, and their cells."""
        return {}

    @cached_property
    def points(self) -> np.ndarray:
        """Images of the vertices in the drawing frame, (V, 3) float32."""
        cells, networks = self.plane.cells, self.autoencoder
        if cells.maps is not None:
            return self.figure.drawn(cells.images * networks.scale + networks.centre)
        blocks = np.array_split(cells.vertices, len(cells.vertices) // _VERTICES + 1)  # images of a table are wide
        return np.concatenate([self.figure.drawn(networks.decode_network(block)) for block in blocks])

    def vertex_colors(self, colors: np.ndarray, codes: np.ndarray) -> np.ndarray:
        """Return colours for codes, (n, 3) uint8: each that of the cell in which it lies."""
        if codes is not self._cells_of.get("codes"):
            found = self.plane.cells.cell_at(np.asarray(codes, np.float64))
            self._cells_of.update(codes=codes, cells=np.maximum(found, 0))
        return colors[self._cells_of["cells"]]

    def coloring(self, look: CellsLook) -> Coloring:
        """Return the colours of the cells."""
        return cell_coloring(self.plane.cells, look.key, look.display, look.palette, self.plane)

    def image_of(self, corners: np.ndarray, cell: int) -> np.ndarray:
        """Return where the corners of a cell go, (n, 3), in the drawing frame."""
        matrix, shift = self.plane.cells.affine_map(np.array([cell]))
        images = corners @ matrix[0].T + shift[0]
        return self.figure.drawn(images * self.autoencoder.scale + self.autoencoder.centre)


@dataclass(frozen=True, eq=False)
class SpaceLines:
    """Edges to be drawn over pieces in space.

    Parameters
    ----------
    ends : (e, 2) int32 array
        The two vertices of each edge.
    colors : (e, 3) uint8 array
        The colour of its layer.
    width : float
        In pixels.
    opacity : float
        From 0 to 1.
    """

    ends: np.ndarray
    colors: np.ndarray
    width: float
    opacity: float


def space_lines(cells: PolygonalComplex, display: CellsDisplay, palette: Palette) -> SpaceLines | None:
    """Return the edges of the shown layers or unit, None where they would hide all else."""
    alone = display.unit >= 0
    size = np.sqrt(FIGURE_PIXELS / max(cells.n_polygons, 1))
    opacity = 1.0 if alone else float(np.clip((size - FAINT) / (CLEAR - FAINT), 0.0, 1.0))
    found = shown_edges(cells, display)
    if opacity < FAINTEST or display.edge_width <= 0.0 or not any(len(edges) for _, edges in found):
        return None
    chosen = np.concatenate([edges for _, edges in found])
    colors = [np.tile(np.array(rgb(_layer_color(palette, k)), np.uint8), (len(edges), 1)) for k, edges in found]
    width = (UNIT_WIDTH if alone else LAYER_WIDTHS[2]) * display.edge_width
    return SpaceLines(cells.edges[chosen], np.concatenate(colors), width, opacity)


def _layer_color(palette: Palette, layer: int) -> str:
    return palette.layers[min(layer, len(palette.layers) - 1)]


@dataclass(frozen=True, eq=False)
class DiskTexture:
    """A picture of the disk to be laid on a surface by its codes.

    Parameters
    ----------
    image : (h, w, 3) uint8 array
        The square around the disk.
    coloring : Coloring
        Limits and legend.
    """

    image: np.ndarray
    coloring: Coloring


def disk_texture(plane: CellPlane, snapshot: Snapshot, look: CellsLook) -> DiskTexture:
    """Return the picture of the decoder's cells for the square around the disk."""
    window = Window(TEXTURE, TEXTURE, 0.0, 0.0, 0.5 * TEXTURE)
    picture = cells_picture(plane, snapshot, look, window)
    parts = [(picture.pixels >> shift & 255).astype(np.uint16) for shift in (16, 8, 0)]
    missing = 255 - (picture.pixels >> 24).astype(np.uint16)
    image = np.stack([part + missing * rim // 255 for part, rim in zip(parts, _RIM, strict=True)], axis=2)
    return DiskTexture(image.astype(np.uint8), Coloring(np.zeros((0, 3), np.uint8), picture.limits, picture.legend))
