"""Small disks of an atlas: they have room, and their shapes are what charts own and learn."""

import numpy as np
import pytest

from app.scene.chart_colors import CHART_COLORS, cover_colors
from app.scene.chart_disks import GAP, LEAST, chart_rims, loops, packed
from app.scene.figure import vertex_normals
from core.base.progress import finish
from core.session.prepare import prepare
from core.session.preparing.options import PreparationOptions
from tests.core.atlas.make_surfaces import ball, moebius
from tests.core.session.test_atlas import source_of


@pytest.mark.parametrize("n", [1, 2, 10, 106])
@pytest.mark.parametrize("size", [(180.0, 420.0), (480.0, 110.0), (300.0, 300.0)])
def test_disks_lie_apart_and_inside(n, size):
    areas = np.random.default_rng(n).uniform(0.2, 5.0, n)
    disks = packed(areas.tolist(), *size)
    x, y, radius = disks.T
    assert (radius >= LEAST).all()
    assert (x - radius >= 0).all()
    assert (x + radius <= size[0]).all()
    assert (y - radius >= 0).all()
    assert (y + radius <= size[1]).all()
    away = np.hypot(x[:, None] - x, y[:, None] - y) - radius[:, None] - radius
    np.fill_diagonal(away, np.inf)
    assert away.min() >= GAP - 1e-9


def test_areas_are_those_of_the_charts():
    disks = packed([1.0, 4.0, 9.0], 400.0, 400.0)
    np.testing.assert_allclose(disks[:, 2] ** 2 / disks[0, 2] ** 2, [1.0, 4.0, 9.0])


def test_without_room_the_disks_are_as_small_as_they_may_be():
    assert (packed([1.0] * 50, 40.0, 40.0)[:, 2] == LEAST).all()


def test_loops_go_around():
    faces = np.array([[0, 1, 2], [0, 2, 3], [4, 5, 6]])
    found = sorted(loops(faces), key=len)
    assert [len(loop) for loop in found] == [3, 4]
    assert set(found[1].tolist()) == {0, 1, 2, 3}
    order = found[1].tolist()
    assert order[(order.index(0) + 1) % 4] == 1
    assert loops(np.array([[0, 1, 2], [0, 2, 3], [0, 3, 1], [1, 3, 2]])) == ()


@pytest.fixture(scope="module")
def cover():
    return finish(prepare(source_of(ball(3), "ball"), PreparationOptions(charts=14))).cover


def test_rims_are_those_of_what_is_learned_and_owned(cover):
    rims = chart_rims(cover)
    for k, patch in enumerate(cover.patches):
        sides = np.sort(patch.corners[:, [[0, 1], [1, 2], [2, 0]]].reshape(-1, 2), axis=1)
        edges, count = np.unique(sides, axis=0, return_counts=True)
        assert sum(map(len, rims.learned[k])) == (count == 1).sum() == len(edges[count == 1])
        assert sum(map(len, rims.owned[k])) <= len(edges)


def test_charts_that_meet_have_different_colors(cover):
    colors = cover_colors(cover)
    assert len(np.unique(colors, axis=0)) <= len(CHART_COLORS) < len(cover)
    for a in range(len(cover)):
        for b in range(a):
            if len(cover.shared(a, b)):
                assert (colors[a] != colors[b]).any()


def test_normals_of_a_one_sided_surface_do_not_vanish():
    surface = moebius()
    points, faces = surface.vertices.astype(np.float32), surface.faces
    assert np.linalg.norm(vertex_normals(points, faces, is_one_sided=True), axis=1).min() > 0.999
    corners = points[faces]
    normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    seen = np.abs(np.einsum("fcd,fd->fc", vertex_normals(points, faces, is_one_sided=True)[faces], normals))
    assert seen.min() > 0.9  # every corner is lit as its faces are, whichever side they show
    plain = np.abs(np.einsum("fcd,fd->fc", vertex_normals(points, faces)[faces], normals))
    assert plain.min() < 0.7
