"""What phases of earlier jobs took, kept in a file of the user: of the next job of the kind it tells from the start."""

import contextlib
import json
import math
from collections.abc import Mapping
from pathlib import Path

from core.base.errors import BudaiError
from core.io.atomic import replacing

_MOST = 1000.0
"""Larger ratios tell of a computer that slept."""
_WIDEST = 10.0
"""No single job says more than that a phase takes ten times as long as expected, or a tenth."""


class KnownTimes:
    """How much longer than expected the phases of each kind of job take on this computer.

    Parameters
    ----------
    file : Path, optional
        Where they are kept; None for nowhere. What is no such file counts for nothing.
    """

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._ratios: dict[str, dict[str, float]] = {}
        if file is not None:
            with contextlib.suppress(OSError, ValueError, RecursionError):
                self._ratios = _checked(json.loads(file.read_text("utf-8")))

    def of(self, title: str) -> Mapping[str, float]:
        """Return how much longer than expected each phase of a kind of job took; empty where there was none."""
        return self._ratios.get(title, {})

    def learn(self, title: str, ratios: Mapping[str, float]) -> None:
        """Take what a job was measured to take: it counts for a half, what was known or expected for the rest."""
        former = self.of(title)
        new = {name: min(max(value, 1.0 / _WIDEST), _WIDEST) for name, value in ratios.items()}
        mixed = {name: math.sqrt(former.get(name, 1.0) * value) for name, value in new.items()}
        self._ratios[title] = {**former, **mixed}
        if self._file is not None:
            with contextlib.suppress(BudaiError, OSError):  # an estimate is not worth a complaint
                self._file.parent.mkdir(parents=True, exist_ok=True)
                with replacing(self._file) as temporary:
                    temporary.write_text(json.dumps(self._ratios), "utf-8")


def _checked(found: object) -> dict[str, dict[str, float]]:
    """Return what a file holds if it is of the kind, else nothing."""
    parts = found if isinstance(found, dict) else {}
    return {
        title: {name: float(value) for name, value in ratios.items()}
        for title, ratios in parts.items()
        if isinstance(ratios, dict)
        and all(type(value) in (int, float) and 0.0 <= value <= _MOST for value in ratios.values())
    }
