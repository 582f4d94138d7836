from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.base.errors import BudaiError
from core.base.progress import finish
from core.data.point_cloud import PointCloud
from core.generation.generate import generate
from core.generation.generation import Generation
from core.generation.options import GenerationOptions
from core.generation.report import generation_report
from core.io.writers.generated import write_generated, write_path
from core.session.generation_parts import pack_generation, unpack_generation
from core.session.project_file import open_project, save_project
from core.session.stages import STAGES
from core.transport.options import TransportOptions
from core.transport.transport import surface_transport
from tests.core.denoising.make_autoencoder import learned_project

PROJECT = learned_project()
SURFACE, TRAINING = PROJECT.source.surface, PROJECT.training


def generated(transport=None, **options) -> Generation:
    return finish(generate(PROJECT.source, TRAINING, transport, GenerationOptions(**options)))


def test_uniform_codes_fill_the_disk() -> None:
    found = generated(origin="uniform", count=20_000)
    np.testing.assert_array_equal(TRAINING.autoencoder.decode(found.codes), found.points)
    assert np.mean((found.codes**2).sum(1) < 0.5) == pytest.approx(0.5, abs=0.015)
    # All of the disk but the segments beyond the polygon of 120 corners is the surface's.
    share = 60 / np.pi * np.sin(np.pi / 60)
    assert found.inside.mean() == pytest.approx(share, abs=1e-3)
    np.testing.assert_array_equal(found.disk_points, found.codes)


def test_gaussian_codes_leave_the_surface_and_are_counted() -> None:
    found = generated(origin="gaussian", spread=0.7, count=20_000)
    assert found.inside.mean() == pytest.approx(1 - np.exp(-1 / (2 * 0.49)), abs=0.015)
    assert f"{found.n_outside:,} of 20,000" in found.warnings[0]
    assert found.distance_outside > 3 * found.distance_inside
    assert found.distance_inside < 1e-3 * found.diagonal


def test_codes_through_the_transport_are_uniform_on_the_surface() -> None:
    found = generated(count=40_000)
    assert found.inside.all()
    assert found.warnings == ()
    assert found.distance_outside is None
    steep = np.abs(found.points[:, 0]) < 0.3
    drawn = steep.mean()
    centres = SURFACE.corners.mean(1)
    expected = SURFACE.face_areas[np.abs(centres[:, 0]) < 0.3].sum() / SURFACE.area
    flat = generated(origin="uniform", count=40_000)
    assert drawn == pytest.approx(expected, abs=0.008)
    assert abs((np.abs(flat.points[:, 0]) < 0.3).mean() - expected) > 0.012


def test_a_transport_that_is_there_is_used() -> None:
    made = finish(surface_transport(SURFACE, TRAINING.autoencoder, TRAINING.codes, TransportOptions(samples=1000)))
    np.testing.assert_allclose(generated(made, count=500).codes, generated(count=500).codes, atol=1e-6)
    other = replace(made, options=replace(made.options, measure="uniform"))
    assert "uniform over the vertices" in generated(other, count=10).warnings[0]


def test_a_walk_is_measured_both_ways_and_comes_back_from_a_file(tmp_path: Path) -> None:
    found = generated(origin="uniform", count=100, start=(-0.7, 0.1), stop=(0.6, -0.3), frames=7)
    walk = found.walk
    assert walk.converged
    assert walk.geodesic.length < walk.straight.length
    assert walk.straight_outside == walk.geodesic_outside == 0.0
    report = generation_report(found)
    assert report["walk"]["geodesic_length_rel"] == walk.geodesic.length / SURFACE.diagonal
    back = unpack_generation(pack_generation(found), {}, "")
    assert back.options == found.options
    assert generation_report(back) == report
    np.testing.assert_array_equal(back.walk.geodesic.codes, walk.geodesic.codes)
    write_path(walk.geodesic, tmp_path / "frames.ply", found.options.frames)
    header, _, body = (tmp_path / "frames.ply").read_bytes().partition(b"end_header\n")
    assert b"element vertex 7" in header
    table = np.frombuffer(body, "<f8").reshape(7, 6)
    np.testing.assert_allclose(
        np.linalg.norm(np.diff(table[:, :3], axis=0), axis=1), walk.geodesic.length / 6, rtol=0.2
    )
    write_path(walk.straight, tmp_path / "path.ply")
    assert b"element vertex %d" % len(walk.straight.codes) in (tmp_path / "path.ply").read_bytes()


def test_generated_points_are_written(tmp_path: Path) -> None:
    found = generated(origin="gaussian", count=50, spread=1.0)
    write_generated(found, tmp_path / "samples.ply")
    header, _, body = (tmp_path / "samples.ply").read_bytes().partition(b"end_header\n")
    kind = [(name, "<f8") for name in ("x", "y", "z", "s", "t", "distance")] + [("inside", "u1")]
    table = np.frombuffer(body, kind)
    assert b"property uchar inside" in header
    np.testing.assert_array_equal(table["inside"].astype(bool), found.inside)
    np.testing.assert_array_equal(table["x"], found.points[:, 0])


def test_what_cannot_be_done_is_said() -> None:
    with pytest.raises(BudaiError, match="outside the latent disk"):
        generated(origin="uniform", count=1, start=(0.0, 0.0), stop=(1.5, 0.0))
    for wrong in ({"start": (0.0, 0.0)}, {"start": (0.0,), "stop": (1.0,)}, {"count": 0}, {"origin": "x"}):
        with pytest.raises(BudaiError):
            GenerationOptions(**wrong)
    cloud = replace(PROJECT.source, data=PointCloud(np.zeros((3, 3))))
    with pytest.raises(BudaiError, match="is a cloud"):
        finish(generate(cloud, TRAINING, None, GenerationOptions()))


def test_a_project_keeps_generated_points_and_marks_them_when_the_transport_changes(tmp_path: Path) -> None:
    found = generated(origin="uniform", count=30, start=(0.1, 0.2), stop=(0.2, 0.2))
    project = PROJECT.updated(generation=found).with_options("generation", found.options)
    save_project(project, tmp_path / "p.budai")
    back = open_project(tmp_path / "p.budai")
    assert back.options["generation"] == found.options
    assert generation_report(back.generation) == generation_report(found)
    stage = STAGES["generation"]
    assert stage.inputs(project) == (project.source, None, project.training, None)
    assert stage.inputs(replace(project, training=None)) is None
    assert project.updated(training=TRAINING).outdated == {"generation"}
