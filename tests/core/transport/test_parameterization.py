"""Area-preserving parameterization: no folds, areas kept, boundary on the circle."""

import numpy as np
import pytest

from core.base.errors import TopologyError
from core.base.progress import finish
from core.charts.disk_chart import disk_boundary
from core.data.surface import Surface
from core.transport.parameterization import (
    ParameterizationOptions,
    area_preserving_parameterization,
    measured_parameterization,
)
from core.transport.semidiscrete import solve
from core.transport.surface_measure import surface_measure
from tests.core.transport.make_surface import bumpy_disk


@pytest.fixture(scope="module")
def bump():
    surface, codes = bumpy_disk(1500)
    measure = surface_measure(surface, codes)
    return surface, codes, finish(solve(measure.sites, measure.masses, tolerance=1e-6)), measure


def test_areas_are_kept_without_folds(bump) -> None:
    surface, codes, transport, measure = bump
    before = measured_parameterization(surface, codes, surface.face_areas)
    work = area_preserving_parameterization(surface, measure, transport, ParameterizationOptions(steps=40))
    after = finish(work)
    assert before.area_ratio_sd > 0.3
    assert after.area_ratio_sd < 1e-2
    assert after.flipped_triangles == 0
    assert after.area_ratio_max_deviation < 0.3
    assert after.history[-1] < after.history[0]
    radius = np.linalg.norm(after.coordinates, axis=1)
    assert radius.max() <= 1 + 1e-12
    loop = disk_boundary(surface)
    assert radius[loop] == pytest.approx(np.ones(len(loop)), abs=1e-12)
    runs_once_around(after.coordinates[loop])
    apart = np.linalg.norm(after.coordinates[measure.site_vertex] - transport.centroids, axis=1)
    assert apart.mean() < 0.04  # it lies as the transport does


def runs_once_around(rim: np.ndarray) -> None:
    x, y = rim.T
    step = np.angle((np.roll(x, -1) + 1j * np.roll(y, -1)) / (x + 1j * y))
    assert (np.sign(step) == np.sign(step[0])).all()
    assert abs(step.sum()) == pytest.approx(2 * np.pi)


@pytest.mark.parametrize("seed", range(4))
def test_a_coarse_rim_stays_in_order(seed: int) -> None:
    surface, codes = bumpy_disk(60, seed, height=4.0)
    measure = surface_measure(surface, codes * 0.3 + (0.6, 0.0))
    transport = finish(solve(measure.sites, measure.masses, tolerance=1e-6))
    after = finish(area_preserving_parameterization(surface, measure, transport, ParameterizationOptions(steps=40)))
    assert after.flipped_triangles == 0
    runs_once_around(after.coordinates[disk_boundary(surface)])


def test_it_can_be_stopped(bump) -> None:
    surface, _, transport, measure = bump
    work = area_preserving_parameterization(surface, measure, transport)
    reports = [next(work) for _ in range(15)]
    spreads = [report.payload for report in reports if report.payload is not None]
    with pytest.raises(StopIteration) as end:
        work.send("stop")
    result = end.value.value
    assert result.history.tolist() == [step.area_ratio_sd for step in spreads]
    assert [step.step for step in spreads] == list(range(5))
    assert result.flipped_triangles == 0


def test_stopping_at_once_gives_the_start(bump) -> None:
    surface, _, transport, measure = bump
    work = area_preserving_parameterization(surface, measure, transport)
    next(work)
    with pytest.raises(StopIteration) as end:
        work.send("stop")
    assert len(end.value.value.history) == 1


def test_a_chart_that_is_all_folds_is_parameterized_too(bump) -> None:
    surface, codes, _, _ = bump
    folded = codes * (1.0, 0.5) + (0.0, 0.4) * np.abs(codes[:, :1] - 0.1)
    folded[:, 0] = np.abs(folded[:, 0] - 0.1)
    measure = surface_measure(surface, folded)
    transport = finish(solve(measure.sites, measure.masses, tolerance=1e-6))
    assert measured_parameterization(surface, folded, surface.face_areas).flipped_triangles > 400
    after = finish(area_preserving_parameterization(surface, measure, transport, ParameterizationOptions(steps=40)))
    assert after.flipped_triangles == 0
    assert after.area_ratio_sd < 0.02


def test_a_mirrored_chart_gives_a_mirrored_parameterization(bump) -> None:
    surface, codes, _, _ = bump
    measure = surface_measure(surface, codes * (1.0, -1.0))
    transport = finish(solve(measure.sites, measure.masses, tolerance=1e-6))
    options = ParameterizationOptions(steps=3)
    result = finish(area_preserving_parameterization(surface, measure, transport, options))
    assert np.abs(result.coordinates[measure.site_vertex] - transport.centroids).mean() < 0.2
    assert result.flipped_triangles == 0


def test_a_closed_surface_is_refused(bump) -> None:
    _, _, transport, measure = bump
    corners = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1.0]])
    closed = Surface(corners, np.array([[0, 2, 1], [0, 1, 3], [1, 2, 3], [0, 3, 2]]))
    with pytest.raises(TopologyError, match="not a disk"):
        finish(area_preserving_parameterization(closed, measure, transport))
