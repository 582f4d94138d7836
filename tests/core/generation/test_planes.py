"""Planes through a latent space of more dimensions than two: what is seen there, and its exact cells."""

import numpy as np
import pytest

from core.base.errors import BudaiError
from core.base.progress import finish
from core.cells.cells import CellsOptions
from core.charts.section import Section, widest_axes
from core.data.source import Source
from core.generation.planes import section_of
from core.generators.families import generated
from core.session.export import export_cells
from core.session.project import Project
from core.session.report import cells_report
from core.session.stages import decompose_autoencoder
from core.training.options import TrainingOptions
from core.training.table.train import train_table


@pytest.fixture(scope="module")
def learned():
    table = generated("rotating", 120, 64)
    options = TrainingOptions(preset="small", encoder=(12, 12), decoder=(12, 12), steps=(80,), dimension=4)
    return Source("a.npz", "a", table, None, (), (), 0.0), finish(train_table(table, options))


@pytest.mark.parametrize("plane", ["widest", "coordinates", "cell", "layer"])
def test_the_section_of_an_autoencoder_is_what_it_does_in_the_plane(learned, plane):
    _, training = learned
    networks = training.autoencoder
    section = section_of(training, CellsOptions(plane=plane, first=3, second=1, row=5))
    assert section.radius <= 1.0
    assert abs(section.axes @ section.origin).max() < 1e-12
    seen, flat = section.seen(networks), np.random.default_rng(0).uniform(-0.4, 0.4, (50, 2))
    np.testing.assert_allclose(seen.decode(flat), networks.decode(section.codes(flat)), atol=1e-10)
    rows = learned[0].positions
    np.testing.assert_allclose(seen.encode(rows), section.flat(networks.encode(rows)), atol=1e-10)
    assert section.distances(training.codes[5:6])[0] < 1e-9  # it passes through the code of the row
    rim = section.radius * np.column_stack([np.cos(np.arange(9)), np.sin(np.arange(9))])
    np.testing.assert_allclose(np.linalg.norm(section.codes(rim), axis=1), 1.0)


def test_cells_of_a_section_are_exact(learned, tmp_path):
    source, training = learned
    found = finish(decompose_autoencoder(source, training, CellsOptions(plane="coordinates", first=2, second=4)))
    cells, section, networks = found.decoder, found.section, training.autoencoder
    assert cells.n_cells > 10
    assert cells.euler_characteristic == 1
    assert abs(cells.area_error) < 1e-12
    np.testing.assert_allclose(np.linalg.norm(cells.domain, axis=1), section.radius)
    np.testing.assert_array_equal(np.abs(section.axes), np.eye(4)[[1, 3]])
    middles = cells.interior_points
    patterns = networks.decoder.activation_pattern(section.codes(middles))
    assert len(np.unique(patterns, axis=0)) == cells.n_cells
    for cell in range(0, cells.n_cells, 7):
        corners = cells.polygon(cell)
        image = networks.decode(section.codes(0.5 * (corners + middles[cell])))
        ends = networks.decode(section.codes(np.concatenate([corners, middles[cell : cell + 1]])))
        np.testing.assert_allclose(image, 0.5 * (ends[:-1] + ends[-1]), atol=1e-9)
    project = Project(source=source).updated(training=training).updated(cells=found)
    report = cells_report(found, training)
    assert report["decoder"] is None
    assert report["section"]["cells"] == cells.n_cells
    names = [path.name for path in export_cells(project, tmp_path)]
    assert names == ["cells_section.npz", "latent_cells.svg"]
    with np.load(tmp_path / "cells_section.npz") as written:
        np.testing.assert_array_equal(written["axes"], section.axes)
        np.testing.assert_array_equal(written["origin"], section.origin)


def test_planes_that_are_not_there_are_refused(learned):
    _, training = learned
    with pytest.raises(BudaiError, match="5 and 1 are no two of 4 directions"):
        section_of(training, CellsOptions(plane="cell", first=5, second=1))
    with pytest.raises(BudaiError, match="2 and 2 are no two"):
        section_of(training, CellsOptions(plane="layer", first=2, second=2))
    with pytest.raises(BudaiError, match="no row 500"):
        section_of(training, CellsOptions(row=500))
    with pytest.raises(BudaiError, match="First direction"):
        CellsOptions(first=0)
    with pytest.raises(ValueError, match="orthonormal"):
        Section(np.ones((2, 3)), np.zeros(3))
    with pytest.raises(ValueError, match="misses"):
        Section(np.eye(3)[:2], np.array([0.0, 0.0, 1.5]))
    np.testing.assert_array_equal(widest_axes(np.zeros((5, 1))), [[1.0], [0.0]])
