"""What phases of earlier jobs took, kept in a file of the user: of the next job of the kind it tells from the start."""

import contextlib
import json
from collections.abc import Mapping
from pathlib import Path

from core.base.errors import BudaiError
from core.io.atomic import replacing

_MOST = 1000.0
"""Larger ratios tell of a computer that slept."""


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
        """Take what a job was measured to take; of a phase that was known it counts for a half."""
        former = self.of(title)
        new = {name: min(value, _MOST) for name, value in ratios.items()}
        mixed = {name: 0.5 * (former[name] + value) if name in former else value for name, value in new.items()}
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
