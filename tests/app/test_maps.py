"""The stage *Maps*: what is computed and saved, the command, exports, words."""

import json
import zipfile
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from app.cli import main
from app.stages import rows
from app.stages.maps.files import FILES
from app.stages.maps.scene.words import summary
from app.stages.maps.window import map_words, use_other
from app.stages.maps.work import WORK, is_project, map_manifolds
from core.base.errors import BudaiError, InputError
from core.base.progress import finish
from core.data.surface import Surface
from core.io.load import load
from core.io.writers.mesh import MeshToWrite, write_mesh
from core.maps.grid import linked_grid
from core.maps.options import MapsOptions
from core.session.project import Project
from core.session.project_file import open_project, save_project
from tests.core.make import bumpy_disk, trained_project

rows()  # enters the stage into the pipeline


@pytest.fixture
def other(tmp_path) -> Path:
    """A project with the same mesh in another pose."""
    surface = bumpy_disk()
    turned = surface.vertices[:, [1, 0, 2]] * (1.0, -1.0, 1.0)
    path = tmp_path / "turned.budai"
    save_project(trained_project(Surface(turned, surface.faces), "turned.ply"), path)
    return path


def mapped(other: Path, **chosen: object) -> Project:
    """Return a project with a map to another one."""
    project = trained_project()
    options = MapsOptions(other=str(other), steps=300, frames=5, **chosen)  # type: ignore[arg-type]
    made = finish(map_manifolds(project.source, project.training, options))
    return project.updated(maps=made).with_options("maps", options)


@pytest.mark.parametrize("pairs", ["rows", "none"])
def test_a_map_is_saved_and_opened_again_bit_for_bit(other, tmp_path, pairs):
    project = mapped(other, pairs=pairs)
    save_project(project, tmp_path / "p.budai")
    made, again = project.maps, open_project(tmp_path / "p.budai").maps
    np.testing.assert_array_equal(again.images, made.images)
    np.testing.assert_array_equal(again.arrived, made.arrived)
    np.testing.assert_array_equal(again.carry(made.first.training.codes), again.images)
    np.testing.assert_array_equal(again.withheld, made.withheld)
    assert again.report() == made.report()
    assert again.second.source.name == made.second.source.name
    assert again.options == made.options


def test_a_map_from_a_chart_of_other_codes_is_left_out_when_it_is_opened(other):
    made = mapped(other).maps
    packed = WORK.pack(made)
    longer = trained_project(bumpy_disk(7))
    assert WORK.unpack(packed, longer.results, "p.budai") is None


def test_what_is_written_is_the_map(other, tmp_path):
    project = mapped(other)
    made = project.maps
    assert {path.name for path in FILES.run(project, tmp_path)} == set(FILES.names)
    with np.load(tmp_path / "map.npz") as held:
        np.testing.assert_array_equal(held["images"], made.images)
        layers = [(held[f"forward.{k}.weight"], held[f"forward.{k}.bias"]) for k in range(3)]
    value = made.first.training.codes
    for k, (weight, bias) in enumerate(layers):
        value = value @ weight.T + bias
        value = np.maximum(value, 0.0) if k < 2 else value
    np.testing.assert_allclose(value, made.images, atol=1e-12)
    with zipfile.ZipFile(tmp_path / "morph.zip") as archive:
        assert len(archive.namelist()) == 5
        archive.extractall(tmp_path)
    for k, t in ((0, 0.0), (2, 0.5), (4, 1.0)):
        frame = load(tmp_path / f"morph_{k:03}.ply").surface
        np.testing.assert_allclose(frame.vertices, made.between(t), atol=1e-12)
        np.testing.assert_array_equal(frame.faces, made.first.source.data.faces)


def test_the_ways_through_the_disk_are_written_too(other, tmp_path):
    made = mapped(other, pairs="none").maps
    FILES.exports[0].write(Project(maps=made), tmp_path / "map.npz")
    with np.load(tmp_path / "map.npz") as held:
        np.testing.assert_array_equal(held["second_way_places"], made.ways[1].places)
        np.testing.assert_array_equal(held["second_codes"], made.second.training.codes)


def test_pictures_show_both_disks_and_the_way(other, tmp_path):
    project = mapped(other)
    for name, draw in FILES.pictures.items():
        draw(project, tmp_path / name)
    picture = np.asarray(Image.open(tmp_path / "map.png").convert("RGB"))
    assert picture.shape[:2] == (1000, 1600)
    assert len(np.unique(picture.reshape(-1, 3), axis=0)) > 1_000
    with Image.open(tmp_path / "morph.gif") as film:
        assert film.n_frames == 8  # five there, three back


def test_the_grid_is_mapped_line_by_line(other):
    made = mapped(other, pairs="none").maps
    lines = linked_grid(made)
    assert len(lines) > 10
    for line, image in lines:
        np.testing.assert_allclose(made.carry(line), image)
        assert (np.square(line).sum(1) <= 1.0).all()


def test_words_tell_what_a_map_is_worth(other):
    learned, carried = mapped(other), mapped(other, pairs="none")
    assert "the nearest sample by" in summary(learned.maps)
    assert "at least by" in summary(carried.maps)
    assert map_words(learned)[0].startswith("bumpy · off by")
    assert map_words(carried)[1].startswith("back to")
    assert map_words(Project()) == ("", "")


def test_a_project_or_one_of_its_charts_is_told_from_a_surface():
    assert is_project("P.budai")
    assert is_project("P.budai:3")
    assert not is_project("budai.ply")


def test_what_cannot_be_mapped_is_refused_in_one_sentence(other, tmp_path):
    project = trained_project()
    with pytest.raises(BudaiError, match="No other manifold is chosen"):
        finish(map_manifolds(project.source, project.training, MapsOptions()))
    untrained = replace(project, results={"source": project.source})
    save_project(untrained, tmp_path / "bare.budai")
    with pytest.raises(InputError, match="holds no trained autoencoder"):
        finish(map_manifolds(project.source, project.training, MapsOptions(other=str(tmp_path / "bare.budai"))))
    with pytest.raises(InputError, match="no map was found yet"):
        FILES.exports[0].write(project, tmp_path / "map.npz")
    (tmp_path / "table.csv").write_text("x,y,z,u\n" + "1,2,3,4\n2,3,4,5\n3,4,5,7\n")
    assert main(["map", str(other), str(tmp_path / "table.csv"), "-o", str(tmp_path / "out")]) == 1
    assert not (tmp_path / "out").exists()


def test_the_command_learns_what_is_not_learned_yet(tmp_path, capsys):
    surface = bumpy_disk(5)
    for name, vertices in (("a", surface.vertices), ("b", surface.vertices * (1.2, 0.9, 1.5))):
        write_mesh(MeshToWrite(vertices, surface.faces), tmp_path / f"{name}.ply")
    a, b, out = (str(tmp_path / name) for name in ("a.ply", "b.ply", "out"))
    given = ["--seconds", "1", "--preset", "small", "--map-seconds", "0.5", "--frames", "3"]
    assert main(["map", a, b, "-o", out, *given]) == 0
    report = json.loads((tmp_path / "out" / "map.json").read_text())
    assert (report["first"], report["second"], report["rows"]) == ("a", "b", len(surface.vertices))
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        *("map.json", "map.npz", "map.png", "morph.gif", "morph.zip", "project.budai")
    }
    assert open_project(out + "/project.budai").maps.report() == report
    assert "withheld: off by" in capsys.readouterr().err


def test_a_file_that_is_chosen_becomes_the_other_manifold(other):
    options, shown = [MapsOptions(seed=3)], []
    workspace = SimpleNamespace(
        options=lambda key: options[-1],
        set_options=lambda key, chosen: options.append(chosen),
        show_stage=shown.append,
    )
    use_other(SimpleNamespace(workspace=workspace), str(other))
    assert options[-1] == MapsOptions(other=str(other), seed=3)
    assert shown == ["maps"]
    assert next(row for row in rows() if row.key == "maps").view().choose == "open_other_manifold"
