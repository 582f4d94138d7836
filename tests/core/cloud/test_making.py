from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.base.errors import InputError
from core.base.progress import finish
from core.cloud import making as making_module
from core.cloud.chance import without_chance_handles
from core.cloud.making import making
from core.cloud.reconstruction import surface_through
from core.cloud.smoothing import smoothed
from core.data.point_cloud import PointCloud
from core.data.source import Source
from core.geometry.nearest_triangle import triangle_tree
from core.geometry.topology import topology
from tests.core.atlas.make_surfaces import tunnelled
from tests.core.cloud.test_orientation import sphere


def source(points: np.ndarray, normals: np.ndarray | None = None) -> Source:
    return Source("scan.xyz", "scan", PointCloud(points, normals), None, (), (), 0.0)


def torus(count: int, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    u, v = rng.uniform(0, 2 * np.pi, (2, 2 * count))
    kept = rng.uniform(0, 1, 2 * count) < (1 + 0.4 * np.cos(v)) / 1.4  # uniform by area
    u, v = u[kept][:count], v[kept][:count]
    r = 1 + 0.4 * np.cos(v)
    return np.column_stack([r * np.cos(u), r * np.sin(u), 0.4 * np.sin(v)])


def off_torus(points: np.ndarray) -> np.ndarray:
    ring = np.linalg.norm(points[:, :2], axis=1) - 1
    return np.abs(np.hypot(ring, points[:, 2]) - 0.4)


@pytest.mark.parametrize(("noise", "bound"), [(0.0, 0.002), (0.02, 0.008)])
def test_a_torus_is_made_of_its_points(noise: float, bound: float) -> None:
    points = torus(6000)
    made = finish(making(source(points + noise * np.random.default_rng(1).normal(size=points.shape))))
    known = made.topology
    assert (known.is_closed, known.genus, known.n_components, known.is_manifold) == (True, 1, 1, True)
    assert off_torus(made.surface.vertices).mean() < bound
    assert made.is_learned
    assert len(made.surface.faces) <= 20_000
    corners = made.surface.corners
    assert np.einsum("fi,fi->", corners[:, 0], np.cross(corners[:, 1], corners[:, 2])) > 0  # outward


def test_an_open_sheet_stays_open_and_a_wide_hole_too() -> None:
    plane = np.random.default_rng(0).uniform(-1, 1, (6000, 2))
    plane = plane[np.linalg.norm(plane - [0.3, 0.2], axis=1) > 0.25]
    points = np.column_stack([plane, 0.2 * np.sin(3 * plane[:, 0])])
    found = finish(surface_through(finish(smoothed(points))))
    known = topology(found.surface)
    assert (known.n_components, known.n_boundary_loops, known.euler_characteristic) == (1, 2, 0)
    reach = found.surface.vertices[:, :2]
    assert np.abs(reach).max() < 1.06
    assert np.linalg.norm(reach - [0.3, 0.2], axis=1).min() > 0.18
    assert triangle_tree(found.surface.corners).query(points)[0].mean() < 2e-3


def test_two_objects_are_two_components() -> None:
    points = np.concatenate([torus(3000), 0.3 * sphere(1500) + np.array([3.0, 0.0, 0.0])])
    made = finish(making(source(points)))
    assert (made.topology.n_components, made.topology.is_closed) == (2, True)


def test_strays_and_repeated_places_are_told() -> None:
    points = np.concatenate([torus(3000), torus(3000)[:40], [[1e4, 0.0, 0.0]]])
    made = finish(making(source(points)))
    assert made.surface.diagonal < 5.0
    assert any("Left out 40 points in places where there was one already" in said for said in made.repairs)
    assert any("Left out 1 outlier: far from all others" in said for said in made.repairs)
    assert any(said.startswith("Made a surface of 3,000 points") for said in made.repairs)


@pytest.mark.parametrize(
    ("points", "reason"),
    [
        (np.ones((500, 3)), "1 points in places of their own are too few"),
        (np.eye(3), "3 points in places of their own are too few"),
        (np.linspace(0, 1, 500)[:, None] * [1.0, 2.0, 3.0], "lie on a line"),
    ],
    ids=["one place", "three", "line"],
)
def test_what_is_no_surface_is_refused(points: np.ndarray, reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        finish(making(source(points)))


def test_points_of_a_plane_are_a_flat_sheet() -> None:
    points = np.random.default_rng(0).uniform(0, 1, (2000, 3)) * [1.0, 1.0, 0.0]
    made = finish(making(source(points)))
    assert made.topology.is_disk
    assert np.abs(made.surface.vertices[:, 2]).max() < 1e-3  # no vertex nearer to a corner than 0.02 of a cell


def test_normals_of_length_zero_do_not_harm(tmp_path: Path) -> None:
    points = torus(3000)
    normals = np.zeros((3000, 3))
    made = finish(making(source(points, normals)))
    assert (made.topology.genus, made.topology.is_closed) == (1, True)


def test_handles_no_wider_than_the_noise_are_taken_for_chance() -> None:
    cloud, board = finish(smoothed(torus(500))), tunnelled(3, cells=3)
    fine, none = finish(without_chance_handles(board, replace(cloud, spacing=0.1, noise=1.4)))  # loops of 12
    assert (topology(fine).genus, none) == (3, ())
    coarse, (said,) = finish(without_chance_handles(board, replace(cloud, spacing=0.1, noise=1.5)))
    assert topology(coarse).genus == 0
    assert said.startswith("Removed 3 handles of 3")


def test_of_very_many_points_some_are_taken_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making_module, "MOST_POINTS", 2_000)
    made = finish(making(source(torus(6_000))))
    assert "Took 2,000 of 6,000 points at random: enough to make a surface of." in made.repairs
    assert made.topology.euler_characteristic == 0
    assert off_torus(made.surface.vertices).mean() < 0.01


def test_points_that_are_lost_are_told_with_their_place() -> None:
    rng = np.random.default_rng(0)
    made = finish(making(source(np.concatenate([torus(4000), [4.0, 0.0, 0.0] + 0.05 * rng.normal(size=(40, 3))]))))
    told = next(line for line in made.repairs if "no component that was kept" in line)
    x, y, z = (float(word) for word in told.rpartition("(")[2].rstrip(").").split(", "))
    assert np.linalg.norm(np.subtract((x, y, z), (4.0, 0.0, 0.0))) < 0.1


def test_specks_are_left_out_and_told_with_their_place() -> None:
    speck = 0.1 * sphere(60) + np.array([3.0, 0.0, 0.0])
    made = finish(making(source(np.concatenate([torus(20_000), speck]))))
    assert made.topology.n_components == 1
    told = next(line for line in made.repairs if line.startswith("Left out 1 speck with 60 points"))
    x, y, z = (float(word) for word in told.rpartition("(")[2].rstrip(").").split(", "))
    assert np.linalg.norm(np.subtract((x, y, z), (3.0, 0.0, 0.0))) < 0.2
    assert made.scan is not None
    assert len(made.scan.points) == 20_000


def test_a_tenth_is_withheld_where_points_are_learned_from_and_none_of_the_surface() -> None:
    fitted, plain = finish(making(source(torus(3000)), "points")).scan, finish(making(source(torus(3000)))).scan
    assert fitted is not None
    assert plain is not None
    assert (int(fitted.withheld.sum()), int(plain.withheld.sum())) == (300, 0)
    assert plain.smoothness == 0.0
