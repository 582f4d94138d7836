"""Lines of the inspector with their verdict."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from app.widgets.value_row import Line


@dataclass(frozen=True)
class Sheet:
    """Lines with their verdict.

    Parameters
    ----------
    badge, kind : str
        Verdict in a word, and "ok", "warn", "bad", "info" or "none".
    lines : sequence of Line
        The rows.
    note : str
        A sentence beneath.
    """

    badge: str
    kind: str
    lines: Sequence[Line]
    note: str = ""


def decimals_for(diagonal: float) -> int:
    """Return how many decimals show a ten-thousandth of the diagonal.

    Examples
    --------
    >>> decimals_for(34.95), decimals_for(1.5), decimals_for(250.0)
    (2, 4, 2)
    """
    if not diagonal > 0:
        return 2
    return int(min(8, max(0, math.ceil(3.0 - math.log10(diagonal) + 0.5))))
