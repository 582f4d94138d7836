"""Parcels: large arrays go by a file, are read-only at the other end, and leave nothing behind."""

import errno
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest

from core.base.errors import BudaiError
from core.cells.cells import Cells
from core.process.parcel import LEAST_BYTES, packed, unpacked
from core.relu.decomposition import decompose, disk_polygon
from tests.core.make import random_relu_map


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_small_values_stay_in_the_pipe(folder):
    parcel = packed({"a": np.arange(5), "b": "text"})
    assert not parcel.file
    value = unpacked(parcel)
    assert value["b"] == "text"
    np.testing.assert_array_equal(value["a"], np.arange(5))


def test_large_arrays_lie_in_a_file_that_goes_with_them(folder):
    large, empty = np.arange(LEAST_BYTES, dtype=np.int64).reshape(-1, 2), np.empty((0, 3))
    parcel = packed([large, empty, np.arange(3.0)])
    assert Path(parcel.file).parent == folder
    assert len(parcel.data) < 1000
    first, second, third = unpacked(parcel)
    np.testing.assert_array_equal(first, large)
    assert not first.flags.writeable
    assert second.shape == (0, 3)
    np.testing.assert_array_equal(third, np.arange(3.0))
    assert list(folder.iterdir()) == []


def test_a_parcel_that_nobody_opens_is_discarded(folder):
    parcel = packed(np.zeros(LEAST_BYTES))
    parcel.discard()
    assert list(folder.iterdir()) == []


def test_parcels_of_killed_programs_are_discarded_with_the_next(folder):
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    (folder / f"budai-{ended.pid}-abc.parcel").write_bytes(b"nobody")
    (folder / f"budai-{os.getppid()}-abc.parcel").write_bytes(b"somebody who lives")
    (folder / "budai-notes-abc.parcel").write_bytes(b"of another kind")
    kept = packed(np.zeros(LEAST_BYTES))
    left = {f"budai-{os.getppid()}-abc.parcel", "budai-notes-abc.parcel", Path(kept.file).name}
    assert {file.name for file in folder.iterdir()} == left
    kept.discard()


def test_cells_arrive_without_a_copy(folder):
    cells = decompose(random_relu_map((2, 96, 96, 96, 3)), disk_polygon())
    parcel = packed(Cells(cells, None, None, {"decoder": 0.1}))
    assert parcel.file
    found = unpacked(parcel).decoder
    np.testing.assert_array_equal(found.pattern_hash, cells.pattern_hash)
    np.testing.assert_array_equal(found.corners, cells.corners)
    assert found.maps.base is not None  # a view of the file
    assert found.euler_characteristic == 1


@pytest.mark.parametrize("where", ["tempfile.mkstemp", "os.fdopen"])
def test_no_room_for_a_parcel_is_told_and_nothing_is_left(tmp_path, monkeypatch, where):
    def full(*given, **named):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(f"core.process.parcel.{where}", full)
    with pytest.raises(BudaiError, match=r"handed over \(No space left on device\)\. Make room"):
        packed(np.zeros(LEAST_BYTES))
    assert not list(tmp_path.iterdir())
