"""The bench of generative models without a window: what `budai bench` does."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path
from typing import Any

from app.command_line.folder import made_folder
from app.command_line.lock import writing_into
from app.command_line.terminal import TerminalProgress, write_lines
from app.scene.plots.png import write_png
from core.base.errors import BudaiError
from core.base.progress import Progress, Work
from core.bench.bench import Bench, BenchOptions, Told, run_bench
from core.bench.record import COLUMNS, figure_of, lines_of, notes_of, record, rows_of
from core.io.atomic import replacing
from core.io.bench_target import bench_target
from core.process.child import Child, finish_together
from core.training.generators.models import MODELS
from core.training.generators.settings import Settings, settings_from

_ENVIRONMENT = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
_STYLE = (
    "body{font:15px/1.5 sans-serif;max-width:1500px;margin:2em auto;padding:0 1em;color:#1a1d23}img{max-width:100%}"
    "td,th{text-align:left;padding:.2em 1em .2em 0;white-space:nowrap}"
)
_ABOUT = (
    "W1 and W2: exact distances between drawn and withheld points. Modes: those with at least a tenth of their share. "
    "Between: points farther from all modes, or from the support, than four standard deviations of the noise. Nearer: "
    "points nearer to the training sample than to a withheld one; 50 % is chance. p: chi-square over the modes or "
    "parts of the support, against withheld points, on a surface against areas. Critic / W1: what the settled critic "
    "takes for W1. The training sample, judged alike, tells what chance alone leaves. Means over the seeds; of W2 the "
    "least and the largest. Score, Fréchet, path length, separability: by the features of a small classifier of this "
    "program, no inception score and no FID."
)


def run(targets: Sequence[str], models: Sequence[str], numbers: Mapping[str, Any], output: Path) -> None:
    """Run a bench in a process of its own, and write what came out into a folder.

    Raises
    ------
    BudaiError
        If a target, a model or a number cannot be used, or the folder cannot be written.
    """
    options = BenchOptions(**({"models": tuple(models)} if models else {}), **numbers)
    chosen = [bench_target(name) for name in dict.fromkeys(targets)]
    if not chosen:
        raise BudaiError("There is no target. Name one with --targets.")
    progress = TerminalProgress()
    with made_folder(output), writing_into(output, output / "bench.json"):
        keeping = _Keeping(progress, Bench(options, tuple(chosen), (), stopped=True), output)
        with Child(environment=_ENVIRONMENT).start(run_bench, chosen, options, report=keeping) as child:
            finish_together(child)
            bench: Bench = child.result()
        progress.clear()
        write(bench, output)
    write_lines(markdown(bench))
    for note in notes_of(bench):
        progress.say(note)
    progress.say(f"Results in {output}: bench.csv, bench.json, bench.md, bench.html, bench.png")


@dataclass
class _Keeping:
    """Tells the progress of a bench, and writes its tables whenever a model is done: an interruption loses none."""

    progress: TerminalProgress
    bench: Bench
    output: Path

    def __call__(self, progress: Progress) -> None:
        """Take a report."""
        if isinstance(progress.payload, Told) and progress.payload.cell is not None:
            self.bench = replace(self.bench, cells=(*self.bench.cells, progress.payload.cell))
            write_tables(self.bench, self.output)
        if progress.message:
            self.progress(progress)


def settings_of(knobs: Sequence[str]) -> dict[str, Settings]:
    """Return the settings of models from texts such as ``vae.beta=4``.

    Raises
    ------
    BudaiError
        If there is no such model or knob, or a value cannot be used.
    """
    texts: dict[str, dict[str, str]] = {}
    for knob in knobs:
        name, is_given, value = knob.partition("=")
        model, _, name = name.partition(".")
        if model not in MODELS or not name or not is_given:
            raise BudaiError(f"{knob} is no knob of a model. Write MODEL.NAME=VALUE, such as vae.beta=4.")
        texts.setdefault(model, {})[name] = value
    return {model: settings_from(MODELS[model].settings, ones, MODELS[model].title) for model, ones in texts.items()}


def writing(bench: Bench, output: Path) -> Work[None]:
    """Write a bench into a folder as a work for another process: drawing takes seconds.

    Raises
    ------
    BudaiError
        If the folder cannot be written.
    """
    yield Progress(None, "Writing")
    with made_folder(output), writing_into(output, output / "bench.json"):
        write(bench, output)


def write(bench: Bench, output: Path) -> None:
    """Write a bench into a folder: tables, a page and the picture."""
    write_tables(bench, output)
    size = (300 * len(bench.options.models), 270 * len(bench.targets))
    write_png(figure_of(bench), output / "bench.png", size=size, zoom=1.5)


def write_tables(bench: Bench, output: Path) -> None:
    """Write the tables of a bench, and the page, into a folder."""
    table = io.StringIO()
    writer = csv.DictWriter(table, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows_of(bench))
    texts = {
        "bench.csv": table.getvalue(),
        "bench.json": json.dumps(record(bench), indent=1),
        "bench.md": f"{markdown(bench)}\n\n{_noted(bench)}{_ABOUT}\n\n![Drawn points](bench.png)\n",
        "bench.html": page(bench),
    }
    for name, text in texts.items():
        with replacing(output / name) as temporary:
            temporary.write_text(text, "utf-8")


def markdown(bench: Bench) -> str:
    """Return the table of a bench."""
    lines = lines_of(bench)
    if not lines:
        return "Nothing was run."
    rows = [list(lines[0]), ["---"] * len(lines[0]), *(list(line.values()) for line in lines)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def page(bench: Bench) -> str:
    """Return a page on a bench, as HTML; the picture lies beside it."""
    lines = lines_of(bench)
    head = "".join(f"<th>{escape(name)}</th>" for name in (lines[0] if lines else {}))
    body = "".join(f"<tr>{''.join(f'<td>{escape(text)}</td>' for text in line.values())}</tr>" for line in lines)
    limit = f"{bench.options.steps:,} steps" if bench.options.steps else f"{bench.options.seconds:g} processor seconds"
    seeds = "1 seed" if bench.options.seeds == 1 else f"{bench.options.seeds} seeds"
    about = escape(_noted(bench) + _ABOUT)
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Bench</title><style>{_STYLE}</style>'
        f"<h1>Generative models side by side</h1><p>{limit} each, {seeds}, {bench.options.rows:,} points.</p>"
        f'<table><tr>{head}</tr>{body}</table><p>{about}</p><img src="bench.png" alt="Drawn points"></html>'
    )


def _noted(bench: Bench) -> str:
    """Return what has to be said of a bench, before what its columns are."""
    return "".join(f"{note} " for note in notes_of(bench))
