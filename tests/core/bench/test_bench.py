"""The bench: all models judged alike, stopped where asked, and told as plain values."""

import numpy as np
import pytest

from core.base.errors import BudaiError
from core.base.progress import finish
from core.bench import judge as judging
from core.bench.bench import TRUTH, BenchOptions, run_bench
from core.bench.record import COLUMNS, figure_of, lines_of, notes_of, rows_of
from core.bench.targets import of_rows, of_surface, target_of
from core.data.surface import Surface
from core.geometry.teaching import sphere


def test_transport_covers_all_modes_while_models_that_hardly_learn_do_not():
    options = BenchOptions(("gan", "ae_ot"), steps=2, seeds=2, rows=400)
    bench = finish(run_bench([target_of("8gaussians")], options))
    assert [(cell.model, cell.seed) for cell in bench.cells] == [
        *((TRUTH, 0), ("gan", 0), ("ae_ot", 0)),
        *((TRUTH, 1), ("gan", 1), ("ae_ot", 1)),
    ]
    for seed in range(2):
        gan, transport = (bench.of("8gaussians", name)[seed].judgement for name in ("gan", "ae_ot"))
        assert transport.covered == 8
        assert transport.between < 0.05 < gan.between
        assert transport.w2 < gan.w2
    assert all(set(row) == set(COLUMNS) for row in rows_of(bench))
    assert [line["model"] for line in lines_of(bench)] == ["GAN", "AE-OT", "Training sample"]
    assert len(figure_of(bench).panels) == 2


def test_exact_charts_of_a_closed_surface_draw_uniform_points_of_it():
    target = of_surface("sphere", Surface(*sphere()))
    options = BenchOptions(("charts_ot",), steps=1, rows=1000)
    bench = finish(run_bench([target, target_of("moons")], options))
    assert [(cell.target, cell.model) for cell in bench.cells] == [
        *(("sphere", TRUTH), ("sphere", "charts_ot"), ("moons", TRUTH))
    ]
    found = bench.of("sphere", "charts_ot")[0].judgement
    assert found.p_uniform > 0.01
    assert found.distance < 1e-5
    with pytest.raises(BudaiError, match="Exact charts need the triangles of a surface"):
        finish(run_bench([target_of("moons")], options))


def test_rows_with_classes_are_seen_by_a_classifier_and_short_memory_is_said(monkeypatch):
    rng, labels = np.random.default_rng(0), np.arange(240) % 3
    rows = 4.0 * np.eye(5)[labels] + 0.2 * rng.normal(size=(240, 5))
    monkeypatch.setattr(judging, "free_bytes", lambda: 48 * 50**2)
    bench = finish(run_bench([of_rows("rows", rows, labels)], BenchOptions(("vae", "score"), steps=3)))
    truth, vae, score = (bench.of("rows", name)[0].features for name in (TRUTH, "vae", "score"))
    assert truth.score == pytest.approx(3.0, abs=0.2)
    assert truth.frechet < vae.frechet
    assert vae.path_length > 0.0
    assert score.path_length is None
    assert lines_of(bench)[0]["Fréchet"]
    assert "W1 and W2 are exact for the first 50 of them instead" in notes_of(bench)[0]


def test_it_ends_with_what_it_has_where_it_is_stopped():
    work, found = run_bench([target_of("moons")], BenchOptions(("ae_ot", "vae"), seconds=3000.0, rows=200)), []

    def kept():
        found.append((yield from work))

    steps = kept()
    for progress in steps:
        if "VAE" in progress.message:
            steps.send("stop")
    assert found[0].stopped
    assert [cell.model for cell in found[0].cells] == [TRUTH, "ae_ot"]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"models": ("nonsense",)}, "There is no model nonsense."),
        ({"rows": 7}, "rows: 7 is out of bounds."),
        ({"seconds": 0.0}, "seconds: 0 is out of bounds."),
        ({"models": ("charts_ot",)}, "Exact charts need the triangles"),
        ({"rows": 60}, "25 Gaussians: 60 points are too few for its modes. Take at least 100."),
    ],
)
def test_what_cannot_be_run_is_said(options, says):
    with pytest.raises(BudaiError, match=says):
        finish(run_bench([target_of("25gaussians")], BenchOptions(**options)))
