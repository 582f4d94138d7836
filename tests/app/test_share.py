"""How much of a processor a job was given tells how long work takes on a busy computer."""

import pytest

from app.process.share import Share


def test_what_is_not_measured_is_taken_for_a_computer_that_does_nothing_else():
    share = Share()
    assert share.now == 1.0
    assert share.alone(12.5) == 12.5


def test_a_job_that_gets_a_quarter_of_the_time_is_told_by_a_quarter():
    share = Share()
    for second in range(0, 61, 2):
        share.measure(second, 100.0 + second / 4.0)
    assert share.now == pytest.approx(0.25, abs=0.02)
    assert share.alone(60.0) == pytest.approx(15.0)
    assert share.alone(31.0) == pytest.approx(7.75)
    assert share.alone(64.0) == pytest.approx(15.0 + 4.0 * share.now)


def test_what_computes_with_two_threads_is_not_faster_than_its_clock():
    share = Share()
    for second in range(11):
        share.measure(second, 2.0 * second)
    assert share.now == 1.0
    assert share.alone(10.0) == pytest.approx(10.0)


def test_a_load_that_has_gone_is_forgotten():
    share = Share()
    for second in range(101):
        share.measure(second, 0.1 * second)
    assert share.now < 0.15
    for second in range(101, 201):
        share.measure(second, 10.0 + (second - 100))
    assert share.now > 0.95


def test_what_is_measured_late_begins_there():
    share = Share()
    share.measure(10.0, 50.0)
    share.measure(20.0, 55.0)
    assert share.alone(20.0) - share.alone(10.0) == pytest.approx(5.0)
    assert share.alone(5.0) <= share.alone(10.0)
