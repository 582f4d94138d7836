"""The way through a network: exact at its ends, without jumps, and told truly."""

import itertools

import numpy as np
import pytest

from core.base.errors import BudaiError
from core.base.progress import finish
from core.charts.autoencoder import Autoencoder
from core.charts.detail_layer import DetailLayer
from core.data.source import Source
from core.data.surface import Surface
from core.data.table import Table
from core.relu.relu_map import ReluMap
from core.unfolding.counting import counted_overlaps
from core.unfolding.of_source import unfold_source
from core.unfolding.options import UnfoldOptions
from core.unfolding.overlaps import plane_overlaps
from core.unfolding.steps import Step, chained, evaluated
from core.unfolding.unfold import unfold_points
from core.unfolding.unfolding import unfolding_report
from tests.core.make import projection

RNG = np.random.default_rng(3)


def network(*widths, bend="relu"):
    """Return the steps of a random network."""
    pairs = list(itertools.pairwise(widths))
    return [
        Step(RNG.normal(size=(n, m)) / np.sqrt(m), 0.3 * RNG.normal(size=n), "" if k == len(pairs) - 1 else bend)
        for k, (m, n) in enumerate(pairs)
    ]


def relu_map(*widths):
    """Return a random ReLU network."""
    steps = network(*widths)
    return ReluMap([step.weight for step in steps], [step.bias for step in steps])


@pytest.mark.parametrize("widths", [(3, 16, 8, 2, 8, 16, 3), (3, 3, 3), (2, 2, 2), (3, 1, 3), (1, 1), (2, 4, 3, 1)])
@pytest.mark.parametrize("bend", ["relu", "tanh"])
@pytest.mark.parametrize("n", [1, 2, 200])
def test_it_begins_with_the_input_ends_with_the_output_and_never_jumps(widths, bend, n):
    steps, points = network(*widths, bend=bend), RNG.normal(size=(n, widths[0]))
    made = finish(unfold_points(points, steps))
    width = min(widths[0], 3)
    assert made.length == len(steps)
    assert np.abs(made.places(0.0)[:, :width] - points).max() < 1e-6
    assert made.end_error < 1e-6
    if widths[-1] == widths[0] <= 3:
        returned = finish(unfold_points(points, steps, code=len(steps) // 2, returns=True))
        assert np.abs(returned.places(returned.length)[:, :width] - evaluated(steps, points)).max() < 1e-6
    moments = np.linspace(0.0, made.length, 400 * made.length)
    places = np.array([made.places(t) for t in moments])
    assert np.abs(np.diff(places, axis=0)).max() < 0.12 * max(np.abs(places).max(), 1.0)
    assert [mark.variance_kept for mark in made.marks if mark.width <= 3] == pytest.approx(
        [1.0 for mark in made.marks if mark.width <= 3]
    )


def test_each_mark_shows_the_values_of_its_layer():
    steps, points = network(3, 3, 2, bend="tanh"), RNG.normal(size=(50, 3))
    steps[0] = Step(np.eye(3) + 0.2 * RNG.normal(size=(3, 3)), np.array([0.1, 0.2, 0.3]), "tanh")
    made = finish(unfold_points(points, steps))
    assert made.passages[0].is_positive
    assert np.allclose(made.picture(1.0), evaluated(steps[:1], points), atol=1e-6)
    assert np.allclose(made.picture(0.5), points @ steps[0].weight.T, atol=1e-6)
    assert np.allclose(made.picture(0.65), steps[0].shifted(points), atol=1e-6)
    halfway = made.picture(0.25)
    flat = np.linalg.lstsq(points, halfway, rcond=None)[0]
    assert np.linalg.det(flat) == pytest.approx(np.linalg.det(steps[0].weight) ** 0.5, rel=1e-3)


def test_the_variance_that_is_kept_is_that_of_the_view():
    steps = [Step(RNG.normal(size=(6, 2)), np.zeros(6), "relu"), Step(RNG.normal(size=(1, 6)), np.zeros(1))]
    points = RNG.normal(size=(300, 2))
    values = evaluated(steps[:1], points)
    spread = np.sort(np.linalg.eigvalsh(np.cov(values.T)))[::-1]
    kept = {p: finish(unfold_points(points, steps, projection=p)).marks[1].variance_kept for p in ("pca", "still")}
    assert kept["pca"] == pytest.approx(spread[:3].sum() / spread.sum(), rel=1e-9)
    assert kept["still"] <= kept["pca"] + 1e-12


def test_units_switch_where_their_values_change_sign():
    steps = [Step(np.eye(2), np.array([1.0, -10.0]), "relu"), Step(np.eye(2), np.zeros(2))]
    points = np.array([[-0.5, 1.0], [0.5, 2.0], [2.0, 3.0], [-2.0, 4.0]])
    made = finish(unfold_points(points, steps))
    step, on, switching = made.unit_shares(0.0)
    assert (step, on.tolist(), switching.tolist()) == (0, [0.5, 1.0], [0.0, 0.0])
    assert made.unit_shares(0.6)[2].tolist() == [0.25, 1.0]
    assert made.unit_shares(0.99)[1].tolist() == [0.75, 0.0]
    assert made.unit_shares(2.0)[0] == 1
    assert made.marks[1].n_patterns == 2
    assert made.marks[2].n_patterns == 2


def folded_square():
    """Return a square of two triangles, and the second laid over the first."""
    faces = np.array([[0, 1, 2], [0, 2, 3]])
    flat = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])
    over = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.9, 0.2]])
    return faces, flat, over


def test_triangles_of_a_plane_overlap_where_their_insides_meet():
    faces, flat, over = folded_square()
    assert len(plane_overlaps(flat, faces)) == 0
    assert plane_overlaps(over, faces).tolist() == [[0, 1]]
    assert len(plane_overlaps(flat, faces[:1])) == 0
    # A corner on the line of an edge touches, one beyond it by the last digit does not.
    touching = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.5, 0.5], [2.0, 1.0], [2.0, 2.0]])
    apart = np.array([[0, 1, 2], [3, 4, 5]])
    assert len(plane_overlaps(touching, apart)) == 0
    touching[3, 0] = np.nextafter(0.5, 0.0)
    assert len(plane_overlaps(touching, apart)) == 1


def test_overlaps_are_counted_in_planes_and_in_space_and_not_of_lines():
    faces, flat, over = folded_square()
    lifted = np.column_stack([over, np.zeros(4)])
    turned = lifted @ np.linalg.qr(RNG.normal(size=(3, 3)))[0].T
    assert counted_overlaps(np.column_stack([flat, np.zeros(4)]), faces) == 0
    assert counted_overlaps(turned, faces) == 1
    cross = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0.2, 0.2, -1], [0.3, 0.2, 1], [0.2, 0.3, 1]], float)
    assert counted_overlaps(cross, np.array([[0, 1, 2], [3, 4, 5]])) == 1
    assert counted_overlaps(np.outer(np.arange(4.0), [1.0, 2.0, 3.0]), faces) is None
    assert counted_overlaps(np.zeros((4, 3)), faces) is None
    assert counted_overlaps(lifted, np.empty((0, 3), np.int64)) is None


def made_source(data, name):
    """Return a source of some data."""
    return Source(f"{name}.ply", name, data, None, (), (), 0.0)


def grid(n=12):
    """Return a bent square."""
    x, y = (part.ravel() for part in np.meshgrid(np.linspace(0, 1, n), np.linspace(0, 1, n)))
    corner = (np.arange(n - 1)[:, None] * n + np.arange(n - 1)).ravel()
    faces = np.concatenate(
        [np.stack([corner, corner + 1, corner + n + 1], 1), np.stack([corner, corner + n + 1, corner + n], 1)]
    )
    return Surface(np.column_stack([x, y, 0.3 * x * y]) * 40.0 + 7.0, faces)


@pytest.mark.parametrize("with_detail", [False, True])
def test_a_surface_goes_to_its_code_and_back_in_its_own_units(with_detail):
    surface = grid()
    detail = (
        DetailLayer(np.array([-1.0, -1.0]), 0.5, RNG.normal(size=(5, 5, 3)).astype(np.float32).astype(float))
        if with_detail
        else None
    )
    maps = projection(), relu_map(2, 6, 8, 3)
    learned = Autoencoder(*maps, surface.vertices.mean(0), 25.0, detail)
    made = finish(unfold_source(made_source(surface, "bent"), learned, UnfoldOptions()))
    codes = learned.encode(surface.vertices)
    assert made.length == 5 + with_detail
    assert np.abs(made.places(0.0) - surface.vertices).max() < 1e-6 * surface.diagonal
    assert np.abs(made.places(made.length) - learned.decode(codes)).max() < 1e-6 * np.abs(learned.decode(codes)).max()
    picture = made.picture(made.code)
    apart = np.linalg.norm(picture[:, None] - picture, axis=2)
    assert np.allclose(apart, np.linalg.norm(codes[:, None] - codes, axis=2), atol=1e-5)
    assert [mark.part for mark in made.marks[:4]] == ["input", "encoder", "code", "decoder"]
    assert made.marks[-1].part == "output"
    assert [mark.overlaps for mark in made.marks[:3:2]] == [0, 0]
    report = unfolding_report(made)
    assert [layer["width"] for layer in report["layers"]][:4] == [3, 4, 2, 6]
    assert report["end_error"] < 1e-6


def test_overlaps_of_a_code_that_folds_are_exact():
    surface = grid(5)
    fold = ReluMap(  # (|x|, y)
        [np.array([[1.0, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0]]), np.array([[1.0, 1, 0, 0], [0, 0, 1, -1]])],
        [np.zeros(4), np.zeros(2)],
    )
    learned = Autoencoder(fold, relu_map(2, 4, 3), surface.vertices.mean(0), 25.0)
    made = finish(unfold_source(made_source(surface, "bent"), learned, UnfoldOptions()))
    # Each of 16 triangles lies on both of the mirrored square, whose diagonal goes the other way.
    assert made.marks[made.code].overlaps == 16 * 2


def test_a_large_surface_is_simplified_and_a_large_table_thinned():
    surface = grid(20)
    learned = Autoencoder(relu_map(3, 4, 2), relu_map(2, 4, 3), np.zeros(3), 1.0)
    made = finish(unfold_source(made_source(surface, "bent"), learned, UnfoldOptions(most=200, overlaps=False)))
    assert len(made.vertices) <= 200 + 40
    assert np.abs(made.places(0.0) - surface.vertices[made.vertices]).max() < 1e-6 * 50
    assert made.faces.max() < len(made.vertices)
    assert made.marks[0].overlaps is None
    rows = RNG.normal(size=(500, 7))
    table = Autoencoder(relu_map(7, 4, 3), relu_map(3, 4, 7), np.zeros(7), 1.0)
    made = finish(unfold_source(made_source(Table(rows), "rows"), table, UnfoldOptions(most=100, projection="pca")))
    assert made.vertices.tolist() == np.linspace(0, 499, 100).astype(int).tolist()
    assert np.allclose(
        made.places(made.length), table.decode(table.encode(rows[made.vertices])) @ made.view.T, atol=1e-5
    )


@pytest.mark.parametrize("d", [1, 2, 3])
def test_a_table_of_one_row_and_widths_of_one_are_followed(d):
    learned = Autoencoder(relu_map(4, 1, d), relu_map(d, 1, 4), np.zeros(4), 1.0)
    made = finish(unfold_source(made_source(Table(RNG.normal(size=(1, 4))), "row"), learned, UnfoldOptions()))
    assert np.isfinite([made.places(t) for t in np.linspace(0, made.length, 50)]).all()
    assert made.end_error < 1e-6


def test_it_can_be_stopped_in_the_middle():
    work = unfold_points(RNG.normal(size=(50, 3)), network(3, 8, 8, 3))
    for _ in range(4):
        next(work)
    work.close()
    with pytest.raises(StopIteration):
        next(work)


def test_what_cannot_be_unfolded_is_refused():
    with pytest.raises(ValueError, match="takes 3 values"):
        finish(unfold_points(np.zeros((2, 2)), network(3, 2)))
    with pytest.raises(ValueError, match="takes 3 values"):
        finish(unfold_points(np.zeros((0, 3)), network(3, 2)))
    with pytest.raises(ValueError, match="layer 1 takes 4 values"):
        chained([*network(3, 2), *network(4, 2)])
    with pytest.raises(ValueError, match="no bend named sine"):
        Step(np.eye(2), np.zeros(2), "sine")
    with pytest.raises(ValueError, match="at least one value"):
        Step(np.zeros((0, 2)), np.zeros(0))
    with pytest.raises(BudaiError, match="no projection side"):
        UnfoldOptions(projection="side")
    with pytest.raises(BudaiError, match="cannot be followed"):
        UnfoldOptions(most=1)
    learned = Autoencoder(relu_map(4, 2), relu_map(2, 4), np.zeros(4), 1.0)
    with pytest.raises(BudaiError, match="has 3 coordinates"):
        finish(unfold_source(made_source(grid(4), "bent"), learned, UnfoldOptions()))
