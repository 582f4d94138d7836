"""From rows of numbers to a checked table."""

import numpy as np
from jaxtyping import Int64

from core.data.table import Table
from core.data.topology import counted
from core.io.build import LARGEST, SMALLEST
from core.io.content import TableContent
from core.io.file_bytes import FileBytes, printable

FEWEST_ROWS, MOST_COLUMNS, MOST_CLASSES = 4, 20_000, 1_000


def build_table(source: FileBytes, content: TableContent) -> tuple[Table, tuple[str, ...]]:
    """Return the table that a file holds, and what the user should know.

    Parameters
    ----------
    source : FileBytes
        The file, for messages.
    content : TableContent
        What a reader found in it.

    Raises
    ------
    InputError
        If there are too few rows or columns, or too many columns or classes, a number is not finite, or all rows are
        equal.
    """
    values = content.values
    rows, columns = values.shape
    if rows < FEWEST_ROWS:
        raise source.error(f"has {counted(rows, 'row')}; a table needs {FEWEST_ROWS}", "", "Give more rows.")
    if columns < 2:
        raise source.error(f"has {counted(columns, 'column')} of numbers; a table needs 2", "", "Give more columns.")
    if columns > MOST_COLUMNS:
        reason = f"has {columns:,} columns; {MOST_COLUMNS:,} are the most"
        raise source.error(reason, "", "Scale images down, or take fewer columns.")
    _check_finite(source, content)
    low, high = values.min(0), values.max(0)
    size = float((high - low).max())
    if size == 0.0:
        raise source.error(f"all {rows:,} rows are equal", "", "Give rows that differ.")
    if not SMALLEST <= size <= LARGEST:
        reason = f"the columns extend over {size:.3g}, outside {SMALLEST:g} to {LARGEST:g}"
        raise source.error(reason, "", "Scale the columns.")
    labels, classes = _labels(source, content)
    constant = np.flatnonzero(high == low)
    warnings = list(content.warnings)
    if len(constant):
        warnings.append(
            f"{counted(len(constant), 'column')} of {columns:,} hold{'s' * (len(constant) == 1)} one value."
        )
    names = tuple(printable(name) for name in content.columns)
    return Table(values, labels, names, classes, content.image_shape), tuple(warnings)


def _check_finite(source: FileBytes, content: TableContent) -> None:
    """Refuse a value that is missing or has overflowed, and say where it stands."""
    bad = ~np.isfinite(content.values)
    if not bad.any():
        return
    row, column = (int(k) for k in np.argwhere(bad)[0])
    value = content.values[row, column]
    more = f" ({int(bad.sum()):,} in all)" if bad.sum() > 1 else ""
    what = "the value is missing" if np.isnan(value) else f"{value:g} is not finite"
    place = content.place(row, column)
    raise source.error(what + more, place, "Fill it in, or remove the row or the column.")


def _labels(source: FileBytes, content: TableContent) -> tuple[Int64[np.ndarray, " n"] | None, tuple[str, ...]]:
    """Return the class of each row, and the words that classes stand for."""
    given = content.labels
    if given is None:
        return None, ()
    kinds, place = np.unique(given, return_inverse=True)
    if len(kinds) > MOST_CLASSES:
        reason = f"the labels have {len(kinds):,} values; {MOST_CLASSES:,} classes are the most"
        raise source.error(reason, "", "If it is a measurement, give the column another name.")
    if kinds.dtype.kind in "iu":
        return given.astype(np.int64), ()
    try:
        numbers = kinds.astype(np.float64)
    except ValueError:
        return place.ravel().astype(np.int64), tuple(printable(str(kind)) for kind in kinds)
    bad = np.flatnonzero(~(np.floor(numbers) == numbers) | (np.abs(numbers) >= 2**53))[:1]
    if len(bad):
        k = int(np.flatnonzero(place.ravel() == bad[0])[0])
        reason = f"{printable(str(given[k]))} is no label: classes are whole numbers or words"
        raise source.error(reason, content.row_place(k), "Round the labels, or give the column another name.")
    return numbers.astype(np.int64)[place.ravel()], ()
