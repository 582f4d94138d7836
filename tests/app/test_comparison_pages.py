"""Pages of a comparison: the dimension over the scale, the distances between classes, the dimension around rows."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPointF

from app.scene.disk import Window
from app.scene.figure import Figure
from app.scene.snapshot import Snapshot
from app.stages import rows
from app.stages.comparison.layer import LocalDisk, local_coloring, local_picture
from app.stages.comparison.pages import DimensionPage, DistancesPage
from app.stages.comparison.sections import rows_lines
from app.stages.comparison.views import figure_words
from app.stages.comparison.work import pack, unpack
from app.state.workspace import Workspace
from app.style.theme import Theme
from app.widgets.text import number
from core.base.progress import finish
from core.data.source import Source
from core.embedding.compare import ComparisonOptions, EmbeddingFigures, compare
from core.generators.families import generated
from core.session.project import Project


@pytest.fixture(scope="module")
def project():
    rows()  # the stage enters the pipeline
    table = generated("rotating", 120, 64)
    codes = table.values[:, [27, 36]]
    found = finish(compare(table, codes, np.arange(120) % 4 > 0, 0.0, ComparisonOptions(("pca",))))
    return Project(source=Source("a.npz", "a", table, None, (), (), 0.0)).updated(comparison=found)


@pytest.fixture
def workspace(project):
    made = Workspace()
    made.start_over(project)
    yield made
    made.close()


def test_the_curve_rises_where_the_dimension_does(qtbot, workspace, project):
    page = DimensionPage(workspace, Theme("light"))
    qtbot.addWidget(page)
    page.resize(400, 300)
    curve = page.curve(project.comparison)
    assert len(curve) == len(project.comparison.dimension.scales)
    assert [point.x() for point in curve] == sorted(point.x() for point in curve)
    values = [value for _, value in project.comparison.dimension.scales]
    assert np.argsort([-point.y() for point in curve]).tolist() == np.argsort(values).tolist()
    assert page.grab().toImage().pixelColor(curve[0].toPoint()) != page.grab().toImage().pixelColor(2, 2)


def test_each_pair_of_classes_is_a_square_that_says_its_distance(qtbot, workspace, project):
    page, found = DistancesPage(workspace, Theme("light")), project.comparison
    qtbot.addWidget(page)
    page.resize(400, 400)
    assert page.value(found, 0, 2) == found.between[0, 2]
    assert page.value(found, 1, 1) == found.inside[1]
    assert page.words(found, 0, 2).startswith("0 to 2: ")
    assert page.words(found, 1, 1).startswith("1, first half to second: ")
    image, square = page.grab().toImage(), page._square
    side = square.width() / 4
    near, far = (square.topLeft() + QPointF((column + 0.1) * side, 0.1 * side) for column in (0, 2))
    assert image.pixelColor(near.toPoint()) != image.pixelColor(far.toPoint())


def test_rows_are_coloured_by_the_dimension_around_them(qtbot, workspace, project):
    snapshot = Snapshot(Figure(project.source.data), np.random.default_rng(0).uniform(-0.7, 0.7, (120, 2)))
    layer = LocalDisk(workspace, workspace)
    assert layer.is_ready("local_dimension", snapshot)
    values = project.comparison.local
    coloring = local_coloring(values, snapshot)
    assert coloring.colors.shape == (120, 3)
    assert coloring.limits[0] <= np.nanmedian(values) <= coloring.limits[1]
    picture = local_picture(values, snapshot, Window(80, 80, 0.0, 0.0, 38.0), 1.0)
    assert picture.legend is not None
    workspace.start_over(Project(source=project.source))
    assert not layer.is_ready("local_dimension", snapshot)


def test_heads_and_local_dimensions_are_kept_in_a_file(project):
    again = unpack(pack(project.comparison), project.results, "a")
    assert again.heads == project.comparison.heads
    np.testing.assert_array_equal(again.local, project.comparison.local)
    assert again.figures == project.comparison.figures


def test_an_embedding_tells_its_worth_in_two_short_lines():
    assert figure_words(EmbeddingFigures(0.9, 0.8, 0.75, 1.0, 6.5)) == ["kept 0.900", "classes 75 % · cuts 6.50"]
    assert figure_words(EmbeddingFigures(None, None, None, 1.0)) == []


def test_the_inspector_tells_the_dimension_of_the_rows_and_leads_to_its_card(project):
    found = project.comparison
    lines = {line.name: line for line in rows_lines(found, "ABCDEFGHIJ")}
    assert lines["Dimension, TwoNN"].value == number(found.dimension.twonn, 3)
    assert lines["Dimension, TwoNN"].claim == "curse_of_dimension"
    assert lines["Classes apart"].value == "{} of {}".format(*found.separated)
    close = replace(found, inside=tuple(10.0 for _ in found.inside))
    lines = {line.name: line for line in rows_lines(close, "ABCDEFGHIJ")}
    assert "Not so: A\N{EN DASH}B" in lines["Classes apart"].explanation
