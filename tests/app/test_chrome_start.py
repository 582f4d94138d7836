"""The program starts light: workers that import its main module get no Qt, and without a display it says what to do."""

import os
import subprocess
import sys
from pathlib import Path
from unittest.mock import MagicMock

import pytest

from app.__main__ import FIRST_SAMPLE, main
from app.shell.display import GONE, NO_DISPLAY, display_problem
from assets import sample_path
from core.io.load import load

ROOT = Path(__file__).resolve().parents[2]
DISPLAYS = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")


def test_the_main_module_imports_neither_qt_nor_torch():
    code = (
        "import sys, app.__main__, app.process.file_work;"
        "heavy = {'PySide6', 'torch', 'pyvista', 'vtkmodules', 'trimesh'} & set(sys.modules);"
        "sys.exit(', '.join(heavy) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_window_imports_no_torch():
    code = "import sys, app.shell.main_window; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_without_a_display_it_says_what_to_do(monkeypatch, capsys):
    monkeypatch.setattr(sys, "platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    assert main([]) == 1
    assert capsys.readouterr().err.strip() == NO_DISPLAY


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="X11 and Wayland are asked on Linux")
@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({"DISPLAY": "localhost:63.0"}, "localhost:63.0"),  # where a closed ssh -X leaves it
        ({"DISPLAY": ":4711"}, ":4711"),
        ({"DISPLAY": "nonsense"}, "nonsense"),
        ({"DISPLAY": ":4711", "QT_QPA_PLATFORM": "xcb"}, ":4711"),
        ({"WAYLAND_DISPLAY": "wayland-4711"}, "wayland-4711"),
        ({"WAYLAND_DISPLAY": "wayland-4711", "DISPLAY": ":4711"}, ":4711"),
    ],
)
def test_a_display_that_is_gone_is_told_in_one_sentence(given, name):
    kept = {key: value for key, value in os.environ.items() if key not in DISPLAYS}
    command = [sys.executable, "-m", "app"]
    done = subprocess.run(command, cwd=ROOT, env=kept | given, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert done.stderr.strip() == GONE.format(name=name)


def test_a_platform_without_a_display_needs_none(monkeypatch):
    for name in DISPLAYS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    assert display_problem() == ""


@pytest.mark.parametrize(("error", "ended"), [(0, []), (1, [77])])
def test_a_display_that_answers_keeps_its_connection_until_qt_has_one(monkeypatch, error, ended):
    given_back = []

    class Library:
        """Stands in for the library of X; the server behind it has no other connection."""

        def __init__(self, _):
            self.xcb_connect = MagicMock(return_value=77)
            self.xcb_connection_has_error = MagicMock(return_value=error)
            self.xcb_disconnect = MagicMock(side_effect=given_back.append)

    for name in DISPLAYS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DISPLAY", ":63")
    monkeypatch.setattr("app.shell.display.ctypes.CDLL", Library)
    assert display_problem() == (GONE.format(name=":63") if error else "")
    assert given_back == ended


def test_the_first_sample_can_be_trained():
    source = load(sample_path(FIRST_SAMPLE))
    assert source.topology is not None
    assert source.topology.is_disk
    assert source.topology.n_vertices >= 50_000
