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
