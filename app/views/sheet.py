"""Lines of the inspector with their verdict, and the claims that they lead to."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.style.translation import tr
from app.widgets.value_row import Line

TITLES = {
    "antipodal": "Antipodal points with one code",
    "capacity": "The capacity of a network",
    "curse_of_dimension": "The curse of dimensionality",
    "divergences": "Two parallel segments",
    "fold": "What is a fold?",
    "general_position": "General position",
    "hilbert": "A curve that cannot be learned",
    "homeomorphism": "A layer of tanh is a homeomorphism",
    "isotopy": "Ambient isotopy",
    "kolmogorov_arnold": "Kolmogorov-Arnold against plain",
    "own_points": "Points of your own",
    "piecewise_linear": "A piecewise linear function as a network",
    "scale_separation": "Scale separation",
    "spherical_coordinates": "Spherical coordinates",
    "two_charts": "Two charts and their transition",
}
"""Titles of the cards that lines lead to, by their names: those of the gallery, which is loaded when it is opened."""


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


def leading_to(name: str, line: Line) -> Line:
    """Return a line whose explanation ends with a link to a card."""
    return replace(line, claim=name, claim_text=tr(TITLES[name]))
