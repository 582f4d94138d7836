"""Films of an unfolding, and the command that writes them."""

import json
import zipfile
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from app.cli import main
from app.scene.camera import Camera, camera_text
from app.scene.snapshot import rgb
from app.stages.exporting import export_file
from app.stages.files import StageFiles
from app.stages.unfolding.files import FILES
from app.stages.unfolding.film_options import FilmOptions, frame_of, seen_from
from app.stages.unfolding.scene.film import Film, write_film
from app.stages.unfolding.scene.look import Look, layers_so_far
from app.stages.unfolding.scene.words import layer_words
from core.base.errors import BudaiError, InputError
from core.base.progress import finish
from core.charts.autoencoder import Autoencoder
from core.data.source import Source
from core.data.table import Table
from core.session.project_file import save_project
from core.unfolding.of_source import unfold_source
from core.unfolding.options import UnfoldOptions
from core.unfolding.unfolding import unfolding_report
from tests.app.make_unfolding import unfolded_project, unfolded_table
from tests.core.make import random_relu_map, trained_project

SMALL = {"width": 128, "height": 96, "seconds": 1.0, "rate": 8}


@pytest.fixture
def project():
    return unfolded_project().with_options("film", FilmOptions(**SMALL))


def test_a_film_begins_at_the_input_ends_at_the_output_and_stands_at_the_code(project):
    film = Film(project.unfolding, project.source, FilmOptions(**SMALL | {"seconds": 10.0}))
    moments = film.moments()
    assert len(moments) == 80
    assert (moments[0], moments[-1]) == (0.0, project.unfolding.length)
    assert (np.diff(moments) >= 0.0).all()
    assert np.count_nonzero(moments == project.unfolding.code) >= 4
    ground = np.array(film.picture(0.0).getpixel((0, 0)))
    for t in (0.0, 1.3, 2.0, 4.5):
        picture = np.asarray(film.picture(t), int)[:78]
        covered = (np.abs(picture - ground).sum(2) > 12).mean()
        assert 0.02 < covered < 0.8
        assert not (np.abs(picture[0] - ground).sum(1) > 12).any()


def test_the_disk_faces_the_viewer_and_the_ends_lie_where_they_are(project):
    made, camera = project.unfolding, Camera((0.5, -1.0, 0.4))
    look = Look(made, project.source, camera)
    for t in (0.0, made.length):
        assert np.allclose(look.drawing_frame.restore(look.shape(t).points.astype(float)), made.places(t), atol=1e-5)
    points = look.shape(float(made.code)).points
    assert np.ptp(points @ camera.axes()[2]) < 1e-5
    left = replace(look, faces_viewer=False).shape(float(made.code)).points
    apart = [np.linalg.norm(part[:, None] - part, axis=2) for part in (points, left)]
    assert np.allclose(*apart, atol=1e-5)


@pytest.mark.parametrize("color", ["none", "normal", "pattern", "cells", "texture"])
def test_every_colour_can_be_drawn_of_surfaces_and_tables(project, color):
    shape = Look(project.unfolding, project.source, Camera(), color).shape(1.9)
    assert (shape.colors.shape, shape.colors.dtype) == (shape.points.shape, np.uint8)
    source, made = unfolded_table()
    rows = Look(made, source, Camera(), color).shape(1.9)
    assert rows.normals is None
    assert len(np.unique(rows.colors, axis=0)) >= (1 if color == "pattern" else 2)
    film = Film(made, source, FilmOptions(**SMALL, color_by=color))
    assert len(np.unique(np.asarray(film.picture(1.0)).reshape(-1, 3), axis=0)) > 3


@pytest.mark.parametrize(("n", "d"), [(1, 1), (1, 2), (2, 2), (3, 3)])
def test_few_rows_and_codes_of_any_dimension_can_be_drawn(n, d):
    source = Source("", "few", Table(np.arange(4.0 * n).reshape(n, 4) ** 2), None, (), (), 0.0)
    learned = Autoencoder(random_relu_map((4, 1, d)), random_relu_map((d, 1, 4)), np.zeros(4), 1.0)
    made = finish(unfold_source(source, learned, UnfoldOptions()))
    film = Film(made, source, FilmOptions(**SMALL))
    for t in (0.0, 1.5, 2.0, 4.0):
        assert np.asarray(film.picture(t)).std() > 0.0
        assert np.isfinite(film.look.shape(t).points).all()


def test_edges_of_the_cells_so_far_are_drawn_and_those_of_the_newest_layer_light_up(project):
    made, options = project.unfolding, FilmOptions(**SMALL | {"width": 256, "height": 192}, color_by="cells")
    cells, plain = Film(made, project.source, options), Film(made, project.source, replace(options, color_by="none"))
    blue = np.array(rgb(cells.palette.accent))
    lit = []
    for t in (0.0, 0.5, 0.9, 2.0):
        drawn, bare = (np.asarray(film.picture(t), int)[:150] for film in (cells, plain))
        changed = np.abs(drawn - bare).sum(2) > 20
        nearer = np.abs(drawn - blue).sum(2) < np.abs(bare - blue).sum(2)
        lit.append(int((changed & nearer).sum()))
        count, older = made.edges.so_far(layers_so_far(made, t))
        assert (len(cells.look.shape(t).ends), cells.look.shape(t).n_older) == (count, older)
        assert changed.any() == (count > 0)
    assert lit[0] == lit[1] == 0
    assert lit[2] > 50


def test_films_are_written_in_every_format(project, tmp_path):
    export_file(project, tmp_path / "film.gif", "film")
    with Image.open(tmp_path / "film.gif") as film:
        assert (film.size, film.info["loop"]) == ((128, 96), 0)
        total = 0
        for k in range(film.n_frames):
            film.seek(k)
            total += film.info["duration"]
        assert total == pytest.approx(1000, abs=1)  # pictures that are alike are one, that stays longer
    export_file(project, tmp_path / "film.zip", "film")
    with zipfile.ZipFile(tmp_path / "film.zip") as archive:
        assert archive.namelist() == [f"{k:05}.png" for k in range(1, 9)]
        with Image.open(archive.open("00003.png")) as picture:
            assert picture.size == (128, 96)
    export_file(project, tmp_path / "film.png", "film")
    with Image.open(tmp_path / "film.png") as sheet:
        assert sheet.size == (4 * 128, 2 * 96)
    export_file(project, tmp_path / "film.mp4", "film")
    cv2 = pytest.importorskip("cv2")
    read = cv2.VideoCapture(str(tmp_path / "film.mp4"))
    assert (read.get(cv2.CAP_PROP_FRAME_WIDTH), read.get(cv2.CAP_PROP_FRAME_COUNT)) == (128, 8)
    seen = read.read()[1][..., ::-1].astype(int)
    wanted = np.asarray(Film(project.unfolding, project.source, FilmOptions(**SMALL)).picture(0.0), int)
    assert np.abs(seen - wanted).mean() < 6


def test_points_and_figures_are_written(project, tmp_path):
    export_file(project, tmp_path / "way.npz", "unfolding")
    with np.load(tmp_path / "way.npz") as held:
        assert held["places"].shape == (project.unfolding.length + 1, len(project.source.positions), 3)
        assert np.allclose(held["places"][0], project.source.positions, atol=1e-6)
    export_file(project, tmp_path / "way.json", "unfolding")
    told = json.loads((tmp_path / "way.json").read_text())
    assert told["code"] == 2
    assert FILES.report(project)["unfolding"] == told
    assert FILES.report(trained_project())["unfolding"] is None
    assert isinstance(FILES, StageFiles)


def test_a_film_that_is_stopped_leaves_no_file(project, tmp_path):
    for suffix in ("gif", "mp4", "zip", "png"):
        work = write_film(project.unfolding, project.source, FilmOptions(**SMALL), tmp_path / f"film.{suffix}")
        for _ in range(3):
            next(work)
        work.close()
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_drawn_is_refused_in_one_sentence(project, tmp_path):
    for wrong, said in (
        ({"width": 63}, "no side of 63"),
        ({"height": 10_000}, "no side of 10,000"),
        ({"seconds": 0.0}, "does not last 0"),
        ({"rate": 0}, "no 0 pictures"),
        ({"color_by": "plaid"}, "no colour plaid"),
        ({"camera": (1.0,)}, "9 numbers"),
    ):
        with pytest.raises(BudaiError, match=said):
            FilmOptions(**wrong)
    with pytest.raises(InputError, match="none of a film"):
        finish(write_film(project.unfolding, project.source, FilmOptions(**SMALL), tmp_path / "film.avi"))
    with pytest.raises(InputError, match="nothing was unfolded"):
        export_file(trained_project(), tmp_path / "film.gif", "film")
    with pytest.raises(InputError, match="cannot hold this"):
        export_file(project, tmp_path / "way.txt", "unfolding")


def test_a_film_is_seen_from_its_cameras_at_their_moments(project):
    made, frame = project.unfolding, frame_of(project.unfolding)
    start = Film(made, project.source, FilmOptions(**SMALL)).camera(0.0)
    near = start.zoomed(2.0)
    texts = [camera_text(camera, frame) for camera in (start, near)]
    told = [json.dumps(json.loads(text) | {"t": t}) for text, t in zip(texts, (0.2, 0.8), strict=True)]
    film = Film(made, project.source, seen_from(FilmOptions(**SMALL), told, made))
    distances = [film.camera(share * made.length).distance for share in (0.0, 0.2, 0.5, 0.8, 1.0)]
    assert distances[0] == distances[1] > distances[2] > distances[3] == distances[4]
    assert distances[4] == pytest.approx(0.5 * distances[0])


def test_it_is_told_which_units_are_on_and_switch_at_each_moment(project):
    made = project.unfolding
    for k, step in enumerate(unfolding_report(made)["steps"]):
        for at, (moment, on) in enumerate(zip(step["moments"], step["share_of_units_on"], strict=True)):
            assert int(moment) - k in (0, 1)
            assert on == pytest.approx(made.passages[k].on[at].mean() if step["units"] else 0.0, rel=1e-3)
        assert len(step["units_switching"]) == len(step["moments"]) - 1
        assert max(step["units_switching"]) <= step["units"]


def test_what_happens_is_told_in_words(project):
    made = project.unfolding
    words = [layer_words(made, t) for t in (0.0, 0.2, 0.6, 0.8, 2.0, 2.2, 3.0, 5.0)]
    assert words[0] == "input  (3 values)"
    assert [": W" in words[1], ": + b" in words[2], ": ReLU" in words[3]] == [True] * 3
    assert words[4] == "code  (2 values)"
    assert words[5].startswith("decoder, layer 3: W  (16 values, ")
    assert words[6].startswith("decoder, behind layer 3  (16 values, ")
    assert words[7] == "output  (3 values)"


def test_the_command_unfolds_a_saved_project(project, tmp_path, capsys):
    file = tmp_path / "p.budai"
    save_project(trained_project(), file)
    films = ["--size", "128x96", "--seconds", "1", "--rate", "6", "--projection", "pca", "--dark"]
    assert main(["unfold", str(file), "-o", str(tmp_path / "film.gif"), *films]) == 0
    with Image.open(tmp_path / "film.gif") as film:
        assert film.size == (128, 96)
    assert "through 5 steps" in capsys.readouterr().err
    for arguments, said in (
        (["-o", str(tmp_path / "film.avi")], "suffix .avi"),
        (["-o", str(tmp_path / "film.gif"), "--size", "7x7"], "no side of 7 pixels"),
        (["-o", str(tmp_path / "film.gif"), "--most", "5"], "5 vertices cannot be followed"),
        (["-o", str(tmp_path / "film.gif"), "--camera", "{}"], "{} is no camera"),
    ):
        assert main(["unfold", str(file), *arguments]) == 1
        assert said in capsys.readouterr().err
