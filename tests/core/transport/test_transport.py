"""The whole stage: one value with all products, for every choice of chart, measure and sites."""

import pickle
from dataclasses import replace

import numpy as np
import pytest

from core.base.errors import BudaiError, InputError
from core.base.progress import finish
from core.data.surface import Surface
from core.transport.brenier import brenier_potential, brenier_surface
from core.transport.options import TransportOptions
from core.transport.transport import Transport, TransportState, relinked_transport, surface_transport
from tests.core.transport.make_surface import bumpy_disk
from tests.core.transport.make_transport import flat_autoencoder, small_transport


@pytest.fixture(scope="module")
def case() -> tuple[Surface, Transport]:
    return small_transport()


def test_all_products_fit_together(case) -> None:
    surface, transport = case
    n = len(surface.vertices)
    assert transport.map.certificate.converged
    assert transport.map.areas == pytest.approx(surface.vertex_areas / surface.area * np.pi)
    assert transport.before.area_ratio_sd > 0.3
    assert transport.after.area_ratio_sd < 0.05
    assert transport.after.flipped_triangles == 0
    assert len(transport.samples.points) == len(transport.naive_samples.points) == 2000
    assert transport.uniformity.n_samples == max(50_000, 200 * len(surface.faces))
    assert transport.uniformity.p_before is not None
    assert transport.uniformity.p_before < 1e-6
    assert transport.uniformity.p_after is not None
    assert transport.uniformity.p_after > 1e-4
    assert transport.displaced(0.0) == pytest.approx(transport.chart)
    assert transport.displaced(1.0) == pytest.approx(transport.after.coordinates)
    assert transport.samples_beside_singular.shape == (2000,)
    assert len(transport.singular_segments) == len(transport.singular_jumps) == len(transport.singular.edges)
    assert set(transport.seconds) == {"solve", "parameterization", "samples"}
    assert (transport.ended, transport.messages, len(transport.measure.owner)) == ("finished", (), n)
    assert (transport.chart_label, transport.measure_label) == ("chart of the autoencoder", "surface area")


def test_it_travels_between_processes(case) -> None:
    _, transport = case
    again = pickle.loads(pickle.dumps(transport))
    assert (again.map.weights == transport.map.weights).all()
    assert again.options == transport.options
    assert (again.samples.points == transport.samples.points).all()


def test_it_travels_without_its_samples_and_draws_them_from_what_it_is_given(case) -> None:
    surface, transport = case
    assert len(transport.samples.points) == 2000
    again = pickle.loads(pickle.dumps(transport))
    assert not {"moved", "naive"} & vars(again.sampling).keys()
    own = relinked_transport(again, surface, transport.sampling.autoencoder, transport.sampling.codes)
    assert own.sampling.surface is surface
    assert (own.naive_samples.codes == transport.naive_samples.codes).all()


def test_the_brenier_surface_is_the_graph_of_the_potential(case) -> None:
    _, transport = case
    points, offsets = brenier_surface(transport.map.diagram)
    heights = brenier_potential(points[:, :2], transport.map.sites, transport.map.weights)
    assert points[:, 2] == pytest.approx(heights, abs=1e-12)
    assert len(offsets) == len(transport.map.sites) + 1
    facet = points[offsets[7] : offsets[8]]
    slope = (facet[1:, 2] - facet[0, 2]) - (facet[1:, :2] - facet[0, :2]) @ transport.map.sites[7]
    assert np.abs(slope).max() < 1e-12


def test_progress_holds_whole_curves_and_stopping_keeps_what_there_is() -> None:
    surface, codes = bumpy_disk(400)
    work = surface_transport(surface, flat_autoencoder(), codes, TransportOptions())
    reports = [next(work) for _ in range(3)]
    assert [report.payload.part for report in reports] == ["solve"] * 3
    assert [len(report.payload.residuals) for report in reports] == [1, 2, 3]
    progress, states = work.send("stop"), []
    while True:
        states.append(progress.payload)
        try:
            progress = next(work)
        except StopIteration as end:
            transport = end.value
            break
    assert all(isinstance(state, TransportState) for state in states)
    assert states[-1].part == "samples"
    assert transport.ended == "stopped"
    assert (transport.map.areas > 0).all()
    assert transport.map.residuals.tolist() == list(reports[-1].payload.residuals)
    assert len(transport.after.history) == 1
    assert len(transport.samples.points) == 5000
    assert "Stopped" in transport.messages[0]


def test_stopping_the_refinement_keeps_the_solution() -> None:
    surface, codes = bumpy_disk(400)
    work = surface_transport(surface, flat_autoencoder(), codes, TransportOptions())
    progress = next(work)
    while len(progress.payload.spreads) < 3:
        progress = next(work)
    work.send("stop")
    transport = finish(work)
    assert transport.map.certificate.converged
    assert transport.after.history.tolist() == list(progress.payload.spreads)
    assert transport.ended == "stopped"


def test_the_harmonic_chart_is_labelled() -> None:
    surface, transport = small_transport(TransportOptions(chart="harmonic", samples=500))
    assert transport.chart_label == "harmonic chart"
    inner = transport.chart[len(surface.vertices) // 8 :]
    assert np.linalg.norm(inner, axis=1).max() < 1
    assert not np.allclose(transport.chart, surface.vertices[:, :2], atol=1e-2)
    assert transport.map.certificate.converged
    assert np.abs(transport.samples.points[:, :2] - transport.samples.codes).max() < 1e-12  # decoded from the codes


def test_some_vertices_as_sites_and_another_measure() -> None:
    surface, codes = bumpy_disk(400)
    loaded = replace(surface, scalars={"weight": 1.0 + codes[:, 0] ** 2})
    options = TransportOptions(measure="scalar", scalar="weight", sites=60, samples=100, refinement=20)
    transport = finish(surface_transport(loaded, flat_autoencoder(), codes, options))
    assert len(transport.map.sites) == 60
    assert transport.measure_label == "surface area times weight"
    assert transport.uniformity.p_after is not None
    assert transport.uniformity.p_after > 1e-4
    assert transport.after.area_ratio_sd < 0.1 < transport.before.area_ratio_sd


def test_merged_sites_and_flips_are_told() -> None:
    surface, codes = bumpy_disk(400)
    folded = codes.copy()
    folded[300] = folded[301]
    options = TransportOptions(samples=10, refinement=5)
    transport = finish(surface_transport(surface, flat_autoencoder(), folded, options))
    assert transport.map.n_merged == 1
    assert transport.messages[0].startswith("1 site coincides")
    assert transport.messages[1].startswith("The chart is folded: ")


def test_a_scalar_that_is_not_there_is_refused() -> None:
    surface, codes = bumpy_disk(100)
    options = TransportOptions(measure="scalar", scalar="heat")
    with pytest.raises(InputError, match="no scalar heat"):
        finish(surface_transport(surface, flat_autoencoder(), codes, options))


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({"measure": "volume"}, "Measure cannot be volume"),
        ({"measure": "scalar"}, "No scalar is named"),
        ({"sites": -1}, "Sites is -1"),
        ({"tolerance": 0.0}, "Tolerance is 0"),
        ({"tolerance": float("nan")}, "Tolerance is nan"),
    ],
)
def test_options_out_of_bounds_are_refused(values: dict, text: str) -> None:
    with pytest.raises(BudaiError, match=text):
        TransportOptions(**values)
