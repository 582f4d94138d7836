"""How a map is shown: chosen in the form, acts at once, makes nothing outdated."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class MapsDisplay:
    """How a map is shown.

    Parameters
    ----------
    moment : float
        How far the points have come: 0 at the first manifold, 1 at the second.
    """

    moment: float = field(
        default=1.0,
        metadata={
            "label": "Moment",
            "kind": "percent",
            "minimum": 0.0,
            "maximum": 1.0,
            "slider": (0.0, 1.0),
            "tooltip": "0: the first manifold. 100 %: arrived at the second. Space plays there and back.",
        },
    )
