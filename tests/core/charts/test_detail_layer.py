import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jaxtyping import TypeCheckError

from core.charts.detail_layer import DetailLayer
from tests.core.make import trained_project


def layer(shape: tuple[int, int] = (7, 5), spacing: float = 0.13, seed: int = 0) -> DetailLayer:
    """A layer with random values that float32 can hold."""
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(*shape, 3)).astype(np.float32).astype(np.float64)
    return DetailLayer(rng.normal(size=2) * 0.3, spacing, values)


def sum_of_hats(detail: DetailLayer, codes: np.ndarray) -> np.ndarray:
    """The layer as the sum of relu(1 + min(0, q1, q2) - max(0, q1, q2)) over its nodes."""
    nodes = np.moveaxis(np.indices(detail.shape), 0, -1).reshape(-1, 2)
    q = (codes[:, None] - detail.origin) / detail.spacing - nodes
    hats = np.maximum(1.0 + np.minimum(q.min(2), 0.0) - np.maximum(q.max(2), 0.0), 0.0)
    return hats @ detail.values.reshape(-1, 3)


@given(st.integers(0, 2**32 - 1))
def test_the_layer_is_a_sum_of_relu_hats(seed: int) -> None:
    detail = layer(seed=seed)
    inside = detail.origin + detail.spacing * np.random.default_rng(seed).uniform(-3, 9, (500, 2))
    np.testing.assert_allclose(detail.evaluate(inside), sum_of_hats(detail, inside), rtol=0, atol=1e-12)


def test_it_takes_its_values_at_the_nodes_and_nothing_far_away() -> None:
    detail = layer()
    nodes = np.moveaxis(np.indices(detail.shape), 0, -1).reshape(-1, 2)
    at = detail.origin + detail.spacing * nodes
    np.testing.assert_allclose(detail.evaluate(at), detail.values.reshape(-1, 3), rtol=0, atol=1e-12)
    far = np.array([[9.0, 0.0], [-9.0, 0.0], [0.0, 1e300], [detail.origin[0] - detail.spacing, detail.origin[1]]])
    assert not detail.evaluate(far).any()
    assert not detail.jacobian(far[:3]).any()


def test_the_derivative_is_that_of_the_triangle() -> None:
    detail = layer()
    rng = np.random.default_rng(3)
    codes = detail.origin + detail.spacing * rng.uniform(-2, 8, (400, 2))
    step = 1e-7 * detail.spacing * np.array([0.6, 0.8])
    same = (detail.triangles(codes) == detail.triangles(codes + step)).all(1)
    assert same.mean() > 0.99
    difference = detail.evaluate(codes + step) - detail.evaluate(codes)
    predicted = np.einsum("nij,j->ni", detail.jacobian(codes), step)
    np.testing.assert_allclose(difference[same], predicted[same], rtol=0, atol=1e-14)


def test_triangles_are_told_apart_by_the_diagonal() -> None:
    detail = DetailLayer(np.zeros(2), 0.5, np.zeros((2, 2, 3)))
    codes = np.array([[0.3, 0.1], [0.1, 0.3], [0.25, 0.25], [-0.1, 0.6]])
    assert detail.triangles(codes).tolist() == [[0, 0, 0], [0, 0, 1], [0, 0, 0], [-1, 1, 0]]


def test_lines_are_those_of_the_triangulation_in_a_rectangle() -> None:
    detail = DetailLayer(np.array([0.25, 0.0]), 0.5, np.zeros((2, 2, 3)))
    normals, offsets = detail.lines(np.array([-1.0, -1.0]), np.array([1.0, 1.0]))
    for count, axis in ((4, 0), (5, 1)):
        plain = (normals[:, axis] > 0) & (normals[:, 1 - axis] == 0)
        assert plain.sum() == count
        assert sorted(np.round(-offsets[plain] / normals[plain, axis], 12)) == (
            [-0.75, -0.25, 0.25, 0.75] if axis == 0 else [-1.0, -0.5, 0.0, 0.5, 1.0]
        )
    assert len(normals) == 4 + 5 + 8  # the diagonals x - y = 0.25 + k / 2 within [-2, 2]


def test_counts() -> None:
    values = np.zeros((3, 4, 3))
    values[1, 2] = 1.0
    values[2, 3, 1] = -0.5
    detail = DetailLayer(np.zeros(2), 0.1, values)
    assert (detail.n_nodes, detail.n_parameters, detail.shape) == (2, 6, (3, 4))


@pytest.mark.parametrize(
    ("origin", "spacing", "values", "message"),
    [
        ([0, 0], 0.0, np.zeros((2, 2, 3)), "spacing positive"),
        ([0, np.nan], 0.1, np.zeros((2, 2, 3)), "finite"),
        ([0, 0], 0.1, np.zeros((0, 2, 3)), "at least one node"),
        ([0, 0], 0.1, np.full((2, 2, 3), np.inf), "not finite"),
        ([0, 0], 0.1, np.full((2, 2, 3), 0.1), "float32"),
        ([0, 0], 0.1, np.zeros((2, 2, 2)), "n0 n1 3"),
    ],
)
def test_what_is_no_layer(origin: list[float], spacing: float, values: np.ndarray, message: str) -> None:
    # In tests a shape is refused by its annotation first; the application refuses it itself.
    with pytest.raises((ValueError, TypeCheckError), match=message):
        DetailLayer(np.array(origin, float), spacing, values)


def test_an_autoencoder_adds_it_to_its_decoder() -> None:
    plain = trained_project().training.autoencoder
    detail = layer((20, 20), 0.1)
    both = plain.with_detail(detail)
    codes = np.random.default_rng(0).uniform(-1, 1, (200, 2))
    np.testing.assert_array_equal(both.decode_network(codes), plain.decode(codes))
    added = detail.evaluate(codes) * both.scale
    np.testing.assert_allclose(both.decode(codes) - plain.decode(codes), added, rtol=0, atol=1e-12)
    slope = both.decode_jacobian(codes) - plain.decode_jacobian(codes)
    np.testing.assert_allclose(slope, detail.jacobian(codes) * both.scale, rtol=0, atol=1e-11)
    assert both.n_parameters == plain.n_parameters
    assert both.with_detail(None).detail is None
