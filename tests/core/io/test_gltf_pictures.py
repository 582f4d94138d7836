"""The picture that a material of a glTF file lays on a mesh becomes the colours of its vertices."""

import base64
import io
import json
import struct

import numpy as np
import pytest
from PIL import Image

from core.io.load import load
from core.io.readers.gltf_pictures import as_light, on_screen, wrapped

RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)
CORNERS = np.array([[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]], "<f4")
MIDDLES = np.array([[0.25, 0.75], [0.75, 0.75], [0.75, 0.25], [0.25, 0.25]], "<f4")
"""Of the four pixels of the picture, counted from its top: the corners of the square from the lower left."""
FACES = np.array([0, 1, 2, 0, 2, 3], "<u2")
SEEN = [list(BLUE), list(WHITE), list(GREEN), list(RED)]


def picture():
    held = io.BytesIO()
    Image.fromarray(np.array([[RED, GREEN], [BLUE, WHITE]], np.uint8)).save(held, "PNG")
    return held.getvalue()


def square(path, stored="inside", texture=None, base=None, sampler=None, more=(), colors=None, places=MIDDLES):
    """Write a square with a picture; `more` are materials of further squares above it."""
    arrays = [CORNERS, places, FACES, *((np.asarray(colors, "<f4"),) if colors is not None else ())]
    blocks = [array.tobytes() for array in arrays] + [picture()]
    starts = np.cumsum([0, *(-(-len(block) // 4) * 4 for block in blocks)])
    body = b"".join(block.ljust(-(-len(block) // 4) * 4, b"\0") for block in blocks)
    image = {
        "inside": {"bufferView": len(blocks) - 1, "mimeType": "image/png"},
        "address": {"uri": "data:image/png;base64," + base64.b64encode(picture()).decode()},
        "beside": {"uri": "maps/wood%20grain.png"},
    }[stored]
    accessors = [
        {"bufferView": k, "componentType": 5126 if array.dtype == "<f4" else 5123, "count": len(array), "type": kind}
        for k, (array, kind) in enumerate(zip(arrays, ("VEC3", "VEC2", "SCALAR", "VEC3"), strict=False))
    ]
    attributes = {"POSITION": 0, "TEXCOORD_0": 1} | ({"COLOR_0": 3} if colors is not None else {})
    painted = {"pbrMetallicRoughness": {"baseColorTexture": {"index": 0} | (texture or {})} | (base or {})}
    materials = [painted, *more]
    document = {
        "asset": {"version": "2.0"},
        "scenes": [{"nodes": list(range(len(materials)))}],
        "nodes": [{"mesh": k, "translation": [0, 0, k]} for k in range(len(materials))],
        "meshes": [
            {"primitives": [{"attributes": attributes, "indices": 2, "material": k}]} for k in range(len(materials))
        ],
        "materials": materials,
        "textures": [{"source": 0, "sampler": 0}],
        "samplers": [sampler or {}],
        "images": [image],
        "accessors": accessors,
        "bufferViews": [
            {"buffer": 0, "byteOffset": int(start), "byteLength": len(block)}
            for start, block in zip(starts[:-1], blocks, strict=True)
        ],
        "buffers": [{"byteLength": len(body)}],
    }
    said = json.dumps(document).encode()
    said += b" " * (-len(said) % 4)
    chunks = struct.pack("<I4s", len(said), b"JSON") + said + struct.pack("<I4s", len(body), b"BIN\0") + body
    path.write_bytes(struct.pack("<4sII", b"glTF", 2, 12 + len(chunks)) + chunks)
    return path


@pytest.mark.parametrize("stored", ["inside", "address", "beside"])
def test_vertices_have_the_colours_of_the_picture(tmp_path, stored):
    (tmp_path / "maps").mkdir()
    (tmp_path / "maps" / "wood grain.png").write_bytes(picture())
    source = load(square(tmp_path / "square.glb", stored))
    assert source.surface.colors.tolist() == SEEN
    assert source.warnings == ()


def test_factors_and_colours_of_vertices_multiply_light(tmp_path):
    path = square(tmp_path / "a.glb", base={"baseColorFactor": [0.5, 1, 1, 1]}, colors=[[1, 1, 0.25]] * 4)
    half, quarter = (round(255 * float(on_screen(np.array(share)))) for share in (0.5, 0.25))
    found = load(path).surface.colors.astype(int)
    assert np.abs(found - [[0, 0, quarter], [half, 255, quarter], [0, 255, 0], [half, 0, 0]]).max() <= 1


def test_a_material_without_a_picture_has_its_colour_beside_one_that_has(tmp_path):
    plain = {"pbrMetallicRoughness": {"baseColorFactor": [0, 0.5, 0, 1]}}
    found = load(square(tmp_path / "a.glb", more=(plain, {}))).surface.colors.astype(int)
    assert found[:4].tolist() == SEEN
    assert np.abs(found[4:8] - [0, round(255 * float(on_screen(np.array(0.5)))), 0]).max() <= 1
    assert (found[8:] == 255).all()


def test_the_older_kind_of_material(tmp_path):
    path = tmp_path / "a.glb"
    square(path)
    data = path.read_bytes()
    older = data.replace(b'"pbrMetallicRoughness"', b'"extensions": {"KHR_materials_pbrSpecularGlossiness"')
    older = older.replace(b'{"baseColorTexture": {"index": 0}}', b'{"diffuseTexture": {"index": 0}}}')
    length = len(older) - len(data) + struct.unpack_from("<I", data, 12)[0]
    end = 20 + length
    older = older[:end] + b" " * (-length % 4) + older[end:]
    length += -length % 4
    path.write_bytes(struct.pack("<4sIII", b"glTF", 2, len(older), length) + older[16:])
    assert load(path).surface.colors.tolist() == SEEN


def test_the_transform_of_a_texture(tmp_path):
    """A quarter of a turn about the middle, which it writes as turn and shift."""
    turned = {"extensions": {"KHR_texture_transform": {"rotation": np.pi / 2, "offset": [0.0, 1.0]}}}
    found = load(square(tmp_path / "a.glb", texture=turned)).surface.colors.tolist()
    # (u, v) goes to (v, 1 - u): the lower left corner (0.25, 0.75) shows (0.75, 0.75).
    assert found == [list(WHITE), list(GREEN), list(RED), list(BLUE)]


@pytest.mark.parametrize(("how", "seen"), [(10497, BLUE), (33071, WHITE), (33648, WHITE)])
def test_samplers_say_what_lies_outside(tmp_path, how, seen):
    places = MIDDLES.copy()
    places[0] = [1.25, 0.75]
    found = load(square(tmp_path / "a.glb", sampler={"wrapS": how}, places=places)).surface.colors
    assert found[0].tolist() == list(seen)


def test_mirrors_come_back():
    at = np.array([0.25, 1.25, -0.25, 2.25])
    assert np.allclose(wrapped(at, 33648, 1000), [0.25, 0.75, 0.25, 0.25])
    assert np.allclose(wrapped(at, None, 1000), at)


def test_light_and_screen_are_inverse():
    values = np.linspace(0.0, 1.0, 257)
    assert np.allclose(on_screen(as_light(values)), values, atol=1e-6)


@pytest.mark.parametrize("content", [None, b"no picture"])
def test_a_picture_that_cannot_be_read_is_told_in_one_sentence(tmp_path, content):
    if content is not None:
        (tmp_path / "maps").mkdir()
        (tmp_path / "maps" / "wood grain.png").write_bytes(content)
    source = load(square(tmp_path / "square.glb", "beside"))
    assert source.surface.colors is None
    (said,) = [one for one in source.warnings if "wood%20grain.png" in one]
    assert ("was not found" if content is None else "could not be read") in said


@pytest.mark.parametrize(
    "texture", [{"index": 7}, {"index": "x"}, {"extensions": {"KHR_texture_transform": {"scale": 3}}}]
)
def test_damaged_materials_cost_the_picture_alone(tmp_path, texture):
    source = load(square(tmp_path / "a.glb", texture=texture))
    assert len(source.surface.faces) == 2
    assert source.surface.colors is None
    assert len(source.warnings) == 1
