"""Which faces of a surface lie beside which, and how far apart they are: what an atlas is cut from."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64, Int64

from core.base.errors import TopologyError
from core.data.surface import Surface
from core.data.topology import counted
from core.geometry.degenerate import has_repeated_corner
from core.geometry.topology import edge_table, fans

_CREASE = 4.0
"""How much farther it is across a fold of a right angle than across none."""
_UNEVEN, _GOLDEN = 1e-5, 0.6180339887498949
"""By what part equal distances are made to differ, so that a motion of a symmetric surface changes no chart; and the
golden ratio, whose multiples spread evenly."""


@dataclass(frozen=True, eq=False)
class FaceGraph:
    """The faces of a surface of area 1, joined across edges alone.

    Where the surface only touches itself in a vertex, there is one vertex here for each fan of faces.

    Parameters
    ----------
    vertices : (n, 3) float64 array
        Positions, scaled so that the area is 1.
    faces : (f, 3) int64 array
        Corners of each face.
    original : (n,) int64 array
        The vertex of the surface that each one stands for.
    across : (f, 3) int64 array
        Side 3 g + j of the face g that lies across side k of each face; -1 on the boundary.
    areas : (f,) float64 array
        Areas of the faces.
    lengths : (f, 3) float64 array
        Length of the side from corner k to the next.
    bends : (f, 3) float64 array
        1 minus the cosine of the angle by which the surface turns across each side; 0 on the boundary.
    steps : (f, 3) float64 array
        How far it is from the middle of the face to that across each side; farther where the surface is creased there.
    """

    vertices: Float64[np.ndarray, "n 3"]
    faces: Int64[np.ndarray, "f 3"]
    original: Int64[np.ndarray, " n"]
    across: Int64[np.ndarray, "f 3"]
    areas: Float64[np.ndarray, " f"]
    lengths: Float64[np.ndarray, "f 3"]
    bends: Float64[np.ndarray, "f 3"]
    steps: Float64[np.ndarray, "f 3"]


def face_graph(surface: Surface) -> FaceGraph:
    """Return the faces of a surface, joined across edges.

    Parameters
    ----------
    surface : Surface
        At most two faces at each edge.

    Raises
    ------
    TopologyError
        If there is no face with an area, a face with a repeated corner, or an edge of more than two faces.
    """
    faces = surface.faces
    n_repeated = int(np.count_nonzero(has_repeated_corner(faces)))
    if n_repeated:
        raise TopologyError(f"{counted(n_repeated, 'face')} with a repeated corner. Repair the surface first.")
    table = edge_table(faces)
    bad = np.flatnonzero(table.n_faces > 2)
    if len(bad):
        a, b = table.edges[bad[0]].tolist()
        where = "between vertices" if len(bad) == 1 else "the first between vertices"
        raise TopologyError(
            f"{counted(len(bad), 'edge')} of more than two faces, {where} {a:,} and {b:,} (counted from 0): "
            "an atlas needs a manifold. Split them (--prepare split), or load a repaired surface; budai info --places "
            "tells where all are."
        )
    n_fans, fan = fans(faces, table)
    original = np.empty(n_fans, np.int64)
    original[fan.ravel()] = faces.ravel()
    low, high = surface.bounds
    size = float((high - low).max()) if len(faces) else 0.0
    unit = (surface.vertices - low) / (size or 1.0)
    area = float(_areas(unit, faces).sum())
    if not area > 0.0:
        raise TopologyError("No face of this surface has an area: there is nothing to make charts of.")
    return graph_of((unit / np.sqrt(area))[original], fan, original)


def graph_of(
    vertices: Float64[np.ndarray, "n 3"], faces: Int64[np.ndarray, "f 3"], original: Int64[np.ndarray, " n"]
) -> FaceGraph:
    """Return the graph of faces whose fans have vertices of their own already."""
    pairs = edge_table(faces).pairs
    across = np.full(faces.size, -1)
    across[pairs[:, 0]], across[pairs[:, 1]] = pairs[:, 1], pairs[:, 0]
    corners = vertices[faces]
    ends = np.roll(corners, -1, axis=1)
    middles = 0.5 * (corners + ends)
    to_side = np.linalg.norm(middles - corners.mean(axis=1, keepdims=True), axis=2).ravel()
    steps, bends = np.full(faces.size, np.inf), np.zeros(faces.size)
    bends[pairs] = _bends(vertices, faces, pairs)[:, None]
    apart = to_side[pairs].sum(axis=1) * (1.0 + _CREASE * bends[pairs[:, 0]])
    steps[pairs] = (apart * unevenness(len(pairs)))[:, None]
    return FaceGraph(
        vertices,
        faces,
        original,
        across.reshape(-1, 3),
        _areas(vertices, faces),
        np.linalg.norm(ends - corners, axis=2),
        bends.reshape(-1, 3),
        steps.reshape(-1, 3),
    )


def unevenness(n: int) -> Float64[np.ndarray, " n"]:
    """Return n factors near 1, no two alike: what is equally far or dear is told apart by number, not by rounding."""
    return 1.0 + _UNEVEN * (np.arange(n) * _GOLDEN % 1.0)


def _areas(vertices: np.ndarray, faces: np.ndarray) -> np.ndarray:
    a, b, c = (vertices[faces[:, k]] for k in range(3))
    return 0.5 * np.linalg.norm(np.cross(b - a, c - a), axis=1)


def _bends(vertices: np.ndarray, faces: np.ndarray, pairs: np.ndarray) -> np.ndarray:
    """Return 1 minus the cosine of the angle by which the surface turns at each inner edge, 0 beside a flat face."""
    a, b, c = (vertices[faces[:, k]] for k in range(3))
    normals = np.cross(b - a, c - a)
    size = np.linalg.norm(normals, axis=1)
    normals /= np.where(size > 0.0, size, 1.0)[:, None]
    first, second = (pairs // 3).T
    start = faces.ravel()[pairs]
    sign = np.where(start[:, 0] == start[:, 1], -1.0, 1.0)  # both run the same way: wound against each other
    cosines = sign * np.einsum("ij,ij->i", normals[first], normals[second])
    has_area = (size[first] > 0.0) & (size[second] > 0.0)
    return np.where(has_area, 1.0 - np.clip(cosines, -1.0, 1.0), 0.0)
