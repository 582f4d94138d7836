"""What a user may choose before denoising."""

from dataclasses import dataclass, field
from typing import Literal

from core.base.option_checks import check_known, check_within
from core.base.option_fields import seed_field
from core.data.reading_options import ReadingOptions
from core.denoising.methods import METHODS
from core.denoising.noise import NOISE_KINDS, NoiseKind

Input = Literal["synthetic", "file", "other"]
Onto = Literal["surface", "disk"]


@dataclass(frozen=True)
class DenoisingOptions:
    """Which points are to be denoised, and how.

    Parameters
    ----------
    input : "synthetic", "file" or "other"
        Points of the surface with noise, the points of a file, or noisy points of another surface, to see that it
        fails.
    path : str
        The noisy file, or the other surface.
    columns : tuple of str
        Where the file is a table: its columns that are x, y and z, by name or by number from 1; empty: names decide.
    noise : "gaussian", "uniform", "outliers" or "normal"
        Kind of the synthetic noise; see `noisy_samples`.
    level : float
        Standard deviation of synthetic noise in each coordinate, over the diagonal of the bounding box.
    count : int
        Number of synthetic points.
    seed : int
        Start of all random choices.
    method : str
        One of `METHODS`: whose points are the result.
    onto : "surface" or "disk"
        Whether projection goes onto the images of the codes of the surface, or of all codes of the disk.
    encoder_seconds : float
        How long the denoising encoder is trained, in seconds.
    compare : bool
        Run all methods, not only the chosen one and those that take no time to speak of.

    Raises
    ------
    BudaiError
        If a value is out of its bounds, or a file is needed and none is given.
    """

    input: Input = field(
        default="synthetic",
        metadata={
            "label": "Input",
            "choices": ("synthetic", "file", "other"),
            "tooltip": "Synthetic: points of this surface with noise, so that the truth is known. File: a noisy cloud "
            "or scan. Another surface: its noisy points, which this autoencoder cannot know.",
        },
    )
    path: str = field(
        default="",
        metadata={"label": "File", "kind": "file", "tooltip": "The noisy cloud or scan, or the other surface."},
    )
    columns: tuple[str, ...] = field(default=(), metadata={"hidden": True})
    noise: NoiseKind = field(
        default="gaussian",
        metadata={
            "label": "Noise",
            "choices": NOISE_KINDS,
            "tooltip": "Gaussian: independent in each coordinate. Uniform: of the same deviation, from a cube. "
            "Outliers: Gaussian, and 5 % of the points anywhere. Normal: across the surface only.",
        },
    )
    level: float = field(
        default=0.01,
        metadata={
            "label": "Level",
            "kind": "percent",
            "slider": (0.0005, 0.05),
            "minimum": 0.0,
            "maximum": 0.5,
            "tooltip": "Standard deviation of each coordinate, as a part of the diagonal of the bounding box.",
        },
    )
    count: int = field(
        default=30_000,
        metadata={
            "label": "Points",
            "slider": (1_000, 1_000_000),
            "minimum": 1,
            "maximum": 5_000_000,
            "tooltip": "How many points of the surface get noise.",
        },
    )
    seed: int = seed_field()
    method: str = field(
        default="projection",
        metadata={
            "label": "Method",
            "choices": METHODS,
            "tooltip": "Projection: the exact nearest point of the decoded surface. Expected position: its point "
            "nearest to the mean of all places that a point may have come from. One pass: decode(encode(x)). "
            "Denoising encoder: one pass through an encoder trained on noise. Moving least squares and Laplacian: "
            "classical smoothing that knows no surface.",
        },
    )
    onto: Onto = field(
        default="surface",
        metadata={
            "label": "Onto",
            "kind": "segmented",
            "choices": ("surface", "disk"),
            "tooltip": "Surface: only what the codes of the surface decode to. Disk: also what the decoder makes of "
            "codes between them and the circle, which it was never shown.",
        },
    )
    encoder_seconds: float = field(
        default=5.0,
        metadata={
            "label": "Encoder time",
            "kind": "seconds",
            "advanced": True,
            "unit": "s",
            "minimum": 0.1,
            "maximum": 3600.0,
            "tooltip": "How long an encoder is trained on noise. It is kept apart from the certified one.",
        },
    )
    compare: bool = field(
        default=True,
        metadata={
            "label": "Compare all",
            "tooltip": "Run all methods and show them side by side.",
        },
    )

    def __post_init__(self) -> None:
        check_known(self, "input", "noise", "method", "onto")
        ReadingOptions(self.columns)  # refuses what are not three columns
        for name in ("level", "count", "seed", "encoder_seconds"):
            check_within(self, name, getattr(self, name))
