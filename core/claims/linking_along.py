"""The linking number of two closed curves at each moment of their way through a network."""

import itertools

import numpy as np
from jaxtyping import Float64, Int64

from core.base.progress import Progress, Work
from core.claims.curves import distance_between, linking_integral, linking_number
from core.unfolding.invariant import FLAT, SHADOW, SPACE, Invariant, Meeting
from core.unfolding.moments import phase_at
from core.unfolding.unfolding import Unfolding

NAME = "Linking number"
_BETWEEN, _FEW = 3, 300_000
"""Moments looked at for each known picture, and pairs of edges up to which the integral is taken at all of these."""
_MET, _HALVINGS = 1e-6, 24
"""Distance over the size of the curves from which they meet, and halvings by which a meeting is found."""

Curve = Int64[np.ndarray, " _"]


def linking_along(made: Unfolding, curves: tuple[Curve, Curve], apart: Float64[np.ndarray, " l"]) -> Work[Invariant]:
    """Find the linking number of two closed polygons among the points at each moment.

    Parameters
    ----------
    made : Unfolding
        The way.
    curves : pair of (n,) int64 arrays
        Points of the corners of each, around.
    apart : (L + 1,) float64 array
        What there is to tell of their distance at the marks.

    Yields
    ------
    Progress
        Part of the moments looked at.

    Returns
    -------
    Invariant
        By crossings, a whole number; Gauss' integral is taken beside it, at the marks at least.

    Notes
    -----
    While there are three values it is that of the curves, up to the sign of a mirror, for the picture shows all of
    them. Of more values the picture is a shadow: in four dimensions nothing is linked, and where strands of the shadow
    pass through each other the curves need not meet. Of fewer there is none. Where the number of curves in space
    changes they met in between, and when is found by halving.
    """
    moments = _moments_of(made)
    kinds = np.array([kind_at(made, float(t)) for t in moments], np.int8)
    few = len(curves[0]) * len(curves[1]) <= _FEW
    known = set(made.moments.tolist() if few else range(made.length + 1))
    values, off = np.full(len(moments), np.nan), 0.0
    for k, t in enumerate(moments):
        values[k] = _number(made, curves, float(t), int(kinds[k]))
        if float(t) in known and np.isfinite(values[k]):
            off = max(off, abs(linking_integral(*_curves(made, curves, float(t))) - float(values[k])))
        if k % 8 == 0:
            yield Progress(k / len(moments), f"Linking number at t = {t:.2f}")
    meetings = tuple(_meetings(made, curves, moments, values, kinds))
    for meeting in meetings:
        at = int(np.searchsorted(moments, meeting.t))
        moments = np.insert(moments, at, meeting.t)
        values, kinds = np.insert(values, at, np.nan), np.insert(kinds, at, SPACE)
    return Invariant(NAME, moments, values, kinds.astype(np.int8), meetings, apart, off)


def kind_at(made: Unfolding, t: float) -> int:
    """Return whether curves of the values are seen themselves at a moment, their shadow, or curves in a plane."""
    if t >= made.length:
        dimension = made.marks[-1].width
    elif t == int(t):
        dimension = made.marks[int(t)].width
    else:
        step, phase = phase_at(t, made.passages[int(t)].bend)
        before, after = made.marks[step].width, made.marks[step + 1].width
        # A matrix acts on all values until it is done; a shift moves what it has left; a bend fills all dimensions.
        dimension = {"turn": before, "shift": min(before, after)}.get(phase, after)
    return SPACE if dimension == 3 else SHADOW if dimension > 3 else FLAT


def _moments_of(made: Unfolding) -> np.ndarray:
    """Return the moments that are looked at: the known ones, and some between each two."""
    starts, ends = made.moments[:-1], made.moments[1:]
    between = starts[:, None] + (ends - starts)[:, None] * np.arange(_BETWEEN) / _BETWEEN
    return np.append(between.ravel(), ends[-1])


def _curves(made: Unfolding, curves: tuple[Curve, Curve], t: float) -> tuple[np.ndarray, np.ndarray]:
    """Return where both curves are seen at a moment."""
    picture = made.picture(t)
    return picture[curves[0]].astype(np.float64), picture[curves[1]].astype(np.float64)


def _number(made: Unfolding, curves: tuple[Curve, Curve], t: float, kind: int) -> float:
    """Return the linking number at a moment; not a number where the curves meet, or lie in a plane."""
    if kind == FLAT:
        return np.nan
    a, b = _curves(made, curves, t)
    size = float(np.ptp(np.concatenate([a, b]), axis=0).max())
    return linking_number(a, b) if distance_between(a, b) > _MET * size else np.nan


def _meetings(
    made: Unfolding, curves: tuple[Curve, Curve], moments: np.ndarray, values: np.ndarray, kinds: np.ndarray
) -> list[Meeting]:
    """Return when curves in space meet, from where the number changes."""
    found = list[Meeting]()
    sure = np.flatnonzero((kinds == SPACE) & np.isfinite(values))
    for first, last in itertools.pairwise(sure.tolist()):
        if values[first] == values[last] or (kinds[first:last] != SPACE).any():
            continue
        low, high = float(moments[first]), float(moments[last])
        for _ in range(_HALVINGS):
            middle = 0.5 * (low + high)
            if _number(made, curves, middle, SPACE) == values[first]:
                low = middle
            else:
                high = middle
        found.append(Meeting(high, float(values[first]), float(values[last])))
    return found
