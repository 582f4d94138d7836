"""What a user may choose before denoising rows of a table."""

from dataclasses import dataclass, field
from typing import Literal

from core.base.errors import BudaiError
from core.base.option_checks import check_known, check_within
from core.base.option_fields import seed_field

RowInput = Literal["own", "file", "other"]


@dataclass(frozen=True)
class RowDenoisingOptions:
    """Which rows are to be denoised.

    Parameters
    ----------
    input : "own", "file" or "other"
        Rows of the table that were never seen in training, with noise; those of a file as they are; or those of
        another table with noise, to see that it fails.
    path : str
        That file or table.
    level : float
        Standard deviation of the noise in each coordinate, over the root mean square range of a column.
    count : int
        How many rows at most.
    seed : int
        Start of all random choices.

    Raises
    ------
    BudaiError
        If a value is out of its bounds.
    """

    input: RowInput = field(
        default="own",
        metadata={
            "label": "Rows",
            "choices": ("own", "file", "other"),
            "tooltip": "Own: rows that were never seen in training, with noise, so that the truth is known. File: "
            "noisy rows as they are. Other table: its rows with noise, which this autoencoder cannot know.",
        },
    )
    path: str = field(
        default="",
        metadata={"label": "File", "kind": "file", "tooltip": "The noisy rows, or the other table."},
    )
    level: float = field(
        default=0.2,
        metadata={
            "label": "Noise",
            "kind": "percent",
            "slider": (0.01, 1.0),
            "minimum": 0.0,
            "maximum": 10.0,
            "tooltip": "Standard deviation in each column, as a part of the range of a column.",
        },
    )
    count: int = field(
        default=500,
        metadata={
            "label": "Rows at most",
            "slider": (10, 10_000),
            "minimum": 1,
            "maximum": 1_000_000,
            "tooltip": "How many rows are denoised, chosen by the seed.",
        },
    )
    seed: int = seed_field()

    def __post_init__(self) -> None:
        check_known(self, "input")
        for name in ("level", "count", "seed"):
            check_within(self, name, getattr(self, name))

    def check_path(self) -> None:
        """Refuse an input that needs a file where none is named.

        Raises
        ------
        BudaiError
            If it is so.
        """
        if self.input != "own" and not self.path:
            raise BudaiError("Denoising: no file of rows is chosen. Choose one, or take own rows with noise.")
