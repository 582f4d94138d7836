"""Networks of cards that are unfolded, and the linking number on the way, against numbers that are known."""

import numpy as np
import pytest
from scipy.spatial.distance import cdist

from core.base.errors import BudaiError
from core.base.progress import finish
from core.claims.curves import distance_between, link, linking_number
from core.claims.linking_along import kind_at, linking_along
from core.claims.ways import Way, scattered, tubes, unfold_way, with_fine_curves
from core.unfolding.invariant import FLAT, SHADOW, SPACE
from core.unfolding.options import UnfoldOptions
from core.unfolding.steps import Step, evaluated
from core.unfolding.unfolding import Mark, Passage, Unfolding
from tests.core.claims.running import run

HOPF = link("hopf", 60)
NO_UNITS = np.zeros((2, 0), np.float32), np.zeros((1, 0), np.float32)


def moved_apart(width):
    """Return two linked circles, the second of which goes three units away, seen as values of some width."""
    a, b = HOPF
    pictures = np.stack([np.concatenate([a, b + np.array([s, 0.0, 0.0])]) for s in (0.0, 3.0)]).astype(np.float32)
    n = len(a) + len(b)
    marks = tuple(Mark(width, part, 1.0, 1.0, 1) for part in ("input", "output"))
    passage = Passage("", None, False, False, *NO_UNITS)
    still = {"code": None, "view": np.eye(3), "scale": 1.0, "offset": np.zeros(3), "end_error": 0.0, "seconds": 0.0}
    return Unfolding(
        np.array([0.0, 1.0]),
        np.zeros(1, bool),
        pictures,
        np.empty((0, 3), np.int64),
        np.arange(n),
        np.zeros((2, n), np.uint64),
        marks,
        (passage,),
        **still,
    )


def halves(made):
    n = len(made.vertices) // 2
    return np.arange(n), n + np.arange(n)


def test_circles_that_are_drawn_apart_in_space_meet_when_they_must():
    made = moved_apart(3)
    told = finish(linking_along(made, halves(made), np.ones(2)))
    (meeting,) = told.meetings
    assert meeting.t == pytest.approx(1.0 / 3.0, abs=2e-3)  # the circles are polygons
    assert (abs(meeting.before), meeting.after) == (1.0, 0.0)
    assert abs(told.at(0.0)[0]) == 1.0
    assert told.at(1.0) == (0.0, SPACE)
    assert np.isnan(told.at(meeting.t)[0])
    assert told.off < 1e-3
    assert told.report()["meetings"][0]["t"] == meeting.t


def test_of_four_values_it_is_a_shadow_that_changes_without_a_meeting():
    made = moved_apart(4)
    told = finish(linking_along(made, halves(made), np.ones(2)))
    assert told.meetings == ()
    assert set(told.kinds.tolist()) == {SHADOW}
    assert (abs(told.values[0]), told.values[-1]) == (1.0, 0.0)


@pytest.mark.parametrize("kind", ["hopf", "torus 2,6", "whitehead"])
def test_layers_that_do_nothing_or_are_invertible_keep_it(kind):
    curves = link(kind, 160)
    turned = np.linalg.qr(np.random.default_rng(2).normal(size=(3, 3)))[0]  # of either orientation
    steps = (Step(np.eye(3), np.zeros(3), "tanh"), Step(np.eye(3), np.zeros(3)), Step(turned, np.ones(3), "tanh"))
    done = finish(unfold_way(Way("still", steps, tubes(curves, 0.05))))
    told, number = done.invariant, linking_number(*curves)
    assert (told.values == number).all()
    assert (told.kinds == SPACE).all()
    assert told.meetings == ()
    assert told.off < 1e-6
    assert (told.apart > 0.0).all()


def test_there_is_none_in_a_plane_and_a_shadow_in_four_dimensions():
    rng = np.random.default_rng(0)
    steps = [Step(rng.normal(size=(n, m)), np.zeros(n), "tanh") for m, n in ((3, 4), (4, 3), (3, 2))]
    done = finish(unfold_way(Way("wide", tuple(steps), tubes(HOPF, 0.05))))
    made, told = done.made, done.invariant
    kinds = {t: kind_at(made, t) for t in (0.0, 0.3, 0.55, 0.8, 1.0, 1.3, 1.55, 2.0, 2.3, 2.55, 3.0)}
    assert list(kinds.values()) == [SPACE] * 3 + [SHADOW] * 3 + [SPACE] * 3 + [FLAT] * 2
    assert np.isnan(told.values[told.kinds == FLAT]).all()
    assert abs(told.at(0.6)[0]) == 1.0


def test_a_singular_layer_lets_the_curves_meet():
    flat = Step(np.diag([1.0, 1.0, 0.0]), np.zeros(3), "tanh")
    told = finish(unfold_way(Way("flat", (flat,), tubes(HOPF, 0.05)))).invariant
    assert abs(told.at(0.0)[0]) == 1.0
    assert np.isnan(told.at(1.0)[0])
    assert told.apart[-1] < 1e-9


def test_the_distance_of_polygons_is_that_of_their_points():
    rng = np.random.default_rng(5)
    for d in (2, 3, 5):
        a, b = rng.normal(size=(7, d)), rng.normal(size=(5, d)) + 1.5
        dense = [
            np.concatenate([p + s * (q - p) for p, q in zip(one, np.roll(one, -1, 0), strict=True)])
            for one in (a[:, None], b[:, None])
            for s in [np.linspace(0, 1, 400)[:, None]]
        ]
        assert distance_between(a, b) == pytest.approx(cdist(*dense).min(), abs=0.02)
        assert distance_between(a, b) <= cdist(*dense).min() + 1e-12
    square = np.array([[0.0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]])
    assert distance_between(square, square + np.array([0.0, 0.0, 0.5])) == 0.5
    assert distance_between(square, square + np.array([0.5, 0.5, 0.0])) == 0.0


def test_tubes_are_closed_and_face_outward():
    scenery = tubes(HOPF, 0.1, 24)
    p = scenery.points[scenery.faces]
    volume = np.einsum("ij,ij->", p[:, 0], np.cross(p[:, 1], p[:, 2])) / 6.0
    assert volume == pytest.approx(2 * 2 * np.pi**2 * 0.1**2, rel=0.03)
    edges = np.sort(scenery.faces[:, [[0, 1], [1, 2], [2, 0]]].reshape(-1, 2), axis=1)
    assert (np.unique(edges, axis=0, return_counts=True)[1] == 2).all()
    for curve, core in zip(HOPF, scenery.curves, strict=True):
        assert (scenery.points[core] == curve).all()


def test_corners_are_added_where_a_layer_bends_an_edge_near_the_other_curve():
    scenery = tubes(link("hopf", 8), 0.05)
    assert with_fine_curves(scenery, [Step(np.eye(3), np.zeros(3))]).points.shape == scenery.points.shape
    bent = with_fine_curves(scenery, [Step(3.0 * np.eye(3), np.zeros(3), "tanh")])
    for old, new in zip(scenery.curves, bent.curves, strict=True):
        assert len(new) > len(old)
        length = [np.linalg.norm(np.diff(p, axis=0, append=p[:1]), axis=1).sum() for p in (
            scenery.points[old], bent.points[new])]  # fmt: skip
        assert length[0] == pytest.approx(length[1])


@pytest.mark.parametrize("knobs", [("spirals", "seeds=2"), ("interval", "seeds=2"), ("annulus", "seeds=2", "depths=1")])
def test_what_is_unfolded_is_the_network_that_was_told(knobs):
    verdict = run(*knobs)
    assert verdict.ways
    for way in verdict.ways:
        dots = way.scenery.n_dots
        done = finish(unfold_way(way))
        output = evaluated(way.steps, way.scenery.points)
        assert done.invariant is None
        assert done.made.end_error < 1e-4
        right = ((output[:dots, 0] > 0) == (way.scenery.labels[:dots] == 1)).mean()
        assert ("100 % right" in way.name) <= (right == 1.0)
        assert (way.scenery.labels[dots:] == -1).all()
        assert way.scenery.lines.min() >= dots


def test_two_tori_of_four_values_come_apart_only_as_shadows():
    wide, narrow = run("linked_tori", "seeds=1", "steps=1200").ways
    told, held = (finish(unfold_way(way)).invariant for way in (wide, narrow))
    assert wide.name.startswith("Width 4")
    assert told.meetings == ()
    assert (told.apart > 0.0).all()
    assert set(told.kinds.tolist()) == {SPACE, SHADOW, FLAT}
    known = held.values[np.isfinite(held.values)]
    assert (np.abs(known) == 1.0).all()  # in space it stays, whatever the network does
    assert SHADOW not in held.kinds


def test_a_network_that_is_no_number_is_said():
    steps = (Step(np.eye(2), np.zeros(2)),)
    way = Way("Width 2", steps, scattered([np.zeros((1, 2)), np.ones((1, 2))]))
    object.__setattr__(way.steps[0], "bias", np.array([np.nan, 0.0]))
    with pytest.raises(BudaiError, match="no number"):
        finish(unfold_way(way))


def test_the_cells_of_a_classifier_of_the_plane_are_cut_where_its_units_switch():
    rng = np.random.default_rng(0)
    steps = tuple(
        Step(rng.normal(size=(k, m)), rng.normal(size=k), bend)
        for m, k, bend in ((2, 6, "relu"), (6, 5, "relu"), (5, 1, ""))
    )
    way = Way("Width 6", steps, scattered([rng.normal(size=(30, 2)), rng.normal(size=(30, 2))]))
    done = finish(unfold_way(way))
    cuts = done.way.scenery.cuts
    assert done.report()["cell_edges"] == len(cuts.step) > 20
    assert set(cuts.step) == {0, 1}
    assert len(done.made.vertices) == len(way.scenery.points) + len(cuts.places)
    ends = cuts.places.reshape(-1, 2, 2)
    along = ends[:, :1] + np.array([0.0, 0.3, 0.5, 1.0])[None, :, None] * (ends[:, 1:] - ends[:, :1])
    for k, which in enumerate((cuts.step == 0, cuts.step == 1)):
        values = evaluated(steps[:k], along[which].reshape(-1, 2))
        shifted = steps[k].shifted(values).reshape(which.sum(), 4, -1)
        assert np.abs(shifted).max(1).min(1).max() < 1e-9  # one unit is 0 all along it
    output = evaluated(steps, along.reshape(-1, 2)).reshape(len(ends), 4)
    straight = output[:, :1] + np.array([0.0, 0.3, 0.5, 1.0]) * (output[:, 3:] - output[:, :1])
    assert np.allclose(output, straight, atol=1e-9)
    assert cuts.so_far(0) == (0, 0)
    assert cuts.so_far(1) == ((cuts.step == 0).sum(), 0)
    assert cuts.so_far(3) == (len(cuts.step), len(cuts.step))


def test_ends_of_edges_count_as_no_points():
    rng = np.random.default_rng(0)
    steps = Step(rng.normal(size=(4, 2)), rng.normal(size=4), "relu"), Step(rng.normal(size=(1, 4)), np.zeros(1))
    way = Way("Width 4", steps, scattered([rng.normal(size=(30, 2)), rng.normal(size=(30, 2))]))
    with_cuts, without = (finish(unfold_way(way, UnfoldOptions(edges=edges))).made for edges in (1000, 0))
    assert [mark.n_patterns for mark in with_cuts.marks] == [mark.n_patterns for mark in without.marks]
    assert [mark.variance_kept for mark in with_cuts.marks] == [mark.variance_kept for mark in without.marks]
    n = len(way.scenery.points)
    assert np.array_equal(with_cuts.pictures[:, :n], without.pictures)


@pytest.mark.parametrize("bend", ["tanh", ""])
def test_units_that_do_not_switch_have_no_edges(bend):
    rng = np.random.default_rng(0)
    steps = Step(rng.normal(size=(4, 2)), rng.normal(size=4), bend), Step(rng.normal(size=(1, 4)), np.zeros(1))
    sets = [rng.normal(size=(30, 2)), rng.normal(size=(30, 2))]
    assert finish(unfold_way(Way("Width 4", steps, scattered(sets)))).way.scenery.cuts is None


def test_more_edges_than_are_asked_for_are_left_out():
    rng = np.random.default_rng(0)
    steps = Step(rng.normal(size=(9, 2)), np.zeros(9), "relu"), Step(rng.normal(size=(1, 9)), np.zeros(1))
    way = Way("Width 9", steps, scattered([rng.normal(size=(30, 2)), rng.normal(size=(30, 2))]))
    assert finish(unfold_way(way, UnfoldOptions(edges=3))).way.scenery.cuts is None


def test_the_surfaces_of_tori_carry_the_edges_of_a_relu_network():
    rng = np.random.default_rng(0)
    steps = Step(rng.normal(size=(4, 3)), rng.normal(size=4), "relu"), Step(rng.normal(size=(1, 4)), np.zeros(1))
    done = finish(unfold_way(Way("Width 4", steps, tubes(HOPF, 0.1, 24))))
    assert len(done.made.edges.face) == done.report()["cell_edges"] > 0
