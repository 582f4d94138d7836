"""Trainings of atlases that were cut off: offered again with their charts, in the window and on the command line."""

import functools
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.cli import main
from app.state.stage_state import Notice
from core.base.progress import finish as finish_work
from core.data.source import Source
from core.io.checkpoint_file import read_checkpoint, write_checkpoint
from core.io.load import load
from core.io.writers.mesh import MeshToWrite, write_mesh
from core.session.by_chart import ByChart
from core.session.preparation import Preparation
from core.session.prepare import prepare
from core.session.preparing.options import PreparationOptions
from core.session.project import Project
from core.session.project_file import open_project
from core.session.stages import train_autoencoder
from core.training.checkpoint import Checkpoint, same_cover
from core.training.options import TrainingOptions
from tests.app.chrome_room import Room, fail, finish
from tests.core.atlas.make_surfaces import ball
from tests.core.session.test_atlas import source_of

pytestmark = pytest.mark.usefixtures("unmended")

OPTIONS = TrainingOptions(steps=(20,), encoder=(8,), decoder=(8,), detail=False)


@pytest.fixture
def room(qtbot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Room]:
    monkeypatch.setattr("app.views.view_grid.has_opengl", lambda drawing: False)
    made = Room(qtbot, tmp_path)
    yield made
    made.close()


@pytest.fixture(scope="module")
def source() -> Source:
    return source_of(ball(2), "ball")


@pytest.fixture(scope="module")
def preparation(source: Source) -> Preparation:
    found = finish_work(prepare(source, PreparationOptions(charts=2)))
    assert found is not None
    return found


@pytest.fixture(scope="module")
def kept(source: Source, preparation: Preparation) -> Checkpoint:
    """The first state of a training that was lost."""
    states: list[Checkpoint] = []
    work = train_autoencoder(source, preparation, OPTIONS, keep=states.append)
    while not states:
        next(work)
    work.close()
    return states[0]


def test_a_training_that_was_cut_off_is_offered_with_its_charts(
    room: Room, source: Source, preparation: Preparation, kept: Checkpoint
) -> None:
    space, notices = room.workspace, list[Notice]()
    work = space.works["training"]
    space.notified.connect(notices.append)
    write_checkpoint(work.lost.file(source), kept)
    room.show(Project(source=source))  # the window was killed, and its surface is opened again
    assert notices[-1].action == "resume_training"
    room.trigger("resume_training")
    made = space.whole.preparation
    assert same_cover(made.cover, preparation.cover)
    assert (made.way, made.done) == (preparation.way, preparation.done)
    job, function, arguments = space.workers.started[-1]
    assert arguments[1] is made
    assert arguments[4] is work.lost.found
    finish(job, finish_work(function(*arguments)))
    assert isinstance(space.whole.training, ByChart)
    assert space.whole.training.parts[0].messages[0].startswith("Resumed after")
    assert not work.lost.file(source).exists()


def test_a_worker_that_dies_loses_neither_training_nor_charts(
    room: Room, source: Source, preparation: Preparation, kept: Checkpoint
) -> None:
    space, notices = room.workspace, list[Notice]()
    space.notified.connect(notices.append)
    room.show(Project(source=source, preparation=preparation))
    job = space.run_stage("training")
    keep = space.workers.started[-1][2][-1]
    keep(kept)
    fail(job, "The worker has died.")
    assert notices[-1].action == "resume_training"
    room.trigger("resume_training")
    assert space.whole.preparation is preparation
    assert space.workers.started[-1][2][4].seconds == kept.seconds
    space.jobs["training"].cancel()
    assert not space.works["training"].lost.file(source).exists()


def test_a_state_that_does_not_say_how_its_charts_were_made_is_refused(
    room: Room, source: Source, kept: Checkpoint
) -> None:
    space, notices = room.workspace, list[Notice]()
    space.notified.connect(notices.append)
    write_checkpoint(space.works["training"].lost.file(source), replace(kept, preparation={"way": 3}))
    room.show(Project(source=source))
    room.trigger("resume_training")
    assert notices[-1].text == "The kept state does not say how its charts were made. Begin anew."
    assert "training" not in space.jobs


def test_a_training_is_resumed_on_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, kept = tmp_path / "ball.ply", tmp_path / "p.checkpoint"
    surface = ball(2)
    write_mesh(MeshToWrite(surface.vertices, surface.faces), file)
    source = load(file)
    preparation = finish_work(prepare(source, PreparationOptions(charts=2)))
    work = train_autoencoder(source, preparation, OPTIONS, keep=functools.partial(write_checkpoint, kept))
    while not kept.exists():
        next(work)
    work.close()
    assert len(read_checkpoint(kept).cover) == 2
    assert main(["train", str(file), "-o", str(tmp_path / "p.budai"), "--resume"]) == 0  # three by themselves
    assert "Covered by 2 charts" in capsys.readouterr().err
    project = open_project(tmp_path / "p.budai")
    assert [part.messages[0][:13] for part in project.training.parts] == ["Resumed after"] * 2
    assert project.training.parts[0].steps == 20
    assert not kept.exists()
