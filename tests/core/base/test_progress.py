"""Nested works: what is sent arrives, fractions rise, clocks stand, and what is closed is closed inside."""

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as some

from core.base.clock import ActiveClock
from core.base.progress import Progress, Stop, Work, finish, part, within

N_REPORTS = 4


def listening(heard: list[str | None], n_reports: int = N_REPORTS) -> Work[str]:
    """A work that notes what it is sent."""
    for k in range(n_reports):
        heard.append((yield Progress(k / n_reports, f"report {k}", payload=k)))
    return "done"


def nested(work: Work[str], depth: int) -> Work[str]:
    """A work within works."""
    if not depth:
        return (yield from part(work, 0.25, 0.75))
    return (yield from part(nested(work, depth - 1), 0.25, 0.75))


@given(depth=some.integers(0, 6), at=some.integers(0, N_REPORTS - 1))
def test_stop_arrives_in_the_innermost_work_whenever_it_is_told(depth, at):
    heard: list[str | None] = []
    work = nested(listening(heard), depth)
    next(work)
    for k in range(N_REPORTS - 1):
        work.send("stop" if k == at else None)
    with pytest.raises(StopIteration, match="done"):
        work.send("stop" if at == N_REPORTS - 1 else None)
    assert heard == ["stop" if k == at else None for k in range(N_REPORTS)]


@given(
    low=some.floats(0.0, 1.0),
    high=some.floats(0.0, 1.0),
    fractions=some.lists(some.none() | some.floats(0.0, 1.0), min_size=1),
)
def test_the_fraction_lies_between_the_ends_and_never_falls(low, high, fractions):
    low, high = sorted((low, high))

    def work() -> Work[None]:
        for fraction in fractions:
            yield Progress(fraction)

    seen = [progress.fraction for progress in part(work(), low, high)]
    assert len(seen) == len(fractions)
    assert all(low <= fraction <= max(high, low + (high - low)) for fraction in seen)
    assert all(before <= after for before, after in pairwise(seen))


@given(at=some.integers(0, 2 * N_REPORTS - 1))
def test_parts_that_follow_are_told_to_stop_too(at):
    first: list[str | None] = []
    second: list[str | None] = []

    def whole() -> Work[bool]:
        stop = Stop()
        yield from part(listening(first), 0.0, 0.5, stop=stop)
        yield from part(listening(second), 0.5, 1.0, stop=stop)
        return stop.requested

    work, told = whole(), False
    next(work)
    for k in range(2 * N_REPORTS):
        try:
            work.send("stop" if k == at else None)
        except StopIteration as end:
            told = end.value
    assert told
    assert first + second == [None] * at + ["stop"] * (2 * N_REPORTS - at)


def test_a_whole_that_is_closed_closes_its_parts():
    closed: list[bool] = []

    def work() -> Work[None]:
        try:
            yield Progress(0.0)
        finally:
            closed.append(True)

    whole = part(part(work()))
    next(whole)
    whole.close()
    assert closed == [True]


def test_an_error_of_a_part_is_that_of_the_whole():
    def work() -> Work[None]:
        yield Progress(0.0)
        raise ArithmeticError("in the part")

    with pytest.raises(ArithmeticError, match="in the part"):
        finish(part(work()))


def test_the_clock_stands_while_a_report_waits():
    clock = ActiveClock()
    for _ in part(listening([]), clock=clock):
        time.sleep(0.05)
    assert clock.seconds < 0.05


def test_reports_keep_what_they_carry_unless_they_are_told_anew():
    plain = list(part(listening([])))
    assert [(progress.message, progress.payload) for progress in plain] == [(f"report {k}", k) for k in range(4)]
    told = list(part(listening([]), report=lambda progress: Progress(progress.fraction, "anew")))
    assert [(progress.message, progress.payload) for progress in told] == [("anew", None)] * N_REPORTS


@pytest.mark.parametrize(("seconds", "result"), [(60.0, "done"), (0.0, None)])
def test_a_work_ends_with_its_time(seconds, result):
    closed = []

    def work() -> Work[str]:
        try:
            for k in range(3):
                time.sleep(0.001)
                yield Progress(k / 3)
            return "done"
        finally:
            closed.append(True)

    assert finish(within(work(), seconds)) == result
    assert closed == [True]


def test_what_is_sent_arrives_in_a_work_with_a_time():
    heard = []
    whole = within(listening(heard), 60.0)
    next(whole)
    whole.send("stop")
    assert heard[0] == "stop"
