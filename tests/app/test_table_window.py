"""A table in the window: dots in the disk, its rows, and stages that are for surfaces alone."""

import numpy as np
import pytest

from app.scene.disk import Window
from app.scene.figure import Figure
from app.scene.palette import LIGHT
from app.scene.row_picture import row_picture
from app.scene.snapshot import Snapshot
from app.stages.training.inspector_lines import certified_sheet
from app.state.workspace import Workspace
from core.base.progress import finish
from core.data.source import Source
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
