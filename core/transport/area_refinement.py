"""Levenberg and Marquardt's method for planar triangles of prescribed areas, border vertices sliding on the circle.

Steps are bent along the curve on which the errors fall: Transtrum and Sethna, *Improvements to the Levenberg-Marquardt
algorithm for nonlinear least-squares minimization* (2012), section 2.3.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64, Int64

from core.geometry.distortion import signed_areas
from core.transport.mesh_factor import MeshDissection, MeshFactor

_LEAST_DAMPING, _DAMPING, _MOST_DAMPING = 1e-16, 1e-3, 1e8  # the second is that of the first step
_HALVINGS = 3
_LEFT_OF_TURN = 0.2  # least part of the angle between two boundary vertices that a step leaves
_CALMER, _BOLDER = 5.0, {1.0: 0.1, 0.5: 0.3, 0.25: 1.0}  # factors of the damping: no step found; by length of the step


@dataclass(frozen=True, eq=False)
class Refined:
    """Coordinates with the areas of their triangles.

    Parameters
    ----------
    coordinates : (n, 2) float64 array
        Vertices; those of the boundary on the unit circle.
    areas : (f,) float64 array
        Signed areas of the triangles.
    in_order : bool
        Whether the boundary runs once around the circle without turning back: then, without flipped triangles, no two
        points of the surface share a place.
    """

    coordinates: Float64[np.ndarray, "n 2"]
    areas: Float64[np.ndarray, " f"]
    in_order: bool

    @property
    def n_flipped(self) -> int:
        """Triangles without positive area."""
        return int((self.areas <= 0).sum())


def turns(points: Float64[np.ndarray, "b 2"]) -> Float64[np.ndarray, " b"]:
    """Signed angle at the centre from each point of a closed curve to the next, in (-pi, pi]."""
    x, y = points.T
    u, v = np.roll(x, -1), np.roll(y, -1)
    return np.arctan2(x * v - y * u, x * u + y * v)


class AreaRefinement:
    """The least-squares problem: areas over their targets, as near to one as can be.

    Parameters
    ----------
    faces : (f, 3) int64 array
        Triangles.
    loop : (b,) int64 array
        Boundary vertices: they move along the circle, the others freely.
    shares : (f,) float64 array
        Prescribed part of the whole area for each triangle, positive, summing to 1.
    """

    def __init__(self, faces: Int64[np.ndarray, "f 3"], loop: Int64[np.ndarray, " b"], shares: np.ndarray) -> None:
        n = int(faces.max()) + 1
        self._faces, self._shares, self._damping = faces, shares, _DAMPING
        self._loop, self._sliding = loop, np.zeros(n, bool)
        self._sliding[loop] = True
        count = np.where(self._sliding, 1, 2)
        first = np.concatenate([[0], np.cumsum(count)])
        self._size, self._first = int(first[-1]), first[:-1]
        unknowns = np.stack([self._first, np.where(self._sliding, -1, self._first + 1)], axis=1)
        local = unknowns[faces].reshape(len(faces), 6)
        rows, columns = np.repeat(local, 6, axis=1).ravel(), np.tile(local, (1, 6)).ravel()
        self._real = (rows >= 0) & (columns >= 0)
        key, self._slot = np.unique(columns[self._real] * self._size + rows[self._real], return_inverse=True)
        self._indices = (key % self._size).astype(np.int32)
        self._indptr = np.searchsorted(key, np.arange(self._size + 1) * self._size).astype(np.int32)
        self._diagonal = np.flatnonzero(key // self._size == key % self._size)
        self._local = np.where(local >= 0, local, self._size)
        self._dissection: MeshDissection | None = None

    def at(self, coordinates: Float64[np.ndarray, "n 2"]) -> Refined:
        """Return coordinates with their areas."""
        steps = turns(coordinates[self._loop])
        in_order = bool((steps > 0).all()) and abs(float(steps.sum()) - 2.0 * np.pi) < 1e-6
        return Refined(coordinates, signed_areas(coordinates[self._faces]), in_order)

    def step(self, now: Refined) -> Refined | None:
        """Return better coordinates with no more flipped triangles and the boundary in order; None if none are found.

        While triangles are flipped, the error of one is area / target - 1; afterwards it is
        (area - target) / sqrt(area * target), which no triangle can flip through.
        """
        targets = self._shares * now.areas.sum()
        model = _Linearization(now, targets, now.n_flipped > 0)
        rows = self._rows(now.coordinates, model.slopes)
        products = (rows[:, :, None] * rows[:, None, :]).ravel()[self._real]
        matrix = np.bincount(self._slot, products, len(self._indices))
        while self._damping <= _MOST_DAMPING:
            found = self._search(now, model, rows, matrix)
            if found is not None:
                return found
            self._damping *= _CALMER
        self._damping = _DAMPING
        return None

    def _search(self, now: Refined, model: "_Linearization", rows: np.ndarray, matrix: np.ndarray) -> Refined | None:
        """Try the damped step, bent and straight, whole, halved and halved again; None where rounding forbids it."""
        factor = self._factorized(now.coordinates, matrix)
        if factor is None:
            return None
        velocity = -factor.solve(self._gathered(rows, model.errors))
        moved = self._displacements(now.coordinates, velocity)[self._faces]
        second = model.slopes * 2.0 * signed_areas(moved) + model.curvatures * self._along(rows, model, velocity) ** 2
        bend = -0.5 * factor.solve(self._gathered(rows, second))
        length = 1.0
        for _ in range(_HALVINGS):
            for direction in (length * velocity + length**2 * bend, length * velocity):
                found = self.at(self._moved(now.coordinates, direction))
                unfolded = found.in_order and found.n_flipped <= now.n_flipped
                if unfolded and self._energy(found, now.n_flipped > 0) < model.energy:
                    self._damping = max(_BOLDER[length] * self._damping, _LEAST_DAMPING)
                    return found
            length *= 0.5
        return None

    def _energy(self, found: Refined, flipped: bool) -> float:
        """Sum of squared errors of other coordinates."""
        return _Linearization(found, self._shares * found.areas.sum(), flipped).energy

    def _rows(self, coordinates: np.ndarray, slopes: np.ndarray) -> np.ndarray:
        """Return the derivative of each triangle's error by its six unknowns; those that it lacks are zero."""
        corners = coordinates[self._faces]
        opposite = np.roll(corners, -1, axis=1) - np.roll(corners, -2, axis=1)
        slope = 0.5 * slopes[:, None, None] * np.stack([opposite[:, :, 1], -opposite[:, :, 0]], axis=2)
        along = slope[:, :, 1] * corners[:, :, 0] - slope[:, :, 0] * corners[:, :, 1]
        sliding = self._sliding[self._faces]
        slope[sliding, 0], slope[sliding, 1] = along[sliding], 0.0
        return slope.reshape(-1, 6)

    def _gathered(self, rows: np.ndarray, values: np.ndarray) -> np.ndarray:
        """Return the transpose of the derivative applied to values of the triangles."""
        return np.bincount(self._local.ravel(), (rows * values[:, None]).ravel(), self._size + 1)[:-1]

    def _along(self, rows: np.ndarray, model: "_Linearization", direction: np.ndarray) -> np.ndarray:
        """Return the derivative of each triangle's area along a direction."""
        return (rows * np.append(direction, 0.0)[self._local]).sum(1) / model.slopes

    def _factorized(self, coordinates: np.ndarray, matrix: np.ndarray) -> MeshFactor | None:
        """Factorize the damped normal equations; the order of elimination is found once."""
        if self._dissection is None:
            owner = np.repeat(np.arange(len(coordinates)), np.where(self._sliding, 1, 2))
            self._dissection = MeshDissection(coordinates, owner, self._indptr, self._indices)
        damped = matrix.copy()
        damped[self._diagonal] *= 1.0 + self._damping
        return self._dissection.factorized(damped)

    def _displacements(self, coordinates: np.ndarray, direction: np.ndarray) -> np.ndarray:
        """Return by how much each vertex moves along a direction, to first order."""
        moved, free, sliding = np.zeros_like(coordinates), ~self._sliding, self._sliding
        moved[free, 0] = direction[self._first[free]]
        moved[free, 1] = direction[self._first[free] + 1]
        turn = direction[self._first[sliding]]
        moved[sliding] = turn[:, None] * np.stack([-coordinates[sliding, 1], coordinates[sliding, 0]], axis=1)
        return moved

    def _moved(self, coordinates: np.ndarray, direction: np.ndarray) -> np.ndarray:
        """Return coordinates moved by a direction, border vertices by an angle and none past the next."""
        moved, loop = coordinates + self._displacements(coordinates, direction), self._loop
        before, shift = turns(coordinates[loop]), direction[self._first[loop]]
        after = np.maximum(before + np.roll(shift, -1) - shift, _LEFT_OF_TURN * before)
        along = np.concatenate([[0.0], np.cumsum(2.0 * np.pi / after.sum() * after)[:-1]])
        start = np.concatenate([[0.0], np.cumsum(before)[:-1]])
        angle = np.arctan2(coordinates[loop[0], 1], coordinates[loop[0], 0]) + along + (start + shift - along).mean()
        moved[loop] = np.stack([np.cos(angle), np.sin(angle)], axis=1)
        return moved


class _Linearization:
    """Errors of the triangles with their first and second derivatives by the areas.

    Parameters
    ----------
    now : Refined
        Where.
    targets : (f,) float64 array
        Wanted areas.
    flipped : bool
        Whether triangles are allowed to be flipped.
    """

    def __init__(self, now: Refined, targets: np.ndarray, flipped: bool) -> None:
        areas = now.areas
        if flipped:
            self.errors, self.slopes, self.curvatures = areas / targets - 1.0, 1.0 / targets, np.zeros_like(areas)
        elif (areas <= 0).any():  # no error is small enough to flip a triangle
            self.errors = self.slopes = self.curvatures = np.full_like(areas, np.inf)
        else:
            root = np.sqrt(areas * targets)
            self.errors, self.slopes = (areas - targets) / root, 0.5 * (areas + targets) / (areas * root)
            self.curvatures = -(0.25 * areas + 0.75 * targets) / (areas**2 * root)

    @property
    def energy(self) -> float:
        """Sum of squared errors."""
        return float(self.errors @ self.errors)
