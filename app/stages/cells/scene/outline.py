"""Where a cell of the decoder lies in space: on the surface, exactly, and its image."""

import numpy as np

from app.scene.outline import SpaceOutline
from app.stages.cells.scene.colors import CellPlane
from core.base.progress import finish
from core.charts.autoencoder import Autoencoder
from core.data.surface import Surface
from core.relu.surface_decomposition import surface_decomposition

MARGIN = 0.5
"""How far the encoder may bend the image of a triangle out of its corners' box, in sizes of that box."""
MOST_TRIANGLES = 3000
"""A cell that may meet more triangles than this is outlined by its image alone."""


def surface_outline(
    surface: Surface, autoencoder: Autoencoder, plane: CellPlane, cell: int, codes: np.ndarray
) -> SpaceOutline | None:
    """Return what the encoder sends into a cell of the decoder, None where that is nothing or too much.

    Parameters
    ----------
    surface : Surface
        The surface, in input units.
    autoencoder : Autoencoder
        Its networks.
    plane : CellPlane
        The cells of the decoder.
    cell : int
        One of them.
    codes : (n, 2) array
        Codes of the vertices.

    Notes
    -----
    The triangles that can meet the cell are cut by encoder and decoder together; of their pieces those in the cell
    count. No more of the surface is looked at, so that it takes milliseconds.
    """
    polygon = plane.cells.polygon(cell)
    corners = np.asarray(codes, np.float64)[surface.faces]
    low, high = corners.min(1), corners.max(1)
    room = MARGIN * (high - low)
    near = np.flatnonzero(((low - room <= polygon.max(0)) & (high + room >= polygon.min(0))).all(1))
    if not 0 < len(near) <= MOST_TRIANGLES:
        return None
    used, faces = np.unique(surface.faces[near], return_inverse=True)
    part = Surface(surface.vertices[used], faces.reshape(-1, 3))
    centre, scale = autoencoder.centre, autoencoder.scale
    pieces = finish(surface_decomposition(part, autoencoder.encoder, centre, scale, autoencoder.decoder))
    middles = np.add.reduceat(pieces.codes[pieces.corners], pieces.offsets[:-1]) / pieces.sizes[:, None]
    inside = plane.cells.cell_at(middles) == cell
    if not inside.any():
        return None
    beside = np.where(pieces.edge_cells >= 0, inside[pieces.edge_cells], False)
    border = pieces.vertices[pieces.edges[beside[:, 0] != beside[:, 1]]] + pieces.origin
    return SpaceOutline(tuple(pieces.polygon(int(k)) + pieces.origin for k in np.flatnonzero(inside)), border)
