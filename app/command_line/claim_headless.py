"""Claims without a window: what `budai claim` does."""

import json
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any

from app.command_line.folder import made_folder
from app.command_line.lock import writing_into
from app.command_line.pictures import why
from app.command_line.terminal import TerminalProgress, write_lines
from app.scene.plots.png import write_png
from core.base.errors import BudaiError
from core.claims.card import Card, Verdict, record
from core.claims.gallery import GROUPS, card_of, cards, cards_of, options_from, run_named
from core.io.atomic import replacing
from core.process.child import Child, finish_together

_ENVIRONMENT = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
"""Products of such small matrices take longer with several threads."""
_STYLE = (
    "body{font:15px/1.5 sans-serif;max-width:1240px;margin:2em auto;padding:0 1em;color:#1a1d23}"
    "img{max-width:100%}h2{margin-top:2em}.holds{color:#1b7f52}.fails{color:#c4321f}.undecided{color:#996000}"
    "td,th{text-align:left;padding:.2em 1em .2em 0;vertical-align:top}p.source{color:#6b7180}"
)


def list_cards() -> None:
    """Print all claims, group after group."""
    for group in GROUPS:
        write_lines(group)
        for name, card in cards_of(group).items():
            write_lines(f"  {name:24} {card.title}")


def run_one(name: str, knobs: Sequence[str], seeds: int | None, output: Path) -> None:
    """Put one claim to the test, and write what came out into a folder.

    Raises
    ------
    BudaiError
        If there is no such claim or knob, or the folder cannot be used.
    """
    card = card_of(name)
    options = options_from(card, knobs, seeds)
    progress = TerminalProgress()
    with made_folder(output), writing_into(output, output / f"{name}.json"):
        verdict = _tested(name, options, progress)
        write_json(name, card, options, verdict, output / f"{name}.json")
        write_png(verdict.figure, output / f"{name}.png")
    write_lines(f"{card.title}: {verdict.outcome}. {verdict.sentence}")
    progress.say(f"Results in {output}: {name}.json, {name}.png ({verdict.seconds:.1f} s of a processor)")


def run_all(output: Path) -> None:
    """Put all claims to the test with their default knobs, and write a report with pictures into a folder.

    A claim that cannot be run is told in the report, and spares the others.

    Raises
    ------
    BudaiError
        If the folder cannot be used.
    """
    progress, known = TerminalProgress(), cards()
    done: list[tuple[str, Card, Verdict | str]] = []
    with made_folder(output), writing_into(output, output / "claims.html"):
        for k, (name, card) in enumerate(known.items(), 1):
            options = card.options()
            try:
                verdict = _tested(name, options, progress)
            except (BudaiError, MemoryError) as error:
                done.append((name, card, why(error)))
                progress.say(f"{k} of {len(known)}  {card.title}: could not be run. {why(error)}")
                continue
            write_json(name, card, options, verdict, output / f"{name}.json")
            write_png(verdict.figure, output / f"{name}.png")
            done.append((name, card, verdict))
            progress.say(f"{k} of {len(known)}  {card.title}: {verdict.outcome}. {verdict.sentence}")
        with replacing(output / "claims.html") as temporary:
            temporary.write_text(report(done), "utf-8")
    failed = [card.title for _, card, verdict in done if not isinstance(verdict, Verdict) or verdict.outcome != "holds"]
    write_lines(
        f"{len(done) - len(failed)} of {len(done)} claims hold" + (f"; not: {', '.join(failed)}" * bool(failed))
    )
    progress.say(f"Results in {output}: claims.html, and a JSON and a picture of each claim")


def report(done: Sequence[tuple[str, Card, Verdict | str]]) -> str:
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


def write_json(name: str, card: Card, options: Any, verdict: Verdict, path: Path) -> None:
    """Write a run as JSON."""
    with replacing(path) as temporary:
        temporary.write_text(json.dumps(record(name, card, options, verdict), indent=1), "utf-8")


def _tested(name: str, options: Any, progress: TerminalProgress) -> Verdict:
    """Run a claim in a process of its own."""
    with Child(environment=_ENVIRONMENT).start(run_named, name, options, report=progress) as child:
        finish_together(child)
        return child.result()
