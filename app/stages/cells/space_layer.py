"""Cells on the figures in space: pieces of the surface, images of cells, or the disk laid on as a picture."""

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np

from app.scene.palette import Palette
from app.scene.snapshot import Coloring, Snapshot
from app.stages.cells.display import CellsDisplay
from app.stages.cells.presenter import ShownCells
from app.stages.cells.scene.colors import CELL_KEYS, QUANTITIES
from app.stages.cells.scene.plane import MOST_RINGS, CellsLook
from app.stages.cells.scene.space import DiskTexture, ImageCells, SurfaceCells, disk_texture, space_lines
from app.style.theme import Theme
from app.style.translation import tr
from app.views.layers import LayerWords, SpaceLayer
from app.widgets.canvas.chips import Chip
from app.widgets.canvas.figure_drawing import Facets
from app.widgets.canvas.newest import Newest
from app.widgets.canvas.plotter import Lines, Polygons
from app.widgets.canvas.surface_canvas import SurfaceCanvas
from core.relu.polygonal_complex import PolygonalComplex


@dataclass(frozen=True, eq=False)
class Appearance:
    """What is put on a figure.

    Parameters
    ----------
    snapshot : Snapshot
        What it was made for.
    coloring : Coloring
        Limits and legend.
    facets : Facets or None
        Polygons in place of the mesh.
    vertex_colors : (n, 3) uint8 array or None
        Colours of the mesh, for when it has to be drawn quickly.
    texture : DiskTexture or None
        A picture of the disk, laid on by the codes.
    caption : str
        What is drawn.
    n_flipped : int
        Flipped pieces among them.
    """

    snapshot: Snapshot
    coloring: Coloring
    facets: Facets | None
    vertex_colors: np.ndarray | None
    texture: DiskTexture | None
    caption: str
    n_flipped: int = 0


Shape = SurfaceCells | ImageCells
MakeShape = Callable[[ShownCells, Snapshot], Shape | None]
"""Returns what can be drawn as polygons, None where the disk has to be laid on as a picture."""


def surface_shape(cells: ShownCells, snapshot: Snapshot) -> Shape | None:
    """Return the encoder's pieces on the surface, where they were computed."""
    encoder = cells.cells.encoder if cells.cells is not None else None
    return SurfaceCells(snapshot.figure, encoder) if encoder is not None and not snapshot.is_live else None


def flipped_chips(n: int, display: CellsDisplay, theme: Theme) -> tuple[Chip, ...]:
    """Return the remark that an encoder turns pieces of the surface over or flattens them, where it does."""
    if not n or not display.highlight_flipped:
        return ()
    text = tr("1 flipped piece") if n == 1 else tr("{n} flipped pieces", n=f"{n:,}")
    return (Chip(text, "flipped", theme.icon("warning-fill", "flipped")),)


class CellsSpaceLayer(SpaceLayer):
    """Dresses the figure of one canvas in cells.

    Parameters
    ----------
    canvas : SurfaceCanvas
        Where the figure is drawn.
    theme : Theme
        The look.
    executor : Executor
        Computes.
    make_shape : callable
        What is drawn as polygons.
    needs_plane : bool
        Whether the figure is the image of the disk, which takes cells of the decoder.
    """

    quantities = tuple(QUANTITIES.values())

    def __init__(
        self, canvas: SurfaceCanvas, theme: Theme, executor: Executor, make_shape: MakeShape, needs_plane: bool = False
    ) -> None:
        super().__init__(canvas)
        self._canvas, self._theme, self._make_shape, self._needs_plane = canvas, theme, make_shape, needs_plane
        self.cells: ShownCells | None = None
        self.display = CellsDisplay()
        self.appearance: Appearance | None = None
        self._shape: tuple[ShownCells, Snapshot, Shape | None] | None = None
        self._polygons: tuple[Shape, Polygons] | None = None
        self.appearances = Newest(executor, self)
        self.appearances.done.connect(self._on_appearance)

    def show_cells(self, cells: ShownCells | None, display: CellsDisplay) -> None:
        """Show other cells, or the same in another way."""
        self.cells, self.display = cells, display
        self.changed.emit()

    def is_ready(self, key: str, snapshot: Snapshot) -> bool:
        if self.cells is None or snapshot.codes is None or (self._needs_plane and self.cells.plane is None):
            return False
        if snapshot.figure.is_cloud and not self._needs_plane:  # rows of a table lie on no surface to be cut
            return False
        return self.cells.plane is not None or self._shape_of(snapshot) is not None

    def draw(self, key: str, snapshot: Snapshot, palette: Palette, true_colors: bool) -> None:
        assert self.cells is not None
        look, shape = CellsLook(key, self.display, palette), self._shape_of(snapshot)
        kept = self._polygons[1] if self._polygons is not None and self._polygons[0] is shape else None
        self.appearances.submit(_appearance, self.cells, shape, kept, snapshot, look, true_colors)

    def clear(self) -> None:
        self.appearances.forget()
        if self.appearance is not None:
            self.appearance = None
            self._canvas.set_rings(None)
            self._canvas.drawing.set_facets(None)
            self._canvas.drawing.set_texture(None, None)

    def words(self) -> LayerWords | None:
        if self.appearance is None:
            return None
        chips = flipped_chips(self.appearance.n_flipped, self.display, self._theme)
        outdated = self.cells is not None and self.cells.is_outdated
        return LayerWords(self.appearance.caption, chips, outdated, self.appearance.coloring.legend)

    def close(self) -> None:
        self.appearances.forget()

    def _shape_of(self, snapshot: Snapshot) -> Shape | None:
        """Return what is drawn as polygons: the same for all colours."""
        assert self.cells is not None
        known = self._shape
        same = known is not None and known[0].cells is self.cells.cells and known[0].plane is self.cells.plane
        if known is None or not same or known[1].figure is not snapshot.figure or snapshot.is_live:
            self._shape = self.cells, snapshot, self._make_shape(self.cells, snapshot)
        assert self._shape is not None
        return self._shape[2]

    def _on_appearance(self, appearance: Appearance) -> None:
        mesh = self._canvas.mesh
        if mesh is None or self.cells is None:
            return
        self.appearance = appearance
        drawing = self._canvas.drawing
        if appearance.facets is not None:
            assert self._shape is not None
            if self._shape[2] is not None:
                self._polygons = self._shape[2], appearance.facets.polygons
            drawing.set_texture(None, None)
            if appearance.vertex_colors is not None and len(appearance.vertex_colors) == len(mesh.points):
                drawing.set_colors(appearance.vertex_colors)
            drawing.set_facets(appearance.facets)
        elif appearance.texture is not None and len(appearance.snapshot.codes) == len(mesh.points):  # type: ignore[arg-type]
            drawing.set_facets(None)
            drawing.set_colors(np.full((len(mesh.points), 3), 255, np.uint8))
            drawing.set_texture(0.5 + 0.5 * np.asarray(appearance.snapshot.codes), appearance.texture.image)
        self._canvas.set_rings(self._rings(appearance))
        self.drawn.emit()

    def _rings(self, appearance: Appearance) -> np.ndarray | None:
        """Return the places of flipped pieces that are too small to be seen, in the drawing frame."""
        flipped = self.cells.flipped if self.cells is not None else None
        if flipped is None or not appearance.n_flipped or not self.display.highlight_flipped:
            return None
        return appearance.snapshot.figure.drawn(flipped.points) if len(flipped.points) <= MOST_RINGS else None


def _appearance(
    cells: ShownCells,
    shape: Shape | None,
    kept: Polygons | None,
    snapshot: Snapshot,
    look: CellsLook,
    true_colors: bool,
) -> Appearance:
    """Compute what is put on a figure (runs in a thread)."""
    assert look.key in CELL_KEYS
    if shape is None:
        assert cells.plane is not None
        texture = disk_texture(cells.plane, snapshot, look)
        caption = tr("cells of the decoder, through the chart")
        return Appearance(snapshot, texture.coloring, None, None, texture, caption)
    if isinstance(shape, SurfaceCells):
        complex_: PolygonalComplex = shape.pieces
        coloring = shape.coloring(look, true_colors)
        colors = shape.vertex_colors(coloring.colors)
        n_flipped = len(shape.pieces.flipped)
        polygons = kept or Polygons(shape.points, complex_.offsets, complex_.corners, shape.normals)
        caption = tr("{n} cells of the encoder", n=f"{shape.pieces.n_cells:,}")
    else:
        complex_, coloring, n_flipped = shape.plane.cells, shape.coloring(look), 0
        assert snapshot.codes is not None
        colors = shape.vertex_colors(coloring.colors, snapshot.codes)
        polygons = kept or Polygons(shape.points, complex_.offsets, complex_.corners, None)
        caption = tr("exact, one face a cell")
        if shape.autoencoder.detail is not None:
            caption = tr("exact, one face a cell, without the detail layer")
    edges = space_lines(complex_, look.display, look.palette)
    lines = edges and Lines(shape.points, edges.ends, edges.colors, edges.width, edges.opacity)
    return Appearance(snapshot, coloring, Facets(polygons, coloring.colors, lines), colors, None, caption, n_flipped)
