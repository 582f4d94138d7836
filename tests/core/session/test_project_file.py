import io
import json
import os
import zipfile
from dataclasses import replace

import numpy as np
import pytest

from core.base.errors import InputError
from core.cells.cells import Cells
from core.cells.exact_figures import ExactFigures
from core.charts.detail_figures import DetailFigures
from core.charts.detail_layer import DetailLayer
from core.data.reading_options import ReadingOptions
from core.evaluation.accuracy import Accuracy
from core.session.project import Project
from core.session.project_file import open_project, save_project
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


def test_how_the_surface_was_read_comes_back(tmp_path):
    project = trained_project()
    how = ReadingOptions(("x (m)", "2", "z"), 1e-6, 5000)
    save_project(replace(project, source=replace(project.source, how=how, gap=2e-6)), tmp_path / "p.budai")
    source = open_project(tmp_path / "p.budai").source
    assert (source.how, source.gap) == (how, 2e-6)


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
    assert [run.exact for run in back.runs] == [(), (exact,)]
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


def packed(path, method):
    """The same parts, compressed in another way."""
    with zipfile.ZipFile(path) as archive:
        parts = {n: archive.read(n) for n in archive.namelist()}
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2, zipfile.ZIP_DEFLATED])
def test_damaged_compression_is_refused(tmp_path, method):
    path = tmp_path / "p.budai"
    save_project(trained_project(), path)
    packed(path, method)
    assert open_project(path).training is not None
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        begin = archive.getinfo("autoencoder.safetensors").header_offset
    content[begin + 80 : begin + 120] = b"\xff" * 40
    path.write_bytes(content)
    with pytest.raises(InputError):
        open_project(path)


def changed(about, keys, value):
    """A copy of a JSON object with another value at a path."""
    about = json.loads(json.dumps(about))
    inner = about
    for key in keys[:-1]:
        inner = inner[key]
    inner[keys[-1]] = value
    return about


@pytest.mark.parametrize(
    ("keys", "value"),
    [
        (("source", "path"), 5),
        (("source", "repairs"), "abc"),
        (("source", "seconds"), float("nan")),
        (("training", "seconds"), "ten"),
        (("training", "steps"), 1.5),
        (("training", "messages"), [1]),
        (("training", "certificate", "rmse_rel"), float("nan")),
        (("training", "certificate", "n_triangles"), "many"),
        (("training", "certificate", "unheard_of"), 1),
        (("training", "options", "seed"), True),
        (("training", "options", "encoder"), [64, "64"]),
        (("training", "options", "mode"), "wild"),
        (("training", "options", "seconds"), None),
        (("training",), [1, 2]),
        (("source",), None),
        (("runs",), 7),
    ],
)
def test_wrong_types_and_nan_are_refused(tmp_path, keys, value):
    path = tmp_path / "p.budai"
    save_project(trained_project(), path)
    with zipfile.ZipFile(path) as archive:
        about = json.loads(archive.read("project.json"))
    rewritten(path, "project.json", json.dumps(changed(about, keys, value)).encode())
    with pytest.raises(InputError, match="damaged") as caught:
        open_project(path)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("name", ["project.json", "autoencoder.json"])
def test_json_nested_without_end_is_refused(tmp_path, name):
    path = tmp_path / "p.budai"
    save_project(trained_project(), path)
    rewritten(path, name, b"[" * 100_000 + b"]" * 100_000)
    with pytest.raises(InputError, match=r"nested|not a Budai project|no ReLU autoencoder"):
        open_project(path)


def test_positions_that_are_not_finite_are_refused(tmp_path):
    path = tmp_path / "p.budai"
    project = trained_project()
    save_project(project, path)
    vertices = project.source.surface.vertices.copy()
    vertices[0] = np.nan
    buffer = io.BytesIO()
    np.savez(buffer, vertices=vertices, faces=project.source.surface.faces)
    rewritten(path, "surface.npz", buffer.getvalue())
    with pytest.raises(InputError, match="not finite"):
        open_project(path)


def same(a, b):
    """Whether two projects hold the same."""
    arrays = [(p.source.surface.vertices, p.source.surface.faces, p.training.codes) for p in (a, b)]
    arrays = [(*held, *p.training.autoencoder.decoder.weights) for held, p in zip(arrays, (a, b), strict=True)]
    said = [(p.source.warnings, p.source.repairs, p.training.certificate, p.training.options) for p in (a, b)]
    return said[0] == said[1] and all(np.array_equal(x, y) for x, y in zip(*arrays, strict=True))


def test_single_byte_flips_are_refused_or_change_nothing(tmp_path):
    path = tmp_path / "p.budai"
    save_project(trained_project(), path)
    whole, project = path.read_bytes(), open_project(path)
    rng = np.random.default_rng(0)
    refused = identical = 0
    for at in rng.integers(len(whole), size=300).tolist():
        damaged = bytearray(whole)
        damaged[at] ^= 1 << int(rng.integers(8))
        path.write_bytes(damaged)
        try:
            assert same(open_project(path), project), f"byte {at} was read wrong"
            identical += 1
        except InputError as error:
            assert str(error).isprintable()  # noqa: PT017
            refused += 1
    assert refused + identical == 300
    assert refused >= 200
