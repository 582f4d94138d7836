import csv
import io
from dataclasses import replace

from core.session.run import Run, next_name, with_training
from core.session.runs_table import COLUMNS, runs_csv, write_runs_csv
from tests.core.make import trained_project


def test_runs_have_names_of_their_own():
    training = trained_project().training
    runs = with_training((), training)
    assert [run.name for run in runs] == ["Run 1"]
    assert with_training(runs, training) is runs
    runs = with_training(runs, replace(training), "Run 1")
    assert [(run.name, run.parent) for run in runs] == [("Run 1", ""), ("Run 2", "Run 1")]
    assert next_name(runs[1:]) == "Run 3"
    assert next_name((runs[0], replace(runs[1], name="Good"))) == "Run 3"


def test_a_run_tells_what_it_is():
    training = trained_project().training
    run = Run("Run 1", training)
    assert (run.options, run.seed, run.certificate) == (training.options, 0, training.certificate)
    assert run.curve["seconds"][-1] == 1.4


def test_the_table_has_a_line_a_run(tmp_path):
    training = trained_project().training
    runs = with_training(with_training((), training), replace(training, steps=99))
    rows = list(csv.DictReader(io.StringIO(runs_csv((runs[0], replace(runs[1], name='a "name", with commas'))))))
    assert [row["name"] for row in rows] == ["Run 1", 'a "name", with commas']
    assert [row["steps"] for row in rows] == ["12", "99"]
    assert float(rows[0]["rmse_rel"]) == float(rows[0]["network_rmse_rel"]) == 0.1
    assert rows[0]["detail_numbers"] == ""
    assert rows[0]["round_trip"] == ""
    assert [row["homeomorphism"] for row in rows] == ["no", "no"]
    write_runs_csv(runs, tmp_path / "runs.csv")
    assert (tmp_path / "runs.csv").read_text("utf-8") == runs_csv(runs)
    assert runs_csv(()).strip().split(",") == list(COLUMNS)
