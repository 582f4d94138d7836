"""One log for Python, threads and Qt."""

import logging
import sys
import threading

import pytest
from PySide6.QtCore import qWarning

from app.shell.log_file import LogFile


@pytest.fixture
def log(qtbot, tmp_path):
    made = LogFile(tmp_path / "state")
    made.install()
    yield made
    made.remove()


def test_records_of_python_and_qt_are_kept_and_told(qtbot, log):
    with qtbot.waitSignal(log.written) as signal:
        logging.getLogger("budai").error("no %s", "fire")
    assert signal.args[0].endswith("ERROR budai: no fire")
    qWarning("a Qt warning")
    assert "no fire" in log.text()
    assert "WARNING qt: a Qt warning" in log.text()


def test_what_goes_wrong_in_a_thread_is_kept(qtbot, log):
    def fail():
        raise ZeroDivisionError("in a thread")

    crashes = []
    log.crashed.connect(crashes.append)
    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: bool(crashes))
    assert crashes == ["ZeroDivisionError: in a thread"]
    assert "in a thread" in log.text()


def test_telling_that_goes_wrong_is_not_told_for_ever(qtbot, log):
    count = []

    def told(text):
        count.append(text)
        error = ValueError("while telling")
        sys.excepthook(ValueError, error, None)

    log.crashed.connect(told)
    sys.excepthook(RuntimeError, RuntimeError("first"), None)
    assert count == ["RuntimeError: first"]


def test_all_is_as_before_after_removal(qtbot, tmp_path):
    before = sys.excepthook, threading.excepthook
    log = LogFile(tmp_path)
    log.install()
    assert sys.excepthook != before[0]
    log.remove()
    assert (sys.excepthook, threading.excepthook) == before


def test_an_old_log_is_put_aside(qtbot, tmp_path):
    (tmp_path / "budai.log").write_bytes(b"x" * 1_000_001)
    log = LogFile(tmp_path)
    assert not log.path.exists()
    assert (tmp_path / "budai.old.log").is_file()
