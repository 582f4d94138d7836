"""Text files as arrays of lines and words, parsed without a loop over the lines."""

import re
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Int64

from core.base.errors import InputError
from core.io.file_bytes import FileBytes, printable

NEWLINE, BACKSLASH, PLUS, MINUS, ZERO = 10, 92, 43, 45, 48
_SHORT, _FEW = 16, 10_000
"""Bytes at the beginning of lines, and comments, up to which it is faster to blank them one by one."""
_PART = 1 << 18
"""Bytes that are looked at, or whose numbers are read, at a time."""
# Tabs, carriage returns, vertical tabs and form feeds part words like a space does.
_TO_SPACE = bytes.maketrans(b"\t\r\v\f", b"    ")
_MARKED = re.compile(rb"[+-]?1\.#(?:QNAN|SNAN|IND|INF)0*", re.IGNORECASE)
"""Numbers that are none as old C libraries write them: 1.#QNAN, -1.#IND00. Their # begins no comment."""
_SPELLED = re.compile(rb"(?<!\S)[+-]?(?:nan\([^()\s]*\)|n/?a|null|none)(?!\S)", re.IGNORECASE)
"""Other spellings of NaN: -nan(ind), NA, N/A, null."""


@dataclass(frozen=True, eq=False)
class TextLines:
    """Some lines of a text file: those that hold at least one word.

    Parameters
    ----------
    source : FileBytes
        The file.
    buffer : (b,) uint8 array
        The text; comments are blanked, every line ends with a line feed.
    starts, ends : (m,) int64 array
        Where each line begins in ``buffer``, and where the next one begins.
    numbers : (m,) int64 array
        Line numbers as an editor shows them, from 1.
    word_starts : (w,) int64 array
        Where each word of the whole text begins.
    first_word : (m,) int64 array
        Place in ``word_starts`` of the first word of each line.
    n_words : (m,) int64 array
        Number of words in each line.
    """

    source: FileBytes
    buffer: np.ndarray
    starts: Int64[np.ndarray, " m"]
    ends: Int64[np.ndarray, " m"]
    numbers: Int64[np.ndarray, " m"]
    word_starts: Int64[np.ndarray, " w"]
    first_word: Int64[np.ndarray, " m"]
    n_words: Int64[np.ndarray, " m"]

    def __len__(self) -> int:
        return len(self.starts)

    def take(self, which: np.ndarray | slice) -> "TextLines":
        """Return some of the lines, by mask, numbers or slice."""
        per_line = {name: getattr(self, name)[which] for name in ("starts", "ends", "numbers", "first_word", "n_words")}
        return replace(self, **per_line)

    def line(self, k: int) -> bytes:
        """Return a line without surrounding space."""
        return self.buffer[self.starts[k] : self.ends[k]].tobytes().strip()

    def place(self, k: int) -> str:
        """Return where a line stands, in words."""
        return f"line {self.numbers[k]}"

    def error(self, k: int, reason: str, remedy: str = "") -> InputError:
        """Return (do not raise) an error about a line."""
        return self.source.error(reason, self.place(k), remedy)

    def keywords(self, width: int = 12) -> np.ndarray:
        """Return the first word of each line, cut after ``width`` bytes, as an array of byte strings."""
        at = self.word_starts[self.first_word]
        words = np.zeros((len(at), width), np.uint8)
        words[:, 0] = self.buffer[at]  # each line has a word
        left = np.arange(len(at))
        # Most keywords have a letter or two: after so many steps there is nothing left to do.
        for k in range(1, width):
            at = at + 1  # a line feed ends the buffer, and whatever stands there
            letters = self.buffer[at]
            inside = letters > 32
            if not inside.all():
                left, at, letters = left[inside], at[inside], letters[inside]
            if not len(left):
                break
            words[left, k] = letters
        return words.view(f"S{width}").ravel()

    def text(self, skip: int = 0) -> np.ndarray:
        """Return the bytes of the lines without their first ``skip`` words; line feeds stay."""
        if not len(self):
            return self.buffer[:0]
        last = self.first_word[-1] + self.n_words[-1]
        is_whole = last - self.first_word[0] == self.n_words.sum()
        if skip == 0 and is_whole:
            return self.buffer[self.starts[0] : self.ends[-1]]
        begin = self.starts
        if skip:
            word = np.minimum(self.first_word + skip, len(self.word_starts) - 1)
            begin = np.where(self.n_words > skip, self.word_starts[word], self.ends - 1)
        longest = int((begin - self.starts).max())
        if is_whole and longest <= _SHORT:
            return self._blanked(begin, longest)
        change = np.zeros(len(self.buffer) + 1, np.int8)
        change[begin] += 1
        change[self.ends] -= 1
        return self.buffer[np.cumsum(change[:-1], dtype=np.int8).view(bool)]

    def _blanked(self, begin: np.ndarray, longest: int) -> np.ndarray:
        """Return the bytes of lines that follow each other, spaces in place of what stands before ``begin`` in each."""
        at = int(self.starts[0])
        text = self.buffer[at : self.ends[-1]].copy()
        for k in range(longest):
            place = self.starts + k
            text[place[place < begin] - at] = 32
        return text

    def numbers_in(self, skip: int = 0, integer: bool = False) -> np.ndarray:
        """Return all words but the first ``skip`` of each line as numbers, one after the other.

        Raises
        ------
        InputError
            If a word is no number: with its line.
        """
        counts = np.maximum(self.n_words - skip, 0)
        return parse_numbers(self.text(skip).tobytes(), integer, self._complaint(counts))

    def table(self, columns: int, skip: int = 0, integer: bool = False) -> np.ndarray:
        """Return the lines as a table of numbers.

        Parameters
        ----------
        columns : int
            How many numbers each line must have.
        skip : int
            Words at the beginning of each line that are no numbers.
        integer : bool
            Whether the numbers are integers.

        Raises
        ------
        InputError
            If a line has more or fewer numbers, or a word is no number.
        """
        wrong = np.flatnonzero(self.n_words != columns + skip)
        if len(wrong):
            k = int(wrong[0])
            found = max(int(self.n_words[k]) - skip, 0)
            raise self.error(k, f"expected {columns} numbers, found {found}", "Is the file complete?")
        return self.numbers_in(skip, integer).reshape(len(self), columns)

    def leading(self, columns: int, skip: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return the first ``columns`` numbers of each line, then all numbers, and where each line's begin there.

        Raises
        ------
        InputError
            If a line has fewer numbers, or a word is no number.
        """
        counts = self.n_words - skip
        short = np.flatnonzero(counts < columns)
        if len(short):
            k = int(short[0])
            raise self.error(k, f"expected {columns} numbers, found {max(int(counts[k]), 0)}", "Is the file complete?")
        values = self.numbers_in(skip)
        first = np.cumsum(counts) - counts
        return values[first[:, None] + np.arange(columns)], values, first

    def _complaint(self, counts: np.ndarray) -> Callable[[int, str, str], InputError]:
        """Return a function that makes an error of the number of a word among ``counts`` words a line."""

        def complain(word: int, reason: str, remedy: str) -> InputError:
            return self.error(int(np.searchsorted(np.cumsum(counts), word, side="right")), reason, remedy)

        return complain


def parse_numbers(text: bytes, integer: bool, complain: Callable[[int, str, str], InputError]) -> np.ndarray:
    """Return the words of a text as float64 or int64 numbers.

    Parameters
    ----------
    text : bytes
        Words between white space.
    integer : bool
        Whether to read integers.
    complain : callable
        Makes an error of the number of a word, a reason and a remedy.

    Raises
    ------
    InputError
        If a word is no number. (Python's own 1_000 is none here.)
    """
    parts, done = list[np.ndarray](), 0
    for part in _parts(text):
        parts.append(
            _numbers_of(part, integer, lambda word, reason, remedy, done=done: complain(done + word, reason, remedy))
        )
        done += len(parts[-1])
    return parts[0] if len(parts) == 1 else np.concatenate(parts)


def _parts(text: bytes) -> Iterator[bytes]:
    """Yield a text in parts that end with lines: few words at a time need little memory, which takes time to get."""
    begin = 0
    while len(text) - begin > _PART and (end := text.find(b"\n", begin + _PART) + 1):
        yield text[begin:end]
        begin = end
    yield text[begin:]


def _numbers_of(text: bytes, integer: bool, complain: Callable[[int, str, str], InputError]) -> np.ndarray:
    """Return the words of a text as numbers; see `parse_numbers`."""
    found = _plain_numbers(text, integer)
    if found is not None:
        return found
    words = text.split()
    try:
        return _as_array(text, words, integer)
    except (ValueError, OverflowError):
        pass
    if not integer and _SPELLED.search(text):
        return _numbers_of(_SPELLED.sub(b"nan", text), integer, complain)
    for k, word in enumerate(words):
        reason = _why_not_a_number(word, integer)
        if reason:
            decimal_comma = b"," in word
            remedy = "A decimal comma? Write decimal points." if decimal_comma else "Correct this line."
            raise complain(k, reason, remedy)
    raise AssertionError("a word that could not be parsed was not found again")


def _plain_numbers(text: bytes, integer: bool) -> np.ndarray | None:
    """Return the words of a text as numbers without making an object of each; None where a word may be none."""
    if b"_" in text:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", DeprecationWarning)  # as former releases of numpy tell what newer refuse
            values = np.fromstring(text, np.int64 if integer else np.float64, sep=" ")
    except (ValueError, DeprecationWarning):
        return None
    letters = np.frombuffer(text, np.uint8)
    inside = letters > 32
    if len(values) != np.count_nonzero(inside[1:] > inside[:-1]) + np.count_nonzero(inside[:1]):
        return None
    if not integer:
        return values
    signs = np.flatnonzero((letters == PLUS) | (letters == MINUS))
    if len(signs) and (signs[-1] + 1 == len(letters) or (letters[signs + 1] < ZERO).any()):
        return None  # a sign alone is read as 0
    limits = np.iinfo(np.int64)  # what is larger is read as these
    return values if values.max(initial=0) < limits.max and values.min(initial=0) > limits.min else None


def _as_array(text: bytes, words: list[bytes], integer: bool) -> np.ndarray:
    """Return the words of a text as numbers, or raise what Python does of a word that is none."""
    if b"_" in text:
        raise ValueError("underscore")
    return np.fromiter(map(int if integer else float, words), np.int64 if integer else np.float64, len(words))


def _why_not_a_number(word: bytes, integer: bool) -> str:
    """Say why a word is no number, or nothing."""
    try:
        value = int(word) if integer else float(word)
    except ValueError:
        value = None
    if value is None or b"_" in word:
        return f'"{printable(word)}" is not {"an integer" if integer else "a number"}'
    return f"the index {printable(word)} is far out of range" if integer and abs(value) >= 2**63 else ""


def text_lines(source: FileBytes, data: bytes | None = None, comment: bytes = b"#", first_line: int = 1) -> TextLines:
    """Split a text file into lines and words.

    Parameters
    ----------
    source : FileBytes
        The file.
    data : bytes, optional
        The part of it to split; all by default.
    comment : bytes
        The character after which a line is ignored; empty for none.
    first_line : int
        Line number of the first line of ``data``.

    Raises
    ------
    InputError
        If the file is binary.

    Notes
    -----
    Byte-order marks are dropped, line ends may be LF, CRLF or CR.
    """
    text = _clean(source, source.data if data is None else data, first_line)
    buffer = np.frombuffer(text, np.uint8)
    newlines = _places(buffer, lambda part, _: part == NEWLINE)
    if comment and comment in text:
        buffer = _without_comments(buffer, comment[0], newlines)
    word_starts = _places(buffer, _begins_words)
    starts = np.concatenate([[0], newlines[:-1] + 1])
    first_word = np.searchsorted(word_starts, starts)
    n_words = np.diff(first_word, append=len(word_starts))
    numbers = np.arange(first_line, first_line + len(starts))
    lines = TextLines(source, buffer, starts, newlines + 1, numbers, word_starts, first_word, n_words)
    return lines if n_words.all() else lines.take(n_words > 0)


def _places(buffer: np.ndarray, wanted: Callable[[np.ndarray, int], np.ndarray]) -> np.ndarray:
    """Return where a text has what is wanted, which is asked of a part and of the byte before it."""
    found = [
        np.flatnonzero(wanted(buffer[begin : begin + _PART], int(buffer[begin - 1]) if begin else NEWLINE)) + begin
        for begin in range(0, len(buffer), _PART)
    ]
    return np.concatenate(found) if found else np.empty(0, np.int64)


def _begins_words(part: np.ndarray, before: int) -> np.ndarray:
    """Return which bytes are the first ones of words."""
    inside = part > 32
    begins = inside.copy()
    begins[1:] &= ~inside[:-1]
    begins[0] &= before <= 32
    return begins


def without_marked(data: bytes) -> bytes:
    """Return text with numbers such as 1.#QNAN written as Python reads them, in the same room."""
    if b"#" not in data or b"1.#" not in data:  # one byte is found ten times as fast as three
        return data
    return _MARKED.sub(lambda match: _unmarked(match[0]).ljust(len(match[0])), data)


def _unmarked(word: bytes) -> bytes:
    """Return a number that is none as Python reads it, in no more room."""
    sign = b"-" if word.startswith(b"-") else b""
    return sign + b"inf" if b"INF" in word.upper() else b"nan"


def _clean(source: FileBytes, data: bytes, first_line: int) -> bytes:
    """Return text with line feeds at all line ends and without a byte-order mark; lengths are kept but for that."""
    if first_line == 1 and data.startswith(b"\xef\xbb\xbf"):
        data = data[3:]
    if b"\0" in data:
        raise source.error("holds binary data where text is expected", "", "Check the suffix, or export it again.")
    if b"\n" not in data:
        data = data.replace(b"\r", b"\n")
    data = without_marked(data)
    if any(letter in data for letter in (b"\t", b"\r", b"\v", b"\f")):  # to look is faster than to write
        data = data.translate(_TO_SPACE)
    return data if data.endswith(b"\n") else data + b"\n"


def _without_comments(buffer: np.ndarray, comment: int, newlines: np.ndarray) -> np.ndarray:
    """Return a text with everything from the comment character to the end of the line blanked."""
    marks = _places(buffer, lambda part, _: part == comment)
    line = np.searchsorted(newlines, marks)
    marks = marks[np.diff(line, prepend=-1) > 0]
    if len(marks) <= _FEW:
        buffer = buffer.copy()
        for begin, end in zip(marks, newlines[np.searchsorted(newlines, marks)], strict=True):
            buffer[begin:end] = 32
        return buffer
    change = np.zeros(len(buffer) + 1, np.int8)
    change[marks] += 1
    change[newlines[np.searchsorted(newlines, marks)]] -= 1
    commented = np.cumsum(change[:-1], dtype=np.int8).view(bool)
    return np.where(commented, np.uint8(32), buffer)
