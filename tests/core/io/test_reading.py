"""The child process: it is limited in time and memory, and its death is a message."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from core.base.errors import InputError
from core.base.progress import Progress, finish
from core.io import reading as reading_module
from core.io.load import load
from core.io.reading import load_in_child, reading, reading_seconds
from tests.core.io import tiny

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def octahedron(tmp_path):
    file = tmp_path / "笑佛.ply"
    file.write_bytes(tiny.ply_ascii())
    return file


def reads_by(monkeypatch, function) -> None:
    """Do something else than reading, in the child."""
    monkeypatch.setattr(reading_module, "loading_within", function)


def sleep(*given):
    """Read for a minute."""
    yield Progress(None)
    time.sleep(60)


def crash(*given):
    """Meet a fault of a library."""
    yield Progress(None)
    os.kill(os.getpid(), signal.SIGSEGV)


def fail(*given):
    """Meet a fault of the program."""
    yield Progress(None)
    raise RuntimeError("out of order")


def chatter(path, how, *given):
    """Read with a library that talks."""
    yield from reading_module.loading_within(path, how, *given)
    os.write(1, b"loud on stdout")
    os.write(2, b"loud on stderr")
    return load(path)


def test_what_the_child_sends_is_what_is_loaded_here(octahedron):
    here, there = load(octahedron), load_in_child(octahedron)
    assert here.has_faces
    assert there.has_faces
    np.testing.assert_array_equal(there.surface.vertices, here.surface.vertices)
    np.testing.assert_array_equal(there.surface.faces, here.surface.faces)
    np.testing.assert_array_equal(there.surface.scalars["quality"], here.surface.scalars["quality"])
    assert there.topology.verdict == here.topology.verdict
    assert (there.path, there.name) == (str(octahedron), "笑佛")
    assert not there.surface.vertices.flags.writeable


def test_a_refusal_comes_through(tmp_path):
    file = tmp_path / "a.obj"
    file.write_text("v 0 0 0\nf 1 2 3\n")
    with pytest.raises(InputError) as caught:
        load_in_child(file)
    assert (caught.value.file, caught.value.place) == ("a.obj", "line 2")


def test_a_file_that_takes_too_long_is_refused(octahedron, monkeypatch):
    reads_by(monkeypatch, sleep)
    started = time.monotonic()
    with pytest.raises(InputError, match=r"not read within 0\.5 s"):
        load_in_child(octahedron, seconds=0.5)
    assert time.monotonic() - started < 5


def test_the_limit_follows_the_size_of_the_file(octahedron, tmp_path):
    large = tmp_path / "large.ply"
    with large.open("wb") as file:
        file.truncate(250_000_000)
    assert reading_seconds(octahedron) == 60.0
    assert reading_seconds(large) == 810.0
    assert reading_seconds(tmp_path / "none.ply") == 60.0


def test_what_takes_long_to_read_is_told(octahedron, monkeypatch):
    monkeypatch.setattr(reading_module, "_QUIET", 0.0)
    monkeypatch.setattr(reading_module, "_BETWEEN_REPORTS", 0.01)
    told = []
    loaded = finish(reading(octahedron), lambda progress: told.append(progress.message))
    assert loaded.topology.n_faces == 8
    assert told
    for text in told:
        assert re.fullmatch(r"(Reading|Checking) 笑佛\.ply \(0 MB\): \d+ s of at most 60 s", text), text
    assert len(told) > 1
    with pytest.raises(InputError, match="no such file"):
        finish(reading(octahedron.with_name("none.ply")))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits the address space")
def test_a_file_that_needs_too_much_memory_is_refused(tmp_path):
    file = tmp_path / "big.xyz"
    file.write_bytes(b"0.25 0.5 0.75\n" * 3_000_000)
    with pytest.raises(InputError, match="memory"):
        load_in_child(file, memory_bytes=500 * 2**20)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals of this kind")
def test_a_reader_that_crashes_is_a_message(octahedron, monkeypatch):
    reads_by(monkeypatch, crash)
    with pytest.raises(InputError, match="SIGSEGV"):
        load_in_child(octahedron)


def test_a_reader_that_fails_is_a_message(octahedron, monkeypatch):
    reads_by(monkeypatch, fail)
    with pytest.raises(InputError, match="RuntimeError: out of order"):
        load_in_child(octahedron)


def test_what_a_library_says_meanwhile_is_not_shown(octahedron, monkeypatch, capfd):
    reads_by(monkeypatch, chatter)
    assert load_in_child(octahedron).has_faces
    assert capfd.readouterr() == ("", "")


def test_the_child_needs_neither_torch_nor_qt(octahedron):
    code = (
        "import sys; import core.io.detect, core.io.build, core.io.load, core.io.reading, core.geometry.repair; "
        "print(sorted({'torch', 'PySide6', 'pyvista', 'vtk', 'numba', 'trimesh'} & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=str(ROOT))
    assert run.stdout.strip() == "[]"
