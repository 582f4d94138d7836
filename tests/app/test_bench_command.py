"""The command `budai bench`: tables, a page and a picture, or one sentence."""

import csv
import json

import pytest

from app.cli import main
from core.bench.bench import TRUTH


def test_the_command_writes_tables_a_page_and_a_picture(tmp_path, capsys):
    folder = tmp_path / "out"
    words = ["--targets", "moons", "--models", "ae_ot", "--steps", "5", "--rows", "300", "-o", str(folder)]
    assert main(["bench", *words]) == 0
    assert sorted(path.name for path in folder.iterdir()) == [
        f"bench.{end}" for end in ("csv", "html", "json", "md", "png")
    ]
    rows = list(csv.DictReader((folder / "bench.csv").read_text().splitlines()))
    assert [(row["target"], row["model"]) for row in rows][:2] == [("moons", TRUTH), ("moons", "ae_ot")]
    assert json.loads((folder / "bench.json").read_text())["cells"][1]["w2"] == pytest.approx(float(rows[1]["w2"]))
    assert "| Two moons | AE-OT |" in capsys.readouterr().out
    assert main(["bench", *words, "--knob", "ae_ot.chart_share=0.25"]) == 0
    assert "| Two moons | AE-OT, chart_share 0.25 |" in capsys.readouterr().out
    assert main(["bench", *words, "--knob", "ae_ot=3"]) != 0
    assert "MODEL.NAME=VALUE" in capsys.readouterr().err
    assert main(["bench", "--targets", "nonsense", "-o", str(folder)]) != 0
    assert "There is no target nonsense." in capsys.readouterr().err
