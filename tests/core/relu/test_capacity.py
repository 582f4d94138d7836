"""Bounds of the number of pieces, against counts."""

import numpy as np
import pytest

from core.base.progress import finish
from core.cells.cells import CellsOptions, find_cells
from core.charts.autoencoder import Autoencoder
from core.relu.capacity import Capacity, arrangement_cells, log10_bound_dimension, log10_bound_theorem
from core.relu.decomposition import decompose
from tests.core.relu.networks import SQUARE, random_network, rolling_sheet


def test_lines_in_the_plane_and_planes_in_space():
    assert [arrangement_cells(2, n) for n in range(5)] == [1, 2, 4, 7, 11]
    assert [arrangement_cells(3, n) for n in range(5)] == [1, 2, 4, 8, 15]


@pytest.mark.parametrize("seed", range(20))
def test_counts_stay_below_both_bounds(seed):
    widths = (2, 3 + seed % 5, 4 + seed % 3, 3, 2)
    n = decompose(random_network(widths, seed), 10 * SQUARE).n_cells
    assert n <= 10 ** log10_bound_dimension(widths) * (1 + 1e-12)
    assert log10_bound_dimension(widths) <= log10_bound_theorem(widths)


def test_a_bottleneck_of_one_unit_lowers_the_dimension():
    assert 10 ** log10_bound_dimension((2, 1, 5, 3)) == pytest.approx(2 * 6)


def test_the_verdict_states_the_numbers():
    assert "has 1 cells" in Capacity(3.0, 2.0, 1, 2, 8).verdict
    assert "40 cells" in Capacity(3.0, 2.0, 40, 2, 8).verdict


def test_capacity_of_an_autoencoder_states_what_was_counted():
    networks = Autoencoder(random_network((3, 12, 9, 2), 0), random_network((2, 9, 3), 1), np.zeros(3), 1.0)
    cells = finish(find_cells(rolling_sheet(), networks, CellsOptions(("encoder",), complexity=True)))
    capacity = cells.capacity(networks)
    assert capacity is not None
    assert cells.encoder is not None
    assert capacity.cells_on_surface == cells.encoder.n_cells > 1
    assert (capacity.needed_at_least, capacity.needed_at_most) == (1, 1)  # the sheet is a graph
    assert capacity.log10_bound_dimension <= capacity.log10_bound_theorem


def test_no_capacity_without_the_encoder_or_the_bounds_of_the_surface():
    networks = Autoencoder(random_network((3, 5, 2), 0), random_network((2, 5, 3), 1), np.zeros(3), 1.0)
    for options in (CellsOptions(("decoder",), complexity=True), CellsOptions(("encoder",))):
        assert finish(find_cells(rolling_sheet(5), networks, options)).capacity(networks) is None
