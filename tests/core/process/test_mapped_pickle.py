"""Mapped pickles: large arrays go by a file, are read-only at the other end, and leave nothing behind."""

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
from core.process.mapped_pickle import LEAST_BYTES, pickled, unpickled
from core.relu.decomposition import decompose, disk_polygon
from tests.core.make import random_relu_map


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_small_values_stay_in_the_pipe(folder):
    message = pickled({"a": np.arange(5), "b": "text"})
    assert not message.file
    value = unpickled(message)
    assert value["b"] == "text"
    np.testing.assert_array_equal(value["a"], np.arange(5))


def test_large_arrays_lie_in_a_file_that_goes_with_them(folder):
    large, empty = np.arange(LEAST_BYTES, dtype=np.int64).reshape(-1, 2), np.empty((0, 3))
    message = pickled([large, empty, np.arange(3.0)])
    assert Path(message.file).parent == folder
    assert len(message.data) < 1000
    first, second, third = unpickled(message)
    np.testing.assert_array_equal(first, large)
    assert not first.flags.writeable
    assert second.shape == (0, 3)
    np.testing.assert_array_equal(third, np.arange(3.0))
    assert list(folder.iterdir()) == []


def test_a_message_that_nobody_opens_is_discarded(folder):
    message = pickled(np.zeros(LEAST_BYTES))
    message.discard()
    assert list(folder.iterdir()) == []


def test_messages_of_killed_programs_are_discarded_with_the_next(folder):
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    (folder / f"budai-{ended.pid}-abc.arrays").write_bytes(b"nobody")
    (folder / f"budai-{os.getppid()}-abc.arrays").write_bytes(b"somebody who lives")
    (folder / "budai-notes-abc.arrays").write_bytes(b"of another kind")
    kept = pickled(np.zeros(LEAST_BYTES))
    left = {f"budai-{os.getppid()}-abc.arrays", "budai-notes-abc.arrays", Path(kept.file).name}
    assert {file.name for file in folder.iterdir()} == left
    kept.discard()


def test_cells_arrive_without_a_copy(folder):
    cells = decompose(random_relu_map((2, 96, 96, 96, 3)), disk_polygon())
    message = pickled(Cells(cells, None, None, {"decoder": 0.1}))
    assert message.file
    found = unpickled(message).decoder
    np.testing.assert_array_equal(found.pattern_hash, cells.pattern_hash)
    np.testing.assert_array_equal(found.corners, cells.corners)
    assert found.maps.base is not None  # a view of the file
    assert found.euler_characteristic == 1


@pytest.mark.parametrize("where", ["tempfile.mkstemp", "os.fdopen"])
def test_no_room_for_a_message_is_told_and_nothing_is_left(tmp_path, monkeypatch, where):
    def full(*given, **named):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(f"core.process.mapped_pickle.{where}", full)
    with pytest.raises(BudaiError, match=r"handed over \(No space left on device\)\. Make room"):
        pickled(np.zeros(LEAST_BYTES))
    assert not list(tmp_path.iterdir())
