"""Borders of an atlas: how far two charts disagree where they overlap, and how far it is there and back."""

from dataclasses import dataclass

import numpy as np

from core.charts.atlas import Atlas


@dataclass(frozen=True)
class Border:
    """What two charts say of the vertices that both have; lengths in input units.

    Parameters
    ----------
    a, b : int
        Numbers of the charts, from 0.
    vertices : int
        How many vertices both have.
    gap_max, gap_rms : float
        Largest and root mean square distance |decode_a(code_a) - decode_b(code_b)| at these, before they are welded.
    widest : int
        The vertex of the surface where the gap is largest.
    round_trip_median, round_trip_max : float
        Of the distance between y and decode_a(encode_a(y)), y a vertex as chart b gives it, and the other way round.
    """

    a: int
    b: int
    vertices: int
    gap_max: float
    gap_rms: float
    widest: int
    round_trip_median: float
    round_trip_max: float


def border(atlas: Atlas, a: int, b: int) -> Border | None:
    """Return the figures of the border of two charts, None where they have no vertex in common."""
    shared = atlas.cover.shared(a, b)
    if not len(shared) or a == b:
        return None
    first, second = atlas.charts[a], atlas.charts[b]
    gaps = np.linalg.norm(
        first.autoencoder.decode(first.codes[shared[:, 0]]) - second.autoencoder.decode(second.codes[shared[:, 1]]),
        axis=1,
    )
    vertices = first.patch.vertices[shared[:, 0]]
    # Codes stand for what was encoded, so that the way leads from chart to chart and back from the surface itself.
    there = _round_trips(atlas, a, b, shared[:, 1])
    back = _round_trips(atlas, b, a, shared[:, 0])
    trips = np.concatenate([there, back])
    worst = int(np.argmax(gaps))
    return Border(
        a,
        b,
        len(shared),
        float(gaps[worst]),
        float(np.sqrt((gaps**2).mean())),
        int(vertices[worst]),
        float(np.median(trips)),
        float(trips.max()),
    )


def _round_trips(atlas: Atlas, a: int, b: int, vertices: np.ndarray) -> np.ndarray:
    """Distance between y = decode_b(code) and decode_a(encode_a(y)) at vertices of chart b."""
    chart, other = atlas.charts[b], atlas.charts[a].autoencoder
    points = chart.autoencoder.decode(chart.codes[vertices])
    return np.linalg.norm(other.decode(other.encode(points)) - points, axis=1)


def borders(atlas: Atlas, a: int) -> list[Border]:
    """Return the figures of all borders of a chart, the widest gap first."""
    found = [border(atlas, a, b) for b in range(len(atlas))]
    return sorted((known for known in found if known is not None), key=lambda known: -known.gap_max)
