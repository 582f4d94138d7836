"""Borders: figures of two charts of which one is moved by a known way."""

from dataclasses import replace

import numpy as np
import pytest

from core.charts.atlas import Atlas, Chart
from core.evaluation.borders import border, borders
from core.session.atlas import atlas_of
from tests.core.session.test_atlas import project  # noqa: F401


@pytest.fixture
def atlas(project) -> Atlas:  # noqa: F811
    return atlas_of(project)


def test_a_border_has_the_gaps_of_the_seam(atlas):
    known = border(atlas, 0, 1)
    shared = atlas.cover.shared(0, 1)
    a, b = (chart.decoded() for chart in atlas.charts)
    gaps = np.linalg.norm(a[shared[:, 0]] - b[shared[:, 1]], axis=1)
    assert known.vertices == len(shared)
    assert known.gap_max == pytest.approx(gaps.max())
    assert known.gap_rms == pytest.approx(np.sqrt((gaps**2).mean()))
    assert known.widest == atlas.cover.patches[0].vertices[shared[np.argmax(gaps), 0]]
    assert 0.0 < known.round_trip_median <= known.round_trip_max
    other = border(atlas, 1, 0)
    assert (other.gap_max, other.widest) == (pytest.approx(known.gap_max), known.widest)


def test_a_chart_that_is_moved_leaves_a_gap_as_wide(atlas):
    """The whole chart, both its networks, is moved by a vector: its own errors stay."""
    first, second = atlas.charts
    twin = first.autoencoder
    same = Chart(second.patch, twin, twin.encode(np.zeros((len(second.patch), 3))))
    codes = same.codes.copy()
    shared = atlas.cover.shared(0, 1)
    codes[shared[:, 1]] = first.codes[shared[:, 0]]
    moved = replace(twin, centre=twin.centre + np.array([0.0, 0.0, 0.25]))
    known = border(Atlas(atlas.cover, (first, Chart(second.patch, moved, codes))), 0, 1)
    assert known.gap_max == pytest.approx(0.25)
    assert known.gap_rms == pytest.approx(0.25)


def test_all_borders_are_told_the_widest_first(atlas):
    found = borders(atlas, 0)
    assert [(known.a, known.b) for known in found] == [(0, 1)]
    assert border(atlas, 0, 0) is None
