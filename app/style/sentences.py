"""What the mathematics says, in the user's language.

Sentences of core are English, also in reports and on the command line. They come to the window as they are, from other
processes and from files too; here the template that a sentence was made from is found again by its fixed words, with
the values that were filled in.
"""

import itertools
import re
import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache

from app.style.translation import CATALOGUES, catalogue, language

HOLE = "{}"
"""Where a template has a value; in a translation "{0}" is the first of them."""
_ENDS = re.compile(r"(?<=[.!?])\s+(?=\S)")
"""Between two sentences."""
_COUNTED = re.compile(r"(?P<n>[\d,]+) (?P<noun>\S.*)")
_VALUE, _SENTENCES = r"((?:(?![.!?] [A-Z\d]|; ).)+?)", "(.+)"
"""What stands for a value: less than a sentence, and of one work alone, but where several may stand."""
_WORD, _NUMBERS = r"(\S+)", r"(\S*\d\S*(?:, \S*\d\S*)*)"
"""What stands for it beside a single word: "chart 3", or "3 of 12", but not "the length of the way"."""
_SINGLE = re.compile(r"[^\W\d_]+")
_KEPT = 4096


@dataclass(frozen=True, eq=False)
class _Template:
    """A template and what it is in another language."""

    pattern: re.Pattern[str]
    fixed: tuple[str, ...]
    translated: str

    def may_be(self, text: str) -> bool:
        """Return whether all that is fixed is in a text, in this order: far sooner told than by the pattern."""
        at = 0
        for part in self.fixed:
            at = text.find(part, at) + len(part)
            if at < len(part):
                return False
        return True


def sentence_file(code: str) -> dict[str, str]:
    """Return the sentences of core in a language by their templates, as the file has them."""
    path = CATALOGUES / "sentences" / f"{code}.toml"
    return tomllib.loads(path.read_text("utf-8"))["sentences"] if path.is_file() else {}


def said(text: str) -> str:
    """Return what core says in the user's language; what is not known, or said already, stays as it is.

    Parameters
    ----------
    text : str
        One or several sentences, or the message of a work.
    """
    return text if language() == "en" else _said(text, language())


@lru_cache(_KEPT)
def _said(text: str, code: str) -> str:
    return "\n".join(_line(line, code) for line in text.split("\n"))


def _line(line: str, code: str) -> str:
    """Return a line: known as a whole, or sentence by sentence, the longest run that is known first."""
    whole = _known(line, code)
    if whole is not None:
        return whole
    parts, made, k = _ENDS.split(line), "", 0
    while k < len(parts):
        for end in range(len(parts), k, -1):
            found = _refusal(" ".join(parts[k:end]), code)
            if found is not None:
                break
        else:
            end, found = k + 1, "；".join(_refusal(part, code) or part for part in parts[k].split("; "))
            if found.isascii():
                found = parts[k]
        made += (" " if (made and (made + found).isascii()) or made.endswith((".", "!", "?")) else "") + found
        k = end
    return made


def _refusal(sentence: str, code: str) -> str | None:
    """Return a sentence, or what stands behind a name and a place in it: "head.ply, line 12: the file ends early."."""
    whole = _known(sentence, code)
    if whole is not None:
        return whole
    for colon in re.finditer(": ", sentence):
        head, rest = sentence[: colon.start()], sentence[colon.end() :]
        if "; " in head:  # several works at once
            break
        found = _known(rest, code) or (_known(rest[:-1], code) if rest.endswith(".") else None)
        if found is not None:
            name, comma, place = head.rpartition(", ")
            where = f"{name}，{_known(place, code) or place}" if comma else _known(head, code) or head
            return f"{where}：{found}" + ("" if found.endswith(("。", "！", "？")) else "。" * rest.endswith("."))
    return None


def _known(text: str, code: str) -> str | None:
    """Return a text that is one template, or None."""
    plain = catalogue(code).get(text)
    if plain is not None:
        return plain
    for template in _templates(code):
        if template.may_be(text):
            found = template.pattern.fullmatch(text)
            if found:
                values = [_line(value, code) for value in found.groups()]
                return template.translated.format(*values)
    counted = _COUNTED.fullmatch(text)
    if counted:
        many = catalogue(code).get(f"{{n}} {counted['noun']}") or catalogue(code).get(f"1 {counted['noun']}", "")
        return re.sub(r"\{n\}|^1(?=\D)", counted["n"], many, count=1) or None
    return None


@cache
def _templates(code: str) -> tuple[_Template, ...]:
    """Return all templates of a language, those with the most fixed letters first."""
    made = []
    for text, translated in sorted(sentence_file(code).items(), key=lambda one: -len(one[0].replace(HOLE, ""))):
        fixed = text.split(HOLE)
        value = _VALUE
        if _SINGLE.fullmatch("".join(fixed).strip()):
            value = _WORD if fixed[0] else _NUMBERS
        pattern = re.escape(fixed[0])
        for before, after in itertools.pairwise(fixed):
            pattern += (_SENTENCES if before.endswith((". ", "; ")) else value) + re.escape(after)
        if not fixed[-1] and not pattern.endswith(_SENTENCES):
            pattern += r"(?<!\.)"
        made.append(_Template(re.compile(pattern, re.DOTALL), tuple(part for part in fixed if part), translated))
    return tuple(made)
