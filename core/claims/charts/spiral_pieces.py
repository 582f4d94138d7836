"""How hard a curve is: a spiral of k turns needs 2k pieces."""

from dataclasses import dataclass

import numpy as np

from core.base.progress import Progress, Work
from core.claims.card import Card, Knobs, Verdict, judged, number_field
from core.claims.figure import Bars, Figure, Panel, Path


@dataclass(frozen=True)
class SpiralPiecesKnobs(Knobs):
    """Knobs of the card."""

    turns: int = number_field(4, "Turns", 1, 20, "Whole turns of the longest spiral; all from 1 on are tried.")
    points: int = number_field(400, "Points", 8, 4000, "Corners for each turn.")
    wobble: float = number_field(0.0, "Wobble", 0.0, 1.0, "How far the radius swings: it changes the curve's turning.")


def spiral(turns: int, n: int, wobble: float) -> np.ndarray:
    """Return the (n turns + 1, 2) corners of a spiral whose tangent turns through k whole turns."""
    angle = np.linspace(0.0, 2.0 * np.pi * turns, n * turns + 1)
    radius = np.exp(0.06 * angle) * (1.0 + wobble * np.sin(7.0 * angle) / 7.0)
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], 1)


def greedy_pieces(curve: np.ndarray) -> list[int]:
    """Return where pieces begin, each as long as one straight projection is one to one on it.

    Notes
    -----
    Such a projection exists where all directions of the edges lie within less than half a turn. What one piece
    reaches from an earlier start it does not reach beyond from a later one, so that greedy pieces are the fewest.
    """
    turned = np.unwrap(np.arctan2(*np.diff(curve, axis=0).T[::-1]))
    starts, low, high = [0], turned[0], turned[0]
    for k, angle in enumerate(turned.tolist()):
        low, high = min(low, angle), max(high, angle)
        if high - low >= np.pi - 1e-9:
            starts.append(k)
            low = high = angle
    return starts


def total_turning(curve: np.ndarray) -> float:
    """Return by how much the direction of a polygon turns in all, whichever way."""
    return float(np.abs(np.diff(np.unwrap(np.arctan2(*np.diff(curve, axis=0).T[::-1])))).sum())


def _run(options: SpiralPiecesKnobs) -> Work[Verdict]:
    counts, bounds = list[int](), list[int]()
    cut = list[tuple[np.ndarray, list[int]]]()
    for k in range(1, options.turns + 1):
        curve = spiral(k, options.points, options.wobble)
        starts = greedy_pieces(curve)
        cut.append((curve, starts))
        counts.append(len(starts))
        bounds.append(int(np.ceil(total_turning(curve) / np.pi - 0.05)))
        yield Progress(k / options.turns, f"{k} turns")
    curve, starts = cut[-1]
    ends = [*starts[1:], len(curve) - 1]
    pieces = tuple(
        Path(curve[a : b + 1], "abcd"[k % 4], 3.0) for k, (a, b) in enumerate(zip(starts, ends, strict=True))
    )
    marks = (
        Bars(np.array(counts, float), ["a"]),
        Path(np.array([[k, 2 * k] for k in range(1, options.turns + 1)], float), "text", 1.0, True, "2k"),
    )
    panels = (
        Panel(f"{options.turns} turns in {counts[-1]} pieces", pieces, equal=True),
        Panel("Fewest pieces by turns", marks, "turns"),
    )
    worst = min(count - 2 * k for k, count in enumerate(counts, 1))
    figures = {"pieces": counts[-1], "by_turning": bounds[-1], "needed": 2 * options.turns}
    sentence = (
        f"Spirals of 1 to {options.turns} turns need {', '.join(map(str, counts))} pieces on which one projection is "
        f"one to one; the tangent's turning alone asks for {bounds[-1]} of the longest."
    )
    return judged(float(worst), sentence, figures, Figure(panels))


CARD = Card(
    "How hard a spiral is",
    "A spiral of k turns cannot be cut into fewer than 2k pieces on each of which some straight projection is one to "
    "one.",
    "Lei, Luo, Yau and Gu 2018, Geometric Understanding of Deep Learning (arXiv 1805.10451), section 4, rectified "
    "linear complexity",
    SpiralPiecesKnobs,
    _run,
)
