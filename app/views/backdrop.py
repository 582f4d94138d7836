"""The decoded surface in clay: the backdrop on which points and ways are drawn."""

from dataclasses import dataclass

import numpy as np

from app.scene.palette import Palette
from app.scene.snapshot import Snapshot
from app.widgets.canvas.plotter import Mesh

DIM = 0.5
"""How bright clay is on a dark ground: what is drawn on it is what is to be seen."""


@dataclass(frozen=True, eq=False)
class Backdrop:
    """The decoded surface, and what it was made from.

    Parameters
    ----------
    snapshot : Snapshot
        The surface with its reconstruction.
    palette : Palette
        Colours of the theme.
    mesh : Mesh
        The surface.
    """

    snapshot: Snapshot
    palette: Palette
    mesh: Mesh


def backdrop_of(snapshot: Snapshot, palette: Palette) -> Backdrop:
    """Return the decoded surface, or the loaded one where there is none (runs in a thread)."""
    figure, share = snapshot.figure, DIM if palette.is_dark else 1.0
    if snapshot.reconstruction is None:
        colors = (share * snapshot.vertex_coloring("none", palette).colors).astype(np.uint8)
        return Backdrop(snapshot, palette, Mesh(figure.points, figure.faces, figure.normals, colors))
    colors = (share * snapshot.reconstruction_coloring("none", palette).colors).astype(np.uint8)
    mesh = Mesh(snapshot.reconstructed, figure.faces, snapshot.reconstructed_normals, colors)
    return Backdrop(snapshot, palette, mesh)
