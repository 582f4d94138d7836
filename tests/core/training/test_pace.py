import pytest

from core.training.options import PARTS, TrainingOptions
from core.training.pace import advised_seconds, expected_steps, steps_needed, too_few_steps, too_little_time


def test_more_stretch_and_finer_triangles_need_more_steps_and_going_on_fewer() -> None:
    new, more = TrainingOptions(), TrainingOptions(start="continue")
    assert steps_needed(new, 1.0, 5000) < steps_needed(new, 1.5, 5000) < steps_needed(new, 3.0, 5000)
    assert steps_needed(new, 1.5, 5000) < steps_needed(new, 1.5, 50_000)
    assert steps_needed(more, 1.5, 5000) < steps_needed(new, 1.5, 5000)
    assert steps_needed(new, float("inf"), 5000) < 5000


def test_steps_to_come_are_told_from_the_last_pace() -> None:
    assert expected_steps([], 60.0, 0.1) == 600
    assert expected_steps([30, 30], 54.0, 0.1) == 600
    assert expected_steps([30, 30], -1.0, 0.1) == 60
    assert expected_steps([3] * PARTS, 5.0, 0.1) == 3 * PARTS


def test_the_advised_time_holds_the_steps() -> None:
    assert advised_seconds(600, 0.1, 5.0) == 80.0
    assert expected_steps([], advised_seconds(600, 0.1, 5.0) - 5.0, 0.1) >= 600


@pytest.mark.parametrize(
    ("pace", "told"),
    [(0.02, "takes 50 steps a second"), (0.11, "takes 9.1 steps a second"), (3.0, "needs 3 s for a step")],
)
def test_what_is_told(pace: float, told: str) -> None:
    text = too_little_time(60.0, 600, 540, pace, 90.0, 4.4)
    besides = "4 s go to what comes before and after them"
    needs = "60 s hold 540 of the 600 steps that a good result needs. About 90 s would do."
    assert text == f"This computer {told}, and {besides}: {needs}"


def test_few_steps_are_told_with_both_numbers() -> None:
    assert too_few_steps(1, 600).startswith("Only 1 of the 600 steps")
