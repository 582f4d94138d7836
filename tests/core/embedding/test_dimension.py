"""The intrinsic dimension of families whose dimension is known, and what is told of a table."""

import numpy as np
import pytest

from core.data.table import Table
from core.embedding.dimension import intrinsic_dimension, local_dimension
from core.embedding.facts import table_facts
from core.embedding.neighbours import distinct
from core.generators.families import generated


@pytest.mark.parametrize(
    ("family", "expected"),
    [("circle", 1), ("rotating", 1), ("sphere", 2), ("swiss_roll", 2), ("sphere3", 3), ("sphere5", 5)],
)
def test_families_have_their_dimension(family, expected):
    found = intrinsic_dimension(
        generated(family, 2000, 64 if family == "rotating" else 0).values, np.random.default_rng(0)
    )
    assert found.twonn == pytest.approx(expected, abs=0.5)
    assert found.levina_bickel == pytest.approx(expected, abs=0.5)


def test_noise_is_seen_below_its_scale_only():
    table = generated("swiss_roll", 2000, 20, 0.05)
    scales = intrinsic_dimension(table.values, np.random.default_rng(0)).scales
    assert scales[0][1] > 2.4
    assert scales[len(scales) // 2][1] == pytest.approx(2.0, abs=0.3)
    assert np.all(np.diff([scale for scale, _ in scales]) > 0)


def test_a_part_of_the_rows_tells_nearly_the_same():
    rows = generated("sphere3", 4000).values
    found = [intrinsic_dimension(rows, np.random.default_rng(0), 1000, most) for most in (1000, 4000)]
    assert found[0].rows == 1000
    assert found[0].twonn == pytest.approx(found[1].twonn, rel=0.1)


def test_equal_rows_count_once():
    rows = np.random.default_rng(0).random((50, 3))
    assert distinct(np.concatenate([rows, rows[::2]])).tolist() == [True] * 50 + [False] * 25
    doubled = intrinsic_dimension(np.concatenate([rows, rows]), np.random.default_rng(0))
    assert doubled == intrinsic_dimension(rows, np.random.default_rng(0))
    assert intrinsic_dimension(rows[:11], np.random.default_rng(0)).twonn is None


def test_each_row_has_a_dimension():
    line, ball = np.random.default_rng(0).random((2, 400, 5))
    line[:, 1:] = 3.0
    found = local_dimension(np.concatenate([line, ball]))
    assert np.median(found[:400]) == pytest.approx(1.0, abs=0.2)
    assert np.median(found[400:]) > 3.0


def test_facts_of_a_table():
    values = np.random.default_rng(0).random((20, 4))
    values[:, 2], values[7] = 1.0, values[3]
    facts = table_facts(
        Table(values, np.repeat([0, 1], 10), ("a", "b", "c", "d"), ("oak", "elm")), np.random.default_rng(0)
    )
    assert (facts.rows, facts.dimension, facts.duplicates, facts.constant) == (20, 4, 1, ("c",))
    assert facts.classes == (("oak", 10), ("elm", 10))
