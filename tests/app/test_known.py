"""What jobs took is kept for the next start of the program."""

import json

import pytest

from app.process.known import KnownTimes


def test_what_one_program_learns_the_next_one_knows(tmp_path):
    file = tmp_path / "new" / "times.json"
    KnownTimes(file).learn("a", {"x": 2.0, "y": 0.5})
    again = KnownTimes(file)
    assert again.of("a") == pytest.approx({"x": 2.0**0.5, "y": 0.5**0.5})
    assert again.of("b") == {}
    again.learn("a", {"x": 4.0})
    assert KnownTimes(file).of("a") == pytest.approx({"x": 2.0**1.25, "y": 0.5**0.5})


@pytest.mark.parametrize(
    "text", ["", "[1]", "{", '{"a": 1}', '{"a": {"x": "fast"}}', '{"a": {"x": -1}}', '{"a": {"x": NaN}}', "[" * 100_000]
)
def test_a_file_that_is_none_counts_for_nothing(tmp_path, text):
    file = tmp_path / "times.json"
    file.write_text(text, "utf-8")
    known = KnownTimes(file)
    assert known.of("a") == {}
    known.learn("a", {"x": 1e9})
    assert json.loads(file.read_text("utf-8"))["a"]["x"] < 1e9


def test_where_nothing_can_be_kept_it_is_known_until_the_end(tmp_path):
    (tmp_path / "file").write_text("")
    known = KnownTimes(tmp_path / "file" / "times.json")
    known.learn("a", {"x": 2.0})
    assert known.of("a") == pytest.approx({"x": 2.0**0.5})
