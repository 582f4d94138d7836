"""The grid of one chart in the disk of another: exact images of straight lines under a transition."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64

from core.charts.atlas import Atlas, Chart
from core.geometry.segments import clipped
from core.relu.relu_map import ReluMap

LINES = 5
"""Lines of the grid, in each direction, over the side of a square as large as the overlap."""
_STEPS = (0.2, 0.1, 0.05, 0.02, 0.01)
"""Distances of grid lines, in latent units; the largest that gives that many lines is taken."""
_SAME = 1e-12
"""Places of a segment closer than this, as parts of it, are one."""


@dataclass(frozen=True, eq=False)
class TransitionGrid:
    """Lines of the disk of chart b over its overlap with chart a, as they lie in the disk of a.

    Parameters
    ----------
    a, b : int
        Numbers of the charts, from 0.
    spacing : float
        Distance of neighbouring lines in the disk of b, in latent units.
    lines : tuple of (k, 2) float64 arrays
        The lines in the disk of b, cut to the overlap, with every place where their image bends.
    images : tuple of (k, 2) float64 arrays
        The same places in the disk of a: encode_a(decode_b(z)). Between them the map is affine, so that these polygons
        are the exact images.
    """

    a: int
    b: int
    spacing: float
    lines: tuple[Float64[np.ndarray, "_ 2"], ...]
    images: tuple[Float64[np.ndarray, "_ 2"], ...]


def transition_grid(atlas: Atlas, a: int, b: int) -> TransitionGrid:
    """Return the grid of chart b in the disk of chart a; without lines where they do not overlap.

    Parameters
    ----------
    atlas : Atlas
        Surfaces alone: latent dimension 2.
    a, b : int
        Numbers of the charts, from 0.

    Notes
    -----
    The overlap is the union of the latent triangles of the faces that both charts learn. A line is followed through
    the layers of decoder b, its detail layer and encoder a: a unit is switched where its preactivation, affine
    between two places, changes its sign.
    """
    first, second = atlas.charts[a], atlas.charts[b]
    shared = np.isin(second.patch.faces, first.patch.faces)
    triangles = second.codes[second.patch.corners[shared]]
    u, v = triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0]
    areas = 0.5 * (u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0])
    triangles, areas = triangles[areas != 0.0], areas[areas != 0.0]
    triangles[areas < 0.0] = triangles[areas < 0.0][:, ::-1]
    side = float(np.sqrt(np.abs(areas).sum()))
    spacing = next((step for step in _STEPS if LINES * step <= side), _STEPS[-1])
    lines: list[np.ndarray] = []
    if len(triangles):
        low, high = triangles.min((0, 1)), triangles.max((0, 1))
        for axis in (0, 1):
            for k in range(int(np.ceil(low[axis] / spacing)), int(np.floor(high[axis] / spacing)) + 1):
                start, stop = low.copy(), high.copy()
                start[axis] = stop[axis] = k * spacing
                lines += [broken(second, first, *ends) for ends in _inside(triangles, start, stop)]
    images = tuple(atlas.transition(b, a, line) for line in lines)
    return TransitionGrid(a, b, spacing, tuple(lines), images)


def broken(
    second: Chart, first: Chart, start: Float64[np.ndarray, " 2"], stop: Float64[np.ndarray, " 2"]
) -> Float64[np.ndarray, "k 2"]:
    """Return a segment in the disk of the second chart with every place where encode_first(decode_second(z)) bends."""
    decoder, detail = second.autoencoder, second.autoencoder.detail
    places = np.array([0.0, 1.0])
    if detail is not None:
        normals, offsets = detail.lines(np.minimum(start, stop), np.maximum(start, stop))
        at_start, at_stop = normals @ start + offsets, normals @ stop + offsets
        crosses = at_start * at_stop < 0.0
        places = _merged(places, at_start[crosses] / (at_start - at_stop)[crosses])
    places, _ = _through(decoder.decoder, places, start + places[:, None] * (stop - start))
    points = decoder.decode(start + places[:, None] * (stop - start))
    encoder = first.autoencoder
    places, _ = _through(encoder.encoder, places, (points - encoder.centre) / encoder.scale)
    return start + places[:, None] * (stop - start)


def _through(
    network: ReluMap, places: Float64[np.ndarray, " k"], values: Float64[np.ndarray, "k inp"]
) -> tuple[Float64[np.ndarray, " m"], Float64[np.ndarray, "m out"]]:
    """Follow a path, affine between places, through a network: the places where its image bends, and the image."""
    last = len(network.weights) - 1
    for k, (weight, bias) in enumerate(zip(network.weights, network.biases, strict=True)):
        values = values @ weight.T + bias
        if k == last:
            break
        before, after = values[:-1], values[1:]
        segment, unit = np.nonzero(before * after < 0.0)
        there = before[segment, unit] / (before[segment, unit] - after[segment, unit])
        crossings = places[segment] + there * (places[segment + 1] - places[segment])
        finer = _merged(places, crossings)
        values = np.column_stack([_between(finer, places, column) for column in values.T])
        places, values = finer, np.maximum(values, 0.0)
    return places, values


def _between(finer: np.ndarray, places: np.ndarray, column: np.ndarray) -> np.ndarray:
    return np.interp(np.asarray(finer, np.float64), places, np.asarray(column, np.float64))


def _merged(places: np.ndarray, more: np.ndarray) -> np.ndarray:
    """Sorted places with more among them, without those that all but coincide; the ends stay."""
    places = np.unique(np.concatenate([places, more]))
    kept = places[np.concatenate([[True], np.diff(places) > _SAME])]
    kept[-1] = places[-1]
    return kept


def _inside(triangles: np.ndarray, start: np.ndarray, stop: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return the parts of a segment that lie in triangles, joined where these touch."""
    first, last = clipped(triangles, start, stop)
    met = last > first
    order = np.argsort(first[met])
    parts: list[list[float]] = []
    for low, high in zip(first[met][order].tolist(), last[met][order].tolist(), strict=True):
        if parts and low <= parts[-1][1] + 1e-9:
            parts[-1][1] = max(parts[-1][1], high)
        else:
            parts.append([low, high])
    return [(start + low * (stop - start), start + high * (stop - start)) for low, high in parts]
