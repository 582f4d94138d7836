"""Denoising of rows as a stage: its page and inspector, its file, and what stands in its place on surfaces."""

import numpy as np
import pytest
from PySide6.QtCore import QPointF

from app.stages import rows
from app.stages.row_denoising.files import FILES
from app.stages.row_denoising.lines import row_sheet
from app.stages.row_denoising.page import DenoisedRowsPage
from app.stages.row_denoising.sections import RowDenoisingSections
from app.stages.row_denoising.window import denoising_words
from app.stages.row_denoising.work import pack, read_and_denoise_rows, unpack
from app.state.selection import Selection
from app.state.workspace import Workspace
from app.style.theme import Theme
from core.base.errors import BudaiError
from core.base.progress import finish
from core.data.source import Source
from core.denoising.row_options import RowDenoisingOptions
from core.generators.families import generated
from core.session.project import Project
from core.session.project_file import open_project, save_project
from core.training.options import TrainingOptions
from core.training.table.train import train_table


@pytest.fixture(scope="module")
def project():
    rows()  # the stage enters the pipeline
    table = generated("rotating", 80, 64)
    training = finish(train_table(table, TrainingOptions(preset="small", steps=(60,))))
    source = Source("a.npz", "a", table, None, (), (), 0.0)
    found = finish(read_and_denoise_rows(source, training, RowDenoisingOptions(level=0.3)))
    return Project(source=source).updated(training=training).updated(row_denoising=found)


@pytest.fixture(scope="module")
def foreign(project, tmp_path_factory):
    path = tmp_path_factory.mktemp("foreign") / "other.npz"
    np.savez(path, points=np.random.default_rng(0).normal(size=(30, 64)) * 5.0)
    options = RowDenoisingOptions("other", str(path), 0.1)
    return project.updated(row_denoising=finish(read_and_denoise_rows(project.source, project.training, options)))


@pytest.fixture
def workspace():
    made = Workspace()
    yield made
    made.close()


def page_of(qtbot, workspace, project):
    workspace.start_over(project)
    page = DenoisedRowsPage(workspace, Selection(), Theme("light"))
    qtbot.addWidget(page)
    page.resize(420, 300)
    return page


def test_each_row_stands_beside_what_became_of_it(qtbot, workspace, project):
    page = page_of(qtbot, workspace, project)
    names = [name for name, _ in page.columns()]
    assert names == ["clean", "noisy", "one pass", "projected"]
    places = page.places()
    assert len(places) == 4
    assert not any(one.intersects(other) for k, one in enumerate(places) for other in places[:k])
    before = page.grab().toImage()
    assert page.caption == f"{len(places)} of 20"
    pick = page.pick_at(places[3].center())
    assert pick.code == pytest.approx(project.results["row_denoising"].codes[3])
    assert page.pick_at(QPointF(1.0, 1.0)) is None
    workspace.start_over(Project(source=project.source))
    assert page.places() == []
    assert page.grab().toImage() != before


def test_rows_of_another_manifold_are_framed_and_told(qtbot, workspace, project, foreign):
    page, frame = page_of(qtbot, workspace, foreign), Theme("light").palette.flipped
    image, place = page.grab().toImage(), page.places()[0]
    assert image.pixelColor(int(place.left()) - 2, int(place.center().y())).name().upper() == frame.upper()
    assert page.caption.endswith("far rows framed")
    assert [name for name, _ in page.columns()] == ["clean", "noisy", "one pass", "projected"]
    sheet = row_sheet(foreign.results["row_denoising"], False)
    assert sheet.kind == "bad"
    assert "another manifold" in sheet.note
    assert "another manifold" in denoising_words(foreign)[0]
    own = row_sheet(project.results["row_denoising"], False)
    assert own.kind in ("ok", "warn")


def test_the_inspector_shows_errors_before_and_after(qtbot, workspace, project):
    sections = RowDenoisingSections(Theme("light"), workspace, Selection())
    for section in sections.sections:
        qtbot.addWidget(section)
    sections.show_project(project)
    names = [line.name for line in row_sheet(project.results["row_denoising"], False).lines]
    assert names[2:] == [f"Squared error, {what}" for what in ("noisy", "one pass", "projected", "of clean rows")]
    assert sections.histogram.shares is not None
    sections.show_project(Project(source=project.source))
    assert sections.certificate.isHidden()


def test_it_is_kept_in_a_project_and_exported(project, tmp_path):
    save_project(project, tmp_path / "p.budai")
    found, known = open_project(tmp_path / "p.budai").results["row_denoising"], project.results["row_denoising"]
    assert found.report() == known.report()
    np.testing.assert_array_equal(found.points, known.points)
    FILES.exports[0].write(project, tmp_path / "rows.npz")
    with np.load(tmp_path / "rows.npz") as written:
        assert written["format"] == "budai-denoised"
        np.testing.assert_array_equal(written["clean"], known.clean)
    packed = pack(known)
    assert unpack(packed, {}, "p.budai").floor == known.floor
    with pytest.raises(BudaiError, match="suffix"):
        FILES.exports[0].write(project, tmp_path / "rows.csv")


def test_it_stands_where_denoising_of_surfaces_stood(workspace, project):
    works = workspace.works
    assert works["denoising"].is_offered
    assert not works["row_denoising"].is_offered
    workspace.start_over(project)
    assert not works["denoising"].is_offered
    assert works["row_denoising"].is_offered
    workspace.set_options("row_denoising", RowDenoisingOptions("other", "x.npz", 0.4))
    words, needs = workspace.views["row_denoising"].repeated(workspace)
    assert needs
    assert words[2:4] == ["--noise", "0.4"]
    assert "--other" in words
