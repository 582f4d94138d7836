"""What stands in the way of one chart, and what is done about it, on the command line."""

import json

from app.cli import main
from core.data.surface import Surface
from tests.core.atlas.make_surfaces import ball, without


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
