"""New rows of a table: where their codes come from, and which lie between modes."""

import numpy as np
import pytest

from core.base.errors import BudaiError
from core.base.progress import finish
from core.data.table import Table
from core.embedding.rows_transport import rows_measure, rows_transport
from core.evaluation.table_figures import learned_rows
from core.generation.judge import Judge, judgeable
from core.generation.options import GenerationOptions
from core.generation.report import generation_report
from core.generation.rows import ExtendedMap, generate_rows
from core.session.generation_parts import pack_generation, unpack_generation
from core.training.options import TrainingOptions
from core.training.table.train import train_table
from core.transport.options import TransportOptions
from core.transport.semidiscrete import solve
from core.transport.singular_set import singular_set


def two_blobs(n: int) -> np.ndarray:
    rng = np.random.default_rng(0)
    return np.concatenate([rng.normal(size=(n, 2)) * 0.05 + [x, 0.0] for x in (-0.7, 0.7)])


@pytest.fixture(scope="module")
def transport():
    codes = two_blobs(200)
    return finish(rows_transport(codes, np.arange(400) % 4 > 0, TransportOptions()))


def test_each_row_that_was_learned_has_the_same_cell_area(transport):
    np.testing.assert_allclose(transport.map.areas, np.pi / 300, rtol=1e-6)
    assert (transport.measure.site_vertex % 4 > 0).all()
    assert transport.after is None
    assert transport.samples_beside_singular.shape == (0,)


def test_the_map_is_continuous_monotone_and_knows_where_it_tears(transport):
    extended, rng = ExtendedMap(transport.map, transport.singular), np.random.default_rng(1)
    points = np.sqrt(rng.random((3000, 1))) * (lambda a: np.column_stack([np.cos(a), np.sin(a)]))(rng.random(3000) * 7)
    codes, between = extended(points)
    steps = ((codes[1:] - codes[:-1]) * (points[1:] - points[:-1])).sum(1)
    assert (steps < -1e-9).mean() < 0.02
    gap = np.abs(codes[:, 0]) < 0.4  # no row has a code there
    assert 0 < gap.sum() < 300
    assert between[gap].all()
    assert between[~gap].mean() < 0.1


@pytest.fixture(scope="module")
def learned():
    rng = np.random.default_rng(2)
    rows = np.concatenate([rng.normal(size=(100, 6)) * 0.1 + 2.0 * k for k in range(2)])
    table = Table(rows, np.repeat([0, 1], 100))
    return table, finish(train_table(table, TrainingOptions(preset="small", steps=(200,), corruption=0.1)))


def test_rows_are_decoded_and_near_those_learned(learned):
    table, training = learned
    made = finish(generate_rows(table, training, None, GenerationOptions(count=300)))
    np.testing.assert_allclose(made.points, training.autoencoder.decode(made.codes))
    rows = table.values[learned_rows(200, 0.25, 0)]
    nearest = np.linalg.norm(made.points[7] - rows, axis=1).min()
    assert made.distances[7] == pytest.approx(nearest)
    assert np.linalg.norm(made.disk_points, axis=1).max() <= 1.0
    assert len(np.unique(made.codes, axis=0)) > 250


def test_codes_between_modes_are_left_out_on_request(learned):
    table, training = learned
    made, kept = (
        finish(generate_rows(table, training, None, GenerationOptions(count=400, leave_out=leave)))
        for leave in (False, True)
    )
    assert kept.n_outside <= made.n_outside
    assert kept.n_outside == 0


@pytest.mark.parametrize("share", [0.3, 0.7])
def test_a_share_of_the_disk_is_left_out_where_the_map_is_nearest_to_tearing(learned, share):
    table, training = learned
    marked, kept = (
        finish(
            generate_rows(table, training, None, GenerationOptions(count=5000, leave_out=leave, share_left_out=share))
        )
        for leave in (False, True)
    )
    assert marked.n_outside / 5000 == pytest.approx(share, abs=0.05)  # a triangle is left out whole
    assert kept.n_outside == 0
    measure = rows_measure(training.codes, learned_rows(200, 0.25, 0))
    solution = finish(solve(measure.sites, measure.masses))
    carried = ExtendedMap(solution, singular_set(solution.diagram), share)
    corners = solution.sites[carried.triangulation.simplices]
    longest = np.linalg.norm(corners - np.roll(corners, 1, axis=1), axis=2).max(1)
    assert longest[carried.between].min() >= longest[~carried.between].max()


@pytest.mark.parametrize("origin", ["uniform", "gaussian"])
def test_other_origins(learned, origin):
    made = finish(generate_rows(*learned, None, GenerationOptions(count=50, origin=origin)))
    assert made.codes.shape == (50, 2)
    assert made.points.shape == (50, 6)


def test_codes_of_other_dimensions_are_mixed():
    table = Table(np.random.default_rng(0).random((120, 7)))
    training = finish(train_table(table, TrainingOptions(preset="small", steps=(50,), dimension=4)))
    made = finish(generate_rows(table, training, None, GenerationOptions(count=80)))
    assert made.codes.shape == (80, 4)
    assert np.linalg.norm(made.codes, axis=1).max() <= 1.0


def test_a_judge_of_real_rows_tells_what_generated_ones_are_worth(learned):
    table, training = learned
    made = finish(generate_rows(table, training, None, GenerationOptions(count=300)))
    found = made.judgement
    assert found.accuracy == 1.0
    assert set(found.verdicts) == {"made", "uniform", "gaussian", "withheld"}
    own, real = found.verdicts["made"], found.verdicts["withheld"]
    assert own.rows == 300
    assert own.classes == found.classes == 2
    assert own.confident > 0.8
    assert own.rarest + own.commonest == pytest.approx(1.0)
    assert own.copies == 0
    assert real.nearest == pytest.approx(1.0)
    plain = GenerationOptions(count=20, judge=False)
    assert finish(generate_rows(table, training, None, plain)).judgement is None
    assert unpack_generation(pack_generation(made), {}, "a").judgement == found
    assert generation_report(made)["judge"]["verdicts"]["made"]["confident"] == own.confident


def test_the_judge_knows_copies_and_rows_of_no_class(learned):
    table, _ = learned
    marks = learned_rows(200, 0.25, 0)
    judge = Judge(table, marks)
    assert judge(table.values[marks][:30]).copies == 30
    middle = np.full((40, 6), 1.0)
    assert judge(middle).confident < judge(table.values[~marks]).confident
    assert not judgeable(Table(table.values), marks)
    assert not judgeable(Table(table.values, np.zeros(200, np.int64)), marks)


def test_a_walk_is_refused(learned):
    with pytest.raises(BudaiError, match="Walk"):
        finish(generate_rows(*learned, None, GenerationOptions(start=(0.0, 0.0), stop=(0.1, 0.1))))
