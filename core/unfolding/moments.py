"""When what happens: how a step is divided into its matrix, its shift and its bend."""

import numpy as np
from jaxtyping import Bool, Float64

_TURNS = 8
"""Pictures of the turn of a matrix; from one to the next points move along straight lines."""
_ENDS = {True: (0.5, 0.65, 1.0), False: (0.75, 1.0)}
"""When the matrix, the shift and the bend of a step are over, with a bend and without."""
BENDS_FROM = _ENDS[True][1]
"""When a bend begins: from there on its layer cuts cells."""


def turning_parts() -> Float64[np.ndarray, " k"]:
    """Return how far the matrix has turned at the moments of its turn: slowly at first and at last."""
    part = np.linspace(0.0, 1.0, _TURNS + 1)
    return part * part * (3.0 - 2.0 * part)


def moments_of(bends: bool) -> Float64[np.ndarray, " k"]:
    """Return the moments of a step, from 0 to 1: those of its turn, the end of its shift, and that of its bend."""
    first, *others = _ENDS[bends]
    return np.concatenate([first * np.linspace(0.0, 1.0, _TURNS + 1), others])


def phases_of(bends: bool) -> Bool[np.ndarray, " k"]:
    """Return which times between these moments are a whole shift or bend."""
    return np.arange(len(moments_of(bends)) - 1) >= _TURNS


def phase_at(t: float, bend: str) -> tuple[int, str]:
    """Return the step that takes place at a moment, and which part of it: "turn", "shift", or its bend."""
    step = int(t)
    if bend == "detail":
        return step, "detail"
    ends = _ENDS[bool(bend)]
    part = t - step
    return step, "turn" if part < ends[0] else "shift" if part < ends[1] else bend
