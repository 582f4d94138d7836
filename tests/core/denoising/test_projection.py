from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.base.progress import finish
from core.cells.decoder_image import DecoderImage, decoder_image
from core.cells.decoder_pieces import decoder_pieces
from core.charts.autoencoder import Autoencoder
from core.denoising.projection import project
from core.io.file_bytes import read_source
from core.io.readers.ply import read_ply
from core.io.writers.cells import write_reconstruction_cells
from core.io.writers.pieces import write_reconstruction_pieces
from core.relu.decomposition import decompose, disk_polygon
from core.relu.relu_map import ReluMap
from tests.core.denoising.brute_force import brute_force, nearest_of_all
from tests.core.denoising.make_autoencoder import CENTRE, SCALE, autoencoder
from tests.core.make import projection


@pytest.mark.parametrize("detail", [False, True])
def test_feet_are_images_of_their_codes_and_as_near_as_brute_force_finds(detail: bool) -> None:
    networks = autoencoder(detail)
    image = finish(decoder_image(networks))
    diagonal = np.linalg.norm(np.ptp(image.points, 0))
    rng = np.random.default_rng(0)
    points = rng.uniform(image.points.min(0) - 1, image.points.max(0) + 1, (400, 3))
    found = project(image, points)
    np.testing.assert_allclose(networks.decode(found.codes), found.points, atol=1e-11 * diagonal)
    np.testing.assert_allclose(np.linalg.norm(found.points - points, axis=1), found.distances, atol=1e-14 * diagonal)
    np.testing.assert_allclose(
        found.distances, brute_force(points, image.points[image.triangles]), atol=1e-12 * diagonal
    )


@pytest.mark.parametrize("detail", [False, True])
def test_ten_thousand_feet_agree_with_brute_force_on_the_exported_image(detail: bool, tmp_path: Path) -> None:
    networks, path = autoencoder(detail), tmp_path / "image.ply"
    cells = decompose(networks.decoder, disk_polygon())
    if detail:
        write_reconstruction_pieces(finish(decoder_pieces(networks, cells)), path)
    else:
        write_reconstruction_cells(cells, CENTRE, SCALE, path)
    content = read_ply(read_source(path))
    vertices, ends = np.asarray(content.vertices), np.cumsum(content.sizes)
    fans = [
        (corners[0], corners[k - 1], corners[k])
        for corners in np.split(content.corners, ends[:-1])
        for k in range(2, len(corners))
    ]
    told = vertices[np.array(fans)]
    points = np.random.default_rng(0).uniform(vertices.min(0) - 0.5, vertices.max(0) + 0.5, (10_000, 3))
    found = project(finish(decoder_image(networks)), points)
    nearest = nearest_of_all(points, told, np.linalg.norm(np.ptp(vertices, 0)) + 1.0)
    np.testing.assert_allclose(found.distances, nearest, atol=1e-9 * np.linalg.norm(np.ptp(vertices, 0)), rtol=0)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6), st.booleans())
def test_no_code_of_the_domain_has_a_nearer_image(seed: int, detail: bool) -> None:
    networks = autoencoder(detail, seed)
    rng = np.random.default_rng(seed)
    found_image = finish(decoder_image(networks))
    points = rng.normal(size=(20, 3)) * SCALE + CENTRE
    radius, angle = np.sqrt(rng.random(3000)) * np.cos(np.pi / 256), rng.uniform(0, 2 * np.pi, 3000)
    images = networks.decode(np.column_stack([radius * np.cos(angle), radius * np.sin(angle)]))
    nearest = np.linalg.norm(points[:, None] - images, axis=2).min(1)
    assert (project(found_image, points).distances <= nearest + 1e-12).all()


def test_the_piece_of_a_foot_is_the_one_it_lies_in() -> None:
    networks = autoencoder(False)
    cells = decompose(networks.decoder, disk_polygon())
    image = finish(decoder_image(networks, cells))
    assert image.n_pieces == cells.n_cells
    rng = np.random.default_rng(2)
    points = networks.decode(rng.uniform(-0.6, 0.6, (300, 2))) + 1e-3 * rng.normal(size=(300, 3))
    found = project(image, points)
    at = cells.cell_at(found.codes)
    # A foot on an edge lies in both cells beside it; only feet inside have one answer.
    polygon = [cells.polygon(k) for k in found.pieces]
    depth = []
    for corners, code in zip(polygon, found.codes, strict=True):
        side = np.roll(corners, -1, 0) - corners
        step = code - corners
        depth.append(((side[:, 0] * step[:, 1] - side[:, 1] * step[:, 0]) / np.hypot(*side.T)).min())
    depth = np.array(depth)
    assert (depth > -1e-12).all()
    inside = depth > 1e-9
    assert inside.sum() > 200
    np.testing.assert_array_equal(at[inside], found.pieces[inside])


def test_a_plane_is_hit_at_a_right_angle() -> None:
    plane = ReluMap([np.eye(2), np.array([[1.0, 0], [0, 1], [0, 0]])], [np.full(2, 9.0), np.array([-9.0, -9.0, 0.0])])
    image = finish(decoder_image(Autoencoder(projection(), plane, np.zeros(3), 1.0)))
    found = project(image, np.array([[0.3, -0.2, 0.7], [0.0, 5.0, 0.0], [0.1, 0.1, 0.0]]))
    np.testing.assert_allclose(found.points, [[0.3, -0.2, 0.0], [0.0, 1.0, 0.0], [0.1, 0.1, 0.0]], atol=1e-12)
    np.testing.assert_allclose(found.codes, found.points[:, :2], atol=1e-12)
    np.testing.assert_allclose(found.distances, [0.7, 4.0, 0.0], atol=1e-12)


def test_slivers_do_not_hide_the_nearest_point() -> None:
    # Three strips, the middle one far below the resolution of its own Gram matrix.
    gap = 1e-13
    x = np.array([0.0, 0.5, 0.5 + gap, 1.0])
    codes = np.array([[a, b] for a in x for b in (0.0, 1.0)])
    quads = [(2 * k, 2 * k + 2, 2 * k + 3, 2 * k + 1) for k in range(3)]
    triangles = np.array([t for a, b, c, d in quads for t in ((a, b, c), (a, c, d))])
    image = DecoderImage(codes, np.column_stack([codes, np.zeros(8)]), triangles, np.arange(6) // 2)
    points = np.array([[0.5 + gap / 2, y, 0.3] for y in np.linspace(0, 1, 50)])
    found = project(image, points)
    np.testing.assert_allclose(found.distances, 0.3, rtol=1e-12)
    np.testing.assert_allclose(found.codes, points[:, :2], atol=1e-12)


def test_nothing_and_no_number() -> None:
    image = finish(decoder_image(autoencoder(False)))
    assert project(image, np.zeros((0, 3))).points.shape == (0, 3)
    with pytest.raises(ValueError, match="not finite"):
        project(image, np.array([[0.0, np.nan, 0.0]]))
