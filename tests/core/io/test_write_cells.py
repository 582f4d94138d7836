"""Files of cells, read back by plain readers."""

import base64
import re
import struct
import xml.etree.ElementTree as ElementTree
import zlib

import numpy as np
import pytest

from core.base.errors import InputError
from core.base.progress import finish
from core.io.writers import partition as partition
from core.io.writers.cells import (
    write_decoder_cells,
    write_encoder_cells,
    write_pieces_vtp,
    write_reconstruction_cells,
)
from core.io.writers.partition import hash_colors, write_partition
from core.relu.decomposition import decompose, disk_polygon
from core.relu.surface_decomposition import surface_decomposition
from tests.core.relu.networks import random_network, rolling_sheet

CENTRE, SCALE = np.array([1.0, 2.0, 3.0]), 2.5


@pytest.fixture(scope="module")
def cells():
    return decompose(random_network((2, 12, 10, 3), 1), disk_polygon(64))


@pytest.fixture(scope="module")
def pieces():
    return finish(surface_decomposition(rolling_sheet(6), random_network((3, 10, 8, 2), 2), CENTRE, SCALE))


def test_the_decoder_archive_holds_what_is_promised(cells, tmp_path):
    write_decoder_cells(cells, tmp_path / "cells.npz")
    with np.load(tmp_path / "cells.npz", allow_pickle=False) as file:
        assert (str(file["format"]), int(file["version"])) == ("budai-cells", 1)
        for name in ("offsets", "corners", "edges", "edge_cells", "edge_unit"):
            assert file[name].dtype == np.int64
            assert (file[name] == getattr(cells, name)).all()
        assert file["pattern_hash"].dtype == np.uint64
        assert (file["vertices"] == cells.vertices).all()
        assert (file["domain"] == cells.domain).all()


def test_the_encoder_archive_holds_what_is_promised(pieces, tmp_path):
    write_encoder_cells(pieces, tmp_path / "cells.npz")
    with np.load(tmp_path / "cells.npz", allow_pickle=False) as file:
        assert (str(file["format"]), int(file["version"])) == ("budai-surface-cells", 1)
        assert file["orientation"].dtype == np.int8
        assert file["face"].dtype == file["cell"].dtype == np.int64
        for name in ("vertices", "codes", "face", "cell", "orientation", "offsets", "corners"):
            assert (file[name] == getattr(pieces, name)).all()


def read_polygons(path):
    """Read a binary PLY of double points and polygons, counted as uint."""
    data = path.read_bytes()
    at = data.index(b"end_header\n") + len("end_header\n")
    header = data[:at].decode("ascii")
    assert "property double x" in header
    assert "property list uint int vertex_indices" in header
    n, f = (int(re.search(rf"element {name} (\d+)", header)[1]) for name in ("vertex", "face"))
    points = np.frombuffer(data, "<f8", 3 * n, at).reshape(-1, 3)
    numbers, polygons, at = np.frombuffer(data[at + 24 * n :], "<u4"), [], 0
    for _ in range(f):
        polygons.append(numbers[at + 1 : at + 1 + numbers[at]].tolist())
        at += 1 + numbers[at]
    assert at == len(numbers)
    return points, polygons


def test_the_exact_reconstruction_is_the_image_of_every_cell(cells, tmp_path):
    write_reconstruction_cells(cells, CENTRE, SCALE, tmp_path / "image.ply")
    points, polygons = read_polygons(tmp_path / "image.ply")
    assert points == pytest.approx(cells.network(cells.vertices) * SCALE + CENTRE, abs=1e-12)
    assert np.concatenate(polygons).tolist() == cells.corners.tolist()
    assert [len(p) for p in polygons] == cells.sizes.tolist()


def test_vtk_polygons_hold_the_pieces(pieces, tmp_path):
    write_pieces_vtp(pieces, tmp_path / "pieces.vtp")
    root = ElementTree.parse(tmp_path / "pieces.vtp").getroot()
    kinds = {"Float64": "<f8", "Int64": "<i8", "Int32": "<i4", "Int8": "i1", "UInt64": "<u8"}
    arrays = {}
    for node in root.iter("DataArray"):
        raw = base64.b64decode(node.text)
        assert len(raw) == 8 + struct.unpack("<Q", raw[:8])[0]
        values = np.frombuffer(raw[8:], kinds[node.get("type")])
        arrays[node.get("Name")] = values.reshape(-1, int(node.get("NumberOfComponents"))).squeeze()
    assert (arrays["Points"] == pieces.vertices).all()
    assert (arrays["connectivity"] == pieces.corners).all()
    assert (arrays["offsets"] == pieces.offsets[1:]).all()
    assert (arrays["pattern_hash"] == pieces.pattern_hash).all()
    assert (arrays["singular_values"] == pieces.singular_values).all()


def test_svg_draws_every_cell_and_edge(cells, tmp_path):
    write_partition(cells, tmp_path / "cells.svg")
    paths = ElementTree.parse(tmp_path / "cells.svg").getroot().findall("{*}path")
    polygons = [p.get("d") for p in paths if p.get("fill") != "none"]
    assert len(polygons) == cells.n_cells
    assert [d.count("L") + 1 for d in polygons] == cells.sizes.tolist()
    assert sum(p.get("d").count("M") for p in paths if p.get("fill") == "none") == len(cells.edges)


def test_svg_of_a_view_draws_only_what_is_seen(cells, tmp_path):
    write_partition(cells, tmp_path / "part.svg", view=(np.array([0.0, 0.0]), np.array([0.2, 0.1])))
    paths = ElementTree.parse(tmp_path / "part.svg").getroot().findall("{*}path")
    assert 0 < sum(p.get("fill") != "none" for p in paths) < cells.n_cells / 3


def test_many_cells_become_pixels_with_the_main_edges(cells, tmp_path, monkeypatch):
    monkeypatch.setattr(partition, "MOST_POLYGONS", 50)
    monkeypatch.setattr(partition, "PIXELS", 64)
    write_partition(cells, tmp_path / "cells.svg")
    root = ElementTree.parse(tmp_path / "cells.svg").getroot()
    data = base64.b64decode(root.find("{*}image").get("href").split(",")[1])
    assert data.startswith(b"\x89PNG")
    assert struct.unpack(">II", data[16:24]) == (64, 64)
    paths = root.findall("{*}path")
    assert all(p.get("fill") == "none" for p in paths)
    assert sum(p.get("d").count("M") for p in paths) == 50
    write_partition(cells, tmp_path / "cells.pdf")
    assert b"/Subtype /Image /Width 64 /Height 64" in (tmp_path / "cells.pdf").read_bytes()


def test_pdf_is_well_formed_and_draws_every_cell(cells, tmp_path):
    write_partition(cells, tmp_path / "cells.pdf")
    data = (tmp_path / "cells.pdf").read_bytes()
    table = int(re.search(rb"startxref\n(\d+)", data)[1])
    assert data[table : table + 4] == b"xref"
    for number, place in enumerate(re.findall(rb"(\d{10}) 00000 n", data), 1):
        assert data[int(place) :].startswith(f"{number} 0 obj".encode())
    start = data.index(b"stream\n") + 7
    page = zlib.decompress(data[start : data.index(b"\nendstream")]).decode("ascii")
    assert len(re.findall(r" f$", page, re.MULTILINE)) == cells.n_cells
    assert len(re.findall(r" l$", page, re.MULTILINE)) == len(cells.edges)


def test_colors_depend_on_the_pattern_alone(cells):
    again = decompose(cells.network, disk_polygon(64) / 3)
    of_hash = dict(zip(cells.pattern_hash.tolist(), hash_colors(cells.pattern_hash).tolist(), strict=True))
    for word, color in zip(again.pattern_hash.tolist(), hash_colors(again.pattern_hash).tolist(), strict=True):
        assert of_hash[word] == color


def test_another_suffix_is_refused(cells, tmp_path):
    with pytest.raises(InputError, match=r"Use \.svg or \.pdf"):
        write_partition(cells, tmp_path / "cells.gif")
