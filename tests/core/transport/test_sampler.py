"""The sampler: each vertex by its mass, evenly inside what it owns; the naive one is not even."""

import numpy as np
import pytest
from scipy.stats import chisquare

from core.base.errors import InputError
from core.base.progress import finish
from core.charts.autoencoder import Autoencoder
from core.data.surface import Surface
from core.relu.relu_map import ReluMap
from core.transport.sampler import decoded_samples, naive_samples, transport_samples
from core.transport.semidiscrete import solve
from core.transport.surface_measure import even_density, surface_measure
from core.transport.uniformity import equal_area_patches, uniformity_p
from tests.core.transport.make_surface import bumpy_disk

COUNT = 200_000


@pytest.fixture(scope="module")
def drawn():
    surface, codes = bumpy_disk(400)
    measure = surface_measure(surface, codes)
    transport = finish(solve(measure.sites, measure.masses))
    samples = transport_samples(surface, transport, measure, COUNT, np.random.default_rng(1))
    return surface, codes, measure, transport, samples


def test_measure_is_the_area(drawn) -> None:
    surface, codes, measure, _, _ = drawn
    assert measure.masses.sum() == pytest.approx(surface.area)
    assert (measure.sites == codes[measure.site_vertex]).all()


def test_samples_are_uniform_by_area_and_naive_ones_are_not(drawn) -> None:
    surface, codes, _, _, samples = drawn
    rng = np.random.default_rng(2)
    after = uniformity_p(surface, samples.samples.faces, rng)
    naive, planar = naive_samples(surface, codes, COUNT, rng)
    before = uniformity_p(surface, naive.faces, rng)
    assert after is not None
    assert before is not None
    assert 1e-4 < after < 1 - 1e-4
    assert before < 1e-6
    assert np.linalg.norm(planar, axis=1).max() <= 1


def test_patches_in_which_nearly_nothing_is_expected_do_not_decide() -> None:
    # Ten large triangles and, of a thousandth of their area in all, forty small ones between them.
    rng = np.random.default_rng(0)
    corners, faces = [], []
    for k in range(50):
        size = 1.0 if k % 5 == 0 else 5e-3
        corners += [(k, 0.0, 0.0), (k + size, 0.0, 0.0), (k, size, 0.0)]
        faces.append((3 * k, 3 * k + 1, 3 * k + 2))
    surface = Surface(np.array(corners), np.array(faces))
    share = surface.face_areas / surface.area
    found = [uniformity_p(surface, rng.choice(50, 2_000, p=share), rng) for _ in range(200)]
    assert min(found) > 0.0
    assert np.mean(np.array(found) < 0.01) < 0.05
    skewed = np.where(np.arange(50) % 5 == 0, share, 0.0) * np.linspace(0.7, 1.3, 50)
    assert uniformity_p(surface, rng.choice(50, 20_000, p=skewed / skewed.sum()), rng) < 1e-6


def test_each_vertex_is_met_as_often_as_its_mass_says(drawn) -> None:
    _, _, _, transport, samples = drawn
    counts = np.bincount(samples.cells, minlength=len(transport.masses))
    assert 1e-4 < chisquare(counts, transport.masses / np.pi * COUNT).pvalue < 1 - 1e-4


def test_samples_lie_in_the_third_of_a_triangle_at_their_vertex(drawn) -> None:
    surface, _, measure, _, samples = drawn
    barycentric = samples.samples.barycentric
    owner = surface.faces[samples.samples.faces, barycentric.argmax(1)]
    assert (owner == measure.site_vertex[samples.cells]).all()
    assert barycentric.sum(1) == pytest.approx(np.ones(COUNT))
    assert barycentric.min() >= 0
    corner = np.where(barycentric.max(1) > 0.5, barycentric.argmax(1), 3)  # four equal triangles
    assert np.bincount(corner) / COUNT == pytest.approx([0.25] * 4, abs=5e-3)
    points = (barycentric[:, :, None] * surface.corners[samples.samples.faces]).sum(1)
    assert points == pytest.approx(samples.samples.points)


def test_draws_are_independent_and_repeatable(drawn) -> None:
    surface, _, measure, transport, samples = drawn
    again = transport_samples(surface, transport, measure, COUNT, np.random.default_rng(1))
    other = transport_samples(surface, transport, measure, COUNT, np.random.default_rng(3))
    assert (again.samples.points == samples.samples.points).all()
    assert len(np.unique(np.vstack([samples.samples.points, other.samples.points]), axis=0)) == 2 * COUNT


def test_merged_sites_share_a_cell(drawn) -> None:
    surface, codes, *_ = drawn
    folded = codes.copy()
    folded[100] = folded[101]
    measure = surface_measure(surface, folded)
    transport = finish(solve(measure.sites, measure.masses))
    assert transport.n_merged == 1
    samples = transport_samples(surface, transport, measure, COUNT, np.random.default_rng(4))
    p = uniformity_p(surface, samples.samples.faces, np.random.default_rng(5))
    assert p is not None
    assert 1e-4 < p < 1 - 1e-4


def test_decoding_carries_points_and_normals(drawn) -> None:
    surface, codes, _, _, samples = drawn
    flat = Autoencoder(
        ReluMap([np.eye(2, 3)], [np.zeros(2)]), ReluMap([np.eye(3, 2)], [np.array([0.0, 0.0, 2.0])]), np.zeros(3), 1.0
    )
    decoded = finish(decoded_samples(surface, codes, flat, samples, 1000))
    assert decoded.points[:, :2] == pytest.approx(samples.samples.points[:1000, :2])
    assert decoded.points[:, 2] == pytest.approx(np.full(1000, 2.0))
    assert decoded.normals == pytest.approx(np.tile([0.0, 0.0, 1.0], (1000, 1)))
    assert decoded.codes == pytest.approx(decoded.points[:, :2])
    assert (decoded.disk_points == samples.disk_points[:1000]).all()
    assert (decoded.sites == samples.cells[:1000]).all()
    naive, _ = naive_samples(surface, codes, 500, np.random.default_rng(0))
    decoded = finish(decoded_samples(surface, codes, flat, naive, 500))
    assert (decoded.disk_points == decoded.codes).all()
    assert (decoded.sites == -1).all()


def test_every_measure_is_sampled(drawn) -> None:
    surface, codes, *_ = drawn
    rng = np.random.default_rng(7)
    for density, count in ((1.0 + codes[:, 0] ** 2, 0), (even_density(surface), 0), (None, 90)):
        measure = surface_measure(surface, codes, density, count)
        assert len(measure.sites) == (count or len(codes))
        assert measure.masses.sum() == pytest.approx(measure.face_masses(surface).sum())
        transport = finish(solve(measure.sites, measure.masses))
        faces = transport_samples(surface, transport, measure, COUNT, rng).samples.faces
        p = uniformity_p(surface, faces, rng, measure.face_masses(surface))
        assert p is not None
        assert 1e-4 < p < 1 - 1e-4
        by_area = uniformity_p(surface, faces, rng)
        assert by_area is not None
        assert (by_area < 1e-6) == (density is not None)
    assert np.ptp(surface_measure(surface, codes, even_density(surface)).masses) < 1e-12


def test_a_scalar_that_is_not_positive_is_refused(drawn) -> None:
    surface, codes, *_ = drawn
    with pytest.raises(InputError, match="vertex 3: 0 is not a positive number"):
        surface_measure(surface, codes, np.where(np.arange(len(codes)) == 3, 0.0, 1.0))


def test_a_scalar_too_small_for_a_cell_is_refused(drawn) -> None:
    surface, codes, *_ = drawn
    with pytest.raises(InputError, match=r"vertex 3: 1e-300 is too small for a cell .* fewer orders of magnitude"):
        surface_measure(surface, codes, np.where(np.arange(len(codes)) == 3, 1e-300, 1.0))


def test_a_vertex_with_too_little_area_for_a_cell_is_no_site() -> None:
    corners = np.array([[0.0, 0, 0], [1, 0, 0], [0, 1, 0], [1e-20, 1e-20, 0]])
    surface = Surface(corners, np.array([[0, 1, 2], [3, 1, 2]]))
    tiny = Surface(np.vstack([corners, [[0, 0, 1e-18]]]), np.array([[0, 1, 2], [0, 3, 4]]))
    assert (surface_measure(surface, corners[:, :2]).owner >= 0).all()
    measure = surface_measure(tiny, np.vstack([corners, corners[3:]])[:, :2])
    assert measure.owner.tolist() == [0, 1, 2, -1, -1]


def test_patches_have_equal_areas(drawn) -> None:
    surface, *_ = drawn
    patch = equal_area_patches(surface.corners.mean(1), surface.face_areas, 10, np.random.default_rng(0))
    assert np.bincount(patch, surface.face_areas) / surface.area == pytest.approx([0.1] * 10, abs=0.02)


def test_too_few_samples_give_no_p(drawn) -> None:
    surface, *_ = drawn
    assert uniformity_p(surface, np.zeros(30, np.int64), np.random.default_rng(0)) is None
