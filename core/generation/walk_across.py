"""A walk from a code of one chart to a code of another, through the charts in between."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Bool, Float64, Int64

from core.base.errors import BudaiError
from core.base.progress import Progress, Work, part
from core.cells.decoder_image import DecoderImage, decoder_image
from core.cells.decoder_pieces import DecoderPieces
from core.charts.atlas import Atlas
from core.charts.latent_image import LatentImage
from core.data.surface import Surface
from core.generation.generate import find_walk
from core.generation.generation import Walk
from core.generation.latent_path import LatentPath
from core.generation.surface_path import Place, SurfacePath, surface_path
from core.relu.cell_complex import CellComplex

_MOST_RADIUS = 0.9995
"""Codes are drawn in to this: the polygon that is decoded lies within the unit circle."""

End = tuple[int, Float64[np.ndarray, " 2"]]
"""A chart, and a code of it."""


def walk_across(
    surface: Surface,
    atlas: Atlas,
    start: End,
    stop: End,
    known: Sequence[CellComplex | DecoderPieces | None] = (),
) -> Work[Walk]:
    """Find two ways from a code of one chart to a code of another: both with the charts that they pass.

    Parameters
    ----------
    surface : Surface
        The whole surface.
    atlas : Atlas
        Its charts.
    start, stop : (int, (2,) float64 array)
        Chart and code of the ends, codes of the surface.
    known : sequence of CellComplex, DecoderPieces or None
        What is known of the decoder of each chart.

    Raises
    ------
    BudaiError
        If an end is no code of the surface, or the surface is one-sided.
    SolveError
        If no way leads from one end to the other.

    Notes
    -----
    A shortest path over the welded surface tells where to pass from chart to chart: within an overlap, in its middle.
    There the code z of chart a becomes encode_b(decode_a(z)), the transition. Between two passages the ways are those
    of one chart, `find_walk`: straight in its disk, and a geodesic of its exact image. Beyond the passages they are
    exact; that these are the best is likely, not certain.
    """
    latents = [LatentImage(chart.codes, chart.patch.corners) for chart in atlas.charts]
    places = tuple(_place(atlas, latents, end, name) for end, name in ((start, "first"), (stop, "second")))
    welded = atlas.reconstruction()
    path = yield from part(surface_path(welded, surface.faces, *places), 0.0, 0.3)
    in_chart = np.zeros((len(atlas), len(surface.faces)), bool)
    for inside, patch in zip(in_chart, atlas.cover.patches, strict=True):
        inside[patch.faces] = True
    corners = welded[surface.faces[path.faces[:-1]]]
    points = np.einsum("nk,nki->ni", path.weights, corners)
    passages = _passages(path, in_chart, points, start[0], stop[0])
    images: dict[int, DecoderImage] = {}
    legs: list[tuple[int, Walk]] = []
    chart, code = start
    for number, (crossing, onward) in enumerate([*passages, (-1, -1)]):
        low, step = 0.3 + 0.7 * number / (len(passages) + 1), 0.7 / (len(passages) + 1)
        if onward < 0:
            end = stop[1] if chart == stop[0] else atlas.transition(stop[0], chart, stop[1][None])[0]
        else:
            end = _code(atlas, chart, int(path.faces[crossing]), path.weights[crossing])
        if chart not in images:
            yield Progress(low, f"Walk: chart {chart + 1}")
            networks = atlas.charts[chart].autoencoder
            image = yield from part(decoder_image(networks, known[chart] if known else None), low, low + 0.5 * step)
            images[chart] = image
        finding = find_walk(images[chart], atlas.charts[chart].autoencoder, latents[chart], _within(code), _within(end))
        legs.append((chart, (yield from part(finding, low + 0.5 * step, low + step))))
        if onward >= 0:
            chart, code = onward, atlas.transition(chart, onward, _within(end)[None])[0]
    return _together(legs, path.converged)


def _place(atlas: Atlas, latents: Sequence[LatentImage], end: End, name: str) -> Place:
    """The face of the whole surface that an end lies in, and its barycentric coordinates there."""
    k, code = end
    if not 0 <= k < len(atlas):
        raise BudaiError(f"Walk: there is no chart {k + 1}. Choose 1 to {len(atlas)}.")
    face = int(latents[k].face_at(np.asarray(code)[None])[0])
    if face < 0:
        raise BudaiError(f"Walk: the {name} end is no code of the surface in chart {k + 1}. Pick one that is.")
    patch = atlas.cover.patches[k]
    corners = np.asarray(atlas.charts[k].codes)[patch.corners[face]]
    matrix = np.concatenate([corners.T, np.ones((1, 3))])
    weights = np.maximum(np.linalg.lstsq(matrix, np.array([*code, 1.0]), rcond=None)[0], 0.0)
    return int(patch.faces[face]), weights / weights.sum()


def _passages(
    path: SurfacePath, in_chart: Bool[np.ndarray, "k f"], points: Float64[np.ndarray, "m 3"], chart: int, goal: int
) -> list[tuple[int, int]]:
    """Where the path passes from chart to chart: the crossing, and the chart that it passes to; as few as there can be.

    The next chart is the one that the path stays in longest; it is entered in the middle of what both have of the path.
    In the end it passes to the goal, unless one face is all that is left.
    """
    there = in_chart[:, path.faces]
    lengths = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))])
    passages, here, n = list[tuple[int, int]](), 0, len(path.faces)
    while True:
        end = _until(there[chart], here)
        if end < n:
            stays = [_until(mask, end) + 0.5 * (k == goal) if mask[end] else -1 for k, mask in enumerate(there)]
            onward = int(np.argmax(stays))
        elif chart != goal and n - 1 > here:
            end, onward = n - 1, goal
        else:
            return passages
        first = end
        while first > here + 1 and there[onward, first - 1]:
            first -= 1
        # Crossing c lies between the faces c and c + 1.
        choice: Int64[np.ndarray, " c"] = np.arange(first - 1, end)
        middle = 0.5 * (lengths[choice[0]] + lengths[choice[-1]])
        crossing = int(choice[np.argmin(np.abs(lengths[choice] - middle))])
        passages.append((crossing, onward))
        chart, here = onward, crossing + 1


def _until(mask: Bool[np.ndarray, " n"], start: int) -> int:
    """The first place from a start on where a mask does not hold, its length where it always does."""
    outside = np.flatnonzero(~mask[start:])
    return start + int(outside[0]) if len(outside) else len(mask)


def _code(atlas: Atlas, chart: int, face: int, weights: np.ndarray) -> np.ndarray:
    """The affine code in a chart of a place in a face of the surface."""
    patch = atlas.cover.patches[chart]
    corners = patch.corners[int(np.flatnonzero(patch.faces == face)[0])]
    return weights @ np.asarray(atlas.charts[chart].codes)[corners]


def _within(code: np.ndarray) -> np.ndarray:
    """A code, drawn in a little where it lies on the circle."""
    return code * min(1.0, _MOST_RADIUS / max(float(np.hypot(*code)), 1e-300))


def _together(legs: Sequence[tuple[int, Walk]], converged: bool) -> Walk:
    """One walk from its parts in the charts."""
    both: list[LatentPath] = []
    outside: list[float] = []
    for name in ("straight", "geodesic"):
        paths: list[LatentPath] = [getattr(walk, name) for _, walk in legs]
        charts = [np.full(len(path.codes), chart) for path, (chart, _) in zip(paths, legs, strict=True)]
        codes, points = (np.concatenate([getattr(path, of) for path in paths]) for of in ("codes", "points"))
        both.append(LatentPath(codes, points, np.concatenate(charts)))
        length = sum(path.length for path in paths)
        away = sum(getattr(walk, f"{name}_outside") * path.length for path, (_, walk) in zip(paths, legs, strict=True))
        outside.append(away / length if length > 0.0 else 0.0)
    is_sure = converged and all(walk.converged for _, walk in legs)
    return Walk(both[0], both[1], is_sure, outside[0], outside[1])
