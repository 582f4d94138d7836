"""Benchmarks run on request only: what they read of our results must still be there when they do."""

import pytest

from tests.benchmarks.duel_training import duel
from tests.core.make import bumpy_disk


@pytest.mark.timeout(120)
def test_the_duel_of_training_prints_a_row_for_each_recipe(capsys):
    found = duel("bumps", bumpy_disk(8), seconds=1.0, factor=1.0, seed=0)
    assert {"guided", "free", "plain"} <= set(found)
    assert len(capsys.readouterr().out.splitlines()) == len(found)
