"""Surfaces with fewer triangles: the same topology, nearly the same shape, and nothing invented."""

from dataclasses import replace

import numpy as np
import pytest

from assets import sample_path
from core.base.errors import InputError
from core.base.progress import finish
from core.data.reading_options import ReadingOptions
from core.data.surface import Surface
from core.geometry.simplify import simplified
from core.geometry.topology import topology
from core.io.load import load


def ended(work):
    """Run to the end; return the result and what part of the work was reported as done."""
    told = []
    return finish(work, lambda progress: told.append(progress.fraction)), told


@pytest.mark.parametrize(
    "name", ["bumpy_disk", "hemisphere", "laughing_figurine", "linked_tori", "mobius_strip", "sphere", "torus"]
)
def test_topology_stays_and_so_nearly_does_the_area(name):
    surface = load(sample_path(name)).surface
    wanted = len(surface.faces) // 4
    made, told = ended(simplified(surface, wanted))
    assert wanted - 1 <= len(made.faces) <= wanted
    assert told == sorted(told)
    assert told[-1] == 1.0
    before, after = topology(surface), topology(made)
    for figure in ("n_components", "euler_characteristic", "n_boundary_loops", "is_manifold", "is_orientable"):
        assert getattr(after, figure) == getattr(before, figure), figure
    assert made.area == pytest.approx(surface.area, rel=0.03)
    assert {tuple(v) for v in made.vertices} <= {tuple(v) for v in surface.vertices}


def test_vertices_keep_what_they_carry_wherever_they_lie():
    surface = load(sample_path("torus")).surface
    marked = replace(surface, scalars={"height": surface.vertices[:, 2].copy()})
    far = replace(marked, vertices=marked.vertices + np.array([512.0, 4096.0, 0.0]))
    made, _ = ended(simplified(far, 1000))
    np.testing.assert_array_equal(made.scalars["height"], made.vertices[:, 2])


def test_parts_that_touch_in_a_point_stay():
    ball = load(sample_path("sphere")).surface
    n = len(ball.vertices)
    top = int(np.argmax(ball.vertices[:, 2]))
    other = ball.vertices * (1.0, 1.0, -1.0) + (0.0, 0.0, 2.0 * ball.vertices[top, 2])
    faces = np.where(ball.faces == top, top, ball.faces + n)[:, ::-1]
    both = Surface(np.concatenate([ball.vertices, other]), np.concatenate([ball.faces, faces]))
    assert topology(both).n_nonmanifold_vertices == 1
    made, _ = ended(simplified(both, 1000))
    assert topology(made).n_nonmanifold_vertices == 1
    assert topology(made).n_nonmanifold_edges == 0
    assert ball.vertices[top].tolist() in made.vertices.tolist()


def test_what_cannot_go_stays_and_is_told():
    x, y = np.meshgrid(np.arange(60.0), np.arange(2.0))
    k = np.arange(59)
    strip = Surface(
        np.column_stack([x.ravel(), y.ravel(), 0.0 * x.ravel()]),
        np.concatenate([np.column_stack([k, k + 1, k + 60]), np.column_stack([k + 1, k + 61, k + 60])]),
    )
    made, _ = ended(simplified(strip, 100))
    assert len(made.faces) == 118


def test_a_file_is_simplified_as_it_is_read(tmp_path):
    loaded = load(sample_path("hemisphere"), ReadingOptions(simplify=500))
    assert len(loaded.surface.faces) == loaded.topology.n_faces == 500
    assert loaded.topology.is_disk
    assert "triangles to 500." in loaded.repairs[-1]
    plain = load(sample_path("hemisphere"), ReadingOptions(simplify=1_000_000))
    assert plain.topology.n_faces > 500
    assert plain.repairs == load(sample_path("hemisphere")).repairs


def test_a_fan_beyond_memory_is_refused(monkeypatch):
    monkeypatch.setattr("core.geometry.simplify._MOST_BYTES", 1000)
    with pytest.raises(InputError, match="meet at one vertex"):
        load(sample_path("torus"), ReadingOptions(simplify=500))
