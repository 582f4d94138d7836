"""A chart with a thin feature, which no map to the round disk shows well, is halved along it."""

import numpy as np

from core.atlas.face_graph import face_graph
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
