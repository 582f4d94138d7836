"""Charts are halved that no map to the round disk shows well, that bend much, or that come near themselves."""

import numpy as np

from core.atlas.face_graph import face_graph
from core.atlas.near_sheets import near_sheets
from core.atlas.overlap import overlapping
from core.atlas.refining import refined
from core.base.progress import finish
from core.charts.disk_chart import disk_chart
from core.data.surface import Surface
from core.geometry.distortion import planar_edges, squared_stretch
from core.geometry.topology import topology
from tests.core.make import bumpy_disk


def spiked():
    plate = bumpy_disk(16, 0.0)
    away = np.linalg.norm(plate.vertices[:, :2] - [0.25, 0.1], axis=1)
    height = 1.2 * np.clip(1.0 - away / 0.15, 0.0, 1.0)
    return Surface(plate.vertices + height[:, None] * [0.0, 0.0, 1.0], plate.faces)


def badly_stretched(surface, owner):
    """Area that is stretched more than twice on the charts that own it, over that of the surface."""
    bad = 0.0
    for k, region in enumerate(overlapping(surface, owner, 1)):
        patch = region.surface(surface)
        chart = finish(disk_chart(patch))
        stretched = squared_stretch(patch, planar_edges(chart.codes, patch.faces)) > 2.0**2
        bad += patch.face_areas[stretched & (owner[region.faces] == k)].sum()
    return bad / surface.area


def test_a_spike_is_halved():
    surface = spiked()
    whole = np.zeros(len(surface.faces), np.int64)
    owner = finish(refined(face_graph(surface), whole, 2.0, 20))
    assert 2 <= owner.max() + 1 <= 4
    for k in range(owner.max() + 1):
        faces = surface.faces[owner == k]
        assert topology(Surface(surface.vertices, faces)).is_disk
    assert badly_stretched(surface, whole) > 0.05
    assert badly_stretched(surface, owner) < 0.6 * badly_stretched(surface, whole)


def test_what_is_good_stays_whole():
    surface = bumpy_disk(10, 0.1)
    owner = finish(refined(face_graph(surface), np.zeros(len(surface.faces), np.int64), 2.0, 20))
    assert not owner.any()


def folded(gap: float):
    """A strip whose second half lies over the first, at some distance."""
    plate = bumpy_disk(16, 0.0)
    x, y, _ = plate.vertices.T
    around = np.clip(x / (np.pi * gap / 2), -0.5, 0.5) * np.pi
    past = np.sign(x) * np.maximum(np.abs(x) - np.pi * gap / 4, 0.0)
    height = 0.5 * gap * np.sin(around) + 0.0 * past
    return Surface(np.column_stack([0.5 * gap * np.cos(around) - np.abs(past), y, height]), plate.faces)


def nearness(surface, faces):
    graph = face_graph(surface)
    inside = np.full(len(surface.faces), -1)
    inside[faces] = np.arange(len(faces))
    beside = np.where(graph.across[faces] >= 0, inside[graph.across[faces] // 3], -1)
    across = np.where(beside >= 0, 3 * beside, -1)
    return near_sheets(graph.vertices[graph.faces[faces]].mean(axis=1), graph.areas[faces], across)


def test_places_near_each_other_in_space_alone_are_told():
    surface = folded(0.05)
    pairs, share = nearness(surface, np.arange(len(surface.faces)))
    middles = surface.vertices[surface.faces].mean(axis=1)
    assert share > 0.5
    assert (middles[pairs[:, 0], 2] * middles[pairs[:, 1], 2] < 0.0).all()
    flat = bumpy_disk(16, 0.0)
    pairs, share = nearness(flat, np.arange(len(flat.faces)))
    assert len(pairs) == 0
    assert share == 0.0


def test_a_chart_that_comes_near_itself_is_halved_between():
    surface = folded(0.05)
    owner = finish(refined(face_graph(surface), np.zeros(len(surface.faces), np.int64), 2.0, 20))
    assert owner.max() == 1
    assert max(nearness(surface, np.flatnonzero(owner == k))[1] for k in (0, 1)) < 0.05
    height = surface.vertices[surface.faces].mean(axis=1)[:, 2]
    assert max(((height > 0.0) == (owner == k)).mean() for k in (0, 1)) > 0.8


def test_a_chart_that_bends_much_is_divided(monkeypatch):
    surface = bumpy_disk(10, 0.1)
    graph = face_graph(surface)
    monkeypatch.setattr("core.atlas.refining._MOST_BEND", 0.4 * graph.bends.sum())
    owner = finish(refined(graph, np.zeros(len(surface.faces), np.int64), 2.0, 20))
    assert owner.max() >= 2
    assert np.bincount(owner, graph.bends.sum(axis=1)).max() <= 0.4 * graph.bends.sum()
