"""Maps between manifolds: learned from pairs, or through the disk without them."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from core.base.errors import BudaiError, TopologyError
from core.base.progress import finish
from core.charts.autoencoder import Autoencoder
from core.data.source import Source
from core.data.surface import Surface
from core.data.table import Table
from core.evaluation.certificate import Certificate
from core.geometry.distortion import signed_areas
from core.geometry.teaching import teaching_surface
from core.geometry.topology import topology
from core.maps.disk_way import disk_way_of_rows
from core.maps.find import find_map
from core.maps.manifold_map import ManifoldMap, Side
from core.maps.options import MapsOptions
from core.relu.relu_map import ReluMap
from core.training.options import TrainingOptions
from core.training.result import TrainingResult
from tests.core.make import bumpy_disk, projection

PLANE = ReluMap(
    [np.vstack([np.eye(2), -np.eye(2)]), np.array([[1.0, 0, -1, 0], [0, 1, 0, -1], [0, 0, 0, 0]])],
    [np.zeros(4), np.zeros(3)],
)
"""(s, t) -> (s, t, 0) as a network: what the projection leads back by."""


def flat_disk(rings: int = 8) -> Surface:
    """Return the disk of `bumpy_disk` in the plane."""
    return bumpy_disk(rings, 0.0)


def pose(surface: Surface, swirl: float = 0.8) -> Surface:
    """Return the same mesh in another pose: it is swirled about its middle and pushed to one side, without a fold."""
    x, y = surface.vertices[:, 0], surface.vertices[:, 1]
    angle = swirl * (1.0 - x**2 - y**2)
    turned = np.column_stack([np.cos(angle) * x - np.sin(angle) * y, np.sin(angle) * x + np.cos(angle) * y])
    turned[:, 0] += 0.2 * (1.0 - (turned**2).sum(1))
    return Surface(np.column_stack([turned, np.zeros(len(x))]), surface.faces)


def side(surface: Surface, name: str = "one") -> Side:
    """Return a plane surface with the chart that leaves out the third coordinate: it is learned without error."""
    autoencoder = Autoencoder(projection(), PLANE, np.zeros(3), 1.001)
    training = TrainingResult(
        autoencoder=autoencoder,
        codes=autoencoder.encode(surface.vertices),
        target=None,
        options=TrainingOptions(),
        device="cpu",
        seconds=0.0,
        steps=0,
        certificate=Certificate(0.0),
        history={},
    )
    return Side(Source(f"{name}.ply", name, surface, topology(surface), (), (), 0.0), training)


def table_side(rows: np.ndarray, name: str = "rows") -> Side:
    """Return rows in the plane z = 0 as a table, with the same chart."""
    like = side(flat_disk(2))
    source = Source(f"{name}.csv", name, Table(rows), None, (), (), 0.0)
    codes = like.training.autoencoder.encode(rows)
    return Side(source, replace(like.training, codes=codes, options=TrainingOptions(test=0.25)))


@cache
def learned() -> ManifoldMap:
    """Return the map between two poses of a mesh, learned from pairs."""
    disk = flat_disk()
    return finish(find_map(side(disk), side(pose(disk), "two"), MapsOptions(steps=1500)))


@cache
def transported() -> ManifoldMap:
    """Return the map between them without pairs."""
    disk = flat_disk()
    return finish(find_map(side(disk), side(pose(disk), "two"), MapsOptions(pairs="none")))


def test_a_learned_map_is_nearer_on_withheld_vertices_than_the_nearest_sample():
    figures = learned().figures
    assert figures.withheld_rows == round(0.25 * figures.rows)
    assert figures.error_rel is not None
    assert figures.baseline_rel is not None
    assert figures.error_rel < 0.2 * figures.baseline_rel
    assert figures.cycle_rms < 0.05
    assert figures.floor_rel == pytest.approx(0.0, abs=1e-12)


def test_the_figures_are_those_of_the_maps():
    made = learned()
    aims = made.second.source.positions[made.withheld]
    codes = made.first.training.autoencoder.encode(made.first.source.positions[made.withheld])
    points = made.second.training.autoencoder.decode(made.carry(codes))
    error = np.sqrt(np.square(points - aims).sum(1).mean()) / made.second.source.data.diagonal
    assert error == pytest.approx(made.figures.error_rel)
    back = made.carry_back(made.carry(made.first.training.codes))
    np.testing.assert_allclose(back, made.returns, atol=1e-12)


def test_the_way_leads_from_one_surface_to_the_other():
    made = learned()
    np.testing.assert_allclose(made.between(0.0), made.first.source.positions, atol=1e-9)
    np.testing.assert_allclose(made.between(1.0), made.arrived, atol=1e-12)
    np.testing.assert_allclose(made.between(0.5), 0.5 * (made.between(0.0) + made.between(1.0)), atol=1e-12)


def test_without_pairs_the_map_can_be_undone_and_keeps_shares_of_the_area():
    made = transported()
    assert made.figures.cycle_max < 1e-6
    assert made.figures.moved_rms is not None
    assert made.figures.least_moved_rms is not None
    assert made.figures.least_moved_rms <= made.figures.moved_rms + 1e-12
    inside = np.random.default_rng(0).uniform(-0.6, 0.6, (500, 2))
    np.testing.assert_allclose(made.carry_back(made.carry(inside)), inside, atol=1e-6)
    faces = made.first.source.data.faces
    areas = [np.abs(signed_areas(points[faces])) for points in (made.first.training.codes, made.images)]
    shares = [part / part.sum() for part in areas]
    assert np.std(shares[1] / shares[0]) < 0.1
    assert (signed_areas(made.images[faces]) > 0).all()


def test_tables_without_pairs_may_have_other_numbers_of_rows():
    rng = np.random.default_rng(1)
    rows = [np.column_stack([rng.normal(size=(n, 2)).clip(-2, 2) / 3, np.zeros(n)]) for n in (150, 180)]
    made = finish(find_map(table_side(rows[0]), table_side(rows[1]), MapsOptions(pairs="none")))
    assert made.figures.cycle_max < 1e-6
    assert len(made.images) == 150


def test_rows_of_a_table_that_its_chart_was_tested_on_are_withheld():
    rng = np.random.default_rng(2)
    rows = np.column_stack([rng.uniform(-0.6, 0.6, (200, 2)), np.zeros(200)])
    made = finish(find_map(table_side(rows), table_side(-rows), MapsOptions(steps=300, withheld=0.9)))
    assert made.withheld.sum() == 50
    assert made.figures.error_rel is not None
    assert made.figures.baseline_rel is not None
    assert made.figures.error_rel < made.figures.baseline_rel


def test_codes_on_a_line_are_refused():
    line = np.linspace(-0.5, 0.5, 20)
    with pytest.raises(BudaiError, match="on a line"):
        finish(disk_way_of_rows(np.column_stack([line, line])))


def _closed() -> Side:
    surface = teaching_surface("sphere")[0]
    return Side(Source("ball.ply", "ball", surface, topology(surface), (), (), 0.0), side(flat_disk(2)).training)


def test_what_there_is_no_map_between_is_refused_in_one_sentence():
    one, small, rows = side(flat_disk(3)), side(flat_disk(2), "small"), table_side(np.zeros((5, 3)))
    with pytest.raises(BudaiError, match=r"one has 37 vertices, small has 19, so they are no pairs"):
        finish(find_map(one, small, MapsOptions()))
    with pytest.raises(BudaiError, match=r"one is a surface of .* rows is a table of 5 rows .* two surfaces"):
        finish(find_map(one, rows, MapsOptions()))
    with pytest.raises(TopologyError, match="closed"):
        finish(find_map(_closed(), one, MapsOptions(pairs="none")))
    with pytest.raises(BudaiError, match="pairs are left to learn from"):
        finish(find_map(small, small, MapsOptions(withheld=0.99)))
    with pytest.raises(BudaiError, match="Pairs: 'best' is not known"):
        MapsOptions(pairs="best")  # type: ignore[arg-type]
