"""LAS, LAZ, E57 and depth images; the libraries of the former are optional, and their absence is a sentence."""

import io
import sys

import numpy as np
import pytest
from PIL import Image

from core.base.errors import BudaiError, InputError
from core.data.reading_options import ReadingOptions
from core.io.load import load
from core.session.source_parts import pack_source, unpack_source

POINTS = np.array([[0.25, 0.5, 350.125], [1.0, 1.0, 351.0], [2.5, 2.0, 349.5]]) + np.array(
    [512_700.0, 5_403_000.0, 0.0]
)


def las_bytes(colors: bool = True, packed: bool = False) -> bytes:
    laspy = pytest.importorskip("laspy")
    if packed:
        pytest.importorskip("lazrs")
    header = laspy.LasHeader(point_format=2 if colors else 0, version="1.2")
    header.scales, header.offsets = [0.001] * 3, [512_000.0, 5_403_000.0, 0.0]
    made = laspy.LasData(header)
    made.x, made.y, made.z = POINTS.T
    if colors:
        made.red, made.green, made.blue = np.array([[65535, 0, 0], [0, 65535, 0], [0, 0, 32896]]).T
    stream = io.BytesIO()
    made.write(stream, do_compress=packed)
    return stream.getvalue()


@pytest.mark.parametrize("packed", [False, True])
def test_las_keeps_far_offsets_and_colours(tmp_path, packed):
    path = tmp_path / ("scan.laz" if packed else "scan.las")
    path.write_bytes(las_bytes(packed=packed))
    cloud = load(path).cloud
    np.testing.assert_allclose(cloud.points, POINTS, atol=1e-6)
    assert cloud.colors.tolist() == [[255, 0, 0], [0, 255, 0], [0, 0, 128]]


def test_a_las_file_that_ends_early_is_refused(tmp_path):
    path = tmp_path / "short.las"
    path.write_bytes(las_bytes()[:-30])
    with pytest.raises(InputError, match=r"damaged|promises 3 points"):
        load(path)


@pytest.mark.parametrize(
    ("name", "data", "library", "said"),
    [
        ("a.las", b"LASF" + bytes(300), "laspy", "is a LAS point cloud, and the package laspy"),
        ("a.laz", b"LASF" + bytes(100) + b"\x82" + bytes(200), "laspy", "is a LAZ point cloud, and the package laspy"),
        ("a.e57", b"ASTM-E57" + bytes(300), "pye57", "is an E57 point cloud, and the package pye57"),
    ],
)
def test_a_library_that_is_missing_is_one_sentence(tmp_path, monkeypatch, name, data, library, said):
    monkeypatch.setitem(sys.modules, library, None)
    (tmp_path / name).write_bytes(data)
    with pytest.raises(InputError, match=said) as caught:
        load(tmp_path / name)
    assert 'pip install "budai[scan]"' in str(caught.value)


def test_scans_of_an_e57_file_are_moved_by_their_poses(tmp_path):
    pye57 = pytest.importorskip("pye57")
    path = tmp_path / "two.e57"
    file = pye57.E57(str(path), mode="w")
    for k in range(2):
        columns = {f"cartesian{axis}": POINTS[:, a] - POINTS[0, a] for a, axis in enumerate("XYZ")}
        file.write_scan_raw(columns, rotation=np.array([1.0, 0, 0, 0]), translation=np.array([10.0 * k, 0, 0]))
    file.close()
    cloud = load(path).cloud
    moved = POINTS - POINTS[0]
    np.testing.assert_allclose(cloud.points, np.concatenate([moved, moved + np.array([10.0, 0.0, 0.0])]), atol=1e-9)


def test_a_depth_image_is_an_organised_cloud(tmp_path):
    depth = np.array([[1000, 0, 2000], [1500, 1500, 0]], np.uint16)
    path = tmp_path / "depth.png"
    Image.fromarray(depth).save(path)
    source = load(path, ReadingOptions(intrinsics=(2.0, 4.0, 1.0, 0.0, 1000.0)))
    expected = [[-0.5, 0, 1], [1, 0, 2], [-0.75, 0.375, 1.5], [0, 0.375, 1.5]]
    np.testing.assert_allclose(source.cloud.points, expected)
    assert source.cloud.grid == (2, 3)
    assert "Left out 2 of 6 pixels without a depth." in source.warnings
    again = unpack_source(pack_source(source), {}, "p.budai")
    assert again.cloud.grid == (2, 3)
    assert again.how == source.how
    assert source.how.arguments == ["--intrinsics", "2,4,1,0,1000"]
    with pytest.raises(InputError, match="needs --intrinsics FX,FY,CX,CY"):
        load(path)


@pytest.mark.parametrize(
    ("image", "said"),
    [
        (Image.new("RGB", (2, 2)), "is an image of kind RGB, no depth image"),
        (Image.fromarray(np.zeros((4, 5), np.uint16)), "none of its 20 pixels holds a depth"),
        (None, "cannot be read as a depth image"),
    ],
)
def test_what_is_no_depth_image_is_refused(tmp_path, image, said):
    path = tmp_path / "depth.png"
    path.write_bytes(b"x") if image is None else image.save(path)
    with pytest.raises(InputError, match=said):
        load(path, ReadingOptions(intrinsics=(1.0, 1.0, 0.0, 0.0)))


@pytest.mark.parametrize(
    "intrinsics", [(1.0, 2.0), (0.0, 1.0, 1.0, 1.0), (1.0, 1.0, 1.0, 1.0, 0.0), (np.nan, 1.0, 1.0, 1.0)]
)
def test_a_camera_has_four_or_five_numbers(intrinsics):
    with pytest.raises(BudaiError, match="is no camera"):
        ReadingOptions(intrinsics=intrinsics)
