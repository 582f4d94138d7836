"""Kernels that are still to be compiled are known of before a job begins."""

import importlib.util
import os
from pathlib import Path

import numba
import pytest

from app.process.kernels import cold_modules, seconds_to_compile
from app.stages import rows

TABLE = {"first": {"a": 3.0, "b": 2.0}, "second": {"b": 2.0, "c": 1.0}}


def test_the_first_phase_that_uses_a_module_compiles_it():
    all_there = {"first": 1.0, "second": 1.0}
    assert seconds_to_compile(TABLE, {"a", "b", "c"}, all_there) == {"first": 5.0, "second": 1.0}
    assert seconds_to_compile(TABLE, {"b"}, all_there) == {"first": 2.0, "second": 0.0}
    assert seconds_to_compile(TABLE, {"b"}, {"first": 0.0, "second": 1.0}) == {"second": 2.0}


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.key)
def test_rows_name_modules_that_have_kernels_and_phases_that_there_are(row):
    assert row.compiling.keys() <= row.phases.keys()
    for module in {module for seconds in row.compiling.values() for module in seconds}:
        assert "njit" in Path(importlib.util.find_spec(module).origin).read_text("utf-8")


def test_a_module_is_cold_until_numba_has_kept_its_kernels(tmp_path, monkeypatch):
    package = tmp_path / "with_kernels"
    package.mkdir()
    (package / "__init__.py").write_text("")
    module = package / "kernel.py"
    module.write_text("import numba\n\n\n@numba.njit(cache=True)\ndef one(x):\n    return x + 1\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path / "kept"))
    table = {"phase": {"with_kernels.kernel": 1.0}}
    assert cold_modules(table) == {"with_kernels.kernel"}
    importlib.import_module("with_kernels.kernel").one(1)
    assert cold_modules(table) == set()
    later = module.stat().st_mtime + 1e4
    os.utime(module, (later, later))
    assert cold_modules(table) == {"with_kernels.kernel"}
    monkeypatch.setattr(numba.config, "CACHE_DIR", "")
    assert cold_modules(table) == {"with_kernels.kernel"}
