"""No file, however malformed, ends in anything but a surface, a cloud or a message."""

import time
import zipfile
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.base.errors import InputError
from core.data.point_cloud import PointCloud
from core.data.source import Source
from core.io.load import load
from tests.core.io import tiny
from tests.core.io.malformed import malformed_files

PYTHON = ("invalid literal for", "recursion", "could not convert", "set_int_max_str_digits", "codec", "NoneType")
FORMATS = sorted({name.split(".")[1] for name in tiny.SURFACES | tiny.CLOUDS})


def outcome(file: Path) -> str:
    """Open a file and check that what comes is sound: a message, or a surface or cloud that can be used."""
    try:
        loaded = load(file)
    except InputError as error:
        text = str(error)
        assert text.startswith(file.name)
        assert text.isprintable(), "a message is one line without control characters"
        assert len(text) <= 400
        assert "the reader failed" not in text, f"nobody has thought of this damage: {text}"
        assert not any(words in text for words in PYTHON), f"that is Python's language: {text}"
        return "refused"
    assert isinstance(loaded, Source)
    assert all(text.isprintable() and len(text) <= 400 for text in (*loaded.repairs, *loaded.warnings))
    surface = loaded.data
    assert np.isfinite(surface.diagonal)
    assert surface.diagonal > 0
    if isinstance(surface, PointCloud):
        assert np.isfinite(surface.points).all()
        return "cloud"
    assert loaded.topology is not None
    assert np.isfinite(surface.vertices).all()
    assert len(np.unique(surface.faces)) == len(surface.vertices) == loaded.topology.n_vertices
    assert loaded.topology.area > 0
    return "surface"


def test_malformed_files_end_in_a_message_or_a_sound_surface(tmp_path):
    outcomes: Counter[tuple[str, str]] = Counter()
    for name, content in malformed_files():
        file = tmp_path / name
        file.write_bytes(content)
        outcomes[name.split(".")[1], outcome(file)] += 1
        file.unlink()
    per_format = {suffix: sum(n for (s, _), n in outcomes.items() if s == suffix) for suffix in FORMATS}
    assert min(per_format.values()) >= 40
    assert sum(per_format.values()) >= 1000
    for suffix in FORMATS:
        assert outcomes[suffix, "refused"] >= 10, f"nothing much is refused in {suffix}: {outcomes}"


def with_damage(content: bytes) -> bytes:
    """Bytes with a piece in the middle of the first entry overwritten."""
    return content[:60] + b"\xff" * 20 + content[80:]


CRAFTED = {
    "delimiters.xyz": b",\n",
    "delimiters.csv": b";;;\n1;2;3\n",
    "delimiters.pts": b"2\n,,\n1,2,3\n",
    "delimiters.txt": b"\t,\t\n",
    "quotes.csv": b'"x","y","z"\n"1","2\n',
    "wide.csv": b"x,y,z\n" + b"1," * 100_000 + b"\n1,2,3\n",
    "field.csv": b"a,x,y,z\n" + b'"' + b"b" * 200_000 + b'",1,2,3\nc,1,2,4\nd,2,2,2\n',
    "shape.npy": tiny.npy().replace(b"(6, 3), }" + b" " * 20, b"(0, 140737488355327, 3), }" + b" " * 3),
    "bools.npy": tiny.npy().replace(b"(6, 3), }   ", b"(True, 3), }"),
    "nested.npy": tiny.npy().replace(b"(6, 3), }", b"(((((6)))"),
    "open.m": b"Vertex 1 0 0 0 {" + b"rgb=(" * 200_000 + b"}\nVertex 2 1 0 0\nVertex 3 0 1 0\nFace 1 1 2 3\n",
    "deep.gltf": b'{"asset": {"version": "2.0"}, "a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "long.gltf": b'{"asset": {"version": "2.0"}, "a": ' + b"9" * 5000 + b"}",
    "digits.obj": b"v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 " + b"3" * 5000 + b"\n",
    "digits.off": b"OFF" + b"9" * 5000 + b"\n",
    "less.vtp": tiny.vtp("ascii").replace(b'NumberOfPoints="6"', b'NumberOfPoints="-1"'),
    "more.vtp": tiny.vtp("raw").replace(b'NumberOfPolys="8"', b'NumberOfPolys="9"'),
    "width.vtp": tiny.vtp("ascii").replace(b'NumberOfComponents="3"', b'NumberOfComponents="-1"'),
    "words.vtp": tiny.vtp("ascii").replace(b'format="ascii">0 2 4', b'format="ascii">0 2 four'),
    "words.3mf": tiny.zipped({"3D/3dmodel.model": tiny.three_mf_model().replace('v1="0"', 'v1="zero"').encode()}),
    "two.3mf": tiny.zipped({"3D/3dmodel.model": tiny.three_mf_model().replace('v1="0"', 'v1="0 1"').encode()}),
    "lzma.npz": with_damage(tiny.zipped({"points.npy": tiny.npy()}, zipfile.ZIP_LZMA)),
    "bzip.npz": with_damage(tiny.zipped({"points.npy": tiny.npy()}, zipfile.ZIP_BZIP2)),
    "short.ptx": b"3\n3\n" + b"0 0 0\n" * 4 + b"1 0 0 0\n" * 4 + b"1 2 3 4\n",
}


@pytest.mark.parametrize("name", CRAFTED)
def test_crafted_files_are_refused_in_one_line_and_soon(tmp_path, name):
    file = tmp_path / name
    file.write_bytes(CRAFTED[name])
    began = time.process_time()
    found = outcome(file)
    assert time.process_time() - began < 2.0
    assert found == ("refused" if name not in ("open.m", "field.csv") else found)


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_edit_ends_in_a_message_or_a_sound_surface(tmp_path, data):
    name, content = data.draw(st.sampled_from(sorted((tiny.SURFACES | tiny.CLOUDS).items())))
    edited = bytearray(content)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(edited)))
        edited[at : at + data.draw(st.integers(0, 12))] = data.draw(st.binary(max_size=12) | st.sampled_from(WORDS))
    file = tmp_path / name
    file.write_bytes(bytes(edited))
    outcome(file)


WORDS = [b" ", b"\n", b"-1", b"nan", b"1e999", b",,", b'"', b"{}", b"#", b"\\\n", b"<a>", b"[[", b"0" * 30]


@pytest.mark.slow
def test_many_more_malformed_files(tmp_path):
    for seed in range(1, 30):
        for name, content in malformed_files(seed, n_random=20):
            file = tmp_path / name
            file.write_bytes(content)
            outcome(file)
            file.unlink()
