"""The remaining time of all jobs comes from one estimator; it is judged by the reports of jobs that really ran."""

import json
from pathlib import Path

import pytest

from app.remaining import PHASES, Remaining
from core.base.progress import Progress
from core.training.result import TrainingStep

RECORDED = [
    json.loads(line) for line in (Path(__file__).parent / "recorded_jobs.jsonl").read_text("utf-8").splitlines()
]
"""All stages on two surfaces, on a busy computer: seconds, fraction, message, seconds of training of each report."""
EACH = pytest.mark.parametrize("record", RECORDED, ids=lambda record: record["job"])


def reports(record):
    for seconds, fraction, message, trained in record["reports"][:-1]:
        yield seconds, Progress(fraction, message, None if trained is None else TrainingStep(1, trained, 0.1))


def estimates(record, known, places):
    """Return what is told at some parts of the way, and the truth."""
    total, made = record["reports"][-1][0], Remaining(record["title"], known, record["budget"])
    waiting, found = [place * total for place in places], []
    for seconds, progress in reports(record):
        while waiting and seconds > waiting[0]:
            found.append((made.seconds(waiting[0]), total - waiting.pop(0)))
        made.report(progress, seconds)
    return found + [(made.seconds(place), total - place) for place in waiting]


def last_time(record):
    made = Remaining(record["title"], {}, record["budget"])
    for seconds, progress in reports(record):
        made.report(progress, seconds)
    return made.end(record["reports"][-1][0])


@EACH
@pytest.mark.parametrize("is_first", [True, False])
def test_at_a_third_of_the_way_it_is_within_a_factor_of_two(record, is_first):
    ((told, truth),) = estimates(record, {} if is_first else last_time(record), [1 / 3])
    if record["reports"][-1][0] < 3.0:
        assert told is None or told < 5.0  # too short for anybody to read it
    else:
        assert truth / 2 <= told <= 2 * truth


@EACH
def test_it_is_never_nothing_while_work_goes_on(record):
    for told, _ in estimates(record, {}, [k / 50 for k in range(51)]):
        assert told is None or told >= 1.0


@EACH
def test_every_report_of_a_stage_finds_its_phase(record):
    names = [name for name in PHASES[record["title"]] if name != "training"]
    for _, progress in reports(record):
        known = isinstance(progress.payload, TrainingStep) or progress.message.startswith(tuple(names))
        before_training = progress.message in (
            "Starting PyTorch",
            "Flattening the surface onto the disk",
            "Guiding chart",
        )
        assert known or before_training or progress.message.endswith("pieces"), progress.message


def test_a_training_counts_preparation_and_certificate():
    made = Remaining("training", {}, 60.0)
    made.report(Progress(None, "Starting PyTorch"), 0.0)
    assert made.seconds(8.0) == pytest.approx(60.0 + 10.0)  # that does not count as training
    made.report(Progress(0.0, "Flattening the surface onto the disk"), 9.0)
    made.report(Progress(0.0, "Guiding chart"), 19.0)
    assert made.seconds(19.0) == pytest.approx(50.0 + 10.0)
    made.report(Progress(0.5, "Training", TrainingStep(100, 30.0, 0.1)), 32.0)
    assert made.seconds(32.0) == pytest.approx(30.0 + 10.0)
    made.report(Progress(0.0, "Certificate: codes"), 64.0)
    assert 4.0 < made.seconds(64.0) < 9.0
    assert made.seconds(100.0) > 5.0  # it takes longer than ever; nobody is told that it is about to end
    made.report(Progress(0.5, "Certificate: cells"), 100.0)
    assert made.seconds(100.0) == pytest.approx(36.0)


def test_what_the_last_job_took_is_known_of_the_next():
    made = Remaining("cells")
    made.report(Progress(0.0, "Cells of the decoder: compiling"), 0.0)
    made.report(Progress(0.5, "Cells of the encoder: compiling"), 40.0)
    made.report(Progress(1.0, "Figures of the cells"), 60.0)
    known = made.end(65.0)
    assert known == {"Cells of the decoder": 40.0, "Cells of the encoder": 20.0, "Figures": 5.0}
    again = Remaining("cells", known)
    again.report(Progress(0.0, "Cells of the decoder: compiling"), 0.0)
    assert again.seconds(10.0) == pytest.approx(55.0)


def test_a_job_without_a_table_goes_by_its_fraction():
    made = Remaining("blind")
    made.report(Progress(0.0, "x"), 0.0)
    made.report(Progress(0.5, "y"), 30.0)
    assert made.seconds(30.0) == pytest.approx(30.0)
    assert Remaining("export").seconds(0.5) is None
