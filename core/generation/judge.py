"""Whether generated rows of a table are like real ones: a judge that was trained on real rows, and has seen no code."""

import warnings
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from jaxtyping import Bool, Float64, Int64

from core.data.table import Table

CONFIDENT, DECIDED = 0.9, 0.5
"""Chances of a class from which a row counts as classified with confidence, and at all: more than all others have."""
_MOST_ROWS = 5_000
"""Real rows that the judge is trained on, and generated ones that it looks at, at most."""
_UNITS, _WORK, _PASSES = 100, 5e10, (20, 300)
"""Hidden units of the judge, multiplications that its training may take, and passes over the rows, least and most."""
_SAME = 1e-9
"""Distance over the diagonal below which a row is another one again."""


@dataclass(frozen=True)
class Verdict:
    """What a judge says of rows.

    Parameters
    ----------
    rows : int
        How many were judged.
    confident, decided : float
        Shares to which the judge gives a class with a chance of at least `CONFIDENT` and `DECIDED`.
    classes : int
        Classes that are given with confidence to at least one.
    rarest, commonest : float
        Shares of the rarest and of the most frequent class among these.
    nearest : float or None
        Median distance from the nearest real row that was learned, over that of withheld real rows; None where there
        are none, or all are learned ones again.
    copies : int
        Rows that are a learned row again.
    """

    rows: int
    confident: float
    decided: float
    classes: int
    rarest: float
    commonest: float
    nearest: float | None
    copies: int


@dataclass(frozen=True)
class Judgement:
    """What a judge says of generated rows, of other ways to generate, and of real rows that it has not seen.

    Parameters
    ----------
    accuracy : float or None
        Share of the withheld real rows that it classifies right; None where there are none.
    classes : int
        Classes of the table.
    verdicts : mapping of str to Verdict
        Of the generated rows, "made"; of codes uniform in the disk and Gaussian, "uniform" and "gaussian"; of withheld
        real rows, "withheld".
    """

    accuracy: float | None
    classes: int
    verdicts: Mapping[str, Verdict] = field(default_factory=dict[str, Verdict])

    def report(self) -> dict[str, Any]:
        """Return the figures as a report holds them."""
        return {"confident_from": CONFIDENT, "decided_from": DECIDED, **asdict(self)}


class Judge:
    """A classifier of rows, trained on those that an autoencoder was trained on.

    Parameters
    ----------
    table : Table
        With labels.
    learned : (n,) bool array
        The rows that it may see; of two classes at least.
    seed : int
        Start of its weights.

    Attributes
    ----------
    accuracy : float or None
        Share of the other rows that it classifies right; None where there are none.

    Notes
    -----
    A network with one hidden layer of rectified units and a softmax, on columns divided by their common spread, trained
    by Adam (Kingma and Ba 2015) as scikit-learn does it. It knows neither encoder nor decoder.
    """

    def __init__(self, table: Table, learned: Bool[np.ndarray, " n"], seed: int = 0) -> None:
        from sklearn.neural_network import MLPClassifier  # takes a second: only where it is needed

        assert table.labels is not None
        rows, rest = (_some(np.flatnonzero(marks)) for marks in (learned, ~learned))
        self._centre = table.values[rows].mean(0)
        self._spread = float((table.values[rows] - self._centre).std()) or 1.0
        self._known, self._diagonal, self.withheld = table.values[rows], table.diagonal, table.values[rest]
        passes = int(np.clip(_WORK / (6.0 * _UNITS * len(rows) * table.dimension), *_PASSES))
        self._network = MLPClassifier(
            (_UNITS,), alpha=1e-3, max_iter=passes, tol=1e-5, n_iter_no_change=20, random_state=seed
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that it could go on: the accuracy tells what it is worth
            self._network.fit(self._scaled(self._known), table.labels[rows])
        self._usual, self.accuracy = 0.0, None
        if len(rest):
            given = self._network.predict(self._scaled(self.withheld))
            self.accuracy = float((given == table.labels[rest]).mean())
            self._usual = float(np.median(self._away(self.withheld)))

    def __call__(self, points: Float64[np.ndarray, "m D"]) -> Verdict:
        """Judge rows, the first of them."""
        points = points[:_MOST_ROWS]
        chances = self._network.predict_proba(self._scaled(points))
        sure = chances.max(1) >= CONFIDENT
        counts = np.bincount(chances.argmax(1)[sure], minlength=len(self._network.classes_))
        away, total = self._away(points), max(int(counts.sum()), 1)
        return Verdict(
            rows=len(points),
            confident=float(sure.mean()),
            decided=float((chances.max(1) >= DECIDED).mean()),
            classes=int((counts > 0).sum()),
            rarest=float(counts.min() / total),
            commonest=float(counts.max() / total),
            nearest=float(np.median(away)) / self._usual if self._usual > 0.0 else None,
            copies=int((away <= _SAME * self._diagonal).sum()),
        )

    def _scaled(self, rows: np.ndarray) -> np.ndarray:
        return (rows - self._centre) / self._spread

    def _away(self, points: np.ndarray) -> Float64[np.ndarray, " m"]:
        """Return the distance of rows from the nearest known one: found by products, then measured."""
        known = self._scaled(self._known)
        squares, nearest = np.square(known).sum(1), np.empty(len(points), np.int64)
        for block in np.array_split(np.arange(len(points)), len(points) // 500 + 1):
            nearest[block] = (squares - 2.0 * self._scaled(points[block]) @ known.T).argmin(1)
        return np.linalg.norm(points - self._known[nearest], axis=1)


def judgeable(table: Table, learned: Bool[np.ndarray, " n"]) -> bool:
    """Return whether a judge can be trained: on rows of two classes at least."""
    return table.labels is not None and len(np.unique(table.labels[learned])) > 1


def _some(rows: Int64[np.ndarray, " k"]) -> Int64[np.ndarray, " l"]:
    """Return so many of some rows as a judge looks at, evenly spread."""
    return rows if len(rows) <= _MOST_ROWS else rows[np.linspace(0, len(rows) - 1, _MOST_ROWS).astype(np.int64)]
