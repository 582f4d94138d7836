"""Teaching surfaces: their topology, their triangles, and the figures of what they teach."""

import numpy as np
import pytest

from assets import SAMPLES
from assets.remeshing import smallest_angles
from core.geometry.crossings import crossings
from core.geometry.teaching import (
    COLATITUDE,
    LONGITUDE,
    TEACHING_SURFACES,
    disk_grid,
    klein_bottle,
    spherical_lesson,
    swiss_roll,
    teaching_surface,
)
from core.geometry.topology import topology
from core.io.load import load

# components, boundary loops, Euler characteristic, whether it can be oriented
KNOWN = {
    "hemisphere": (1, 1, 1, True),
    "saddle": (1, 1, 1, True),
    "swiss_roll": (1, 1, 1, True),
    "bumpy_disk": (1, 1, 1, True),
    "sphere": (1, 0, 2, True),
    "torus": (1, 0, 0, True),
    "mobius_strip": (1, 1, 0, False),
    "linked_tori": (2, 0, 0, True),
    "klein_bottle": (1, 0, 0, False),
}


@pytest.mark.parametrize("key", TEACHING_SURFACES)
def test_topology_of_teaching_surfaces(key):
    surface, said = teaching_surface(key)
    known = topology(surface)
    found = known.n_components, known.n_boundary_loops, known.euler_characteristic, known.is_orientable
    assert found == KNOWN[key]
    assert known.is_manifold
    assert 2_000 <= len(surface.vertices) <= 10_000
    assert smallest_angles(surface.vertices, surface.faces).min() > 20
    assert said[0] == TEACHING_SURFACES[key].lesson
    assert all(sentence.endswith(".") for sentence in said)
    assert 1.5 < np.ptp(surface.vertices, axis=0).max() < 2.9


def test_they_are_opened_by_their_names(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    source = load("torus")
    assert (source.path, source.name, source.topology.genus) == ("torus", "torus", 1)
    assert source.warnings[0] == TEACHING_SURFACES["torus"].lesson
    (tmp_path / "torus").write_text("OFF\n3 1 0\n0 0 0\n1 0 0\n0 1 0\n3 0 1 2\n")
    assert len(load("torus").surface.faces) == 1  # a file of that name is what is meant
    assert {str(sample.file) for sample in SAMPLES[1:]} - {"digits"} == set(TEACHING_SURFACES)


def test_only_one_sided_surfaces_and_the_bottle_pass_through_themselves():
    met = {key: len(crossings(*(lambda s: (s.vertices, s.faces))(teaching_surface(key)[0]))) for key in KNOWN}
    assert {key for key, n in met.items() if n} == {"klein_bottle"}
    assert f"{met['klein_bottle']:,} pairs" in teaching_surface("klein_bottle")[1][1]


def test_the_bottle_is_closed_along_its_seam():
    """The last row is as far from the first, turned over, as rows are elsewhere: nothing is torn or folded there."""
    vertices, faces = klein_bottle(24)
    edges = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]])
    last = len(vertices) - 24
    at_seam = ((edges < 24) & (edges[:, ::-1] >= last)).any(axis=1)
    lengths = np.linalg.norm(vertices[edges[:, 0]] - vertices[edges[:, 1]], axis=1)
    beside = ((edges < 48) & (edges[:, ::-1] < 48)).all(axis=1)
    assert at_seam.any()
    assert lengths[at_seam].max() < 1.3 * lengths[beside].max()


def test_the_figures_of_spherical_coordinates():
    surface, said = teaching_surface("sphere")
    longitude, colatitude = surface.scalars[LONGITUDE], surface.scalars[COLATITUDE]
    poles = np.abs(surface.vertices[:, 2]) > 1.0 - 1e-12
    assert poles.sum() == 2
    np.testing.assert_allclose(colatitude[poles], [0.0, 180.0], atol=1e-6)
    np.testing.assert_allclose(np.cos(np.radians(colatitude)), surface.vertices[:, 2], atol=1e-12)
    torn = np.ptp(longitude[surface.faces], axis=1) > 180.0
    torn &= ~poles[surface.faces].any(axis=1)
    assert said[1] == spherical_lesson(surface)
    assert f"tears {torn.sum():,} of {len(surface.faces):,}" in said[1]
    # One over the sine of the colatitude is what longitude and colatitude do to an area.
    nearest = np.sort(np.sin(np.radians(colatitude)))[2]
    stretch = float(said[1].split("up to ")[1].split(" times")[0])
    assert 0.5 / nearest < stretch < 1.05 / nearest


def test_swiss_roll_unrolls_evenly():
    vertices, _ = swiss_roll(rows=140, columns=36)
    spiral = vertices.reshape(140, 36, 3)[:, 0]
    steps = np.linalg.norm(np.diff(spiral, axis=0), axis=1)
    assert np.ptp(steps) < 0.01 * steps.mean()


def test_disk_grid_has_the_vertices_that_it_promises():
    points, faces = disk_grid(5)
    assert len(points) == 3 * 5 * 6 + 1
    assert len(faces) == 6 * 5**2
