"""The picture of a power diagram shows at every pixel the cell that the definition gives."""

import numpy as np
import pytest

from app.scene.disk import Window
from app.scene.figure import Figure
from app.scene.palette import LIGHT
from app.scene.raster import NOTHING
from app.scene.snapshot import Snapshot
from app.stages.transport.scene.power_picture import PowerLook, SitePlane, power_picture
from tests.app.make_transport import transported_project


@pytest.fixture(scope="module")
def plane():
    project = transported_project()
    return SitePlane(project.transport, project.source.surface.faces)


def drawn(plane, window, singular=(), key="ratio_before"):
    project = transported_project()
    snapshot = Snapshot(Figure(project.source.data), codes=project.training.codes)
    return power_picture(plane, snapshot, PowerLook(key, np.array(singular, np.int64), LIGHT), window)


@pytest.mark.parametrize("window", [Window(61, 47, 0.0, 0.0, 22.0), Window(40, 40, 0.6, 0.3, 300.0)])
def test_each_pixel_has_the_nearest_site_by_power(plane, window):
    picture = drawn(plane, window)
    sites, weights = plane.transport.map.sites, plane.transport.map.weights
    ids = picture.ids
    for row, column in np.ndindex(*ids.shape):
        point = np.array(window.code(column + 0.25, row + 0.25))
        if np.linalg.norm(point) > 1.0:
            assert ids[row, column] == NOTHING
        else:
            power = ((sites - point) ** 2).sum(1) - weights
            assert power[ids[row, column]] <= power.min() + 1e-12


def test_a_pixel_finds_the_vertex_of_its_site(plane):
    window = Window(200, 200, 0.0, 0.0, 90.0)
    picture = drawn(plane, window)
    vertex = picture.vertex_at(120.0, 80.0)
    owner = plane.transport.measure.owner[vertex]
    assert plane.transport.map.site_of[owner] == picture.ids[80, 120]
    assert picture.vertex_at(1.0, 1.0) is None


def test_edges_are_drawn_where_cells_are_large_enough_to_see(plane):
    small, large = drawn(plane, Window(60, 60, 0.0, 0.0, 10.0)), drawn(plane, Window(400, 400, 0.0, 0.0, 190.0))
    assert len(np.unique(large.pixels)) > len(np.unique(large.ids)) - 1  # more colours than cells: smooth edges
    assert small.pixels[0, 0] == 0


def test_colours_follow_the_quantity(plane):
    window = Window(100, 100, 0.0, 0.0, 45.0)
    before, after = drawn(plane, window), drawn(plane, window, key="ratio_after")
    assert (before.pixels != after.pixels).any()
    assert before.legend.caption == "log₂ area\nratio"


def test_singular_edges_stand_out(plane):
    window = Window(200, 200, 0.0, 0.0, 95.0)
    longest = int(plane.transport.map.diagram.edge_lengths.argmax())
    plain, torn = drawn(plane, window), drawn(plane, window, (longest,))
    changed = np.argwhere(plain.pixels != torn.pixels)
    ends = window.places(plane.transport.map.diagram.segments[longest])
    assert len(changed)
    assert (changed[:, ::-1] >= ends.min(0) - 3).all()
    assert (changed[:, ::-1] <= ends.max(0) + 3).all()
