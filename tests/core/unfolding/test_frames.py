"""Frames and matrices on their way: they begin and end where they have to, and keep what they promise."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import expm

from core.unfolding.frames import frame_path, polar, rotation_logarithm, turn_of
from core.unfolding.matrix_path import matrix_path
from core.unfolding.picture_path import completed, picture_path

SEEDS = st.integers(0, 10_000)


def rotation(rng, n):
    """Return a random rotation."""
    found = np.linalg.qr(rng.normal(size=(n, n)))[0]
    found[:, 0] *= np.sign(np.linalg.det(found))
    return found


@settings(deadline=None, max_examples=30)
@given(SEEDS, st.integers(1, 9))
def test_the_exponential_of_the_logarithm_of_a_rotation_is_the_rotation(seed, n):
    given_one = rotation(np.random.default_rng(seed), n)
    logarithm = rotation_logarithm(given_one)
    assert np.abs(logarithm + logarithm.T).max() < 1e-12
    assert np.allclose(expm(logarithm), given_one, atol=1e-10)
    assert np.abs(np.linalg.eigvals(logarithm).imag).max() <= np.pi + 1e-9


def test_a_half_turn_is_taken_in_parts_and_a_mirror_is_refused():
    half = np.diag([-1.0, 1.0, -1.0])
    quarter = turn_of(half)(0.5)
    assert np.allclose(quarter @ quarter, half)
    assert np.linalg.det(quarter) == pytest.approx(1.0)
    with pytest.raises(ValueError, match="no real logarithm"):
        rotation_logarithm(np.diag([-1.0, 1.0]))


@settings(deadline=None, max_examples=30)
@given(SEEDS, st.integers(1, 3), st.integers(0, 6), st.floats(0.0, 1.0))
def test_a_frame_stays_a_frame_on_its_way(seed, r, more, part):
    rng = np.random.default_rng(seed)
    first, last = (polar(rng.normal(size=(r, r + more))) for _ in range(2))
    path = frame_path(first, last)
    assert np.allclose(path(0.0), first, atol=1e-9)
    assert np.allclose(path(1.0), last, atol=1e-9)
    if not path.leaves_space:
        assert np.allclose(path(part) @ path(part).T, np.eye(r), atol=1e-9)


def test_mirrored_frames_of_a_whole_space_pass_a_flat_moment_and_others_do_not():
    mirror = frame_path(np.eye(3), np.diag([1.0, 1.0, -1.0]))
    assert mirror.leaves_space
    assert np.linalg.svd(mirror(0.5))[1].min() < 1e-12
    assert not frame_path(np.eye(3), np.diag([1.0, -1.0, -1.0])).leaves_space
    assert not frame_path(np.eye(2, 3), np.diag([1.0, -1.0, 1.0])[:2]).leaves_space


@settings(deadline=None, max_examples=30)
@given(SEEDS, st.integers(1, 6), st.floats(0.0, 1.0))
def test_a_matrix_of_positive_determinant_is_reached_through_invertible_ones(seed, n, part):
    rng = np.random.default_rng(seed)
    matrix = rng.normal(size=(n, n))
    matrix[0] *= np.sign(np.linalg.det(matrix))
    path = matrix_path(matrix)
    assert path.is_positive
    assert np.allclose(path(0.0), np.eye(n), atol=1e-9)
    assert np.allclose(path(1.0), matrix, atol=1e-9)
    assert np.linalg.det(path(part)) == pytest.approx(np.linalg.det(matrix) ** part, rel=1e-6)
    assert path.determinant_at(part) == pytest.approx(np.linalg.det(path(part)), rel=1e-6)


@pytest.mark.parametrize("shape", [(2, 5), (5, 2), (3, 3), (1, 4), (4, 1)])
def test_any_other_matrix_begins_as_its_frame(shape):
    matrix = np.random.default_rng(1).normal(size=shape)
    if shape == (3, 3):
        matrix[0] *= -np.sign(np.linalg.det(matrix))
    path = matrix_path(matrix)
    assert not path.is_positive
    assert np.allclose(path(0.0), polar(matrix))
    assert np.allclose(path(1.0), matrix)


def test_a_matrix_that_flattens_is_none_of_positive_determinant():
    assert not matrix_path(np.diag([1.0, 0.0])).is_positive
    assert not matrix_path(np.zeros((2, 2))).is_positive
    assert matrix_path(np.diag([1.0, 0.0])).determinant == 0.0


@settings(deadline=None, max_examples=30)
@given(SEEDS, st.integers(1, 6), st.integers(1, 6))
def test_a_picture_begins_with_one_view_and_ends_with_the_other(seed, m, n):
    rng = np.random.default_rng(seed)
    first, last = polar(rng.normal(size=(3, m))), polar(rng.normal(size=(3, n)))
    matrix = rng.normal(size=(n, m))
    path = picture_path(first, matrix, last)
    assert np.allclose(path(0.0), first, atol=1e-9)
    assert np.allclose(path(1.0), last @ matrix, atol=1e-8)


@settings(deadline=None, max_examples=30)
@given(SEEDS, st.integers(1, 5), st.integers(0, 3))
def test_a_frame_is_completed_without_changing_what_it_had(seed, m, rank):
    rng = np.random.default_rng(seed)
    toward = polar(rng.normal(size=(3, m)))
    rank = min(rank, 3, m)
    left, _, right = np.linalg.svd(rng.normal(size=(3, m)), full_matrices=False)
    partial = left[:, :rank] @ right[:rank]
    found = completed(partial, toward)
    assert np.allclose(np.linalg.svd(found)[1], 1.0)
    assert np.allclose(found @ right[:rank].T, left[:, :rank], atol=1e-9)
