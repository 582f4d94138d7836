"""The command `budai bench`: tables, a page and a picture, or one sentence."""

import csv
import io
import json

import pytest

from app.cli import main
from app.command_line.bench_headless import _Keeping
from app.command_line.terminal import TerminalProgress
from core.bench.bench import TRUTH, Bench, BenchOptions, Told, run_bench
from core.bench.targets import target_of


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


def test_what_is_done_is_kept_when_the_bench_is_interrupted(tmp_path):
    bench = Bench(BenchOptions(("ae_ot",), steps=5, rows=300), (target_of("moons"),), (), stopped=True)
    keeping = _Keeping(TerminalProgress(io.StringIO()), bench, tmp_path)
    for progress in run_bench(bench.targets, bench.options):
        keeping(progress)
        if isinstance(progress.payload, Told) and progress.payload.cell is not None:
            break  # as by Ctrl+C: the rest never comes
    rows = list(csv.DictReader((tmp_path / "bench.csv").read_text().splitlines()))
    assert [row["model"] for row in rows] == [TRUTH]
    assert json.loads((tmp_path / "bench.json").read_text())["cells"][0]["w2"] > 0.0
    assert (tmp_path / "bench.html").exists()
