"""Projects of several charts: what each holds, how they are saved, sampled and reported."""

import json
from dataclasses import replace

import numpy as np
import pytest
import pyvista
import trimesh

from core.base.errors import BudaiError, InputError, TopologyError
from core.base.progress import finish
from core.charts.atlas import Cover
from core.charts.patch import whole_patch
from core.data.source import Source
from core.data.surface import Surface
from core.data.table import Table
from core.evaluation.atlas_figures import AtlasFigures
from core.evaluation.borders import border
from core.geometry.topology import topology
from core.session.atlas import atlas_of, atlas_report, samples_of_all
from core.session.atlas_certificate import atlas_statement, folds, numbers_in_words
from core.session.by_chart import ByChart
from core.session.every_chart import on_every_chart
from core.session.export import export_reconstruction
from core.session.export_atlas import export_atlas, export_atlas_run
from core.session.preparation import Preparation
from core.session.prepare import prepare
from core.session.preparing.changing import changing
from core.session.preparing.options import PreparationOptions
from core.session.project import Project
from core.session.project_file import open_project, save_project
from core.session.stages import train_autoencoder
from core.training.options import TrainingOptions
from core.transport.options import TransportOptions
from tests.core.make import bumpy_disk, halves, trained_project


def source_of(surface: Surface, name: str = "bumpy") -> Source:
    return Source(f"{name}.ply", name, surface, topology(surface), (), (), 0.1)


def sphere(subdivisions: int = 3) -> Source:
    mesh = trimesh.creation.icosphere(subdivisions)
    return source_of(Surface(np.array(mesh.vertices), np.array(mesh.faces)), "sphere")


@pytest.fixture(scope="module")
def project() -> Project:
    """Two charts of a disk, trained."""
    source = source_of(bumpy_disk(8))
    preparation = Preparation(source, halves(source.surface), "atlas", ("Covered by 2 charts.",))
    options = TrainingOptions(steps=(60,), encoder=(12,), decoder=(12,), detail_nodes=64)
    training = finish(train_autoencoder(source, preparation, options))
    return Project(source=source, preparation=preparation).updated(training=training)


def test_one_chart_is_the_project_itself() -> None:
    project = trained_project()
    assert project.charts == (project,)
    atlas = atlas_of(project)
    assert len(atlas) == 1
    np.testing.assert_array_equal(atlas.reconstruction(), project.training.autoencoder.decode(project.training.codes))


def test_each_chart_is_a_project_of_its_own(project: Project) -> None:
    first, second = project.charts
    assert project.charts is project.charts
    assert first.source.surface.faces.shape == project.preparation.cover.patches[0].corners.shape
    assert first.source.is_disk
    assert (first.training, second.training) == project.training.parts
    assert first.preparation is None
    assert first.charts == (first,)
    assert isinstance(project.training.whole, AtlasFigures)


def test_an_atlas_is_saved_and_reopened(project: Project, tmp_path) -> None:
    save_project(project, tmp_path / "a.budai")
    again = open_project(tmp_path / "a.budai")
    assert len(again.charts) == 2
    assert again.training.whole == project.training.whole
    assert again.preparation.done == ("Covered by 2 charts.",)
    np.testing.assert_array_equal(again.preparation.cover.face_chart, project.preparation.cover.face_chart)
    for one, other in zip(again.charts, project.charts, strict=True):
        np.testing.assert_array_equal(one.source.surface.vertices, other.source.surface.vertices)
        np.testing.assert_array_equal(one.training.codes, other.training.codes)
        assert one.training.certificate == other.training.certificate


def test_a_file_whose_charts_are_not_those_of_its_patches_is_refused(project: Project, tmp_path) -> None:
    fewer = replace(project, training=ByChart(project.training.parts[:1], project.training.whole))
    with pytest.raises(IndexError):
        _ = fewer.charts
    save_project(fewer, tmp_path / "a.budai")
    with pytest.raises(InputError, match="1 charts of training for 2 patches"):
        open_project(tmp_path / "a.budai")


def test_a_table_is_saved_and_reopened(tmp_path) -> None:
    rows = np.random.default_rng(0).normal(size=(20, 7))
    table = Table(rows, np.arange(20) % 3, tuple("abcdefg"))
    project = Project(source=Source("t.csv", "t", table, None, (), (), 0.0))
    save_project(project, tmp_path / "t.budai")
    again = open_project(tmp_path / "t.budai").source
    np.testing.assert_array_equal(again.positions, rows)
    np.testing.assert_array_equal(again.labels, np.arange(20) % 3)
    assert again.words == "a table of 20 rows and 7 columns"


def test_other_patches_drop_what_was_learned_of_the_former_ones(project: Project) -> None:
    other = project.updated(preparation=Preparation(project.source, halves(project.source.surface, 0.4)))
    assert other.training is None
    assert project.updated(preparation=None).training is None
    assert len(project.updated(preparation=None).charts) == 1


def test_a_stage_runs_on_every_chart_and_samples_are_uniform_on_the_whole(project: Project, tmp_path) -> None:
    inputs = [(chart.source, chart.training) for chart in project.charts]
    messages = []
    options = TransportOptions(samples=0, refinement=0)
    work = on_every_chart("transport", inputs, options)
    found = finish(work, lambda step: messages.append(step.message))
    assert any(text.endswith("chart 2 of 2") for text in messages)
    whole = project.updated(transport=found)
    points, charts = finish(samples_of_all(whole, 4000, np.random.default_rng(1)))
    assert points.shape == (4000, 3)
    owned = np.bincount(project.preparation.cover.face_chart, project.source.surface.face_areas)
    expected = 4000 * owned / owned.sum()
    assert abs(np.bincount(charts)[0] - expected[0]) < 5 * np.sqrt(expected[0])
    report = atlas_report(whole)
    assert report["transport"]["sites"] == sum(len(part.measure.sites) for part in found.parts)
    assert report["training"]["rmse_rel"] == project.training.whole.rmse_rel
    assert report["atlas"]["charts"] == 2
    assert report["cells"] is None
    names = [path.name for path in export_atlas_run(whole, tmp_path)]
    assert names == ["atlas.npz", "atlas.json", "reconstruction.ply", "samples.ply"]
    (told,) = json.loads((tmp_path / "atlas.json").read_text())["borders"]
    known, diagonal = border(atlas_of(whole), 0, 1), whole.source.surface.diagonal
    assert (told["charts"], told["widest_at"]) == (["chart_00", "chart_01"], known.widest)
    assert told["gap_max_rel"] == pytest.approx(known.gap_max / diagonal)
    with pytest.raises(InputError, match="cannot hold this"):
        export_atlas(whole, tmp_path / "a.obj")


@pytest.mark.parametrize("suffix", [".ply", ".npz", ".vtp", ".obj"])
def test_the_welded_surface_says_which_chart_each_face_has(project: Project, tmp_path, suffix: str) -> None:
    path, owner = tmp_path / f"w{suffix}", project.preparation.cover.face_chart
    export_reconstruction(project, path)
    if suffix == ".npz":
        held = np.load(path)
        np.testing.assert_array_equal(held["chart"], owner)
        assert held["error"].shape == (len(project.source.surface.vertices),)
    elif suffix == ".obj":
        assert path.read_text().count("\nf ") == len(owner)  # has no place for it
    elif suffix == ".vtp":
        np.testing.assert_array_equal(pyvista.read(path).cell_data["chart"], owner)
    else:
        held = trimesh.load(path, process=False).metadata["_ply_raw"]["face"]["data"]
        np.testing.assert_array_equal(held["chart"].ravel(), owner)


def test_the_whole_is_certified_in_one_sentence_and_folds_have_places(project: Project) -> None:
    said, n = atlas_statement(project), len(project.source.surface.faces)
    assert f"the charts cover all {n:,} triangles; transitions agree to " in said
    first, second = project.training.parts

    def with_bad(faces: list[int]) -> Project:
        parts = replace(first, bad_faces=np.empty(0, np.int64)), replace(second, bad_faces=np.array(faces, np.int64))
        return project.updated(training=ByChart(parts, project.training.whole))

    (fold,) = folds(with_bad([3, 5]))
    assert (fold.chart, fold.faces, fold.pieces) == (1, 2, None)
    patch = project.preparation.cover.patches[1]
    assert fold.face == patch.faces[3]
    assert patch.vertices[fold.vertex] in project.source.surface.faces[fold.face]
    assert folds(with_bad([])) == ()


def test_a_sphere_gets_an_atlas_and_a_disk_does_not() -> None:
    found = finish(prepare(sphere(), PreparationOptions()))
    assert found is not None
    assert 2 <= len(found.cover) <= 12
    assert all(part.is_disk for part in found.parts)
    assert found.done[0].startswith(f"Covered by {len(found.cover)} charts")
    assert finish(prepare(source_of(bumpy_disk()), PreparationOptions())) is None
    asked = finish(prepare(source_of(bumpy_disk(8)), PreparationOptions(charts=3)))
    assert asked is not None
    assert len(asked.cover) == 3
    with pytest.raises(TopologyError):
        finish(prepare(sphere(), PreparationOptions("as-is")))
    with pytest.raises(BudaiError, match="Charts"):
        PreparationOptions(charts=-1)


def test_the_largest_component_stays_and_holes_are_filled() -> None:
    small = sphere(1).surface
    big = sphere(2).surface
    both = Surface(
        np.concatenate([small.vertices * 0.1, big.vertices + 5.0]),
        np.concatenate([small.faces, big.faces + len(small.vertices)]),
    )
    made, _ = finish(changing(source_of(both), PreparationOptions("largest")))
    assert len(made.surface.faces) == len(big.faces)
    assert made.topology.n_components == 1
    assert made.repairs[-1].startswith("Left out 1 component of 80 faces")
    two_holes = Surface(big.vertices, np.delete(big.faces, [0, 200], 0))
    closed, change = finish(changing(source_of(two_holes), PreparationOptions("fill")))
    assert change.faces.tolist() == [len(big.faces) - 2]
    assert closed.is_disk
    with pytest.raises(InputError, match="no hole to fill"):
        finish(changing(source_of(big), PreparationOptions("fill")))
    same, change = finish(changing(source_of(big), PreparationOptions()))
    assert same.surface is big
    assert change is None


def test_an_atlas_is_not_trained_free(project: Project) -> None:
    with pytest.raises(BudaiError, match="An atlas is trained guided"):
        finish(train_autoencoder(project.source, project.preparation, TrainingOptions(mode="free")))


def test_one_patch_may_stand_for_the_whole() -> None:
    source = source_of(bumpy_disk(4))
    faces = source.surface.faces
    cover = Cover((whole_patch(len(source.positions), faces),), np.zeros(len(faces), np.int64), len(source.positions))
    project = Project(source=source, preparation=Preparation(source, cover))
    assert len(project.charts) == 1
    assert len(project.charts[0].source.positions) == len(source.positions)


def test_charts_of_very_many_faces_are_parted(monkeypatch) -> None:
    monkeypatch.setattr("core.atlas.refining._MOST_FACES", 100)
    found = finish(prepare(sphere(3), PreparationOptions()))
    assert found is not None
    assert np.bincount(found.cover.face_chart).max() <= 200
    assert all(part.is_disk for part in found.parts)
    asked = finish(prepare(sphere(3), PreparationOptions(charts=4)))
    assert asked is not None
    assert len(asked.cover) == 4


def test_many_charts_are_named_by_the_ends_of_their_runs():
    assert numbers_in_words([2, 5, 6, 7, 9, 10]) == "2, 5 to 7, 9, 10"
    assert numbers_in_words(range(1, 97)) == "1 to 96"
