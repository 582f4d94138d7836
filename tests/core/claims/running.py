"""Runs a card for a test."""

from core.base.progress import finish
from core.claims.gallery import card_of, options_from


def run(name, *knobs):
    """Return the verdict of a card with knobs as the command line takes them."""
    card = card_of(name)
    return finish(card.run(options_from(card, knobs)))
