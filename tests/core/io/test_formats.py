"""Every format, with what it can hold, from tiny files written here."""

import base64
import json
import struct
import zlib

import numpy as np
import pytest

from core.base.errors import InputError
from core.data.point_cloud import PointCloud
from core.data.source import Source
from core.data.surface import Surface
from tests.core.io import tiny


def surface_of(loaded: Source) -> Surface:
    assert loaded.has_faces
    return loaded.surface


def cloud_of(loaded: Source) -> PointCloud:
    assert not loaded.has_faces
    return loaded.data


def by_position(surface: Surface) -> set[tuple]:
    """Triangles as positions, each turned to begin with its smallest corner."""
    found = set()
    for face in surface.vertices[surface.faces].tolist():
        corners = [tuple(corner) for corner in face]
        k = corners.index(min(corners))
        found.add((*corners[k:], *corners[:k]))
    return found


OCTAHEDRON = by_position(Surface(tiny.VERTICES, tiny.FACES))


@pytest.mark.parametrize("name", sorted(tiny.SURFACES))
def test_each_format_gives_the_same_surface(opened, name):
    loaded = opened(name, tiny.SURFACES[name])
    assert by_position(surface_of(loaded)) == OCTAHEDRON
    assert loaded.topology is not None
    assert (loaded.topology.euler_characteristic, loaded.topology.is_closed) == (2, True)
    assert loaded.warnings == ()
    assert bool(loaded.repairs) == name.endswith(".stl")


@pytest.mark.parametrize("name", sorted(tiny.CLOUDS))
def test_each_format_gives_the_same_points(opened, name):
    loaded = opened(name, tiny.CLOUDS[name])
    assert loaded.is_cloud
    assert loaded.topology is None
    np.testing.assert_array_equal(cloud_of(loaded).points, tiny.VERTICES)


@pytest.mark.parametrize("name", ["ascii.ply", "little.ply", "big.ply", "tiny.glb", "tiny.gltf", "tiny.m"])
def test_colours_of_vertices_are_kept(opened, name):
    surface = surface_of(opened(name, tiny.SURFACES[name]))
    color_at = {tuple(v): tuple(c) for v, c in zip(tiny.VERTICES.tolist(), tiny.COLORS.tolist(), strict=True)}
    assert surface.colors is not None
    for vertex, color in zip(surface.vertices.tolist(), surface.colors.tolist(), strict=True):
        assert tuple(color) == color_at[tuple(vertex)]


@pytest.mark.parametrize("name", ["ascii.ply", "tiny.obj", "tiny.m"])
def test_texture_coordinates_are_kept(opened, name):
    surface = surface_of(opened(name, tiny.SURFACES[name]))
    at = {tuple(v): tuple(t) for v, t in zip(tiny.VERTICES.tolist(), tiny.TEXTURE.tolist(), strict=True)}
    assert surface.texture_coordinates is not None
    for vertex, texture in zip(surface.vertices.tolist(), surface.texture_coordinates.tolist(), strict=True):
        assert tuple(texture) == at[tuple(vertex)]


def test_scalars_are_kept(opened):
    assert surface_of(opened("a.ply", tiny.ply_ascii())).scalars["quality"].tolist() == [0, 1, 2, 3, 4, 5]
    for style in tiny.VTP_STYLES:
        height = surface_of(opened("a.vtp", tiny.vtp(style))).scalars["height"]
        np.testing.assert_array_equal(height, tiny.VERTICES[:, 2])


def test_ply_cuts_polygons_of_mixed_size_in_both_encodings(opened):
    head = "ply\nformat {}\nelement vertex 5\nproperty float x\nproperty float y\nproperty float z\n"
    head += "element face 2\nproperty list uchar int vertex_index\nproperty uchar flag\nend_header\n"
    points = [(0, 0, 0), (1, 0, 0), (1, 1, 0), (0, 1, 0), (2, 0, 0)]
    text = head.format("ascii 1.0") + "".join(f"{x} {y} {z}\n" for x, y, z in points) + "4 0 1 2 3 7\n3 1 4 2 9\n"
    body = b"".join(struct.pack("<3f", *p) for p in points)
    body += struct.pack("<B4iB", 4, 0, 1, 2, 3, 7) + struct.pack("<B3iB", 3, 1, 4, 2, 9)
    for content in (text.encode(), head.format("binary_little_endian 1.0").encode() + body):
        surface = surface_of(opened("a.ply", content))
        assert len(surface.faces) == 3
        assert surface.area == pytest.approx(1.5)


def test_ply_reads_triangle_strips(opened):
    head = "ply\nformat ascii 1.0\nelement vertex 4\nproperty float x\nproperty float y\nproperty float z\n"
    head += "element tristrips 1\nproperty list int int vertex_indices\nend_header\n"
    loaded = opened("a.ply", head + "0 0 0\n1 0 0\n0 1 0\n1 1 0\n5 0 1 2 3 -1\n")
    assert surface_of(loaded).area == pytest.approx(1.0)
    assert loaded.topology is not None
    assert loaded.topology.is_disk


def test_obj_understands_negative_indices_polygons_and_continued_lines(opened):
    text = "v 0 0 0\nv 1 0 0\nv 1 1 0\nv 0 1 0\nf -4 -3 \\\n-2 -1\nv 2 0 0\nf 2 -1 3\n"
    surface = surface_of(opened("a.obj", text))
    assert len(surface.faces) == 3
    assert surface.area == pytest.approx(1.5)


def test_obj_tells_the_line_of_the_file_after_continued_lines(opened):
    with pytest.raises(InputError, match="line 6"):
        opened("a.obj", "v 0 0 0\nv 1 0 0\nv 1 1 0\nf 1 2 \\\n3\nf 1 2 9\n")


def test_obj_keeps_one_texture_coordinate_at_a_seam_and_says_so(opened):
    text = (
        "v 0 0 0\nv 1 0 0\nv 1 1 0\nv 0 1 0\nvt 0 0\nvt 1 0\nvt 1 1\nvt 0 1\nvt .5 .5\nf 1/1 2/2 3/3\nf 1/5 3/3 4/4\n"
    )
    loaded = opened("a.obj", text)
    assert surface_of(loaded).texture_coordinates.tolist() == [[0, 0], [1, 0], [1, 1], [0, 1]]
    assert any("1 vertex on seams" in text for text in loaded.warnings)


def test_obj_with_normals_only_has_no_texture(opened):
    loaded = opened("a.obj", "v 0 0 0\nv 1 0 0\nv 1 1 0\nvn 0 0 1\nf 1//1 2//1 3//1\n")
    assert surface_of(loaded).texture_coordinates is None
    assert loaded.warnings == ()


def test_concave_polygons_are_cut_inside(opened):
    # A comb: a fan from the first corner would cover what is no part of it.
    text = "v 0 0 0\nv 4 0 0\nv 4 3 0\nv 3 1 0\nv 2 3 0\nv 1 1 0\nv 0 3 0\nf 1 2 3 4 5 6 7\n"
    surface = surface_of(opened("a.obj", text))
    assert len(surface.faces) == 5
    assert surface.area == pytest.approx(8.0)


def test_a_concave_quadrilateral_is_cut_inside(opened):
    surface = surface_of(opened("a.obj", "v 0 0 0\nv 4 0 0\nv 1 1 0\nv 0 4 0\nf 1 2 3 4\n"))
    assert surface.area == pytest.approx(4.0)


def test_old_mac_line_ends_are_understood(opened):
    assert len(surface_of(opened("a.obj", tiny.obj().replace(b"\n", b"\r"))).faces) == 8


def test_off_with_counts_on_the_first_line_and_colours(opened):
    rows = "".join(
        " ".join(f"{x}" for x in [*v, *c, 255]) + "\n"
        for v, c in zip(tiny.VERTICES.tolist(), tiny.COLORS.tolist(), strict=True)
    )
    surface = surface_of(opened("a.off", "COFF 6 8 12\n" + rows + tiny.rows(tiny.FACES, "3 ")))
    assert surface.colors.tolist() == tiny.COLORS.tolist()


def test_stl_text_that_pads_to_a_binary_size_is_decided_by_its_size(opened):
    assert tiny.stl_binary().startswith(b"solid")
    assert len(surface_of(opened("a.stl", tiny.stl_binary())).faces) == 8


def test_gltf_reads_a_buffer_beside_it_and_none_outside(opened, tmp_path):
    data = tiny.gltf_binary()
    (tmp_path / "my data.bin").write_bytes(data)
    (tmp_path.parent / "outside.bin").write_bytes(data)
    beside = tiny.gltf_json({"byteLength": len(data), "uri": "my%20data.bin"})
    assert by_position(surface_of(opened("a.gltf", json.dumps(beside)))) == OCTAHEDRON
    for uri in ("../outside.bin", str(tmp_path.parent / "outside.bin"), "file:///etc/hostname", "..\\outside.bin"):
        with pytest.raises(InputError, match=r"beside|outside"):
            opened("a.gltf", json.dumps(tiny.gltf_json({"byteLength": len(data), "uri": uri})))


def test_gltf_does_not_follow_a_link_out_of_the_folder(opened, tmp_path):
    (tmp_path.parent / "outside2.bin").write_bytes(tiny.gltf_binary())
    (tmp_path / "link.bin").symlink_to(tmp_path.parent / "outside2.bin")
    with pytest.raises(InputError, match="outside its folder"):
        opened("a.gltf", json.dumps(tiny.gltf_json({"byteLength": 144, "uri": "link.bin"})))


def test_gltf_turns_what_a_node_mirrors(opened):
    description = tiny.gltf_json({"byteLength": 144})
    description["nodes"][1]["scale"] = [-2.0, 2.0, 2.0]
    loaded = opened("a.glb", tiny.glb(description))
    assert loaded.repairs == ()


def test_gltf_reads_strips_fans_and_sparse_values(opened):
    corners = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [1, 1, 0]], "<f4").tobytes() + bytes([3, 0])
    corners += struct.pack("<3f", 2, 2, 0)
    description = tiny.gltf_json({"byteLength": len(corners)})
    description["nodes"] = [{"mesh": 0}]
    description["bufferViews"] = [{"buffer": 0, "byteLength": len(corners)}]
    sparse = {
        "count": 1,
        "indices": {"bufferView": 0, "byteOffset": 48, "componentType": 5121},
        "values": {"bufferView": 0, "byteOffset": 50},
    }
    description["accessors"] = [
        {"bufferView": 0, "componentType": 5126, "type": "VEC3", "count": 4, "sparse": sparse},
    ]
    description["buffers"] = [{"byteLength": len(corners), "uri": "a.bin"}]
    for mode, faces in ((5, [[0, 1, 2], [3, 2, 1]]), (6, [[0, 1, 2], [0, 2, 3]])):
        description["meshes"] = [{"primitives": [{"attributes": {"POSITION": 0}, "mode": mode}]}]
        description["buffers"][0]["uri"] = "data:;base64," + base64.b64encode(corners).decode()
        surface = surface_of(opened("a.gltf", json.dumps(description)))
        assert surface.faces.tolist() == faces
        assert surface.vertices[3].tolist() == [2, 2, 0]


def test_3mf_places_components(opened):
    model = tiny.three_mf_model()
    component = '<component objectid="1" transform="2 0 0 0 2 0 0 0 2 5 0 0"/>'
    nested = f'<object id="2"><components>{component}</components></object>'
    model = model.replace("</resources>", nested + "</resources>").replace('item objectid="1"', 'item objectid="2"')
    loaded = opened("a.3mf", tiny.zipped({"3D/3dmodel.model": model.encode()}))
    expected = (tiny.VERTICES - [1, 2, 3]) * 2 + [5, 0, 0] + [1, 2, 3]
    np.testing.assert_allclose(np.sort(surface_of(loaded).vertices, axis=0), np.sort(expected, axis=0), atol=1e-12)


def test_3mf_refuses_components_without_end(opened):
    model = '<model><resources><object id="1"><components><component objectid="1"/></components></object></resources>'
    model += '<build><item objectid="1"/></build></model>'
    with pytest.raises(InputError, match="without end"):
        opened("a.3mf", tiny.zipped({"3D/3dmodel.model": model.encode()}))


def test_3mf_refuses_components_that_multiply(opened):
    objects = '<object id="0"/>'
    for k in range(1, 30):
        objects += f'<object id="{k}"><components>' + f'<component objectid="{k - 1}"/>' * 2 + "</components></object>"
    model = f'<model><resources>{objects}</resources><build><item objectid="29"/></build></model>'
    with pytest.raises(InputError, match="too many components"):
        opened("a.3mf", tiny.zipped({"3D/3dmodel.model": model.encode()}))


def test_3mf_refuses_a_bomb_before_unpacking_it(opened):
    with pytest.raises(InputError, match="would grow"):
        opened("a.3mf", tiny.zipped({"3D/3dmodel.model": b" " * 100_000_000}))


def test_vtp_joins_pieces(opened):
    text = tiny.vtp("ascii").decode()
    piece = text[text.index("<Piece") : text.index("</Piece>") + 8]
    loaded = opened("a.vtp", text.replace(piece, piece + piece.replace("0.75", "0.875")))
    assert len(surface_of(loaded).faces) == 16
    assert loaded.topology is not None
    assert loaded.topology.n_components == 2
    assert len(surface_of(opened("a.vtp", text.replace(piece, piece + piece))).faces) == 8, "all are duplicates"


def test_m_keeps_going_without_an_attribute_that_some_vertices_lack(opened):
    text = tiny.dot_m().decode().replace("uv=(0.75 0.5) ", "")
    loaded = opened("a.m", text)
    assert surface_of(loaded).texture_coordinates is None
    assert any('"uv" is missing or wrong at 1 of 6' in text for text in loaded.warnings)


def test_points_with_normals_and_names(opened):
    text = "x y z nx ny nz\n" + "".join(f"{k} {k * k} 0 0 0.6 0.8\n" for k in range(5))
    cloud = cloud_of(opened("a.txt", text))
    np.testing.assert_allclose(cloud.normals, np.tile([0, 0.6, 0.8], (5, 1)))


def test_points_in_pts_have_colours_behind_the_intensity(opened):
    text = "3\n0 0 0 7 255 0 0\n1 0 0 9 0 255 0\n0 1 0 -3 0 0 255\n"
    loaded = opened("a.pts", text)
    assert cloud_of(loaded).colors.tolist() == [[255, 0, 0], [0, 255, 0], [0, 0, 255]]
    assert any("column 4" in text for text in loaded.warnings)


def test_csv_columns_are_found_by_name(opened):
    loaded = opened("a.csv", "id,z,y,x\n1,3,2,1\n2,6,5,4\n3,9,8,8\n")
    assert cloud_of(loaded).points.tolist() == [[1, 2, 3], [4, 5, 6], [8, 8, 9]]


def test_points_are_read_in_chunks(opened, monkeypatch):
    monkeypatch.setattr("core.io.readers.points.CHUNK", 4096)
    points = np.random.default_rng(0).normal(size=(2000, 3))
    np.testing.assert_array_equal(cloud_of(opened("a.xyz", tiny.rows(points))).points, points)
    broken = tiny.rows(points).splitlines()
    broken[1500] = "1 2 oops"
    with pytest.raises(InputError, match="line 1501"):
        opened("a.xyz", "\n".join(broken))


def test_pcd_unpacks_colours(opened):
    head = "VERSION .7\nFIELDS x y z rgb\nSIZE 4 4 4 4\nTYPE F F F U\nCOUNT 1 1 1 1\n"
    head += "WIDTH 2\nHEIGHT 1\nPOINTS 2\nDATA ascii\n"
    cloud = cloud_of(opened("a.pcd", head + f"0 0 0 {0x102030}\n1 2 3 {0xFF00FF}\n"))
    assert cloud.colors.tolist() == [[16, 32, 48], [255, 0, 255]]


def test_npy_in_single_precision_and_by_columns(opened):
    cloud = cloud_of(opened("a.npy", tiny.npy(np.asfortranarray(tiny.VERTICES.astype(np.float32)))))
    np.testing.assert_array_equal(cloud.points, tiny.VERTICES)


def test_a_wrong_suffix_is_told(opened):
    loaded = opened("a.stl", tiny.obj())
    assert by_position(surface_of(loaded)) == OCTAHEDRON
    assert any('suffix ".stl"' in text for text in loaded.warnings)


# A binary STL file has no mark at its beginning that tells it without doubt.
@pytest.mark.parametrize("name", sorted(set(tiny.SURFACES) - {"binary.stl"}))
def test_a_surface_is_known_by_its_content(opened, name):
    loaded = opened("a.unknown", tiny.SURFACES[name])
    assert by_position(surface_of(loaded)) == OCTAHEDRON


def test_the_name_is_that_of_the_file(opened, tmp_path):
    loaded = opened("笑佛 one.off", tiny.off())
    assert (loaded.name, loaded.path) == ("笑佛 one", str(tmp_path / "笑佛 one.off"))


def test_vtp_of_several_blocks(opened):
    data = tiny.VERTICES.tobytes()
    blocks = [zlib.compress(data[:100]), zlib.compress(data[100:])]
    header = struct.pack("<5I", 2, 100, len(data) - 100, *map(len, blocks))
    text = (base64.b64encode(header) + base64.b64encode(b"".join(blocks))).decode()
    whole = tiny.vtp("zlib").decode()
    begin = whole.index('format="binary">', whole.index("<Points>")) + len('format="binary">')
    whole = whole[:begin] + text + whole[whole.index("</DataArray>", begin) :]
    assert by_position(surface_of(opened("a.vtp", whole))) == OCTAHEDRON
