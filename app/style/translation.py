"""Every text that a user reads goes through here."""

import tomllib
from functools import cache
from pathlib import Path

import assets

CATALOGUES = Path(assets.__file__).parent / "languages"
"""Folder of the catalogues: one TOML file for each language but English, of English texts and what they are in it."""
LANGUAGES = {"en": "English", "zh": "简体中文"}
"""Names of the languages, each in itself."""


class _Use:
    """The language in use: one for the whole program, as the texts of a window are made in one."""

    language = "en"


def set_language(language: str) -> None:
    """Use a language for all texts that are asked for from now on.

    Raises
    ------
    ValueError
        If there is no such language.
    """
    if language not in LANGUAGES:
        raise ValueError(f"there is no language {language!r}")
    _Use.language = language


def language() -> str:
    """Return the language in use: "en", "zh"."""
    return _Use.language


@cache
def catalogue(language: str) -> dict[str, str]:
    """Return the texts of a language by the English ones; empty for English."""
    if language == "en":
        return {}
    return tomllib.loads((CATALOGUES / f"{language}.toml").read_text("utf-8"))["texts"]


def tr(text: str, /, **values: object) -> str:
    """Return a text in the user's language, with ``{name}`` filled in from `values`; in English where it has none."""
    translated = catalogue(_Use.language).get(text, text)
    return translated.format(**values) if values else translated
