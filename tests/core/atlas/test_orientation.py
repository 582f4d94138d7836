"""Orientation of atlases: what turns over on one-sided surfaces, and nothing on others."""

import numpy as np
import pytest

from core.atlas.orientation import overlaps, rim_of_faces, turning, turning_sentence
from core.base.progress import finish
from core.charts.atlas import Cover
from core.charts.patch import Patch
from core.session.prepare import prepare
from core.session.preparing.options import PreparationOptions
from tests.core.atlas.make_surfaces import ball, moebius, torus
from tests.core.session.test_atlas import source_of


def cover_of(surface, charts):
    return finish(prepare(source_of(surface), PreparationOptions("atlas", charts))).cover


@pytest.fixture(scope="module")
def strip() -> Cover:
    return cover_of(moebius(), 2)


@pytest.mark.parametrize("surface", [ball(2), torus(20, 10)], ids=["ball", "torus"])
def test_nothing_turns_over_on_a_two_sided_surface(surface):
    cover = cover_of(surface, 4)
    assert turning(cover) == []
    assert turning_sentence(cover) == ""
    assert {overlap.sign for overlap in overlaps(cover)} == {1}


def test_a_moebius_strip_in_two_charts_turns_over_in_one_of_two_overlaps(strip):
    known = overlaps(strip)
    assert len(known) == 2
    assert known[0].sign == -known[1].sign
    (found,) = turning(strip)
    assert "charts 1 and 2" in turning_sentence(strip)
    assert f"{len(found.faces)} faces" in turning_sentence(strip)
    shared = np.intersect1d(strip.patches[0].faces, strip.patches[1].faces)
    np.testing.assert_array_equal(np.sort(np.concatenate([known[0].faces, known[1].faces])), shared)


def test_a_chart_that_is_turned_over_only_moves_the_place(strip):
    first, second = strip.patches
    turned = Patch(second.vertices, second.faces, second.corners[:, ::-1], second.weights)
    cover = Cover((first, turned), strip.face_chart, strip.n_vertices)
    assert [overlap.sign for overlap in overlaps(cover)] == [-overlap.sign for overlap in overlaps(strip)]
    assert len(turning(cover)) == 1


def test_a_turned_chart_of_a_two_sided_surface_is_turned_back():
    cover = cover_of(ball(2), 3)
    patches = list(cover.patches)
    patches[1] = Patch(patches[1].vertices, patches[1].faces, patches[1].corners[:, ::-1], patches[1].weights)
    turned = Cover(tuple(patches), cover.face_chart, cover.n_vertices)
    assert {overlap.sign for overlap in overlaps(turned)} == {1, -1}
    assert turning(turned) == []


def test_the_rim_of_faces_is_what_they_do_not_share():
    rim = rim_of_faces(np.array([[0, 1, 2], [0, 2, 3]]))
    assert sorted(map(tuple, rim.tolist())) == [(0, 1), (0, 3), (1, 2), (2, 3)]
