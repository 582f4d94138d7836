"""A chart of a disk-type patch whose boundary is free: of much lower distortion than one on a round disk."""

from collections.abc import Generator
from dataclasses import dataclass

import numba
import numpy as np
from jaxtyping import Float64, Int64
from scipy.sparse import coo_matrix, csc_matrix
from scipy.sparse.linalg import splu

from core.base.progress import Progress, Work, part
from core.charts.disk_chart import DiskChart, disk_chart
from core.data.surface import Surface
from core.geometry.distortion import flipped_triangles, l2_stretch
from core.geometry.enclosing_circle import enclosing_circle
from core.geometry.rim import is_simple
from core.geometry.topology import boundary_loops

_ROUNDS = 40
"""Steps at most."""
_SETTLED = 1e-3
"""Relative gain of a step below which the chart is done."""
_BACKTRACKS = 20
"""How often a step is halved at most."""
_SHY = 0.8
"""Part of the way to the first flip that a step takes at most."""
_INSIDE = 1.0 - 1e-9
"""Radius of the circle that the codes end up in."""


@dataclass(frozen=True, eq=False)
class _Faces:
    """Faces with what is constant of them.

    Parameters
    ----------
    corners : (f, 3) int64 array
        Their vertices.
    slopes : (f, 3, 2) float64 array
        Gradients of the three barycentric coordinates, in a frame of the face.
    areas : (f,) float64 array
        Areas, summing to 1.
    """

    corners: np.ndarray
    slopes: np.ndarray
    areas: np.ndarray


def free_chart(surface: Surface) -> Work[DiskChart]:
    """Map a disk-type surface into the unit disk, its boundary where distortion is least.

    Parameters
    ----------
    surface : Surface
        A topological disk; every vertex belongs to a face.

    Yields
    ------
    Progress
        Without payload.

    Raises
    ------
    TopologyError
        If the surface is not a disk.
    SolveError
        If there is no chart without a flip in double precision.

    Notes
    -----
    From the chart on the round disk the symmetric Dirichlet energy, |J|² + |J⁻¹|² by area, is made small by reweighted
    least squares (Rabinovich, Poranne, Panozzo and Sorkine-Hornung, *Scalable Locally Injective Mappings*, ACM Trans.
    Graph. 36(2), 2017): no step flips a face. Should the boundary cross itself in the end, so that two parts of the
    patch lie over each other, it is done again by steps after none of which it does.
    """
    round_chart = yield from part(disk_chart(surface), 0.0, 0.5)
    faces = _faces_of(surface)
    codes = round_chart.codes * np.sqrt(1.0 / np.pi)  # areas sum to 1 on both sides
    (loop,) = boundary_loops(surface.faces)
    free = yield from _let_go(codes, faces, None)
    if not is_simple(free[loop]):
        free = yield from _let_go(codes, faces, loop)
    codes = _into_disk(free)
    flips = int(flipped_triangles(codes, surface.faces).sum())
    if flips:
        return round_chart
    return DiskChart(codes, flips, l2_stretch(surface, codes))


def _let_go(
    codes: np.ndarray, faces: _Faces, loop: np.ndarray | None
) -> Generator[Progress, str | None, Float64[np.ndarray, "n 2"]]:
    """Lower the distortion until that gains little; of a boundary that is given no step lets it cross itself."""
    energy = _energy(codes, faces)
    for k in range(_ROUNDS):
        yield Progress(0.5 + 0.5 * k / _ROUNDS, "Letting the boundary of the chart go")
        moved, lower = _searched(codes, _step(codes, faces) - codes, faces, energy, loop)
        gain, codes, energy = (energy - lower) / energy, moved, lower
        if not gain > _SETTLED:
            break
    return codes


def _faces_of(surface: Surface) -> _Faces:
    """The faces of a surface, scaled to area 1; one of no area is thickened a little."""
    corners = surface.corners / np.sqrt(surface.area)
    first, second = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    along = np.linalg.norm(first, axis=1)
    height = np.linalg.norm(np.cross(first, second), axis=1) / np.maximum(along, 1e-150)
    longest = np.sqrt(np.maximum((first**2).sum(1), (second**2).sum(1)))
    along, height = np.maximum(along, 1e-6 * longest + 1e-12), np.maximum(height, 1e-4 * longest + 1e-12)
    across = np.einsum("fi,fi->f", first, second) / along
    # Corners (0, 0), (along, 0), (across, height): gradients of the barycentric coordinates.
    b = np.stack([1.0 / along, -across / (along * height)], 1)
    c = np.stack([np.zeros(len(along)), 1.0 / height], 1)
    areas = 0.5 * along * height
    return _Faces(surface.faces, np.stack([-b - c, b, c], 1), areas / areas.sum())


def _jacobians(codes: np.ndarray, faces: _Faces) -> np.ndarray:
    """Derivative of the map from each face to the plane, (f, 2, 2)."""
    return np.einsum("fci,fcj->fij", codes[faces.corners], faces.slopes)


def _energy(codes: np.ndarray, faces: _Faces) -> float:
    """Mean of |J|² + |J⁻¹|²; infinite where a face is flipped."""
    jacobians = _jacobians(codes, faces)
    sign = np.linalg.det(jacobians)
    if not (sign > 0.0).all():
        return np.inf
    size = (jacobians**2).sum((1, 2))
    return float(faces.areas @ (size + size / sign**2))


def _step(codes: np.ndarray, faces: _Faces) -> Float64[np.ndarray, "n 2"]:
    """Return the minimum of the quadratic energy whose gradient here is that of the distortion."""
    left, values, right = np.linalg.svd(_jacobians(codes, faces))
    turned = np.linalg.det(left @ right) < 0.0
    left[turned, :, 1] *= -1.0
    values[turned, 1] *= -1.0
    values = np.maximum(np.abs(values), 1e-8)
    near = np.abs(values - 1.0) < 1e-6
    weights = np.where(near, 4.0, (values - values**-3) / np.where(near, 1.0, values - 1.0))
    metric = np.einsum("fik,fk,fjk->fij", left, weights * faces.areas[:, None], left)
    rotation = left @ right
    closeness = np.einsum("fci,fdi->fcd", faces.slopes, faces.slopes)
    blocks = np.einsum("fcd,fij->fcidj", closeness, metric)
    pull = np.einsum("fij,fjk,fck->fci", metric, rotation, faces.slopes)
    unknown = 2 * faces.corners[:, :, None] + np.arange(2)
    rows = np.broadcast_to(unknown[:, :, :, None, None], blocks.shape)
    columns = np.broadcast_to(unknown[:, None, None, :, :], blocks.shape)
    n = 2 * len(codes)
    matrix: csc_matrix = coo_matrix((blocks.ravel(), (rows.ravel(), columns.ravel())), (n, n)).tocsc()
    right_side = np.zeros(n)
    np.add.at(right_side, unknown, pull)
    held = 1e-6 * matrix.diagonal().mean()  # against translations, which cost nothing
    matrix.setdiag(matrix.diagonal() + held)
    right_side += held * codes.ravel()
    return splu(matrix, permc_spec="MMD_AT_PLUS_A", options={"SymmetricMode": True}).solve(right_side).reshape(-1, 2)


def _searched(
    codes: np.ndarray, direction: np.ndarray, faces: _Faces, energy: float, loop: np.ndarray | None
) -> tuple[np.ndarray, float]:
    """Return the place along a direction where the energy is lower, with no face flipped on the way, and the energy."""
    length = min(1.0, _SHY * _first_flip(codes, direction, faces.corners))
    for _ in range(_BACKTRACKS):
        moved = codes + length * direction
        lower = _energy(moved, faces)
        if lower < energy and (loop is None or is_simple(moved[loop])):
            return moved, lower
        length *= 0.5
    return codes, energy


@numba.njit(cache=True)
def _first_flip(
    codes: Float64[np.ndarray, "n 2"], direction: Float64[np.ndarray, "n 2"], corners: Int64[np.ndarray, "f 3"]
) -> float:
    """Smallest positive time at which a face has no area, moving along a direction; infinite where there is none."""
    first = np.inf
    for f in range(len(corners)):
        a, b, c = corners[f]
        ux, uy = codes[b, 0] - codes[a, 0], codes[b, 1] - codes[a, 1]
        vx, vy = codes[c, 0] - codes[a, 0], codes[c, 1] - codes[a, 1]
        px, py = direction[b, 0] - direction[a, 0], direction[b, 1] - direction[a, 1]
        qx, qy = direction[c, 0] - direction[a, 0], direction[c, 1] - direction[a, 1]
        # Its doubled area after a time t is start + slope t + bend t².
        start = ux * vy - uy * vx
        slope = ux * qy - uy * qx + px * vy - py * vx
        bend = px * qy - py * qx
        inside = slope * slope - 4.0 * bend * start
        if inside < 0.0:
            continue
        root = np.sqrt(inside)
        half = -0.5 * (slope + (root if slope >= 0.0 else -root))  # so that nothing cancels
        for t in (half / bend if bend != 0.0 else np.inf, start / half if half != 0.0 else np.inf):
            if 0.0 < t < first:
                first = t
    return first


def _into_disk(codes: np.ndarray) -> np.ndarray:
    """The same chart, moved and scaled so that a nearly smallest circle around it is the unit circle."""
    centre, radius = enclosing_circle(codes)
    return (codes - centre) * (_INSIDE / radius)
