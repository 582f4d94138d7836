"""Sliders along directions, and walks between two rows, as pages for tables."""

import numpy as np
import pytest

from app.stages.generation.row_directions import STEPS, RowDirections
from app.stages.generation.row_way_page import FRAMES, RowWayPage, row_ways
from app.state.selection import Pick, Selection
from app.state.workspace import Workspace
from app.style.theme import Theme
from app.widgets.canvas.newest import Newest
from core.base.progress import finish
from core.data.source import Source
from core.generation.directions import cell_directions, layer_directions
from core.generators.families import generated
from core.session.project import Project
from core.training.options import TrainingOptions
from core.training.table.train import train_table


def learned(dimension):
    table = generated("rotating", 80, 64)
    training = finish(train_table(table, TrainingOptions(preset="small", steps=(40,), dimension=dimension)))
    return Project(source=Source("a.npz", "a", table, None, (), (), 0.0)).updated(training=training)


@pytest.fixture(scope="module")
def project():
    return learned(3)


@pytest.fixture
def workspace(project):
    made = Workspace()
    made.start_over(project)
    yield made
    made.close()


@pytest.fixture
def page(qtbot, workspace):
    made = RowDirections(workspace, Selection(), Theme("light"))
    qtbot.addWidget(made)
    made.resize(500, 420)
    return made


def test_a_slider_moves_the_code_along_its_direction(page, project):
    codes, networks = project.training.codes, project.training.autoencoder
    np.testing.assert_allclose(page.code(), codes[0], atol=1e-12)
    found = cell_directions(networks, codes[0])
    assert len(page.ways) == 3
    page.sliders[1].setValue(STEPS)
    low, high = page.ends(1)
    np.testing.assert_allclose(page.code(), high, atol=1e-9)
    away = page.code() - codes[0]
    assert abs(away @ found.vectors[1]) == pytest.approx(np.linalg.norm(away))
    moved = next(row for row in page.now.rows if row.title == "Moved")
    np.testing.assert_allclose(moved.values, networks.decode(high[None])[0])
    np.testing.assert_allclose(page.film.rows[0].values, networks.decode(low[None])[0])
    assert page._selection.hovered.vertex == np.square(codes - high).sum(1).argmin()


def test_it_begins_anew_at_another_row_and_with_other_directions(page, project):
    page.sliders[0].setValue(0)
    page._selection.pick(Pick(7, "latent"))
    np.testing.assert_allclose(page.code(), project.training.codes[7], atol=1e-12)
    assert page.caption.startswith("row 7")
    page.kind.set_value("layer")
    page.kind.edited.emit()
    np.testing.assert_allclose(page.ways[0][1], layer_directions(project.training.autoencoder).vectors[0])
    page.kind.set_value("classes")
    page.kind.edited.emit()
    assert len(page.ways) == 1
    table = project.source.table
    assert page.ways[0][0] == f"{table.class_name(int(table.kinds[0]))} → {table.class_name(int(table.kinds[1]))}"
    page.classes[1].setCurrentIndex(0)
    page.classes[1].edited.emit()
    assert page.ways == []
    np.testing.assert_allclose(page.code(), project.training.codes[7], atol=1e-12)


def test_without_a_training_there_is_nothing_to_move(page, workspace, project):
    workspace.start_over(Project(source=project.source))
    assert page.code() is None
    assert not page.nothing.isHidden()
    assert page.now.rows == ()


class Now(Newest):
    """Computes at once."""

    def submit(self, function, *arguments):
        self.done.emit(function(*arguments))


def test_two_rows_are_joined_by_a_straight_walk_and_a_shorter_one(qtbot, workspace, project):
    page = RowWayPage(workspace, Selection(), Theme("light"), Now(None))
    qtbot.addWidget(page)
    page.resize(600, 300)
    page.take(3)
    assert page.caption == "row 3 to …"
    assert page.lines() == []
    page.take(40)
    (straight_words, straight), (geodesic_words, geodesic) = page.lines()
    assert page.caption == "row 3 to row 40"
    assert "length" in straight_words
    assert "shorter" in geodesic_words
    assert geodesic.length <= straight.length
    assert straight.points.shape == (FRAMES, 64)
    codes = project.training.codes
    for walk in (straight, geodesic):
        np.testing.assert_allclose(walk.codes[[0, -1]], codes[[3, 40]], atol=1e-9)
    image = page.grab().toImage()
    page.take(5)
    assert page.ends == (5,)
    assert page.ways is None
    assert page.grab().toImage() != image
    page._on_ways(row_ways(project.training.autoencoder, codes, (3, 40)))  # comes late: others are asked for now
    assert page.ways is None
