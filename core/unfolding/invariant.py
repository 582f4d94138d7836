"""A number that is told at each moment of an unfolding, where it means something."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64, Int8

from core.base.arrays import frozen

SPACE, SHADOW, FLAT = 0, 1, 2
"""What is seen at a moment: curves in space themselves, the shadow in space of curves of more dimensions, or curves in
a plane or on a line."""


@dataclass(frozen=True)
class Meeting:
    """A moment at which curves in space meet, and the number changes.

    Parameters
    ----------
    t : float
        When.
    before, after : float
        The number.
    """

    t: float
    before: float
    after: float


@dataclass(frozen=True, eq=False)
class Invariant:
    """A number along an unfolding: one that no deformation of space changes, as long as curves do not meet.

    Parameters
    ----------
    name : str
        What it is.
    moments : (m,) float64 array
        When it was found, in ascending order.
    values : (m,) float64 array
        What it is then; not a number where it is not defined.
    kinds : (m,) int8 array
        What is seen then: `SPACE`, `SHADOW` or `FLAT`.
    meetings : tuple of Meeting
        Where curves in space meet. A change of the shadow is none: in more dimensions nothing met.
    apart : (L + 1,) float64 array
        Least distance of the curves among the values at each mark, in all their dimensions, over their size.
    off : float
        Largest distance of an integral from the number, where it was taken too.
    """

    name: str
    moments: Float64[np.ndarray, " m"]
    values: Float64[np.ndarray, " m"]
    kinds: Int8[np.ndarray, " m"]
    meetings: tuple[Meeting, ...]
    apart: Float64[np.ndarray, " l"]
    off: float = 0.0

    def __post_init__(self) -> None:
        for name in ("moments", "values", "kinds", "apart"):
            object.__setattr__(self, name, frozen(getattr(self, name), getattr(self, name).dtype))

    def at(self, t: float) -> tuple[float, int]:
        """Return the number and what is seen at a moment: those of the last one at which it was found."""
        k = int(np.clip(np.searchsorted(self.moments, t + 1e-9, side="right") - 1, 0, len(self.moments) - 1))
        return float(self.values[k]), int(self.kinds[k])

    def report(self) -> dict[str, object]:
        """Return it as plain values."""
        return {
            "name": self.name,
            "moments": [round(float(t), 6) for t in self.moments],
            "values": [float(v) if np.isfinite(v) else None for v in self.values],
            "seen": [("in space", "shadow", "flat")[kind] for kind in self.kinds],
            "meetings": [{"t": m.t, "before": m.before, "after": m.after} for m in self.meetings],
            "least_distance_at_layers": [float(f"{d:.6g}") for d in self.apart],
            "integral_off": self.off,
        }
