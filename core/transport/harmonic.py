"""Maps of a disk-type surface onto the unit disk with every inner vertex in balance between weighted edges."""

import numpy as np
import scipy.sparse as sp
from jaxtyping import Float64, Int64
from scipy.sparse.linalg import splu

from core.charts.disk_chart import disk_boundary
from core.data.surface import Surface


def harmonic_chart(surface: Surface) -> Float64[np.ndarray, "n 2"]:
    """Discrete harmonic map of a disk-type surface onto the unit disk, the boundary by arc length.

    Parameters
    ----------
    surface : Surface
        A topological disk.

    Returns
    -------
    (n, 2) float64 array
        Image of each vertex. Obtuse triangles can be flipped: the weights are cotangents, whatever their sign.

    Raises
    ------
    TopologyError
        If the surface is not a disk.

    Notes
    -----
    Pinkall and Polthier (1993), *Experimental Mathematics* 2, section 2. One sparse factorization.
    """
    loop = disk_boundary(surface)
    corners, floor = surface.corners, 1e-300
    first, second = np.roll(corners, -1, axis=1) - corners, np.roll(corners, -2, axis=1) - corners
    weights = 0.5 * (first * second).sum(2) / np.maximum(2.0 * surface.face_areas, floor)[:, None]
    weights[surface.face_areas == 0] = 0.0
    return balanced_on_sides(boundary_on_circle(surface, loop), loop, surface.faces, weights)


def boundary_on_circle(surface: Surface, loop: Int64[np.ndarray, " b"]) -> Float64[np.ndarray, "n 2"]:
    """Put the vertices of the boundary loop on the unit circle, by arc length, and all others at its centre."""
    length = np.linalg.norm(surface.vertices[loop] - surface.vertices[np.roll(loop, -1)], axis=1)
    angle = 2.0 * np.pi * np.concatenate([[0.0], np.cumsum(length)[:-1]]) / length.sum()
    coordinates = np.zeros((len(surface.vertices), 2))
    coordinates[loop] = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return coordinates


def balanced_on_sides(
    coordinates: Float64[np.ndarray, "n 2"],
    loop: Int64[np.ndarray, " b"],
    faces: Int64[np.ndarray, "f 3"],
    weights: Float64[np.ndarray, "f 3"],
) -> Float64[np.ndarray, "n 2"]:
    """Return coordinates in balance, each side of a triangle pulling with the weight of the corner opposite to it."""
    tails, heads = np.roll(faces, -1, axis=1).ravel(), np.roll(faces, -2, axis=1).ravel()
    return balanced(coordinates, loop, tails, heads, weights.ravel())


def balanced(
    coordinates: Float64[np.ndarray, "n 2"],
    loop: Int64[np.ndarray, " b"],
    tails: Int64[np.ndarray, " m"],
    heads: Int64[np.ndarray, " m"],
    weights: Float64[np.ndarray, " m"],
) -> Float64[np.ndarray, "n 2"]:
    """Return coordinates with the inner vertices in balance between weighted edges, the boundary kept.

    Parameters
    ----------
    coordinates : (n, 2) float64 array
        Those of the boundary count, the others are replaced.
    loop : (b,) int64 array
        Boundary vertices.
    tails, heads : (m,) int64 arrays
        Ends of the edges; the weights of equal edges are added.
    weights : (m,) float64 array
        How strongly each edge pulls.

    Notes
    -----
    One sparse factorization.
    """
    n = len(coordinates)
    pulls = sp.coo_matrix((weights, (tails, heads)), shape=(n, n)).tocsr()
    pulls = pulls + pulls.T
    laplacian = (sp.diags(np.asarray(pulls.sum(1)).ravel()) - pulls).tocsr()
    inner = np.ones(n, bool)
    inner[loop] = False
    result = coordinates.copy()
    if inner.any():
        rows = laplacian[inner]
        factor = splu(
            rows[:, inner].tocsc(), permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=0.0, options={"SymmetricMode": True}
        )
        result[inner] = factor.solve(-(rows[:, loop] @ coordinates[loop]))
    return result
