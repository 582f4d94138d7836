"""Films: a figure turns once around its axis, a training is kept in a bounded memory and drawn as it was."""

import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.cli import main
from app.scene.figure import Figure
from app.scene.films.learning import LearningFilm, LearningOptions, write_learning
from app.scene.films.moments import Moments
from app.scene.films.turning import Turntable, TurntableOptions, write_turntable
from app.scene.snapshot import Snapshot
from core.base.errors import BudaiError, InputError
from core.base.progress import finish
from core.session.project_file import save_project
from core.training.result import TrainingStep
from tests.core.make import trained_project

SMALL = {"width": 96, "height": 64, "seconds": 0.4, "rate": 10}


@pytest.fixture(scope="module")
def project():
    return trained_project()


@pytest.fixture(scope="module")
def learned(project):
    """Source, codes, decoded vertices."""
    training = project.training
    return project.source, training.codes, training.autoencoder.decode(training.codes)


def table_of(learned, **options):
    source, codes, points = learned
    return Turntable(Snapshot(Figure(source.data, source.path), codes, points), TurntableOptions(**SMALL | options))


def step(seconds, points, codes=None, rmse=0.01):
    return TrainingStep(int(100 * seconds), seconds, 0.1, rmse, codes=codes, reconstruction=points)


def names(path):
    """The names in an archive."""
    with zipfile.ZipFile(path) as archive:
        return archive.namelist()


def opened(path):
    """A picture in memory, and how many there are in its file."""
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB")), getattr(image, "n_frames", 1)


@pytest.mark.parametrize("axis", ["", "x", "-y"])
def test_a_turn_keeps_the_distance_and_comes_back(learned, axis):
    table = table_of(learned, axis=axis)
    turned = [table.camera(angle) for angle in (0.0, 1.0, 2.0 * np.pi)]
    assert np.allclose(turned[2].position, table.start.position)
    assert np.allclose([one.distance for one in turned], table.start.distance)
    assert not np.allclose(turned[1].position, table.start.position)
    assert {one.focus for one in turned} == {table.start.focus}


def test_half_a_turn_shows_the_other_side(learned):
    table = table_of(learned)
    front, back = (table.camera(angle).axes()[2] for angle in (0.0, np.pi))
    up = np.eye(3)["xyz".index(Figure(learned[0].data, "").up_axis[-1])]
    flat = [toward - (toward @ up) * up for toward in (front, back)]
    assert np.allclose(flat[0], -flat[1], atol=1e-9)


def test_the_camera_of_the_window_is_kept(learned):
    camera = replace(table_of(learned).start, position=(0.0, -9.0, 0.5))
    assert table_of(learned, camera=camera).camera(0.0) == camera


def test_films_are_written(learned, tmp_path):
    options = TurntableOptions(**SMALL, of="reconstruction", color_by="error")
    for suffix in ("gif", "zip", "png", "mp4"):
        finish(write_turntable(*learned, options, tmp_path / f"turn.{suffix}"))
    assert opened(tmp_path / "turn.gif")[1] == 4
    assert len(names(tmp_path / "turn.zip")) == 4
    sheet, _ = opened(tmp_path / "turn.png")
    assert sheet.shape == (2 * 64, 4 * 96, 3)
    assert (tmp_path / "turn.mp4").stat().st_size > 0
    first = sheet[:64, :96]
    assert (first != first[0, 0]).any(axis=2).mean() > 0.05


def test_what_cannot_turn_is_told(learned, tmp_path):
    source = learned[0]
    with pytest.raises(BudaiError, match="no reconstruction yet"):
        finish(write_turntable(source, None, None, TurntableOptions(**SMALL, of="reconstruction"), tmp_path / "a.gif"))
    with pytest.raises(BudaiError, match="cannot be coloured by error"):
        finish(write_turntable(source, None, None, TurntableOptions(**SMALL, color_by="error"), tmp_path / "a.gif"))
    with pytest.raises(BudaiError, match="no axis w"):
        TurntableOptions(axis="w")
    with pytest.raises(BudaiError, match="no side of 95"):
        TurntableOptions(width=95)
    with pytest.raises(InputError, match="none of a film"):
        finish(write_turntable(*learned, TurntableOptions(**SMALL), tmp_path / "a.avi"))
    assert list(tmp_path.iterdir()) == []


def test_moments_are_bounded_and_cover_the_whole_training():
    kept = Moments(most=20)
    for k in range(1000):
        kept.note(step(0.1 * k, np.full((5, 3), k, np.float32)))
    times = [one.seconds for one in kept.whole()]
    assert 8 <= len(times) <= 21
    assert (times[0], times[-1]) == (0.0, pytest.approx(99.9))
    gaps = np.diff(times[:-1])
    assert gaps.max() < 3.0 * gaps.min()
    kept.note(step(0.0, np.zeros((5, 3), np.float32)))
    assert [one.seconds for one in kept.whole()] == [0.0]


def test_moments_take_no_more_memory_than_allowed():
    kept = Moments(most_bytes=10_000)
    for k in range(200):
        kept.note(step(float(k), np.zeros((50, 3), np.float32)))
    assert sum(one.n_bytes for one in kept.kept) <= 10_000


def test_a_training_is_filmed(project, learned, tmp_path):
    source, codes, points = learned
    kept = Moments()
    for k in range(5):
        kept.note(step(float(k), (points * (1.0 + 0.2 * (4 - k))).astype(np.float32), codes.astype(np.float32)))
    options = LearningOptions(**SMALL)
    finish(write_learning(source, kept.whole(), options, tmp_path / "learning.gif"))
    assert opened(tmp_path / "learning.gif")[1] == 4
    film = LearningFilm(source, kept.whole(), options)
    first, last = (np.asarray(film.picture(one)) for one in (kept.kept[0], kept.kept[-1]))
    assert (first[:, :48] != last[:, :48]).any()
    with pytest.raises(BudaiError, match="No moment"):
        finish(write_learning(source, [], options, tmp_path / "none.gif"))


def test_the_command_draws_a_film(project, tmp_path):
    file = tmp_path / "bumpy.budai"
    save_project(project, file)
    words = ["film", str(file), "-o", str(tmp_path / "turn.zip"), "--size", "96x64", "--seconds", "0.4", "--rate", "10"]
    assert main([*words, "--of", "reconstruction", "--color", "error"]) == 0
    assert len(names(tmp_path / "turn.zip")) == 4
    assert main([*words, "--color", "nothing"]) != 0


def test_the_window_offers_films(qtbot, tmp_path, monkeypatch, project):
    from app.stages.training.films import ask_learning, ask_turntable
    from tests.app.chrome_room import Room

    monkeypatch.setattr("app.views.view_grid.has_opengl", lambda drawing: False)
    room = Room(qtbot, tmp_path)
    room.show(project)
    target = tmp_path / "film.gif"
    monkeypatch.setattr("app.stages.training.films.QFileDialog.getSaveFileName", lambda *_: (str(target), ""))
    actions = room.window.actions_by_key
    actions.refresh()
    assert not actions.actions["film_training"].isEnabled()
    assert actions.actions["film_surface"].isEnabled()
    ask_turntable(room.window, "surface")
    job, function, arguments = room.workers.started[-1]
    assert (job.title, function, arguments[-1]) == ("export", write_turntable, str(target))
    assert arguments[3].camera == room.window.grid.surface.canvas.camera
    points = np.asarray(project.training.autoencoder.decode(project.training.codes), np.float32)
    room.workspace.works["training"].moments.note(step(1.0, points))
    actions.refresh()
    assert actions.actions["film_training"].isEnabled()
    ask_learning(room.window)
    assert room.workers.started[-1][1] is write_learning
    assert Path(room.workers.started[-1][2][-1]) == target
    room.close()
