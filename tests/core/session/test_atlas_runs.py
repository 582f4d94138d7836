"""Trainings of an atlas as a list: their figures, their table, their place in a file."""

import csv
import io
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.base.errors import InputError
from core.base.progress import finish
from core.cells.cells import Cells
from core.cells.exact_figures import ExactFigures
from core.session.by_chart import ByChart
from core.session.preparation import Preparation
from core.session.project import Project
from core.session.project_file import open_project, save_project
from core.session.run import Run
from core.session.runs_table import runs_csv
from core.session.stages import train_autoencoder
from core.training.options import TrainingOptions
from tests.core.make import bumpy_disk, halves
from tests.core.session.test_atlas import source_of

pytestmark = pytest.mark.usefixtures("unmended")


@pytest.fixture(scope="module")
def project() -> Project:
    """Two charts of a disk, trained twice, the second time from the first."""
    source = source_of(bumpy_disk(5))
    preparation = Preparation(source, halves(source.surface), "atlas", ("Covered by 2 charts.",))
    options = TrainingOptions(steps=(20,), encoder=(8, 8), decoder=(8, 8), detail=False)
    first = finish(train_autoencoder(source, preparation, options))
    made = Project(source=source, preparation=preparation).updated(training=first)
    on = replace(options, start="continue")
    return made.updated(training=finish(train_autoencoder(source, preparation, on, first)))


def exact_of(**figures: int) -> Cells:
    return Cells(None, None, None, {}, exact=ExactFigures(**figures))


def test_every_training_becomes_a_run(project: Project) -> None:
    assert [(run.name, run.parent) for run in project.runs] == [("Run 1", ""), ("Run 2", "Run 1")]
    back = project.with_run("Run 1")
    assert back.training is project.runs[0].training
    assert back.run.name == "Run 1"
    prepared_anew = project.updated(preparation=replace(project.preparation))
    assert prepared_anew.runs == ()


def test_a_run_tells_of_the_whole(project: Project) -> None:
    run, whole = project.run, project.training.whole
    assert run.certificate.rmse_rel == whole.rmse_rel
    assert run.certificate.network_accuracy == whole.network
    assert run.certificate.accuracy.normal_error_deg == whole.normal_error_deg
    triangles = [len(chart.source.surface.faces) for chart in project.charts]
    assert run.certificate.on_surface.n_triangles == sum(triangles)
    row = next(csv.DictReader(io.StringIO(runs_csv([run]))))
    assert float(row["rmse_rel"]) == whole.rmse_rel
    assert (row["charts"], row["start"], row["triangles"]) == ("2", "continue", str(sum(triangles)))
    first = project.training.parts[0].autoencoder.n_parameters
    assert int(row["parameters"]) == 2 * first


def test_a_run_is_proved_where_each_chart_is(project: Project) -> None:
    certificates = [part.certificate for part in project.training.parts]
    good = [
        replace(
            one,
            rmse_rel=1e-3,
            round_trip=1e-4,
            surface=replace(one.on_surface, flipped_triangles=0, flipped_subtriangles=0, cover=1.0, flipped_random=0),
        )
        for one in certificates
    ]
    parts = [replace(part, certificate=one) for part, one in zip(project.training.parts, good, strict=True)]
    run = Run("Run 1", ByChart(tuple(parts), project.training.whole))
    assert run.is_homeomorphism is None  # exact cells have not been looked at
    known = ExactFigures(pieces=9, flipped_pieces=0, rim_is_simple=True, cells=7, flat_cells=0)
    assert replace(run, exact=(known, known)).is_homeomorphism is True
    assert replace(run, exact=(known, None)).is_homeomorphism is None
    assert replace(run, exact=(replace(known, flipped_pieces=1), None)).is_homeomorphism is False


def test_what_exact_cells_tell_stays_with_the_run_and_its_charts(project: Project) -> None:
    some = project.updated(cells=ByChart((exact_of(pieces=9), exact_of(cells=4))))
    more = some.updated(cells=ByChart((exact_of(cells=5), exact_of(pieces=8))))
    assert [(one.pieces, one.cells) for one in more.run.exact] == [(9, 5), (8, 4)]
    assert more.runs[0].exact == ()


def test_runs_come_back_from_a_file_and_the_present_one_is_stored_once(project: Project, tmp_path: Path) -> None:
    file = tmp_path / "p.budai"
    made = project.updated(cells=ByChart((exact_of(pieces=9), exact_of(pieces=8))))
    save_project(made, file)
    back = open_project(file)
    assert [(run.name, run.parent, len(run.parts)) for run in back.runs] == [("Run 1", "", 2), ("Run 2", "Run 1", 2)]
    assert [one.pieces for one in back.runs[1].exact] == [9, 8]
    assert back.run.training is back.training
    first = back.runs[0]
    assert first.certificate.accuracy == project.runs[0].certificate.accuracy
    for mine, given in zip(first.parts, project.runs[0].parts, strict=True):
        np.testing.assert_array_equal(mine.codes, given.codes)
        np.testing.assert_array_equal(mine.autoencoder.decode(mine.codes), given.autoencoder.decode(given.codes))
    with zipfile.ZipFile(file) as archive:
        assert sum(name.endswith("autoencoder.safetensors") for name in archive.namelist()) == 4


def test_a_file_without_a_list_of_runs_has_one(project: Project, tmp_path: Path) -> None:
    save_project(replace(project, runs=()), tmp_path / "p.budai")
    back = open_project(tmp_path / "p.budai")
    assert [run.training for run in back.runs] == [back.training]


def test_a_run_of_other_charts_is_refused(project: Project, tmp_path: Path) -> None:
    one = Run("Run 1", ByChart(project.training.parts[:1], project.training.whole))
    save_project(replace(project, runs=(one, *project.runs)), tmp_path / "p.budai")
    with pytest.raises(InputError, match="1 charts of training for 2 patches") as caught:
        open_project(tmp_path / "p.budai")
    assert caught.value.place == "runs"
