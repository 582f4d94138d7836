"""The cells of a ReLU network on a triangulated surface."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64, Int64
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from core.relu.relu_map import ReluMap
from core.relu.subdivision import Subdivided
from core.surface.surface import Surface


@dataclass(frozen=True, eq=False)
class SurfaceCellComplex:
    """Convex pieces of the triangles of a surface, each with one activation pattern."""

    surface: Surface
    network: ReluMap
    encoder: ReluMap
    centre: Float64[np.ndarray, " 3"]
    scale: float
    vertices: Float64[np.ndarray, "V 3"]
    codes: Float64[np.ndarray, "V 2"]
    offsets: Int64[np.ndarray, " F1"]
    corners: np.ndarray
    face: np.ndarray
    edges: np.ndarray
    edge_cells: np.ndarray
    edge_unit: np.ndarray
    pattern_hash: np.ndarray
    cell: np.ndarray
    orientation: np.ndarray

    @classmethod
    def made(cls, surface, network, encoder, centre, scale, found: Subdivided):
        vertices = found.points * scale + centre
        vertices[: len(surface.vertices)] = surface.vertices
        inputs = (vertices - centre) / scale
        codes = encoder(inputs)
        first, second = found.edge_cells.T
        inner = (found.edge_cells >= 0).all(1)
        same = found.edge_cells[inner & (found.pattern_hash[first] == found.pattern_hash[second])]
        n = len(found.offsets) - 1
        graph = coo_matrix((np.ones(len(same), np.int8), (same[:, 0], same[:, 1])), (n, n))
        cell = connected_components(graph, directed=False)[1]
        image = codes[found.corners]
        start = found.offsets[:-1]
        image = image - np.repeat(image[start], np.diff(found.offsets), axis=0)
        nxt = np.arange(1, len(image) + 1)
        nxt[found.offsets[1:] - 1] = start
        ahead = image[nxt]
        signed = np.add.reduceat(image[:, 0] * ahead[:, 1] - image[:, 1] * ahead[:, 0], start)
        return cls(
            surface,
            network,
            encoder,
            centre,
            scale,
            vertices,
            codes,
            found.offsets,
            found.corners,
            found.owner,
            found.edges,
            found.edge_cells,
            found.edge_unit,
            found.pattern_hash,
            cell,
            np.sign(signed).astype(np.int8),
        )

    @property
    def n_pieces(self) -> int:
        """Number of pieces."""
        return len(self.offsets) - 1
