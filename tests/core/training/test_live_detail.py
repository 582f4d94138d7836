from dataclasses import replace

import numpy as np
import pytest

import core.training.train as train_module
from core.base.progress import Progress, finish
from core.charts.fit_detail import fit_detail
from core.data.surface import Surface
from core.training.options import TrainingOptions
from core.training.result import TrainingStep
from core.training.train import train
from tests.core.make import bumpy_disk

SMALL = TrainingOptions(seconds=20.0, device="cpu", encoder=(24, 24), decoder=(24, 24), steps=(400,))


@pytest.fixture(scope="module")
def surface() -> Surface:
    return bumpy_disk(8)


def pictures(surface: Surface, options: TrainingOptions) -> list[TrainingStep]:
    seen: list[Progress] = []
    finish(train(surface, options), seen.append)
    steps = [progress.payload for progress in seen if progress.payload is not None]
    return [step for step in steps if step.reconstruction is not None]


def test_pictures_of_a_training_have_detail(surface: Surface, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.training.live_detail._FIRST", 0.0)
    monkeypatch.setattr("core.training.live_detail._SHARE", 1.0)
    last = pictures(surface, SMALL)[-1]
    errors = [
        np.linalg.norm(points - surface.vertices, axis=1).mean() for points in (last.reconstruction, last.detailed)
    ]
    assert errors[1] < 0.8 * errors[0]


def test_there_is_no_detail_before_its_time_or_where_none_is_wanted(
    surface: Surface, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.training.live_detail._FIRST", 1e9)
    assert all(step.detailed is None for step in pictures(surface, SMALL))
    monkeypatch.setattr("core.training.live_detail._FIRST", 0.0)
    assert all(step.detailed is None for step in pictures(surface, replace(SMALL, detail=False)))


def test_a_layer_that_has_become_wrong_is_not_shown(surface: Surface, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.training.live_detail._FIRST", 0.0)
    monkeypatch.setattr("core.training.live_detail._SHARE", 1e-9)  # fitted to a network that has learned nothing yet
    assert pictures(surface, SMALL)[-1].detailed is None


def test_fits_take_their_share_of_the_time(surface: Surface, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.training.live_detail._FIRST", 0.0)
    monkeypatch.setattr("core.training.live_detail._SHARE", 1e-9)  # after the first there is never time again
    monkeypatch.setattr("core.training.reporter._SNAPSHOT_SHARE", 1e9)  # and for pictures there always is
    fits: list[object] = []
    monkeypatch.setattr("core.training.live_detail.fit_detail", lambda *given: fits.append(given) or fit_detail(*given))
    assert len(pictures(surface, SMALL)) > 1
    assert len(fits) == 1


def test_a_fit_does_not_hold_up_the_next_picture(surface: Surface, monkeypatch: pytest.MonkeyPatch) -> None:
    run = train_module._Trainer(surface, replace(SMALL, mode="free"), None, None, None)
    learner = run.learner = run._new_learner()
    monkeypatch.setattr(run.reporter._detail, "refit", lambda learner, seconds: 5.0)
    monkeypatch.setattr("core.training.reporter._SNAPSHOT_SHARE", 0.1)
    report = run.reporter.picture(learner, TrainingStep(1, 10.0, 1.0))
    run.reporter.keep(report, 5.2)
    assert not run.reporter.wants_picture(11.9)
    assert run.reporter.wants_picture(12.1)
    learner.close()
