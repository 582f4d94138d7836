"""Every card with its default knobs: in time, in a process that can be stopped, and the numbers asked of two."""

import pytest

from core.base.progress import finish
from core.claims.card import run_card
from core.claims.gallery import card_of, cards, run_named
from core.process.child import Child, finish_together


@pytest.mark.slow
@pytest.mark.parametrize("name", cards())
def test_default_knobs_take_less_than_a_minute(name):
    card = card_of(name)
    verdict = finish(run_card(card, card.options()))
    assert verdict.seconds < 60.0
    assert verdict.figure.panels
    if name == "annulus":
        assert [verdict.figures[f"width_2_depth_{depth}_perfect"] for depth in (1, 3, 6)] == [0, 0, 0]
        assert verdict.figures["width_3_depth_1_perfect"] >= 15
    if name == "linked_tori":
        assert verdict.figures["width_3_perfect"] == 0
        assert verdict.figures["width_4_perfect"] >= 9


def test_a_run_in_a_process_is_stopped_with_what_it_has():
    options, seen = card_of("linked_tori").options(seeds=1), []
    with Child().start(run_named, "linked_tori", options, report=seen.append) as child:
        while not seen:
            child.heed(1.0)
        child.command("stop")
        finish_together(child)
        verdict = child.result()
    assert verdict.outcome == "undecided"
    assert verdict.sentence.startswith("Stopped at ")
    assert len(verdict.figure.panels) == 1
