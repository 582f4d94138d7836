"""A sparse Cholesky factorization for lattices in the plane, by nested dissection."""

from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Bool, Float64, Int32, Int64
from numba import njit
from scipy.linalg import blas, lapack

from core.base.errors import SolveError
from core.base.progress import Progress, Work

OFFSETS = np.array([[0, 0], [1, 0], [0, 1], [1, 1], [2, 0], [0, 2], [2, 2]])
"""The neighbours that a row of the matrix may reach; those on the other side follow by symmetry."""

REACH = 2
"""How far that is: the width of a separator, and of the empty margin that a lattice needs."""

_LEAF = 100
"""Nodes of a part that is not divided further."""
_BETWEEN_REPORTS = 200
"""Fronts between two places to cancel."""


@dataclass
class _Front:
    """One dense step of the elimination.

    ``pivots`` are eliminated here, ``border`` are the later nodes that they are coupled to; ``places`` say, for each
    child, where its border lies among the pivots and border here.
    """

    pivots: np.ndarray
    border: np.ndarray
    children: list[int]
    places: list[np.ndarray] = field(default_factory=list[np.ndarray])


class Dissection:
    """An order of elimination for the active nodes of a lattice, children before parents.

    Parameters
    ----------
    active : (m0, m1) bool array
        The nodes that are unknowns; none in the two outermost rows and columns.

    Raises
    ------
    ValueError
        If no node is active, or one lies in the margin.

    Notes
    -----
    George, *Nested dissection of a regular finite element mesh* (1973): a rectangle is divided by a strip two nodes
    wide, which no coupling crosses. n unknowns take O(n^1.5) operations and O(n log n) memory.
    """

    def __init__(self, active: Bool[np.ndarray, "m0 m1"]) -> None:
        margin = np.ones(active.shape, bool)
        margin[REACH:-REACH, REACH:-REACH] = False
        if not active.any() or (active & margin).any():
            raise ValueError(f"a lattice needs active nodes, and none of them in a margin of {REACH:,} nodes")
        self.active = active
        self.fronts: list[_Front] = []
        self._numbers = np.arange(active.size).reshape(active.shape)
        rows, columns = np.flatnonzero(active.any(1)), np.flatnonzero(active.any(0))
        self._divide(rows[0], rows[-1] + 1, columns[0], columns[-1] + 1)
        slot = np.full(active.size, -1, np.int32)
        for front in self.fronts:
            inside = np.concatenate([front.pivots, front.border])
            slot[inside] = np.arange(len(inside))
            front.places = [slot[self.fronts[child].border] for child in front.children]
            slot[inside] = -1

    def _divide(self, top: int, bottom: int, left: int, right: int) -> list[int]:
        """Add the fronts of a rectangle; return the number of the last one, or nothing where no node is active."""
        inside = (slice(top, bottom), slice(left, right))
        count, strip, children = int(self.active[inside].sum()), inside, []
        if not count:
            return []
        if count > _LEAF and max(bottom - top, right - left) > 3 * REACH:
            if bottom - top >= right - left:
                cut = (top + bottom - REACH) // 2
                children = self._divide(top, cut, left, right) + self._divide(cut + REACH, bottom, left, right)
                strip = (slice(cut, cut + REACH), inside[1])
            else:
                cut = (left + right - REACH) // 2
                children = self._divide(top, bottom, left, cut) + self._divide(top, bottom, cut + REACH, right)
                strip = (inside[0], slice(cut, cut + REACH))
        around = (slice(top - REACH, bottom + REACH), slice(left - REACH, right + REACH))
        ring = self.active[around].copy()
        ring[REACH:-REACH, REACH:-REACH] = False
        pivots, border = self._numbers[strip][self.active[strip]], self._numbers[around][ring]
        self.fronts.append(_Front(pivots, border, children))
        return [len(self.fronts) - 1]


class LatticeFactor:
    """The Cholesky factor of a symmetric positive definite matrix on a lattice.

    Parameters
    ----------
    dissection : Dissection
        The order of elimination.
    blocks : list of pair of arrays
        Of each front the triangle (p, p) of its pivots and the rows (b, p) of its border.
    """

    def __init__(self, dissection: Dissection, blocks: list[tuple[np.ndarray, np.ndarray]]) -> None:
        self._fronts, self._blocks = dissection.fronts, blocks

    def solve(self, right: Float64[np.ndarray, "m k"]) -> Float64[np.ndarray, "m k"]:
        """Return the solution for right-hand sides that are given for all nodes; zero at those that are not active."""
        result = np.zeros_like(right)
        for front in self._fronts:
            result[front.pivots] = right[front.pivots]
        for front, (triangle, rows) in zip(self._fronts, self._blocks, strict=True):
            if not len(triangle):
                continue
            part = blas.dtrsm(1.0, triangle.T, result[front.pivots], trans_a=1)
            result[front.pivots] = part
            result[front.border] -= rows @ part
        for front, (triangle, rows) in zip(reversed(self._fronts), reversed(self._blocks), strict=True):
            if not len(triangle):
                continue
            part = result[front.pivots] - rows.T @ result[front.border]
            result[front.pivots] = blas.dtrsm(1.0, triangle.T, part)
        return result


def factorization(dissection: Dissection, stencil: Float64[np.ndarray, "7 m"]) -> Work[LatticeFactor]:
    """Factorize a matrix as a work that reports progress and can be cancelled.

    Parameters
    ----------
    dissection : Dissection
        The order of elimination.
    stencil : (7, m) float64 array
        Entry of the matrix between node k and the node ``OFFSETS[r]`` further, for all m nodes of the lattice, row by
        row; entries to nodes that are not active are left out.

    Raises
    ------
    SolveError
        If the matrix is not positive definite.
    """
    fronts, size = dissection.fronts, dissection.active.size
    steps = OFFSETS @ np.array([dissection.active.shape[1], 1])
    slot = np.full(size, -1, np.int32)
    updates: dict[int, np.ndarray] = {}
    blocks: list[tuple[np.ndarray, np.ndarray]] = []
    for k, front in enumerate(fronts):
        p, b = len(front.pivots), len(front.border)
        triangle, rows, update = np.zeros((p, p)), np.zeros((b, p)), np.zeros((b, b))
        _gather(stencil, steps, front.pivots, front.border, slot, triangle, rows)
        for child, place in zip(front.children, front.places, strict=True):
            _extend(updates.pop(child), place, triangle, rows, update)
        if p:
            # The blocks are stored by rows: what LAPACK, which reads columns, sees are their transposes.
            info = lapack.dpotrf(triangle.T, lower=0, clean=0, overwrite_a=1)[1]
            if info:
                raise SolveError(
                    f"The equations of the detail layer are not positive definite (front {k} of {len(fronts)}). "
                    "Use a coarser lattice."
                )
            if b:
                blas.dtrsm(1.0, triangle.T, rows.T, trans_a=1, overwrite_b=1)
                blas.dsyrk(-1.0, rows.T, beta=1.0, c=update.T, trans=1, overwrite_c=1)
        blocks.append((triangle, rows))
        updates[k] = update
        if k % _BETWEEN_REPORTS == _BETWEEN_REPORTS - 1:
            yield Progress((k + 1) / len(fronts), "Factorizing")
    return LatticeFactor(dissection, blocks)


@njit(cache=True, nogil=True)
def _gather(
    stencil: Float64[np.ndarray, "n m"],
    steps: Int64[np.ndarray, " k"],
    pivots: Int64[np.ndarray, " p"],
    border: Int64[np.ndarray, " q"],
    slot: Int32[np.ndarray, " m"],
    triangle: Float64[np.ndarray, "p p"],
    rows: Float64[np.ndarray, "q p"],
) -> None:
    """Write the matrix entries of the pivots into the dense blocks of their front."""
    p = len(pivots)
    for k in range(p):
        slot[pivots[k]] = k
    for k in range(len(border)):
        slot[border[k]] = p + k
    for k in range(p):
        node = pivots[k]
        for r in range(len(steps)):
            ahead, behind = slot[node + steps[r]], slot[node - steps[r]]
            if ahead >= p:
                rows[ahead - p, k] = stencil[r, node]
            elif ahead >= 0:
                triangle[max(ahead, k), min(ahead, k)] = stencil[r, node]
            if behind >= p:
                rows[behind - p, k] = stencil[r, node - steps[r]]
    for k in range(p):
        slot[pivots[k]] = -1
    for k in range(len(border)):
        slot[border[k]] = -1


@njit(cache=True, nogil=True)
def _extend(
    child: Float64[np.ndarray, "n n"],
    place: Int32[np.ndarray, " n"],
    triangle: Float64[np.ndarray, "m m"],
    rows: Float64[np.ndarray, "k m"],
    update: Float64[np.ndarray, "k k"],
) -> None:
    """Add what a child leaves to the dense blocks of its parent; lower triangles are used."""
    p = len(triangle)
    for r in range(len(place)):
        for c in range(r + 1):
            low, high = place[c], place[r]
            if low > high:
                low, high = high, low
            if high < p:
                triangle[high, low] += child[r, c]
            elif low < p:
                rows[high - p, low] += child[r, c]
            else:
                update[high - p, low - p] += child[r, c]
