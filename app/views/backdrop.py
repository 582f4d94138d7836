"""The decoded surface in clay: the backdrop on which points and ways are drawn."""

from dataclasses import dataclass

import numpy as np

from app.scene.figure import vertex_normals
from app.scene.palette import Palette
from app.scene.snapshot import Snapshot, rgb
from app.widgets.canvas.plotter import Mesh

DIM = 0.5
"""How bright clay is on a dark ground: what is drawn on it is what is to be seen."""

PALE = 0.4
"""How much of their colour points keep where they are the backdrop."""
AROUND = 0.8
"""How bright the other charts are beside the one that is shown."""


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
    around : Mesh, optional
        What of the welded surface lies around it, where it is a chart.
    """

    snapshot: Snapshot
    palette: Palette
    mesh: Mesh
    around: Mesh | None = None


def backdrop_of(snapshot: Snapshot, palette: Palette) -> Backdrop:
    """Return the decoded surface, or the loaded one where there is none (runs in a thread)."""
    figure, share = snapshot.figure, DIM if palette.is_dark else 1.0
    if figure.is_cloud:  # rows of a table: of pale colour, as they are decoded
        points = figure.points if snapshot.reconstruction is None else snapshot.reconstructed
        pale = PALE * snapshot.row_coloring(palette).colors + (1.0 - PALE) * np.array(rgb(palette.view))
        return Backdrop(snapshot, palette, Mesh(points, figure.faces, None, pale.astype(np.uint8)))
    if snapshot.reconstruction is None:
        colors = (share * snapshot.vertex_coloring("none", palette).colors).astype(np.uint8)
        return Backdrop(snapshot, palette, Mesh(figure.points, figure.faces, figure.normals, colors))
    colors = (share * snapshot.reconstruction_coloring("none", palette).colors).astype(np.uint8)
    mesh = Mesh(snapshot.reconstructed, figure.faces, snapshot.reconstructed_normals, colors)
    return Backdrop(snapshot, palette, mesh, _around(snapshot, palette, share))


def _around(snapshot: Snapshot, palette: Palette, share: float) -> Mesh | None:
    """The welded surface around a chart, a little apart from it in colour; None where there is none."""
    part, points = snapshot.figure.part, snapshot.reconstructed_around
    if part is None or points is None or snapshot.whole_reconstruction is None:
        return None
    whole = part.whole.drawn(snapshot.whole_reconstruction)
    normals = vertex_normals(whole, part.whole.faces)[part.around_vertices]
    color = (AROUND * share * np.array(rgb(palette.clay))).astype(np.uint8)
    return Mesh(points, part.around_faces, normals, np.tile(color, (len(points), 1)))
