"""Cells in space: the preimage on the surface is exactly what the encoder sends into the cell."""

from dataclasses import replace

import numpy as np
import pytest

from app.scene.outline import image_outline
from app.stages.cells.scene.colors import CellPlane
from app.stages.cells.scene.outline import surface_outline
from core.charts.autoencoder import Autoencoder
from core.relu.decomposition import decompose, disk_polygon
from tests.core.make import bumpy_disk, projection, random_relu_map


def parts():
    surface = bumpy_disk(6)
    autoencoder = Autoencoder(projection(), random_relu_map((2, 10, 8, 3), 2), np.zeros(3), 1.0)
    return surface, autoencoder, CellPlane(decompose(autoencoder.decoder, disk_polygon()))


def plane_area(polygon):
    x, y = polygon[:, :2].T
    return abs(0.5 * (x * np.roll(y, -1) - y * np.roll(x, -1)).sum())


def test_the_preimage_has_the_area_of_the_cell_within_the_surface():
    surface, autoencoder, plane = parts()
    codes = autoencoder.encode(surface.vertices)
    inner = [k for k in range(plane.cells.n_cells) if np.hypot(*plane.cells.polygon(k).T).max() < 0.85]
    for cell in inner[::7]:
        found = surface_outline(surface, autoencoder, plane, cell, codes)
        area = sum(plane_area(polygon) for polygon in found.polygons)  # the encoder is the projection to the plane
        np.testing.assert_allclose(area, plane.cells.areas[cell], rtol=1e-9)
        ends = found.edges[:, :, :2]
        length = np.hypot(*(ends[:, 1] - ends[:, 0]).T).sum()
        polygon = plane.cells.polygon(cell)
        np.testing.assert_allclose(length, np.hypot(*(polygon - np.roll(polygon, 1, 0)).T).sum(), rtol=1e-9)


def test_the_preimage_on_a_surface_far_from_the_origin_is_the_one_near_it():
    surface, autoencoder, plane = parts()
    codes, shift = autoencoder.encode(surface.vertices), np.array([1e12, 1e12, -1e12])
    far = replace(autoencoder, centre=shift)
    cell = int(plane.cells.cell_at(np.zeros((1, 2)))[0])
    near = surface_outline(surface, autoencoder, plane, cell, codes)
    found = surface_outline(replace(surface, vertices=surface.vertices + shift), far, plane, cell, codes)
    corners, moved = (np.concatenate(one.polygons) for one in (near, found))
    np.testing.assert_allclose(moved.min(0) - shift, corners.min(0), atol=1e-3)
    np.testing.assert_allclose(moved.max(0) - shift, corners.max(0), atol=1e-3)
    assert sum(map(plane_area, [polygon - shift for polygon in found.polygons])) == pytest.approx(
        sum(map(plane_area, near.polygons)), rel=0.01
    )


def test_a_cell_that_the_surface_does_not_reach_has_no_preimage():
    surface, autoencoder, plane = parts()
    small = type(surface)(0.2 * surface.vertices, surface.faces)
    rim = int(plane.cells.cell_at(np.array([[0.99, 0.0]]))[0])
    assert surface_outline(small, autoencoder, plane, rim, autoencoder.encode(small.vertices)) is None


def test_an_image_is_a_polygon_with_its_sides():
    corners = np.array([[0.0, 0, 0], [1, 0, 0], [0, 1, 0]])
    outline = image_outline(corners)
    assert outline.edges.shape == (3, 2, 3)
    np.testing.assert_array_equal(outline.edges[2, 1], corners[0])
