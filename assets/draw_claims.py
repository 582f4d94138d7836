"""Draws the pictures of the gallery: what each claim comes to with its default knobs, and prints a table of them.

Run as ``python -m assets.draw_claims [NAME ...]``.
"""

import sys
from pathlib import Path

from app.scene.palette import DARK, LIGHT
from app.scene.plots.png import first_panel, write_png
from core.base.progress import finish
from core.claims.card import run_card
from core.claims.gallery import cards

FOLDER = Path(__file__).parent / "claims"
SIZE = (224, 132)
"""Of a picture, in pixels of the design; twice as many are drawn."""


def main(names: list[str]) -> None:
    """Draw the pictures of some claims, or of all."""
    FOLDER.mkdir(exist_ok=True)
    for name, card in cards().items():
        if names and name not in names:
            continue
        verdict = finish(run_card(card, card.options()))
        for palette, variant in ((LIGHT, "light"), (DARK, "dark")):
            write_png(first_panel(verdict.figure), FOLDER / f"{name}_{variant}.png", palette, SIZE, 2.0)
        line = f"| {card.title} | {verdict.outcome} | {verdict.margin:.3g} | {verdict.seconds:.1f} |"
        sys.stdout.write(f"{line} {verdict.sentence}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
