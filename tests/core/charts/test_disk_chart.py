from pathlib import Path

import numpy as np
import pytest

from core.base.errors import TopologyError
from core.base.progress import finish
from core.charts.disk_chart import disk_boundary, disk_chart
from core.data.surface import Surface
from core.geometry.distortion import flipped_triangles, l2_stretch


def grid(n: int, height: float = 0.0) -> Surface:
    """A bumpy square."""
    x, y = np.meshgrid(np.linspace(0, 1, n), np.linspace(0, 1, n), indexing="ij")
    vertices = np.stack([x, y, height * np.sin(7 * x) * np.cos(5 * y)], axis=-1).reshape(-1, 3)
    corner = (np.arange(n - 1)[:, None] * n + np.arange(n - 1)).ravel()
    faces = [np.stack([corner, corner + n, corner + n + 1], 1), np.stack([corner, corner + n + 1, corner + 1], 1)]
    return Surface(vertices, np.concatenate(faces))


def tube(length: int, around: int = 12) -> Surface:
    """A tube of radius 1 and the given length, open below and closed by a cone above."""
    angle = 2 * np.pi * np.arange(around) / around
    rings = [np.stack([np.cos(angle), np.sin(angle), np.full(around, 0.5 * k)], 1) for k in range(2 * length + 1)]
    vertices = np.concatenate([*rings, [[0.0, 0.0, length + 0.5]]])
    low = (np.arange(2 * length)[:, None] * around + np.arange(around)).ravel()
    beside = low - low % around + (low + 1) % around
    faces = [np.stack([low, beside, beside + around], 1), np.stack([low, beside + around, low + around], 1)]
    top = 2 * length * around + np.arange(around)
    cone = np.stack([top, np.roll(top, -1), np.full(around, len(vertices) - 1)], 1)
    return Surface(vertices, np.concatenate([*faces, cone]))


@pytest.mark.parametrize("surface", [grid(9), grid(20, 0.3), tube(3)], ids=["flat", "bumpy", "tube"])
def test_charts_do_not_fold_and_fill_the_disk(surface: Surface) -> None:
    chart = finish(disk_chart(surface))
    assert chart.flips == 0
    assert not flipped_triangles(chart.codes, surface.faces).any()
    loop = disk_boundary(surface)
    radius = np.linalg.norm(chart.codes, axis=1)
    np.testing.assert_allclose(radius[loop], 1.0)
    assert (np.delete(radius, loop) < 1.0).all()
    assert chart.stretch == pytest.approx(l2_stretch(surface, chart.codes))
    assert chart.stretch < 3.0


def test_a_tube_too_long_for_plain_averages() -> None:
    # The harmonic map of a tube shrinks by exp(-length): 1e-26 here, and squared for areas.
    chart = finish(disk_chart(tube(60)))
    assert chart.flips == 0
    assert chart.stretch < 20.0


def test_the_chart_of_one_triangle() -> None:
    chart = finish(disk_chart(Surface(np.array([[0.0, 0, 0], [1, 0, 0], [0, 2, 0]]), np.array([[0, 1, 2]]))))
    assert chart.flips == 0
    np.testing.assert_allclose(np.linalg.norm(chart.codes, axis=1), 1.0)


def test_slivers_and_needles_do_not_fold() -> None:
    surface = grid(12, 0.1)
    vertices = surface.vertices.copy()
    vertices[40] = vertices[41] + 1e-9
    vertices[70, 0] = vertices[71, 0]
    vertices[90] = vertices[91]
    chart = finish(disk_chart(Surface(vertices, surface.faces)))
    assert chart.flips == 0
    assert np.isfinite(chart.stretch)


@pytest.mark.parametrize("factor", [1e-3, 1e3])
def test_scale_and_place_do_not_matter(factor: float) -> None:
    surface = grid(14, 0.2)
    moved = Surface(surface.vertices * factor + 50.0 * factor, surface.faces)
    np.testing.assert_allclose(finish(disk_chart(moved)).codes, finish(disk_chart(surface)).codes, atol=1e-5)


def test_what_is_no_disk_is_refused() -> None:
    surface = grid(6)
    with pytest.raises(TopologyError, match="Euler characteristic is 0"):
        finish(disk_chart(Surface(surface.vertices, np.delete(surface.faces, 12, axis=0))))
    tetrahedron = Surface(np.eye(4, 3), np.array([[0, 2, 1], [0, 1, 3], [1, 2, 3], [0, 3, 2]]))
    with pytest.raises(TopologyError, match="0 boundary edges"):
        finish(disk_chart(tetrahedron))
    alone = Surface(np.concatenate([surface.vertices, [[5.0, 5.0, 5.0]]]), surface.faces)
    with pytest.raises(TopologyError, match="1 of 37 vertices"):
        finish(disk_chart(alone))


@pytest.mark.slow
def test_all_disks_of_the_test_data(shared_data: Path) -> None:
    from core.io.load import load

    names = "budai_seated_disk.ply girl_face.m lion_head.glb max_planck_head.stl nefertiti_bust.vtp camelhead.off"
    for name in [*names.split(), "happy_buddha_disk.ply"]:
        chart = finish(disk_chart(load(shared_data / name).surface))
        assert chart.flips == 0, name
        assert chart.stretch < 6.0, name


def test_vertices_in_one_place_do_no_harm():
    surface = grid(9, 0.3)
    vertices = surface.vertices.copy()
    vertices[[31, 40]] = vertices[30]  # a face without any length
    vertices[1] = vertices[0]  # a side of the boundary without length
    chart = finish(disk_chart(Surface(vertices, surface.faces)))
    assert chart.flips == 0
    assert np.isfinite(chart.codes).all()
    assert len(np.unique(chart.codes, axis=0)) == len(vertices)
