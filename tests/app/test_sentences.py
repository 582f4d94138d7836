"""What core says is Chinese in the window, with its values."""

import re

import pytest

from app.style.sentences import said, sentence_file
from app.style.translation import catalogue, set_language
from core.base.errors import InputError
from core.data.reading_options import ReadingOptions
from core.io.load import load
from tests.app.core_sentences import core_templates
from tests.app.texts import named_texts, texts

ALIKE = {"{} MB", " ({} MB)", "{} GB", "{} GiB", "(n, {})"}
"""What is written alike in both languages: units and shapes."""
VALUE_LEFT_OUT = {
    "{} of this surface {} more than two faces; a planar chart needs a manifold: repair the mesh or load another.",
    "Ignored {} {} that begin with {}.",
    "Ignored the column{} {}.",
    "{} of {} {} on no component that was kept, {}.",
    "{} of {} hold{} one value.",
    "a{} {}",
}
"""Templates with a value that is English alone: an article, a verb, the end of a plural."""
ENGLISH = re.compile(r"[a-z]{3,} [a-z]{2,}")
"""Two words side by side."""


@pytest.fixture(autouse=True)
def english():
    yield
    set_language("en")


def chinese(text):
    return re.search(r"[\u4e00-\u9fff]", text) is not None


def test_every_sentence_of_core_has_a_translation():
    known = sentence_file("zh").keys() | catalogue("zh").keys() | texts().keys() | named_texts().keys()
    left = [f"{place}: {text!r}" for text, place in core_templates().items() if text not in known | ALIKE]
    assert left == [], "\n".join(["", *left])


def test_translations_hold_the_values_of_their_templates():
    for text, translated in sentence_file("zh").items():
        holes = {int(number) for number in re.findall(r"\{(\d+)\}", translated)}
        values = set(range(text.count("{}")))
        assert holes < values if text in VALUE_LEFT_OUT else holes == values, text
        assert "{}" not in translated, text
        assert chinese(translated) or not re.search("[A-Za-z]", translated), text


def test_no_template_stays_in_the_way_of_another():
    """Each is found again with values in it; where two values touch, nothing tells where one ends."""
    set_language("zh")
    for text, translated in sentence_file("zh").items():
        values = [f"{number}" for number in range(11, 11 + text.count("{}"))]
        whole = text.format(*values)
        assert "{}{}" in text or said(whole) in (translated.format(*values), catalogue("zh").get(whole)), whole


def test_sentences_are_said_with_their_values():
    set_language("zh")
    assert said("Guiding chart 3 of 12") == "引导图 3/12"
    assert said("Dropped 1,204 vertices that no face uses.") == "删除了不属于任何面的 1,204 个顶点。"
    assert said("Guiding chart\nFitting the last layer") == "引导图\n拟合最后一层"
    assert said("no such sentence of 3") == "no such sentence of 3"
    assert said(said("Guiding chart 3 of 12")) == "引导图 3/12"
    both = "Cells: Cells of the decoder: 250,000 cells; Transport: Largest area error 5.8e+02"
    assert said(both) == "胞腔：解码器的胞腔：250,000 个；传输：最大面积误差 5.8e+02"
    two = "Triangle strips were cut into triangles. Dropped 2 faces."
    assert said(two) == "三角形带已切成三角形。删除了 2 个面。"
    error = InputError("head.ply", "the file ends early: expected 12 bytes, found 7", "line 3", "Export it again.")
    assert said(str(error)) == "head.ply，第 3 行：文件提前结束：应有 12 字节，只有 7 字节。请重新导出。"


def test_what_core_really_says_is_translated(tmp_path):
    broken = tmp_path / "empty.ply"
    broken.write_bytes(b"")
    told = []
    for place in (broken, tmp_path / "nowhere.ply"):
        with pytest.raises(InputError) as raised:
            load(place, ReadingOptions())
        told.append(str(raised.value))
    told.append(load("torus").topology.verdict)
    told.append(load("hemisphere").topology.verdict)
    set_language("zh")
    for text in told:
        assert not ENGLISH.search(said(text)), said(text)
        assert chinese(said(text))


def test_in_english_nothing_changes():
    assert said("Guiding chart 3 of 12") == "Guiding chart 3 of 12"
