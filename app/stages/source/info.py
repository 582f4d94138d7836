"""`budai info`: what a file holds, as text or JSON."""

import json
from pathlib import Path
from typing import Any

import numpy as np

from app.command_line.terminal import TerminalProgress, write_lines
from app.stages.source.points_text import points_lines, points_report
from core.base.errors import InputError
from core.base.progress import finish
from core.data.cloud_facts import CloudFacts
from core.data.obstacles import NOUNS, Obstacles, Place
from core.data.reading_options import ReadingOptions
from core.data.source import Source
from core.embedding.facts import TableFacts, facts_text, table_facts
from core.io.file_bytes import printable
from core.io.reading import reading
from core.session.surface_report import surface_report

LONGEST_LINE = 400
"""Characters of a refusal; what is longer is cut in the middle, so that file and remedy stay."""


MOST_LINES = 8
"""Places of one kind that are listed."""


def run_info(path: Path, as_json: bool, how: ReadingOptions, places: bool = False) -> int:
    """Say on stdout what a file holds, or in one line on stderr why it is refused.

    Parameters
    ----------
    path : Path
        A surface or a point cloud.
    as_json : bool
        Whether to print the part `surface` of a report as JSON.
    how : ReadingOptions
        What the user has chosen of how it is read.
    places : bool
        Whether to say what stands in the way of one chart, where, and what is recommended.

    Returns
    -------
    int
        0, or 1 where the file is refused.
    """
    progress = TerminalProgress()
    try:
        loaded = finish(reading(path, how), progress if progress.is_terminal else None)  # a log gets the refusal alone
    except InputError as error:
        progress.say(refusal(error))
        return 1
    found = _obstacles(loaded, progress) if places and loaded.has_faces else None
    points = _points(loaded, progress) if places and loaded.is_cloud else None
    progress.clear()
    facts = table_facts(loaded.table, np.random.default_rng(0)) if loaded.is_table else None
    if as_json:
        report: dict[str, Any] = {"surface": surface_report(loaded)}
        report |= {} if found is None else {"obstacles": obstacles_report(found)}
        report |= {} if points is None else {"points": points_report(points)}
        report |= {} if facts is None else {"table": facts.as_dict()}
        write_lines(json.dumps(report))
    else:
        lines = [surface_text(loaded) if facts is None else table_text(loaded, facts)]
        lines += [] if found is None else obstacles_lines(loaded, found)
        write_lines("\n".join([*lines, *([] if points is None else points_lines(points))]))
    return 0


def _obstacles(loaded: Source, progress: TerminalProgress) -> Obstacles:
    from core.atlas.obstacles import find_obstacles  # numba takes its time to import: only where it is needed

    return finish(find_obstacles(loaded.surface), progress if progress.is_terminal else None)


def _points(loaded: Source, progress: TerminalProgress) -> CloudFacts:
    from core.cloud.examining import examining  # numba takes its time to import: only where it is needed

    return finish(examining(loaded.cloud), progress if progress.is_terminal else None)


def obstacles_report(found: Obstacles) -> dict[str, Any]:
    """Return what stands in the way of one chart, for a report: counts, places, what is recommended."""
    return {
        "counts": dict(found.counts),
        "places": [
            {"kind": place.kind, "size": place.size, "faces": place.n_faces, "vertices": place.concerned.tolist()}
            for place in found.places
        ],
        "advice": found.advice,
        "why": found.why,
        "seconds": found.seconds,
    }


def obstacles_lines(loaded: Source, found: Obstacles) -> list[str]:
    """Return what stands in the way of one chart as lines for a person, the largest places of each kind."""
    lines = [f"In the way of one chart: {found.sentence or 'nothing'}."]
    for kind in found.counts:
        known = found.of(kind)
        lines += [f"  {_place(loaded, place)}" for place in known[:MOST_LINES]]
        if len(known) > MOST_LINES:
            lines.append(f"  … and {len(known) - MOST_LINES:,} more")
    return [*lines, f"Recommended: --prepare {found.advice}. {found.why}"]


def _place(loaded: Source, place: Place) -> str:
    """Return what one place is, how large, and where."""
    vertices = place.concerned
    x, y, z = loaded.surface.vertices[vertices].mean(axis=0)
    if place.kind == "component":
        size = f" of {place.n_faces:,} {'face' if place.n_faces == 1 else 'faces'}, area {place.size:.4g}"
    else:
        size = f", length {place.size:.4g}" if len(place.edges) else ""
    return f"{NOUNS[place.kind][0]}{size}, near ({x:.4g}, {y:.4g}, {z:.4g}), vertex {int(vertices[0]):,}"


def refusal(error: InputError) -> str:
    """Return the text of an error as one line of bounded length."""
    line = " ".join(str(error).split())
    half = LONGEST_LINE // 2
    return line if len(line) <= LONGEST_LINE else f"{line[: half - 1]} … {line[2 - half :]}"


def surface_text(loaded: Source) -> str:
    """Return what a file holds as lines for a person.

    Parameters
    ----------
    loaded : Source
        What was opened.
    """
    known = loaded.topology
    if known is None:
        rows = [("points", f"{len(loaded.positions):,}"), ("diagonal", f"{loaded.data.diagonal:.6g}")]
        verdict = "A cloud of points without faces: budai run makes a surface of it first."
    else:
        rows = [
            ("vertices", f"{known.n_vertices:,}"),
            ("edges", f"{known.n_edges:,}"),
            ("faces", f"{known.n_faces:,}"),
            ("components", str(known.n_components)),
            ("boundary loops", str(known.n_boundary_loops)),
            ("Euler characteristic", str(known.euler_characteristic)),
            ("genus", "none" if known.genus is None else str(known.genus)),
            ("manifold", _manifold(known.n_nonmanifold_edges, known.n_nonmanifold_vertices)),
            ("orientable", "yes" if known.is_orientable else "no"),
            ("closed", "yes" if known.is_closed else "no"),
            ("area", f"{known.area:.6g}"),
            ("diagonal", f"{known.diagonal:.6g}"),
        ]
        verdict = known.verdict
    return _text(loaded, rows, verdict)


def table_text(loaded: Source, facts: TableFacts) -> str:
    """Return what a table is as lines for a person.

    Parameters
    ----------
    loaded : Source
        What was opened.
    facts : TableFacts
        What was found out.
    """
    looked = facts.intrinsic_dimension.rows
    return _text(loaded, facts_text(facts), f"A table: points of R^{facts.dimension}, {looked:,} rows looked at.")


def _text(loaded: Source, rows: list[tuple[str, str]], verdict: str) -> str:
    """Return figures, a verdict, and what was done on the way, below the name of the file."""
    lines = [printable(Path(loaded.path).name, 255), *(f"  {name:<24} {value}" for name, value in rows), verdict]
    notes = [f"Repaired: {text}" for text in loaded.repairs]
    notes += [f"Note: {text}" for text in loaded.warnings if text != verdict]
    return "\n".join([*lines, *notes])


def _manifold(n_edges: int, n_vertices: int) -> str:
    """Say whether the surface is a manifold, and if not, where not."""
    if not n_edges and not n_vertices:
        return "yes"
    return f"no ({n_edges:,} edges of more than two faces, {n_vertices} pinched vertices)"
