"""Opening: what is told, what is refused and how, and the real surfaces."""

import re
import sys
from pathlib import Path

import numpy as np
import pytest

from core.base.errors import InputError
from core.data.surface import Surface
from core.io.load import load
from tests.core.io import tiny


@pytest.fixture
def refusal(tmp_path: Path):
    def write_and_refuse(name: str, content: bytes | str) -> str:
        file = tmp_path / name
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        with pytest.raises(InputError) as caught:
            load(file)
        assert str(caught.value).startswith(name)
        return str(caught.value)

    return write_and_refuse


def test_missing_files_folders_and_empty_files_are_refused(tmp_path, refusal):
    for path, said in ((tmp_path / "none.ply", "no such file"), (tmp_path, "folder")):
        with pytest.raises(InputError, match=said):
            load(path)
    assert "empty (0 bytes)" in refusal("a.ply", b"")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no /dev")
def test_devices_are_refused():
    with pytest.raises(InputError, match="device"):
        load("/dev/zero")


def test_control_characters_of_a_file_do_not_reach_the_message(refusal):
    said = refusal("a.obj", b"v 0 0 0\nv 1 0 \x1b[31mred\x07\nv 0 1 0\nf 1 2 3\n")
    assert said.isprintable()
    assert "line 2" in said


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.obj", "v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 4\n", "line 4: index 4 names no vertex"),
        ("a.obj", "v 0 0 0\nv 1 0 0\nv 0 1 0\nf 0 1 2\n", "line 4: index 0"),
        ("a.obj", "v 0 0 0\nv 1 0 0\nf -3 1 2\nv 0 1 0\n", "line 3: index -3"),
        ("a.obj", "v 0,5 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n", "decimal comma"),
        ("a.obj", "v 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n", "line 1: expected 3 numbers, found 2"),
        ("a.obj", "# nothing\n", "no vertex line"),
        ("a.off", "OFF\n3 2 0\n0 0 0\n1 0 0\n0 1 0\n3 0 1 2\n", "ends early"),
        ("a.off", "OFF\n3 1 0\n0 0 0\n1 0 0\n0 1 0\n3 0 1 2\n3 0 1 2\n", "1 more lines than the header"),
        ("a.off", "OFF\n3 1 0\n0 0 0\n1 0 0\n0 1 0\n4 0 1 2\n", "line 6: 4 is no number of corners"),
        ("a.off", "OFF BINARY\n\0\0\0\3", "binary OFF"),
        ("a.stl", "solid a\nfacet normal 0 0 1\nouter loop\nvertex 0 0 0\nvertex 1 0 0\n", "ends early"),
        ("a.stl", "solid a\nfacet normal 0 0 1\nvertex 0 0 0\n" + " " * 80, 'line 3: expected "outer"'),
        ("a.stl", tiny.stl_ascii().replace(b"endsolid tiny", b""), "no endsolid"),
        ("a.m", "Vertex 1 0 0 0\nVertex 1 1 0 0\nVertex 3 0 1 0\nFace 1 1 2 3\n", "vertex 1 is defined twice"),
        ("a.m", "x = zeros(3);\nplot(x)\n", "no line that begins with Vertex"),
        ("a.ply", "ply\nformat ascii 1.0\nelement vertex 1\nproperty float x\nend_header\n0\n", 'no "y"'),
        ("a.ply", "ply\nformat ascii 1.0\nelement vertex 1\nproperty quad x\nend_header\n0\n", "line 4"),
        ("a.xyz", "0 0 0\n1 0 0\n0 1\n", "line 3: expected 3 numbers, found 2"),
        ("a.xyz", "5\n0 0 0\n1 0 0\n", "promise 5 points, 2 follow"),
        ("a.csv", "0,5;1,5;2,5\n1,5;2,5;0,5\n", "decimal comma"),
        ("a.txt", "0,34 0,33 0,1\n0,34 0,33 0,2\n", "decimal comma"),
        ("a.xyz", "nan nan nan\nnan 0 0\n", "none of 2 points is finite"),
        ("a.npy", tiny.npy(np.zeros((4, 2))), "all 4 rows are equal"),
        ("a.npy", tiny.npy(np.zeros(4)), "has the shape 4"),
        ("a.npy", tiny.npy(np.array(["a", "b"])), "not numbers"),
        ("a.npy", tiny.npy(np.ones((3, 3))).replace(b"(3, 3)", b"(9000000, 3)"), "ends early"),
        ("a.npy", tiny.npy(np.ones((100, 3))).replace(b"(100, 3)", b"(-99, 3)"), "cannot be read"),
        ("a.npz", tiny.zipped({"b.npy": tiny.npy(), "c.npy": tiny.npy()}), "no array of points"),
        (
            "a.glb",
            tiny.glb({"asset": {"version": "2.0"}, "extensionsRequired": ["KHR_unheard_of_geometry"]}),
            "KHR_unheard_of_geometry",
        ),
        ("a.3mf", tiny.zipped({"3D/3dmodel.model": b'<!DOCTYPE m [<!ENTITY e "x">]><model>&e;</model>'}), "DOCTYPE"),
        ("a.vtp", '<VTKFile type="UnstructuredGrid"></VTKFile>', "UnstructuredGrid, not PolyData"),
        ("a.mtl", "newmtl a\n", "material library"),
        ("a.unheard", b"BLENDER-v300", "unknown suffix"),
        ("a.e57", b"ASTM-E57\1\0", "E57 point cloud"),
        ("a.laz", b"\1\2", "LAS point cloud"),
    ],
)
def test_refusals_name_place_and_reason(refusal, name, content, said):
    assert said in refusal(name, content)


@pytest.mark.parametrize("size", ["1e300", "1e-300"])
def test_sizes_beyond_float64_squares_are_refused(refusal, size):
    assert "bounding box" in refusal("a.obj", f"v 0 0 0\nv {size} 0 0\nv 0 {size} 0\nf 1 2 3\n")


def test_warnings_name_what_stands_in_the_way(tmp_path):
    file = tmp_path / "two.obj"
    file.write_text("v 0 0 0\nv 1 0 0\nv 0 1 0\nv 5 0 0\nv 6 0 0\nv 5 1 0\nf 1 2 3\nf 4 5 6\nf 1 2\n")
    warnings = load(file).warnings
    assert any("2 separate components" in text for text in warnings)
    assert any("Dropped 1 face with fewer than three corners" in text for text in warnings)


def test_coordinates_that_no_face_uses_need_not_be_finite(tmp_path):
    file = tmp_path / "a.obj"
    file.write_text("v 0 0 0\nv 1 0 0\nv nan nan nan\nv 0 1 0\nf 1 2 4\n")
    loaded = load(file)
    assert np.isfinite(loaded.data.diagonal)
    assert loaded.repairs == ("Dropped 1 vertex that no face uses.",)


# ---------------------------------------------------------------- the real surfaces


def good_rows(readme: Path) -> list[dict[str, str]]:
    """Rows of the first table of the list of real surfaces."""
    lines = [line for line in readme.read_text("utf-8").splitlines() if line.startswith("|")]
    header = [cell.strip() for cell in lines[0].strip("|").split("|")]
    rows = []
    for line in lines[2:]:
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if "repository @ commit" in cells:
            break
        rows.append(dict(zip(header, cells, strict=True)))
    return rows


def test_real_surfaces_have_the_numbers_of_their_table(shared_data):
    rows = good_rows(shared_data / "README.md")
    assert len(rows) == 20
    for row in rows:
        loaded = load(shared_data / row["file"].strip("`"))
        used = re.search(r"\((\d+) (?:used|finite)", row["V"]) or re.match(r"(\d+)", row["V"])
        assert used
        assert loaded.data.diagonal == pytest.approx(float(row["bounding box diagonal"]), rel=1e-3)
        if row["F"] == "0":
            assert not loaded.has_faces
            assert len(loaded.data.points) == int(used[1])
            continue
        found = loaded.topology
        assert found is not None
        counts = (found.n_vertices, found.n_faces, found.n_components, found.n_boundary_loops)
        columns = [row[name] for name in ("F", "components", "boundary loops")]
        assert counts == (int(used[1]), *map(int, columns)), row["file"]
        assert found.euler_characteristic == int(row["Euler char."])
        assert found.genus == (int(row["genus"]) if row["genus"].isdigit() else None)
        assert found.is_closed == (row["watertight"] == "yes")


def test_the_same_surface_in_two_formats_is_the_same(shared_data):
    first, second = (load(shared_data / f"budai_seated_disk.{suffix}").surface for suffix in ("ply", "m"))
    assert isinstance(first, Surface)
    assert isinstance(second, Surface)
    np.testing.assert_allclose(first.vertices, second.vertices, atol=1e-5)
    np.testing.assert_array_equal(first.faces, second.faces)


def test_colours_of_a_real_scan_agree_between_formats(shared_data):
    first, second = (load(shared_data / name).surface for name in ("girl_face.m", "girl_face_rgb.ply"))
    assert isinstance(first, Surface)
    assert isinstance(second, Surface)
    assert np.abs(first.colors.astype(int) - second.colors.astype(int)).max() <= 1
    assert first.texture_coordinates is not None
    assert np.linalg.norm(first.texture_coordinates, axis=1).max() <= 1.0, "this file holds a chart on the unit disk"


def test_malformed_real_files_end_as_their_table_says(shared_data):
    refused, text = set(), (shared_data / "README.md").read_text("utf-8")
    for file in sorted((shared_data / "bad").iterdir()):
        row = re.search(rf"^\| `{re.escape(file.name)}` .*\| ([^|]*) \|$", text, re.MULTILINE)
        assert row, file.name
        try:
            load(file)
        except InputError:
            refused.add(file.name)
        if row[1].startswith("load"):
            assert file.name not in refused
        elif row[1].startswith("refuse") and not re.search(r"\bor (drop|load|skip|detect)\b", row[1]):
            assert file.name in refused
    assert len(refused) >= 25
