import json
from dataclasses import replace

import numpy as np
import pytest
import trimesh
from safetensors.numpy import load_file

from app.command_line.report_file import run_report
from app.stages.exporting import available, export_file, export_run, exported_from
from core.base.errors import InputError
from core.base.progress import finish
from core.cells.cells import CellsOptions, find_cells
from core.charts.detail_layer import DetailLayer
from core.io.load import load
from core.io.writers.mesh import MESH_WRITERS
from tests.core.denoising.test_denoise_atlas import denoised_project
from tests.core.make import trained_project

EXACT = {".ply", ".obj", ".off", ".m", ".vtp", ".3mf"}


@pytest.mark.parametrize("suffix", sorted(set(MESH_WRITERS) - {".npz"}))
@pytest.mark.parametrize("what", ["reconstruction", "surface"])
def test_a_mesh_comes_back_from_its_file(tmp_path, suffix, what):
    project = trained_project()
    path = tmp_path / f"mesh{suffix}"
    export_file(project, path, what)
    wanted = project.source.surface
    if what == "reconstruction":
        wanted = replace(wanted, vertices=project.training.autoencoder.decode(project.training.codes))
    back = load(path).surface
    assert len(back.faces) == len(wanted.faces)
    tolerance = 0.0 if suffix in EXACT else 1e-6 * wanted.diagonal
    if suffix == ".stl":  # corners are stored apart and merged in another order
        assert back.area == pytest.approx(wanted.area, rel=1e-5)
    else:
        assert np.abs(back.vertices - wanted.vertices).max() <= tolerance
        assert np.array_equal(back.faces, wanted.faces)


@pytest.mark.parametrize("suffix", [".obj", ".ply", ".glb"])
def test_texture_coordinates_are_the_codes(tmp_path, suffix):
    project = trained_project()
    path = tmp_path / f"mesh{suffix}"
    export_file(project, path, "reconstruction")
    for uv in (load(path).surface.texture_coordinates, trimesh.load(path, process=False, force="mesh").visual.uv):
        if uv is not None:  # trimesh reads none from PLY
            assert np.allclose(uv, (project.training.codes + 1) / 2, atol=1e-6)


@pytest.mark.parametrize("name", ["mesh.npz", "MESH.NPZ"])
def test_npz_holds_the_arrays(tmp_path, name):
    project = trained_project()
    export_file(project, tmp_path / name)
    with np.load(tmp_path / name) as held:
        assert str(held["format"]) == "budai-mesh"
        assert np.array_equal(held["faces"], project.source.surface.faces)
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("suffix", [".ply", ".npz", ".vtp"])
def test_scalars_never_stand_for_something_else(tmp_path, suffix):
    project = trained_project()
    surface, path = project.source.surface, tmp_path / f"a{suffix}"
    values = np.arange(float(len(surface.vertices)))
    names = ("x", "Faces", 'a <b> & "c"', "a _b_ _ _c_", "format", "naïve", "curvature")
    scalars = {name: values + k for k, name in enumerate(names)}
    source = replace(project.source, data=replace(surface, scalars=scalars))
    export_file(replace(project, source=source), path, "surface")
    if suffix == ".npz":
        with np.load(path) as held:
            assert np.array_equal(held["vertices"], surface.vertices)
            assert np.array_equal(held["scalar_Faces"], values + 1)
        return
    back = load(path).surface
    assert np.array_equal(back.vertices, surface.vertices)
    assert np.array_equal(back.scalars["curvature"], values + 6)
    assert len(back.scalars) == len(names)


def test_results_of_a_former_training_are_not_written(tmp_path):
    project = trained_project()
    cells = finish(find_cells(project.source.surface, project.training.autoencoder, CellsOptions(("decoder",))))
    old = project.updated(cells=cells).updated(training=replace(project.training))
    assert "cells" in old.outdated
    assert run_report(old, "0", {}, 1)["cells"] is None
    assert old.without_outdated().cells is None
    assert not old.without_outdated().outdated
    assert old.without_outdated().training is old.training


@pytest.mark.parametrize(
    ("name", "what", "reason"),
    [
        ("a.npz", "cells", "cells are not computed yet"),
        ("a.ply", "samples", "not solved yet"),
        ("a.ply", "tea", "no result named tea"),
        ("a.doc", "surface", "not one that meshes can be written to"),
        ("none/a.ply", "surface", "cannot be written"),
    ],
)
def test_what_cannot_be_exported_is_refused(tmp_path, name, what, reason):
    with pytest.raises(InputError, match=reason):
        export_file(trained_project(), tmp_path / name, what)
    assert list(tmp_path.iterdir()) == []


def test_a_reconstruction_needs_a_training(tmp_path):
    with pytest.raises(InputError, match="no reconstruction yet"):
        export_file(replace(trained_project(), training=None), tmp_path / "a.ply", "reconstruction")


def test_a_run_writes_the_files_of_the_contract(tmp_path):
    project = trained_project()
    names = {path.name for path in export_run(project, tmp_path)}
    assert names == {"surface.ply", "autoencoder.json", "autoencoder.safetensors", "chart.npz", "reconstruction.ply"}
    about = json.loads((tmp_path / "autoencoder.json").read_text())
    tensors = load_file(tmp_path / "autoencoder.safetensors")
    assert set(tensors) == {
        f"{layer}.{kind}" for layer in about["encoder"] + about["decoder"] for kind in ("weight", "bias")
    }
    assert all(tensor.dtype == np.float32 for tensor in tensors.values())
    with np.load(tmp_path / "chart.npz") as chart:
        assert (str(chart["format"]), int(chart["version"])) == ("budai-chart", 1)
        assert np.array_equal(chart["codes"], project.training.codes)
        assert np.array_equal(chart["target"], project.training.target)
    back = load(tmp_path / "reconstruction.ply").surface
    gap = np.linalg.norm(back.vertices - project.source.surface.vertices, axis=1)
    assert np.array_equal(back.scalars["error"], gap)


def with_cells_and_detail():
    """Return a trained project with a detail layer, and with its exact cells."""
    project = trained_project()
    values = np.random.default_rng(0).normal(size=(6, 6, 3)).astype(np.float32).astype(np.float64)
    autoencoder = project.training.autoencoder.with_detail(DetailLayer(np.array([-0.6, -0.7]), 0.25, values))
    training = replace(project.training, autoencoder=autoencoder)
    cells = finish(find_cells(project.source.surface, autoencoder, CellsOptions()))
    return replace(project, training=training, cells=cells)


def test_the_pieces_of_the_whole_decoder_are_written(tmp_path):
    project = with_cells_and_detail()
    names = {path.name for path in export_run(project, tmp_path)}
    assert {"reconstruction_pieces.ply", "reconstruction_cells.ply", "cells_decoder.npz"} <= names
    export_file(project, tmp_path / "again.ply", "reconstruction_pieces")
    assert (tmp_path / "again.ply").read_bytes() == (tmp_path / "reconstruction_pieces.ply").read_bytes()
    assert "detail.values" in load_file(tmp_path / "autoencoder.safetensors")
    head = (tmp_path / "again.ply").read_bytes()[:600].decode("ascii", "replace")
    assert f"element face {project.cells.exact.decoder_pieces}" in head
    plain = replace(project, training=replace(project.training, autoencoder=trained_project().training.autoencoder))
    with pytest.raises(InputError, match="no detail layer"):
        export_file(plain, tmp_path / "none.ply", "reconstruction_pieces")


def test_the_report_tells_what_the_cells_tell():
    project = with_cells_and_detail()
    report = run_report(project, "0", {}, 10**8)
    exact = report["training"]["certificate"]["exact"]
    assert exact["flipped_pieces"] == report["cells"]["encoder"]["flipped_pieces"]
    assert exact["decoder_pieces"] == report["cells"]["with_detail"]["pieces"] > report["cells"]["decoder"]["cells"]
    verdicts = {claim["key"]: claim["verdict"] for claim in report["training"]["certificate"]["claims"]}
    assert verdicts["immersion"] == ("holds" if exact["flat_pieces"] == 0 else "fails")
    assert json.loads(json.dumps(report)) == report
    stale = run_report(replace(project, outdated=frozenset({"cells"})), "0", {}, 10**8)
    assert stale["training"]["certificate"]["exact"] is None


def test_the_report_leaves_null_what_was_not_measured():
    report = run_report(trained_project(), "0", {"load": 0.5, "total": 2.0}, 10**8)
    assert report["cells"] is report["transport"] is report["denoising"] is None
    assert report["timings"]["cells"] is None
    assert report["training"]["flipped_triangles"] == 3
    assert report["training"]["network"]["rmse_rel"] == report["training"]["rmse_rel"] == 0.1
    assert report["training"]["detail"] is None
    assert report["training"]["certificate"]["is_homeomorphism"] is False
    assert report["surface"]["euler_characteristic"] == 1
    assert json.loads(json.dumps(report)) == report


def test_of_an_atlas_window_and_command_line_write_the_same(tmp_path):
    whole = denoised_project(40)
    chart = whole.charts[1]
    offered = available(whole, chart)  # what the window offers while the second chart is shown
    assert {one.key for one in offered if one.is_of_whole} >= {"surface", "atlas", "reconstruction", "denoised"}
    for one in offered:
        origin = exported_from(one.key, whole, chart)
        for suffix in one.formats(origin)[:1]:
            path = tmp_path / f"{one.key}.{suffix}"
            export_file(origin, path, one.key)
            assert path.stat().st_size > 0
        if not one.is_of_whole:
            with pytest.raises(InputError, match=r"chart by chart.*P\.budai:1"):
                export_file(whole, tmp_path / "refused.ply", one.key)
