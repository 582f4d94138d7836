import io
import json
import os
import zipfile
from dataclasses import replace

import numpy as np
import pytest

from core.autoencoder.detail_figures import DetailFigures
from core.autoencoder.detail_layer import DetailLayer
from core.errors import InputError
from core.evaluation.accuracy import Accuracy
from core.evaluation.exact_figures import ExactFigures
from core.io.project_file import open_project, save_project
from core.project import Project
from core.relu.cells import Cells
from tests.core.make import trained_project


def test_a_project_comes_back_as_it_was(tmp_path):
    project = trained_project()
    save_project(project, tmp_path / "p.budai")
    back = open_project(tmp_path / "p.budai")
    assert back.source.repairs == project.source.repairs
    assert np.array_equal(back.source.surface.vertices, project.source.surface.vertices)
    assert np.array_equal(back.source.surface.faces, project.source.surface.faces)
    assert back.source.topology.is_disk
    a, b = back.training, project.training
    assert (a.options, a.certificate, a.messages, a.schedule) == (b.options, b.certificate, b.messages, b.schedule)
    assert np.array_equal(a.codes, b.codes)
    assert np.array_equal(a.target, b.target)
    assert np.array_equal(a.history["rmse_rel"], b.history["rmse_rel"])
    points = np.random.default_rng(0).normal(size=(50, 3))
    assert np.array_equal(a.autoencoder.encode(points), b.autoencoder.encode(points))
    assert np.array_equal(a.autoencoder.decode(b.codes), b.autoencoder.decode(b.codes))
    assert back.options == dict(project.options)


def test_the_detail_layer_and_what_is_known_of_it_come_back(tmp_path):
    project = trained_project()
    values = np.random.default_rng(0).normal(size=(5, 4, 3)).astype(np.float32).astype(np.float64)
    detail = DetailLayer(np.array([-0.5, -0.4]), 0.25, values)
    figures = DetailFigures(64, 0.25, 20, 1e-3, 500, 0, 0.0, 1e-4, 1e-2, 999, 60, 300, 1.5, messages=("A layer.",))
    certificate = replace(
        project.training.certificate,
        network=Accuracy(0.2, 0.1, 0.6, 40.0),
        exact=ExactFigures(pieces=1000, flipped_pieces=2, rim_is_simple=True),
    )
    training = replace(
        project.training,
        autoencoder=project.training.autoencoder.with_detail(detail),
        certificate=certificate,
        detail=figures,
        chart_seconds=0.5,
        bad_faces=np.array([3, 5]),
    )
    save_project(replace(project, training=training), tmp_path / "p.budai")
    back = open_project(tmp_path / "p.budai").training
    assert (back.certificate, back.detail, back.chart_seconds) == (certificate, figures, 0.5)
    assert back.bad_faces.tolist() == [3, 5]
    assert np.array_equal(back.autoencoder.decode(back.codes), training.autoencoder.decode(training.codes))
    assert not np.array_equal(back.autoencoder.decode(back.codes), back.autoencoder.decode_network(back.codes))


def test_runs_come_back_and_the_present_one_is_stored_once(tmp_path):
    project = trained_project()
    later = replace(project.training, steps=99, options=replace(project.training.options, start="continue"))
    project = project.updated(training=project.training).updated(training=later)
    exact = ExactFigures(pieces=9, flipped_pieces=0, rim_is_simple=True)
    project = project.updated(cells=Cells(None, None, None, {}, exact=exact))
    save_project(project, tmp_path / "p.budai")
    back = open_project(tmp_path / "p.budai")
    assert [run.exact for run in back.runs] == [None, exact]
    assert [(run.name, run.parent, run.training.steps) for run in back.runs] == [
        ("Run 1", "", 12),
        ("Run 2", "Run 1", 99),
    ]
    assert back.runs[1].training is back.training
    assert back.run.name == "Run 2"
    first = back.runs[0].training
    codes = project.training.codes
    assert np.array_equal(first.autoencoder.decode(codes), project.runs[0].training.autoencoder.decode(codes))
    with zipfile.ZipFile(tmp_path / "p.budai") as archive:
        assert sum(name.endswith("autoencoder.safetensors") for name in archive.namelist()) == 2
    rewritten(tmp_path / "p.budai", "runs/0/training.npz", b"no zip")
    with pytest.raises(InputError, match="damaged") as caught:
        open_project(tmp_path / "p.budai")
    assert caught.value.place == "runs"


def test_a_file_without_a_list_of_runs_has_one(tmp_path):
    save_project(trained_project(), tmp_path / "p.budai")
    back = open_project(tmp_path / "p.budai")
    assert [run.training for run in back.runs] == [back.training]


def test_nothing_in_the_file_is_a_pickle(tmp_path):
    save_project(trained_project(), tmp_path / "p.budai")
    with zipfile.ZipFile(tmp_path / "p.budai") as archive:
        assert {name.rsplit(".")[-1] for name in archive.namelist()} == {"json", "npz", "safetensors"}
        for name in archive.namelist():
            if name.endswith(".npz"):
                np.load(io.BytesIO(archive.read(name)), allow_pickle=False)


def test_without_a_surface_there_is_nothing_to_save(tmp_path):
    with pytest.raises(InputError, match="nothing to save"):
        save_project(Project(), tmp_path / "p.budai")
    assert list(tmp_path.iterdir()) == []


def test_a_save_that_fails_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "p.budai"
    save_project(trained_project(), path)
    before = path.read_bytes()
    monkeypatch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(InputError, match="No space left"):
        save_project(trained_project(), path)
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["p.budai"]


def rewritten(path, name, content):
    """Replace one part of a project file."""
    with zipfile.ZipFile(path) as archive:
        parts = {n: archive.read(n) for n in archive.namelist()}
    parts[name] = content
    with zipfile.ZipFile(path, "w") as archive:
        for part, data in parts.items():
            archive.writestr(part, data)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("project.json", b"{", "damaged"),
        ("project.json", b"[]", "not a Budai project"),
        ("project.json", json.dumps({"format": "budai-project", "version": 9}).encode(), "version 9"),
        ("surface.npz", b"PK", "damaged"),
        ("training.npz", b"no zip", "damaged"),
        ("autoencoder.json", b"{}", "no ReLU autoencoder"),
        ("autoencoder.safetensors", b"\xff" * 64, "does not fit together"),
    ],
)
def test_a_damaged_part_is_named(tmp_path, name, content, reason):
    path = tmp_path / "p.budai"
    save_project(trained_project(), path)
    rewritten(path, name, content)
    with pytest.raises(InputError, match=reason) as caught:
        open_project(path)
    assert caught.value.file == "p.budai"


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9, 0.999])
def test_a_truncated_file_is_refused(tmp_path, share):
    path = tmp_path / "p.budai"
    save_project(trained_project(), path)
    content = path.read_bytes()
    path.write_bytes(content[: int(share * len(content))])
    with pytest.raises(InputError):
        open_project(path)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        open_project(tmp_path / "none.budai")
