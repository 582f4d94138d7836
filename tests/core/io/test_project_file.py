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


def with_json(path, change):
    """Change what the JSON of a project says."""
    with zipfile.ZipFile(path) as archive:
        about = json.loads(archive.read("project.json"))
    change(about)
    rewritten(path, "project.json", json.dumps(about).encode())


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda about: about["source"].update(name=3), "name cannot be 3"),
        (lambda about: about["source"].update(seconds="long"), "seconds cannot be 'long'"),
        (lambda about: about["source"].update(repairs="none"), "repairs cannot be 'none'"),
        (lambda about: about["source"].update(warnings=[None]), r"warnings cannot be \[None\]"),
        (lambda about: about["training"].update(steps=1.5), r"steps cannot be 1\.5"),
        (lambda about: about["training"].update(steps=True), "steps cannot be true"),
        (lambda about: about["training"].update(device=None), "device cannot be null"),
        (lambda about: about["training"].update(seconds=float("nan")), "seconds cannot be nan"),
        (lambda about: about["training"].update(schedule=["a"]), "schedule cannot be"),
        (lambda about: about["training"].update(options=[1]), "stands where TrainingOptions should"),
        (lambda about: about["training"]["options"].update(seed="0"), "seed cannot be '0'"),
        (lambda about: about["training"]["options"].update(mode=7), "mode cannot be 7"),
        (lambda about: about["training"]["options"].update(seconds=float("inf")), "seconds cannot be inf"),
        (lambda about: about["training"]["options"].update(more=1), "more"),
        (lambda about: about["training"]["certificate"].update(rmse_rel=float("nan")), "rmse_rel cannot be nan"),
        (lambda about: about["training"]["certificate"].update(rmse_rel={}), r"rmse_rel cannot be \{\}"),
        (lambda about: about["training"]["certificate"].update(n_triangles="many"), "n_triangles cannot be 'many'"),
        (lambda about: about["training"]["certificate"].update(exact={"pieces": "x"}), "pieces cannot be 'x'"),
        (lambda about: about["training"].pop("steps"), "'steps' is missing"),
        (lambda about: about["options"].update(training="x"), "stands where TrainingOptions should"),
        (lambda about: about.update(runs=[{"name": 1, "parent": ""}]), "name cannot be 1"),
        (lambda about: about.update(runs=7), "damaged"),
        (lambda about: about.update(outdated=[{}]), "damaged"),
    ],
)
def test_what_is_of_the_wrong_kind_is_refused_and_named(tmp_path, change, said):
    path = tmp_path / "p.budai"
    save_project(trained_project(), path)
    with_json(path, change)
    with pytest.raises(InputError, match=said) as caught:
        open_project(path)
    assert "damaged" in caught.value.reason
    assert caught.value.place


def test_deep_nesting_is_refused_in_words_of_a_user(tmp_path):
    path = tmp_path / "p.budai"
    for name, place in (("project.json", "project.json"), ("autoencoder.json", "training")):
        save_project(trained_project(), path)
        rewritten(path, name, b"[" * 200_000)
        with pytest.raises(InputError, match="it is nested too deeply") as caught:
            open_project(path)
        assert caught.value.place == place


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2, zipfile.ZIP_DEFLATED])
@pytest.mark.parametrize("inner", [False, True])
def test_a_damaged_part_of_any_compression_is_refused(tmp_path, method, inner):
    path = tmp_path / "p.budai"
    save_project(trained_project(), path)

    def damaged(parts):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", method) as archive:
            for name, content in parts.items():
                archive.writestr(name, content)
            start = archive.infolist()[0].header_offset + 30 + len(archive.infolist()[0].filename)
        content = bytearray(buffer.getvalue())
        for k in range(start + 12, start + 60):
            content[k] ^= 0x5A
        return bytes(content)

    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    if inner:
        with zipfile.ZipFile(io.BytesIO(parts["surface.npz"])) as archive:
            rewritten(path, "surface.npz", damaged({name: archive.read(name) for name in archive.namelist()}))
    else:
        path.write_bytes(damaged(parts))
    with pytest.raises(InputError, match="damaged"):
        open_project(path)


def test_figures_that_came_out_as_no_number_come_back_as_such(tmp_path):
    project = trained_project()
    certificate = replace(project.training.certificate, hausdorff_rel=float("nan"), round_trip=float("inf"))
    save_project(replace(project, training=replace(project.training, certificate=certificate)), tmp_path / "p.budai")
    back = open_project(tmp_path / "p.budai").training.certificate
    assert np.isnan(back.hausdorff_rel)
    assert back.round_trip is None
    with zipfile.ZipFile(tmp_path / "p.budai") as archive:
        assert b"NaN" not in archive.read("project.json")


def test_a_flipped_byte_is_refused_or_changes_nothing(tmp_path):
    project, path = trained_project(), tmp_path / "p.budai"
    save_project(project, path)
    content, rng = path.read_bytes(), np.random.default_rng(0)
    refused = 0
    for place in rng.integers(0, len(content), 300):
        flipped = bytearray(content)
        flipped[place] ^= 1 << int(rng.integers(8))
        path.write_bytes(flipped)
        try:
            back = open_project(path)
        except InputError:
            refused += 1
            continue
        assert np.array_equal(back.source.surface.vertices, project.source.surface.vertices)
        assert np.array_equal(back.training.codes, project.training.codes)
        assert back.training.options == project.training.options
        assert back.training.certificate == project.training.certificate
    assert 150 < refused < 300
