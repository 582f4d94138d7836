"""Half an hour of anything at all in the real window: nothing breaks, and nothing is left.

BUDAI_CLICKS_MINUTES says how long, BUDAI_CLICKS_SEED with which choices; figures are printed (pytest -s -m slow).
"""

import gc
import os
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass

import numpy as np
import psutil
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QMainWindow

from app.shell.files import Files
from app.shell.log_file import LogFile
from app.shell.main_window import MainWindow
from app.state.selection import Selection
from app.state.settings import Settings
from app.state.workspace import Workspace
from app.style.theme import Theme
from app.widgets.canvas.memory import give_back_memory
from core.io.load import load
from core.io.writers.mesh import MeshToWrite, write_mesh
from core.training.options import TrainingOptions
from tests.app.random_hand import RandomHand, answer_file_dialogs, open_rarely
from tests.app.test_chrome_run_gl import workers_beside
from tests.core.atlas.make_surfaces import ball
from tests.core.make import bumpy_disk, trained_project

MINUTES = float(os.environ.get("BUDAI_CLICKS_MINUTES", "30"))
SEED = int(os.environ.get("BUDAI_CLICKS_SEED", "0"))
AT_REST = 2
"""Children of a window at rest: a worker that is ready, and Python's own that looks after what is shared."""
ROUNDS = 15
"""Times that the window is brought to rest and measured."""
WARM_UP = ROUNDS // 5
"""Rounds in which libraries are loaded and caches filled."""
MOST_GROWTH = 0.05

pytestmark = [pytest.mark.slow, pytest.mark.timeout(0), pytest.mark.qt_log_ignore(".*")]


@dataclass(frozen=True)
class Measure:
    """What the process of a window at rest has."""

    bytes: int
    """What it has written, in memory of its own."""
    handles: int
    threads: int
    children: int
    widgets: int


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Some files of all kinds, in a place where anything may be written."""
    place = tmp_path / "files"
    place.mkdir()
    for n in (6, 10):
        disk = bumpy_disk(n)
        write_mesh(MeshToWrite(disk.vertices, disk.faces), place / f"disk_{n}.ply")
    holed = bumpy_disk(8)
    write_mesh(MeshToWrite(holed.vertices, holed.faces[6:]), place / "holed.obj")
    closed = ball(2)
    write_mesh(MeshToWrite(closed.vertices, closed.faces), place / "ball.obj")
    np.savetxt(place / "cloud.xyz", bumpy_disk(20).vertices)
    (place / "bad.off").write_text("OFF\n3 1 0\n0 0 0\n1 0 0\n0 1 0\n3 0 1 99\n")
    monkeypatch.chdir(place)
    for name in ("HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    return place


@pytest.fixture
def window(qtbot, tmp_path, folder, monkeypatch):
    children, threads = set(psutil.Process().children(recursive=True)), set(threading.enumerate())
    answer_file_dialogs(monkeypatch, np.random.default_rng(SEED + 1), folder)
    open_rarely(monkeypatch, np.random.default_rng(SEED + 2))
    monkeypatch.setattr(Files, "download", lambda self, key: None)  # nothing is fetched
    monkeypatch.setattr(MainWindow, "close", lambda self: None)
    theme = Theme("light")
    theme.apply(QApplication.instance())
    log = LogFile(tmp_path / "state")
    log.install()
    made = MainWindow(Workspace(), Selection(), theme, Settings(tmp_path / "config"), log)
    made.setWindowState(Qt.WindowState.WindowNoState)
    made.resize(1280, 800)
    made.show()
    qtbot.waitExposed(made)
    yield made
    log.remove()
    made.may_discard = lambda then: True
    QMainWindow.close(made)
    made.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    deadline = time.monotonic() + 10.0
    while workers_beside(children) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert workers_beside(children) == []
    assert [thread.name for thread in threading.enumerate() if thread not in threads and thread.is_alive()] == []


def say(text):
    print(text, flush=True)  # noqa: T201


def own_memory(me):
    """Return how much memory a process has written; that of libraries is shared with whichever workers are there."""
    if hasattr(me, "memory_maps") and sys.platform == "linux":
        return sum(part.anonymous for part in me.memory_maps(grouped=True))
    return me.memory_full_info().uss


def settled(me):
    """Wait until workers have ended and one is ready, notifications gone and pictures drawn; return the memory."""
    former, deadline = 0, time.monotonic() + 60.0
    while True:
        QTest.qWait(5000)
        gc.collect()
        give_back_memory()
        n_bytes = own_memory(me)
        are_ending = len(me.children(recursive=True)) > AT_REST
        if (abs(n_bytes - former) < 1e6 and not are_ending) or time.monotonic() > deadline:
            return n_bytes
        former = n_bytes


def at_rest(window, source, me):
    """Bring the window back to where it began, and measure."""
    window.files.prefer(theme="light", text_scale=1.0, reduced_motion=False, inspector_shown=True)
    window.grid.maximise(None)
    window.selection.pick(None)
    window.log_drawer.hide()
    for beside in QApplication.topLevelWidgets():
        if isinstance(beside, QDialog):
            beside.close()
    for job in list(window.workspace.workers.jobs):
        job.cancel()
    window.files.show_source(source)
    window.workspace.set_options("training", TrainingOptions(preset="small", seconds=20.0))
    window.workspace.workers.prepare()
    window.resize(1280, 800)
    n_bytes = settled(me)
    handles = me.num_fds() if hasattr(me, "num_fds") else me.num_handles()
    children = len(me.children(recursive=True))
    return Measure(n_bytes, handles, me.num_threads(), children, len(QApplication.allWidgets()))


def see_everything(window):
    """Run all stages once and show every page: what is loaded and kept at the first use is no growth."""
    window.workspace.start_over(trained_project())
    window.workspace.run_all()
    deadline = time.monotonic() + 300.0
    while window.workspace.jobs and time.monotonic() < deadline:
        QTest.qWait(200)
    assert not window.workspace.failures
    for key in window.workspace.views:
        window.workspace.show_stage(key)
        QTest.qWait(300)
    for page in list(window.grid.fourth._pages):
        window.grid.show_fourth(page)
        window.grid.maximise("fourth")
        QTest.qWait(300)
    for view in window.grid.views:
        window.grid.maximise(view)
        QTest.qWait(300)
    for theme in ("dark", "light"):
        window.files.prefer(theme=theme)
        QTest.qWait(300)


def growth(found):
    """Return by which share the memory has grown between the first and the last measures of a warm window."""
    warm = [measure.bytes for measure in found[WARM_UP:]]
    third = max(1, len(warm) // 3)
    return float(np.median(warm[-third:]) / np.median(warm[:third]) - 1.0)


def test_anything_at_all(qtbot, tmp_path, window, folder):
    me = psutil.Process()
    source, hand = load(folder / "disk_10.ply"), RandomHand(window, SEED)
    found, kinds, jobs = [], [], Counter()
    window.workspace.job_started.connect(lambda job: jobs.update([job.title]))
    see_everything(window)
    began = time.monotonic()
    for k in range(ROUNDS):
        if k % 2 == 0:  # else most rounds would be over before the first training is
            window.workspace.start_over(trained_project())
        hand.begin()
        while time.monotonic() - began < 60 * MINUTES * (k + 1) / ROUNDS:
            QTest.qWait(1000)
            hand.keep_small()
        hand.rest()
        found.append(at_rest(window, source, me))
        kinds.append(Counter(type(widget).__name__ for widget in QApplication.allWidgets()))
        say(f"{(time.monotonic() - began) / 60:5.1f} min {found[-1]} {dict(hand.done)} {dict(jobs)}")
        say(f"    more widgets: {dict(kinds[-1] - kinds[0])}")
    say(f"memory {100 * growth(found):+.1f} %")
    assert "Traceback" not in (tmp_path / "state" / "budai.log").read_text()
    assert growth(found) <= MOST_GROWTH
    warm = found[WARM_UP:]
    half = len(warm) // 2
    for name in ("handles", "threads", "children", "widgets"):
        counts = [getattr(measure, name) for measure in warm]
        assert min(counts[half:]) <= max(counts[:half]), (name, counts)  # what is left over never goes back
