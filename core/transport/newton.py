"""Damped Newton's method for the power weights of sites in the unit disk."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64, Int32

from core.transport.green import cell_areas
from core.transport.half_edges import flip_to_regular
from core.transport.multigrid import (
    Hierarchy,
    hierarchy,
    laplacian_of_half_edges,
    rows_by_length,
    solve_laplacian,
)

_FAR_ERROR, _FAR_RATIO = 1.0, 0.37
_NEAR_ERROR = 1e-2  # from here on Newton's method converges quadratically, in any norm
_BETTER = 0.9  # a step that lessens the error by less is not worth its diagrams
_FAR_ACCURACY = 0.2  # of the linear systems far from the solution, relative to each row
_FEWEST_LEFT = 0.1  # far from the solution, a step may not shrink the worst cell to less than this part of what it was
_SHORTEST_FAR_STEP, _SHORTEST_STEP = 2.0**-8, 2.0**-30
_MOST_ITERATIONS = 300
_STALE_ITERATIONS = 16  # more than this beyond those of a fresh preconditioner, and building one is cheaper


@dataclass(frozen=True, eq=False)
class NewtonState:
    """Weights with their power diagram.

    Parameters
    ----------
    weights : (n,) float64 array
        Power weights for which every site has a cell.
    origins, twins : (h,) int32 arrays
        Their regular triangulation (see `RegularTriangulation`).
    areas : (n,) float64 array
        Areas of the cells, all positive.
    conductances : (h,) float64 array
        For each half-edge, minus the derivative of the area of one cell with respect to the weight of the other.
    error : float
        Largest |area / mass - 1|.
    least_ratio : float
        Smallest area / mass.
    """

    weights: Float64[np.ndarray, " n"]
    origins: Int32[np.ndarray, " h"]
    twins: Int32[np.ndarray, " h"]
    areas: Float64[np.ndarray, " n"]
    conductances: Float64[np.ndarray, " h"]
    error: float
    least_ratio: float


class DampedNewton:
    """Newton's method for given sites and masses; it keeps a preconditioner from step to step.

    Parameters
    ----------
    places : (n, 2) float64 array
        Distinct sites, not all on one line.
    masses : (n,) float64 array
        Prescribed areas, summing to pi.
    tolerance : float
        Wanted relative area error; it sets how accurately the last linear systems are solved.
    """

    def __init__(self, places: Float64[np.ndarray, "n 2"], masses: Float64[np.ndarray, " n"], tolerance: float) -> None:
        self._x, self._y = np.ascontiguousarray(places[:, 0]), np.ascontiguousarray(places[:, 1])
        self._masses, self._tolerance = masses, tolerance
        self._levels: Hierarchy | None = None
        self._order = np.arange(len(masses), dtype=np.uint32)
        self._fresh_iterations, self._precise = 0, False

    def evaluate(
        self, weights: Float64[np.ndarray, " n"], origins: Int32[np.ndarray, " h"], twins: Int32[np.ndarray, " h"]
    ) -> NewtonState | None:
        """Return the state at other weights, by repair of a former triangulation; None if a site has no cell."""
        origins, twins = origins.copy(), twins.copy()
        if not flip_to_regular(self._x, self._y, weights, origins, twins):
            return None
        n_triangles = len(origins) // 3
        areas, conductances = np.empty(len(weights)), np.empty(len(origins))
        centres = np.empty((2, n_triangles))
        cell_areas(self._x, self._y, weights, origins, twins, centres[0], centres[1], areas, conductances)
        ratio = areas / self._masses
        least = float(ratio.min())
        if not least > 0.0:
            return None
        error = float(max(ratio.max() - 1.0, 1.0 - least))
        return NewtonState(weights, origins, twins, areas, conductances, error, least)

    def step(self, state: NewtonState) -> tuple[NewtonState | None, float, int]:
        """Make one damped step.

        Returns
        -------
        state : NewtonState or None
            The next state; None if no step is better.
        length : float
            Part of the full step that was taken.
        diagrams : int
            Diagrams that were computed.
        """
        tried = 0
        if state.error > _FAR_ERROR or state.least_ratio < _FAR_RATIO:
            found, length, tried = self._search(state, self._far_direction(state), self._is_nearer, False)
            if found is not None:
                return found, length, tried
        found, length, more = self._search(state, self._newton_direction(state), self._is_damped, True)
        return found, length, tried + more

    def centred(self, state: NewtonState) -> NewtonState:
        """Return the same state with weights shifted so that those that matter most are small, hence finely rounded."""
        slopes = np.bincount(state.origins, state.conductances, len(state.weights) + 1)[:-1]
        shifted = state.weights - state.weights[int(np.argmax(slopes / self._masses))]
        return self.evaluate(shifted, state.origins, state.twins) or state

    def _far_direction(self, state: NewtonState) -> np.ndarray:
        """Solve for small cells growing by the logarithm of what they lack, and large ones paying for it."""
        areas, masses = state.areas, self._masses
        lacking = masses > areas
        wanted = np.where(lacking, areas * np.log(masses / areas), masses - areas)
        wanted[~lacking] *= -wanted[lacking].sum() / wanted[~lacking].sum()
        return self._solve(state, wanted, _FAR_ACCURACY * np.minimum(areas, masses))

    def _newton_direction(self, state: NewtonState) -> np.ndarray:
        """Solve for the areas that are lacking, accurately enough for quadratic convergence."""
        accuracy = min(max(0.1 * state.error**2, 0.1 * self._tolerance), _FAR_ACCURACY)
        return self._solve(state, self._masses - state.areas, accuracy * np.minimum(state.areas, self._masses))

    def _solve(self, state: NewtonState, right: np.ndarray, tolerance: np.ndarray) -> np.ndarray:
        """Solve with the preconditioner at hand, or with a new one where that takes too long."""
        start = np.zeros(len(right))
        if self._levels is not None:
            limit = self._fresh_iterations + _STALE_ITERATIONS
            start, iterations, excess = self._conjugate_gradients(state, right, tolerance, limit, start)
            if excess <= 1.0:
                if iterations > self._fresh_iterations + _STALE_ITERATIONS // 2:
                    self._levels = None
                return start
        self._order = rows_by_length(state.origins, state.conductances, len(right))
        while True:
            self._levels = None
            solution, iterations, excess = self._conjugate_gradients(state, right, tolerance, _MOST_ITERATIONS, start)
            if not start.any() or not self._fresh_iterations:
                self._fresh_iterations = iterations
            if excess <= 1.0 or self._precise:
                return solution
            self._precise = True

    def _conjugate_gradients(
        self, state: NewtonState, right: np.ndarray, tolerance: np.ndarray, most: int, start: np.ndarray
    ) -> tuple[np.ndarray, int, float]:
        """Solve with rows in the order of the preconditioner; without one, build it."""
        order = self._order
        laplacian = laplacian_of_half_edges(state.origins, state.twins, state.conductances, order)
        if self._levels is None:
            self._levels = hierarchy(laplacian, self._precise)
        found, iterations, excess = solve_laplacian(
            laplacian, self._levels, right[order], tolerance[order], most, start[order]
        )
        solution = np.empty_like(found)
        solution[order] = found
        return solution, iterations, excess

    def _search(
        self,
        state: NewtonState,
        direction: Float64[np.ndarray, " n"],
        accepts: Callable[[NewtonState, NewtonState, float], bool],
        thorough: bool,
    ) -> tuple[NewtonState | None, float, int]:
        """Halve the step until it is accepted; return the state found or None, the length and the diagrams computed."""
        length, tried = 1.0, 0
        while length >= (_SHORTEST_STEP if thorough else _SHORTEST_FAR_STEP):
            found = self.evaluate(state.weights + length * direction, state.origins, state.twins)
            tried += 1
            if found is not None and accepts(state, found, length):
                return found, length, tried
            if tried == 2 and state.error <= 100.0 * self.resolution(state):
                break  # only rounding is left
            length *= 0.5
        return None, 0.0, tried

    def _is_nearer(self, state: NewtonState, found: NewtonState, length: float) -> bool:
        """Accept what lessens the sum of |log(area / mass)| and leaves no cell nearly empty."""
        before, after = (float(np.abs(np.log(s.areas / self._masses)).sum()) for s in (state, found))
        return after < before and found.least_ratio >= _FEWEST_LEFT * state.least_ratio

    def _is_damped(self, state: NewtonState, found: NewtonState, length: float) -> bool:
        """Accept by the rule of Kitagawa, Merigot and Thibert; near the solution, also where the error itself falls.

        The sum of squares of the differences is that of the large cells: once they are within rounding it says nothing
        of the small ones.
        """
        factor = 1.0 - length / 2.0
        if found.least_ratio < 0.5 * min(state.least_ratio, 1.0):
            return False
        if state.error <= _NEAR_ERROR and found.error <= min(factor, _BETTER) * state.error:
            return True
        before, after = (math.sqrt(np.square(self._masses - s.areas).sum()) for s in (state, found))  # no BLAS threads
        return after <= factor * before

    def resolution(self, state: NewtonState) -> float:
        """Relative area error that the rounding of the weights can cause."""
        slopes = np.bincount(state.origins, state.conductances, len(state.weights) + 1)[:-1]
        return float((np.spacing(np.abs(state.weights)) * slopes / self._masses).max())
