"""What cells in the plane and pieces on a surface have in common."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np
from jaxtyping import Bool, Float64, Int, Int32, Int64, UInt64
from numba import njit

from core.base.arrays import frozen
from core.relu.cell_patterns import pattern_hashes, preactivations
from core.relu.packed_network import PackedNetwork, pack
from core.relu.relu_map import ReluMap

_BLOCK = 4096
_FEW = 8
"""Numbers of an image up to which areas are computed by minors."""
"""Cells treated at a time where a matrix product is needed for each."""


@dataclass(frozen=True, eq=False)
class PolygonalComplex(ABC):
    """Convex polygons, each with one activation pattern, that share edges and vertices.

    Parameters
    ----------
    network : ReluMap
        The network that cuts.
    vertices : (V, 2) or (V, 3) float64 array
        Positions.
    offsets : (F + 1,) int64 array
        Polygon k has the corners ``corners[offsets[k]:offsets[k + 1]]``.
    corners : (m,) int32 array
        Vertices of the polygons, counter-clockwise. Indices have 32 bits, for the sake of a million cells.
    edges : (E, 2) int32 array
        Start and end of each edge; the unit it belongs to is active on its left.
    edge_cells : (E, 2) int32 array
        Polygon to the left and to the right; -1 outside.
    edge_unit : (E,) int32 array
        Hidden unit on whose zero set the edge lies, units numbered layer by layer from 0; -1 where there is none.
    pattern_hash : (F,) uint64 array
        Hash of the activation pattern: equal where patterns are equal, the same in every run.
    maps : (F, out, in + 1) float64 array or None
        Affine map [A | b] of the network on each polygon, in the network's own units; None where it was not kept.
    n_merged : int
        Slivers below the resolution of float64 that were merged with a neighbour.
    """

    network: ReluMap
    vertices: Float64[np.ndarray, "V dimension"]
    offsets: Int64[np.ndarray, " F1"]
    corners: np.ndarray
    edges: np.ndarray
    edge_cells: np.ndarray
    edge_unit: np.ndarray
    pattern_hash: UInt64[np.ndarray, " F"]
    maps: Float64[np.ndarray, "F out in1"] | None
    n_merged: int

    def __post_init__(self) -> None:
        for name, dtype, shape in (
            ("vertices", np.float64, (None, None)),
            ("offsets", np.int64, (None,)),
            ("corners", np.int32, (None,)),
            ("edges", np.int32, (None, 2)),
            ("edge_cells", np.int32, (None, 2)),
            ("edge_unit", np.int32, (None,)),
            ("pattern_hash", np.uint64, (None,)),
        ):
            object.__setattr__(self, name, frozen(getattr(self, name), dtype, shape))
        if self.maps is not None:
            shape = (len(self.pattern_hash), self.network.widths[-1], self.network.widths[0] + 1)
            object.__setattr__(self, "maps", frozen(self.maps, np.float64, shape))

    def __getstate__(self) -> dict[str, object]:
        # Derived arrays are cheaper made than sent to another process.
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def __setstate__(self, state: dict[str, object]) -> None:
        for name, value in state.items():
            object.__setattr__(self, name, value)
        self.__post_init__()

    @property
    @abstractmethod
    def inputs(self) -> Float64[np.ndarray, "V in"]:
        """The vertices in the network's own units."""

    @abstractmethod
    def frames(self, polygons: Int64[np.ndarray, " n"]) -> Float64[np.ndarray, "n 2 in"]:
        """Return two orthonormal directions of the plane of each polygon."""

    @property
    def n_polygons(self) -> int:
        """Number of convex polygons."""
        return len(self.offsets) - 1

    @cached_property
    def sizes(self) -> Int64[np.ndarray, " F"]:
        """Number of corners of each polygon."""
        return frozen(np.diff(self.offsets), np.int64)

    @cached_property
    def interior_points(self) -> Float64[np.ndarray, "F in"]:
        """A point inside each polygon, the mean of its corners, in the network's own units."""
        total = np.add.reduceat(self.inputs[self.corners], self.offsets[:-1])
        return frozen(total / self.sizes[:, None])

    def _fan(self) -> tuple[np.ndarray, np.ndarray]:
        """Twice the signed area (a vector in space), and the centroid, of the triangles in front of each side.

        Not kept: for a million cells it is several times as large as they are.
        """
        first = np.repeat(self.offsets[:-1], self.sizes)
        following = np.arange(1, len(self.corners) + 1)
        following[self.offsets[1:] - 1] = self.offsets[:-1]
        points = self.vertices[self.corners]
        here = points - points[first]
        there = here[following]
        if self.vertices.shape[1] == 2:
            double = (here[:, 0] * there[:, 1] - here[:, 1] * there[:, 0])[:, None]
        else:
            double = np.cross(here, there)
        return double, (here + there) / 3.0

    @cached_property
    def areas(self) -> Float64[np.ndarray, " F"]:
        """Area of each polygon, in the squared units of its vertices."""
        if self.vertices.shape[1] == 2:
            return frozen(signed_areas_and_lengths(self.vertices, self.offsets, self.corners)[0])
        return frozen(_areas_in_space(self.vertices, self.offsets, self.corners))

    @cached_property
    def centroids(self) -> Float64[np.ndarray, "F dimension"]:
        """Centre of gravity of each polygon, in the units of its vertices."""
        double, centres = self._fan()
        start = self.offsets[:-1]
        normal = np.add.reduceat(double, start)
        weight = (double * np.repeat(normal, self.sizes, axis=0)).sum(1)
        total = np.add.reduceat(weight, start)
        moment = np.add.reduceat(weight[:, None] * centres, start)
        return frozen(self.vertices[self.corners[start]] + moment / np.where(total > 0, total, 1.0)[:, None])

    @property
    def euler_characteristic(self) -> int:
        """V - E + F."""
        return len(self.vertices) - len(self.edges) + self.n_polygons

    @cached_property
    def is_interior(self) -> Bool[np.ndarray, " E"]:
        """Which edges lie between two polygons."""
        return frozen((self.edge_cells >= 0).all(1), np.bool_)

    @cached_property
    def edge_layer(self) -> np.ndarray:
        """Hidden layer of the unit of each edge, from 0; -1 where there is none."""
        ends = np.cumsum(self.network.widths[1:-1])
        layer = np.searchsorted(ends, self.edge_unit, side="right")
        return frozen(np.where(self.edge_unit < 0, -1, layer), np.int32)

    def polygon(self, k: int) -> Float64[np.ndarray, "n dimension"]:
        """Return the corners of one polygon."""
        return self.vertices[self.corners[self.offsets[k] : self.offsets[k + 1]]]

    def activation_pattern(self, polygons: Int[np.ndarray, " n"]) -> Bool[np.ndarray, "n units"]:
        """Return the hidden units that are active on each of some polygons, layer by layer.

        Notes
        -----
        The pattern is that at an interior point; where rounding spoils it, known by its hash, the one that the corners
        agree on.
        """
        polygons = np.asarray(polygons, np.int64)
        patterns = self.network.activation_pattern(self.interior_points[polygons])
        wrong = np.flatnonzero(pattern_hashes(patterns) != self.pattern_hash[polygons])
        if len(wrong):
            packed = pack(self.network, self.inputs[:: max(1, len(self.inputs) // 256)])
            for i in wrong:
                patterns[i] = self._pattern_of_corners(packed, int(polygons[i]))
        return patterns

    def _pattern_of_corners(self, packed: PackedNetwork, polygon: int) -> Bool[np.ndarray, " units"]:
        """Return the pattern that the corners agree on; a unit that vanishes at all of them is inactive."""
        corners = self.corners[self.offsets[polygon] : self.offsets[polygon + 1]]
        values = preactivations(self.network, self.inputs[corners])
        return np.any(values > packed.zero, 0)

    def affine_map(
        self, polygons: Int64[np.ndarray, " n"]
    ) -> tuple[Float64[np.ndarray, "n out in"], Float64[np.ndarray, "n out"]]:
        """Return (A, b) with network(x) = A x + b on each of some polygons, in the network's own units."""
        polygons = np.asarray(polygons, np.int64)
        if self.maps is not None:
            return self.maps[polygons, :, :-1], self.maps[polygons, :, -1]
        return self._maps_of(self.network, polygons)

    def _maps_of(self, network: ReluMap, polygons: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the maps of a network with the same hidden units on some polygons."""
        matrices = np.empty((len(polygons), network.widths[-1], network.widths[0]))
        offsets = np.empty(matrices.shape[:2])
        for start in range(0, len(polygons), _BLOCK):
            block = slice(start, start + _BLOCK)
            pattern = self.activation_pattern(polygons[block])
            matrices[block], offsets[block] = affine_maps_of_patterns(network, pattern)
        return matrices, offsets

    def derivative(self, polygons: Int64[np.ndarray, " n"]) -> Float64[np.ndarray, "n out 2"]:
        """Return the derivative of the network along two orthonormal directions of each of some polygons."""
        matrices, _ = self.affine_map(polygons)
        return matrices @ np.swapaxes(self.frames(np.asarray(polygons, np.int64)), 1, 2)

    @cached_property
    def singular_values(self) -> Float64[np.ndarray, "F 2"]:
        """Stretches of the map on each polygon, the greater first, in the network's own units."""
        result = np.empty((self.n_polygons, 2))
        for start in range(0, self.n_polygons, _BLOCK):
            block = np.arange(start, min(start + _BLOCK, self.n_polygons))
            matrices = self.turned_map(block)[0]
            result[block] = singular_values_of(matrices @ np.swapaxes(self.frames(block), 1, 2))
        return frozen(result)

    def turned_map(
        self, polygons: Int64[np.ndarray, " n"]
    ) -> tuple[Float64[np.ndarray, "n k in"], Float64[np.ndarray, "n k"]]:
        """Return (A, b) as `affine_map` does; of maps that were not kept up to a turn of the space of images.

        Lengths, angles, and which maps are equal stay; wide images shrink to the width of the last hidden layer.
        """
        if self.maps is not None:
            return self.affine_map(polygons)
        return self._maps_of(self._turned, np.asarray(polygons, np.int64))

    @cached_property
    def _turned(self) -> ReluMap:
        """The network with its images turned into as few coordinates as the last hidden layer, and the bias, need."""
        *weights, last = self.network.weights
        *biases, shift = self.network.biases
        if last.shape[0] <= last.shape[1] + 1:
            return self.network
        small = np.asarray(np.linalg.qr(np.column_stack([last, shift]), mode="r"))
        return ReluMap([*weights, small[:, :-1]], [*biases, small[:, -1]])

    @property
    def area_factor(self) -> Float64[np.ndarray, " F"]:
        """Area of the image of a polygon over its area, in the network's own units."""
        return self.singular_values.prod(1)

    @property
    def conformality(self) -> Float64[np.ndarray, " F"]:
        """Smaller stretch over greater: 1 where angles are kept, 0 where the map has rank 1 or 0."""
        greater, smaller = self.singular_values.T
        return np.divide(smaller, greater, out=np.zeros(len(greater)), where=greater > 0)


def affine_maps_of_patterns(
    network: ReluMap, patterns: Bool[np.ndarray, "n units"]
) -> tuple[Float64[np.ndarray, "n out in"], Float64[np.ndarray, "n out"]]:
    """Return (A, b) with network(x) = A x + b for each activation pattern, one matrix product for a layer and all."""
    n, terms = len(patterns), network.widths[0] + 1
    forms = np.concatenate([network.weights[0], network.biases[0][:, None]], axis=1)
    forms = np.repeat(forms[:, None, :], n, axis=1)
    start = 0
    for weight, bias in zip(network.weights[1:], network.biases[1:], strict=True):
        active = patterns[:, start : start + len(forms)]
        start += len(forms)
        forms = (weight @ (forms * active.T[:, :, None]).reshape(len(forms), -1)).reshape(len(weight), n, terms)
        forms[:, :, -1] += bias[:, None]
    forms = np.moveaxis(forms, 0, 1)
    return forms[:, :, :-1], forms[:, :, -1]


def singular_values_of(derivative: Float64[np.ndarray, "n out 2"]) -> Float64[np.ndarray, "n 2"]:
    """Return the singular values of matrices with two columns, the greater first."""
    first, second = derivative[:, :, 0], derivative[:, :, 1]
    e, f, g = (first**2).sum(1), (first * second).sum(1), (second**2).sum(1)
    greater = np.sqrt((e + g) / 2 + np.hypot((e - g) / 2, f))
    # The product is the area factor: the difference of squares would lose the smaller value.
    if derivative.shape[1] <= _FEW:  # by minors
        rows, columns = np.triu_indices(derivative.shape[1], 1)
        minors = first[:, rows] * second[:, columns] - first[:, columns] * second[:, rows]
        area = np.sqrt((minors**2).sum(1))
    else:  # of which there would be too many: the longer column times what of the other is across it
        long = np.where((e >= g)[:, None], first, second)
        short = np.where((e >= g)[:, None], second, first)
        squared = np.maximum(e, g)
        along = np.divide(f, squared, out=np.zeros(len(f)), where=squared > 0)
        area = np.sqrt(squared * ((short - along[:, None] * long) ** 2).sum(1))
    return np.column_stack([greater, np.divide(area, greater, out=np.zeros(len(area)), where=greater > 0)])


@njit(cache=True, nogil=True)
def signed_areas_and_lengths(
    points: Float64[np.ndarray, "n 2"], offsets: Int64[np.ndarray, " m"], corners: Int32[np.ndarray, " c"]
) -> tuple[Float64[np.ndarray, " k"], Float64[np.ndarray, " k"]]:
    """Return the signed area of each polygon in the plane, and the length of the path around it."""
    n = len(offsets) - 1
    areas, lengths = np.zeros(n), np.zeros(n)
    for k in range(n):
        start, end = offsets[k], offsets[k + 1]
        x, y = points[corners[start], 0], points[corners[start], 1]
        u, v = points[corners[end - 1], 0] - x, points[corners[end - 1], 1] - y
        double = 0.0
        for i in range(start, end):
            s, t = points[corners[i], 0] - x, points[corners[i], 1] - y
            double += u * t - v * s
            lengths[k] += np.hypot(s - u, t - v)
            u, v = s, t
        areas[k] = 0.5 * double
    return areas, lengths


@njit(cache=True, nogil=True)
def _areas_in_space(
    points: Float64[np.ndarray, "n 3"], offsets: Int64[np.ndarray, " m"], corners: Int32[np.ndarray, " c"]
) -> Float64[np.ndarray, " k"]:
    """Return the area of each polygon in space: the length of the sum of its cross products."""
    areas = np.zeros(len(offsets) - 1)
    for k in range(len(areas)):
        start = offsets[k]
        x, y, z = points[corners[start], 0], points[corners[start], 1], points[corners[start], 2]
        u = v = w = a = b = c = 0.0
        for i in range(start + 1, offsets[k + 1]):
            r, s, t = points[corners[i], 0] - x, points[corners[i], 1] - y, points[corners[i], 2] - z
            a, b, c = a + (v * t - w * s), b + (w * r - u * t), c + (u * s - v * r)
            u, v, w = r, s, t
        areas[k] = 0.5 * np.sqrt(a * a + b * b + c * c)
    return areas
