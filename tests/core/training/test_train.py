import math
import time
from dataclasses import replace

import numpy as np
import pytest
import torch

import core.training.train as train_module
from core.base.errors import TopologyError, TrainingError
from core.base.progress import Progress, Work, finish
from core.charts.autoencoder import Autoencoder
from core.data.surface import Surface
from core.evaluation.evidence import evidence
from core.geometry.distortion import flipped_triangles
from core.geometry.geodesic_balls import withheld_faces
from core.relu.relu_map import ReluMap
from core.training.checkpoint import Checkpoint
from core.training.learner import Learner
from core.training.options import PARTS, TrainingOptions
from core.training.result import TrainingResult
from core.training.schedule import Schedule, one_cycle
from core.training.train import train
from tests.core.make import bumpy_disk

SMALL = TrainingOptions(
    seconds=2.0, device="cpu", encoder=(24, 24, 24), decoder=(24, 24, 24), steps=(120,), detail=False
)


@pytest.fixture(scope="module")
def surface() -> Surface:
    return bumpy_disk(8)


def numbers(result: TrainingResult) -> np.ndarray:
    maps = result.autoencoder.encoder, result.autoencoder.decoder
    return np.concatenate([array.ravel() for m in maps for array in (*m.weights, *m.biases)])


def test_a_bumpy_disk_is_learned(surface: Surface) -> None:
    seen: list[Progress] = []
    result = finish(train(surface, SMALL), seen.append)
    assert result.ended == "finished"
    assert result.steps == 120
    assert result.certificate.rmse_rel < 0.02
    assert result.certificate.on_surface.flipped_triangles == 0
    assert result.certificate.on_surface.cover == pytest.approx(1.0, abs=0.01)
    # All codes lie in the disk, and every number is one of float32.
    assert np.linalg.norm(result.codes, axis=1).max() <= 1.0
    np.testing.assert_array_equal(result.autoencoder.encode(surface.vertices), result.codes)
    np.testing.assert_array_equal(numbers(result), numbers(result).astype(np.float32))
    assert result.target is not None
    assert not flipped_triangles(result.target, surface.faces).any()
    steps = [p.payload for p in seen if p.payload is not None]
    assert steps[0].step == 0
    assert steps[0].reconstruction is None
    shown = [s for s in steps if s.reconstruction is not None]
    assert shown
    assert shown[-1].codes.shape == (len(surface.vertices), 2)
    assert shown[-1].codes.dtype == shown[-1].reconstruction.dtype == np.float32
    error = np.linalg.norm(shown[-1].reconstruction - surface.vertices, axis=1) / surface.diagonal
    assert np.sqrt((error**2).mean()) < 0.1
    frame = result.autoencoder
    decoded = shown[-1].decoder(shown[-1].codes.astype(np.float64)) * frame.scale + frame.centre
    np.testing.assert_allclose(decoded, shown[-1].reconstruction, atol=0.01 * surface.diagonal)
    fractions = [p.fraction for p in seen]
    assert all(0 <= f <= 1 for f in fractions)
    assert len(result.history["loss"]) == len(result.history["seconds"]) == len(result.history["chamfer_rel"])


def test_same_seed_and_steps_give_the_same_numbers(surface: Surface) -> None:
    first, again = finish(train(surface, SMALL)), finish(train(surface, SMALL))
    np.testing.assert_array_equal(numbers(first), numbers(again))
    other = finish(train(surface, replace(SMALL, seed=1)))
    assert not np.array_equal(numbers(first), numbers(other))


def test_a_run_by_the_clock_can_be_repeated_from_its_schedule(surface: Surface) -> None:
    by_clock = finish(train(surface, replace(SMALL, steps=(), seconds=1.0)))
    assert len(by_clock.schedule) == PARTS
    assert sum(by_clock.schedule) == by_clock.steps > 0
    again = finish(train(surface, replace(SMALL, steps=by_clock.schedule)))
    np.testing.assert_array_equal(numbers(by_clock), numbers(again))


def test_free_training_needs_no_chart(surface: Surface) -> None:
    result = finish(train(surface, replace(SMALL, mode="free", steps=(300,))))
    assert result.target is None
    assert result.certificate.rmse_rel < 0.1
    assert np.linalg.norm(result.codes, axis=1).max() <= 1.0


def test_training_ends_with_the_fit_of_a_detail_layer(surface: Surface) -> None:
    seen: list[Progress] = []
    result = finish(train(surface, replace(SMALL, detail=True)), seen.append)
    plain = finish(train(surface, SMALL))
    assert any("Detail layer" in progress.message for progress in seen)
    assert result.autoencoder.detail is not None
    assert plain.autoencoder.detail is None
    assert plain.detail is None
    np.testing.assert_array_equal(numbers(result), numbers(plain))
    np.testing.assert_array_equal(result.codes, plain.codes)
    figures = result.certificate
    assert figures.rmse_rel < 0.4 * figures.network.rmse_rel
    assert figures.on_surface.chamfer_rel < 0.3 * figures.network.chamfer_rel
    assert figures.on_surface.normal_error_deg < figures.network.normal_error_deg
    # Other random points, the same network.
    assert figures.network.rmse_rel == pytest.approx(plain.certificate.rmse_rel, rel=0.05)
    assert plain.certificate.network is None
    assert plain.certificate.network_accuracy == plain.certificate.accuracy
    assert result.detail.held_out_rmse_rel == pytest.approx(figures.rmse_rel, rel=0.1)
    assert result.detail.withheld_rmse_rel > result.detail.rmse_rel
    assert f"{result.detail.detail_numbers:,}" in result.messages[0]
    assert 0.0 < result.detail.seconds < result.seconds
    assert 0.0 < result.chart_seconds < result.seconds


def test_the_resolution_of_the_detail_layer_can_be_given(surface: Surface) -> None:
    result = finish(train(surface, replace(SMALL, detail=True, detail_nodes=80, steps=(20,))))
    assert result.detail.resolution == 80
    assert result.autoencoder.detail.spacing == pytest.approx(2 / 80)


def test_where_the_chart_folds_training_goes_without_a_detail_layer(
    surface: Surface, monkeypatch: pytest.MonkeyPatch
) -> None:
    fold = ReluMap(
        [np.array([[1.0, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0]]), np.array([[1, 1, 0, 0], [0, 0, 1, -1.0]])],
        [np.zeros(4), np.zeros(2)],
    )  # (|x|, y)

    def folded(learner: Learner, surface: Surface, mended: ReluMap | None) -> Work[tuple[Autoencoder, np.ndarray]]:
        yield Progress(1.0)
        decoder = ReluMap([np.eye(3, 2)], [np.zeros(3)])
        frame = learner.pose.frame
        autoencoder = Autoencoder(fold, decoder, frame.centre, 4.0 * frame.scale)
        return autoencoder, autoencoder.encode(surface.vertices)

    monkeypatch.setattr(train_module, "finished", folded)
    result = finish(train(surface, replace(SMALL, detail=True, mode="free", steps=(2,))))
    assert result.detail is None
    assert result.autoencoder.detail is None
    assert "There is no detail layer." in result.messages[-1]
    assert "the chart folds" in result.messages[-1]
    # Faces across the fold are not turned over as a whole, but parts of them are.
    assert np.isin(np.flatnonzero(flipped_triangles(result.codes, surface.faces)), result.bad_faces).all()
    assert len(surface.faces) > len(result.bad_faces) > result.certificate.on_surface.flipped_triangles


def test_what_is_withheld_is_not_learned(surface: Surface, monkeypatch: pytest.MonkeyPatch) -> None:
    # Where nothing is seen, the surface is raised as no one could guess.
    options = replace(SMALL, withheld=0.2, detail=True, detail_nodes=64, steps=(300,))
    left_out = withheld_faces(surface, 0.2, np.random.default_rng(0))
    assert 0.2 <= surface.face_areas[left_out].sum() / surface.area < 0.4
    monkeypatch.setattr(train_module, "withheld_faces", lambda *_: left_out)
    hidden = np.ones(len(surface.vertices), bool)
    hidden[surface.faces[~left_out]] = False
    assert hidden.any()
    vertices = surface.vertices.copy()
    vertices[hidden, 2] += 0.3
    raised = Surface(vertices, surface.faces)
    result = finish(train(raised, options))
    figures = result.certificate
    assert figures.withheld_share == pytest.approx(raised.face_areas[left_out].sum() / raised.area)
    assert figures.withheld_rmse_rel > 0.03
    error = np.linalg.norm(result.autoencoder.decode(result.codes) - raised.vertices, axis=1) / raised.diagonal
    assert error[~hidden].mean() < 0.01 < 0.05 < error[hidden].mean()
    assert {row.key for row in evidence(figures, result.detail)} >= {"fresh", "unseen", "fitted", "held_out"}
    plain = finish(train(surface, SMALL))
    assert plain.certificate.withheld_share is None


def test_a_surface_too_small_to_withhold_a_part_is_refused(surface: Surface) -> None:
    with pytest.raises(TrainingError, match="would take none or all"):
        finish(train(Surface(surface.vertices[:3], np.array([[0, 1, 2]])), replace(SMALL, withheld=0.2)))


def test_a_fit_that_is_told_to_stop_ends_early(surface: Surface) -> None:
    work = train(surface, replace(SMALL, detail=True))
    while "Detail layer" not in next(work).message:
        pass
    work.send("stop")
    result = finish(work)
    assert result.detail is not None
    assert result.ended == "finished"


def test_stop_ends_with_a_finished_result(surface: Surface) -> None:
    work = train(surface, replace(SMALL, steps=(10**6,)))
    while not (progress := next(work)).payload or progress.payload.reconstruction is None:
        pass
    step = progress.payload.step
    assert "last layer" in work.send("stop").message
    result = finish(work)
    assert result.ended == "stopped"
    assert result.steps == step
    assert np.isfinite(numbers(result)).all()
    assert np.linalg.norm(result.codes, axis=1).max() <= 1.0
    assert sum(result.schedule) >= result.steps


def test_pauses_do_not_count(surface: Surface) -> None:
    started = time.perf_counter()
    work, paused = train(surface, replace(SMALL, steps=(), seconds=1.0)), 0.0
    while True:
        try:
            next(work)
        except StopIteration as end:
            result = end.value
            break
        if paused < 1.0:
            time.sleep(0.2)
            paused += 0.2
    assert result.seconds < time.perf_counter() - started - 0.9
    assert result.history["seconds"].max() <= result.seconds


def test_closing_cancels_and_restores_the_threads(surface: Surface) -> None:
    threads = torch.get_num_threads()
    work = train(surface, replace(SMALL, steps=(10**6,)))
    for _ in range(5):
        next(work)
    work.close()
    assert torch.get_num_threads() == threads


def test_a_loss_that_is_not_a_number_ends_at_the_last_good_state(
    surface: Surface, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = Learner.step

    def broken(learner: Learner, position: float) -> torch.Tensor:
        figures = step(learner, position)
        if position > 0.6:
            learner.encoder.weights[1].fill_(math.nan)
            return torch.full_like(figures, math.nan)
        return figures

    monkeypatch.setattr(Learner, "step", broken)
    monkeypatch.setattr(train_module, "_BETWEEN_REPORTS", 0.0)
    result = finish(train(surface, SMALL))
    assert result.ended == "diverged"
    assert result.steps == sum(SMALL.steps) * 3 // 5
    assert np.isfinite(numbers(result)).all()
    assert result.certificate.rmse_rel < 0.1
    assert "not a number" in result.messages[0]


@pytest.mark.parametrize("guided", [True, False])
def test_a_weight_that_is_not_a_number_is_seen_before_the_loss(
    surface: Surface, monkeypatch: pytest.MonkeyPatch, guided: bool
) -> None:
    step = Learner.step

    def broken(learner: Learner, position: float) -> torch.Tensor:
        figures = step(learner, position)
        if position > 0.6:
            learner.encoder.weights[1][0, 0] = math.nan
        return figures

    monkeypatch.setattr(Learner, "step", broken)
    monkeypatch.setattr(train_module, "_BETWEEN_REPORTS", 0.0)
    kept: list[Checkpoint] = []
    monkeypatch.setattr("core.training.keeping._BETWEEN_COPIES", 0.0)
    options = replace(SMALL, mode="guided" if guided else "free", steps=(200,))
    result = finish(train(surface, options, keep=kept.append))
    assert result.ended == "diverged"
    assert np.isfinite(numbers(result)).all()
    assert all(np.isfinite(array).all() for state in kept for array in state.weights)


def test_an_encoder_that_takes_all_to_one_point_is_refused(surface: Surface, monkeypatch: pytest.MonkeyPatch) -> None:
    def flat(learner: Learner, position: float) -> torch.Tensor:
        learner.encoder.weights[-1].zero_()
        return torch.zeros(2)

    monkeypatch.setattr(Learner, "step", flat)
    with pytest.raises(TrainingError, match="to one point of the latent plane"):
        finish(train(surface, replace(SMALL, mode="free")))


def test_a_decoder_that_makes_one_point_of_all_is_refused(surface: Surface, monkeypatch: pytest.MonkeyPatch) -> None:
    def dead(learner: Learner, position: float) -> torch.Tensor:
        learner.decoder.weights[1].zero_()
        learner.decoder.biases[1].fill_(-1.0)
        return torch.zeros(2)

    monkeypatch.setattr(Learner, "step", dead)
    with pytest.raises(TrainingError, match="all codes to one point"):
        finish(train(surface, SMALL))


def test_too_little_memory_on_the_cpu_is_told(surface: Surface, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(learner: Learner, position: float) -> torch.Tensor:
        raise RuntimeError("[enforce fail at alloc_cpu.cpp:118] DefaultCPUAllocator: can't allocate memory")

    monkeypatch.setattr(Learner, "step", full)
    with pytest.raises(TrainingError, match="too little memory to train these networks"):
        finish(train(surface, SMALL))


@pytest.mark.parametrize("when", ["before", "chart"])
def test_a_wish_to_stop_before_the_first_step_is_heard(surface: Surface, when: str) -> None:
    work = train(surface, replace(SMALL, steps=(10**6,)), stop=when == "before")
    while "chart" not in next(work).message.lower():
        pass
    if when == "chart":
        work.send("stop")
    result = finish(work)
    assert result.ended == "stopped"
    assert result.steps == 0
    assert result.certificate.on_surface.flipped_triangles >= 0


@pytest.fixture
def card(monkeypatch: pytest.MonkeyPatch) -> torch.device:
    """A device that is not the CPU for the training, though the CPU computes on it."""
    device = torch.device("cpu:0")
    monkeypatch.setattr(train_module, "choose_device", lambda wanted: device)
    monkeypatch.setattr(train_module, "_BETWEEN_REPORTS", 0.0)
    assert device != train_module._CPU
    return device


@pytest.mark.parametrize("failures", [1, 3, 9])
def test_too_little_memory_halves_the_batch_then_leaves_the_device(
    surface: Surface, monkeypatch: pytest.MonkeyPatch, card: torch.device, failures: int
) -> None:
    step, tried, on = Learner.step, [], []

    def small_card(learner: Learner, position: float) -> torch.Tensor:
        tried.append(learner.recipe.triangles)
        on.append(learner.device)
        if len(tried) > 10 and len(set(tried)) <= min(failures, 5) and learner.device == card:  # in the midst of a part
            raise torch.OutOfMemoryError("out of memory")
        return step(learner, position)

    monkeypatch.setattr(Learner, "step", small_card)
    monkeypatch.setattr(train_module, "_ON_ACCELERATOR", replace(train_module._ON_ACCELERATOR, triangles=1024))
    result = finish(train(surface, replace(SMALL, steps=(80,))))
    sizes = [1024, 512, 256, 128, 64][: failures + 1]
    assert list(dict.fromkeys(tried)) == sizes
    assert result.steps == 80
    assert result.ended == "finished"
    halved = [message for message in result.messages if "triangles a batch now" in message]
    assert len(halved) == min(failures, 4)
    assert any("the CPU takes over" in message for message in result.messages) == (failures > 4)
    assert (train_module._CPU in on) == (failures > 4)
    assert np.isfinite(numbers(result)).all()


@pytest.mark.parametrize(
    ("where", "first"), [("step", 25), ("step", 0), ("state", 25), ("state", 1), ("images", 25), ("generator", 0)]
)
def test_a_device_that_vanishes_leaves_the_training_to_the_cpu(
    surface: Surface, monkeypatch: pytest.MonkeyPatch, card: torch.device, where: str, first: int
) -> None:
    calls = {"n": 0}

    def vanishing(function):
        def called(learner: Learner, *arguments, **named):
            if learner.device == card:
                calls["n"] += 1
                if calls["n"] > first:
                    raise RuntimeError("CUDA error: unspecified launch failure\nCompile with TORCH_USE_CUDA_DSA")
            return function(learner, *arguments, **named)

        return called

    if where == "generator":  # nothing can even be brought there
        make = torch.Generator

        def generator(device: torch.device | None = None) -> torch.Generator:
            if device == card:
                raise RuntimeError("CUDA error: no device")
            return make()

        monkeypatch.setattr(torch, "Generator", generator)
    else:
        monkeypatch.setattr(Learner, where, vanishing(getattr(Learner, where)))
    result = finish(train(surface, replace(SMALL, steps=(200,))))
    assert result.ended == "finished"
    lost = 10 if (where, first) == ("state", 25) else 0  # at the start of a part the one before is lost
    assert result.steps == 200 - lost
    told = [message for message in result.messages if "CUDA error" in message]
    assert len(told) == 1
    assert "\n" not in told[0]
    assert "the CPU takes over." in told[0]
    assert result.certificate.rmse_rel < 0.1


def test_the_end_of_a_training_does_not_need_the_device(
    surface: Surface, monkeypatch: pytest.MonkeyPatch, card: torch.device
) -> None:
    fitted_on = []
    refit = Learner.refit_decoder

    def watched(learner: Learner, count: int):
        fitted_on.append(learner.device)
        return refit(learner, count)

    monkeypatch.setattr(Learner, "refit_decoder", watched)
    result = finish(train(surface, replace(SMALL, steps=(90,))))
    assert fitted_on == [train_module._CPU]
    assert result.steps == 90
    assert not result.messages


def test_what_cannot_be_trained_is_refused(surface: Surface) -> None:
    torn = Surface(surface.vertices, np.delete(surface.faces, 5, axis=0))
    with pytest.raises(TopologyError):
        finish(train(torn, SMALL))
    if not torch.cuda.is_available():
        with pytest.raises(TrainingError, match="cuda is not available"):
            finish(train(surface, replace(SMALL, device="cuda")))


def test_one_triangle() -> None:
    surface = Surface(np.array([[0.0, 0, 0], [1, 0, 0], [0, 2, 1]]), np.array([[0, 1, 2]]))
    result = finish(train(surface, replace(SMALL, steps=(300,))))
    assert result.certificate.on_surface.flipped_triangles == 0
    assert result.certificate.rmse_rel < 0.05


@pytest.mark.parametrize("factor", [1e-30, 1e30])
def test_extreme_scales_are_learned_as_well(surface: Surface, factor: float) -> None:
    result = finish(train(Surface(surface.vertices * factor, surface.faces), replace(SMALL, steps=(60,))))
    assert result.certificate.rmse_rel < 0.05


def test_the_schedule_adapts_to_the_clock() -> None:
    schedule = Schedule(10.0, ())
    assert schedule.plan(0.0, 0.01) == 50  # 10 s / 20 parts / 10 ms
    assert schedule.plan(2.4, 0.02) == 20  # 7.6 s / 19 parts / 20 ms
    assert schedule.plan(20.0, 0.02) == 0
    assert sum(schedule.parts) == 70
    fixed = Schedule(10.0, (50,))
    assert sum(fixed.plan(0.0, 1.0) for _ in range(PARTS)) == 50


def test_one_cycle_rises_and_falls_to_nothing() -> None:
    values = np.array([one_cycle(p) for p in np.linspace(0, 1, 1001)])
    assert values[0] == 0
    assert values.max() == pytest.approx(1.0, abs=1e-3)
    assert values[-1] < 1e-6
    assert (np.diff(values) > 0).sum() == values.argmax()


def test_the_order_of_vertices_and_faces_does_not_matter(surface: Surface) -> None:
    rng = np.random.default_rng(1)
    order = rng.permutation(len(surface.vertices))
    other = Surface(surface.vertices[order], np.argsort(order)[surface.faces][rng.permutation(len(surface.faces))])
    found, again = (finish(train(part, SMALL)) for part in (surface, other))
    np.testing.assert_allclose(again.codes, found.codes[order], atol=1e-4)
    assert again.certificate.rmse_rel == pytest.approx(found.certificate.rmse_rel, rel=1e-2)


def test_a_time_that_holds_too_few_steps_is_told_at_once_and_at_the_end(
    surface: Surface, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.training.pace.steps_needed", lambda options, stretch, n_faces: 10**7)
    seen: list[Progress] = []
    result = finish(train(surface, replace(SMALL, seconds=1.5, steps=())), seen.append)
    told = [p for p in seen if p.payload is not None and p.payload.advised_seconds is not None]
    assert told[0].payload.seconds < 0.5
    assert "steps a second" in told[0].message
    assert result.ended == "short"
    assert result.advised_seconds is not None
    assert result.advised_seconds > 100.0
    assert "10,000,000 steps" in result.messages[0]
    assert f"About {result.advised_seconds:.0f} s" in result.messages[0]


def test_prescribed_steps_that_are_too_few_are_not_called_finished(surface: Surface) -> None:
    result = finish(train(surface, replace(SMALL, steps=(1,))))
    assert result.ended == "short"
    assert result.messages[0].startswith("Only 1 of the ")
    assert result.advised_seconds is None


def test_a_computer_that_becomes_slow_on_the_way_is_noticed(surface: Surface, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.training.pace.steps_needed", lambda options, stretch, n_faces: 600)
    step = Learner.step

    def slow(self: Learner, position: float) -> torch.Tensor:
        if position > 0.05:
            time.sleep(0.3)
        return step(self, position)

    monkeypatch.setattr(Learner, "step", slow)
    seen: list[Progress] = []
    result = finish(train(surface, replace(SMALL, seconds=9.0, steps=())), seen.append)
    advised = [p.payload.advised_seconds for p in seen if p.payload is not None and p.payload.step > 0]
    assert advised[0] is None
    assert advised[-1] is not None
    assert result.ended == "short"
