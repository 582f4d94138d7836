"""Words of a text are the numbers that Python reads in them, or the first that is none is told."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.base.errors import InputError
from core.io.detect import READERS
from core.io.file_bytes import read_source
from core.io.readers.text import parse_numbers

WORDS = st.one_of(
    st.integers(-(2**70), 2**70).map(str),
    st.sampled_from(["-", "+", "1-2", "1_0", "0x1", "1e3", "2.", "nan", "+7", "007", "--1", "1,5", "\x01", "ü", "-0"]),
)


def complain(word, reason, remedy):
    return InputError("a.txt", reason, f"word {word}", remedy)


@given(st.lists(WORDS, max_size=6), st.sampled_from([" ", "\n", "\t \r\n"]))
def test_integers_are_those_that_python_reads(words, between):
    text = between.join(words).encode()
    wrong = None
    for k, word in enumerate(words):
        try:
            fits = "_" not in word and -(2**63) <= int(word.encode()) < 2**63
        except ValueError:
            fits = False
        if not fits:
            wrong = k
            break
    if wrong is None:
        np.testing.assert_array_equal(parse_numbers(text, True, complain), [int(word) for word in words])
    else:
        with pytest.raises(InputError, match=f"word {wrong}"):
            parse_numbers(text, True, complain)


ROWS = 60_000
"""Of a file that is read in several parts."""


@pytest.mark.parametrize("wrong", [0, 31_234, ROWS - 1])
def test_what_is_wrong_in_a_later_part_is_told_with_its_line(tmp_path, wrong):
    lines = [f"v {k}.5 {k % 7} {-k}" for k in range(ROWS)]
    lines += [f"f {k + 1} {k + 2} {k + 3}" for k in range(ROWS - 2)]
    good, bad = tmp_path / "good.obj", tmp_path / "bad.obj"
    good.write_text("\n".join(lines))
    read = READERS["OBJ"](read_source(good))
    np.testing.assert_array_equal(read.vertices[[0, 40_000, -1], 0], [0.5, 40_000.5, ROWS - 0.5])
    assert read.corners[-1] == ROWS - 1
    lines[wrong] += "x"
    bad.write_text("\n".join(lines))
    with pytest.raises(InputError, match=rf"line {wrong + 1}\b"):
        READERS["OBJ"](read_source(bad))
