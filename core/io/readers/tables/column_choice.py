"""Columns of a table that a user has to choose, or has chosen, as the coordinates."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.base.errors import InputError
from core.io.file_bytes import FileBytes, printable
from core.io.readers.tables.column_names import named_columns

REMEDY = "Tell which: --columns X,Y,Z with their names, or their numbers from 1."
_HARDLY = re.compile(
    r"(?:.*_)?(?:id|idx|index|no|nr|num|number|count|fid|oid|row|time|t|timestamp|date|sec|gps_?time|intensity|"
    r"reflectance|class|classification|label|return|red|green|blue|alpha|weight|[vn][xyz]|error|quality)",
    re.IGNORECASE,
)
"""Names of columns that are hardly coordinates."""


@dataclass(frozen=True)
class ColumnsQuestion:
    """Which columns of a table are the coordinates: what somebody has to see to answer.

    Parameters
    ----------
    file : str
        Name of the file.
    reason : str
        Why it cannot be told.
    names : tuple of str
        Of all columns; empty where the table has none.
    rows : tuple of tuple of str
        The words of the first lines.
    numeric : tuple of int
        The columns that hold numbers, from 0.
    guess : tuple of int
        The three columns that are most likely meant.
    """

    file: str
    reason: str
    names: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[int, ...]
    guess: tuple[int, ...]

    def word(self, column: int) -> str:
        """Return what tells a column: its name where that is clear, else its number from 1."""
        name = self.names[column] if self.names else ""
        is_clear = bool(name) and self.names.count(name) == 1 and not re.search(r",|^\d+$|^\s|\s$", name)
        return name if is_clear else str(column + 1)


class ColumnsNeededError(InputError):
    """A table of which nobody can tell the coordinates but the user.

    Parameters
    ----------
    question : ColumnsQuestion
        What has to be answered.
    place : str
        Where in the file the names stand.
    """

    def __init__(self, question: ColumnsQuestion, place: str) -> None:
        super().__init__(question.file, question.reason, place, REMEDY)
        self.question = question

    def __reduce__(self) -> tuple[type[InputError], tuple[Any, ...]]:
        return type(self), (self.question, self.place)


def likely_columns(names: Sequence[str], numeric: Sequence[int]) -> tuple[int, ...]:
    """Return the three columns that are most likely the coordinates.

    Parameters
    ----------
    names : sequence of str
        Of all columns, or empty.
    numeric : sequence of int
        The columns that hold numbers, without one that counts; three at least.
    """
    plain = [name.strip().lower() for name in names]
    letters = {"r", "g", "b"} if {"r", "g", "b"}.issubset(plain) else set[str]()
    likely = [k for k in numeric if not plain or not (_HARDLY.fullmatch(plain[k]) or plain[k] in letters)]
    return tuple(sorted(likely[:3] + [k for k in numeric if k not in likely][: 3 - len(likely[:3])]))


def chosen_columns(source: FileBytes, names: Sequence[str], numeric: Sequence[int], n_columns: int) -> list[int]:
    """Return the columns, from 0, that the user has chosen as x, y and z.

    Raises
    ------
    InputError
        If there is no such column, one holds no numbers, or two are the same.
    """
    found = [_place(source, word, names, n_columns) for word in source.columns]
    for word, k in zip(source.columns, found, strict=True):
        if k not in numeric:
            reason = f'the column "{printable(word)}" holds no numbers'
            raise source.error(reason, "", _there_is(names, n_columns))
    if len(set(found)) < 3:
        reason = f"the columns {printable(', '.join(source.columns), 80)} are not three different ones"
        raise source.error(reason, "", _there_is(names, n_columns))
    return found


def with_named_rest(position: list[int], names: Sequence[str]) -> tuple[list[int] | None, list[int] | None]:
    """Return the columns that names tell to hold normals and colours, beside chosen coordinates."""
    renamed = [name if k not in position else "xyz"[position.index(k)] for k, name in enumerate(names)]
    columns = named_columns(renamed)
    return (None, None) if columns is None or columns.position != position else (columns.normals, columns.colors)


def _place(source: FileBytes, word: str, names: Sequence[str], n_columns: int) -> int:
    """Return which column a word tells: a number counts from 1, all else is a name."""
    if re.fullmatch(r"\d{1,9}", word.strip()):
        place = int(word) - 1
        if 0 <= place < n_columns:
            return place
    else:
        for same in (str, _plain):
            matches = [k for k, name in enumerate(names) if same(name) == same(word)]
            if len(matches) == 1:
                return matches[0]
            if matches:
                reason = f'{len(matches)} columns are named "{printable(word)}"'
                raise source.error(reason, "", "Tell them by their numbers from 1.")
    raise source.error(f'has no column "{printable(word)}"', "", _there_is(names, n_columns))


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()


def _there_is(names: Sequence[str], n_columns: int) -> str:
    """Say which columns there are."""
    if names:
        return f"There are: {printable(', '.join(names), 120)}."
    return f"There are {n_columns} columns without names: tell them by their numbers, 1 to {n_columns}."
