"""What the cards on classifiers share: networks that learn to tell two sets apart, and the picture of how they do."""

from collections.abc import Sequence

import numpy as np

from core.base.progress import Work, part
from core.claims.ensemble import Ensemble, correct, learn, logistic
from core.claims.figure import Bars, Field, Figure, Mark, Panel, Points
from core.claims.ways import Scenery, Way, scattered, steps_of_member

_GRID = 48


def labelled(sets: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Return two sets of (n, d) points as columns (d, n), with labels 0 and 1."""
    labels = np.concatenate([np.full(len(points), k, np.float32) for k, points in enumerate(sets)])
    return np.concatenate(sets).T.astype(np.float32), labels


def train_classifiers(
    networks: Ensemble,
    learned: Sequence[np.ndarray],
    judged_on: Sequence[np.ndarray],
    steps: int,
    rate: float = 0.03,
    words: str = "Learning",
    low: float = 0.0,
    high: float = 1.0,
) -> Work[np.ndarray]:
    """Train networks to tell two sets apart.

    Parameters
    ----------
    networks : Ensemble
        With one output; what learns, in place.
    learned : pair of (n, d) arrays
        Points of the two sets that are learned from.
    judged_on : pair of (m, d) arrays
        Points of the same two sets that they are judged on, far more.
    steps : int
        The most steps.
    rate : float
        Largest rate.
    words : str
        What a report says.
    low, high : float
        Where in the whole work it begins and ends.

    Returns
    -------
    (K,) float64 array
        For each network the best part of the points that it had on their sides at any report: a claim that none is
        perfect is put to the hardest test.
    """
    points, labels = labelled(learned)
    fine, wanted = labelled(judged_on)
    best = np.zeros(len(networks.weights[0]))

    def look(step: int) -> tuple[bool, Figure | None]:
        now = correct(networks, fine, wanted)
        np.maximum(best, now, out=best)
        return bool((best == 1.0).all()), Figure((seed_bars(best, words),))

    yield from part(learn(networks, points, logistic(labels), steps, rate, words, look, 100), low, high)
    np.maximum(best, correct(networks, fine, wanted), out=best)
    return best


def seed_bars(shares: np.ndarray, title: str) -> Panel:
    """Return a panel with a bar for each seed, of what it has wrong, in per cent."""
    colors = ["ok" if share == 1.0 else "bad" for share in shares]
    return Panel(title, (Bars(100.0 * (1.0 - shares), colors),), "seed", "points on the wrong side, %")


def region(networks: Ensemble, which: int, sets: Sequence[np.ndarray], title: str) -> Panel:
    """Return a panel with what one network makes of the plane, under the points of two sets."""
    every = np.concatenate(sets)
    low, high = every.min(0), every.max(0)
    margin = 0.08 * float((high - low).max())
    box = (float(low[0]) - margin, float(high[0]) + margin, float(low[1]) - margin, float(high[1]) + margin)
    x, y = np.linspace(box[0], box[1], _GRID), np.linspace(box[2], box[3], _GRID)
    grid = np.stack(np.meshgrid(x, y), 0).reshape(2, -1)
    output = networks(grid)[which, 0].reshape(_GRID, _GRID)
    marks: tuple[Mark, ...] = tuple(
        Points(one[:400], color, 3.0 if len(one) > 60 else 7.0) for one, color in zip(sets, "ab", strict=True)
    )
    return Panel(title, (Field(np.tanh(0.5 * output), box), *marks), equal=True)


def way_of(
    networks: Ensemble, judged_on: Sequence[np.ndarray], words: str, shown: Sequence[np.ndarray] | Scenery
) -> Way:
    """Return the best of trained networks, as it is at the end, to be unfolded.

    Parameters
    ----------
    networks : Ensemble
        What has learned.
    judged_on : pair of (n, d) arrays
        Points of both sets by which the best is chosen, and how much it has right is told.
    words : str
        Which networks they are.
    shown : pair of (n, d) arrays, or Scenery
        What goes through it.
    """
    shares = correct(networks, *labelled(judged_on))
    which = int(shares.argmax())
    name = f"{words}, seed {which + 1}: {told_share(float(shares[which]))} right"
    return Way(name, steps_of_member(networks, which), shown if isinstance(shown, Scenery) else scattered(shown))


def told_share(share: float) -> str:
    """Return a share in per cent, as 100 only where nothing is missing."""
    return "100 %" if share == 1.0 else f"{min(100.0 * share, 99.99):.2f} %"
