"""Values of bumps with which no piece near them is turned over, by the method of Levenberg and Marquardt."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from jaxtyping import Float64
from scipy import sparse
from scipy.spatial import cKDTree

from core.base.progress import Progress, Work
from core.relu.surface_pieces import SurfacePieces
from core.training.bumps import Bump
from core.training.fold_sheet import KEPT, FaceParts, FoldSheet, determinants

_RIDGE = 1e-3
"""Weight of squared values, relative to their steep half lengths, beside squared lacks of relative area."""
_STEPS = 80
_LITTLE = 1e-4
"""Relative gain of a step at which the solver ends."""


class BumpSystem:
    """How the maps of some pieces, and the codes of parts of their faces, depend on the values of bumps.

    Parameters
    ----------
    sheet : FoldSheet
        The surface and its chart.
    pieces : SurfacePieces
        Exact pieces with bumps of no height.
    parts : FaceParts
        The faces that the bumps reach, cut as the certificate cuts them.
    bumps : sequence of Bump
        Whose values are looked for.
    """

    def __init__(self, sheet: FoldSheet, pieces: SurfacePieces, parts: FaceParts, bumps: Sequence[Bump]) -> None:
        self.steep = np.array([bump.sizes[0] for bump in bumps])
        edges = sheet.edges[pieces.face]
        self._pieces, self._slopes_of = pieces, self._slopes(pieces, bumps)
        along = np.arange(3 * len(edges)).reshape(-1, 3).repeat(2, axis=0).ravel()
        sides = sparse.csr_matrix(
            (edges.ravel(), along, np.arange(0, edges.size + 1, 3)), (2 * len(edges), 3 * len(edges))
        )
        influence = (sides @ self._slopes_of).tocsr()
        ratios = sheet.ratios(pieces)
        touched: np.ndarray = np.asarray(abs(influence).sum(1)).reshape(-1, 2).sum(1)
        # Pieces of one face with one map and the same bumps are one condition.
        key = np.stack([pieces.face, np.round(ratios * 1e8), np.round(touched * 1e8)])
        kept = np.sort(np.unique(key, axis=1, return_index=True)[1])
        kept = kept[touched[kept] > 0.0]
        images = np.einsum("pck,pek->pec", pieces.slopes[kept], edges[kept]).reshape(-1, 2)
        self._heights = self._heights_of(parts, bumps)
        lifts = parts.differences_of @ self._heights
        moved = np.flatnonzero(np.asarray(abs(lifts).sum(1)).reshape(-1, 2).sum(1))
        rows = np.concatenate([np.stack([2 * some, 2 * some + 1], 1).ravel() for some in (kept, moved)])
        rows[2 * len(kept) :] += influence.shape[0]
        self._influence_of = (sparse.vstack([influence, lifts]).tocsr()[rows]) @ sparse.diags(self.steep)
        self._images = np.concatenate([images, parts.edges[moved].reshape(-1, 2)])
        face = np.concatenate([pieces.face[kept], parts.face[moved]])
        self._shares, self._weights = sheet.shares[face], sheet.weights[face]
        self._shares[len(kept) :] *= parts.share
        self._n_pieces = len(kept)

    @staticmethod
    def _heights_of(parts: FaceParts, bumps: Sequence[Bump]) -> sparse.csr_matrix:
        """Return the height of each bump (columns) at the points of the parts (rows)."""
        points = parts.points.reshape(-1, 3)
        tree = cKDTree(points)
        columns: list[sparse.csc_matrix] = []
        for bump in bumps:
            near = np.array(tree.query_ball_point(bump.centre, bump.sizes.max()), np.int64)
            columns.append(
                sparse.csc_matrix((bump.heights(points[near]), (near, np.zeros(len(near), np.int64))), (len(points), 1))
            )
        return sparse.hstack(columns).tocsr()

    @staticmethod
    def _slopes(pieces: SurfacePieces, bumps: Sequence[Bump]) -> sparse.csr_matrix:
        """Return the derivative of each bump (columns) on the pieces (rows: three for each)."""
        tree = cKDTree(pieces.middles)
        rows: list[np.ndarray] = []
        columns: list[np.ndarray] = []
        values: list[np.ndarray] = []
        for k, bump in enumerate(bumps):
            near = np.array(tree.query_ball_point(bump.centre, bump.sizes.max()), np.int64)
            places = bump.coordinates(pieces.middles[near])
            inside = np.abs(places).sum(1) < 1.0
            near, slopes = near[inside], -(np.sign(places[inside]) / bump.sizes) @ bump.axes
            rows.append((3 * near[:, None] + np.arange(3)).ravel())
            columns.append(np.full(3 * len(near), k))
            values.append(slopes.ravel())
        entries = np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))
        return sparse.csr_matrix(entries, (3 * len(pieces.face), len(bumps)))

    def pieces(self, values: Float64[np.ndarray, "k 2"]) -> SurfacePieces:
        """Return the pieces with these values of the bumps: values move no piece, they change its map."""
        change = (self._slopes_of @ values).reshape(-1, 3, 2).transpose(0, 2, 1)
        return replace(self._pieces, slopes=self._pieces.slopes + change)

    def farthest(self, values: Float64[np.ndarray, "k 2"]) -> float:
        """Return how far these values of the bumps move a code at most."""
        return float(np.linalg.norm(self._heights @ values, axis=1).max(initial=0.0))

    def turned_parts(self, values: Float64[np.ndarray, "k 2"]) -> int:
        """Return how many parts of faces are turned over with these values of the bumps."""
        images = self.images(values / self.steep[:, None])[self._n_pieces :]
        return int((determinants(images) / self._shares[self._n_pieces :] <= 0.0).sum())

    def images(self, values: np.ndarray) -> np.ndarray:
        """Images of both edges of the pieces, (k, 2, 2), for values of the bumps over their steep half lengths."""
        return (self._images + self._influence_of @ values).reshape(-1, 2, 2)

    def lacks(self, images: np.ndarray) -> np.ndarray:
        """Weighted relative area that each piece lacks."""
        return np.maximum(0.0, KEPT - determinants(images) / self._shares) * self._weights

    def cost(self, images: np.ndarray, values: np.ndarray) -> float:
        """What is made small."""
        return float(np.square(self.lacks(images)).sum() + _RIDGE * np.square(values).sum())

    def equations(self, images: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Normal equations of a step, the first coordinate of all values before the second."""
        lacks = self.lacks(images)
        active = np.flatnonzero(lacks)
        (a, b), (c, d) = images[active].transpose(1, 2, 0)
        slopes = np.array([[d, -c], [-b, a]]) * (self._weights / self._shares)[active]
        upper, lower = self._influence_of[2 * active], self._influence_of[2 * active + 1]
        parts = [sparse.diags(slopes[0, k]) @ upper + sparse.diags(slopes[1, k]) @ lower for k in range(2)]
        jacobian = sparse.hstack(parts).tocsr()
        return (jacobian.T @ jacobian).toarray(), jacobian.T @ lacks[active] - _RIDGE * values.T.ravel()


def solved_values(system: BumpSystem, former: np.ndarray) -> Work[Float64[np.ndarray, "k 2"]]:
    """Return the values of the bumps, beginning with those that the first of them had."""
    values = np.zeros((len(system.steep), 2))
    values[: len(former)] = former / system.steep[: len(former), None]
    images, damping = system.images(values), 1e-3
    cost = system.cost(images, values)
    for step in range(_STEPS):
        yield Progress(step / _STEPS, f"Mending folds: {len(values):,} corrections")
        matrix, right = system.equations(images, values)
        diagonal = matrix.diagonal() + 1e-4 * matrix.diagonal().mean()
        for _ in range(10):
            change = np.linalg.solve(matrix + np.diag(damping * diagonal + _RIDGE), right)
            tried = values + change.reshape(2, -1).T
            there = system.images(tried)
            found = system.cost(there, tried)
            if found < cost:
                break
            damping *= 4.0
        else:
            break
        gain = 1.0 - found / cost
        values, images, cost, damping = tried, there, found, max(damping / 4.0, 1e-9)
        if gain < _LITTLE or not system.lacks(images).any():
            break
    return values * system.steep[:, None]
