"""Putting right the exact pieces of a surface that an encoder turns over, by bumps in space where they lie."""

import math
from collections.abc import Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float64, Int64
from scipy import sparse
from scipy.spatial import cKDTree

from core.base.clock import n_cores
from core.base.progress import Progress, Work
from core.relu.relu_map import ReluMap
from core.relu.surface_pieces import SurfacePieces, surface_pieces
from core.training.bumps import Bump, with_bumps, with_values

_BAD = 0.02
"""Area of a piece's image, over that of its place in the chart, below which it is to be put right."""
_KEPT = 0.08
"""What it shall have then, and all pieces around."""
_SURE = 1e-4
"""What all have in the end: rounding the encoder once more does not turn a piece over."""
_FARTHEST = 0.02
"""How far a code may be moved, in a disk of radius 1: the decoder has learned from the codes as they were."""
_MOST = 30
"""Faces with bad pieces up to which mending is tried: of more, their bumps are in each other's way."""
_GLANCE, _HOPELESS = 2000, 6
"""Faces that are looked at first, and bad ones among them from which the whole surface need not be looked at."""
_ROUNDS = 4
_AT_ONCE = 2000
"""Faces that one thread cuts between two places to cancel."""
_BUMPS_A_FACE = 2
_STEEP, _FLAT = 3.0, 2.5
"""Half lengths of a bump over those of its face: along the direction that is wrong, and across."""
_LONGER = (1.0, 1.6, 0.8, 2.2)
"""Factor of the second in each round."""
_BESIDE = 1.15
"""How far from the middle of the face its bump has its peak: the face lies on one slope."""
_RIDGE = 1e-3
"""Weight of squared values, relative to their steep half lengths, beside squared lacks of relative area."""
_EASY = 0.25
"""Power of how easily a face's relative area changes that its lack is weighted by."""
_STEPS = 80
_LITTLE = 1e-4
"""Relative gain of a step at which the solver ends."""


@dataclass(frozen=True, eq=False)
class Mending:
    """What came of mending.

    Parameters
    ----------
    encoder : ReluMap
        With bumps, or the same where there was nothing to mend or a piece would have stayed turned over.
    pieces : int
        Exact pieces of the surface; 0 where a part of it showed that far too many are turned over to be mended.
    flipped : int
        Those of them that were turned over, or flat.
    faces : int
        Faces that they lay in.
    bumps : int
        Bumps that were added: with them no piece is turned over.
    """

    encoder: ReluMap
    pieces: int
    flipped: int
    faces: int
    bumps: int

    @property
    def message(self) -> str:
        """What the user should know; empty where nothing was changed: the certificate tells of what is turned over."""
        if not self.bumps:
            return ""
        found = f"{self.flipped:,} of {self.pieces:,} exact pieces, in {self.faces:,} triangles, were turned over"
        return f"{found}; {self.bumps:,} local corrections of the encoder put them right."


def mended(
    points: Float64[np.ndarray, "n 3"],
    faces: Int64[np.ndarray, "f 3"],
    places: Float64[np.ndarray, "n 2"],
    encoder: ReluMap,
) -> Work[Mending]:
    """Find the exact pieces that an encoder turns over, and correct it around them.

    Parameters
    ----------
    points : (n, 3) float64 array
        Vertices of the surface, in normalized space.
    faces : (f, 3) int64 array
        Triangles.
    places : (n, 2) float64 array
        The guiding chart, which turns no face over.
    encoder : ReluMap
        Whose numbers float32 can hold, and so do those of the result.

    Notes
    -----
    A bump is a pyramid in space, two to a bad face, steep along the direction in which its map is most wrong and,
    as far as there is a choice, along the normals around, which no other face feels. With their places fixed, the
    pieces are fixed, and each one's map depends linearly on the values of the bumps: these are found by the
    method of Levenberg and Marquardt, so that no piece near has less than a part of its area in the chart. What is
    still turned over then gets bumps of its own.
    """
    sheet = _Sheet(points, faces, places)
    order = np.random.default_rng(0).permutation(len(faces))
    pieces = yield from _cut(sheet, encoder, np.sort(order[:_GLANCE]), "Looking at exact pieces")
    if len(order) > _GLANCE:
        if len(np.unique(pieces.face[sheet.ratios(pieces) <= 0.0])) >= _HOPELESS:
            return Mending(encoder, 0, 0, 0, 0)
        pieces = yield from _cut(sheet, encoder, np.arange(len(faces)), "Looking at every exact piece")
    ratios = sheet.ratios(pieces)
    flipped, bad = int((ratios <= 0.0).sum()), np.unique(pieces.face[ratios < _BAD])
    as_it_was = Mending(encoder, len(ratios), flipped, len(np.unique(pieces.face[ratios <= 0.0])), 0)
    if not flipped or len(bad) > _MOST or len(encoder.weights) < 3:
        return as_it_was
    bumps, values, near = list[Bump](), np.zeros((0, 2)), pieces
    for k in range(_ROUNDS):
        for face in bad:
            wrong = (near.face == face) & (ratios < _KEPT)
            bumps += sheet.bumps(face, near.slopes[wrong].mean(0), k)
        wider = with_bumps(encoder, bumps, float(np.abs(points).max()))
        reached = sheet.reached(bumps)
        pieces = yield from _cut(sheet, wider, reached, "Mending folds: pieces around them")
        values = yield from _solved(_System(sheet, pieces, bumps), values)
        found = with_values(wider, values)
        near = yield from _cut(sheet, found, reached, "Mending folds: looking again")
        ratios = sheet.ratios(near)
        moved = np.linalg.norm(found(pieces.middles) - encoder(pieces.middles), axis=1).max()
        if (ratios > _SURE).all() and moved <= _FARTHEST:
            return replace(as_it_was, encoder=found, bumps=len(bumps))
        bad = np.unique(near.face[ratios < _BAD])
        if len(bad) > _MOST:
            break
    return as_it_was


class _Sheet:
    """A surface and its chart, face by face."""

    def __init__(self, points: np.ndarray, faces: np.ndarray, places: np.ndarray) -> None:
        self.points, self.faces = points, faces
        corners, flat = points[faces], places[faces]
        self.edges, self._flat = corners[:, 1:] - corners[:, :1], flat[:, 1:] - flat[:, :1]
        self.shares = _determinants(self._flat)
        normals = np.cross(self.edges[:, 0], self.edges[:, 1])
        self._areas = np.linalg.norm(normals, axis=1)
        self._normals = normals / np.maximum(self._areas, 1e-300)[:, None]
        self.middles = corners.mean(1)
        self._radii = np.linalg.norm(corners - self.middles[:, None], axis=2).max(1)
        self._tree = cKDTree(self.middles)
        heights = np.abs(self.shares) / np.linalg.norm(self._flat, axis=2).max(1)
        heights /= np.maximum(self._areas / np.linalg.norm(self.edges, axis=2).max(1), 1e-300)
        self.weights = np.clip(heights / np.median(heights), 0.01, 10.0) ** _EASY

    def ratios(self, pieces: SurfacePieces) -> Float64[np.ndarray, " p"]:
        """Return the signed area of each piece's image over that of its place in the chart."""
        images = np.einsum("pck,pek->pec", pieces.slopes, self.edges[pieces.face])
        return _determinants(images) / self.shares[pieces.face]

    def bumps(self, face: int, slope: Float64[np.ndarray, "2 3"], turn: int) -> list[Bump]:
        """Return bumps for a face on whose bad pieces the encoder has this derivative."""
        edges, normal = self.edges[face], self._normals[face]
        along = edges[0] / np.linalg.norm(edges[0])
        plane = np.stack([along, np.cross(normal, along)])
        chart = np.linalg.solve(edges @ plane.T, self._flat[face]).T
        _, _, directions = np.linalg.svd(slope @ plane.T @ np.linalg.inv(chart) - np.eye(2))
        around = self._tree.query_ball_point(self.middles[face], 3.0 * self._radii[face])
        normals, areas = self._normals[around], self._areas[around]
        felt = np.eye(3) - (normals.T * areas) @ normals / areas.sum() + 0.01 * np.eye(3)
        corners = self.points[self.faces[face]] - self.middles[face]
        made = []
        for k in range(_BUMPS_A_FACE):
            steep = np.linalg.solve(felt, directions[k] @ chart @ plane)
            steep /= np.linalg.norm(steep)
            across = np.cross(steep, normal if abs(steep @ normal) < 0.9 else along)
            across /= np.linalg.norm(across)
            axes = np.stack([steep, across, np.cross(steep, across)])
            half = np.maximum(np.abs(corners @ axes.T).max(0), np.array([0.08, 0.4, 0.4]) * self._radii[face])
            side = 1.0 if (k + turn) % 2 == 0 else -1.0
            flat = _FLAT * _LONGER[turn % len(_LONGER)]
            made.append(Bump(self.middles[face] + side * _BESIDE * half[0] * steep, axes, half * [_STEEP, flat, flat]))
        return made

    def reached(self, bumps: Sequence[Bump]) -> Int64[np.ndarray, " c"]:
        """Return the faces that bumps may reach, in ascending order."""
        found, largest = set[int](), self._radii.max()
        for bump in bumps:
            near = np.array(self._tree.query_ball_point(bump.centre, bump.sizes.max() + largest), np.int64)
            middle, corner = bump.coordinates(self.middles[near]), bump.coordinates(self.points[self.faces[near]])
            reach = np.abs(corner - middle[:, None]).sum(2).max(1)
            found.update(near[np.abs(middle).sum(1) - reach < 1.0].tolist())
        return np.array(sorted(found), np.int64)


class _System:
    """How the maps of some pieces depend on the values of bumps."""

    def __init__(self, sheet: _Sheet, pieces: SurfacePieces, bumps: Sequence[Bump]) -> None:
        self.steep = np.array([bump.sizes[0] for bump in bumps])
        edges = sheet.edges[pieces.face]
        influence = self._influence(pieces, bumps, edges)
        ratios = sheet.ratios(pieces)
        touched = np.asarray(abs(influence).sum(1)).reshape(-1, 2).sum(1)
        # Pieces of one face with one map and the same bumps are one condition.
        key = np.stack([pieces.face, np.round(ratios * 1e8), np.round(touched * 1e8)])
        kept = np.sort(np.unique(key, axis=1, return_index=True)[1])
        kept = kept[touched[kept] > 0.0]
        self._influence_of = influence[np.stack([2 * kept, 2 * kept + 1], 1).ravel()] @ sparse.diags(self.steep)
        self._images = np.einsum("pck,pek->pec", pieces.slopes[kept], edges[kept]).reshape(-1, 2)
        self._shares, self._weights = sheet.shares[pieces.face[kept]], sheet.weights[pieces.face[kept]]

    @staticmethod
    def _influence(pieces: SurfacePieces, bumps: Sequence[Bump], edges: np.ndarray) -> sparse.csr_matrix:
        """Return how much a unit value of each bump (columns) changes the images of both edges of a piece (rows)."""
        tree = cKDTree(pieces.middles)
        rows, columns, values = [], [], []
        for k, bump in enumerate(bumps):
            near = np.array(tree.query_ball_point(bump.centre, bump.sizes.max()), np.int64)
            places = bump.coordinates(pieces.middles[near])
            inside = np.abs(places).sum(1) < 1.0
            near, slopes = near[inside], -(np.sign(places[inside]) / bump.sizes) @ bump.axes
            rows.append((2 * near[:, None] + np.arange(2)).ravel())
            columns.append(np.full(2 * len(near), k))
            values.append(np.einsum("pek,pk->pe", edges[near], slopes).ravel())
        entries = np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))
        return sparse.csr_matrix(entries, (2 * len(pieces.face), len(bumps)))

    def images(self, values: np.ndarray) -> np.ndarray:
        """Images of both edges of the pieces, (k, 2, 2), for values of the bumps over their steep half lengths."""
        return (self._images + self._influence_of @ values).reshape(-1, 2, 2)

    def lacks(self, images: np.ndarray) -> np.ndarray:
        """Weighted relative area that each piece lacks."""
        return np.maximum(0.0, _KEPT - _determinants(images) / self._shares) * self._weights

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


def _solved(system: _System, former: np.ndarray) -> Work[Float64[np.ndarray, "k 2"]]:
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


def _cut(
    sheet: _Sheet, network: ReluMap, chosen: np.ndarray, message: str
) -> Generator[Progress, str | None, SurfacePieces]:
    """Return the exact pieces of some faces, shared out over the cores."""
    parts = np.array_split(chosen, max(1, math.ceil(len(chosen) / _AT_ONCE)))
    found = list[SurfacePieces]()
    with ThreadPoolExecutor(n_cores()) as pool:
        for k in range(0, len(parts), n_cores()):
            yield Progress(k / len(parts), message)
            some = parts[k : k + n_cores()]
            found += pool.map(lambda part: surface_pieces(network, sheet.points, sheet.faces, part), some)
    fields = [np.concatenate([getattr(part, name) for part in found]) for name in ("face", "slopes", "middles")]
    return SurfacePieces(*fields)


def _determinants(matrices: np.ndarray) -> np.ndarray:
    return matrices[:, 0, 0] * matrices[:, 1, 1] - matrices[:, 0, 1] * matrices[:, 1, 0]
