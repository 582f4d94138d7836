"""What is said of the linking number at a moment."""

import numpy as np

from app.style.translation import tr
from core.claims.ways import Unfolded
from core.unfolding.invariant import FLAT, SHADOW

_NEAR = 0.005
"""Layers around a moment at which curves meet in which that is said."""


def invariant_words(done: Unfolded, t: float) -> tuple[str, str, str]:
    """Return the linking number at a moment for a chip, what it means, and the kind of the chip."""
    told = done.invariant
    assert told is not None
    value, kind = told.at(t)
    text = "" if not np.isfinite(value) else f"{value:+.0f}".replace("-", "\N{MINUS SIGN}") if value else "0"
    width = done.made.marks[min(int(np.ceil(t)), done.made.length)].width
    if kind == FLAT:
        few = tr("There are fewer than three values: curves in a plane, or on a line, have no linking number.")
        return tr("no linking number"), few, "text"
    if kind == SHADOW:
        words = tr(
            "Of {n} values a shadow in space is seen. In {n} dimensions nothing is linked: strands of the shadow pass "
            "through each other without meeting, and its number means nothing.",
            n=width,
        )
        return tr("shadow: linking number {k}", k=text or "–"), words, "text"
    near = [m for m in told.meetings if abs(m.t - t) < _NEAR]
    if not text or near:
        layer, at = int(t) + 1, f"{(near[0].t if near else t):.3f}"
        words = tr("The curves meet at t = {t}, in layer {n}, or are too near to tell.", t=at, n=layer)
        return tr("no linking number: they meet"), words, "warn"
    words = tr("In space, by crossings; Gauss' integral agrees to {off}. It cannot change unless the curves meet.",
               off=f"{max(told.off, 1e-16):.0e}")  # fmt: skip
    return tr("linking number {k}", k=text), words, "text"
