"""What is drawn of denoised points: chosen in the form, acts at once, makes nothing outdated."""

from dataclasses import dataclass, field

from core.denoising.methods import METHODS


@dataclass(frozen=True)
class DenoiseDisplay:
    """What is drawn of denoised points.

    Parameters
    ----------
    method : "result" or one of `METHODS`
        Whose points are shown: those of the chosen method, or of another that was run beside it.
    arrows : int
        How many arrows are drawn at most, in space and in the disk.
    to_true_foot : bool
        Whether arrows go on to the nearest point of the true surface.
    """

    method: str = field(
        default="result",
        metadata={
            "label": "Shown",
            "choices": ("result", *METHODS),
            "tooltip": "Whose points and arrows the views show. Grey: was not run.",
        },
    )
    arrows: int = field(
        default=900,
        metadata={
            "label": "Arrows",
            "minimum": 0,
            "maximum": 100_000,
            "slider": (100, 10_000),
            "tooltip": "How many points are drawn with the way that they were moved.",
        },
    )
    to_true_foot: bool = field(
        default=True,
        metadata={
            "label": "Arrows to the true foot",
            "tooltip": "From where a point was moved to, on to the nearest point of the true surface.",
        },
    )
