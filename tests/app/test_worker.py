"""Jobs finish, fail, cancel, pause, step, stop and die."""

import gc
import multiprocessing
import threading
import time
import weakref

import psutil
import pytest

from app.process.jobs import Job, Workers
from core.base.progress import Progress
from core.process.child import Child
from core.process.mapped_pickle import pickled
from core.process.worker import serve
from tests.core.process.test_child import count_to, die, fail, refuse


def tell_once(n):
    yield Progress(0.0, "before")
    yield Progress(0.1, "here", "a picture", lasting=True)
    for k in range(n):
        yield Progress(k / n, "after")
    time.sleep(0.5)
    yield Progress(1.0, "the end")


def tell_often(n):
    for k in range(n):
        yield Progress(k / n, "", k)
        if k % 50 == 0:
            yield Progress(k / n, "", 1000 + k // 50, lasting=True)
    time.sleep(0.5)
    yield Progress(1.0, "the end")


@pytest.fixture
def workers(qtbot):
    pool = Workers()
    pool.prepare = lambda: None  # a spare worker would import the whole pipeline
    yield pool
    pool.end()


def start(workers, function, *arguments) -> Job:
    workers._spare = Child()
    return workers.start("test", function, *arguments)


def test_a_lasting_payload_is_never_lost(qtbot, workers):
    job = start(workers, tell_once, 100)
    seen = []
    job.progressed.connect(lambda progress: seen.append(progress.payload))
    with qtbot.waitSignal(job.finished, timeout=20_000):
        pass
    assert seen.count("a picture") == 1


def test_lasting_payloads_are_not_lost_among_others(qtbot, workers):
    job = start(workers, tell_often, 200)
    seen = []
    job.progressed.connect(lambda progress: seen.append(progress.payload))
    with qtbot.waitSignal(job.finished, timeout=20_000):
        pass
    assert [one for one in seen if one is not None and one >= 1000] == [1000, 1001, 1002, 1003]
    assert len(seen) < 200


def test_a_job_reports_and_finishes(qtbot, workers):
    job = start(workers, count_to, 5)
    seen = []
    job.progressed.connect(lambda progress: seen.append(progress.payload))
    with qtbot.waitSignal(job.finished, timeout=20_000) as blocker:
        pass
    assert blocker.args == [5]
    assert seen == sorted(seen)
    assert not job.is_running
    assert workers.jobs == []


def test_reports_never_queue_up(qtbot, workers):
    job = start(workers, count_to, 20_000)
    seen = []
    job.progressed.connect(lambda progress: (time.sleep(0.05), seen.append(progress.payload)))
    with qtbot.waitSignal(job.finished, timeout=20_000):
        pass
    assert len(seen) < 200


@pytest.mark.parametrize(
    ("function", "text"),
    [(refuse, "The tea is cold"), (fail, "ZeroDivisionError: by nothing"), (die, "exit status 7")],
)
def test_a_job_that_fails_says_why(qtbot, workers, function, text):
    job = start(workers, function)
    with qtbot.waitSignal(job.failed, timeout=20_000) as blocker:
        pass
    assert text in blocker.args[0]
    assert workers.jobs == []


def test_cancel_ends_the_process_within_a_second(qtbot, workers):
    job = start(workers, count_to, 10**9, 0.01)
    qtbot.waitUntil(lambda: job.progress.payload is not None, timeout=20_000)
    pid = job._child.process.pid
    began = time.monotonic()
    with qtbot.waitSignal(job.cancelled, timeout=5000):
        job.cancel()
    assert time.monotonic() - began < 1.0
    assert not psutil.pid_exists(pid)


class Surface:
    """Something large that a job was started for."""


def test_jobs_that_have_ended_leave_no_handle_and_hold_nothing(qtbot, workers):
    me, held, handles = psutil.Process(), [], []
    for k in range(4):
        job, subject = workers.start("test", count_to, 10**9 if k % 2 else 1, 0.01), Surface()
        ended = []
        job.finished.connect(lambda result, subject=subject, ended=ended: ended.append((result, subject)))
        job.ended.connect(lambda job=job, ended=ended: ended.append(job))
        held.append(weakref.ref(subject))
        qtbot.waitUntil(lambda job=job: job.progress.message != "" or not job.is_running, timeout=20_000)
        job.cancel()
        del job, subject, ended
        qtbot.wait(50)
        handles.append(me.num_fds() if hasattr(me, "num_fds") else me.num_handles())
    gc.collect()
    assert handles[-1] <= handles[0]
    assert [reference() for reference in held] == [None] * 4
    assert workers.children() == []


def length_of(data):
    yield Progress(None)
    return len(data)


def test_a_job_can_be_cancelled_while_its_work_is_handed_over(qtbot, workers):
    for pause in (0, 5, 50, 200):
        job = workers.start("test", length_of, bytes(3_000_000))  # more than a pipe holds
        qtbot.wait(pause)
        job.cancel()
    sending = [thread for thread in threading.enumerate() if thread.name == "budai-sending"]
    for thread in sending:
        thread.join(10.0)
    assert not any(thread.is_alive() for thread in sending)
    job = workers.start("test", length_of, bytes(3_000_000))
    with qtbot.waitSignal(job.finished, timeout=20_000) as blocker:
        pass
    assert blocker.args == [3_000_000]


def test_a_worker_whose_window_has_gone_ends_without_a_word(capfd):
    near, far = multiprocessing.get_context("spawn").Pipe()
    near.send(pickled((count_to, (1,))))
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(far,))
    process.start()
    far.close()
    assert near.poll(20.0)
    near.close()  # with a report unread: the far side sees a reset connection instead of its end
    process.join(20.0)
    assert process.exitcode == 0
    assert "Traceback" not in capfd.readouterr().err


def test_pause_holds_step_advances_by_one_and_stop_keeps_what_there_is(qtbot, workers):
    job = start(workers, count_to, 10**9, 0.002)
    qtbot.waitUntil(lambda: job.progress.payload is not None, timeout=20_000)
    job.pause()
    qtbot.wait(300)
    held = job.progress.payload
    qtbot.wait(300)
    assert job.progress.payload == held
    job.step()
    qtbot.waitUntil(lambda: job.progress.payload == held + 1, timeout=5000)
    with qtbot.waitSignal(job.finished, timeout=5000) as blocker:
        job.stop()
    assert blocker.args == [f"stopped at {held + 1}"]
