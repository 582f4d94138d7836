"""One whole run through the real window: open, train, pick, export, save, open again, close."""

import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import psutil
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt, QTimer
from PySide6.QtWidgets import QApplication, QFileDialog, QPushButton

from app.shell.export_dialog import ExportDialog
from app.shell.log_file import LogFile
from app.shell.main_window import MainWindow
from app.stages.cells.scene.colors import CELL_KEYS
from app.state.selection import Pick, Selection
from app.state.settings import Settings
from app.state.stage_state import StageState
from app.state.workspace import Workspace
from app.style.theme import Theme
from core.io.load import load
from core.io.writers.mesh import MeshToWrite, write_mesh
from core.training.options import TrainingOptions
from core.transport.options import TransportOptions
from tests.core.atlas.make_surfaces import ball
from tests.core.make import bumpy_disk

pytestmark = [pytest.mark.gl, pytest.mark.timeout(280)]


def workers_beside(known):
    """Return the command lines of processes that were begun since; Python's own tracker ends with the program."""
    found = []
    for child in set(psutil.Process().children(recursive=True)) - known:
        try:
            line = " ".join(child.cmdline())
        except psutil.Error:
            continue  # it ended meanwhile
        if line and "resource_tracker" not in line:
            found.append(line)
    return found


@pytest.fixture
def window(qtbot, tmp_path):
    children = set(psutil.Process().children(recursive=True))
    theme = Theme("light")
    theme.apply(QApplication.instance())
    made = MainWindow(Workspace(), Selection(), theme, Settings(tmp_path / "c"), LogFile(tmp_path / "s"))
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.may_discard = lambda then: True
    made.close()
    made.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    deadline = time.monotonic() + 5.0
    while workers_beside(children) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert workers_beside(children) == []


def test_a_whole_run(qtbot, window, tmp_path):
    surface = bumpy_disk(12)
    path = tmp_path / "bumpy.ply"
    write_mesh(MeshToWrite(surface.vertices, surface.faces), path)
    workspace = window.workspace

    with qtbot.waitSignal(window.files.opened, timeout=60_000):
        window.files.open_path(str(path))
    assert workspace.state("training") is StageState.READY
    assert workspace.open_stage == "training"
    assert window.inspector.stages["training"].certificate.badge.text == "Disk"

    options = TrainingOptions(seconds=3.0, encoder=(16, 16), decoder=(16, 16))
    workspace.set_options("training", options)
    steps = []
    workspace.live_changed.connect(lambda step: steps.append(step))
    with qtbot.waitSignal(workspace.job_started):
        window.actions_by_key.trigger("run_stage")
    qtbot.waitUntil(lambda: workspace.project.training is not None, timeout=180_000)
    training = workspace.project.training
    assert any(step is not None and step.codes is not None for step in steps)
    assert training.options == replace(options)
    assert window.column.panels["training"].header.look.state == "done"
    window.selection.pick(Pick(3, "surface"))
    assert len(window.inspector.stages["training"].picked.rows) == 5

    compute_cells(qtbot, window, tmp_path)
    window.files.export(tmp_path / "out.obj", "reconstruction")
    qtbot.waitUntil((tmp_path / "out.obj").is_file, timeout=60_000)
    assert len(load(tmp_path / "out.obj").surface.faces) == len(surface.faces)

    project = tmp_path / "run.budai"
    workspace._path = project
    window.actions_by_key.trigger("save")
    qtbot.waitUntil(lambda: workspace.is_saved, timeout=60_000)
    assert project.is_file()
    with qtbot.waitSignal(window.files.opened, timeout=60_000):
        window.files.open_path(str(project))
    assert workspace.project.training.certificate == training.certificate
    assert workspace.project.cells is None  # not saved: exact, and computed again in seconds
    assert workspace.is_saved
    assert str(project) in window.settings.preferences.recent_files


def compute_cells(qtbot, window, folder):
    """Compute the cells of the trained network, look at them, and write them."""
    workspace, grid = window.workspace, window.grid
    workspace.show_stage("cells")
    window.actions_by_key.trigger("run_stage")
    qtbot.waitUntil(lambda: workspace.project.cells is not None, timeout=120_000)
    cells, networks = workspace.project.cells, workspace.project.training.autoencoder
    assert cells.decoder.network is networks.decoder
    assert cells.decoder.euler_characteristic == 1
    assert window.column.panels["cells"].header.look.state == "done"
    qtbot.waitUntil(lambda: grid.surface.canvas.drawing.facets is not None, timeout=60_000)
    qtbot.waitUntil(lambda: grid.reconstruction.canvas.drawing.facets is not None, timeout=60_000)
    assert grid.latent.color_by in CELL_KEYS
    assert grid.fourth.current == "cells/lens"
    window.selection.pick(Pick(5, "surface"))
    assert window.inspector.stages["cells"].picked.rows[0].line.name == "Cell"
    target = folder / "cells.npz"
    window.files.export(target, "cells")
    qtbot.waitUntil(target.is_file, timeout=60_000)
    with np.load(target) as written:
        assert len(written["offsets"]) - 1 == cells.decoder.n_cells


def test_a_file_that_cannot_be_read_is_told_in_one_sentence(qtbot, window, tmp_path):
    bad = Path(tmp_path / "bad.off")
    bad.write_text("OFF\n3 1 0\n0 0 0\n1 0 0\n0 1 0\n3 0 1 99\n")
    job = window.files.open_path(str(bad))
    with qtbot.waitSignal(job.failed, timeout=60_000) as signal:
        pass
    assert "bad.off" in signal.args[0]
    assert window.workspace.project.source is None
    assert window.job_bar.name.text() == "Failed"


def press(qtbot, widget):
    """Click on what can be seen and pressed, where its middle is."""
    qtbot.waitUntil(lambda: widget.isVisible() and widget.isEnabled(), timeout=20_000)
    assert widget.visibleRegion().contains(widget.rect().center())
    qtbot.mouseClick(widget, Qt.MouseButton.LeftButton, pos=widget.rect().center())


def run_stage_by_mouse(qtbot, window, key, timeout=120_000):
    """Open a stage and press its button, and wait until it is done."""
    panel = window.column.panels[key]
    press(qtbot, panel.header)
    assert window.workspace.open_stage == key
    press(qtbot, panel.primary)
    assert panel.is_valid
    qtbot.waitUntil(lambda: window.workspace.state(key) is not StageState.RUNNING, timeout=timeout)
    assert window.workspace.failures == {}
    assert window.workspace.state(key) is StageState.DONE


def open_by_mouse(qtbot, window, path, monkeypatch):
    """Press the button that opens, and choose a file."""
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
    press(qtbot, window.column.panels["source"].primary)
    qtbot.waitUntil(lambda: window.workspace.project.source is not None, timeout=60_000)


def export_by_mouse(qtbot, window):
    """Press the button that exports, and the one of the dialog, as they stand; return when the file is there."""
    press(qtbot, window.column.panels["export"].header)

    def export():
        (dialog,) = window.findChildren(ExportDialog)
        for button in dialog.findChildren(QPushButton):
            if button.text() == "Export":
                press(qtbot, button)

    QTimer.singleShot(300, export)
    press(qtbot, window.column.panels["export"].primary)
    qtbot.waitUntil(lambda: any(shown.text.startswith("Wrote") for shown in window.notifications.shown), timeout=60_000)


def failures_told(window):
    return [shown.text for shown in window.notifications.shown if shown._kind == "bad"]


@pytest.mark.parametrize("surface", [bumpy_disk(6), ball(2)], ids=["disk", "closed"])
def test_the_whole_journey_by_mouse_with_all_defaults(qtbot, window, tmp_path, monkeypatch, surface):
    """Only the time of the training and the size of its networks are chosen, to be done within a minute."""
    path = tmp_path / "surface.ply"
    write_mesh(MeshToWrite(surface.vertices, surface.faces), path)
    workspace = window.workspace
    open_by_mouse(qtbot, window, path, monkeypatch)
    is_disk = workspace.project.source.is_disk
    assert workspace.open_stage == ("training" if is_disk else "preparation")
    workspace.set_options("training", TrainingOptions(preset="small", seconds=3.0))
    for key in [*([] if is_disk else ["preparation"]), "training", "cells", "transport", "denoising", "generation"]:
        run_stage_by_mouse(qtbot, window, key)
        assert failures_told(window) == []
    for project in workspace.whole.charts:
        assert project.transport.map.certificate.converged
    assert (len(workspace.whole.charts) == 1) == is_disk
    assert workspace.options("transport") == TransportOptions()
    export_by_mouse(qtbot, window)
    written = [file for file in tmp_path.iterdir() if file != path and file.is_file()]
    assert len(written) == 1
    assert len(load(written[0]).surface.faces) == len(surface.faces)
