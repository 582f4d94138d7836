"""Charts of an atlas take turns: those that have most of the error learn more often."""

import numpy as np
import torch

from core.base.progress import finish
from core.charts.free_chart import free_chart
from core.data.surface import Surface
from core.training.atlas.learner import AtlasLearner, Lesson
from core.training.atlas.turns import AT, equal_turns, turns
from core.training.pose import pose_of
from core.training.recipe import Recipe
from tests.core.make import bumpy_disk


def lesson(surface: Surface) -> Lesson:
    pose = pose_of(surface)
    return Lesson(pose, finish(free_chart(surface)).codes[pose.numbering.vertices])


def learner_of(surfaces: list[Surface], workers: int = 1) -> AtlasLearner:
    widths = ((16, 16), (16, 16))
    return AtlasLearner([lesson(s) for s in surfaces], widths, torch.device("cpu"), workers, 0, Recipe(triangles=16))


def test_charts_with_most_of_the_error_come_first_and_learn_most_often() -> None:
    errors = torch.tensor([1e-6, 1.0, 1e-3, 0.9, 0.0])
    dealt = turns(errors)
    assert sorted(dealt.order.tolist()) == [0, 1, 2, 3, 4]
    assert set(dealt.order[:2].tolist()) == {1, 3}
    assert dealt.periods == sorted(dealt.periods)
    assert dealt.periods[0] == 1
    assert dealt.periods[-1] == 8  # none rests longer


def test_where_all_have_the_same_error_all_learn_at_every_step() -> None:
    dealt, equal = turns(torch.full((6,), 0.3)), equal_turns(6)
    assert dealt.periods == equal.periods == [1] * 6
    assert dealt.order.tolist() == equal.order.tolist()


def test_a_chart_with_most_of_the_error_takes_more_steps_whatever_its_place() -> None:
    small = bumpy_disk(4)
    large = Surface(10.0 * small.vertices, small.faces)
    for surfaces in ([small, large, small], [large, small, small]):
        learner, most = learner_of(surfaces), surfaces.index(large)
        for _ in range(30):
            learner.step(AT[0] / 2)
        moved = np.zeros(3, int)
        states = [learner.state(k) for k in range(3)]
        for _ in range(8):  # turns are dealt out at the first
            learner.step(AT[0] + 0.01)
            for k in range(3):
                now = learner.state(k)
                moved[k] += any(not torch.equal(a, b) for a, b in zip(now, states[k], strict=True))
                states[k] = now
        assert moved[most] == 8
        assert (np.delete(moved, most) <= 4).all()
        assert (moved > 0).all()
        learner.close()


def test_dealing_out_turns_changes_no_network() -> None:
    surfaces = [bumpy_disk(5, 0.0), bumpy_disk(8, 0.4), bumpy_disk(6, 0.1)]
    learner = learner_of(surfaces, workers=2)
    for _ in range(30):
        learner.step(0.1)
    before, codes = [learner.state(k) for k in range(3)], [learner.codes(k) for k in range(3)]
    stacked = learner.parameters
    learner._deal(turns(torch.tensor([0.0, 1.0, 1e-4])))
    for k in range(3):
        assert all(torch.equal(a, b) for a, b in zip(learner.state(k), before[k], strict=True))
        torch.testing.assert_close(learner.codes(k), codes[k])
    assert all(torch.equal(a, b) for a, b in zip(learner.parameters, stacked, strict=True))
    learner.restore([tensor + 1.0 for tensor in stacked])
    assert all(torch.equal(a, b + 1.0) for a, b in zip(learner.parameters, stacked, strict=True))
    learner.close()


def test_a_chart_that_has_diverged_when_turns_are_dealt_out_goes_back_and_stays_slower() -> None:
    learner = learner_of([bumpy_disk(5), bumpy_disk(5, 0.4)])
    for _ in range(30):
        learner.step(0.1)
    learner.encoders.weights[1][1] = torch.nan
    for _ in range(60):
        learner.step(AT[1] + 0.01)
    assert learner.n_setbacks == 1
    assert learner.is_sound
    slowed = [share.optimizers[0]._paces for share in learner._shares]
    assert sum(float((paces < 1.0).sum()) for paces in slowed if paces is not None) == 1
    learner.close()
