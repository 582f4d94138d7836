import numpy as np
import pytest

from core.base.progress import finish
from core.data.surface import Surface
from core.relu.relu_map import ReluMap
from core.relu.surface_decomposition import surface_decomposition
from core.relu.surface_pieces import surface_pieces
from core.training.bumps import Bump, with_bumps, with_values, without_bumps
from core.training.mending import mended
from tests.core.make import bumpy_disk

WIDTHS = 6, 4, 4


@pytest.fixture(scope="module")
def surface() -> Surface:
    """A graph over the unit disk."""
    return bumpy_disk(40)


@pytest.fixture(scope="module")
def encoder() -> ReluMap:
    """The projection of the graph onto the disk, bent a little along some planes."""
    rng = np.random.default_rng(1)
    first = np.concatenate([np.eye(3)[:2], rng.normal(size=(4, 3))])
    second = np.concatenate([np.eye(2, 6), np.abs(rng.normal(size=(2, 6)))])
    last = np.concatenate([np.eye(2), 0.01 * rng.normal(size=(2, 2))], 1)
    weights = [first, second, np.eye(4), last]
    biases = [np.concatenate([[4.0, 4.0], 0.2 * rng.normal(size=4)]), np.zeros(4), np.zeros(4), np.full(2, -4.0)]
    return ReluMap(*[[array.astype(np.float32).astype(float) for array in part] for part in (weights, biases)])


def bump(surface: Surface, face: int, size: float) -> Bump:
    return Bump(surface.corners[face].mean(0), np.eye(3), np.full(3, size))


def flipped(surface: Surface, encoder: ReluMap) -> int:
    return len(finish(surface_decomposition(surface, encoder, np.zeros(3), 1.0)).flipped)


def test_bumps_are_pyramids_and_leave_the_rest_as_it_is(encoder: ReluMap, surface: Surface) -> None:
    rng = np.random.default_rng(0)
    axes = np.linalg.qr(rng.normal(size=(3, 3)))[0]
    bumps = [Bump(rng.normal(size=3) * 0.3, axes, np.array([0.5, 0.8, 0.3])), bump(surface, 5, 0.4)]
    values = np.array([[0.1, -0.2], [0.3, 0.05]])
    wider = with_values(with_bumps(encoder, bumps, 2.0), values)
    points = rng.uniform(-1.5, 1.5, (5000, 3))
    heights = [np.maximum(0.0, 1.0 - np.abs(one.coordinates(points)).sum(1)) for one in bumps]
    assert min(height.max() for height in heights) > 0.3
    np.testing.assert_allclose(wider(points) - encoder(points), np.stack(heights, 1) @ values, atol=1e-5)
    for array in (*wider.weights, *wider.biases):
        np.testing.assert_array_equal(array, array.astype(np.float32))
    back = without_bumps(wider, WIDTHS)
    for ours, theirs in zip((*back.weights, *back.biases), (*encoder.weights, *encoder.biases), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert without_bumps(encoder, WIDTHS) is encoder


def test_bumps_need_two_hidden_layers(surface: Surface, encoder: ReluMap) -> None:
    flat = ReluMap([np.ones((4, 3)), np.ones((2, 4))], [np.zeros(4), np.zeros(2)])
    with pytest.raises(ValueError, match="two hidden layers"):
        with_bumps(flat, [bump(surface, 0, 1.0)], 1.0)


def test_pieces_are_those_of_the_complex(surface: Surface, encoder: ReluMap) -> None:
    points = surface.vertices
    chosen = np.arange(0, len(surface.faces), 3)
    found = surface_pieces(encoder, points, surface.faces, chosen)
    whole = finish(surface_decomposition(surface, encoder, np.zeros(3), 1.0))
    assert len(found.face) == np.isin(whole.face, chosen).sum() + whole.n_merged
    assert set(found.face) == set(chosen)
    np.testing.assert_allclose(found.slopes, encoder.jacobian(found.middles), atol=1e-9)


@pytest.mark.parametrize("face", [2700, 4300])
def test_folds_are_put_right(surface: Surface, encoder: ReluMap, face: int) -> None:
    size = 0.5 * float(np.linalg.norm(np.ptp(surface.corners[face], axis=0)))
    fold = with_values(with_bumps(encoder, [bump(surface, face, size)], 2.0), np.array([[1.1 * size, 0.0]]))
    before = flipped(surface, fold)
    assert before > 0
    points = surface.vertices
    result = finish(mended(points, surface.faces, points[:, :2], fold))
    assert result.flipped == before
    assert result.bumps > 0
    assert flipped(surface, result.encoder) == 0
    assert "put them right." in result.messages[0]
    far = np.linalg.norm(points - points[surface.faces[face]].mean(0), axis=1) > 10.0 * size
    np.testing.assert_allclose(result.encoder(points[far]), fold(points[far]), atol=1e-6)


def test_where_nothing_is_turned_over_nothing_is_changed(surface: Surface, encoder: ReluMap) -> None:
    points = surface.vertices
    if flipped(surface, encoder) == 0:
        result = finish(mended(points, surface.faces, points[:, :2], encoder))
        assert result.encoder is encoder
        assert not result.messages


def test_where_a_piece_would_stay_turned_over_nothing_is_changed(surface: Surface, encoder: ReluMap) -> None:
    size = 0.1
    fold = with_values(with_bumps(encoder, [bump(surface, 300, size)], 2.0), np.array([[1.6 * size, 0.0]]))
    result = finish(mended(surface.vertices, surface.faces, surface.vertices[:, :2], fold))
    assert result.encoder is fold
    assert not result.bumps


def test_too_many_folds_are_left(surface: Surface, encoder: ReluMap) -> None:
    points = surface.vertices
    mirrored = ReluMap(
        (*encoder.weights[:-1], encoder.weights[-1] * [[-1.0], [1.0]]),
        (*encoder.biases[:-1], encoder.biases[-1] * [-1.0, 1.0]),
    )
    result = finish(mended(points, surface.faces, points[:, :2], mirrored))
    assert result.encoder is mirrored
    assert not result.bumps
    assert not result.messages


def test_a_surface_that_passes_through_itself_is_told_and_left(surface: Surface, encoder: ReluMap) -> None:
    points = surface.vertices.copy()
    way = np.array([0.15, 0.0, 0.05])
    spike = np.linalg.norm(points - points[900] - 0.5 * way, axis=1).argmin()
    points[spike] += [0.0, 0.0, 0.3]
    points[900] += way
    result = finish(mended(points, surface.faces, surface.vertices[:, :2], encoder))
    assert result.flipped
    assert result.encoder is encoder
    assert len(result.crossing)
    assert "passes through itself" in result.messages[0]
    assert (np.isin(surface.faces[result.crossing], 900).any(2).any(1)).all()


@pytest.mark.parametrize(("face", "height"), [(300, 0.8), (700, 1.0)])
def test_where_faces_are_large_codes_may_be_moved_farther(
    encoder: ReluMap, monkeypatch: pytest.MonkeyPatch, face: int, height: float
) -> None:
    coarse = bumpy_disk(20)
    size = 0.5 * float(np.linalg.norm(np.ptp(coarse.corners[face], axis=0)))
    fold = with_values(with_bumps(encoder, [bump(coarse, face, size)], 2.0), np.array([[height * size, 0.0]]))
    assert flipped(coarse, fold)
    found = finish(mended(coarse.vertices, coarse.faces, coarse.vertices[:, :2], fold))
    assert found.bumps
    assert flipped(coarse, found.encoder) == 0
    moved = np.linalg.norm(found.encoder(coarse.vertices) - fold(coarse.vertices), axis=1).max()
    assert moved <= 0.05
    monkeypatch.setattr("core.training.mending._FARTHEST_LARGE", 0.02)
    assert not finish(mended(coarse.vertices, coarse.faces, coarse.vertices[:, :2], fold)).bumps
