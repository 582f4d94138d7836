"""A sparse Cholesky factorization for meshes in the plane, by nested dissection."""

from typing import no_type_check

import numpy as np
from jaxtyping import Bool, Float64, Int8, Int32, Int64
from numba import njit
from scipy.linalg import blas, lapack

_LEAF = 16
"""Vertices of a part that is not divided further."""


class MeshDissection:
    """An order of elimination for the unknowns at the vertices of a mesh, with the places of all that is computed.

    Parameters
    ----------
    points : (n, 2) float64 array
        Places of the vertices, by which the mesh is divided: any that keep neighbours near each other will do.
    owner : (m,) int64 array
        Vertex of each unknown, ascending; each vertex has at least one.
    indptr, indices : (m + 1,) and (e,) int arrays
        Pattern of the matrix by columns, symmetric, all unknowns of two neighbouring vertices coupled.

    Notes
    -----
    George and Liu, *An automatic nested dissection algorithm for irregular finite element problems* (1978), with
    parts divided at the median of their longer side. The matrix is eliminated in fronts, children before parents: the
    unknowns of a separator (the pivots) and the later ones that they are coupled to (the border) make up dense blocks.
    Unknowns are numbered anew, in the order of elimination.
    """

    def __init__(
        self,
        points: Float64[np.ndarray, "n 2"],
        owner: Int64[np.ndarray, " m"],
        indptr: np.ndarray,
        indices: np.ndarray,
    ) -> None:
        self._owner, self._indptr, self._indices = owner, indptr, indices
        self._first = np.searchsorted(owner, np.arange(len(points) + 1))
        self._side = np.zeros(len(points), np.int8)
        self._parts: list[np.ndarray] = []
        self._children: list[list[int]] = []
        self._divide(points, np.arange(len(points)))
        order = np.concatenate(self._parts)
        count = np.diff(self._first)[order]
        first = np.concatenate([[0], np.cumsum(count)])  # new number of the first unknown of each vertex in order
        self._order = _ranges(self._first[order], count)
        ends = np.cumsum([len(part) for part in self._parts])
        self._start = first[np.concatenate([[0], ends])]
        self._borders = self._coupled(order, ends, first, count)
        self._places = [
            [self._place(k, self._borders[child]) for child in children] for k, children in enumerate(self._children)
        ]
        pivots = np.diff(self._start)
        borders = np.array([len(border) for border in self._borders])
        self._offset = np.concatenate([[0], np.cumsum(pivots * (pivots + borders))])
        self._border = np.concatenate(self._borders)
        self._border_start = np.concatenate([[0], np.cumsum(borders)])
        new = np.empty(len(owner), np.int64)
        new[self._order] = np.arange(len(owner))
        target = _targets(
            self._order, new, indptr, indices, self._start, self._border, self._border_start, self._offset
        )
        self._source = np.flatnonzero(target >= 0)
        self._target = target[self._source]

    def _divide(self, points: np.ndarray, part: np.ndarray) -> list[int]:
        """Add the fronts of some vertices; return the number of the last one, or nothing where there are none."""
        if not len(part):
            return []
        children: list[int] = []
        if len(part) > _LEAF:
            axis = int(np.ptp(points[part], axis=0).argmax())
            halved = part[np.argpartition(points[part, axis], len(part) // 2)]
            low, high = halved[: len(part) // 2], halved[len(part) // 2 :]
            self._side[low], self._side[high] = 1, 2
            pattern = self._side, self._owner, self._first, self._indptr, self._indices
            from_low, from_high = _beside(low, 2, *pattern), _beside(high, 1, *pattern)
            self._side[part] = 0
            if from_low.sum() > from_high.sum():
                low, high, from_low = high, low, from_high
            children = self._divide(points, low[~from_low]) + self._divide(points, high)
            part = low[from_low]
        self._parts.append(part)
        self._children.append(children)
        return [len(self._parts) - 1]

    def _coupled(self, order: np.ndarray, ends: np.ndarray, first: np.ndarray, count: np.ndarray) -> list[np.ndarray]:
        """Return the border of each front, ascending."""
        rank = np.empty(len(order), np.int64)
        rank[order] = np.arange(len(order))
        seen = np.full(len(order), -1)
        vertices: list[np.ndarray] = []
        for k, (part, children) in enumerate(zip(self._parts, self._children, strict=True)):
            beyond = np.concatenate([np.empty(0, np.int64), *(vertices[child] for child in children)])
            pattern = self._owner, self._first, self._indptr, self._indices
            vertices.append(np.sort(_later(k, part, beyond, int(ends[k]), rank, seen, *pattern)))
        return [_ranges(first[border], count[border]) for border in vertices]

    def _place(self, front: int, border: np.ndarray) -> np.ndarray:
        """Say where the border of a child lies among the pivots and border of its parent; ascending."""
        start, end = self._start[front], self._start[front + 1]
        beyond = end - start + np.searchsorted(self._borders[front], border)
        inside: np.ndarray = border - start
        return np.where(border < end, inside, beyond)

    def factorized(self, matrix: Float64[np.ndarray, " e"]) -> "MeshFactor | None":
        """Factorize a symmetric matrix with this pattern; None if it is not positive definite within rounding."""
        if not np.isfinite(matrix).all():  # not every LAPACK finds these
            return None
        values = np.zeros(self._offset[-1])
        values[self._target] = matrix[self._source]
        updates: dict[int, np.ndarray] = {}
        for k, border in enumerate(self._borders):
            p, b = int(self._start[k + 1] - self._start[k]), len(border)
            block = values[self._offset[k] : self._offset[k + 1]]
            triangle, rows, update = block[: p * p].reshape(p, p), block[p * p :].reshape(b, p), np.zeros((b, b))
            for child, place in zip(self._children[k], self._places[k], strict=True):
                _extend(updates.pop(child), place, triangle, rows, update)
            if p:
                # The blocks are stored by rows: what LAPACK, which reads columns, sees are their transposes.
                if lapack.dpotrf(triangle.T, lower=0, clean=0, overwrite_a=1)[1]:
                    return None
                if b:
                    blas.dtrsm(1.0, triangle.T, rows.T, trans_a=1, overwrite_b=1)
                    blas.dsyrk(-1.0, rows.T, beta=1.0, c=update.T, trans=1, overwrite_c=1)
            updates[k] = update
        return MeshFactor(values, self._order, self._start, self._border, self._border_start, self._offset)


class MeshFactor:
    """The Cholesky factor of a symmetric positive definite matrix on a mesh.

    Parameters
    ----------
    values : (v,) float64 array
        Of each front, one after the other, the triangle (p, p) of its pivots and the rows (b, p) of its border.
    order : (m,) int64 array
        Unknowns in the order of elimination.
    start, border, border_start, offset : int64 arrays
        Where the pivots, the border and the values of each front are.
    """

    def __init__(
        self,
        values: np.ndarray,
        order: np.ndarray,
        start: np.ndarray,
        border: np.ndarray,
        border_start: np.ndarray,
        offset: np.ndarray,
    ) -> None:
        self._values, self._order, self._fronts = values, order, (start, border, border_start, offset)

    def solve(self, right: Float64[np.ndarray, "m *k"]) -> Float64[np.ndarray, "m *k"]:
        """Return the solution for one right-hand side, or for each column of several."""
        columns = right.reshape(len(right), -1)[self._order].T.copy()
        for column in columns:
            _substitute(column, self._values, *self._fronts)
        result = np.empty((len(right), len(columns)))
        result[self._order] = columns.T
        return result.reshape(right.shape)


def _ranges(first: np.ndarray, count: np.ndarray) -> np.ndarray:
    """Return the numbers first, first + 1, ... of each range, one range after the other."""
    shift: np.ndarray = first - np.cumsum(count) + count
    return np.repeat(shift, count) + np.arange(int(count.sum()))


@njit(cache=True, nogil=True)
@no_type_check
def _beside(
    part: Int64[np.ndarray, " n"],
    other: int,
    side: Int8[np.ndarray, " m"],
    owner: Int64[np.ndarray, " k"],
    first: Int64[np.ndarray, " p"],
    indptr: Int32[np.ndarray, " q"],
    indices: Int32[np.ndarray, " r"],
) -> Bool[np.ndarray, " n"]:
    """Tell which vertices of a part have a neighbour on the other side."""
    beside = np.zeros(len(part), np.bool_)
    for k in range(len(part)):
        column = first[part[k]]
        for e in range(indptr[column], indptr[column + 1]):
            beside[k] |= side[owner[indices[e]]] == other
    return beside


@njit(cache=True, nogil=True)
@no_type_check
def _later(
    front: int,
    part: Int64[np.ndarray, " n"],
    beyond: Int64[np.ndarray, " m"],
    end: int,
    rank: Int64[np.ndarray, " k"],
    seen: Int64[np.ndarray, " k"],
    owner: Int64[np.ndarray, " p"],
    first: Int64[np.ndarray, " q"],
    indptr: Int32[np.ndarray, " r"],
    indices: Int32[np.ndarray, " s"],
) -> Int64[np.ndarray, " t"]:
    """Return the ranks, from ``end`` on, of neighbours of a part and of what its children leave, each once."""
    found = np.empty(len(rank) - end, np.int64)
    n = 0
    for r in beyond:
        if r >= end and seen[r] != front:
            seen[r], found[n] = front, r
            n += 1
    for v in part:
        for e in range(indptr[first[v]], indptr[first[v] + 1]):
            r = rank[owner[indices[e]]]
            if r >= end and seen[r] != front:
                seen[r], found[n] = front, r
                n += 1
    return found[:n].copy()


@njit(cache=True, nogil=True)
@no_type_check
def _targets(
    order: Int64[np.ndarray, " n"],
    new: Int64[np.ndarray, " n"],
    indptr: Int32[np.ndarray, " m"],
    indices: Int32[np.ndarray, " k"],
    start: Int64[np.ndarray, " p"],
    border: Int64[np.ndarray, " q"],
    border_start: Int64[np.ndarray, " p"],
    offset: Int64[np.ndarray, " p"],
) -> Int64[np.ndarray, " k"]:
    """Return where each entry of the matrix goes among the values of the factor; -1 above the diagonal."""
    target, slot = np.full(len(indices), -1, np.int64), np.empty(len(order), np.int64)
    for k in range(len(start) - 1):
        p = start[k + 1] - start[k]
        for b in range(border_start[k], border_start[k + 1]):
            slot[border[b]] = p + b - border_start[k]
        for j in range(start[k], start[k + 1]):
            slot[j] = j - start[k]
        for j in range(start[k], start[k + 1]):
            for e in range(indptr[order[j]], indptr[order[j] + 1]):
                i = new[indices[e]]
                if i >= j:
                    target[e] = offset[k] + slot[i] * p + slot[j]
    return target


@njit(cache=True, nogil=True)
@no_type_check
def _extend(
    child: Float64[np.ndarray, "n n"],
    place: Int64[np.ndarray, " n"],
    triangle: Float64[np.ndarray, "m m"],
    rows: Float64[np.ndarray, "k m"],
    update: Float64[np.ndarray, "k k"],
) -> None:
    """Add what a child leaves to the dense blocks of its parent; lower triangles are used."""
    p = len(triangle)
    inside = np.searchsorted(place, p)
    for r in range(inside):
        for c in range(r + 1):
            triangle[place[r], place[c]] += child[r, c]
    for r in range(inside, len(place)):
        row = place[r] - p
        for c in range(inside):
            rows[row, place[c]] += child[r, c]
        for c in range(inside, r + 1):
            update[row, place[c] - p] += child[r, c]


@njit(cache=True, nogil=True, fastmath={"reassoc", "contract"})
@no_type_check
def _substitute(
    x: Float64[np.ndarray, " n"],
    values: Float64[np.ndarray, " m"],
    start: Int64[np.ndarray, " k"],
    border: Int64[np.ndarray, " p"],
    border_start: Int64[np.ndarray, " k"],
    offset: Int64[np.ndarray, " k"],
) -> None:
    """Solve in place, forwards and backwards; the unknowns are in the order of elimination."""
    n = len(start) - 1
    for k in range(n):
        s, p, b, v = start[k], start[k + 1] - start[k], border_start[k], offset[k]
        for i in range(p + border_start[k + 1] - b):
            total = 0.0
            for j in range(min(i, p)):
                total += values[v + i * p + j] * x[s + j]
            if i < p:
                x[s + i] = (x[s + i] - total) / values[v + i * p + i]
            else:
                x[border[b + i - p]] -= total
    for k in range(n - 1, -1, -1):
        s, p, b, v = start[k], start[k + 1] - start[k], border_start[k], offset[k]
        for i in range(p + border_start[k + 1] - b - 1, -1, -1):
            if i < p:
                x[s + i] /= values[v + i * p + i]
            known = x[s + i] if i < p else x[border[b + i - p]]
            for j in range(min(i, p)):
                x[s + j] -= values[v + i * p + j] * known
