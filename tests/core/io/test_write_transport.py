"""The files of the transport hold what EXPORTS says."""

from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
import trimesh

from core.base.errors import InputError
from core.base.progress import finish
from core.data.surface import Surface
from core.io.load import load
from core.io.writers.transport import mass_colors, write_diagram_svg, write_samples, write_transport
from core.session.export_transport import export_parameterization, export_samples, export_transport
from core.session.project import Project
from core.transport.options import TransportOptions
from core.transport.singular_set import singular_set
from core.transport.transport import Transport, surface_transport
from tests.core.make import trained_project
from tests.core.transport.make_surface import bumpy_disk
from tests.core.transport.make_transport import flat_autoencoder, small_transport

OPTIONS = TransportOptions(samples=40, refinement=3, singular_threshold=0.2)


@pytest.fixture(scope="module")
def case() -> tuple[Surface, Transport]:
    return small_transport(OPTIONS, 200)


@pytest.fixture
def project(case) -> Project:
    surface, transport = case
    return Project(source=trained_project(surface).source, transport=transport)


def test_transport_file(case, tmp_path: Path) -> None:
    _, transport = case
    write_transport(tmp_path / "transport.npz", transport)
    held = dict(np.load(tmp_path / "transport.npz", allow_pickle=False))
    assert (str(held["format"]), int(held["version"]), str(held["domain"])) == ("budai-transport", 1, "disk")
    assert (str(held["chart"]), str(held["measure"])) == ("chart of the autoencoder", "surface area")
    assert (held["sites"] == transport.chart[held["site_vertex"]]).all()
    assert held["masses"].sum() == pytest.approx(np.pi, abs=1e-12)
    assert held["areas"] == pytest.approx(held["masses"], rel=1e-9)
    assert held["weights"].dtype == np.float64
    assert held["centroids"].shape == held["sites"].shape
    assert (held["parameterization"] == transport.after.coordinates).all()
    assert held["singular_segments"].shape == (len(held["singular_jumps"]), 2, 2)
    assert held["singular_jumps"].min() >= 0.2


def test_coinciding_sites_are_written_one_by_one(tmp_path: Path) -> None:
    surface, codes = bumpy_disk(200)
    folded = codes.copy()
    folded[60] = folded[61]
    write_transport(tmp_path / "transport.npz", finish(surface_transport(surface, flat_autoencoder(), folded, OPTIONS)))
    held = np.load(tmp_path / "transport.npz")
    assert len(held["sites"]) == len(folded)
    assert held["masses"].sum() == pytest.approx(np.pi, abs=1e-12)
    assert held["areas"][[60, 61]].min() == 0
    assert held["areas"][[60, 61]].sum() == pytest.approx(held["masses"][[60, 61]].sum())


def test_svg_has_a_polygon_a_cell(case, tmp_path: Path) -> None:
    _, transport = case
    diagram = transport.map.diagram
    colors = np.tile(np.array([[1, 2, 255]], np.uint8), (len(diagram.sites), 1))
    write_diagram_svg(tmp_path / "d.svg", diagram, colors, singular_set(diagram, 0.0))
    root = ElementTree.parse(tmp_path / "d.svg").getroot()
    polygons = [e for e in root.iter() if e.tag.endswith("polygon")]
    assert len(polygons) == len(diagram.sites)
    assert polygons[0].get("fill") == "#0102ff"
    area = 0.0
    for polygon in polygons:
        x, y = np.array([p.split(",") for p in polygon.get("points").split()], float).T
        area += 0.5 * (x * np.roll(y, -1) - y * np.roll(x, -1)).sum()
    assert abs(area) / 500**2 == pytest.approx(np.pi, rel=1e-3)
    assert len([e for e in root.iter() if e.tag.endswith("line")]) == len(diagram.edges)


def test_masses_have_colors_in_their_order() -> None:
    colors = mass_colors(np.array([1.0, 10.0, 100.0]))
    assert len(np.unique(colors, axis=0)) == 3
    assert (mass_colors(np.ones(3)) == colors[1]).all()


def test_samples_file(case, tmp_path: Path) -> None:
    _, transport = case
    beside = np.arange(40) < 3
    write_samples(tmp_path / "s.ply", transport.samples, beside)
    head, body = (tmp_path / "s.ply").read_bytes().split(b"end_header\n", 1)
    assert b"through the transport map" in head
    kinds = [("p", "<f8", 3), ("n", "<f8", 3), ("code", "<f8", 2), ("face", "<i4"), ("beside", "u1")]
    table = np.frombuffer(body, kinds)
    assert (table["p"] == transport.samples.points).all()
    assert (table["n"] == transport.samples.normals).all()
    assert (table["code"] == transport.samples.codes).all()
    assert (table["beside"] == beside).all()
    write_samples(tmp_path / "n.ply", transport.naive_samples, beside)
    assert b"through the decoder alone" in (tmp_path / "n.ply").read_bytes()


@pytest.mark.parametrize("suffix", [".obj", ".ply", ".glb"])
def test_the_surface_has_area_preserving_texture_coordinates(project: Project, suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"p{suffix}"
    export_parameterization(project, path)
    if suffix == ".glb":
        found = trimesh.load(path, process=False, force="mesh").visual.uv
    else:
        found = load(path).surface.texture_coordinates
    assert np.allclose(found, (project.transport.after.coordinates + 1) / 2, atol=1e-6)


def test_all_files_of_the_transport(project: Project, tmp_path: Path) -> None:
    written = export_transport(project, tmp_path, for_others=True)
    assert sorted(path.name for path in written) == sorted(path.name for path in tmp_path.iterdir())
    assert {"transport.npz", "samples.ply", "parameterization.obj", "transport.svg"} < {p.name for p in written}
    assert [p.name for p in export_transport(project, tmp_path)] == ["transport.npz", "samples.ply"]
    assert export_transport(Project(source=project.source), tmp_path) == []
    export_samples(project, tmp_path / "s.npz")
    with np.load(tmp_path / "s.npz") as held:
        assert (held["points"] == project.transport.samples.points).all()


def test_what_cannot_be_written_is_refused(project: Project, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be written"):
        write_transport(tmp_path / "no" / "transport.npz", project.transport)
    with pytest.raises(InputError, match=r"suffix .txt cannot hold this"):
        export_parameterization(project, tmp_path / "p.txt")
    with pytest.raises(InputError, match=r"Use .ply or .npz"):
        export_samples(project, tmp_path / "p.obj")
    with pytest.raises(InputError, match="not solved yet"):
        export_samples(Project(source=project.source), tmp_path / "p.ply")
