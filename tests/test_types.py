"""Types: the folders that pyproject.toml lists as strict stay without an error of pyright."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_strict_folders_have_no_error_of_types():
    pytest.importorskip("pyright")
    folders = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["pyright"]["strict"]
    command = [sys.executable, "-m", "pyright", "--pythonpath", sys.executable, *folders]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout[-5000:] + found.stderr
