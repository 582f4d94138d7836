"""Cholesky factorization over a mesh: equal to other solvers, and honest where a matrix is not positive definite."""

import numpy as np
import pytest
import scipy.sparse as sp
from scipy.sparse.linalg import spsolve

from core.charts.disk_chart import disk_boundary
from core.transport.mesh_factor import MeshDissection
from tests.core.transport.make_surface import bumpy_disk


def mesh_matrix(points: np.ndarray, faces: np.ndarray, single: np.ndarray, seed: int = 0) -> tuple:
    """Return the owners of the unknowns, one at single vertices and else two, and random normal equations."""
    owner = np.repeat(np.arange(len(points)), np.where(single, 1, 2))
    first = np.searchsorted(owner, np.arange(len(points)))
    unknowns = [np.concatenate([first[face], first[face[~single[face]]] + 1]) for face in faces]
    rows = np.repeat(np.arange(len(faces)), [len(each) for each in unknowns])
    columns = np.concatenate(unknowns)
    values = np.random.default_rng(seed).normal(size=len(rows))
    errors = sp.coo_matrix((values, (rows, columns)), shape=(len(faces), len(owner))).tocsc()
    matrix = (errors.T @ errors).tocsc()
    matrix.sort_indices()
    return owner, matrix


def damped(matrix: sp.csc_matrix, damping: float) -> sp.csc_matrix:
    """Enlarge the diagonal by a factor, keeping the pattern."""
    result = matrix.copy()
    column = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    result.data[result.indices == column] *= 1.0 + damping
    return result


def disk(count: int) -> tuple:
    surface, codes = bumpy_disk(count)
    single = np.zeros(len(codes), bool)
    single[disk_boundary(surface)] = True
    return codes, surface.faces, single


@pytest.mark.parametrize("count", [4, 12, 60, 300])
def test_small_meshes_are_solved_as_dense_matrices_are(count: int) -> None:
    points, faces, single = disk(count)
    owner, matrix = mesh_matrix(points, faces, single)
    assert len(points) <= len(owner) < 2 * len(points)
    matrix = damped(matrix, 0.1)
    factor = MeshDissection(points, owner, matrix.indptr, matrix.indices).factorized(matrix.data)
    right = np.random.default_rng(1).normal(size=(len(owner), 3))
    expected = np.linalg.solve(matrix.toarray(), right)
    assert factor.solve(right) == pytest.approx(expected, rel=1e-9, abs=1e-9 * np.abs(expected).max())
    assert factor.solve(right[:, 1]) == pytest.approx(expected[:, 1], rel=1e-9, abs=1e-9 * np.abs(expected).max())


def test_a_disk_of_thousands_of_vertices_is_solved_as_by_scipy() -> None:
    points, faces, single = disk(4000)
    owner, matrix = mesh_matrix(points, faces, single)
    dissection = MeshDissection(points, owner, matrix.indptr, matrix.indices)
    for damping in (0.1, 1e-3):  # the order of elimination serves every matrix of the pattern
        system = damped(matrix, damping)
        right = np.random.default_rng(2).normal(size=len(owner))
        found, expected = dissection.factorized(system.data).solve(right), spsolve(system, right)
        assert found == pytest.approx(expected, abs=1e-8 * np.abs(expected).max())


@pytest.mark.parametrize("place", ["slivers", "one point", "a line"])
def test_any_places_of_the_vertices_will_do(place: str) -> None:
    points, faces, single = disk(800)
    owner, matrix = mesh_matrix(points, faces, single)
    matrix = damped(matrix, 0.1)
    places = points * {"slivers": (1.0, 1e-9), "one point": (0.0, 0.0), "a line": (1.0, 0.0)}[place]
    factor = MeshDissection(places, owner, matrix.indptr, matrix.indices).factorized(matrix.data)
    right = np.ones(len(owner))
    assert matrix @ factor.solve(right) == pytest.approx(right, abs=1e-9)


def test_badly_scaled_matrices_with_little_damping_are_solved_to_rounding() -> None:
    points, faces, single = disk(800)
    owner, matrix = mesh_matrix(points, faces, single)
    scale = sp.diags(10.0 ** np.random.default_rng(3).uniform(-6, 6, len(owner)))
    matrix = damped((scale @ matrix @ scale).tocsc(), 1e-6)
    matrix.sort_indices()
    factor = MeshDissection(points, owner, matrix.indptr, matrix.indices).factorized(matrix.data)
    right = matrix @ np.ones(len(owner))
    found = factor.solve(right)
    backward = np.abs(matrix @ found - right) / (np.abs(matrix) @ np.abs(found) + np.abs(right))
    assert backward.max() < 1e-9


def test_a_matrix_that_is_not_positive_definite_gives_no_factor() -> None:
    points, faces, single = disk(300)
    owner, matrix = mesh_matrix(points, faces, single)
    matrix = damped(matrix, 0.1)
    dissection = MeshDissection(points, owner, matrix.indptr, matrix.indices)
    diagonal = np.flatnonzero(matrix.indices == np.repeat(np.arange(len(owner)), np.diff(matrix.indptr)))
    for value in (0.0, -1.0, np.nan, np.inf, -1e300, 1e-320):
        for k in (0, len(owner) // 2, len(owner) - 1):
            data = matrix.data.copy()
            data[diagonal[k]] = value
            assert dissection.factorized(data) is None
    assert dissection.factorized(matrix.data) is not None
