"""Cards on topology against knot tables, linear programs, closed forms and differences."""

import numpy as np
import pytest
from sklearn.neighbors import KNeighborsClassifier

from core.base.errors import BudaiError
from core.claims.curves import circle, knot_determinant
from core.claims.ensemble import Ensemble
from core.claims.gallery import card_of, options_from
from core.claims.topology.own_points import a_line_parts
from core.claims.topology.spirals import spirals
from core.claims.topology.stretching import steepest
from core.claims.topology.trefoil import trefoil
from core.claims.topology.vector_field import field_and_slope
from tests.core.claims.running import run


def figure_eight(n):
    t = circle(n)
    r = 2 + np.cos(2 * t)
    return np.stack([r * np.cos(3 * t), r * np.sin(3 * t), np.sin(4 * t)], 1)


def torus_knot(n, p, q):
    t = circle(n)
    r = 2 + np.cos(q * t)
    return np.stack([r * np.cos(p * t), r * np.sin(p * t), -np.sin(q * t)], 1)


def test_knot_determinants_are_those_of_the_tables():
    t = circle(90)
    assert knot_determinant(np.stack([np.cos(t), np.sin(t), 0.3 * np.cos(2 * t)], 1)) == 1
    assert knot_determinant(trefoil(150)) == 3
    assert knot_determinant(figure_eight(240)) == 5
    assert knot_determinant(torus_knot(240, 2, 5)) == 5
    assert knot_determinant(torus_knot(240, 2, 7)) == 7


def test_a_trefoil_comes_undone_in_four_dimensions_alone():
    four = run("trefoil", "points=120", "moments=31")
    assert four.outcome == "holds"
    assert (four.figures["determinant_before"], four.figures["determinant_after"]) == (3, 1)
    assert four.figures["least_distance"] > 0.25
    three = run("trefoil", "dimension=3", "points=120", "moments=91")
    assert three.outcome == "fails"
    assert three.figures["least_distance"] < 0.15


def test_paths_to_random_matrices_need_a_swap_of_units():
    held = run("isotopy", "matrices=60")
    assert held.outcome == "holds"
    assert run("isotopy", "matrices=60", "swap=off").outcome == "fails"
    signs = [
        np.linalg.det(m) < 0 for m in (lambda r: [r.normal(size=(3, 3)) for _ in range(60)])(np.random.default_rng(0))
    ]
    assert held.figures["swapped"] == sum(signs)


def test_the_slope_of_a_network_is_that_of_differences():
    networks = Ensemble((2, 4, 4, 1), 3)
    points = np.random.default_rng(0).uniform(-1, 1, (2, 40)).astype(np.float32)
    h = np.float32(1e-2)
    parts = [(networks(points + h * e) - networks(points - h * e))[:, 0] / (2 * h) for e in np.eye(2)[:, :, None]]
    np.testing.assert_allclose(steepest(networks, points), np.sqrt(parts[0] ** 2 + parts[1] ** 2).max(1), rtol=2e-2)


def test_a_penalty_holds_the_slope_back_and_none_does_not():
    held = run("stretching", "seeds=3", "steps=2000")
    assert held.outcome == "holds"
    assert held.figures["slope_with"] < held.figures["slope_without"] / 4
    assert run("stretching", "seeds=2", "steps=200", "penalty=0").outcome == "fails"


def test_the_derivative_of_a_vector_field_is_that_of_differences():
    rng = np.random.default_rng(0)
    x, anchors, arrows = rng.normal(size=(3, 6, 2))
    _, slope = field_and_slope(x, anchors, arrows, 0.7)
    for j, e in enumerate(np.eye(2) * 1e-6):
        wanted = (
            field_and_slope(x + e, anchors, arrows, 0.7)[0] - field_and_slope(x - e, anchors, arrows, 0.7)[0]
        ) / 2e-6
        np.testing.assert_allclose(slope[:, :, j], wanted, atol=1e-8)


def test_large_steps_fold_where_one_anchor_says_so_in_closed_form():
    # One anchor: the determinant of a step of length h is 1 - 2 h s r exp(-r²/R²) / R² at its least, at r = R / sqrt 2.
    verdict = run("vector_field", "anchors=1", "steps=1", "reach=0.6", "strength=0.5")
    wanted = 1 - np.sqrt(2 / np.e) * 0.5 / 0.6
    assert verdict.figures["least_of_a_step"] == pytest.approx(wanted, abs=2e-3)
    assert verdict.outcome == "holds"
    assert run("vector_field", "anchors=1", "steps=1", "reach=0.3", "strength=1").outcome == "fails"


def test_neighbours_part_the_spirals_as_the_networks_do():
    easy = run("spirals", "seeds=3")
    learned, fine = spirals(200, 0.75), spirals(1000, 0.75)
    labels = np.repeat([0, 1], 200)
    votes = (
        KNeighborsClassifier(1)
        .fit(np.concatenate(learned), labels)
        .score(np.concatenate(fine), np.repeat([0, 1], 1000))
    )
    assert votes == 1.0
    assert easy.outcome == "holds"
    assert run("spirals", "seeds=3", "difficulty=hard", "width=1", "steps=200").outcome == "fails"


def points_text(*sets):
    rows = [(*point, kind) for kind, points in enumerate(sets) for point in points]
    return "points=" + ",".join(str(number) for row in rows for number in row)


def test_one_unit_parts_what_a_line_parts_and_nothing_else():
    square = [[-0.5, -0.5], [0.5, 0.5]], [[-0.5, 0.5], [0.5, -0.5]]
    split = [[-0.5, -0.5], [-0.5, 0.5]], [[0.5, 0.5], [0.5, -0.5]]
    assert not a_line_parts(*map(np.array, square))
    assert a_line_parts(*map(np.array, split))
    for sets, outcome in ((square, "fails"), (split, "holds")):
        verdict = run("own_points", points_text(*sets), "width=1", "seeds=4", "steps=600")
        assert verdict.outcome == outcome
    assert run("own_points", points_text(*square), "width=4", "seeds=4", "steps=1500").outcome == "holds"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("points=", "There is no point. Draw some of both classes."),
        ("points=0,0,1,0.5,0,1", "All 2 points are of one class. Draw at least one of the other."),
        ("points=0,0", "Points: each needs two coordinates and a class. Draw them again."),
        ("points=0,0,2", "Points: a class is neither 0 nor 1. Draw them again."),
        ("points=nan,0,1", "Points: each needs two coordinates and a class. Draw them again."),
    ],
)
def test_a_drawing_that_cannot_be_used_is_refused_in_a_sentence(text, says):
    card = card_of("own_points")
    with pytest.raises(BudaiError) as refused:
        next(card.run(options_from(card, [text])))
    assert str(refused.value) == says
