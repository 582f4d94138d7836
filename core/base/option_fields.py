"""Fields that options of several stages have in common."""

from dataclasses import field
from typing import Any


def seed_field(tooltip: str = "Start of all random choices.", **about: Any) -> Any:
    """Return the field for the start of all random choices, 0 unless it is chosen.

    Parameters
    ----------
    tooltip : str
        What it starts, where there is more to say.
    **about
        More metadata.
    """
    known = {"label": "Seed", "kind": "seed", "minimum": 0, "maximum": 2**31 - 1, "tooltip": tooltip}
    return field(default=0, metadata=known | about)
