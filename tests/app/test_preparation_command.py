"""What stands in the way of one chart, and what is done about it, on the command line."""

import argparse
import json
import re

import numpy as np
import pytest

from app.cli import main
from app.command_line.terminal import TerminalProgress
from app.stages.preparation.command import add_to_run, run_options
from app.stages.preparation.files import FILES
from app.stages.preparation.headless import prepared
from core.base.errors import BudaiError, InputError
from core.base.progress import finish
from core.data.surface import Surface
from core.io.load import loading
from core.session.preparing.options import PreparationOptions
from core.session.project import Project
from tests.core.atlas.make_surfaces import ball, without
from tests.core.cloud.test_examining import two_and_strays


def written(path, surface: Surface):
    """Write a surface as an OFF file."""
    rows = [f"{x!r} {y!r} {z!r}" for x, y, z in surface.vertices.tolist()]
    rows += [f"3 {a} {b} {c}" for a, b, c in surface.faces.tolist()]
    path.write_text("\n".join(["OFF", f"{len(surface.vertices)} {len(surface.faces)} 0", *rows, ""]))
    return path


def test_info_lists_the_places(tmp_path, capsys):
    path = written(tmp_path / "holes.off", without(ball(), 0, 60, 200))
    assert main(["info", str(path), "--places"]) == 0
    said = capsys.readouterr().out
    assert "In the way of one chart: 3 boundary loops." in said
    assert said.count("boundary loop, length") == 3
    assert "Recommended: --prepare atlas." in said
    assert main(["info", str(path), "--places", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["obstacles"]
    assert (found["counts"], found["advice"]) == ({"hole": 3}, "atlas")
    assert all(place["size"] > 0.0 for place in found["places"])


def test_info_says_what_a_cloud_is(tmp_path, capsys):
    path = tmp_path / "scan.xyz"
    np.savetxt(path, np.concatenate([two_and_strays(), two_and_strays()[:30]]))
    assert main(["info", str(path), "--places"]) == 0
    said = capsys.readouterr().out
    assert "30 repeated points, most (2) at (" in said
    assert "cluster 1: 3,000 points, diagonal 4.0" in said
    assert "outliers, the first is point 4,000" in said
    assert "Recommended: --prepare outliers,auto. 30 repeated points count once;" in said
    assert main(["info", str(path), "--places", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["points"]
    assert [cluster["points"] for cluster in found["clusters"]] == [3000, 1000]


def test_ways_of_clouds_have_options():
    chosen = asked("--prepare", "outliers,clusters,thin,auto", "--clusters", "2,1", "--thin-distance", "0.5")
    assert chosen.changes == ("outliers", "clusters", "thin")
    assert (chosen.chosen_clusters, chosen.distance) == ((0, 1), 0.5)
    assert asked("--prepare", "crop", "--box=-1,0,0,1,1,1").corners == (-1.0, 0.0, 0.0, 1.0, 1.0, 1.0)


def asked(*words: str):
    """Return how a command wants a surface to be prepared."""
    parser = argparse.ArgumentParser()
    add_to_run(parser)
    return run_options(parser.parse_args(words))


def test_ways_are_combined_and_have_options():
    chosen = asked("--prepare", "split,largest,fill", "--prepare-size", "7.5", "--open-end=-y", "--open-height", "3")
    assert (chosen.changes, chosen.way) == (("split", "largest", "fill"), "fill")
    assert (chosen.size, chosen.end, chosen.height) == (7.5, "-y", 3.0)
    assert asked("--charts", "auto").way == "atlas"
    assert asked("--prepare", "largest,cut").changes == ("largest",)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--prepare", "mend"), "Prepare: 'mend' is not known. Choose one of auto, as-is, outliers"),
        (("--prepare", "cut,fill"), "Prepare: 'cut' cannot come before something else"),
        (("--prepare", "open", "--open-end", "up"), "End: 'up' is not known"),
        (("--prepare", "open", "--open-height", "200"), "Height: 200 % is out of bounds"),
        (("--charts", "many"), "Charts: 'many' is no number"),
    ],
)
def test_what_is_not_known_is_refused(words, said):
    with pytest.raises(BudaiError, match=re.escape(said)):
        asked(*words)


def test_each_change_is_told_and_what_cannot_be_done_is_refused(tmp_path):
    surface = without(ball(), 0, 60, 200)
    said: list[str] = []
    progress = TerminalProgress()
    progress.say = said.append
    project = Project(source=finish(loading(written(tmp_path / "holes.off", surface))))
    made = prepared(project, PreparationOptions("fill"), progress)
    assert made.source.is_disk
    assert made.preparation is None
    assert said == ["Filled 2 boundary loops of 10 edges with 10 triangles; the longest is left open."]
    assert FILES.report(made)["atlas"] == {"charts": 1, "prepare": "fill", "done": list(made.source.repairs)}
    for way, reason in (
        ("as-is", "holes.off: This surface has 3 boundary loops"),
        ("handles", "holes: there is no handle to remove: the surface has 0 handles"),
        ("split", "holes: there is nothing to split"),
        ("largest", "holes: there is nothing to leave out"),
    ):
        with pytest.raises(InputError, match=re.escape(reason)):
            prepared(project, PreparationOptions(way), progress)
    with pytest.raises(InputError, match="cannot be made of 496 faces"):
        prepared(project, PreparationOptions("atlas", charts=1999), progress)
