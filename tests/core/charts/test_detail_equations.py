import numpy as np
import pytest
from scipy.sparse import coo_matrix
from scipy.sparse.linalg import spsolve

from core.base.errors import SolveError
from core.base.progress import finish
from core.charts.lattice import RIM, Lattice, hats, lattice_over, normal_equations
from core.charts.nested_dissection import OFFSETS, Dissection, factorization


def matrix(active: np.ndarray, stencil: np.ndarray):
    """The sparse matrix of a stencil, restricted to the active nodes, and their numbers."""
    size, chosen = active.size, np.flatnonzero(active)
    rows, columns, values = [], [], []
    for k, step in enumerate(OFFSETS @ np.array([active.shape[1], 1])):
        start = np.arange(size - step)
        rows += [start, *([start + step] if step else [])]
        columns += [start + step, *([start] if step else [])]
        values += [stencil[k, start]] * (2 if step else 1)
    full = coo_matrix((np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))), (size, size)).tocsc()
    return full[chosen][:, chosen], chosen


def ragged(shape: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    """Active nodes with holes, several parts, and an empty margin."""
    active = rng.random(shape) < 0.7
    x, y = np.indices(shape)
    active &= (x - shape[0] / 2) ** 2 + (y - shape[1] / 2) ** 2 > min(shape) / 2
    active[:2] = active[-2:] = active[:, :2] = active[:, -2:] = False
    return active


@pytest.mark.parametrize("shape", [(9, 9), (40, 23), (17, 70), (90, 90)])
def test_nested_dissection_solves_what_a_general_solver_solves(shape: tuple[int, int]) -> None:
    rng = np.random.default_rng(sum(shape))
    active = ragged(shape, rng)
    stencil = rng.uniform(-1, 1, (len(OFFSETS), active.size))
    stencil[0] = 14.0
    right = rng.normal(size=(active.size, 3)) * active.ravel()[:, None]
    work = factorization(Dissection(active), stencil)
    found = finish(work).solve(right)
    system, chosen = matrix(active, stencil)
    np.testing.assert_allclose(found[chosen], spsolve(system, right[chosen]), rtol=0, atol=1e-12)
    assert not found[~active.ravel()].any()


def test_every_active_node_is_eliminated_once() -> None:
    active = ragged((61, 44), np.random.default_rng(1))
    pivots = np.concatenate([front.pivots for front in Dissection(active).fronts])
    assert sorted(pivots) == np.flatnonzero(active).tolist()


def test_a_matrix_that_is_not_positive_definite_is_refused() -> None:
    active = np.zeros((8, 8), bool)
    active[3:5, 3:5] = True
    with pytest.raises(SolveError, match="not positive definite"):
        finish(factorization(Dissection(active), np.zeros((len(OFFSETS), active.size))))


def test_a_lattice_needs_nodes_and_a_margin() -> None:
    for active in (np.zeros((8, 8), bool), np.ones((8, 8), bool)):
        with pytest.raises(ValueError, match="active nodes"):
            Dissection(active)


def test_a_long_factorization_can_be_cancelled() -> None:
    active = np.zeros((304, 304), bool)
    active[2:-2, 2:-2] = True
    stencil = np.zeros((len(OFFSETS), active.size))
    stencil[0] = 1.0
    work = factorization(Dissection(active), stencil)
    assert 0.0 < next(work).fraction < 1.0
    work.close()


def test_hats_reproduce_affine_functions() -> None:
    codes = np.random.default_rng(0).uniform(-1, 1, (300, 2))
    lattice = lattice_over(codes, 0.1)
    numbers, values = hats(codes, lattice.origin, lattice.spacing, lattice.active.shape[1])
    nodes = lattice.origin + lattice.spacing * np.column_stack(np.divmod(numbers.ravel(), lattice.active.shape[1]))
    assert (values >= 0).all()
    np.testing.assert_allclose(values.sum(1), 1.0)
    np.testing.assert_allclose(np.einsum("nk,nkd->nd", values, nodes.reshape(-1, 3, 2)), codes, atol=1e-12)
    assert lattice.active.ravel()[numbers].all()
    assert lattice.n_met == len(np.unique(numbers[values > 0]))


def test_a_lattice_has_a_rim() -> None:
    lattice = lattice_over(np.array([[0.05, 0.05]]), 0.1)
    assert lattice.n_met == 2  # the code lies on the diagonal
    assert lattice.n_unknowns == (2 * RIM + 1) ** 2 + 4 * RIM + 1


def test_normal_equations_are_those_of_the_rows() -> None:
    rng = np.random.default_rng(2)
    codes, targets, weights = rng.uniform(-1, 1, (200, 2)), rng.normal(size=(200, 3)), rng.uniform(0.1, 2, 200)
    lattice = lattice_over(codes, 0.15)
    equations = normal_equations(lattice, codes, weights, targets)
    numbers, values = hats(codes, lattice.origin, lattice.spacing, lattice.active.shape[1])
    rows = coo_matrix(
        (values.ravel(), (np.repeat(np.arange(200), 3), numbers.ravel())), (200, lattice.active.size)
    ).tocsr()
    wanted = (rows.T @ rows.multiply(weights[:, None])).toarray()
    active = lattice.active.ravel()
    found = matrix(lattice.active, equations.stencil)[0].toarray()
    np.testing.assert_allclose(found, wanted[active][:, active], atol=1e-12)
    np.testing.assert_allclose(equations.right, rows.T @ (weights[:, None] * targets), atol=1e-12)


def test_smoothness_is_the_sum_of_squared_second_differences() -> None:
    active = np.zeros((14, 15), bool)
    active[5:9, 5:10] = True
    lattice = Lattice(np.zeros(2), 0.1, active, 1)
    none = normal_equations(lattice, np.empty((0, 2)), np.empty(0), np.empty((0, 3)))
    system, chosen = matrix(active, none.smoothed(0.7))
    values = np.zeros(active.shape)
    values.ravel()[chosen] = np.random.default_rng(0).normal(size=len(chosen))
    energy = 0.0
    for step in ((1, 0), (0, 1), (1, 1)):
        there, back = np.roll(values, step, (0, 1)), np.roll(values, (-step[0], -step[1]), (0, 1))
        energy += 0.7 * ((there - 2 * values + back) ** 2).sum() + 0.7e-3 * ((there - values) ** 2).sum()
    flat = values.ravel()[chosen]
    assert flat @ system @ flat == pytest.approx(energy, rel=1e-12)
    columns = np.repeat(values.reshape(-1, 1), 3, axis=1) * [1.0, 2.0, -1.0]
    rough = none.roughness(columns)[chosen]
    np.testing.assert_allclose(0.7 * rough[:, 0], system @ flat, atol=1e-12)
    np.testing.assert_allclose(rough[:, 1:], rough[:, :1] * [2.0, -1.0], atol=1e-12)
