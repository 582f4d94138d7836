"""A continuous piecewise-linear correction of the decoder on a planar lattice."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float64, Int64

from core.base.arrays import frozen

DIRECTIONS = np.array([[1, 0], [0, 1], [1, 1]])
"""Steps along the three families of edges of the Kuhn triangulation."""


@dataclass(frozen=True, eq=False)
class DetailLayer:
    """Values on a lattice of the latent plane, affine on each triangle of its Kuhn triangulation, zero outside.

    Parameters
    ----------
    origin : (2,) float64 array
        Position of node (0, 0), in latent units.
    spacing : float
        Distance of neighbouring nodes, in latent units.
    values : (n0, n1, 3) float64 array
        Correction at node (i, j), which lies at origin + spacing (i, j), in normalized units; every number
        representable in float32, as the files hold it.

    Raises
    ------
    ValueError
        If a number is not finite, the spacing is not positive, or there is no node.

    Notes
    -----
    Each square is cut by its diagonal from (i, j) to (i + 1, j + 1). With q = (z - node) / spacing the layer is the sum
    over the nodes of value times relu(1 + min(0, q1, q2) - max(0, q1, q2)), so it is a ReLU network itself and
    decoder plus layer stays piecewise affine. Beyond the outermost nodes it falls to zero within one square.
    """

    origin: Float64[np.ndarray, " 2"]
    spacing: float
    values: Float64[np.ndarray, "n0 n1 3"]

    def __post_init__(self) -> None:
        object.__setattr__(self, "origin", frozen(self.origin, np.float64, (2,)))
        object.__setattr__(self, "spacing", float(self.spacing))
        object.__setattr__(self, "values", frozen(self.values, np.float64, (None, None, 3)))
        if not (np.isfinite(self.spacing) and self.spacing > 0 and np.isfinite(self.origin).all()):
            raise ValueError("origin and spacing must be finite, the spacing positive")
        if not self.values.size:
            raise ValueError("a detail layer needs at least one node")
        if not np.isfinite(self.values).all():
            raise ValueError("a value of the detail layer is not finite")
        if (self.values.astype(np.float32) != self.values).any():
            raise ValueError("values of a detail layer must be representable in float32")

    @property
    def shape(self) -> tuple[int, int]:
        """Number of nodes in both directions."""
        return self.values.shape[0], self.values.shape[1]

    @cached_property
    def n_nodes(self) -> int:
        """Number of nodes whose value is not zero."""
        return int((self.values != 0.0).any(2).sum())

    @cached_property
    def n_parameters(self) -> int:
        """Number of values that are not those of a node at zero: three for each node."""
        return 3 * self.n_nodes

    @cached_property
    def _padded(self) -> Float64[np.ndarray, "m0 m1 3"]:
        """The values with a rim of zeros: one node before the first, two behind the last."""
        return frozen(np.pad(self.values, ((1, 2), (1, 2), (0, 0))))

    def evaluate(self, codes: Float64[np.ndarray, "n 2"]) -> Float64[np.ndarray, "n 3"]:
        """Return the correction at codes, in normalized units."""
        inside, part, low, middle, high = self._triangles(codes)
        along = np.where((part[:, 0] >= part[:, 1])[:, None], middle - low, high - middle)
        across = high - low - along
        return (low + part[:, :1] * along + part[:, 1:] * across) * inside[:, None]

    def jacobian(self, codes: Float64[np.ndarray, "n 2"]) -> Float64[np.ndarray, "n 3 2"]:
        """Return the derivative at codes, that of their triangle, in normalized units per latent unit."""
        inside, part, low, middle, high = self._triangles(codes)
        along = np.where((part[:, 0] >= part[:, 1])[:, None], middle - low, high - middle)
        across = high - low - along
        return np.stack([along, across], axis=2) / self.spacing * inside[:, None, None]

    def triangles(self, codes: Float64[np.ndarray, "n 2"]) -> Int64[np.ndarray, "n 3"]:
        """Return which triangle of the plane each code lies in: square (i, j), and 0 below or 1 above its diagonal."""
        place = (np.asarray(codes, np.float64) - self.origin) / self.spacing
        corner = np.floor(place)
        above = (place - corner) @ np.array([1.0, -1.0]) < 0.0
        return np.column_stack([corner, above]).astype(np.int64)

    def lines(
        self, low: Float64[np.ndarray, " 2"], high: Float64[np.ndarray, " 2"]
    ) -> tuple[Float64[np.ndarray, "l 2"], Float64[np.ndarray, " l"]]:
        """Return the lines of the triangulation that cross a rectangle.

        Parameters
        ----------
        low, high : (2,) float64 array
            Opposite corners of the rectangle, in latent units.

        Returns
        -------
        (l, 2) float64 array
            A normal a of each line.
        (l,) float64 array
            The line is where a . z + b = 0, in units of the spacing.
        """
        normals: list[np.ndarray] = []
        offsets: list[np.ndarray] = []
        corners = np.array([[low[0], low[1]], [low[0], high[1]], [high[0], low[1]], [high[0], high[1]]])
        for normal in np.array([[1.0, 0.0], [0.0, 1.0], [1.0, -1.0]]) / self.spacing:
            reach = (corners - self.origin) @ normal
            numbers = np.arange(float(np.ceil(reach.min())), float(np.floor(reach.max())) + 1.0)
            normals.append(np.tile(normal, (len(numbers), 1)))
            offsets.append(-numbers - self.origin @ normal)
        return np.concatenate(normals), np.concatenate(offsets)

    def _triangles(self, codes: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Return of each code if a node's hat reaches it, its place in its square, and the values at its triangle."""
        padded = self._padded
        place = (np.asarray(codes, np.float64) - (self.origin - self.spacing)) / self.spacing
        floor = np.floor(place)
        inside = np.all((floor >= 0) & (floor < np.array(padded.shape[:2]) - 1), 1)
        part = place - floor
        i, j = np.where(inside[:, None], floor, 0.0).astype(np.int64).T
        first = (part[:, 0] >= part[:, 1])[:, None]
        middle = np.where(first, padded[i + 1, j], padded[i, j + 1])
        return inside, part, padded[i, j], middle, padded[i + 1, j + 1]
