"""Memory that is told before it is taken."""

from dataclasses import replace

import numpy as np
import pytest

from core.base import memory
from core.base.errors import InputError, TopologyError
from core.base.memory import LARGE, needed_bytes, shortage
from core.base.progress import finish
from core.data.reading_options import ReadingOptions
from core.data.surface import Surface
from core.io.load import load, loading
from core.session.prepare import prepare
from core.session.preparing.options import PreparationOptions
from tests.core.atlas.make_surfaces import ball
from tests.core.session.test_atlas import source_of


def write_off(path, surface):
    """Write a surface as text."""
    rows = [f"OFF\n{len(surface.vertices)} {len(surface.faces)} 0"]
    rows += [" ".join(f"{x:.9g}" for x in vertex) for vertex in surface.vertices]
    rows += [f"3 {a} {b} {c}" for a, b, c in surface.faces]
    path.write_text("\n".join(rows) + "\n")
    return path


def test_five_million_triangles_are_told_as_measured():
    assert 2.6e9 < needed_bytes("reading", 5_000_000) < 3.4e9  # measured: 2.7 GB
    assert 3.4e9 < needed_bytes("simplifying", 5_000_000) < 4.2e9  # measured: 3.7 GB


def test_too_little_memory_is_told_before_a_surface_is_checked(tmp_path, monkeypatch):
    file = write_off(tmp_path / "ball.off", ball(2))
    monkeypatch.setattr(memory, "free_bytes", lambda: 100_000_000)
    with pytest.raises(
        InputError, match=r"ball.off: reading 128 triangles takes about 120 MB.* 100 MB are free.*Close"
    ):
        load(file)
    monkeypatch.setattr(memory, "free_bytes", lambda: 200_000_000)
    assert len(load(file).surface.faces) == 128


def test_a_large_surface_is_told_its_memory_while_it_is_checked(tmp_path, monkeypatch):
    file = write_off(tmp_path / "ball.off", ball(2))
    monkeypatch.setattr("core.io.load.LARGE", 100)
    told = [progress.message for progress in loading(file)]
    assert any("Checking 128 triangles, about 120 MB of memory" in text for text in told)


def test_an_atlas_of_too_many_triangles_is_refused_with_the_way_out():
    source = source_of(ball(2))
    many = Surface(source.surface.vertices, np.tile(source.surface.faces, (LARGE // 128 + 1, 1)))
    with pytest.raises(TopologyError, match=r"1 minutes? of a core.*Simplify it \(--simplify 200000\).*830 MB"):
        finish(prepare(replace(source, data=many), PreparationOptions("atlas")))


def test_an_atlas_that_does_not_go_into_memory_is_refused(monkeypatch):
    monkeypatch.setattr(memory, "free_bytes", lambda: 100_000_000)
    assert shortage("preparing", 128).startswith("preparing 128 triangles takes about")
    with pytest.raises(TopologyError, match=r"Preparing 128 triangles takes about 120 MB.*simplify"):
        finish(prepare(source_of(ball(2)), PreparationOptions("atlas")))


def test_how_far_a_simplified_surface_strays_is_told(tmp_path):
    file = write_off(tmp_path / "ball.off", ball(4))
    said = load(file, ReadingOptions(simplify=300)).repairs[-1]
    farthest = float(said.split("the farthest is ")[1].split(" %")[0])
    half = float(said.split("half lie within ")[1].split(" %")[0])
    coarser = load(file, ReadingOptions(simplify=100)).repairs[-1]
    assert 0.0 < half < farthest < float(coarser.split("the farthest is ")[1].split(" %")[0])
    surface, made = load(file).surface, load(file, ReadingOptions(simplify=300)).surface
    apart = np.linalg.norm(surface.vertices[:, None] - made.vertices, axis=2).min(axis=1).max()
    assert farthest < 100.0 * apart / surface.diagonal  # a vertex is no nearer than a triangle
