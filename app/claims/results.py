"""What is written of claims: what came out of a run, its picture, and a report on many."""

import json
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from app.scene.plots.png import write_png
from core.base.errors import BudaiError
from core.base.progress import Work, part
from core.claims.card import Card, Verdict, record
from core.claims.gallery import card_of, run_named
from core.io.atomic import replacing

REPORT = "claims.html"
"""Name of the report on many."""
Done = Sequence[tuple[str, Card, Verdict | str]]
"""Names, cards, and what came out of each, or why it could not be run."""
_STYLE = (
    "body{font:15px/1.5 sans-serif;max-width:1240px;margin:2em auto;padding:0 1em;color:#1a1d23}"
    "img{max-width:100%}h2{margin-top:2em}.holds{color:#1b7f52}.fails{color:#c4321f}.undecided{color:#996000}"
    "td,th{text-align:left;padding:.2em 1em .2em 0;vertical-align:top}p.source{color:#6b7180}"
)


def write_result(name: str, options: Any, verdict: Verdict, path: Path, more: Mapping[str, Any] | None = None) -> None:
    """Write what came out of a run as JSON, with more, or its picture.

    Raises
    ------
    BudaiError
        If the suffix is another one than .json or .png, or the file cannot be written.
    """
    if path.suffix.lower() == ".png":
        write_png(verdict.figure, path)
        return
    if path.suffix.lower() != ".json":
        raise BudaiError(f"{path.name}: a claim is written as .json, or its picture as .png. Choose one of these.")
    told = record(name, card_of(name), options, verdict)
    with replacing(path) as temporary:
        temporary.write_text(json.dumps({**told, **(more or {})}, indent=1), "utf-8")


def run_and_write(name: str, options: Any, folder: Path) -> Work[Verdict]:
    """Put a claim to the test, and write what came out, and its picture, into a folder.

    Raises
    ------
    BudaiError
        If the run, or a file, is refused.
    """
    verdict = yield from part(run_named(name, options))
    for suffix in (".json", ".png"):
        write_result(name, options, verdict, folder / f"{name}{suffix}")
    return verdict


def write_report(done: Done, folder: Path) -> None:
    """Write a page on claims that were put to the test, beside their pictures."""
    with replacing(folder / REPORT) as temporary:
        temporary.write_text(report(done), "utf-8")


def summary(done: Done) -> str:
    """Return how many claims hold, and which do not."""
    failed = [card.title for _, card, verdict in done if not isinstance(verdict, Verdict) or verdict.outcome != "holds"]
    return f"{len(done) - len(failed)} of {len(done)} claims hold" + (f"; not: {', '.join(failed)}" * bool(failed))


def report(done: Done) -> str:
    """Return a page on claims that were put to the test, as HTML; the pictures lie beside it."""
    rows, parts = [], []
    for name, card, verdict in done:
        title = escape(card.title)
        if isinstance(verdict, Verdict):
            outcome, sentence = verdict.outcome, escape(verdict.sentence)
            last = f"<td>{verdict.margin:.4g}</td><td>{verdict.seconds:.1f} s</td>"
            picture = f'<img src="{name}.png" alt="{title}">'
        else:
            outcome, sentence, last, picture = "could not be run", escape(verdict), "<td></td><td></td>", ""
        badge = f'<span class="{outcome}">{outcome}</span>'
        rows.append(f'<tr><td><a href="#{name}">{title}</a></td><td>{badge}</td>{last}</tr>')
        parts.append(
            f'<h2 id="{name}">{title}: {badge}</h2><p>{escape(card.statement)}</p>'
            f'<p class="source">{escape(card.source)}</p>{picture}<p>{sentence}</p>'
        )
    head = "<tr><th>claim</th><th>verdict</th><th>margin</th><th>processor time</th></tr>"
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Claims</title><style>{_STYLE}</style>'
        f"<h1>Claims</h1><table>{head}{''.join(rows)}</table>{''.join(parts)}</html>"
    )
