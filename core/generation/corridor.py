"""Where in the latent disk a shortest path is to be looked for, told by a coarse search."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float64, Int64
from scipy.ndimage import binary_dilation, binary_erosion
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from core.base.arrays import frozen
from core.charts.autoencoder import Autoencoder
from core.charts.latent_image import LatentImage

ACROSS = 160
"""Squares across the disk."""
_LONGER = 1.04
"""How much longer than the shortest way through the squares a way may be that is in the corridor."""
_STEPS = ((1, 0), (0, 1), (1, 1), (1, -1), (2, 1), (2, -1), (1, 2), (1, -2))
"""From a square to others, and back: sixteen directions."""


@dataclass(frozen=True, eq=False)
class Corridor:
    """Squares of the plane of codes.

    Parameters
    ----------
    open : (n, n) bool array
        The squares of the corridor, among those that cover the square from -1 to 1.
    """

    open: Bool[np.ndarray, "n n"]

    def __post_init__(self) -> None:
        object.__setattr__(self, "open", frozen(self.open, bool, (None, None)))

    def _square(self, codes: Float64[np.ndarray, "m 2"]) -> tuple[Int64[np.ndarray, " m"], Int64[np.ndarray, " m"]]:
        n = len(self.open)
        place = np.clip(((codes + 1.0) * (n / 2.0)).astype(np.int64), 0, n - 1)
        return place[:, 0], place[:, 1]

    def meets(self, codes: Float64[np.ndarray, "v 2"], triangles: Int64[np.ndarray, "f 3"]) -> Bool[np.ndarray, " f"]:
        """Return which triangles have a corner in it."""
        inside = self.open[self._square(codes)]
        return inside[triangles[:, 0]] | inside[triangles[:, 1]] | inside[triangles[:, 2]]

    def keeps(self, codes: Float64[np.ndarray, "m 2"]) -> bool:
        """Return whether codes lie in squares that have none but open ones around them, those beyond the disk aside."""
        middle = (np.indices(self.open.shape) + 0.5) * (2.0 / len(self.open)) - 1.0
        beyond = np.hypot(*middle) > 1.0 + 3.0 / len(self.open)
        inner = binary_erosion(self.open | beyond, np.ones((3, 3), bool), border_value=1)
        return bool(inner[self._square(codes)].all())


def corridor(
    autoencoder: Autoencoder, latent: LatentImage, start: Float64[np.ndarray, " 2"], stop: Float64[np.ndarray, " 2"]
) -> Corridor | None:
    """Find the squares through which ways lead that are hardly longer than the shortest.

    Parameters
    ----------
    autoencoder : Autoencoder
        Whose decoder measures lengths, at the middles of the squares.
    latent : LatentImage
        Where codes of the surface lie: ways keep to them where both ends do.
    start, stop : (2,) float64 array
        Codes in the disk.

    Returns
    -------
    Corridor or None
        The squares; None where no way leads from one end to the other.
    """
    n = ACROSS
    codes = ((np.indices((n, n)).reshape(2, -1).T + 0.5) * (2.0 / n)) - 1.0
    usable = np.hypot(*codes.T) < 1.0 - 1.0 / n
    if latent.contains(np.stack([start, stop])).all():
        usable &= latent.contains(codes)
    if not usable.any():
        return None
    ends = [int(np.where(usable, ((codes - code) ** 2).sum(1), np.inf).argmin()) for code in (start, stop)]
    number = np.full(n * n, -1)
    number[usable] = np.arange(usable.sum())
    points = autoencoder.decode(codes[usable])
    rows, columns = _links(number.reshape(n, n))
    lengths = np.maximum(np.linalg.norm(points[rows] - points[columns], axis=1), np.finfo(float).tiny)
    graph = csr_matrix((lengths, (rows, columns)), (len(points), len(points)))
    here, there = dijkstra(graph, directed=False, indices=number[ends])
    shortest = float(here[number[ends[1]]])
    if not np.isfinite(shortest):
        return None
    near = np.zeros(n * n, bool)
    near[usable] = here + there <= _LONGER * shortest
    near[ends] = True
    return Corridor(binary_dilation(near.reshape(n, n), np.ones((3, 3), bool), iterations=3))


def _links(number: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Numbers of squares that a step leads from and to."""
    n = len(number)
    rows: list[np.ndarray] = []
    columns: list[np.ndarray] = []
    for i, j in _STEPS:
        first = number[max(-i, 0) : n - max(i, 0), max(-j, 0) : n - max(j, 0)]
        second = number[max(i, 0) : n - max(-i, 0), max(j, 0) : n - max(-j, 0)]
        both = (first >= 0) & (second >= 0)
        rows.append(first[both])
        columns.append(second[both])
    return np.concatenate(rows), np.concatenate(columns)
