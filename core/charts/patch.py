"""What one chart learns: vertices and faces of a surface, or rows of a table."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64, Int64

from core.base.arrays import frozen
from core.data.surface import Surface


@dataclass(frozen=True, eq=False)
class Patch:
    """A part of some data, with its own numbers.

    Parameters
    ----------
    vertices : (n,) int64 array
        Vertex of the surface, or row of the table, that each vertex of the patch stands for; along a cut one vertex
        of the surface has several.
    faces : (f,) int64 array
        Faces of the surface, in the order in which the patch has them; none of a table.
    corners : (f, 3) int64 array
        The same faces by the numbers that vertices have in the patch.
    weights : (n,) float64 array
        Share of this patch in what is said of a vertex: over all patches they sum to 1 there.

    Raises
    ------
    ValueError
        If the shapes do not fit, a number is out of range, or a weight lies outside [0, 1].
    """

    vertices: Int64[np.ndarray, " n"]
    faces: Int64[np.ndarray, " f"]
    corners: Int64[np.ndarray, "f 3"]
    weights: Float64[np.ndarray, " n"]

    def __post_init__(self) -> None:
        set_ = object.__setattr__
        set_(self, "vertices", frozen(self.vertices, np.int64, (None,)))
        set_(self, "faces", frozen(self.faces, np.int64, (None,)))
        set_(self, "corners", frozen(self.corners, np.int64, (len(self.faces), 3)))
        set_(self, "weights", frozen(self.weights, np.float64, (len(self.vertices),)))
        if len(self.vertices) and self.vertices.min() < 0:
            raise ValueError("a vertex is numbered from 0")
        if len(self.corners) and not (self.corners.min() >= 0 and self.corners.max() < len(self.vertices)):
            raise ValueError("a corner is no vertex of the patch")
        if not ((self.weights >= 0.0) & (self.weights <= 1.0)).all():
            raise ValueError("weights must lie between 0 and 1")

    def __len__(self) -> int:
        """Number of its vertices, or rows."""
        return len(self.vertices)

    def surface(self, whole: Surface) -> Surface:
        """Return the patch as a surface of its own."""
        colors = None if whole.colors is None else whole.colors[self.vertices]
        scalars = {name: values[self.vertices] for name, values in whole.scalars.items()}
        return Surface(whole.vertices[self.vertices], self.corners, colors=colors, scalars=scalars)


def whole_patch(n_vertices: int, faces: Int64[np.ndarray, "f 3"]) -> Patch:
    """Return the one patch that is everything: what a single chart learns."""
    return Patch(np.arange(n_vertices), np.arange(len(faces)), faces, np.ones(n_vertices))
