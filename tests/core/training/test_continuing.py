from contextlib import suppress
from dataclasses import replace

import numpy as np
import pytest
import torch

import core.training.train as train_module
from core.base.errors import InputError, SolveError, TrainingError
from core.base.progress import Progress, finish
from core.charts.progressive import NoRoomError
from core.data.surface import Surface
from core.io.checkpoint_file import read_checkpoint, write_checkpoint
from core.training.checkpoint import Checkpoint
from core.training.continuing import around, start_from
from core.training.options import PARTS, TrainingOptions
from core.training.result import TrainingResult
from core.training.train import train
from tests.core.make import bumpy_disk

SMALL = TrainingOptions(
    seconds=2.0, device="cpu", encoder=(24, 24, 24), decoder=(24, 24, 24), steps=(120,), detail=False
)


@pytest.fixture(scope="module")
def surface() -> Surface:
    return bumpy_disk(8)


@pytest.fixture(scope="module")
def former(surface: Surface) -> TrainingResult:
    return finish(train(surface, SMALL))


def test_a_training_goes_on_from_another(surface: Surface, former: TrainingResult) -> None:
    more = finish(train(surface, replace(SMALL, start="continue"), former))
    assert more.target is former.target
    assert more.chart_seconds is None
    assert more.certificate.rmse_rel < 0.9 * former.certificate.rmse_rel
    assert more.certificate.on_surface.flipped_triangles == 0
    # Without a step the networks stay as they are, but for the last layer, which is fitted anew.
    still = finish(train(surface, replace(SMALL, start="continue", steps=(0,)), former))
    for mine, given in zip(still.autoencoder.encoder.weights, former.autoencoder.encoder.weights, strict=True):
        np.testing.assert_allclose(mine, given, rtol=1e-5)


def test_refining_draws_a_part_of_the_samples_around_what_is_bad(surface: Surface, former: TrainingResult) -> None:
    bad = replace(former, bad_faces=np.array([100]))
    options = replace(SMALL, start="refine")
    start = start_from(surface, bad, options)
    assert start.focus[100]
    assert 13 <= start.focus.sum() < 60
    run = train_module._Trainer(surface, options, bad, None, None)
    run.target = bad.target
    learner = run._new_learner()
    share = learner._share.numpy() / learner._share.sum().item()
    drawn = learner.start.focus
    assert drawn.sum() == start.focus.sum()
    assert share[drawn].sum() == pytest.approx(0.25 + 0.75 * drawn.mean(), abs=0.05)
    learner.close()
    result = finish(train(surface, options, bad))
    assert result.options.start == "refine"
    assert result.certificate.on_surface.flipped_triangles == 0


def test_what_cannot_be_continued_is_refused(surface: Surface, former: TrainingResult) -> None:
    with pytest.raises(TrainingError, match="no trained autoencoder"):
        finish(train(surface, replace(SMALL, start="continue")))
    with pytest.raises(TrainingError, match="24-24-24 and 24-24-24, and these options ask for 8-8 and 24"):
        finish(train(surface, replace(SMALL, start="continue", encoder=(8, 8)), former))
    with pytest.raises(TrainingError, match="codes of 217 vertices, and this surface has 127"):
        finish(train(bumpy_disk(6), replace(SMALL, start="continue"), former))
    with pytest.raises(TrainingError, match="nothing to refine"):
        finish(train(surface, replace(SMALL, start="refine"), replace(former, bad_faces=np.empty(0, int))))
    with pytest.raises(TrainingError, match=r"withhold 20 % of the surface with seed 0, but .* nothing was withheld"):
        finish(train(surface, replace(SMALL, start="continue", withheld=0.2), former))
    had = replace(former, options=replace(former.options, withheld=0.2, seed=3))
    with pytest.raises(TrainingError, match="20 % with seed 3 was withheld"):
        start_from(surface, had, replace(SMALL, start="continue", withheld=0.2))
    assert not start_from(surface, had, replace(SMALL, start="continue", withheld=0.2, seed=3)).focus.any()
    with pytest.raises(TrainingError, match="Start: 'over'"):
        replace(SMALL, start="over")


def test_rings_around_faces(surface: Surface) -> None:
    one = np.array([0])
    assert around(surface, one, 0).sum() == 1
    ring = around(surface, one, 1)
    touched = np.isin(surface.faces, surface.faces[0]).any(1)
    np.testing.assert_array_equal(ring, touched)
    assert around(surface, one, 30).all()


def test_a_lost_run_goes_on_from_its_last_state(
    surface: Surface, former: TrainingResult, tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.training.keeping._BETWEEN_COPIES", 0.0)
    monkeypatch.setattr(train_module, "_BETWEEN_REPORTS", 0.0)
    kept: list[Checkpoint] = []
    work = train(surface, SMALL, keep=kept.append)
    while len(kept) < 40:
        next(work)
    work.close()  # the run is lost
    write_checkpoint(tmp_path / "a.checkpoint", kept[-1])
    state = read_checkpoint(tmp_path / "a.checkpoint")
    assert (state.options, state.schedule, state.steps) == (SMALL, kept[-1].schedule, kept[-1].steps)
    assert 0 < len(state.schedule) < PARTS
    np.testing.assert_array_equal(state.target, kept[-1].target)
    result = finish(train(surface, state.options, checkpoint=state))
    assert len(result.schedule) == PARTS
    assert state.steps < result.steps <= 120 + state.steps - sum(state.schedule)
    assert result.seconds > state.seconds
    assert result.certificate.rmse_rel < 1.5 * former.certificate.rmse_rel
    assert result.certificate.on_surface.flipped_triangles == 0
    assert result.history["step"][0] == kept[-1].curves[0, 0]
    assert (np.diff(result.history["seconds"]) >= 0).all()
    assert "Resumed after" in result.messages[0]
    with pytest.raises(TrainingError, match="another surface"):
        finish(train(bumpy_disk(6), state.options, checkpoint=state))


def test_a_lost_run_goes_on_though_its_device_is_gone(surface: Surface, former: TrainingResult) -> None:
    if torch.cuda.is_available():
        pytest.skip("there is a CUDA device here")
    kept: list[Checkpoint] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("core.training.keeping._BETWEEN_COPIES", 0.0)
        patch.setattr(train_module, "_BETWEEN_REPORTS", 0.0)
        work = train(surface, SMALL, keep=kept.append)
        while len(kept) < 5:
            next(work)
        work.close()
    state = replace(kept[-1], options=replace(SMALL, device="cuda"))
    result = finish(train(surface, state.options, checkpoint=state))
    assert result.device == "cpu"
    assert "Device cuda is not available any more: cpu goes on." in result.messages


def test_parts_that_are_done_stay_done_however_often_a_run_is_lost(
    surface: Surface, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.training.keeping._BETWEEN_COPIES", 0.0)
    monkeypatch.setattr(train_module, "_BETWEEN_REPORTS", 0.0)
    kept: list[Checkpoint] = []
    work = train(surface, SMALL, keep=kept.append)
    while not kept or len(kept[-1].schedule) < 5:
        next(work)
    work.close()
    for _ in range(3):
        state = kept[-1]
        work = train(surface, state.options, checkpoint=state, keep=kept.append)
        while kept[-1] is state:
            next(work)
        work.close()
        assert len(kept[-1].schedule) == 5


@pytest.mark.parametrize("asked", [None, "stop"])
def test_a_run_lost_in_the_certificate_has_lost_no_step(
    surface: Surface, tmp_path, monkeypatch: pytest.MonkeyPatch, asked: str | None
) -> None:
    monkeypatch.setattr(train_module, "_BETWEEN_REPORTS", 0.0)
    kept: list[Checkpoint] = []
    whole = finish(train(surface, SMALL))

    def lost(*_: object):
        raise KeyboardInterrupt
        yield

    with monkeypatch.context() as patch:
        patch.setattr(train_module, "certify", lost)
        work, answer = train(surface, SMALL, keep=kept.append), None
        with suppress(KeyboardInterrupt):
            while True:
                answer = asked if work.send(answer).fraction > 0.3 else None
    write_checkpoint(tmp_path / "a.checkpoint", kept[-1])
    state = read_checkpoint(tmp_path / "a.checkpoint")
    result = finish(train(surface, state.options, checkpoint=state))
    assert result.ended == state.ended == ("finished" if asked is None else "stopped")
    assert result.steps == state.steps
    if asked is None:
        assert result.steps == whole.steps
        assert np.array_equal(result.codes, whole.codes)
    else:
        assert 0 < result.steps < whole.steps
    assert "all its steps were done" in result.messages[0]


def test_a_state_exists_before_the_first_step_and_then_ever_more_seldom(
    surface: Surface, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(train_module, "_BETWEEN_REPORTS", 0.0)
    kept: list[Checkpoint] = []
    work = train(surface, replace(SMALL, seconds=60.0, steps=(10**6,)), keep=kept.append)
    while not kept:
        next(work)
    assert kept[0].steps == 0
    assert kept[0].target is not None
    while kept[-1].seconds < 3.0:
        next(work)
    work.close()
    pauses = np.diff([state.seconds for state in kept])
    assert pauses.min() > 0.9
    assert len(kept) <= 4


def test_a_vertex_without_room_is_named_as_in_the_file(surface: Surface, monkeypatch: pytest.MonkeyPatch) -> None:
    run = train_module._Trainer(surface, SMALL, None, None, None)

    def cramped(turned: Surface):
        yield Progress(0.5, "Flattening")
        raise NoRoomError(7)

    monkeypatch.setattr(train_module, "disk_chart", cramped)
    vertex = int(np.flatnonzero((run.pose.surface.vertices[7] == run.pose.points).all(1)[run.pose.numbering.ranks])[0])
    with pytest.raises(SolveError, match=rf"^Vertex {vertex} finds no room .* or train in free mode"):
        finish(run.work())


def test_a_state_that_cannot_be_stored_does_not_end_the_run(
    surface: Surface, tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.training.keeping._BETWEEN_COPIES", 0.0)
    result = finish(
        train(surface, SMALL, keep=lambda state: write_checkpoint(tmp_path / "none" / "a.checkpoint", state))
    )
    assert result.ended == "finished"
    assert result.messages[0].startswith("The state of the training could not be kept: a.checkpoint")
    assert len(result.messages) == 1


def test_a_training_that_goes_on_can_be_resumed_as_well(
    surface: Surface, former: TrainingResult, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.training.keeping._BETWEEN_COPIES", 0.0)
    monkeypatch.setattr(train_module, "_BETWEEN_REPORTS", 0.0)
    kept: list[Checkpoint] = []
    bad = replace(former, bad_faces=np.array([100]))
    work = train(surface, replace(SMALL, start="refine"), bad, keep=kept.append)
    while len(kept) < 30:
        next(work)
    work.close()
    assert kept[-1].focus[100]
    result = finish(train(surface, kept[-1].options, checkpoint=kept[-1]))
    assert result.certificate.rmse_rel < former.certificate.rmse_rel * 1.1


@pytest.mark.parametrize("content", [b"", b"PK", b"no archive at all"])
def test_a_damaged_checkpoint_is_refused(tmp_path, content) -> None:
    path = tmp_path / "a.checkpoint"
    path.write_bytes(content)
    with pytest.raises(InputError, match="no checkpoint or damaged"):
        read_checkpoint(path)
    np.savez(tmp_path / "b.npz", about=np.frombuffer(b"{}", np.uint8))
    with pytest.raises(InputError, match="damaged"):
        read_checkpoint(tmp_path / "b.npz")
    with pytest.raises(InputError, match="does not exist"):
        read_checkpoint(tmp_path / "c.npz")


def test_a_learner_begins_with_the_networks_that_it_goes_on_from(surface: Surface, former: TrainingResult) -> None:
    options = replace(SMALL, start="continue")
    start = start_from(surface, former, options)
    assert start.networks == (former.autoencoder.encoder, former.autoencoder.decoder)
    assert not start.focus.any()
    learner = train_module._Trainer(surface, options, former, None, None)._new_learner()
    for mine, given in zip(learner.maps(), start.networks, strict=True):
        for a, b in zip((*mine.weights, *mine.biases), (*given.weights, *given.biases), strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-6, atol=1e-6)
            np.testing.assert_array_equal(a, a.astype(np.float32))
    learner.close()
