"""The program starts light: workers that import its main module get no Qt, and without a display it says what to do."""

import subprocess
import sys
from pathlib import Path

from app.__main__ import FIRST_SAMPLE, NO_DISPLAY, main
from assets import sample_path
from core.io.load import load

ROOT = Path(__file__).resolve().parents[2]


def test_the_main_module_imports_neither_qt_nor_torch():
    code = (
        "import sys, app.__main__, app.file_work;"
        "heavy = {'PySide6', 'torch', 'pyvista', 'vtkmodules', 'trimesh'} & set(sys.modules);"
        "sys.exit(', '.join(heavy) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_window_imports_no_torch():
    code = "import sys, app.main_window; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_without_a_display_it_says_what_to_do(monkeypatch, capsys):
    monkeypatch.setattr(sys, "platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    assert main([]) == 1
    assert capsys.readouterr().err.strip() == NO_DISPLAY


def test_the_first_sample_can_be_trained():
    source = load(sample_path(FIRST_SAMPLE))
    assert source.topology is not None
    assert source.topology.is_disk
    assert source.topology.n_vertices >= 50_000
