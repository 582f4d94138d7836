"""Trainings of an atlas in the window: listed, used again, gone on with."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.state.stage_state import Notice
from app.widgets.text import percent
from core.base.progress import finish as finish_work
from core.session.by_chart import ByChart
from core.session.prepare import PreparationOptions, prepare
from core.session.project import Project
from core.session.stages import train_autoencoder
from core.training.options import TrainingOptions
from tests.app.chrome_room import Room, finish
from tests.core.atlas.make_surfaces import ball
from tests.core.make import trained_project
from tests.core.session.test_atlas import source_of

pytestmark = pytest.mark.usefixtures("unmended")

OPTIONS = TrainingOptions(steps=(20,), encoder=(8,), decoder=(8,), detail=False)


@pytest.fixture(scope="module")
def trained() -> Project:
    source = source_of(ball(2), "ball")
    preparation = finish_work(prepare(source, PreparationOptions(charts=2)))
    training = finish_work(train_autoencoder(source, preparation, OPTIONS))
    return Project(source=source, preparation=preparation).updated(training=training)


@pytest.fixture
def room(qtbot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Room]:
    monkeypatch.setattr("app.views.view_grid.has_opengl", lambda drawing: False)
    made = Room(qtbot, tmp_path)
    yield made
    made.close()


def test_a_training_of_an_atlas_is_continued_and_both_are_listed(room: Room, trained: Project) -> None:
    space = room.workspace
    room.show(trained.with_options("training", OPTIONS))
    room.trigger("continue_training")
    job, function, arguments = space.workers.started[-1]
    assert (arguments[2].start, arguments[2].encoder) == ("continue", (8,))
    assert arguments[3] is trained.training
    finish(job, finish_work(function(*arguments)))
    assert [(run.name, run.parent) for run in space.whole.runs] == [("Run 1", ""), ("Run 2", "Run 1")]
    assert space.options("training").start == "new"
    page = room.window.grid.stages["training"].runs
    shown = [[page.table.item(row, place).text() for place in (0, 4)] for row in range(page.table.rowCount())]
    first, second = space.whole.runs
    assert shown == [
        ["Run 1", percent(first.training.whole.rmse_rel)],
        ["Run 2 ← Run 1", percent(second.training.whole.rmse_rel)],
    ]
    assert [curve.name for curve in page.chart.panels[0].curves] == ["Run 1", "Run 2"]
    space.show_chart(1)
    assert page.table.rowCount() == 2
    room.qtbot.waitUntil(lambda: not page.table.item(1, 0).icon().isNull(), timeout=30_000)
    page.table.selectRow(0)
    page.use_button.click()
    assert space.whole.training is first.training
    assert space.chart == 1


def test_refining_is_offered_where_a_chart_folds(room: Room, trained: Project) -> None:
    space = room.workspace
    sound = [replace(part, bad_faces=np.empty(0, int)) for part in trained.training.parts]
    bad = [sound[0], replace(sound[1], bad_faces=np.array([3]))]
    room.show(replace(trained, training=ByChart(tuple(sound), trained.training.whole)))
    actions, section = room.window.actions_by_key.actions, room.window.inspector.stages["training"].training
    assert actions["continue_training"].isEnabled()
    assert not actions["refine_training"].isEnabled()
    room.show(replace(trained, training=ByChart(tuple(bad), trained.training.whole)))
    assert actions["refine_training"].isEnabled()
    section.action_triggered.emit()
    assert space.workers.started[-1][2][2].start == "refine"


def test_preparing_again_tells_what_goes_and_undo_brings_it_back(room: Room, trained: Project) -> None:
    space, notices = room.workspace, list[Notice]()
    space.notified.connect(notices.append)
    room.show(trained)
    job = space.run_stage("preparation")
    other = finish_work(prepare(trained.source, PreparationOptions(charts=3)))
    finish(job, other)
    assert space.whole.training is None
    told = [notice for notice in notices if notice.action == "undo"]
    assert [notice.text for notice in told] == ["What was trained on the former charts went with them."]
    room.trigger("undo")
    assert space.whole.training is trained.training
    room.trigger("redo")
    finish(space.run_stage("preparation"), other)
    assert len([notice for notice in notices if notice.action == "undo"]) == 1  # nothing was trained: nothing is lost


def test_preparing_again_ends_a_training_of_the_former_charts(room: Room, trained: Project) -> None:
    space, notices = room.workspace, list[Notice]()
    space.notified.connect(notices.append)
    room.show(trained)
    space.run_stage("training")
    assert "prepare" in room.window.actions_by_key.actions
    job = space.run_stage("preparation")
    finish(job, finish_work(prepare(trained.source, PreparationOptions(charts=3))))
    assert "training" not in space.jobs
    assert "The training was ended: the surface was prepared in another way." in [notice.text for notice in notices]


def test_a_preparation_that_finds_nothing_to_do_takes_nothing_away(room: Room) -> None:
    space, notices = room.workspace, list[Notice]()
    space.notified.connect(notices.append)
    given = trained_project()
    room.show(given)
    space.run_stage("training")
    job = space.run_stage("preparation")
    finish(job, None)
    assert space.whole.training is given.training
    assert "training" in space.jobs
    assert [notice.action for notice in notices] == [""]
