import itertools

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from core.base.errors import BudaiError
from core.base.progress import finish
from core.cells.decoder_image import DecoderImage, decoder_image
from core.charts.autoencoder import Autoencoder
from core.charts.latent_image import LatentImage
from core.generation.corridor import ACROSS, Corridor, corridor
from core.generation.geodesic import Geodesic, geodesic
from core.generation.latent_path import LatentPath, straight_path
from core.relu.relu_map import ReluMap
from tests.core.denoising.make_autoencoder import autoencoder, learned_project
from tests.core.make import bumpy_disk, projection

# Hidden units u + 9, v + 9, and the folds relu(u), relu(v).
FOLDS = [np.array([[1.0, 0], [0, 1], [1, 0], [0, 1]]), np.array([9.0, 9.0, 0.0, 0.0])]


def folded(matrix: list[list[float]]) -> tuple[DecoderImage, Autoencoder]:
    """The image of (u, v, relu(u), relu(v)) under a matrix."""
    last = np.array(matrix)
    networks = Autoencoder(
        projection(), ReluMap([FOLDS[0], last], [FOLDS[1], -last[:, :2] @ np.full(2, 9.0)]), np.zeros(3), 1.0
    )
    return finish(decoder_image(networks)), networks


def polyline_length(networks: Autoencoder, start: np.ndarray, stop: np.ndarray, steps: int = 100_000) -> float:
    times = np.linspace(0, 1, steps + 1)[:, None]
    return float(np.linalg.norm(np.diff(networks.decode(start + times * (stop - start)), axis=0), axis=1).sum())


def is_geodesic_of(found: Geodesic, networks: Autoencoder, start: np.ndarray, stop: np.ndarray) -> None:
    """Assert what holds of every geodesic."""
    path = found.path
    assert found.converged
    np.testing.assert_allclose(path.codes[[0, -1]], [start, stop], atol=1e-7)
    np.testing.assert_allclose(networks.decode(path.codes), path.points, atol=1e-10 * np.abs(path.points).max())
    middles = (path.codes[1:] + path.codes[:-1]) / 2  # straight between the crossings: no piece is missed
    np.testing.assert_allclose(networks.decode(middles), (path.points[1:] + path.points[:-1]) / 2, atol=1e-9)


@pytest.mark.parametrize("detail", [False, True])
def test_the_length_of_a_straight_path_is_that_of_a_fine_polyline(detail: bool) -> None:
    networks = autoencoder(detail)
    image = finish(decoder_image(networks))
    rng = np.random.default_rng(0)
    for _ in range(5):
        start, stop = rng.uniform(-0.65, 0.65, (2, 2))
        path = straight_path(image, networks, start, stop)
        told = polyline_length(networks, start, stop)
        assert path.length == pytest.approx(told, rel=1e-4)
        assert path.length >= told * (1 - 1e-12)
        np.testing.assert_array_equal(path.codes[[0, -1]], [start, stop])
        middles = (path.codes[1:] + path.codes[:-1]) / 2
        np.testing.assert_allclose(networks.decode(middles), (path.points[1:] + path.points[:-1]) / 2, atol=1e-11)


@pytest.mark.parametrize("detail", [False, True])
def test_the_length_of_a_geodesic_is_that_of_a_fine_polyline(detail: bool) -> None:
    networks = autoencoder(detail)
    image = finish(decoder_image(networks))
    rng = np.random.default_rng(1)
    for _ in range(3):
        path = finish(geodesic(image, *rng.uniform(-0.65, 0.65, (2, 2)))).path
        along = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(path.codes, axis=0), axis=1))])
        at = np.linspace(0.0, along[-1], 100_001)
        codes = np.column_stack([np.interp(at, along, values) for values in path.codes.T])
        told = np.linalg.norm(np.diff(networks.decode(codes), axis=0), axis=1).sum()
        assert path.length == pytest.approx(told, rel=1e-4)


def test_a_straight_path_through_a_vertex_along_a_side_and_of_no_length() -> None:
    image, networks = folded([[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 1]])
    through = straight_path(image, networks, np.array([-0.5, -0.5]), np.array([0.5, 0.5]))
    assert through.length == pytest.approx(np.sqrt(0.5) + np.sqrt(0.5 + 1))
    along = straight_path(image, networks, np.array([0.0, -0.5]), np.array([0.0, 0.5]))
    assert along.length == pytest.approx(0.5 + np.sqrt(0.5))
    nowhere = straight_path(image, networks, np.array([0.1, 0.2]), np.array([0.1, 0.2]))
    assert nowhere.length == 0.0


def test_a_path_over_a_piece_that_is_a_point_is_not_certain() -> None:
    networks = autoencoder(False, 9800)
    image = finish(decoder_image(networks))
    found = finish(geodesic(image, *np.random.default_rng(9800).uniform(-0.65, 0.65, (2, 2))))
    assert not found.converged


def test_codes_outside_the_disk_are_refused() -> None:
    image, networks = folded([[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0]])
    for wrong in ([1.2, 0.0], [0.0, np.nan]):
        with pytest.raises(BudaiError, match="outside the latent disk"):
            straight_path(image, networks, np.array([0.0, 0.0]), np.array(wrong))
        with pytest.raises(BudaiError, match="outside the latent disk"):
            finish(geodesic(image, np.array(wrong), np.array([0.0, 0.0])))


def test_a_geodesic_over_a_fold_is_straight_in_the_unfolded_plane() -> None:
    # (u, v) -> (u, v, 2 relu(u)): right of the fold lengths along u are the square root of 5 times longer.
    image, networks = folded([[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 2, 0]])
    start, stop = np.array([-0.4, -0.5]), np.array([0.5, 0.6])
    found = finish(geodesic(image, start, stop))
    is_geodesic_of(found, networks, start, stop)
    assert found.path.length == pytest.approx(np.hypot(0.4 + 0.5 * np.sqrt(5), 1.1), rel=1e-12)
    crossing = found.path.codes[np.abs(found.path.codes[:, 0]).argmin()]
    np.testing.assert_allclose(crossing, [0, -0.5 + 1.1 * 0.4 / (0.4 + 0.5 * np.sqrt(5))], atol=1e-8)
    assert straight_path(image, networks, start, stop).length > found.path.length + 1e-3


def test_a_geodesic_goes_around_a_ridge_that_is_worth_it() -> None:
    networks = autoencoder(True)
    image = finish(decoder_image(networks))
    start, stop = np.array([-0.6, 0.1]), np.array([0.6, -0.2])
    found = finish(geodesic(image, start, stop))
    is_geodesic_of(found, networks, start, stop)
    assert found.path.length < 0.9 * straight_path(image, networks, start, stop).length


@settings(max_examples=25, deadline=None)
@example(411, False)
@given(st.integers(0, 10**6), st.booleans())
@example(1, False)
@example(1, True)
def test_geodesics_are_shorter_than_paths_nearby(seed: int, detail: bool) -> None:
    networks = autoencoder(detail, seed)
    image = finish(decoder_image(networks))
    rng = np.random.default_rng(seed)
    start, stop = rng.uniform(-0.65, 0.65, (2, 2))
    found = finish(geodesic(image, start, stop))
    assume(found.converged)  # random decoders take whole pieces to one point
    is_geodesic_of(found, networks, start, stop)
    codes = found.path.codes
    for _ in range(5):  # a polygon that is near it all the way, each of its sides measured exactly
        near = codes + 1e-7 * rng.normal(size=codes.shape)
        near /= np.maximum(1.0, np.linalg.norm(near, axis=1, keepdims=True) / 0.9998)  # it may go along the rim
        near[0], near[-1] = start, stop
        assert sum(straight_path(image, networks, p, q).length for p, q in itertools.pairwise(near)) >= (
            found.path.length * (1 - 1e-9)
        )


def test_ends_in_one_triangle_and_on_its_sides() -> None:
    image, networks = folded([[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0]])
    corner = image.codes[image.triangles[0]]
    inside = corner.mean(0)
    for start, stop in ((inside, 0.9 * inside + 0.1 * corner[0]), (0.3 * corner[0] + 0.7 * corner[1], inside)):
        found = finish(geodesic(image, start, stop))
        is_geodesic_of(found, networks, start, stop)
        assert found.path.length == pytest.approx(
            np.linalg.norm(np.diff(networks.decode(np.stack([start, stop])), axis=0)), rel=1e-6
        )


def test_a_geodesic_keeps_to_the_codes_of_the_surface() -> None:
    image = finish(decoder_image(learned_project().training.autoencoder))
    surface = bumpy_disk(rings=12)
    around, out = 0.75 * np.pi * surface.vertices[:, 0], 0.6 + 0.2 * surface.vertices[:, 1]
    latent = LatentImage(np.column_stack([out * np.cos(around), out * np.sin(around)]), surface.faces)  # a thick arc
    start, stop = np.array([-0.2, 0.5]), np.array([-0.2, -0.5])
    free = finish(geodesic(image, start, stop))
    bound = finish(geodesic(image, start, stop, latent))
    assert bound.converged
    assert free.path.share_outside(latent) > 0.8
    assert bound.path.share_outside(latent) < 0.1  # the rim is followed to within one piece
    assert bound.path.length > 1.2 * free.path.length


def test_a_corridor_spares_time_and_changes_nothing() -> None:
    project = learned_project()
    networks = project.training.autoencoder
    image = finish(decoder_image(networks))
    latent = LatentImage(project.training.codes, project.source.surface.faces)
    rng = np.random.default_rng(2)
    for _ in range(4):
        start, stop = rng.uniform(-0.6, 0.6, (2, 2))
        around = corridor(networks, latent, start, stop)
        assert around.meets(image.codes, image.triangles).mean() < 0.5
        told = finish(geodesic(image, start, stop, latent))
        found = finish(geodesic(image, start, stop, latent, around))
        assert around.keeps(found.path.codes)
        assert found.path.length == pytest.approx(told.path.length, rel=1e-9)


def test_a_corridor_on_the_wrong_side_is_left() -> None:
    networks = learned_project().training.autoencoder
    image = finish(decoder_image(networks))
    start, stop = np.array([-0.4, 0.0]), np.array([0.4, 0.1])
    middle = (np.indices((ACROSS, ACROSS)) + 0.5) * (2.0 / ACROSS) - 1.0
    wrong = Corridor((np.hypot(*middle) > 0.35) & (middle[1] > -0.03))
    told, found = finish(geodesic(image, start, stop)), finish(geodesic(image, start, stop, None, wrong))
    assert not wrong.keeps(told.path.codes)
    assert found.path.length == pytest.approx(told.path.length, rel=1e-9)
    apart = Corridor(np.zeros((ACROSS, ACROSS), bool))
    assert finish(geodesic(image, start, stop, None, apart)).path.length == pytest.approx(told.path.length, rel=1e-9)


def test_no_corridor_leads_to_another_part() -> None:
    networks = learned_project().training.autoencoder
    codes = np.array([[-0.5, 0.0], [-0.3, 0.0], [-0.4, 0.2], [0.3, 0.0], [0.5, 0.0], [0.4, 0.2]])
    latent = LatentImage(codes, np.array([[0, 1, 2], [3, 4, 5]]))
    assert corridor(networks, latent, np.array([-0.4, 0.1]), np.array([0.4, 0.1])) is None


def test_frames_lie_at_equal_distances() -> None:
    path = LatentPath(np.array([[0.0, 0], [0.1, 0], [0.5, 0]]), np.array([[0.0, 0, 0], [3, 0, 0], [4, 0, 0]]))
    codes, points = path.frames(5)
    np.testing.assert_allclose(points[:, 0], [0, 1, 2, 3, 4])
    np.testing.assert_allclose(codes[:, 0], [0, 0.1 / 3, 0.2 / 3, 0.1, 0.5])
    assert path.n_crossings == 1
