"""Cards: one file each, found by listing; knobs refuse what they cannot use; runs can be stopped and recorded."""

import json
from dataclasses import fields, replace

import pytest

from core.base.errors import BudaiError
from core.base.progress import Progress, finish
from core.claims import measures
from core.claims.card import Card, Knobs, judged, number_field, record, run_card
from core.claims.figure import Bars, Field, Figure, Panel, Path, Points
from core.claims.gallery import GROUPS, card_of, cards, cards_of, options_from

ONE_MORE = """
from dataclasses import dataclass
from core.claims.card import Card, Knobs, Verdict, judged, number_field, seeds_field
from core.claims.figure import Bars, Figure, Panel
from core.base.progress import Progress

@dataclass(frozen=True)
class SumKnobs(Knobs):
    seeds: int = seeds_field(3)
    n: int = number_field(10, "Numbers", 1, 100, "How many are added.")

def _run(options):
    yield Progress(0.5, "Adding")
    total = sum(range(options.n + 1))
    return judged(-abs(total - options.n * (options.n + 1) / 2), f"The sum is {total}.", {"sum": total}, Figure())

CARD = Card("The sum of the first numbers", "It is n (n + 1) / 2.", "Gauss, at school", SumKnobs, _run)
"""


def test_a_card_is_one_file(tmp_path, monkeypatch):
    (tmp_path / "gauss_sum.py").write_text(ONE_MORE)
    monkeypatch.setattr(measures, "__path__", [*measures.__path__, str(tmp_path)])
    assert "gauss_sum" in cards_of("Measures")
    card = card_of("gauss_sum")
    verdict = finish(run_card(card, options_from(card, ["n=4"], seeds=2)))
    assert (verdict.outcome, verdict.figures["sum"]) == ("holds", 10.0)


def test_every_card_says_what_it_is():
    for name, card in cards().items():
        assert card.title
        assert card.statement.endswith(".")
        assert len(card.source) > 10
        for knob in fields(card.options):
            assert {"label", "tooltip"} <= knob.metadata.keys(), (name, knob.name)
        card.options()
    assert set(GROUPS) == {"Topology", "Charts", "Symmetry", "Measures", "Generators"}


@pytest.mark.parametrize(
    ("texts", "seeds", "says"),
    [
        (["width=0"], None, "Width: 0 is out of bounds. Choose from 1 to 8."),
        (["width=wide"], None, "Width: 'wide' cannot be read. Give a value such as 3."),
        (["wdith=3"], None, "there is no knob wdith=3"),
        (["activation=cubic"], None, "Activation: 'cubic' is not known. Choose one of tanh, relu."),
        (["depths=1,0"], None, "Depths: 0 is out of bounds"),
        (["depths="], None, "Depths: nothing is given. Give at least 1."),
        ([], 0, "Seeds: 0 is out of bounds"),
        ([], 1000, "Seeds: 1,000 is out of bounds"),
    ],
)
def test_knobs_refuse_what_they_cannot_use(texts, seeds, says):
    with pytest.raises(BudaiError, match=r"\S") as refused:
        options_from(card_of("annulus"), texts, seeds)
    assert says in str(refused.value)


def test_unknown_claims_and_seeds_where_nothing_is_random_are_refused():
    with pytest.raises(BudaiError, match="There is no claim nonsense"):
        card_of("nonsense")
    with pytest.raises(BudaiError, match="there are no seeds"):
        options_from(card_of("linking_number"), [], 3)


class OneKnob(Knobs):
    pass


def slow(_):
    for k in range(10):
        yield Progress(k / 10, "Working", Figure((Panel(f"{k}"),)))
    return judged(1.0, "Done.", {}, Figure())


def test_a_run_that_is_stopped_is_undecided_and_keeps_its_last_picture():
    work = run_card(Card("Slow", "It ends.", "Nobody", OneKnob, slow), OneKnob())
    for _ in range(4):
        next(work)
    work.send("stop")
    verdict = finish(work)
    assert verdict.outcome == "undecided"
    assert verdict.sentence == "Stopped at 30 %: nothing is decided."
    assert verdict.figure.panels[0].title == "3"


def test_a_run_is_recorded_as_plain_values():
    marks = (
        Points([[0, 1]]),
        Path([[0, float("nan")], [1, 1]], name="line"),
        Bars([1.0]),
        Field([[0.5]], (0, 1, 0, 1)),
    )
    verdict = judged(float("nan"), "Nothing.", {"x": 1}, Figure((Panel("All", marks),)))
    assert verdict.outcome == "fails"
    card = card_of("annulus")
    made = record("annulus", card, card.options(), replace(verdict, margin=0.0))
    text = json.dumps(made, allow_nan=False)
    assert json.loads(text)["panels"][0]["marks"][1] == {
        "kind": "path",
        "name": "line",
        "values": [[0.0, None], [1.0, 1.0]],
    }
    assert made["knobs"]["depths"] == (1, 3, 6)


def test_bounds_are_those_of_the_metadata():
    assert number_field(1, "Label", 0, 2, "Text").metadata["maximum"] == 2
