"""What a user may choose before generating new points."""

from dataclasses import dataclass, field
from typing import Literal

from core.base.errors import BudaiError
from core.base.option_checks import check_known, check_within
from core.base.option_fields import seed_field

Origin = Literal["transport", "uniform", "gaussian"]


@dataclass(frozen=True)
class GenerationOptions:
    """Where new codes come from, and the walk between two codes.

    Parameters
    ----------
    origin : "transport", "uniform" or "gaussian"
        Uniform by area on the surface, through the optimal transport; uniform in the disk; Gaussian about its centre.
    count : int
        How many points.
    seed : int
        Start of all random choices.
    spread : float
        Standard deviation of Gaussian codes in each coordinate, in latent units.
    start, stop : tuple of float
        Codes of the ends of a walk; empty where none is wanted.
    start_chart, stop_chart : int
        The chart of an atlas that each of them belongs to, from 0.
    frames : int
        How many points, at equal distances, a walk is shown by.
    leave_out : bool
        Of a table: whether codes between modes, where the transport tears, are drawn anew.
    share_left_out : float
        How much of the disk is left out then: that where the map is nearest to tearing; 0 for where it tears.
    judge : bool
        Of a table with classes: whether a classifier of real rows judges the new ones.

    Raises
    ------
    BudaiError
        If a value is out of its bounds, or an end of the walk is no code.
    """

    origin: Origin = field(
        default="transport",
        metadata={
            "label": "From",
            "choices": ("transport", "uniform", "gaussian"),
            "tooltip": "Transport: the uniform disk moved so that points are uniform by area on the surface. Uniform: "
            "the disk as it is. Gaussian: about its centre; codes outside the surface's are counted.",
        },
    )
    count: int = field(
        default=10_000,
        metadata={
            "label": "Points",
            "slider": (100, 1_000_000),
            "minimum": 1,
            "maximum": 5_000_000,
            "tooltip": "How many points are drawn.",
        },
    )
    seed: int = seed_field()
    spread: float = field(
        default=0.5,
        metadata={
            "label": "Spread",
            "advanced": True,
            "minimum": 1e-6,
            "maximum": 100.0,
            "tooltip": "Standard deviation of Gaussian codes in each coordinate; the disk has radius 1.",
        },
    )
    start: tuple[float, ...] = field(
        default=(), metadata={"label": "Walk from", "hidden": True, "tooltip": "Code at which a walk begins."}
    )
    stop: tuple[float, ...] = field(
        default=(), metadata={"label": "Walk to", "hidden": True, "tooltip": "Code at which it ends."}
    )
    start_chart: int = field(
        default=0, metadata={"label": "Chart of the start", "hidden": True, "minimum": 0, "maximum": 9_999}
    )
    stop_chart: int = field(
        default=0, metadata={"label": "Chart of the end", "hidden": True, "minimum": 0, "maximum": 9_999}
    )
    frames: int = field(
        default=60,
        metadata={
            "label": "Frames",
            "minimum": 2,
            "maximum": 100_000,
            "tooltip": "How many points, at equal distances, a walk is shown by.",
        },
    )

    leave_out: bool = field(
        default=False,
        metadata={
            "label": "Leave out between modes",
            "of": "rows",
            "tooltip": "Draw codes anew that lie where the transport map tears: the decoder has seen no row there.",
        },
    )

    share_left_out: float = field(
        default=0.0,
        metadata={
            "label": "Share left out",
            "of": "rows",
            "advanced": True,
            "minimum": 0.0,
            "maximum": 0.95,
            "tooltip": "How much of the disk is left out: that where the transport map is nearest to tearing, thus "
            "where its triangles are longest. 0: only where it tears.",
        },
    )

    judge: bool = field(
        default=True,
        metadata={
            "label": "Judge",
            "of": "rows",
            "advanced": True,
            "tooltip": "Train a classifier on the real rows, and let it judge the new ones beside other ways to draw.",
        },
    )

    def __post_init__(self) -> None:
        fields = type(self).__dataclass_fields__
        check_known(self, "origin")
        for name in ("count", "seed", "spread", "frames", "start_chart", "stop_chart", "share_left_out"):
            check_within(self, name, getattr(self, name))
        for name in ("start", "stop"):
            code = tuple(float(value) for value in getattr(self, name))
            object.__setattr__(self, name, code)
            if len(code) not in (0, 2):
                raise BudaiError(f"{fields[name].metadata['label']}: {len(code)} numbers are given. A code has 2.")
        if len(self.start) != len(self.stop):
            raise BudaiError("Walk: one end is missing. Pick two codes, or none.")

    @property
    def has_walk(self) -> bool:
        """Whether a walk is wanted."""
        return bool(self.start)
