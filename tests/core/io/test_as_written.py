"""Meshes as programs really write them, beyond what the formats ask for."""

import base64
import json
import struct
from pathlib import Path

import numpy as np
import pytest

from core.base.errors import InputError
from core.io.file_bytes import FileBytes
from core.io.readers import stl as read_stl
from core.io.readers.lz4_block import expand_lz4
from tests.core.io import tiny
from tests.core.io.test_formats import OCTAHEDRON, by_position

AREA = 8 * np.sqrt(3) / 8  # eight triangles of side sqrt(1/2)


def is_octahedron(loaded) -> bool:
    return by_position(loaded.surface) == OCTAHEDRON


# ---------------------------------------------------------------- OBJ


def test_a_backslash_continues_lines_of_numbers_only(opened):
    lines = tiny.obj().decode().splitlines()
    at = next(k for k, line in enumerate(lines) if line.startswith("f"))
    for odd in ("# C:\\scans\\", "o C:\\", "g part\\", "usemtl stone\\", "#\\\r"):
        assert is_octahedron(opened("a.obj", "\n".join([*lines[:at], odd, *lines[at:]]) + "\n"))
    first = lines[at].split()
    continued = " ".join(first[:2]) + " \\\r\n" + " ".join(first[2:])
    assert is_octahedron(opened("a.obj", "\n".join([*lines[:at], continued, *lines[at + 1 :]]) + "\n"))


@pytest.mark.parametrize("bad", ["f 1/1 2/9 3/3", "f 1/1 2/0 3/1", "f 1/1 2/x 3/1"])
def test_a_bad_texture_index_costs_the_texture_alone(opened, bad):
    loaded = opened("a.obj", f"v 0 0 0\nv 1 0 0\nv 0 1 0\nvt 0 0\nvt 1 0\nvt 0 1\n{bad}\n")
    assert loaded.surface.texture_coordinates is None
    assert "Texture coordinates are left out: line 7" in " ".join(loaded.warnings)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("name", ["ascii.stl", "tiny.obj", "tiny.off", "tiny.m", "ascii.ply"])
def test_text_in_utf_16_is_read(opened, name, encoding):
    assert is_octahedron(opened(name, tiny.SURFACES[name].decode().encode(encoding)))


# ---------------------------------------------------------------- STL


def test_words_of_stl_may_be_parted(opened):
    text = tiny.SURFACES["ascii.stl"].decode()
    assert is_octahedron(opened("a.stl", text.replace("endloop", "end loop").replace("endfacet", "End Facet")))
    assert is_octahedron(opened("a.stl", text.replace("endsolid", "end solid").upper()))


@pytest.mark.parametrize("count", [0, 2**32 - 1])
def test_the_size_of_a_binary_stl_tells_what_its_count_does_not(opened, count):
    content = tiny.SURFACES["binary.stl"]
    loaded = opened("a.stl", content[:80] + struct.pack("<I", count) + content[84:])
    assert is_octahedron(loaded)
    assert "8 facets" in " ".join(loaded.warnings)


def test_attributes_of_stl_may_have_a_payload(opened, refused):
    content = tiny.SURFACES["binary.stl"]
    facets = [content[84 + 50 * k : 132 + 50 * k] for k in range(8)]
    payload = b"".join(f + struct.pack("<H", k) + bytes(k) for k, f in enumerate(facets))
    assert is_octahedron(opened("a.stl", content[:84] + payload))
    assert "promises 8 facets" in refused("a.stl", content[:84] + payload + bytes(60))
    # A colour in the attribute is no length.
    coloured = b"".join(f + b"\xff\x7f" for f in facets)
    assert read_stl.read_stl(FileBytes("a.stl", Path(), content[:84] + coloured)).warnings == ()


# ---------------------------------------------------------------- OFF, PLY, PCD, arrays


@pytest.mark.parametrize("head", ["OFF6 8 0", "OFF6 8 12", "OFF 6 8 0", "OFF\n6 8 0"])
def test_counts_of_off_may_stick_to_the_keyword(opened, head):
    body = tiny.rows(tiny.VERTICES) + tiny.rows(tiny.FACES, "3 ")
    assert is_octahedron(opened("a.off", head + "\n" + body))
    assert is_octahedron(opened("a.unknown", head + "\n" + body))


def test_ascii_ply_is_a_stream_of_words(opened, refused):
    head, body = tiny.ply_ascii().decode().split("end_header\n")
    words = body.split()
    assert is_octahedron(opened("a.ply", head + "end_header\n" + " ".join(words) + "\n"))
    assert is_octahedron(opened("a.ply", head + "end_header\n" + "\n".join(words) + "\n"))
    assert "line" in refused("a.ply", head + "end_header\n" + " ".join(words[:-1]) + "\n")
    assert "line" in refused("a.ply", head + "end_header\n" + "\n".join([*words, "1"]) + "\n")


@pytest.mark.parametrize(("signed", "unsigned"), [("int64", "uint64"), ("long", "ulong")])
def test_ply_has_properties_of_64_bits(opened, signed, unsigned):
    head = "ply\nformat binary_little_endian 1.0\nelement vertex 6\n"
    head += "".join(f"property double {n}\n" for n in "xyz") + f"property {unsigned} id\nelement face 8\n"
    head += f"property list uchar {signed} vertex_indices\nend_header\n"
    body = b"".join(struct.pack("<3dQ", *v, k) for k, v in enumerate(tiny.VERTICES.tolist()))
    body += b"".join(struct.pack("<B3q", 3, *face) for face in tiny.FACES.tolist())
    assert is_octahedron(opened("a.ply", head.encode() + body))


def test_pcd_in_capitals_and_with_fields_of_no_size(opened):
    head, body = tiny.pcd("ascii").decode().split("DATA ascii\n")
    for changed in (
        head + "DATA ASCII\n",
        head.lower() + "data ascii\n",
        head.replace("x y z", "X Y Z") + "DATA Ascii\n",
    ):
        np.testing.assert_array_equal(opened("a.pcd", changed + body).data.points, tiny.VERTICES)
    for old, new in (
        ("y z intensity", "y z _ intensity"),
        ("8 8 8 4", "8 8 8 1 4"),
        ("F F F F", "F F F U F"),
        ("1 1 1 1", "1 1 1 0 1"),
    ):
        head = head.replace(old, new)
    np.testing.assert_array_equal(opened("a.pcd", head + "DATA ascii\n" + body).data.points, tiny.VERTICES)


def test_arrays_of_a_depth_camera(opened, refused):
    picture = tiny.VERTICES.reshape(2, 3, 3)
    np.testing.assert_array_equal(opened("a.npy", tiny.npy(picture)).data.points, tiny.VERTICES)
    assert "has 3 rows; a table needs 4" in refused("a.npy", tiny.npy(np.zeros((3, 2, 2))))  # three images
    assert "3 x 2 x 2 x 2" in refused("a.npy", tiny.npy(np.zeros((3, 2, 2, 2))))


# ---------------------------------------------------------------- NaN in meshes


@pytest.mark.parametrize("nan", ["nan", "-nan(ind)", "1.#QNAN0", "null"])
def test_a_vertex_that_is_nan_is_dropped_with_its_faces(opened, nan):
    names = ("ascii.ply", "tiny.off", "tiny.obj", "tiny.m", "ascii.vtp")
    for name in names:
        text = tiny.SURFACES[name].decode()
        first = f"{tiny.VERTICES[0, 0]:.17g}"
        at = max(text.find("<Points>"), 0)
        loaded = opened(name, text[:at] + text[at:].replace(first, nan, 1))
        assert loaded.surface.area == pytest.approx(AREA / 2), name
        said = " ".join(loaded.warnings)
        assert "Dropped 1 vertex with a coordinate that is NaN" in said
        assert "4 faces" in said


def test_infinite_coordinates_of_faces_are_refused(refused):
    text = tiny.SURFACES["tiny.obj"].decode()
    assert "non-finite coordinate (inf" in refused("a.obj", text.replace("v 0.75", "v 1e999", 1))


# ---------------------------------------------------------------- 3MF


def parted_3mf(item: str, part: str, target: str = "/3D/3dmodel.model", model: str = "3D/3dmodel.model") -> bytes:
    """An octahedron in a part of its own, named by an item of the build."""
    whole = tiny.three_mf_model()
    build = whole[whole.index("<build>") : whole.index("</build>") + 8]
    root = whole.replace(whole[whole.index("<resources>") : whole.index("</resources>") + 12], "<resources/>")
    root = root.replace("<model ", '<model xmlns:p="http://schemas.microsoft.com/3dmanufacturing/production/2015/06" ')
    root = root.replace('<item objectid="1"', f'<item p:path="{item}" objectid="1"')
    relation = "http://schemas.microsoft.com/3dmanufacturing/2013/01/3dmodel"
    rels = f'<Relationships><Relationship Target="{target}" Id="r" Type="{relation}"/></Relationships>'
    other = whole.replace(build, "<build/>")
    return tiny.zipped({"_rels/.rels": rels.encode(), model: root.encode(), part: other.encode()})


@pytest.mark.parametrize(
    ("item", "part", "target", "model"),
    [
        ("/3D/Objects/part.model", "3D/Objects/part.model", "/3D/3dmodel.model", "3D/3dmodel.model"),
        ("/3D/my%20part.model", "3D/my part.model", "/3D/my%20model.model", "3D/my model.model"),
        ("/3D/my%20part.model", "3D/my%20part.model", "3D/A.model", "3D/a.model"),
    ],
)
def test_items_of_3mf_lie_in_other_parts(opened, item, part, target, model):
    assert is_octahedron(opened("a.3mf", parted_3mf(item, part, target, model)))


def test_many_items_of_one_object_take_no_quadratic_time(refused):
    model = tiny.three_mf_model()
    item = model[model.index("<item") : model.index("</build>")]
    assert "places 200000 objects" in refused(
        "a.3mf", tiny.zipped({"3D/3dmodel.model": model.replace(item, '<item objectid="1"/>' * 200_000).encode()})
    )


# ---------------------------------------------------------------- LZ4


def lz4(data: bytes) -> bytes:
    """Compress repeats of one byte alone, which is enough to see every kind of sequence."""
    out, at = bytearray(), 0

    def number(n: int) -> bytes:
        return b"" if n < 15 else b"\xff" * ((n - 15) // 255) + bytes([(n - 15) % 255])

    begin = 0
    while at < len(data):
        run = 1
        while at + run < len(data) and data[at + run] == data[at]:
            run += 1
        if run >= 20 and at + run < len(data):
            literals, n = data[begin : at + 1], run - 1 - 4
            out += (
                bytes([min(len(literals), 15) << 4 | min(n, 15)])
                + number(len(literals))
                + literals
                + b"\1\0"
                + number(n)
            )
            begin = at + run
        at += run
    literals = data[begin:]
    return bytes(out + bytes([min(len(literals), 15) << 4]) + number(len(literals)) + literals)


@pytest.mark.parametrize("data", [b"", b"abc", b"a" * 1000 + b"end", bytes(range(256)) * 3 + b"z" * 40 + b"ab" * 9])
def test_lz4_blocks_are_expanded(data):
    assert expand_lz4(lz4(data), len(data)) == data


def test_lz4_blocks_as_vtk_writes_them():
    vtk = pytest.importorskip("vtkmodules.vtkIOCore")
    data = np.round(np.random.default_rng(0).normal(size=3000), 1).astype("<f4").tobytes()
    compressor, out = vtk.vtkLZ4DataCompressor(), bytearray(len(data) * 2)
    n = compressor.Compress(data, len(data), out, len(out))
    assert n < len(data)
    assert expand_lz4(bytes(out[:n]), len(data)) == data


def test_damaged_lz4_blocks_are_told():
    rng = np.random.default_rng(0)
    whole = lz4(b"a" * 1000 + b"end")
    for _ in range(500):
        damaged = bytearray(whole)
        damaged[rng.integers(len(damaged))] ^= 1 << int(rng.integers(8))
        try:
            assert len(expand_lz4(bytes(damaged), 1003)) == 1003
        except ValueError as error:
            assert "damaged" in str(error) or "instead of" in str(error)  # noqa: PT017


# ---------------------------------------------------------------- glTF


def gltf(change) -> bytes:
    document = json.loads(tiny.gltf())
    change(document)
    return json.dumps(document).encode()


def with_data(document: dict, values: np.ndarray, kind: str) -> int:
    """Add an accessor with values of its own."""
    data = values.tobytes()
    uri = "data:application/octet-stream;base64," + base64.b64encode(data).decode()
    document["buffers"].append({"byteLength": len(data), "uri": uri})
    document["bufferViews"].append({"buffer": len(document["buffers"]) - 1, "byteLength": len(data)})
    component = {"f": 5126, "u": 5121}[values.dtype.kind]
    view = len(document["bufferViews"]) - 1
    document["accessors"].append({"bufferView": view, "componentType": component, "type": kind, "count": len(values)})
    return len(document["accessors"]) - 1


def placing(document: dict) -> dict:
    return next(node for node in document["nodes"] if "mesh" in node)


@pytest.mark.parametrize(
    "name",
    [
        "EXT_texture_webp",
        "KHR_texture_basisu",
        "MSFT_texture_dds",
        "KHR_materials_unlit",
        "ADOBE_materials_clearcoat_specular",
        "KHR_lights_punctual",
    ],
)
def test_extensions_of_pictures_do_not_matter(opened, name):
    assert is_octahedron(opened("a.gltf", gltf(lambda d: d.update(extensionsRequired=[name]))))


def test_other_required_extensions_are_refused(refused):
    assert "VENDOR_geometry" in refused("a.gltf", gltf(lambda d: d.update(extensionsRequired=["VENDOR_geometry"])))


def test_compression_with_a_fallback_uses_it(opened, refused):
    def draco(document: dict) -> None:
        document["meshes"][0]["primitives"][0]["extensions"] = {"KHR_draco_mesh_compression": {"bufferView": 0}}

    def without_fallback(document: dict) -> None:
        draco(document)
        del document["accessors"][document["meshes"][0]["primitives"][0]["attributes"]["POSITION"]]["bufferView"]

    assert is_octahedron(opened("a.gltf", gltf(draco)))
    assert "Draco" in refused("a.gltf", gltf(without_fallback))

    def meshopt(document: dict) -> None:
        for view in document["bufferViews"]:
            view["extensions"] = {"EXT_meshopt_compression": {"buffer": 1}}

    def meshopt_alone(document: dict) -> None:
        meshopt(document)
        document["buffers"][0] = {"byteLength": document["buffers"][0]["byteLength"]}

    assert is_octahedron(opened("a.gltf", gltf(meshopt)))
    assert "meshopt" in refused("a.gltf", gltf(meshopt_alone))


def test_joints_place_a_skinned_mesh(opened):
    def skin(document: dict) -> None:
        node = placing(document)
        primitive = document["meshes"][node["mesh"]]["primitives"][0]
        primitive["attributes"]["JOINTS_0"] = with_data(document, np.tile(np.array([0, 1, 0, 0], "u1"), (6, 1)), "VEC4")
        weights = np.tile(np.array([0.5, 0.5, 0, 0], "<f4"), (6, 1))
        primitive["attributes"]["WEIGHTS_0"] = with_data(document, weights, "VEC4")
        node |= {"skin": 0, "scale": [7, 7, 7]}
        n = len(document["nodes"])
        document["nodes"] += [{"translation": [4, 0, 0]}, {"translation": [0, 2, 0]}]
        document["skins"] = [{"joints": [n, n + 1]}]
        for scene in document.get("scenes", []):
            scene["nodes"] += [n, n + 1]

    plain = json.loads(tiny.gltf())
    loaded, rest = opened("a.gltf", gltf(skin)), opened("b.gltf", gltf(lambda d: d.pop("nodes") and d.pop("scenes", 0)))
    assert plain["nodes"]
    np.testing.assert_allclose(loaded.surface.vertices, rest.surface.vertices + np.array([2, 1, 0]), atol=1e-6)
    assert "joints" in " ".join(loaded.warnings)


def test_default_weights_of_morph_targets_are_applied(opened):
    def morph(document: dict) -> None:
        mesh = document["meshes"][0]
        step = with_data(document, np.tile(np.array([0, 0, 4], "<f4"), (6, 1)), "VEC3")
        mesh["primitives"][0]["targets"] = [{"POSITION": step}]
        mesh["weights"] = [0.25]
        document.pop("nodes"), document.pop("scenes", 0)

    loaded, rest = (
        opened("a.gltf", gltf(morph)),
        opened("b.gltf", gltf(lambda d: d.pop("nodes") and d.pop("scenes", 0))),
    )
    np.testing.assert_allclose(loaded.surface.vertices, rest.surface.vertices + np.array([0, 0, 1]), atol=1e-6)
    assert "morph targets" in " ".join(loaded.warnings)


def test_instances_are_drawn(opened):
    def instanced(document: dict) -> None:
        shifts = with_data(document, np.array([[0, 0, 0], [9, 0, 0]], "<f4"), "VEC3")
        placing(document)["extensions"] = {"EXT_mesh_gpu_instancing": {"attributes": {"TRANSLATION": shifts}}}
        document["extensionsRequired"] = ["EXT_mesh_gpu_instancing"]

    loaded = opened("a.gltf", gltf(instanced))
    assert loaded.topology.n_components == 2
    assert len(loaded.surface.faces) == 16


def test_other_scenes_and_animations_are_told(opened):
    def more(document: dict) -> None:
        document["scenes"] = [{"nodes": [0]}, {"nodes": []}]
        document["animations"] = [{"channels": [], "samplers": []}]

    said = " ".join(opened("a.gltf", gltf(more)).warnings)
    assert "2 scenes" in said
    assert "animations" in said


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d["meshes"][0]["primitives"][0].update(extensions=5),
        lambda d: d["bufferViews"][0].update(extensions=[1]),
        lambda d: d["buffers"][0].update(uri="\ud800.bin"),
        lambda d: d["buffers"][0].update(uri="data:\ud800"),
        lambda d: placing(d).update(skin=3),
        lambda d: placing(d).update(extensions={"EXT_mesh_gpu_instancing": {"attributes": {"SCALE": "x"}}}),
        lambda d: d["meshes"][0].update(weights=["a"]),
        lambda d: d.update(skins=[{"joints": [0], "inverseBindMatrices": 0}]) or placing(d).update(skin=0),
    ],
)
def test_wrong_kinds_in_the_json_are_no_crash(opened, change):
    try:
        assert is_octahedron(opened("a.gltf", gltf(change)))
    except InputError as error:
        assert str(error).startswith("a.gltf")  # noqa: PT017
