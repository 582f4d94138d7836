"""A work in a child process reports, is told commands, and ends with its parent; what goes wrong is a message."""

import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

from core.base.errors import BudaiError, InputError
from core.base.progress import Progress
from core.process.child import Child, finish_in_child, finish_together
from core.process.mapped_pickle import LEAST_BYTES

ROOT = Path(__file__).resolve().parents[3]


def count_to(n, pause=0.0):
    for k in range(n):
        time.sleep(pause)
        if (yield Progress(k / n, "counting", k)) == "stop":
            return f"stopped at {k}"
    return n


def refuse():
    yield Progress(None)
    raise BudaiError("The tea is cold. Boil water.")


def fail():
    yield Progress(None)
    raise ZeroDivisionError("by nothing")


def die():
    yield Progress(None)
    os._exit(7)


def halve(numbers):
    yield Progress(None)
    return numbers[::2].copy()


def tell_pid_and_wait(file):
    yield Progress(None)
    Path(file).write_text(str(os.getpid()))
    time.sleep(60)


def test_a_work_in_a_child_reports_and_gives_its_result():
    seen = []
    assert finish_in_child(count_to, 50, 0.001, report=lambda progress: seen.append(progress.payload)) == 50
    assert seen
    assert seen == sorted(seen)


def test_large_arrays_go_there_and_back_and_leave_no_file(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    numbers = np.arange(LEAST_BYTES)
    np.testing.assert_array_equal(finish_in_child(halve, numbers), numbers[::2])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("function", "text"),
    [(refuse, "tea is cold"), (die, "exit status 7"), (fail, "ZeroDivisionError: by nothing")],
)
def test_a_refusal_a_fault_and_a_crash_are_errors_that_can_be_told(function, text):
    with pytest.raises(BudaiError, match=text):
        finish_in_child(function)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_what_cannot_be_handed_over_ends_the_child():
    with pytest.raises(BudaiError, match="ended by itself"):
        finish_in_child(lambda: None)
    for thread in threading.enumerate():  # its fault shall be told in this test, not in the next
        if thread.name == "budai-sending":
            thread.join()


def test_no_room_to_hand_a_work_over_is_told(monkeypatch):
    def full(value):
        raise BudaiError("There is no room.")

    monkeypatch.setattr("core.process.child.pickled", full)
    with pytest.raises(BudaiError, match="no room"):
        finish_in_child(refuse)


def test_a_command_that_comes_before_the_work_is_handed_over_is_obeyed():
    with Child().start(count_to, 10**9, 0.001) as child:
        child.command("stop")
        while not child.heed(10.0):
            pass
        assert child.result() == "stopped at 0"
        assert 0.0 < child.seconds < 10.0


def test_a_child_that_was_ended_can_be_asked_and_ended_again():
    child = Child().start(count_to, 10**9)
    child.end()
    child.end()
    child.command("stop")
    assert child.heed()


def test_modules_of_the_current_folder_are_not_taken_for_those_of_python(tmp_path):
    (tmp_path / "selectors.py").write_text("raise RuntimeError('not the one of Python')")
    script = tmp_path / "scripts" / "count.py"
    script.parent.mkdir()
    script.write_text(
        "from core.process.child import finish_in_child\n"
        "from tests.core.process.test_child import count_to\n"
        "if __name__ == '__main__':\n"
        "    print(finish_in_child(count_to, 5))\n"
    )
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(script)]
    run = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert (run.stdout, run.stderr) == ("5\n", "")


@pytest.mark.skipif(sys.platform != "linux", reason="looks for the process in /proc")
def test_a_child_ends_with_the_process_that_started_it(tmp_path):
    mark = tmp_path / "pid"
    code = (
        "from core.process.child import finish_in_child\n"
        "from tests.core.process.test_child import tell_pid_and_wait\n"
        f"finish_in_child(tell_pid_and_wait, {str(mark)!r})\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], cwd=str(ROOT))
    try:
        pid = _wait_for(lambda: mark.exists() and mark.read_text())
    finally:
        parent.send_signal(signal.SIGKILL)
        parent.wait()
    _wait_for(lambda: not _is_alive(int(pid)))


def test_every_error_that_can_be_told_comes_through_a_pipe():
    names = (
        "core.io.atomic",
        "core.charts.progressive",
        "core.io.readers.tables.column_choice",
        "app.command_line.terminal",
    )
    for name in names:
        import_module(name)  # all that has errors of its own
    kinds = [BudaiError]
    for kind in kinds:
        kinds += kind.__subclasses__()
    assert len(kinds) > 5
    for kind in kinds:
        if kind.__name__ == "ColumnsNeededError":
            continue  # it is sent in tests/core/io/test_read_points.py
        error = kind("a.obj", "holds nothing") if issubclass(kind, InputError) else kind("The tea is cold.")
        found = pickle.loads(pickle.dumps(error))
        assert (type(found), str(found)) == (kind, str(error))


def _wait_for(condition, seconds: float = 20.0):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.02)
    raise AssertionError("it did not happen in time")


def _is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_child_tells_what_it_has_computed_until_it_is_ended():
    with Child().start(count_to, 1) as child:
        finish_together(child)
        assert 0.0 < child.processor_seconds < 60.0
    assert child.processor_seconds is None
