"""What a table is: its certificate before anything is learned."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from core.data.table import Table
from core.embedding.dimension import Dimension, intrinsic_dimension
from core.embedding.neighbours import distinct

_QUICKLY = 4e9
"""Products of numbers that the dimension may take for an answer within seconds."""


@dataclass(frozen=True)
class TableFacts:
    """What a table is.

    Parameters
    ----------
    rows, dimension : int
        Rows and columns.
    duplicates : int
        Rows that are equal to one before them.
    constant : tuple of str
        Columns that hold one value.
    classes : tuple of pairs of str and int
        Classes, with the number of their rows; empty where there are no labels.
    intrinsic_dimension : Dimension
        How many numbers tell where a row is.
    """

    rows: int
    dimension: int
    duplicates: int
    constant: tuple[str, ...]
    classes: tuple[tuple[str, int], ...]
    intrinsic_dimension: Dimension

    def as_dict(self) -> dict[str, Any]:
        """Return the facts as files hold them."""
        return asdict(self)


def table_facts(table: Table, rng: np.random.Generator) -> TableFacts:
    """Return what a table is.

    Parameters
    ----------
    table : Table
        The table.
    rng : Generator
        Chooses the rows that the dimension is estimated at, where there are many.
    """
    values, size = table.values, table.values.size
    flat = np.flatnonzero(np.ptp(values, axis=0) == 0.0)
    names = tuple(table.columns[k] if table.columns else str(k + 1) for k in flat.tolist())
    classes: tuple[tuple[str, int], ...] = ()
    if table.labels is not None:
        kinds, counts = np.unique(table.labels, return_counts=True)
        pairs = zip(kinds.tolist(), counts.tolist(), strict=True)
        classes = tuple((table.class_name(kind), count) for kind, count in pairs)
    sample = int(max(200, min(2_000, _QUICKLY / size)))
    found = intrinsic_dimension(values, rng, sample, sample)
    rows, columns = values.shape
    return TableFacts(rows, columns, int((~distinct(values)).sum()), names, classes, found)


def facts_text(facts: TableFacts) -> list[tuple[str, str]]:
    """Return the facts as names and values for a person."""
    dimension = facts.intrinsic_dimension
    rows = [("rows", f"{facts.rows:,}"), ("columns", f"{facts.dimension:,}")]
    rows.append(("equal rows", f"{facts.duplicates:,}"))
    rows.append(("columns of one value", f"{len(facts.constant):,}"))
    if facts.classes:
        shown = ", ".join(f"{name}: {count:,}" for name, count in facts.classes[:12])
        rows.append(("classes", f"{len(facts.classes):,} ({shown}{', …' if len(facts.classes) > 12 else ''})"))
    for name, value in (("TwoNN", dimension.twonn), ("Levina-Bickel", dimension.levina_bickel)):
        if value is not None:
            rows.append((f"dimension, {name}", f"{value:.2f}"))
    if dimension.scales:
        steps = dimension.scales[:: max(1, len(dimension.scales) // 5)]
        rows.append(("at scales", ", ".join(f"{scale:.3g}: {value:.2f}" for scale, value in steps)))
    return rows
