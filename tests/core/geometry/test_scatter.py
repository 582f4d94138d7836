"""Points alone, on a line, far away."""

import numpy as np
import pytest

from core.geometry.scatter import (
    is_flat,
    is_line,
    is_thread,
    isolated,
    isolated_warning,
    repeats_warning,
    scale_warnings,
    units_warning,
)


def sheet(n: int = 1500, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    plane = rng.uniform(-1, 1, (n, 2))
    return np.column_stack([plane, 0.3 * plane[:, 0] ** 2 + 0.01 * rng.normal(size=n)])


def test_stray_points_are_alone_and_no_others():
    points = np.concatenate([sheet(), [[1000, 0, 0], [3, 3, 3], [3.001, 3, 3]]])
    assert np.flatnonzero(isolated(points)).tolist() == [1500, 1501, 1502]
    assert "3 points lie far from all others" in isolated_warning(points)[0]
    assert isolated_warning(sheet()) == ()


def test_sparse_regions_and_repeated_points_are_not_alone():
    rng = np.random.default_rng(0)
    radius = 10.0 ** rng.uniform(-4, 0, 3000)
    angle = rng.uniform(0, 2 * np.pi, 3000)
    graded = np.column_stack([radius * np.cos(angle), radius * np.sin(angle), 0 * radius])
    assert isolated(graded).mean() < 0.002
    assert not isolated(np.repeat(sheet(100), 10, axis=0)).any()
    assert not isolated(sheet(15)).any()


def test_lines_and_threads():
    t = np.linspace(0, 1, 500)
    rng = np.random.default_rng(0)
    line = np.column_stack([t, 2 * t, 3 * t])
    assert is_line(line)
    assert is_thread(line)
    thread = line + 0.01 * rng.normal(size=line.shape)
    assert not is_line(thread)
    assert is_thread(thread)
    assert not is_thread(sheet())
    ribbon = np.column_stack([20 * t, rng.uniform(0, 1, 500), 0.001 * rng.normal(size=500)])
    assert not is_thread(ribbon)
    assert is_thread(np.ones((200, 3)))


@pytest.mark.parametrize("noun", ["vertex", "point"])
def test_a_vertex_far_outside_is_told_with_its_place(noun):
    points = np.concatenate([sheet(), [[0, 0, 3e5]]])
    said = scale_warnings(points, noun, False)
    assert len(said) == 1
    assert f"1 {noun} lies far outside" in said[0]
    assert "(0 0 300000)" in said[0]
    assert scale_warnings(sheet(), noun, False) == ()


def test_an_object_in_utm_beside_a_missing_value():
    """The steps are judged by the object, whose size is 2, not by its distance from the origin, 5 million."""
    utm = sheet() + np.array([5e5, 4.6e6, 100])
    assert scale_warnings(utm, "point", False) == ()
    assert "steps of up to 0.5" in scale_warnings(utm, "point", True)[0]
    both = scale_warnings(np.concatenate([utm, np.zeros((2, 3))]), "point", True)
    assert "2 points lie far outside: (0 0 0)" in both[0]
    assert "steps of up to 0.5 on a size of 1.999" in both[1]


def test_coordinates_far_off_tell_what_they_resolve():
    said = scale_warnings(sheet() + 1e12, "vertex", False)
    assert "double precision" in said[0]
    assert "0.000122" in said[0]
    assert scale_warnings(sheet() * 1e-30, "vertex", False) == scale_warnings(sheet() * 1e30, "vertex", True) == ()


def test_an_axis_far_longer_than_the_others_is_told_with_what_helps() -> None:
    said = scale_warnings(sheet() * (1e5, 1.0, 1.0), "vertex", False)
    assert len(said) == 1
    assert said[0].startswith("The size along x is ")
    assert "scale each axis to a like size" in said[0]
    assert scale_warnings(sheet() * (100.0, 1.0, 1.0), "vertex", False) == ()


def sphere(n, seed=0):
    points = np.random.default_rng(seed).normal(size=(n, 3))
    return points / np.linalg.norm(points, axis=1, keepdims=True)


def line_of(k):
    return f"line {k + 1}"


def test_points_that_stand_in_a_cloud_several_times_are_counted():
    points = sphere(300)
    assert repeats_warning(points, line_of) == ()
    assert "1 point repeats another (line 5)" in repeats_warning(np.vstack([points, points[4]]), line_of)[0]
    told = repeats_warning(np.vstack([points, points[7].repeat(9).reshape(3, 9).T, points[2]]), line_of)[0]
    assert "10 points repeat others, that of line 8 stands 10 times" in told
    assert isolated_warning(np.vstack([points, np.repeat(points[:3], 1000, axis=0)])) == ()


def test_two_units_in_one_cloud_are_told():
    points = sphere(1200)
    assert units_warning(points, line_of) == ()
    mixed = np.vstack([points[:700], 1000 * points[700:]])
    assert "500 points (first: line 701) lie about" in units_warning(mixed, line_of)[0]
    shells = points * np.exp(np.linspace(0.0, 6.0, 1200))[:, None]  # as around a scanner: ever sparser, without a gap
    assert units_warning(shells, line_of) == ()


def test_what_is_flat():
    points = np.column_stack([np.random.default_rng(0).random((50, 2)), np.zeros(50)])
    assert is_flat(points @ np.linalg.qr(np.random.default_rng(1).normal(size=(3, 3)))[0])
    assert not is_flat(sphere(50))
