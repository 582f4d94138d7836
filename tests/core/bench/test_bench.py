"""The bench: all models judged alike, stopped where asked, and told as plain values."""

import pytest

from core.base.errors import BudaiError
from core.base.progress import finish
from core.bench.bench import TRUTH, BenchOptions, run_bench
from core.bench.record import COLUMNS, figure_of, lines_of, rows_of
from core.bench.targets import target_of


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
        ({"rows": 60}, "25 Gaussians: 60 points are too few for its modes. Take at least 100."),
    ],
)
def test_what_cannot_be_run_is_said(options, says):
    with pytest.raises(BudaiError, match=says):
        finish(run_bench([target_of("25gaussians")], BenchOptions(**options)))
