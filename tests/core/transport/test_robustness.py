"""Nasty inputs: each ends with a certificate or a typed refusal; no hang, no NaN."""

import time

import numpy as np
import pytest

from core.base.errors import BudaiError
from core.base.progress import finish
from core.geometry.convex_domain import uniform_points
from core.transport.semidiscrete import solve
from core.transport.transport_map import TransportMap
from tests.core.transport.make_sites import clipped_area

KINDS = (
    "uniform",
    "contrast",
    "clusters",
    "duplicates",
    "collinear",
    "grid",
    "cocircular",
    "far",
    "masses",
    "nearly collinear",
    "nearly coinciding",
    "everything",
)


def nasty(seed: int) -> tuple[str, np.ndarray, np.ndarray]:
    """Return kind, sites and masses of one seeded input."""
    rng = np.random.default_rng(seed)
    kind, n = KINDS[seed % len(KINDS)], int(10 ** rng.uniform(0.3, 3.0))
    sites, masses = uniform_points(n, rng), np.ones(n)
    if kind == "contrast":
        sites *= 10.0 ** -rng.uniform(0, 3, (n, 1))
    if kind in ("clusters", "everything"):
        sites = sites[rng.integers(0, max(n // 10, 1), n)] + 1e-6 * rng.normal(size=(n, 2))
    if kind in ("duplicates", "everything"):
        sites = sites[rng.integers(0, n, n)]
    if kind == "collinear":
        sites[:, 1] = 0.5
    if kind == "grid":
        side = max(int(np.sqrt(n)), 2)
        sites = np.stack(np.meshgrid(*[np.linspace(-1, 1, side)] * 2), -1).reshape(-1, 2)
        masses = np.ones(len(sites))
    if kind == "cocircular":
        angle = 2 * np.pi * rng.permutation(n) / n
        sites = np.column_stack([np.cos(angle), np.sin(angle)])
    if kind == "far":
        sites = 10.0 ** rng.uniform(0, 2) * sites + 10.0 ** rng.uniform(0, 2)
    if kind in ("masses", "everything"):
        masses = 10.0 ** rng.uniform(-6, 0, len(sites))
    if kind == "nearly collinear":
        sites[:, 1] = 0.3 + sites[:, 0] / 3 + 1e-16 * rng.normal(size=n)
    if kind == "nearly coinciding":
        sites[n // 2 :] = sites[: n - n // 2] + 10.0 ** -rng.uniform(6, 17, (n - n // 2, 1)) * (1, 0.3)
    return kind, sites, masses


def attempt(sites: np.ndarray, masses: np.ndarray) -> tuple[TransportMap | None, str]:
    """Return the map, or None and why it was refused."""
    try:
        return finish(solve(sites, masses)), ""
    except BudaiError as refusal:
        return None, str(refusal)


def check(seed: int) -> str:
    """Solve one input; return how it ended."""
    kind, sites, masses = nasty(seed)
    begin = time.process_time()
    transport, refusal = attempt(sites, masses)
    assert time.process_time() - begin < 60
    if transport is None:
        assert len(refusal) > 20
        return f"{kind}: refused"
    certificate = transport.certificate
    assert np.isfinite(transport.weights).all()
    assert np.isfinite(transport.centroids).all()
    assert transport.areas.sum() == pytest.approx(np.pi, abs=1e-12)
    assert certificate.converged or "Asked for cell areas within 1e-09" in (transport.shortfall or "")
    if not certificate.converged and not certificate.at_resolution:
        return f"{kind}: best kept"
    assert transport.areas == pytest.approx(transport.masses, rel=2 * max(1e-9, 4 * certificate.resolution))
    if seed % 10 == 0 and len(sites) < 200:
        spot = int(np.argmax(transport.masses))
        area = clipped_area(spot, transport.sites, transport.weights, 20_000)
        assert transport.masses[spot] == pytest.approx(area, rel=1e-3, abs=1e-6)
    return f"{kind}: solved"


@pytest.mark.parametrize("seed", range(48))
def test_nasty_inputs_end_well(seed: int) -> None:
    ended = check(seed)
    assert ended.endswith("solved") or ended.startswith(("nearly coinciding", "everything", "nearly collinear"))


@pytest.mark.slow
def test_a_thousand_nasty_inputs_end_well() -> None:
    ends = [check(seed) for seed in range(1000)]
    assert sum(end.endswith("solved") for end in ends) >= 950
