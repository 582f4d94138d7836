"""Fifty projects opened and closed in one window, and fifty windows: memory stays, and no process is left.

BUDAI_SOAK_TIMES says how many; figures are printed (pytest -s -m slow).
"""

import gc
import os
import sys
import time

import numpy as np
import psutil
import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMainWindow

from app.shell.language import let_go
from app.shell.log_file import LogFile
from app.shell.main_window import MainWindow
from app.state.selection import Selection
from app.state.settings import Settings
from app.state.workspace import Workspace
from app.style.theme import Theme
from app.widgets.canvas.memory import give_back_memory
from core.io.writers.mesh import MeshToWrite, write_mesh
from core.session.project_file import save_project
from tests.app.test_chrome_run_gl import workers_beside
from tests.core.atlas.make_surfaces import ball
from tests.core.make import bumpy_disk, trained_project

TIMES = int(os.environ.get("BUDAI_SOAK_TIMES", "50"))
WARM_UP = 10
"""Times in which libraries are loaded and caches filled."""
MOST_GROWTH = 0.05

pytestmark = [pytest.mark.slow, pytest.mark.timeout(0), pytest.mark.qt_log_ignore(".*")]


@pytest.fixture
def files(tmp_path, monkeypatch):
    """A surface that is a disk, one that is closed, a cloud, and a project with a training."""
    for name in ("HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    disk, closed = bumpy_disk(40), ball(3)
    write_mesh(MeshToWrite(disk.vertices, disk.faces), tmp_path / "disk.ply")
    write_mesh(MeshToWrite(closed.vertices, closed.faces), tmp_path / "ball.obj")
    np.savetxt(tmp_path / "cloud.xyz", bumpy_disk(30).vertices)
    save_project(trained_project(), tmp_path / "trained.budai")
    return [tmp_path / name for name in ("disk.ply", "trained.budai", "ball.obj", "cloud.xyz")]


def made(tmp_path, theme):
    """Open a window as the program does."""
    window = MainWindow(Workspace(), Selection(), theme, Settings(tmp_path / "config"), LogFile(tmp_path / "state"))
    window.may_discard = lambda then: True
    window.resize(1280, 800)
    window.show()
    return window


def opened(window, path):
    """Open a file, and look at it until it is drawn."""
    former = window.workspace.whole.source
    window.files.open_path(str(path))
    until(lambda: window.workspace.whole.source not in (None, former) and not window.workspace.jobs)
    for stage in ("training", "transport", "export"):
        window.workspace.show_stage(stage)
        QTest.qWait(50)


def until(condition, seconds=120.0):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it takes too long"
        QTest.qWait(20)


def closed(window):
    QMainWindow.close(window)
    let_go(window)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def settled(me):
    """Bytes that the process has written in memory of its own, when nothing is to be freed."""
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    give_back_memory()
    return me.memory_full_info().uss


def growth(bytes_held):
    """Return by which share memory has grown between the first and the last thirds of the times after the warm-up."""
    warm = bytes_held[WARM_UP:]
    third = max(1, len(warm) // 3)
    return float(np.median(warm[-third:]) / np.median(warm[:third]) - 1.0)


def tell(words):
    sys.stderr.write(f"{words}\n")
    sys.stderr.flush()


@pytest.mark.gl
def test_projects_come_and_go_in_one_window(qtbot, tmp_path, files):
    me, before, held = psutil.Process(), set(psutil.Process().children(recursive=True)), []
    theme = Theme("light")
    theme.apply(QApplication.instance())
    window = made(tmp_path, theme)
    qtbot.waitExposed(window)
    began = time.process_time()
    for k in range(TIMES):
        opened(window, files[k % len(files)])
        if k % len(files) == len(files) - 1:  # always with the same file open
            held.append(settled(me))
        else:
            held.append(held[-1] if held else settled(me))
    closed(window)
    tell(
        f"{TIMES} projects: memory {100 * growth(held):+.1f} %, {held[WARM_UP] >> 20} -> {held[-1] >> 20} MB,"
        f" {time.process_time() - began:.0f} CPU s"
    )
    until(lambda: not workers_beside(before), 15.0)
    assert growth(held) <= MOST_GROWTH


@pytest.mark.gl
def test_windows_come_and_go(qtbot, tmp_path, files):
    me, before, held = psutil.Process(), set(psutil.Process().children(recursive=True)), []
    theme = Theme("light")
    theme.apply(QApplication.instance())
    began = time.process_time()
    for _ in range(TIMES):
        window = made(tmp_path, theme)
        opened(window, files[1])
        closed(window)
        del window
        until(lambda: not workers_beside(before), 15.0)
        held.append(settled(me))
    tell(
        f"{TIMES} windows: memory {100 * growth(held):+.1f} %, {held[WARM_UP] >> 20} -> {held[-1] >> 20} MB,"
        f" {time.process_time() - began:.0f} CPU s"
    )
    assert growth(held) <= MOST_GROWTH
