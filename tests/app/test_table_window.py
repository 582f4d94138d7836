"""A table in the window: dots in the disk, its rows, and stages that are for surfaces alone."""

import numpy as np
import pytest

from app.scene.disk import Hit, Window
from app.scene.figure import Figure
from app.scene.palette import LIGHT
from app.scene.row_picture import row_picture
from app.scene.snapshot import Snapshot
from app.stages.generation.sections import GenerateSections
from app.stages.training.inspector_lines import certified_sheet, class_lines
from app.state.selection import Selection
from app.state.workspace import Workspace
from app.style.theme import Theme
from app.views.stage_panel import StagePanel
from app.widgets.canvas.disk_canvas import DiskCanvas
from app.widgets.rows.class_legend import ClassLegend
from app.widgets.rows.thumbnails import Thumbnails
from app.widgets.text import components
from core.base.progress import finish
from core.charts.section import Section
from core.data.source import Source
from core.generation.options import GenerationOptions
from core.generation.rows import generate_rows
from core.generators.families import generated
from core.session.project import Project
from core.session.runs_table import runs_csv
from core.training.options import TrainingOptions
from core.training.table.train import train_table


@pytest.fixture(scope="module")
def project():
    table = generated("rotating", 80, 64)
    training = finish(train_table(table, TrainingOptions(preset="small", steps=(20,))))
    source = Source("a.npz", "a", table, None, (), (), 0.0)
    return Project(source=source).updated(training=training)


def test_each_row_is_a_dot_that_can_be_pointed_at(project):
    figure, codes = Figure(project.source.data), project.training.codes
    window = Window(300, 300, 0.0, 0.0, 140.0)
    picture = row_picture(Snapshot(figure, codes), "area_distortion", LIGHT, window)
    x, y = window.places(codes[7:8])[0]
    found = picture.vertex_at(x, y)
    assert np.linalg.norm(codes[found] - codes[7]) < 0.03
    assert len(np.unique(picture.pixels)) > 4
    assert picture.vertex_at(1.0, 1.0) is None


def test_what_is_decoded_is_drawn_by_the_same_coordinates(project):
    figure = Figure(project.source.data)
    np.testing.assert_allclose(figure.drawn(project.source.positions), figure.points, atol=1e-6)
    decoded = project.training.autoencoder.decode(project.training.codes)
    snapshot = Snapshot(figure, project.training.codes, decoded)
    away = np.linalg.norm(decoded - project.source.positions, axis=1) / project.source.data.diagonal
    np.testing.assert_allclose(snapshot.error, 100.0 * away)
    assert snapshot.has("error")
    assert not snapshot.has("area_distortion")


def test_the_inspector_tells_the_error_on_rows_never_seen(project):
    sheet = certified_sheet(project.training, False)
    assert sheet.badge == "Learned"
    assert "Squared error, never seen" in [line.name for line in sheet.lines]
    assert "Class by neighbours" in [line.name for line in sheet.lines]


def test_runs_of_a_table_have_no_folds(project):
    head, row = runs_csv(project.runs).splitlines()
    told = dict(zip(head.split(","), row.split(","), strict=True))
    assert told["flipped_triangles"] == ""
    assert float(told["rmse_rel"]) > 0.0


def test_codes_of_more_numbers_are_seen_in_the_plane_in_which_they_spread_most(project):
    rng = np.random.default_rng(0)
    codes = rng.normal(size=(80, 5)) * [0.02, 0.3, 0.02, 0.1, 0.02]
    snapshot = Snapshot(Figure(project.source.data), codes)
    seen = snapshot.plane_codes
    assert seen.std(0) == pytest.approx(codes[:, [1, 3]].std(0), rel=0.05)
    np.testing.assert_allclose(snapshot.in_plane(codes[4:5])[0], seen[4])
    picture = row_picture(snapshot, "none", LIGHT, Window(200, 200, 0.0, 0.0, 95.0))
    x, y = picture.window.places(seen[7:8])[0]
    assert np.linalg.norm(seen[picture.vertex_at(x, y)] - seen[7]) < 0.05
    line = Snapshot(Figure(project.source.data), codes[:, 1:2])
    np.testing.assert_array_equal(line.plane_codes, np.column_stack([codes[:, 1], np.zeros(80)]))


def test_codes_are_seen_in_the_plane_that_cells_were_cut_in(project):
    codes = np.random.default_rng(0).normal(size=(80, 5)) * 0.2
    section = Section(np.eye(5)[[3, 1]], codes[7])
    snapshot = Snapshot(Figure(project.source.data), codes, section=section)
    np.testing.assert_allclose(snapshot.plane_codes, codes[:, [3, 1]])
    flat = Snapshot(
        Figure(project.source.data), codes[:, :2], section=section
    )  # of other codes: it is no plane of them
    np.testing.assert_array_equal(flat.plane_codes, codes[:, :2])


def test_a_code_of_many_numbers_is_told_by_its_first():
    assert components(np.arange(8.0), 1) == "0.0  1.0  2.0  …"
    assert components(np.arange(4.0), 0) == "0  1  2  3"


def test_rows_of_other_classes_than_the_brushed_one_fade(project):
    figure = Figure(project.source.data)
    plain, lit = (
        Snapshot(figure, project.training.codes, brushed=kind).row_coloring(LIGHT).colors for kind in (None, 2)
    )
    own = project.source.labels == project.source.table.kinds[2]
    assert (plain[own] == lit[own]).all()
    assert (lit[~own].mean(1) > plain[~own].mean(1)).all()


def test_a_class_is_lit_up_from_the_legend(qtbot, project):
    legend, chosen = ClassLegend(), []
    qtbot.addWidget(legend)
    names, counts, colors = class_lines(project.source.table)
    assert sum(counts) == 80
    legend.show_classes(names, counts, colors)
    legend.chosen.connect(chosen.append)
    legend.buttons[1].click()
    legend.set_chosen(1)
    legend.buttons[1].click()
    assert chosen == [1, None]
    legend.show_classes([str(k) for k in range(60)], [1] * 60, ["#000000"] * 60)
    assert len(legend.buttons) == 40


def test_the_row_under_the_pointer_is_a_picture_in_the_view(qtbot, project):
    table, canvas = project.source.table, DiskCanvas(Theme("light"), None)
    qtbot.addWidget(canvas)
    canvas.resize(200, 200)
    canvas.show_picture(
        row_picture(Snapshot(Figure(table), project.training.codes), "none", LIGHT, canvas.window_at(1.0))
    )
    canvas.set_linked(Hit(5), False, True)
    before = canvas.grab().toImage()
    canvas.thumbnails = Thumbnails(table.values, table.image_shape, (0.0, 1.0))
    after = canvas.grab().toImage()
    assert before != after
    canvas.set_linked(Hit(5), False, False)
    assert canvas.grab().toImage() != after


def test_stages_of_surfaces_are_not_offered(qtbot, project):
    workspace = Workspace()
    assert workspace.works["preparation"].is_offered
    assert not workspace.works["comparison"].is_offered
    workspace.start_over(project)
    assert not workspace.works["preparation"].is_offered
    assert workspace.works["comparison"].is_offered
    assert workspace.obstacle("training") == ""
    assert workspace.obstacle("comparison") == ""
    workspace.close()


def test_what_is_open_is_called_a_table(qtbot, project):
    workspace, theme = Workspace(), Theme("light")
    panel = StagePanel(workspace.views["source"], workspace, theme, lambda key: None)
    qtbot.addWidget(panel)
    assert panel.header.look.title == "Surface"
    workspace.start_over(project)
    panel.refresh()
    assert panel.header.look.title == "Table"
    workspace.close()


def test_distances_of_generated_rows_are_named_by_modes(qtbot, project):
    workspace = Workspace()
    sections = GenerateSections(Theme("light"), workspace, Selection())
    for section in sections.sections:
        qtbot.addWidget(section)
    made = finish(generate_rows(project.source.table, project.training, None, GenerationOptions(count=20, judge=False)))
    workspace.start_over(project.updated(generation=made))
    sections.show_project(workspace.whole)
    assert sections.histogram.names == ("between modes", "in modes")
    workspace.close()
