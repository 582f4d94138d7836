"""The cells of a ReLU network in a convex polygon."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64, Int64

from core.arrays import frozen
from core.relu.relu_map import ReluMap


@dataclass(frozen=True, eq=False)
class CellComplex:
    """A polygonal complex in the plane whose cells are the sets of one activation pattern.

    Parameters
    ----------
    network : ReluMap
        The network whose cells these are.
    domain : (d, 2) float64 array
        Corners of the domain, a convex polygon, counter-clockwise.
    vertices : (V, 2) float64 array
        Positions.
    offsets : (F + 1,) int64 array
        Cell k has the corners ``corners[offsets[k]:offsets[k + 1]]``.
    corners : (m,) int32 array
        Vertices of the cells, counter-clockwise. Indices have 32 bits, for the sake of a million cells.
    edges : (E, 2) int32 array
        Start and end of each edge; the unit it belongs to is active on its left.
    edge_cells : (E, 2) int32 array
        Cell to the left and to the right; -1 outside the domain.
    edge_unit : (E,) int32 array
        Hidden unit on whose zero set the edge lies, units numbered layer by layer; -1 on the border of the domain.
    pattern_hash : (F,) uint64 array
        Hash of the activation pattern: equal where patterns are equal, the same in every run.
    n_merged : int
        Slivers below the resolution of float64 that were merged with a neighbour.

    Notes
    -----
    A cell is a connected set of one activation pattern (definition 4.7 of Lei, Luo, Yau and Gu, arXiv 1805.10451); a
    unit that is identically zero on a cell counts as inactive.
    """

    network: ReluMap
    domain: Float64[np.ndarray, "d 2"]
    vertices: Float64[np.ndarray, "V 2"]
    offsets: Int64[np.ndarray, " F1"]
    corners: np.ndarray
    edges: np.ndarray
    edge_cells: np.ndarray
    edge_unit: np.ndarray
    pattern_hash: np.ndarray
    n_merged: int = 0

    def __post_init__(self) -> None:
        for name, dtype, shape in (
            ("domain", np.float64, (None, 2)),
            ("vertices", np.float64, (None, 2)),
            ("offsets", np.int64, (None,)),
            ("corners", np.int32, (None,)),
            ("edges", np.int32, (None, 2)),
            ("edge_cells", np.int32, (None, 2)),
            ("edge_unit", np.int32, (None,)),
            ("pattern_hash", np.uint64, (None,)),
        ):
            value = getattr(self, name)
            if isinstance(value, np.ndarray) and value.dtype == dtype and value.base is None:
                value.flags.writeable = False  # made by the kernel for this value alone: too large to copy
            object.__setattr__(self, name, frozen(value, dtype, shape))

    @property
    def n_cells(self) -> int:
        """Number of cells."""
        return len(self.offsets) - 1
