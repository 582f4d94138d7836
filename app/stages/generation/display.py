"""What is drawn of generated points and of a walk: chosen in the form, acts at once, makes nothing outdated."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class GenerateDisplay:
    """What is drawn of generated points and of a walk.

    Parameters
    ----------
    tint_outside : bool
        Whether points whose codes are none of the surface stand out.
    way : "both", "geodesic" or "straight"
        Which ways of the walk are drawn.
    frame : float
        Where the point on the walk is: 0 at its start, 1 at its end.
    lens : float
        Side of the square of the disk that the lens decodes, over the diameter of the disk.
    """

    tint_outside: bool = field(
        default=True,
        metadata={
            "label": "Tint codes outside",
            "tooltip": "Codes that are none of the surface: what the decoder makes of them was never learned.",
        },
    )
    way: str = field(
        default="both",
        metadata={
            "label": "Walk",
            "choices": ("both", "geodesic", "straight"),
            "tooltip": "Straight in the disk, or a shortest way on the decoded surface.",
        },
    )
    frame: float = field(
        default=0.5,
        metadata={
            "label": "Along it",
            "kind": "percent",
            "minimum": 0.0,
            "maximum": 1.0,
            "slider": (0.0, 1.0),
            "tooltip": "Where the point on the walk is: 0 at its start, 1 at its end, by length on the surface.",
        },
    )
    lens: float = field(
        default=0.08,
        metadata={
            "label": "Lens",
            "kind": "percent",
            "minimum": 1e-4,
            "maximum": 1.0,
            "slider": (0.01, 0.5),
            "tooltip": "Side of the square of the disk that the lens decodes, as a part of the disk's diameter.",
        },
    )
