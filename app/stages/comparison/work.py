"""What is computed, and how it is kept in a project."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from core.base.progress import Work, part
from core.data.source import Source, require
from core.embedding.compare import Comparison, ComparisonOptions, EmbeddingFigures, compare
from core.embedding.dimension import Dimension
from core.embedding.separability import Heads
from core.evaluation.table_figures import learned_rows
from core.io.typed import typed
from core.session.packed import Packed, npz
from core.session.stages import Stage
from core.training.result import TrainingResult

_FILE = "comparison.npz"
_POINTS = "points:"


def compare_table(source: Source, training: TrainingResult, options: ComparisonOptions) -> Work[Comparison]:
    """Compare the codes of a table with other embeddings.

    Raises
    ------
    TopologyError
        If the source is no table.
    """
    require(source, "comparison", "rows")
    learned = learned_rows(len(source.positions), training.options.test, training.options.seed)
    return (yield from part(compare(source.table, training.codes, learned, training.seconds, options)))


def pack(found: Comparison) -> Packed:
    """Return what goes into a project file."""
    about = {
        "options": dataclasses.asdict(found.options),
        "figures": {name: dataclasses.asdict(figures) for name, figures in found.figures.items()},
        "dimension": dataclasses.asdict(found.dimension),
        "inside": list(found.inside),
        "seconds": found.seconds,
        "messages": list(found.messages),
        "heads": None if found.heads is None else dataclasses.asdict(found.heads),
    }
    arrays = {f"{_POINTS}{name}": part for name, part in found.points.items()} | {"between": found.between}
    arrays["local"] = found.local
    return Packed(about, {_FILE: npz(arrays)})


def unpack(packed: Packed, results: Mapping[str, Any], file: str) -> Comparison:
    """Return the comparison that was stored by `pack`.

    Raises
    ------
    KeyError, TypeError, ValueError, BudaiError
        If parts are missing or do not fit each other.
    """
    about, arrays = packed.about, packed.arrays(_FILE)
    points = {name.removeprefix(_POINTS): part for name, part in arrays.items() if name.startswith(_POINTS)}
    if any(len(part) != len(results["source"].positions) for part in points.values()):
        raise ValueError("an embedding has another number of rows than the table")
    dimension = about["dimension"]
    scales = tuple((float(scale), float(value)) for scale, value in dimension["scales"])
    return Comparison(
        options=typed(ComparisonOptions, about["options"]),
        points=points,
        figures={name: typed(EmbeddingFigures, figures) for name, figures in about["figures"].items()},
        dimension=Dimension(dimension["twonn"], dimension["levina_bickel"], scales, int(dimension["rows"])),
        between=arrays.get("between"),
        inside=tuple(None if value is None else float(value) for value in about["inside"]),
        seconds=float(about["seconds"]),
        messages=tuple(about["messages"]),
        heads=None if about.get("heads") is None else typed(Heads, about["heads"]),
        local=arrays.get("local"),
    )


WORK = Stage("comparison", ComparisonOptions, compare_table, ("source", "training"), pack=pack, unpack=unpack)
