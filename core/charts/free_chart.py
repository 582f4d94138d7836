"""A chart of a disk-type patch whose boundary is free: of much lower distortion than one on a round disk."""

from collections.abc import Generator
from dataclasses import dataclass

import numba
import numpy as np
from jaxtyping import Float64, Int64
from scipy.sparse import csc_matrix
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
    system, energy = _System(faces, len(codes)), _energy(codes, faces.corners, faces.slopes, faces.areas)
    for k in range(_ROUNDS):
        yield Progress(0.5 + 0.5 * k / _ROUNDS, "Letting the boundary of the chart go")
        moved, lower = _searched(codes, system.step(codes) - codes, faces, energy, loop)
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


class _System:
    """The linear system of a step, whose pattern is that of the faces and stays.

    Parameters
    ----------
    faces : _Faces
        The faces.
    n : int
        Number of vertices.
    """

    def __init__(self, faces: _Faces, n: int) -> None:
        self._faces, self._order, self._arranged = faces, np.arange(2 * n), False
        self._arrange()

    def step(self, codes: np.ndarray) -> Float64[np.ndarray, "n 2"]:
        """Return the minimum of the quadratic energy whose gradient here is that of the distortion."""
        faces, n = self._faces, codes.size
        blocks, right_side = _quadratic(codes, faces.corners, faces.slopes, faces.areas)
        data = np.bincount(self._slot, blocks.ravel(), len(self._matrix.indices))
        held = 1e-6 * data[self._diagonal].mean()  # against translations, which cost nothing
        data[self._diagonal] += held
        right_side = right_side.ravel() + held * codes.ravel()
        matrix = csc_matrix((data, self._matrix.indices, self._matrix.indptr), (n, n))
        order = self._order
        way = "NATURAL" if self._arranged else "MMD_AT_PLUS_A"
        factor = splu(matrix, permc_spec=way, options={"SymmetricMode": True})
        if not self._arranged:
            self._order, self._arranged = np.argsort(factor.perm_c), True
            self._arrange()
        found = np.empty(n)
        found[order] = factor.solve(right_side[order])
        return found.reshape(-1, 2)

    def _arrange(self) -> None:
        """Lay the matrix out for unknowns in the order of elimination: to find a good one again would take as long."""
        n, number = len(self._order), np.empty(len(self._order), np.int64)
        number[self._order] = np.arange(n)
        unknown = number[2 * self._faces.corners[:, :, None] + np.arange(2)]
        shape = (*self._faces.corners.shape, 3, 2, 2)
        rows = np.broadcast_to(unknown[:, :, None, :, None], shape).ravel()
        columns = np.broadcast_to(unknown[:, None, :, None, :], shape).ravel()
        places, self._slot = np.unique(columns * n + rows, return_inverse=True)
        starts = np.searchsorted(places, n * np.arange(n + 1))
        self._matrix = csc_matrix((np.zeros(len(places)), places % n, starts), (n, n))
        self._diagonal = np.searchsorted(places, (n + 1) * np.arange(n))


@numba.njit(cache=True, nogil=True)
def _jacobian(
    f: int,
    codes: Float64[np.ndarray, "n 2"],
    corners: Int64[np.ndarray, "f 3"],
    slopes: Float64[np.ndarray, "f 3 2"],
) -> tuple[float, float, float, float]:
    """Derivative of the map from a face to the plane, row by row."""
    a, b, c, d = 0.0, 0.0, 0.0, 0.0
    for k in range(3):
        x, y = codes[corners[f, k], 0], codes[corners[f, k], 1]
        a += x * slopes[f, k, 0]
        b += x * slopes[f, k, 1]
        c += y * slopes[f, k, 0]
        d += y * slopes[f, k, 1]
    return a, b, c, d


@numba.njit(cache=True, nogil=True)
def _energy(
    codes: Float64[np.ndarray, "n 2"],
    corners: Int64[np.ndarray, "f 3"],
    slopes: Float64[np.ndarray, "f 3 2"],
    areas: Float64[np.ndarray, " f"],
) -> float:
    """Mean of |J|² + |J⁻¹|²; infinite where a face is flipped."""
    total = 0.0
    for f in range(len(corners)):
        a, b, c, d = _jacobian(f, codes, corners, slopes)
        sign = a * d - b * c
        if not sign > 0.0:
            return np.inf
        size = a * a + b * b + c * c + d * d
        total += areas[f] * (size + size / (sign * sign))
    return total


@numba.njit(cache=True, nogil=True)
def _weight(value: float) -> float:
    """Weight of a singular value in the quadratic energy."""
    value = max(value, 1e-8)
    return 4.0 if abs(value - 1.0) < 1e-6 else (value - value**-3) / (value - 1.0)


@numba.njit(cache=True, nogil=True)
def _quadratic(
    codes: Float64[np.ndarray, "n 2"],
    corners: Int64[np.ndarray, "f 3"],
    slopes: Float64[np.ndarray, "f 3 2"],
    areas: Float64[np.ndarray, " f"],
) -> tuple[Float64[np.ndarray, "f 3 3 2 2"], Float64[np.ndarray, "n 2"]]:
    """Matrix of the quadratic energy by faces, for corner, corner, coordinate and coordinate, and its right side."""
    blocks, right_side = np.empty((len(corners), 3, 3, 2, 2)), np.zeros(codes.shape)
    for f in range(len(corners)):
        a, b, c, d = _jacobian(f, codes, corners, slopes)
        # J = U diag(s) V^T: a part that turns and scales, of length `turning`, and one that mirrors, `mirroring`.
        even, odd, skew, half = 0.5 * (a + d), 0.5 * (a - d), 0.5 * (c + b), 0.5 * (c - b)
        turning, mirroring = np.hypot(even, half), np.hypot(odd, skew)
        first, second = _weight(turning + mirroring), _weight(turning - mirroring)
        mean, spread = 0.5 * areas[f] * (first + second), 0.5 * areas[f] * (first - second)
        both = max(turning * mirroring, 1e-300)
        cosine, sine = (odd * even - skew * half) / both, (skew * even + odd * half) / both
        metric = np.array([[mean + spread * cosine, spread * sine], [spread * sine, mean - spread * cosine]])
        length = max(turning, 1e-300)
        rotation = np.array([[even / length, -half / length], [half / length, even / length]])
        for k in range(3):
            for j in range(3):
                near = slopes[f, k, 0] * slopes[f, j, 0] + slopes[f, k, 1] * slopes[f, j, 1]
                for p in range(2):
                    for q in range(2):
                        blocks[f, k, j, p, q] = near * metric[p, q]
            x = rotation[0, 0] * slopes[f, k, 0] + rotation[0, 1] * slopes[f, k, 1]
            y = rotation[1, 0] * slopes[f, k, 0] + rotation[1, 1] * slopes[f, k, 1]
            right_side[corners[f, k], 0] += metric[0, 0] * x + metric[0, 1] * y
            right_side[corners[f, k], 1] += metric[1, 0] * x + metric[1, 1] * y
    return blocks, right_side


def _searched(
    codes: np.ndarray, direction: np.ndarray, faces: _Faces, energy: float, loop: np.ndarray | None
) -> tuple[np.ndarray, float]:
    """Return the place along a direction where the energy is lower, with no face flipped on the way, and the energy."""
    length = min(1.0, _SHY * _first_flip(codes, direction, faces.corners))
    for _ in range(_BACKTRACKS):
        moved = codes + length * direction
        lower = _energy(moved, faces.corners, faces.slopes, faces.areas)
        if lower < energy and (loop is None or is_simple(moved[loop])):
            return moved, lower
        length *= 0.5
    return codes, energy


@numba.njit(cache=True, nogil=True)
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
