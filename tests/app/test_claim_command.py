"""The command `budai claim`: lists, runs, reports, and refuses in one sentence."""

import json
from dataclasses import fields

import numpy as np
import pytest
from PIL import Image

from app.claims import headless
from app.claims.results import report
from app.cli import main
from app.scene.palette import DARK, LIGHT
from app.scene.plots.layout import lay_out
from app.scene.plots.png import write_png
from app.scene.plots.shapes import Box, Dots, Line, Raster, Words
from core.base.errors import BudaiError
from core.claims.card import judged
from core.claims.figure import Bars, Field, Figure, Panel, Path, Points
from core.claims.gallery import card_of, cards

EVERYTHING = Figure(
    (
        Panel("Plane", (Field([[-1.0, 1.0]], (0, 1, 0, 1)), Points([[0.5, 0.5]], name="a point")), equal=True),
        Panel(
            "Curve",
            (Path([[1, 1e-3], [10, 1], [np.nan, 1], [50, 2], [100, 3]], name="errors"),),
            log_x=True,
            log_y=True,
        ),
        Panel("Bars", (Bars([1.0, 0.0, 3.0], ["ok", "bad", "a"]),), "seed"),
        Panel("Nothing"),
    )
)


def test_it_lists_all_claims(capsys):
    assert main(["claim"]) == 0
    said = capsys.readouterr().out
    assert all(name in said and card.title in said for name, card in cards().items())


def test_a_claim_is_run_in_a_process_and_written(tmp_path, capsys):
    folder = tmp_path / "out"
    assert main(["claim", "homeomorphism", "--seeds", "3", "--knob", "layers=2", "-o", str(folder)]) == 0
    found = json.loads((folder / "homeomorphism.json").read_text())
    assert (found["outcome"], found["knobs"]["seeds"], found["knobs"]["layers"]) == ("holds", 3, 2)
    assert len(found["panels"][1]["marks"][0]["values"]) == 3
    with Image.open(folder / "homeomorphism.png") as picture:
        assert picture.size == (1200, 520)
    assert "A layer of tanh is a homeomorphism: holds." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (["nonsense", "-o", "OUT"], "There is no claim nonsense."),
        (["annulus", "--knob", "width=0", "-o", "OUT"], "Width: 0 is out of bounds. Choose from 1 to 8."),
        (["annulus", "--seeds", "0", "-o", "OUT"], "Seeds: 0 is out of bounds."),
        (["annulus"], "There is no folder for the results. Give one with -o OUT."),
        (["annulus", "--all", "-o", "OUT"], "Either annulus or --all."),
        (["annulus", "--unfold", "avi", "-o", "OUT"], "Networks cannot be unfolded into avi."),
        (["annulus", "--unfold", "gif", "--size", "7x8", "-o", "OUT"], "A film has no side of 7 pixels."),
        (["annulus", "--unfold", "gif", "--network", "-1", "-o", "OUT"], "There is no network -1."),
        (["annulus", "--unfold", "gif", "--camera", "here", "-o", "OUT"], "here is no camera."),
        (["annulus", "--seconds", "3", "-o", "OUT"], "Add --unfold gif"),
        (["--about"], "--about needs the name of a claim."),
        (["--find", "zebra"], "No claim has the words zebra."),
        (["own_points", "--knob", "points=", "-o", "OUT"], "There is no point. Draw some of both classes."),
        (["own_points", "--knob", "points=0,0,1;1,1,1", "-o", "OUT"], "All 2 points are of one class."),
        (["own_points", "--knob", "points=0,0,7", "-o", "OUT"], "a class is neither 0 nor 1"),
        (["own_points", "--knob", "points=0,0", "-o", "OUT"], "each needs two coordinates and a class"),
        (["--all", "--seeds", "3", "-o", "OUT"], "Leave --knob, --seeds and --unfold out."),
    ],
)
def test_what_it_cannot_do_is_said_in_a_line(tmp_path, capsys, given, says):
    assert main(["claim", *[word.replace("OUT", str(tmp_path / "out")) for word in given]]) == 1
    said = capsys.readouterr().err.strip().splitlines()
    assert len(said) == 1
    assert says in said[0]
    assert not (tmp_path / "out").exists()


def test_the_networks_of_a_claim_unfold_with_their_linking_number(tmp_path, capsys):
    knobs = ["--knob", "layers=2", "--unfold", "GIF, npz", "--size", "96x64", "--seconds", "1", "--rate", "4"]
    view = '{"t": %d, "position": [%d, 3, 9], "focus": [0, 0, 0], "up": [0, 0, 1]}'
    views = ["--camera", view % (0, 9), "--camera", view % (1, 5)]
    assert main(["claim", "linking_number", *knobs, *views, "--projection", "pca", "-o", str(tmp_path)]) == 0
    told = json.loads((tmp_path / "linking_number.json").read_text())["unfoldings"]
    assert len(told) == 1
    linking = told[0]["linking_number"]
    assert len(linking["values"]) == len(linking["moments"]) == len(linking["seen"]) > 20
    assert {abs(value) for value in linking["values"]} == {1.0}
    assert linking["integral_off"] < 1e-3
    assert told[0]["end_error"] < 1e-6
    assert told[0]["layers"][0]["overlapping_pairs"] == 0
    with Image.open(tmp_path / "linking_number_unfolding_1.gif") as film:
        assert film.size == (96, 64)
    with np.load(tmp_path / "linking_number_unfolding_1.npz") as held:
        assert held["places"].shape[0] == len(told[0]["layers"])
    assert "linking number" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "network", "says"),
    [("homeomorphism", "1", "no network to unfold"), ("linking_number", "9", "It has 1 network")],
)
def test_a_network_that_is_not_there_is_said_and_the_result_is_kept(tmp_path, capsys, name, network, says):
    assert main(["claim", name, "--unfold", "json", "--network", network, "-o", str(tmp_path)]) == 1
    assert says in capsys.readouterr().err.splitlines()[-1]
    assert json.loads((tmp_path / f"{name}.json").read_text())["outcome"] == "holds"


def test_a_claim_is_found_by_words_and_tells_its_knobs(capsys):
    assert main(["claim", "--find", "four dimensions"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == ["Topology", "linked_tori", "trefoil"]
    for name, card in cards().items():
        assert main(["claim", name, "--about"]) == 0
        said = capsys.readouterr().out
        assert card.statement in said
        assert all(f"{knob.name}=" in said for knob in fields(card.options))


def test_all_claims_go_into_a_report_and_one_that_fails_spares_the_others(tmp_path, monkeypatch, capsys):
    some = {name: card_of(name) for name in ("interval", "linking_number", "homeomorphism")}
    made = judged(-2.0, "A <failure>.", {"x": 1.0}, EVERYTHING)

    def tested(name, options, progress):
        if name == "interval":
            raise BudaiError("The worker process ended by itself.")
        return made

    monkeypatch.setattr(headless, "cards", lambda: some)
    monkeypatch.setattr(headless, "_tested", tested)
    assert main(["claim", "--all", "-o", str(tmp_path)]) == 0
    page = (tmp_path / "claims.html").read_text()
    assert page.count('<h2 id="') == 3
    assert '<span class="fails">fails</span>' in page
    assert "A &lt;failure&gt;." in page
    assert "The worker process ended by itself." in page
    assert (tmp_path / "linking_number.png").exists()
    assert not (tmp_path / "interval.json").exists()
    assert "0 of 3 claims hold; not: " in capsys.readouterr().out
    assert report([]).startswith("<!doctype html>")


def test_a_figure_is_laid_out_within_its_room():
    shapes = lay_out(EVERYTHING, 900.0, 500.0, LIGHT)
    kinds = {type(shape) for shape in shapes}
    assert kinds == {Line, Dots, Box, Words, Raster}
    for shape in shapes:
        points = shape.points if isinstance(shape, Line | Dots) else np.array([[shape.x, shape.y]])
        assert np.isfinite(points).all()
        assert (points > -1).all()
        assert (points < [901, 501]).all()
    said = [shape.text for shape in shapes if isinstance(shape, Words)]
    assert {"Plane", "Curve", "Bars", "Nothing", "a point", "errors", "10⁻³", "seed"} <= set(said)
    boxes = [shape for shape in shapes if isinstance(shape, Box)]
    assert boxes[2].height == pytest.approx(3 * boxes[0].height)
    assert lay_out(EVERYTHING, 10.0, 500.0, LIGHT) == lay_out(Figure(), 900.0, 500.0, LIGHT) == []


def test_a_picture_shows_what_there_is_in_both_themes(tmp_path):
    for palette in (LIGHT, DARK):
        write_png(EVERYTHING, tmp_path / "one.png", palette, (600, 400))
        with Image.open(tmp_path / "one.png") as picture:
            pixels = np.asarray(picture.convert("RGB")).astype(int)
        for color in (palette.sheet, palette.layers[0], palette.ok):
            wanted = [int(color[k : k + 2], 16) for k in (1, 3, 5)]
            assert (np.abs(pixels - wanted).sum(2) < 12).sum() > 20
