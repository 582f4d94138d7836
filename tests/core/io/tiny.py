"""Tiny files of every format, written by hand: an octahedron, or its corners as a cloud."""

import base64
import io
import json
import struct
import zipfile
import zlib

import numpy as np

VERTICES = np.array([[1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0], [0, 0, 1], [0, 0, -1]], float) * 0.5 + 0.25
FACES = np.array([[0, 2, 4], [2, 1, 4], [1, 3, 4], [3, 0, 4], [2, 0, 5], [1, 2, 5], [3, 1, 5], [0, 3, 5]])
COLORS = np.array([[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 0], [0, 255, 255], [17, 34, 51]], np.uint8)
TEXTURE = np.array([[0, 0], [1, 0], [0.5, 1], [0.5, 0.25], [0.75, 0.5], [0.25, 0.5]])


def rows(table: np.ndarray, head: str = "") -> str:
    return "".join(head + " ".join(f"{x:.17g}" for x in row) + "\n" for row in table)


def ply_ascii() -> bytes:
    names = ["x", "y", "z", "s", "t"]
    head = "ply\nformat ascii 1.0\ncomment tiny\nelement vertex 6\n" + "".join(f"property double {n}\n" for n in names)
    head += "".join(f"property uchar {n}\n" for n in ("red", "green", "blue")) + "property float quality\n"
    head += "element face 8\nproperty list uchar int vertex_indices\nend_header\n"
    table = np.column_stack([VERTICES, TEXTURE, COLORS, np.arange(6)])
    return (head + rows(table) + rows(FACES, "3 ")).encode()


def ply_binary(order: str = "<", faces: bool = True) -> bytes:
    kind = "little" if order == "<" else "big"
    head = f"ply\nformat binary_{kind}_endian 1.0\nelement vertex 6\n"
    head += "".join(f"property double {n}\n" for n in "xyz")
    head += "".join(f"property uchar {n}\n" for n in ("red", "green", "blue"))
    head += "element face 8\nproperty list uchar int vertex_indices\n" if faces else ""
    body = b"".join(struct.pack(order + "3d3B", *v, *c) for v, c in zip(VERTICES, COLORS.tolist(), strict=True))
    body += b"".join(struct.pack(order + "B3i", 3, *f) for f in FACES.tolist()) if faces else b""
    return (head + "end_header\n").encode() + body


def obj() -> bytes:
    corners = "".join("f " + " ".join(f"{k + 1}/{k + 1}" for k in face) + "\n" for face in FACES.tolist())
    return ("# tiny\no octahedron\n" + rows(VERTICES, "v ") + rows(TEXTURE, "vt ") + corners).encode()


def stl_ascii() -> bytes:
    facets = ""
    for face in FACES:
        facets += "facet normal 0 0 0\n outer loop\n" + rows(VERTICES[face], "  vertex ") + " endloop\nendfacet\n"
    return ("solid tiny\n" + facets + "endsolid tiny\n").encode()


def stl_binary() -> bytes:
    facets = b"".join(struct.pack("<12fH", 0, 0, 0, *VERTICES[face].ravel(), 0) for face in FACES)
    return b"solid tiny".ljust(80, b" ") + struct.pack("<I", len(FACES)) + facets


def off() -> bytes:
    return ("OFF # tiny\n6 8 0\n" + rows(VERTICES) + "\n" + rows(FACES, "3 ")).encode()


def dot_m() -> bytes:
    lines = "# tiny\n"
    for k in (3, 0, 5, 1, 2, 4):
        u, v = TEXTURE[k]
        r, g, b = COLORS[k] / 255
        position = " ".join(f"{x:.17g}" for x in VERTICES[k])
        lines += f"Vertex {7 * k + 2} {position} {{uv=({u} {v}) rgb=({r} {g} {b}) wid=1}}\n"
    faces = "".join(f"Face {k} " + " ".join(str(7 * i + 2) for i in face) + "\n" for k, face in enumerate(FACES, 1))
    return (lines + faces + "Edge 2 16 {sharp}\n").encode()


def gltf_json(buffer: dict) -> dict:
    size = FACES.size * 2
    return {
        "asset": {"version": "2.0"},
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        "nodes": [{"children": [1], "translation": [0.0, 0.0, 1.0]}, {"mesh": 0, "scale": [2.0, 2.0, 2.0]}],
        "meshes": [{"primitives": [{"attributes": {"POSITION": 1, "COLOR_0": 2}, "indices": 0}]}],
        "accessors": [
            {"bufferView": 0, "componentType": 5123, "type": "SCALAR", "count": FACES.size},
            {"bufferView": 1, "componentType": 5126, "type": "VEC3", "count": 6},
            {"bufferView": 1, "byteOffset": 12, "componentType": 5121, "type": "VEC3", "count": 6, "normalized": True},
        ],
        "bufferViews": [
            {"buffer": 0, "byteLength": size},
            {"buffer": 0, "byteOffset": size, "byteLength": 6 * 16, "byteStride": 16},
        ],
        "buffers": [buffer],
    }


def gltf_binary() -> bytes:
    vertices = b"".join(
        struct.pack("<3f3Bx", *v, *c) for v, c in zip((VERTICES - [0, 0, 1]) / 2, COLORS.tolist(), strict=True)
    )
    return FACES.astype("<u2").tobytes() + vertices


def gltf() -> bytes:
    data = gltf_binary()
    uri = "data:application/octet-stream;base64," + base64.b64encode(data).decode()
    return json.dumps(gltf_json({"byteLength": len(data), "uri": uri})).encode()


def glb(description: dict | None = None) -> bytes:
    data = gltf_binary()
    text = json.dumps(description or gltf_json({"byteLength": len(data)})).encode()
    text += b" " * (-len(text) % 4)
    chunks = struct.pack("<II", len(text), 0x4E4F534A) + text + struct.pack("<II", len(data), 0x004E4942) + data
    return struct.pack("<4sII", b"glTF", 2, 12 + len(chunks)) + chunks


def three_mf_model() -> str:
    points = "".join(f'<vertex x="{x:.17g}" y="{y:.17g}" z="{z:.17g}"/>' for x, y, z in VERTICES - [1, 2, 3])
    faces = "".join(f'<triangle v1="{a}" v2="{b}" v3="{c}"/>' for a, b, c in FACES)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<model unit="millimeter" '
        'xmlns="http://schemas.microsoft.com/3dmanufacturing/core/2015/02"><resources><object id="1" type="model">\n'
        f"<mesh><vertices>{points}</vertices>\n<triangles>{faces}</triangles></mesh></object></resources>\n"
        '<build><item objectid="1" transform="1 0 0 0 1 0 0 0 1 1 2 3"/></build></model>\n'
    )


def zipped(entries: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return file.getvalue()


def three_mf() -> bytes:
    return zipped({"3D/3dmodel.model": three_mf_model().encode()})


def vtp_array(name: str, values: np.ndarray, style: str, appended: bytearray, width: int = 1) -> str:
    kinds = {"f8": "Float64", "f4": "Float32", "i8": "Int64", "i4": "Int32", "u1": "UInt8"}
    head = f'<DataArray Name="{name}" type="{kinds[values.dtype.str[1:]]}" NumberOfComponents="{width}"'
    if style == "ascii":
        return head + ' format="ascii">' + " ".join(f"{x:.17g}" for x in values.ravel()) + "</DataArray>\n"
    data = values.tobytes()
    if style == "zlib":
        packed = zlib.compress(data)
        header = base64.b64encode(struct.pack("<IIII", 1, len(data), 0, len(packed)))
        return head + ' format="binary">' + (header + base64.b64encode(packed)).decode() + "</DataArray>\n"
    if style == "binary":
        both = base64.b64encode(struct.pack("<I", len(data)) + data)
        return head + ' format="binary">' + both.decode() + "</DataArray>\n"
    offset = len(appended)
    if style == "raw":
        appended += struct.pack("<I", len(data)) + data
    elif style == "appended":
        appended += base64.b64encode(struct.pack("<I", len(data)) + data)
    else:
        packed = zlib.compress(data)
        header = base64.b64encode(struct.pack("<IIII", 1, len(data), 0, len(packed)))
        appended += header + base64.b64encode(packed)
    return head + f' format="appended" offset="{offset}"/>\n'


VTP_STYLES = ("ascii", "binary", "zlib", "raw", "appended", "appended zlib")


def vtp(style: str) -> bytes:
    appended = bytearray()
    offsets = np.arange(1, len(FACES) + 1) * 3
    compressor = ' compressor="vtkZLibDataCompressor"' if "zlib" in style else ""
    text = '<?xml version="1.0"?>\n<VTKFile type="PolyData" version="0.1" byte_order="LittleEndian"' + compressor
    text += '>\n<PolyData><Piece NumberOfPoints="6" NumberOfPolys="8">\n<PointData>'
    text += vtp_array("height", VERTICES[:, 2].copy(), style, appended) + "</PointData>\n<Points>"
    text += vtp_array("Points", VERTICES, style, appended, 3) + "</Points>\n<Polys>"
    text += vtp_array("connectivity", FACES.astype(np.int64), style, appended)
    text += vtp_array("offsets", offsets.astype(np.int32), style, appended) + "</Polys></Piece></PolyData>\n"
    if not appended:
        return (text + "</VTKFile>\n").encode()
    encoding = "raw" if style == "raw" else "base64"
    return (text + f'<AppendedData encoding="{encoding}">\n_').encode() + appended + b"\n</AppendedData>\n</VTKFile>\n"


def xyz() -> bytes:
    return rows(VERTICES).encode()


def csv() -> bytes:
    table = np.column_stack([VERTICES, COLORS])
    return b"x,y,z,r,g,b\n" + "".join(",".join(f"{v:.17g}" for v in row) + "\n" for row in table).encode()


def pcd(kind: str) -> bytes:
    head = "# .PCD v0.7\nVERSION 0.7\nFIELDS x y z intensity\nSIZE 8 8 8 4\nTYPE F F F F\nCOUNT 1 1 1 1\n"
    head += f"WIDTH 6\nHEIGHT 1\nVIEWPOINT 0 0 0 1 0 0 0\nPOINTS 6\nDATA {kind}\n"
    table = np.column_stack([VERTICES, np.ones(6)])
    if kind == "ascii":
        return (head + rows(table)).encode()
    if kind == "binary":
        return head.encode() + b"".join(struct.pack("<3df", *row) for row in table)
    data = b"".join(table[:, k].astype("<f8" if k < 3 else "<f4").tobytes() for k in range(4))
    packed = lzf(data)
    return head.encode() + struct.pack("<II", len(packed), len(data)) + packed


def lzf(data: bytes) -> bytes:
    """Compress greedily with a search for each byte: slow, and good enough for tiny files."""
    out, literals, at = bytearray(), bytearray(), 0

    def flush() -> None:
        for begin in range(0, len(literals), 32):
            piece = literals[begin : begin + 32]
            out.extend([len(piece) - 1, *piece])
        literals.clear()

    while at < len(data):
        length, best = 0, 0
        for begin in range(max(0, at - 8000), at):
            k = 0
            while k < 263 and at + k < len(data) and data[begin + k] == data[at + k]:
                k += 1
            if k > length:
                length, best = k, begin
        if length < 3:
            literals.append(data[at])
            at += 1
            continue
        flush()
        distance = at - best - 1
        first = min(length - 2, 7)
        out.append(first << 5 | distance >> 8)
        out.extend([length - 9] if first == 7 else [])
        out.append(distance & 255)
        at += length
    flush()
    return bytes(out)


def npy(array: np.ndarray = VERTICES) -> bytes:
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def npz() -> bytes:
    file = io.BytesIO()
    np.savez(file, vertices=VERTICES, faces=FACES)
    return file.getvalue()


SURFACES = {
    "ascii.ply": ply_ascii(),
    "little.ply": ply_binary("<"),
    "big.ply": ply_binary(">"),
    "tiny.obj": obj(),
    "ascii.stl": stl_ascii(),
    "binary.stl": stl_binary(),
    "tiny.off": off(),
    "tiny.m": dot_m(),
    "tiny.gltf": gltf(),
    "tiny.glb": glb(),
    "tiny.3mf": three_mf(),
    **{f"{style.replace(' ', '_')}.vtp": vtp(style) for style in VTP_STYLES},
    "tiny.npz": npz(),
}
"""Content of a file of each format and kind that holds the octahedron."""

CLOUDS = {
    "tiny.xyz": xyz(),
    "tiny.pts": b"6\n" + xyz(),
    "tiny.csv": csv(),
    "tiny.txt": xyz().replace(b" ", b"; "),
    "ascii.pcd": pcd("ascii"),
    "binary.pcd": pcd("binary"),
    "compressed.pcd": pcd("binary_compressed"),
    "points.ply": ply_binary("<", faces=False),
    "tiny.npy": npy(),
}
"""Content of a file of each format and kind that holds its corners."""
