"""The words of a model's pictures in the user's language."""

from dataclasses import replace
from typing import Any

from app.style.translation import tr
from core.claims.figure import Figure, Mark, Panel

_CELLS = "Cells in the noise: "


def in_language(figure: Figure) -> Figure:
    """Return a picture of a model with its titles, axes and legend in the user's language."""
    words = {
        "real": tr("real"),
        "new": tr("new"),
        "pull on the generator": tr("pull on the generator"),
        "field": tr("field"),
        "discriminator": tr("discriminator"),
        "critic": tr("critic"),
        "density": tr("density"),
        "loss": tr("loss"),
        "generator": tr("generator"),
        "W2, exact": tr("W2, exact"),
        "divergence, bits": tr("divergence, bits"),
        "steps": tr("steps"),
        "pull, mean length": tr("pull, mean length"),
        "told right": tr("told right"),
        "Losses": tr("Losses"),
        "How far from the truth": tr("How far from the truth"),
        "Gradient of the generator": tr("Gradient of the generator"),
    }

    def said(text: str) -> str:
        if text.startswith(_CELLS):
            return tr("Cells in the noise: {n}", n=text.removeprefix(_CELLS))
        return words.get(text, text)

    def marked(mark: Mark) -> Mark:
        named: Any = mark
        return replace(named, name=said(named.name)) if getattr(mark, "name", "") else mark

    def shown(panel: Panel) -> Panel:
        marks = tuple(marked(mark) for mark in panel.marks)
        return replace(panel, title=said(panel.title), x_label=said(panel.x_label), marks=marks)

    return Figure(tuple(shown(panel) for panel in figure.panels))
