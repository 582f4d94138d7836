"""The files of the transport hold what EXPORTS says."""

from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from core.errors import InputError
from core.io.write_transport import write_diagram_svg, write_samples, write_transport
from core.progress import finish
from core.transport.semidiscrete import solve
from core.transport.singular_set import singular_set
from core.transport.surface_measure import surface_measure
from tests.core.transport.make_surface import bumpy_disk


@pytest.fixture(scope="module")
def case():
    surface, codes = bumpy_disk(200)
    measure = surface_measure(surface, codes)
    return surface, codes, measure, finish(solve(measure.sites, measure.masses))


def test_transport_file(case, tmp_path: Path) -> None:
    _, codes, measure, transport = case
    write_transport(tmp_path / "transport.npz", transport, measure, codes)
    held = dict(np.load(tmp_path / "transport.npz", allow_pickle=False))
    assert (str(held["format"]), int(held["version"]), str(held["domain"])) == ("budai-transport", 1, "disk")
    assert (held["sites"] == codes[held["site_vertex"]]).all()
    assert held["masses"].sum() == pytest.approx(np.pi, abs=1e-12)
    assert held["areas"] == pytest.approx(held["masses"], rel=1e-9)
    assert held["weights"].dtype == np.float64
    assert held["centroids"].shape == held["sites"].shape
    assert (held["parameterization"] == codes).all()


def test_coinciding_sites_are_written_one_by_one(case, tmp_path: Path) -> None:
    surface, codes, _, _ = case
    folded = codes.copy()
    folded[60] = folded[61]
    measure = surface_measure(surface, folded)
    transport = finish(solve(measure.sites, measure.masses))
    write_transport(tmp_path / "transport.npz", transport, measure)
    held = np.load(tmp_path / "transport.npz")
    assert len(held["sites"]) == len(folded)
    assert held["masses"].sum() == pytest.approx(np.pi, abs=1e-12)
    assert held["areas"][[60, 61]].min() == 0
    assert held["areas"][[60, 61]].sum() == pytest.approx(held["masses"][[60, 61]].sum())
    assert "parameterization" not in held


def test_svg_has_a_polygon_a_cell(case, tmp_path: Path) -> None:
    _, _, _, transport = case
    colors = np.tile(np.array([[1, 2, 255]], np.uint8), (len(transport.masses), 1))
    write_diagram_svg(tmp_path / "d.svg", transport.diagram, colors, singular_set(transport.diagram, 0.0))
    root = ElementTree.parse(tmp_path / "d.svg").getroot()
    polygons = [e for e in root.iter() if e.tag.endswith("polygon")]
    assert len(polygons) == len(transport.masses)
    assert polygons[0].get("fill") == "#0102ff"
    area = 0.0
    for polygon in polygons:
        x, y = np.array([p.split(",") for p in polygon.get("points").split()], float).T
        area += 0.5 * (x * np.roll(y, -1) - y * np.roll(x, -1)).sum()
    assert abs(area) / 500**2 == pytest.approx(np.pi, rel=1e-3)
    assert len([e for e in root.iter() if e.tag.endswith("line")]) == len(transport.diagram.edges)


def test_samples_file(tmp_path: Path) -> None:
    points = np.random.default_rng(0).normal(size=(5, 3))
    write_samples(tmp_path / "s.ply", points, points / 2, np.arange(5))
    data = (tmp_path / "s.ply").read_bytes()
    head, body = data.split(b"end_header\n")
    assert b"property double x" in head
    assert b"property double nz" in head
    table = np.frombuffer(body, [("p", "<f8", 3), ("n", "<f8", 3), ("face", "<i4")])
    assert (table["p"] == points).all()
    assert (table["n"] == points / 2).all()


def test_a_missing_folder_is_refused(case, tmp_path: Path) -> None:
    _, _, measure, transport = case
    with pytest.raises(InputError, match="cannot be written"):
        write_transport(tmp_path / "no" / "transport.npz", transport, measure)
