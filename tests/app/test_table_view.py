"""A table in the window: its rows by their principal coordinates, in the colours of its classes."""

import numpy as np

from app.scene.chart_colors import chart_colors
from app.scene.figure import Figure
from app.stages.source.window import surface_words
from app.stages.training.inspector_lines import measure_lines, surface_sheet
from core.data.source import Source
from core.data.table import Table
from core.session.project import Project


def table(labels: bool = True) -> Table:
    rng = np.random.default_rng(0)
    rows = np.concatenate([rng.normal(size=(20, 8)) + 5.0 * k * np.eye(8)[k] for k in range(3)])
    return Table(rows, np.repeat([3, 5, 9], 20) if labels else None)


def test_rows_are_drawn_as_a_cloud() -> None:
    figure = Figure(table())
    assert figure.is_cloud
    assert figure.points.shape == (60, 3)
    assert np.abs(figure.points).max() <= 0.5 + 1e-6
    np.testing.assert_array_equal(figure.colors, np.repeat(chart_colors(3), 20, axis=0))
    assert Figure(table(labels=False)).colors is None


def test_it_is_said_to_be_a_table() -> None:
    def words(data: Table) -> str:
        return surface_words(Project(source=Source("d.npz", "d", data, None, (), (), 0.0)))[0]

    assert words(table()) == "60 rows · 8 columns · 3 classes"
    assert words(table(labels=False)) == "60 rows · 8 columns"


def test_the_inspector_tells_rows_columns_and_classes() -> None:
    source = Source("d.npz", "d", table(), None, (), (), 0.0)
    sheet = surface_sheet(source)
    assert sheet.badge == "Table"
    assert [(line.name, line.value) for line in sheet.lines] == [("Rows", "60"), ("Columns", "8"), ("Classes", "3")]
    assert "Size" not in [line.name for line in measure_lines(source)]
