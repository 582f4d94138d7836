"""A chart of a disk-type surface on the unit disk, without folds and of low stretch."""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from jaxtyping import Float64, Int64
from scipy.sparse.linalg import splu

from core.arrays import frozen
from core.errors import SolveError, TopologyError
from core.evaluation.distortion import flipped_triangles, l2_stretch, squared_stretch
from core.progress import Progress, Work
from core.surface.surface import Surface

_ROUNDS = 10
"""Most corrections of the weights; the stretch hardly falls after these."""
_GAIN = 0.99
"""A correction that leaves more than this part of the stretch is the last."""
_FLOOR = 1e-3
"""Least weight of an edge, relative to the median."""


@dataclass(frozen=True, eq=False)
class DiskChart:
    """A piecewise affine map of a surface onto the unit disk.

    Parameters
    ----------
    codes : (n, 2) float64 array
        Image of each vertex; the boundary lies on the unit circle, by arc length.
    flips : int
        Faces whose image has zero signed area, or not the sign of the whole; 0 for an embedding.
    stretch : float
        L2 stretch of the surface over its image, 1 for an isometry; infinite if a face is flipped.
    rounds : int
        Corrections of the weights that were made.
    """

    codes: Float64[np.ndarray, "n 2"]
    flips: int
    stretch: float
    rounds: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "codes", frozen(self.codes, np.float64, (None, 2)))


def disk_chart(surface: Surface) -> Work[DiskChart]:
    """Map a disk-type surface onto the unit disk.

    Parameters
    ----------
    surface : Surface
        A topological disk; every vertex belongs to a face.

    Yields
    ------
    Progress
        With the best `DiskChart` so far.

    Raises
    ------
    TopologyError
        If the surface is not a disk.
    SolveError
        If rounding leaves a face flipped.

    Notes
    -----
    Every vertex inside is a positive average of its neighbours and the boundary is convex, so no face can flip:
    Floater, *One-to-one piecewise linear mappings over triangulations* (2003). The weights are those of mean values
    (Floater 2003), each divided again and again by the square root of the stretch at the neighbour that it draws to:
    Yoshizawa, Belyaev and Seidel, *A fast and simple stretch-minimizing mesh parameterization* (2004).
    """
    loop = disk_boundary(surface)
    boundary = _circle(surface, loop)
    weights = _mean_value_weights(surface)
    yield Progress(0.0, "Flattening onto the disk")
    best = None
    for k in range(_ROUNDS + 1):
        codes = _harmonic(weights, loop, boundary)
        stretch = l2_stretch(surface, codes)
        former = best.stretch if best is not None else np.inf
        if best is None or stretch < best.stretch:
            best = DiskChart(codes, int(flipped_triangles(codes, surface.faces).sum()), stretch, k)
        yield Progress((k + 1) / (_ROUNDS + 1), f"Evening out the disk chart: stretch {best.stretch:.3g}", best)
        if k and not stretch < _GAIN * former:
            break
        weights = _corrected(surface, weights, codes)
    if best.flips:
        raise SolveError(
            f"{best.flips} of {len(surface.faces)} triangles stay flipped in the disk chart by rounding. "
            "Remesh the surface more evenly, or train in free mode."
        )
    return best


def disk_boundary(surface: Surface) -> Int64[np.ndarray, " b"]:
    """Return the boundary loop of a disk-type surface, counter-clockwise.

    Raises
    ------
    TopologyError
        If the surface is not a disk.
    """
    faces, n = surface.faces, len(surface.vertices)
    sides = faces[:, [[0, 1], [1, 2], [2, 0]]].reshape(-1, 2)
    forward, backward = sides @ [n, 1], sides @ [1, n]
    rim = sides[~np.isin(forward, backward)]
    following = dict(rim.tolist())
    euler = len(np.unique(faces)) - len(surface.edges) + len(faces)
    loop = [int(rim[0, 0])] if len(rim) else []
    while loop and following.get(loop[-1], loop[0]) != loop[0] and len(loop) < len(rim):
        loop.append(following[loop[-1]])
    if not loop or len(loop) != len(rim) or euler != 1 or len(np.unique(forward)) != len(forward):
        raise TopologyError(
            f"The surface is not a disk: its Euler characteristic is {euler} and it has {len(rim)} boundary edges. "
            "Cut it open, or fill holes, until it is one piece with one boundary loop and no handle."
        )
    if len(np.unique(faces)) != n:
        raise TopologyError(
            f"{n - len(np.unique(faces))} of {n} vertices belong to no face. Remove them before making a chart."
        )
    return np.array(loop)


def _circle(surface: Surface, loop: np.ndarray) -> np.ndarray:
    """Points of the unit circle for the vertices of the boundary loop, by arc length."""
    length = np.linalg.norm(surface.vertices[loop] - surface.vertices[np.roll(loop, -1)], axis=1)
    angle = 2.0 * np.pi * np.concatenate([[0.0], np.cumsum(length)[:-1]]) / length.sum()
    return np.stack([np.cos(angle), np.sin(angle)], axis=1)


def _mean_value_weights(surface: Surface) -> sp.csr_array:
    """Weight of each directed edge; positive, bounded below."""
    corners, faces, n = surface.corners / surface.diagonal, surface.faces, len(surface.vertices)
    rows, columns, values = [], [], []
    for k in range(3):
        ahead, behind = (corners[:, (k + i) % 3] - corners[:, k] for i in (1, 2))
        lengths = np.linalg.norm(ahead, axis=1), np.linalg.norm(behind, axis=1)
        sine = np.linalg.norm(np.cross(ahead, behind), axis=1)
        cosine = np.einsum("fi,fi->f", ahead, behind)
        # The larger of the two forms of the half-angle tangent's denominator is never lost to cancellation.
        product = lengths[0] * lengths[1]
        half_tangent = np.where(
            cosine > 0, sine / (product + cosine), (product - cosine) / np.maximum(sine, 1e-12 * product)
        )
        for i, length in zip((1, 2), lengths, strict=True):
            rows.append(faces[:, k])
            columns.append(faces[:, (k + i) % 3])
            values.append(half_tangent / length)
    weights = sp.csr_array(
        sp.coo_array((np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))), (n, n))
    )
    weights.data = np.maximum(weights.data, _FLOOR * np.median(weights.data))
    return weights


def _harmonic(weights: sp.csr_array, loop: np.ndarray, boundary: np.ndarray) -> np.ndarray:
    """Planar positions: given on the loop, elsewhere the weighted mean of the neighbours."""
    n = weights.shape[0]
    codes, inside = np.zeros((n, 2)), np.ones(n, bool)
    codes[loop], inside[loop] = boundary, False
    inner = np.flatnonzero(inside)
    if not len(inner):
        return codes
    means = sp.diags_array(1.0 / weights.sum(axis=1)) @ weights
    matrix = (sp.eye_array(len(inner)) - means[inner][:, inner]).tocsc()
    right = means[inner][:, loop] @ boundary
    # Diagonally dominant: no pivoting, so the symmetric ordering keeps its low fill.
    factors = splu(matrix, permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=0.0, options={"SymmetricMode": True})
    solution = factors.solve(right)
    codes[inner] = solution + factors.solve(right - matrix @ solution)
    return codes


def _corrected(surface: Surface, weights: sp.csr_array, codes: np.ndarray) -> sp.csr_array:
    """Weights divided by the square root of the stretch around the vertex that each draws to."""
    squared = squared_stretch(surface, codes)
    finite = np.isfinite(squared)
    squared[~finite] = squared[finite].max()
    around = np.bincount(surface.faces.ravel(), np.repeat(surface.face_areas * squared, 3), len(codes))
    stretch = np.sqrt(around / (3.0 * surface.vertex_areas))
    result = weights.copy()
    result.data = weights.data / np.sqrt(stretch[weights.indices])
    return result
