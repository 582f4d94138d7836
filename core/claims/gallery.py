"""All cards: whatever module lies in one of the five folders and has a ``CARD``."""

import pkgutil
from collections.abc import Iterable
from dataclasses import fields
from importlib import import_module
from types import ModuleType
from typing import Any

from core.base.errors import BudaiError
from core.base.progress import Work
from core.claims import charts, generators, measures, symmetry, topology
from core.claims.card import Card, Verdict, run_card

GROUPS: dict[str, ModuleType] = {
    "Topology": topology,
    "Charts": charts,
    "Symmetry": symmetry,
    "Measures": measures,
    "Generators": generators,
}
"""Folders of cards by what a gallery calls them, in its order."""


def cards() -> dict[str, Card]:
    """Return all cards by their names, those of their files, group after group."""
    return {name: card for group in GROUPS for name, card in cards_of(group).items()}


def cards_of(group: str) -> dict[str, Card]:
    """Return the cards of one group by their names."""
    folder = GROUPS[group]
    found = {
        known.name: getattr(import_module(f"{folder.__name__}.{known.name}"), "CARD", None)
        for known in pkgutil.iter_modules(folder.__path__)
    }
    return {name: card for name, card in sorted(found.items()) if card is not None}


def card_of(name: str) -> Card:
    """Return a card by its name.

    Raises
    ------
    BudaiError
        If there is none of that name.
    """
    known = cards()
    if name not in known:
        raise BudaiError(f"There is no claim {name}. Choose one of {', '.join(known)}.")
    return known[name]


def has_words(name: str, card: Card, words: str) -> bool:
    """Return whether all of some words are in what a card says."""
    text = " ".join((name, card.title, card.statement, card.source)).lower()
    return all(word in text for word in words.lower().split())


def run_named(name: str, options: Any) -> Work[Verdict]:
    """Put a claim to the test, known by its name: what a worker process is given."""
    return run_card(card_of(name), options)


def options_from(card: Card, texts: Iterable[str], seeds: int | None = None) -> Any:
    """Return the knobs of a card from texts such as ``width=3``.

    Parameters
    ----------
    card : Card
        The claim.
    texts : iterable of str
        Knobs with their values; those not named keep their defaults.
    seeds : int, optional
        How many seeds.

    Raises
    ------
    BudaiError
        If there is no such knob, or a value cannot be used.
    """
    names = {one.name: one for one in fields(card.options)}
    chosen: dict[str, Any] = {}
    for text in texts:
        name, is_given, value = text.partition("=")
        if name not in names or not is_given:
            raise BudaiError(f"{card.title}: there is no knob {text}. Write NAME=VALUE with {', '.join(names)}.")
        chosen[name] = _read(names[name], value)
    if seeds is not None and not card.has_seeds:
        raise BudaiError(f"{card.title}: nothing is random in it, so there are no seeds. Leave --seeds out.")
    return card.options(**chosen | ({} if seeds is None else {"seeds": seeds}))


def _read(knob: Any, text: str) -> Any:
    """Return the value of a knob that a text stands for."""
    default, label = knob.default, knob.metadata["label"]
    try:
        if isinstance(default, bool):
            return {"on": True, "true": True, "1": True, "off": False, "false": False, "0": False}[text.lower()]
        if isinstance(default, tuple):
            kind = float if knob.metadata.get("kind") == "drawing" else int
            return tuple(kind(word) for word in text.replace(";", ",").split(",") if word.strip())
        return type(default)(text)
    except (ValueError, KeyError):
        wanted = "on or off" if isinstance(default, bool) else f"a value such as {default}"
        raise BudaiError(f"{label}: {text!r} cannot be read. Give {wanted}.") from None
