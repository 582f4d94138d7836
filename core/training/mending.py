"""Putting right the exact pieces of a surface that an encoder turns over, by bumps in space where they lie."""

import math
from collections.abc import Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float64, Int64
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from core.base.clock import n_cores
from core.base.errors import SolveError
from core.base.progress import Progress, Work, part
from core.evaluation.certificate import CUTS
from core.evaluation.certify import barycentric_grid
from core.geometry.crossings import crossings
from core.relu.relu_map import ReluMap
from core.relu.surface_pieces import SurfacePieces, surface_pieces
from core.training.bump_values import BumpSystem, solved_values
from core.training.bumps import Bump, with_bumps, with_values
from core.training.fold_sheet import KEPT, FaceParts, FoldSheet

_BAD = 0.02
"""Area of a piece's image, over that of its place in the chart, below which it is to be put right."""
_SURE = 1e-4
"""What all have in the end: rounding the encoder once more does not turn a piece over."""
_FARTHEST = 0.02
"""How far a code is moved, if possible, in a disk of radius 1: the decoder has learned from the codes as they were."""
_FARTHEST_LARGE = 0.05
"""How far it may be moved where faces are as large, as in small charts. Farther, the error grows more than it is worth:
of a chart of 91 faces, moved by 0.13, from 0.040 to 0.049 % with a detail layer, of its networks alone fivefold."""
_MOST = 100
"""Faces with bad pieces up to which mending is tried."""
_GLANCE = 2000
"""Faces that are looked at first: where they hold far too many bad ones, the whole surface need not be looked at."""
_APART = 2.0
"""Faces closer than this times the sum of their radii are mended together: their bumps would be in each other's way."""
_SHAPES = ((3.0, 2.5), (2.0, 1.5), (3.0, 4.0), (5.0, 2.5))
"""Half lengths of bumps over those of their face that are tried: along the direction that is wrong, and across."""
_ROUNDS = 4
_CROWDED = 100
"""Bumps of one group from which on it counts as hopeless."""
_AT_ONCE = 2000
"""Faces that one thread cuts between two places to cancel."""


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
    crossing : (p, 2) int64 array
        Pairs of faces that pass through each other; looked for only where pieces were turned over.
    """

    encoder: ReluMap
    pieces: int
    flipped: int
    faces: int
    bumps: int
    crossing: Int64[np.ndarray, "p 2"]

    @property
    def messages(self) -> tuple[str, ...]:
        """What the user should know beside the certificate, which tells of what is turned over."""
        sentences: list[str] = []
        if self.bumps:
            found = f"{self.flipped:,} of {self.pieces:,} exact pieces, in {self.faces:,} triangles, were turned over"
            sentences.append(f"{found}; {self.bumps:,} local corrections of the encoder put them right.")
        if len(self.crossing):
            one, other = self.crossing[0]
            others = f", and {len(self.crossing) - 1:,} other pairs" if len(self.crossing) > 1 else ""
            sentences.append(
                f"The surface passes through itself: triangles {one:,} and {other:,} cross{others}. Two of its points "
                "are in one place of space there, so no encoder is one-to-one on it."
            )
        return tuple(sentences)


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
    still turned over then gets bumps of its own. Bad faces that are far from each other are put right apart. All
    are, or the encoder is left as it was: a part of them would cost units, time and accuracy, and the word
    homeomorphism is lost all the same. Of a surface that passes through itself nothing is tried, for no encoder is
    one-to-one on it.
    """
    sheet = FoldSheet(points, faces, places)
    nothing = np.zeros((0, 2), np.int64)
    order = np.random.default_rng(0).permutation(len(faces))
    pieces = yield from _cut(sheet, encoder, np.sort(order[:_GLANCE]), "Looking at exact pieces")
    if len(order) > _GLANCE:
        seen = len(np.unique(pieces.face[sheet.ratios(pieces) <= 0.0]))
        if seen > 5 and seen * len(order) > 2 * _MOST * _GLANCE:
            return Mending(encoder, 0, 0, 0, 0, nothing)
        pieces = yield from _cut(sheet, encoder, np.arange(len(faces)), "Looking at every exact piece")
    ratios = sheet.ratios(pieces)
    flipped, bad = int((ratios <= 0.0).sum()), np.unique(pieces.face[ratios < _BAD])
    turned = np.unique(pieces.face[ratios <= 0.0])
    if not flipped:
        return Mending(encoder, len(ratios), 0, 0, 0, nothing)
    yield Progress(None, "Looking for triangles that cross")
    crossing = crossings(points, faces)
    as_it_was = Mending(encoder, len(ratios), flipped, len(turned), 0, crossing)
    if len(crossing) or len(bad) > _MOST or len(encoder.weights) < 3:
        return as_it_was
    repair, groups = _Repair(sheet, encoder), _groups(sheet, bad)
    for k, group in enumerate(groups):
        yield Progress(k / len(groups), f"Mending folds: place {k + 1} of {len(groups)}")
        own = _chosen(pieces, np.isin(pieces.face, group))
        if not (yield from part(repair.mend(group, own), k / len(groups), (k + 1) / len(groups))):
            return as_it_was
    found = repair.encoder()
    again = np.union1d(sheet.reached(repair.bumps), bad)
    yield Progress(1.0, "Mending folds: looking again")
    try:
        near = surface_pieces(found, points, faces, again, glued=True)
    except SolveError:  # numbers of steep bumps can lie too far apart for cells
        return as_it_was
    if (sheet.ratios(near) <= _SURE).any():
        return as_it_was
    return replace(as_it_was, encoder=found, bumps=len(repair.bumps))


@dataclass(frozen=True, eq=False)
class _Found:
    """Bumps that put a group right, with values, the faces they reach, parts that stay turned, how far codes move."""

    bumps: list[Bump]
    values: Float64[np.ndarray, "k 2"]
    reached: frozenset[int]
    turned: int
    moved: float

    @property
    def rank(self) -> tuple[int, float]:
        """What is lower for what is better."""
        return self.turned, max(self.moved, _FARTHEST)


class _Repair:
    """An encoder that is put right group by group."""

    def __init__(self, sheet: FoldSheet, encoder: ReluMap) -> None:
        self.sheet, self._encoder = sheet, encoder
        self._extent = float(np.abs(sheet.points).max())
        side = float(np.sqrt(np.abs(sheet.shares).mean()))  # of a face of mean area
        self._farthest = float(np.clip(side, _FARTHEST, _FARTHEST_LARGE))
        self._grid, self._corners = barycentric_grid(CUTS)
        self._done = list[_Found]()
        self._codes = dict[int, np.ndarray]()

    @property
    def bumps(self) -> list[Bump]:
        """All bumps that are kept."""
        return [bump for found in self._done for bump in found.bumps]

    def encoder(self) -> ReluMap:
        """Return the encoder with all bumps that are kept."""
        return self._with(self._done)

    def mend(self, group: Int64[np.ndarray, " g"], pieces: SurfacePieces) -> Work[bool]:
        """Try to put right a group of faces, whose pieces are given; keep the bumps that do, and say if there are any.

        Of several shapes the first is kept with which the parts of faces keep their side as well, by the codes of their
        corners alone, and no code is moved far; where there is none, that with the fewest parts turned over, and of
        these that which moves codes least.
        """
        best: _Found | None = None
        for steep, flat in _SHAPES:
            found = yield from self._try(group, pieces, steep, flat)
            if found is not None and (best is None or found.rank < best.rank):
                best = found
            if best is not None and best.rank <= (0, _FARTHEST):
                break
        if best is not None:
            self._done.append(best)
        return best is not None

    def _try(self, bad: np.ndarray, near: SurfacePieces, steep: float, flat: float) -> Work["_Found | None"]:
        """Try bumps of one shape; return them if no piece that they reach is turned over."""
        sheet, bumps, values, most = self.sheet, list[Bump](), np.zeros((0, 2)), 3 * len(bad) + 6
        for k in range(_ROUNDS):
            ratios = sheet.ratios(near)
            for face in bad:
                wrong = (near.face == face) & (ratios < KEPT)
                bumps += sheet.bumps(int(face), near.slopes[wrong].mean(0), k, steep, flat)
            if len(bumps) > _CROWDED:
                break
            reached = sheet.reached(bumps)
            feels = frozenset(reached.tolist())
            beside = [one for one in self._done if one.reached & feels]
            wider = self._with([*beside, _Found(bumps, np.zeros((len(bumps), 2)), feels, 0, 0.0)])
            pieces = yield from _cut(sheet, wider, reached, "Mending folds")
            system = BumpSystem(sheet, pieces, self._parts_of(reached, beside), bumps)
            values = yield from solved_values(system, values)
            near, moved = system.pieces(values), system.farthest(values)
            ratios = sheet.ratios(near)
            if (ratios > _SURE).all() and moved <= self._farthest:
                near = yield from _cut(sheet, with_values(wider, values), reached, "Mending folds")
                ratios = sheet.ratios(near)
                if (ratios > _SURE).all():
                    return _Found(bumps, values, feels, system.turned_parts(values), moved)
            bad = np.unique(near.face[ratios < _BAD])
            if not len(bad) or len(bad) > most or moved > 2.0 * self._farthest:
                break
        return None

    def _with(self, groups: Sequence["_Found"]) -> ReluMap:
        """Return the encoder with some groups of bumps."""
        wider = with_bumps(self._encoder, [bump for found in groups for bump in found.bumps], self._extent)
        return with_values(wider, np.concatenate([found.values for found in groups]))

    def _parts_of(self, faces: np.ndarray, beside: Sequence["_Found"]) -> FaceParts:
        """Cut faces into parts, with their codes by the encoder and some bumps that are kept."""
        points = np.einsum("pk,fkd->fpd", self._grid, self.sheet.points[self.sheet.faces[faces]])
        new = np.array([k for k, face in enumerate(faces.tolist()) if face not in self._codes], np.int64)
        images = self._encoder(points[new].reshape(-1, 3)).reshape(len(new), len(self._grid), 2)
        self._codes.update(zip(faces[new].tolist(), images, strict=True))
        codes = np.stack([self._codes[face] for face in faces.tolist()])
        for found in beside:
            for bump, value in zip(found.bumps, found.values, strict=True):
                codes += bump.heights(points)[:, :, None] * value
        return FaceParts(points, codes, faces, self._corners)


def _groups(sheet: FoldSheet, bad: Int64[np.ndarray, " b"]) -> list[Int64[np.ndarray, " g"]]:
    """Return the bad faces in groups that are far from each other; large ones, which may fail, come first."""
    middles, radii = sheet.middles[bad], sheet.radii[bad]
    apart = np.linalg.norm(middles[:, None] - middles, axis=2)
    n, group = connected_components(coo_array(apart < _APART * (radii[:, None] + radii)))
    return sorted((bad[group == k] for k in range(n)), key=len, reverse=True)


def _chosen(pieces: SurfacePieces, mask: np.ndarray) -> SurfacePieces:
    return SurfacePieces(pieces.face[mask], pieces.slopes[mask], pieces.middles[mask])


def _cut(
    sheet: FoldSheet, network: ReluMap, chosen: np.ndarray, message: str
) -> Generator[Progress, str | None, SurfacePieces]:
    """Return the exact pieces of some faces, shared out over the cores."""
    parts = np.array_split(chosen, max(1, math.ceil(len(chosen) / _AT_ONCE)))
    found = list[SurfacePieces]()

    def pieces_of(part: np.ndarray) -> SurfacePieces:
        return surface_pieces(network, sheet.points, sheet.faces, part)

    with ThreadPoolExecutor(n_cores()) as pool:
        for k in range(0, len(parts), n_cores()):
            yield Progress(k / len(parts), message)
            some = parts[k : k + n_cores()]
            found += pool.map(pieces_of, some)
    fields = [np.concatenate([getattr(part, name) for part in found]) for name in ("face", "slopes", "middles")]
    return SurfacePieces(*fields)
