"""The pages of the help: the documents that come with the program, one topic for each of their headings."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import assets

DOCUMENTS = Path(assets.__file__).parent / "docs"
PAGES = ("terms", "using", "mathematics", "results")
"""Documents by their names, in the order of the list."""
_HEADING = re.compile(r"^(#{1,3}) (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Topic:
    """What stands below one heading.

    Parameters
    ----------
    key : str
        Its name in links: "when-a-chart-folds".
    title : str
        The heading.
    text : str
        Markdown, with the heading.
    page : str
        The document.
    """

    key: str
    title: str
    text: str
    page: str


@cache
def topics(language: str = "en") -> tuple[Topic, ...]:
    """Return all topics in a language; a document that is not translated is in English.

    Parameters
    ----------
    language : str
        "en", "zh".
    """
    return tuple(topic for page in PAGES for topic in _of_page(page, language))


def _of_page(page: str, language: str) -> Iterator[Topic]:
    """Yield the topics of a document."""
    file = DOCUMENTS / f"{page}.{language}.md"
    text = (file if file.is_file() else DOCUMENTS / f"{page}.md").read_text("utf-8")
    found = list(_HEADING.finditer(text))
    ends = [heading.start() for heading in found[1:]] + [len(text)]
    keys = iter(())
    if file.is_file():  # links say the English names of headings, in every language
        keys = iter(topic.key for topic in _of_page(page, ""))
    for heading, end in zip(found, ends, strict=True):
        body = text[heading.end() : end].strip()
        key = next(keys, slug(heading[2]))
        if body:
            yield Topic(key, heading[2], f"## {heading[2]}\n\n{body}\n", page)


def slug(heading: str) -> str:
    """Return the name of a heading in links.

    Examples
    --------
    >>> slug("When a chart folds")
    'when-a-chart-folds'
    """
    return re.sub(r"[^\w-]", "", heading.lower().replace(" ", "-"))


def search(known: tuple[Topic, ...], words: str) -> list[Topic]:
    """Return the topics that hold all words, those with a word in their titles first.

    Parameters
    ----------
    known : tuple of Topic
        Where to look.
    words : str
        What the user has typed; nothing finds all.
    """
    wanted = words.lower().split()
    if not wanted:
        return list(known)
    ranked = []
    for place, topic in enumerate(known):
        title, text = topic.title.lower(), topic.text.lower()
        if all(word in text for word in wanted):
            in_title = sum(word in title for word in wanted)
            ranked.append((-in_title, -sum(text.count(word) for word in wanted), place, topic))
    return [topic for *_, topic in sorted(ranked, key=lambda entry: entry[:3])]


def excerpt(topic: Topic, words: str, width: int = 90) -> str:
    """Return what stands around the first of some words in a topic, as plain text on one line."""
    plain = re.sub(r"!\[[^\]]*\]\([^)]*\)|[*`#>|]|\]\([^)]*\)|\[", "", topic.text.partition("\n")[2])
    plain = " ".join(plain.split())
    first = next(iter(words.lower().split()), "")
    place = max(0, plain.lower().find(first) - width // 3) if first else 0
    if place:
        place = plain.find(" ", place) + 1
    text = plain[place : place + width].rpartition(" ")[0] if len(plain) > place + width else plain[place:]
    return f"{'… ' if place else ''}{text}{' …' if len(plain) > place + width else ''}"
