"""Trainings of atlases that are lost, and go on from what was kept of them."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import core.training.atlas.train as train_module
from core.base.errors import InputError, TrainingError
from core.base.progress import finish
from core.charts.atlas import Cover
from core.data.surface import Surface
from core.io.checkpoint_file import read_checkpoint, write_checkpoint
from core.training.atlas.result import AtlasTraining
from core.training.atlas.train import train_atlas
from core.training.checkpoint import Checkpoint, same_cover
from core.training.options import PARTS, TrainingOptions
from tests.core.make import bumpy_disk, halves

pytestmark = pytest.mark.usefixtures("unmended")

TINY = TrainingOptions(steps=(60,), encoder=(8, 8), decoder=(8, 8), detail=False)


@pytest.fixture(scope="module")
def surface() -> Surface:
    return bumpy_disk(5)


@pytest.fixture(scope="module")
def cover(surface: Surface) -> Cover:
    return halves(surface)


def resumed(surface: Surface, cover: Cover, state: Checkpoint) -> AtlasTraining:
    return finish(train_atlas(surface, cover, regions(surface, cover), state.options, checkpoint=state))


def regions(surface: Surface, cover: Cover) -> list[Surface]:
    return [patch.surface(surface) for patch in cover.patches]


@pytest.fixture(scope="module")
def kept(surface: Surface, cover: Cover) -> list[Checkpoint]:
    """All states of a training that comes to its end."""
    states: list[Checkpoint] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("core.training.keeping._BETWEEN_COPIES", 0.0)
        patch.setattr(train_module, "_BETWEEN_REPORTS", 0.0)
        finish(train_atlas(surface, cover, regions(surface, cover), TINY, keep=states.append))
    return states


def test_a_state_is_kept_before_the_first_step_and_behind_the_last(kept: list[Checkpoint]) -> None:
    assert (kept[0].steps, kept[0].schedule) == (0, ())
    assert (kept[-1].steps, sum(kept[-1].schedule), len(kept[-1].schedule)) == (60, 60, PARTS)
    assert kept[0].chart_seconds > 0.0
    assert (np.diff([state.seconds for state in kept]) > 0.0).all()


def test_a_lost_training_goes_on_from_its_last_state(
    surface: Surface, cover: Cover, kept: list[Checkpoint], tmp_path: Path
) -> None:
    given = next(state for state in kept if len(state.schedule) == 15)
    write_checkpoint(tmp_path / "a.checkpoint", replace(given, preparation={"way": "atlas"}))
    state = read_checkpoint(tmp_path / "a.checkpoint")
    assert same_cover(state.cover, cover)
    np.testing.assert_array_equal(state.cover.patches[1].weights, cover.patches[1].weights)
    assert state.preparation == {"way": "atlas"}
    for mine, other in zip(state.weights, given.weights, strict=True):
        np.testing.assert_array_equal(mine, other)
    found = resumed(surface, cover, state)
    first = found.parts[0]
    assert first.steps == 60 + state.steps - sum(state.schedule)
    assert first.seconds > state.seconds
    assert first.chart_seconds == state.chart_seconds
    assert first.messages[0].startswith("Resumed after")
    np.testing.assert_array_equal(first.target, given.target[: len(first.codes)])
    np.testing.assert_array_equal(first.history["step"][: len(given.curves)], given.curves[:, 0])
    at_rest = resumed(surface, cover, replace(state, ended="stopped"))
    assert found.figures.network.rmse_rel < at_rest.figures.network.rmse_rel  # the steps that were left were worth it


def test_what_is_lost_behind_the_last_step_needs_no_step(
    surface: Surface, cover: Cover, kept: list[Checkpoint]
) -> None:
    found = resumed(surface, cover, kept[-1])
    assert found.parts[0].steps == 60
    assert "all its steps were done" in found.parts[0].messages[0]
    assert found.figures.charts == 2


def test_a_state_of_other_charts_is_refused(surface: Surface, cover: Cover, kept: list[Checkpoint]) -> None:
    other = halves(surface, 0.5)
    with pytest.raises(TrainingError, match="belongs to 2 charts of an atlas"):
        resumed(surface, other, kept[-1])
    with pytest.raises(TrainingError, match="covered by one chart"):
        kept[-1].check(surface)
    with pytest.raises(TrainingError, match="another surface"):
        resumed(bumpy_disk(6), halves(bumpy_disk(6)), kept[-1])


def test_a_state_with_damaged_patches_is_refused(kept: list[Checkpoint], tmp_path: Path) -> None:
    path = tmp_path / "a.checkpoint"
    write_checkpoint(path, kept[0])
    with np.load(path) as held:
        arrays = {name: held[name] for name in held.files}
    arrays["cover:corners"] = arrays["cover:corners"] + 10**6
    np.savez(path.with_suffix(".npz"), **arrays)
    with pytest.raises(InputError, match="no checkpoint or damaged"):
        read_checkpoint(path.with_suffix(".npz"))


def test_a_state_that_cannot_be_stored_ends_no_training(surface: Surface, cover: Cover, tmp_path: Path) -> None:
    options = replace(TINY, steps=(4,))

    def keep(state: Checkpoint) -> None:
        write_checkpoint(tmp_path / "none" / "a.checkpoint", state)

    found = finish(train_atlas(surface, cover, regions(surface, cover), options, keep=keep))
    assert found.parts[0].messages[0].startswith("The state of the training could not be kept: a.checkpoint")
