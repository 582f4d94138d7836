import json
from pathlib import Path

import numpy as np
import pytest

from core.base.errors import BudaiError, InputError
from core.base.progress import finish
from core.charts.autoencoder import Autoencoder
from core.charts.detail_layer import DetailLayer
from core.charts.detail_samples import SAMPLES_PER_NODE, SurfaceSource, piece_centres
from core.charts.fit_detail import DetailOptions, fit_detail
from core.charts.sheets import several_sheets, spread_in_space
from core.charts.withheld_error import with_withheld_error
from core.data.point_cloud import PointCloud
from core.data.surface import Surface
from core.io.autoencoder_file import autoencoder_from_parts, autoencoder_parts, write_autoencoder
from core.relu.relu_map import ReluMap
from core.relu.single_precision import evaluate_single
from tests.core.make import bumpy_disk, projection, random_relu_map

CHECKED = DetailOptions(resolution=64)
QUICK = DetailOptions(resolution=64, checked=False)


def flat_decoder() -> ReluMap:
    """(u, v) -> (u, v, 0) as a network."""
    sides = np.array([[1.0, 0], [0, 1], [-1, 0], [0, -1]])
    return ReluMap([sides, np.array([[1.0, 0, -1, 0], [0, 1, 0, -1], [0, 0, 0, 0]])], [np.zeros(4), np.zeros(3)])


def autoencoder(encoder: ReluMap | None = None, scale: float = 1.0) -> Autoencoder:
    """Projection to the plane, and back to it: all of the height is left to the detail layer."""
    return Autoencoder(encoder or projection(), flat_decoder(), np.zeros(3), scale)


def rmse(network: Autoencoder, surface: Surface) -> float:
    """Error of the vertices, over the diagonal."""
    left = network.decode(network.encode(surface.vertices)) - surface.vertices
    return float(np.sqrt((left**2).sum(1).mean()) / surface.diagonal)


def test_a_smooth_height_is_found() -> None:
    surface, plain = bumpy_disk(rings=40), autoencoder()
    fit = finish(fit_detail(surface, plain, CHECKED))
    assert rmse(plain, surface) > 0.06
    assert rmse(plain.with_detail(fit.detail), surface) < 1e-3
    assert fit.figures.network_rmse_rel == pytest.approx(rmse(plain, surface), rel=0.1)
    assert fit.figures.held_out_rmse_rel == pytest.approx(fit.figures.rmse_rel, rel=0.3)
    assert fit.figures.held_out_network_rmse_rel == pytest.approx(fit.figures.network_rmse_rel, rel=0.1)
    assert fit.figures.withheld_rmse_rel is None
    more = finish(with_withheld_error(fit))
    assert more.rmse_rel < more.withheld_rmse_rel < more.withheld_network_rmse_rel
    assert more.withheld_network_rmse_rel == pytest.approx(more.network_rmse_rel, rel=0.5)
    assert 0.02 < more.withheld_share < 0.2
    assert (fit.figures.folded_samples, fit.figures.resolution, fit.figures.spacing) == (0, 64, 2 / 64)
    assert fit.figures.surface_numbers == 3 * len(surface.vertices)
    assert fit.figures.network_numbers == plain.n_parameters
    assert fit.figures.detail_numbers == 3 * fit.figures.nodes
    assert f"{fit.figures.detail_numbers:,}" in fit.figures.messages[0]


def test_a_function_that_the_layer_can_be_is_found() -> None:
    # The height is affine on triangles of a lattice that is part of the one that is fitted.
    steps = np.linspace(-0.5, 0.5, 33)
    x, y = np.meshgrid(steps, steps, indexing="ij")
    corner = (np.arange(32)[:, None] * 33 + np.arange(32)).ravel()
    faces = [np.stack([corner, corner + 33, corner + 34], 1), np.stack([corner, corner + 34, corner + 1], 1)]
    height = np.random.default_rng(0).normal(size=x.shape) * 0.1
    surface = Surface(np.stack([x, y, height], -1).reshape(-1, 3), np.concatenate(faces))
    left = []
    for smoothness_of in (QUICK, CHECKED):
        fit = finish(fit_detail(surface, autoencoder(), smoothness_of))
        left.append(rmse(autoencoder().with_detail(fit.detail), surface))
    assert left[1] < 2e-4 < 1e-3 < left[0]  # hold-out sees that there is nothing to smooth


def test_scale_and_place_do_not_matter() -> None:
    surface = bumpy_disk(rings=20)
    plain = finish(fit_detail(surface, autoencoder(), QUICK))
    moved = Surface(surface.vertices * 1e3 + np.array([5e4, 0.0, -7e3]), surface.faces)
    network = Autoencoder(projection(), flat_decoder(), np.array([5e4, 0.0, -7e3]), 1e3)
    other = finish(fit_detail(moved, network, QUICK))
    assert other.figures.nodes == plain.figures.nodes
    assert other.figures.rmse_rel == pytest.approx(plain.figures.rmse_rel, rel=1e-3)
    np.testing.assert_allclose(other.detail.values, plain.detail.values, atol=1e-5)


def test_the_resolution_is_chosen_automatically() -> None:
    surface = bumpy_disk(rings=30)
    fit = finish(fit_detail(surface, autoencoder()))
    assert 64 <= fit.figures.resolution <= 512
    assert fit.figures.held_out_rmse_rel < 4e-4


def test_where_there_is_no_time_the_lattice_is_coarse() -> None:
    surface = bumpy_disk(rings=30)
    assert finish(fit_detail(surface, autoencoder(), DetailOptions(seconds=0.0))).figures.resolution == 64
    unhurried = finish(fit_detail(surface, autoencoder())).figures
    assert finish(fit_detail(surface, autoencoder(), DetailOptions(seconds=1e6))).figures.nodes == unhurried.nodes


def test_a_cloud_is_fitted_too() -> None:
    rng = np.random.default_rng(0)
    plane = rng.uniform(-0.7, 0.7, (6000, 2))
    points = np.column_stack([plane, 0.3 * np.cos(3 * plane[:, 0]) * np.cos(2 * plane[:, 1])])
    noise = 0.004
    cloud = PointCloud(points + noise * rng.normal(size=points.shape) * [0, 0, 1])
    fit = finish(fit_detail(cloud, autoencoder()))
    truth = np.column_stack([plane, points[:, 2]])
    decoded = autoencoder().with_detail(fit.detail).decode(plane)
    inner = np.abs(plane).max(1) < 0.65
    assert np.sqrt(((decoded - truth)[inner] ** 2).sum(1).mean()) < noise / 2
    # What no fit can explain is the noise, and the fit must not follow it.
    assert fit.figures.held_out_rmse_rel * cloud.diagonal == pytest.approx(noise, rel=0.2)
    assert fit.figures.rmse_rel * cloud.diagonal > 0.8 * noise
    assert fit.figures.smoothness > 0.01


def test_stop_ends_with_a_layer_and_closing_cancels() -> None:
    surface = bumpy_disk(rings=20)
    work = fit_detail(surface, autoencoder(), CHECKED)
    next(work)
    for _ in range(100):
        try:
            work.send("stop")
        except StopIteration as end:
            fit = end.value
            break
    assert isinstance(fit.detail, DetailLayer)
    assert fit.figures.held_out_rmse_rel is not None
    other = fit_detail(surface, autoencoder(), CHECKED)
    next(other)
    other.close()


def test_small_folds_are_left_out_and_counted() -> None:
    surface = bumpy_disk(rings=20)
    vertices = surface.vertices.copy()
    vertices[3, :2] = vertices[200, :2]  # one corner pulled over its neighbours
    fit = finish(fit_detail(Surface(vertices, surface.faces), autoencoder(), QUICK))
    assert fit.figures.folded_samples > 0
    assert 0 < fit.figures.folded_share < 0.5
    assert "leaves out" in fit.figures.messages[1]


def test_a_folded_chart_is_refused() -> None:
    fold = ReluMap(
        [np.array([[1.0, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0]]), np.array([[1, 1, 0, 0], [0, 0, 1, -1.0]])],
        [np.zeros(4), np.zeros(2)],
    )  # (|x|, y)
    with pytest.raises(BudaiError, match=r"\d+ % of the surface lies where the chart folds.*guided"):
        finish(fit_detail(bumpy_disk(rings=20), autoencoder(fold), QUICK))


def test_a_folded_cloud_is_refused() -> None:
    rng = np.random.default_rng(0)
    plane = rng.uniform(-0.7, 0.7, (4000, 2))
    sheets = np.column_stack([plane, np.where(rng.random(4000) < 0.5, -1.0, 1.0)])
    with pytest.raises(BudaiError, match="of the cloud lies where the chart folds"):
        finish(fit_detail(PointCloud(sheets), autoencoder(), QUICK))


def constant_encoder(value: float = 0.0, line: float = 0.0) -> ReluMap:
    """An encoder onto a point, or a line."""
    return ReluMap([np.array([[line, 0, 0], [0, 0, 0]])], [np.array([value, 0.0])])


@pytest.mark.parametrize(
    ("surface", "network", "message"),
    [
        (bumpy_disk(), autoencoder(constant_encoder()), "chart has collapsed"),
        (bumpy_disk(), autoencoder(constant_encoder(line=1.0)), "chart has collapsed"),
        (PointCloud(np.eye(3)), autoencoder(), "3 points.*at least 64"),
        (Surface(np.eye(3), np.empty((0, 3), int)), autoencoder(), "0 faces"),
        (Surface(np.ones((3, 3)), np.array([[0, 1, 2]])), autoencoder(), "no area"),
        (bumpy_disk(), autoencoder(constant_encoder(1e308, 1e308), 1e-3), "codes are not numbers.*another seed"),
    ],
    ids=["point", "line", "three points", "no faces", "no area", "not a number"],
)
def test_what_cannot_be_fitted_is_refused(surface: Surface | PointCloud, network: Autoencoder, message: str) -> None:
    with pytest.raises(BudaiError, match=message), np.errstate(over="ignore"):
        finish(fit_detail(surface, network, QUICK))


@pytest.mark.parametrize("resolution", [-1, 10, 513])
def test_a_resolution_out_of_bounds_is_refused(resolution: int) -> None:
    with pytest.raises(BudaiError, match="64 to 512"):
        DetailOptions(resolution=resolution)


def test_one_triangle_is_enough() -> None:
    surface = Surface(np.array([[-0.5, -0.4, 0.1], [0.6, -0.3, 0.2], [0.0, 0.5, 0.4]]), np.array([[0, 1, 2]]))
    fit = finish(fit_detail(surface, autoencoder(), CHECKED))
    assert rmse(autoencoder().with_detail(fit.detail), surface) < 1e-3
    assert finish(with_withheld_error(fit)) is fit.figures


def test_samples_are_as_dense_as_the_lattice_needs_and_weigh_their_area() -> None:
    surface = bumpy_disk(rings=30)
    source = SurfaceSource(surface, autoencoder(), np.random.default_rng(0))
    for resolution in (64, 128):
        rows = source.rows(2 / resolution)
        assert rows.weights.sum() == pytest.approx(surface.area)
        assert len(rows.codes) > 0.9 * SAMPLES_PER_NODE * np.pi * (resolution / 2) ** 2 * 0.9


@pytest.mark.parametrize("cuts", [1, 2, 5])
def test_piece_centres_are_a_rule_of_integration(cuts: int) -> None:
    centres = piece_centres(cuts)
    assert len(centres) == cuts**2
    assert (centres > 0).all()
    np.testing.assert_allclose(centres.mean(0), 1 / 3)
    np.testing.assert_allclose(centres.sum(1), 1.0)


def test_sheets_are_counted() -> None:
    square = np.array([[[0.0, 0], [1, 0], [1, 1]], [[0, 0], [1, 1], [0, 1]]])
    over = np.array([[[0.5, 0], [1, 0], [1, 0.5]]])
    codes = np.array([[0.9, 0.2], [0.2, 0.2], [0.2, 0.8], [3.0, 3.0]])
    assert several_sheets(codes, np.concatenate([square, over]), 0.05).tolist() == [True, False, False, False]
    assert not several_sheets(codes, square, 0.05).any()


def test_points_of_two_sheets_are_told_from_those_of_a_steep_one() -> None:
    rng = np.random.default_rng(0)
    plane = rng.uniform(0, 1, (3000, 2))
    steep = np.column_stack([plane, 3 * plane[:, 0]])
    assert spread_in_space(plane, steep, 0.05).mean() < 0.01
    twice = np.column_stack([plane, np.where(rng.random(3000) < 0.5, 0.0, 2.0)])
    assert spread_in_space(plane, twice, 0.05).mean() > 0.95


def test_single_precision_is_that_of_the_network() -> None:
    network = random_relu_map((3, 40, 30, 2))
    points = np.random.default_rng(1).normal(size=(5000, 3))
    exact = network(points)
    np.testing.assert_allclose(evaluate_single(network, points), exact, atol=1e-5 * np.abs(exact).max())


def test_an_autoencoder_with_a_detail_layer_is_stored_as_the_format_wants(tmp_path: Path) -> None:
    fit = finish(fit_detail(bumpy_disk(rings=10), autoencoder(), QUICK))
    given = autoencoder().with_detail(fit.detail)
    about, data = autoencoder_parts(given)
    assert about["detail"] == {
        "origin": fit.detail.origin.tolist(),
        "spacing": fit.detail.spacing,
        "values": "detail.values",
    }
    again = autoencoder_from_parts(json.loads(json.dumps(about)), data, "a.budai")
    codes = np.random.default_rng(0).uniform(-1, 1, (100, 2))
    np.testing.assert_array_equal(again.decode(codes), given.decode(codes))
    write_autoencoder(tmp_path, given)
    assert json.loads((tmp_path / "autoencoder.json").read_text("utf-8")) == about
    plain, bare = autoencoder_parts(autoencoder())
    assert "detail" not in plain
    assert autoencoder_from_parts(plain, bare, "a.budai").detail is None


@pytest.mark.parametrize(
    "wrong",
    [{"spacing": 0.0}, {"origin": [0.0]}, {"values": "nothing"}, {"spacing": "wide"}, {"values": "encoder.0.bias"}],
)
def test_a_damaged_detail_layer_is_refused(wrong: dict) -> None:
    given = autoencoder().with_detail(DetailLayer(np.zeros(2), 0.1, np.ones((2, 3, 3))))
    about, data = autoencoder_parts(given)
    about["detail"] |= wrong
    with pytest.raises(InputError, match="does not fit together"):
        autoencoder_from_parts(about, data, "a.budai")
