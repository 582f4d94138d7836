"""The solver: areas, known weights, refusals, stopping, warm starts, and the linear programme of POT."""

import numpy as np
import ot
import pytest

from core.base.errors import InputError
from core.base.progress import finish
from core.geometry.convex_domain import uniform_points
from core.transport.brenier import brenier_potential, potential_in_cells
from core.transport.power_diagram import power_diagram
from core.transport.semidiscrete import TransportStep, solve
from core.transport.transport_map import TransportMap
from tests.core.transport.make_sites import clipped_area, clustered_sites


def solved(sites: np.ndarray, masses: np.ndarray | None = None, **options) -> TransportMap:
    return finish(solve(sites, np.ones(len(sites)) if masses is None else masses, **options))


def test_areas_are_the_masses_of_clustered_sites() -> None:
    sites = clustered_sites(3000, 1)
    transport = solved(sites)
    assert transport.certificate.max_area_error_rel <= 1e-9
    assert transport.areas.sum() == pytest.approx(np.pi, abs=1e-12)
    assert transport.certificate.converged
    assert transport.residuals[-1] <= 1e-9 < transport.residuals[0]
    assert len(transport.residuals) == transport.certificate.newton_steps + 1
    some = np.random.default_rng(0).permutation(3000)[:5]
    expected = [clipped_area(int(i), transport.sites, transport.weights, 20_000) for i in some]
    assert transport.masses[some] == pytest.approx(expected, rel=1e-4)


def test_unequal_masses() -> None:
    sites = uniform_points(500, np.random.default_rng(2))
    masses = 10.0 ** np.random.default_rng(3).uniform(-6, 0, 500)
    transport = solved(sites, masses)
    assert transport.areas == pytest.approx(np.pi * masses / masses.sum(), rel=1e-8)


def test_known_weights_are_found_again() -> None:
    rng = np.random.default_rng(4)
    sites = uniform_points(400, rng)
    secret = 0.5 * (sites[:, 0] ** 2 - sites[:, 1]) + 1e-4 * rng.normal(size=400)
    diagram = power_diagram(sites, secret)
    seen = diagram.areas > 1e-9
    secret = secret[seen]
    transport = solved(sites[seen], power_diagram(sites[seen], secret).areas)
    difference = transport.weights - secret
    assert np.ptp(difference) <= 1e-10


def test_moving_all_sites_moves_the_cost_as_it_must() -> None:
    base, shift = solved(clustered_sites(300, 0)), np.array([4.0, 1.0])
    moved = solved(base.sites + shift)
    mean = base.masses @ base.sites / np.pi
    expected = base.certificate.wasserstein2**2 + shift @ shift + 2.0 * shift @ mean
    assert moved.certificate.wasserstein2**2 == pytest.approx(expected, rel=1e-9)
    assert moved.centroids == pytest.approx(base.centroids, abs=1e-7)
    assert moved.kantorovich_value == pytest.approx(np.pi * expected, rel=1e-9)


@pytest.mark.parametrize("seed", range(3))
def test_cost_is_that_of_the_linear_programme(seed: int) -> None:
    rng = np.random.default_rng(seed)
    sites, masses = rng.uniform(-0.8, 0.8, (12, 2)), rng.uniform(0.2, 1.0, 12)
    transport = solved(sites, masses)
    rings, spokes = 40, 100  # a sample of the disk with equal areas
    radius = np.sqrt((np.arange(rings) + 0.5) / rings)
    angle = 2 * np.pi * np.arange(spokes) / spokes
    points = np.stack([np.outer(radius, np.cos(angle)), np.outer(radius, np.sin(angle))], -1).reshape(-1, 2)
    share = np.full(len(points), 1.0 / len(points))
    plan, log = ot.emd(share, masses / masses.sum(), ot.dist(points, sites), log=True)
    assert transport.certificate.wasserstein2**2 == pytest.approx(log["cost"], rel=2e-3)
    power = ((points[:, None] - transport.sites) ** 2).sum(2) - transport.weights
    agree = plan.argmax(1) == power.argmin(1)
    assert agree.mean() > 0.97


@pytest.mark.parametrize("n", [1, 2, 3, 7])
def test_sites_on_a_line_and_few_sites(n: int) -> None:
    masses = np.arange(1.0, n + 1)
    line = np.column_stack([np.linspace(-2, 3, n), 0.5 * np.linspace(-2, 3, n) + 1.0])[::-1]
    transport = solved(line, masses)
    assert transport.areas == pytest.approx(np.pi * masses / masses.sum(), rel=1e-12)
    assert transport.certificate.converged


def test_three_sites() -> None:
    transport = solved(np.array([[0.0, 0.0], [1e-3, 0.0], [0.0, 5.0]]), np.array([1.0, 2.0, 1e-4]))
    assert transport.certificate.max_area_error_rel <= 1e-9


def test_coinciding_sites_are_merged() -> None:
    sites = clustered_sites(50, 2)
    twice = np.vstack([sites, sites[:20], sites[5:8] + 1e-16])
    transport = solved(twice)
    assert transport.n_merged == 23
    assert transport.sites == pytest.approx(sites, abs=1e-15)
    assert transport.masses * 73 / np.pi == pytest.approx(
        1.0 + (np.arange(50) < 20) + np.isin(np.arange(50), [5, 6, 7])
    )
    assert transport.sites[transport.site_of] == pytest.approx(twice, abs=1e-15)
    assert transport.certificate.converged


def test_all_sites_in_one_place() -> None:
    transport = solved(np.full((5, 2), 0.3))
    assert transport.n_merged == 4
    assert transport.areas == pytest.approx([np.pi])


@pytest.mark.parametrize(
    ("bad", "text"),
    [
        (1e-300, "site 3: the mass 1e-300 is too small for a cell .* Remove the site"),
        (-0.5, "site 3: the mass -0.5"),
        (0.0, "site 3: the mass 0"),
        (np.nan, "site 3"),
        (np.inf, "site 3"),
    ],
)
def test_bad_masses_are_refused_by_index(bad: float, text: str) -> None:
    masses = np.ones(6)
    masses[3] = bad
    with pytest.raises(InputError, match=text):
        solved(clustered_sites(6, 0), masses)


def test_bad_sites_and_weights_are_refused_by_index() -> None:
    sites = clustered_sites(6, 0)
    sites[4, 1] = np.nan
    with pytest.raises(InputError, match="site 4"):
        solved(sites)
    weights = np.zeros(6)
    weights[2] = np.inf
    with pytest.raises(InputError, match="site 2"):
        solved(clustered_sites(6, 0), weights=weights)
    with pytest.raises(ValueError, match="expected sites"):
        solved(np.zeros((0, 2)))


def test_progress_and_stopping() -> None:
    work = solve(clustered_sites(500, 1), np.ones(500))
    reports = [next(work), next(work), next(work)]
    steps = [report.payload for report in reports]
    assert all(isinstance(step, TransportStep) for step in steps)
    assert [step.step for step in steps] == [0, 1, 2]
    assert steps[0].step_length == 0 < steps[1].step_length <= 1
    with pytest.raises(StopIteration) as end:
        work.send("stop")
    transport = end.value.value
    assert (transport.areas > 0).all()
    assert not transport.certificate.converged
    assert transport.residuals[-1] == steps[2].residual == pytest.approx(transport.certificate.max_area_error_rel)


def test_the_best_of_too_few_steps_is_kept_and_told() -> None:
    transport = solved(clustered_sites(500, 1), most_steps=2)
    certificate = transport.certificate
    assert not certificate.converged
    assert certificate.max_area_error_rel == pytest.approx(transport.residuals.min())
    assert f"Asked for cell areas within 1e-09 of their masses, reached {transport.residuals[-1]:.2g}" in (
        transport.shortfall or ""
    )


@pytest.mark.parametrize("seed", range(3))
def test_areas_over_many_decades_are_met(seed: int) -> None:
    rng = np.random.default_rng(seed)
    radius, angle = 10.0 ** -rng.uniform(0, 4.5, 600), rng.uniform(0, 2 * np.pi, 600)
    sites = np.array([0.3, 0.2]) + 0.6 * radius[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
    transport = solved(sites, radius**2)
    assert transport.masses.max() > 1e8 * transport.masses.min()
    assert transport.certificate.max_area_error_rel <= 1e-9
    assert transport.certificate.converged
    assert transport.shortfall is None


def test_what_rounding_leaves_of_near_duplicates_is_told() -> None:
    sites = clustered_sites(200, 1)
    transport = solved(np.vstack([sites, sites[:20] + 3e-13]))
    certificate = transport.certificate
    assert transport.n_merged == 0
    assert certificate.max_area_error_rel > certificate.tolerance == 1e-9
    assert not certificate.converged
    assert "float64 weights resolve no more here" in (transport.shortfall or "")


def test_a_warm_start_saves_steps() -> None:
    sites = clustered_sites(2000, 1)
    first = solved(sites)
    moved = sites + 2e-4 * np.random.default_rng(0).normal(size=sites.shape)
    again = solved(moved, weights=first.weights_for(moved), tolerance=1e-8)
    cold = solved(moved, tolerance=1e-8)
    assert again.certificate.newton_steps < cold.certificate.newton_steps
    assert np.ptp(again.weights - cold.weights) < 1e-9
    assert solved(sites, weights=first.weights).certificate.newton_steps <= 1


def test_useless_weights_are_not_used() -> None:
    sites = clustered_sites(200, 1)
    weights = np.random.default_rng(0).normal(size=200)
    assert solved(sites, weights=weights).certificate.converged


def test_rotation_and_order_do_not_matter() -> None:
    sites, order = clustered_sites(300, 6), np.random.default_rng(0).permutation(300)
    masses = np.linspace(1, 3, 300)
    transport = solved(sites, masses)
    turn = np.array([[0.6, 0.8], [-0.8, 0.6]])
    turned = solved((sites @ turn)[order], masses[order])
    assert turned.centroids == pytest.approx((transport.centroids @ turn)[order], abs=1e-8)


def test_gradient_of_the_dual_is_mass_minus_area() -> None:
    rng = np.random.default_rng(1)
    sites, masses = uniform_points(40, rng), np.full(40, np.pi / 40)
    weights = 1e-3 * rng.normal(size=40)

    def dual(w: np.ndarray) -> float:
        diagram = power_diagram(sites, w)
        return diagram.transport_cost + w @ (masses - diagram.areas)

    direction, h = rng.normal(size=40), 1e-5
    slope = (dual(weights + h * direction) - dual(weights - h * direction)) / (2 * h)
    assert slope == pytest.approx(direction @ (masses - power_diagram(sites, weights).areas), abs=1e-7)


def test_potential_is_the_greatest_plane_and_its_gradient_the_site() -> None:
    transport = solved(clustered_sites(100, 1))
    points = uniform_points(500, np.random.default_rng(0))
    cells = (((points[:, None] - transport.sites) ** 2).sum(2) - transport.weights).argmin(1)
    values = brenier_potential(points, transport.sites, transport.weights)
    assert potential_in_cells(points, cells, transport.sites, transport.weights) == pytest.approx(values, abs=1e-14)
    shifted = brenier_potential(points + np.array([1e-9, 0.0]), transport.sites, transport.weights)
    assert np.median(np.abs((shifted - values) / 1e-9 - transport.sites[cells, 0])) < 1e-6
