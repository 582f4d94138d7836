"""Writing triangle meshes in the formats that other programs read."""

import base64
import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import trimesh
from jaxtyping import Float64, Int64
from trimesh.visual import TextureVisuals

from core.base.errors import InputError
from core.io.atomic import replacing
from core.io.writers.ply import columns, write_ply

_TAKEN = frozenset(
    (
        *("x", "y", "z", "nx", "ny", "nz", "s", "t", "u", "v", "red", "green", "blue", "alpha", "error"),
        *("r", "g", "b", "a", "diffuse_red", "diffuse_green", "diffuse_blue", "diffuse_alpha"),
        *("texture_u", "texture_v", "texture_s", "texture_t"),
        *("vertices", "faces", "points", "format", "version", "file", "allow_pickle", "texture_coordinates"),
        *("texturecoordinates", "offsets", "connectivity"),
    )
)
"""What columns and arrays of the formats are called, in lower case."""


@dataclass(frozen=True, eq=False)
class MeshToWrite:
    """What a mesh file may hold.

    Parameters
    ----------
    vertices : (n, 3) float64 array
        Positions.
    faces : (f, 3) int64 array
        Triangles.
    texture_coordinates : (n, 2) float64 array, optional
        Texture coordinates.
    attributes : mapping of str to (n,) array
        Named values of the vertices, for the formats that can hold them.
    face_attributes : mapping of str to (f,) array
        The same of the faces: PLY, NPZ and VTP hold them.
    title : str
        A line that says what it is.
    """

    vertices: Float64[np.ndarray, "n 3"]
    faces: Int64[np.ndarray, "f 3"]
    texture_coordinates: Float64[np.ndarray, "n 2"] | None = None
    attributes: Mapping[str, np.ndarray] = field(default_factory=dict[str, np.ndarray])
    face_attributes: Mapping[str, np.ndarray] = field(default_factory=dict[str, np.ndarray])
    title: str = "Budai"


def write_mesh(mesh: MeshToWrite, path: str | Path) -> None:
    """Write a mesh in the format of the path's suffix.

    Parameters
    ----------
    mesh : MeshToWrite
        What to write.
    path : str or Path
        The file; its suffix is one of those in `MESH_WRITERS`.

    Raises
    ------
    InputError
        If the suffix is not known or the file cannot be written.

    Notes
    -----
    All keep float64 but STL and GLB, which can hold float32 only.
    """
    suffix = Path(path).suffix.lower()
    if suffix not in MESH_WRITERS:
        raise InputError(
            Path(path).name,
            f"the suffix {suffix or '(none)'} is not one that meshes can be written to",
            remedy=f"Use one of {', '.join(sorted(MESH_WRITERS))}.",
        )
    MESH_WRITERS[suffix](mesh, Path(path))


def plain_names(scalars: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return scalars of a file by names that every format can hold and that mean nothing else in any of them."""
    named: dict[str, np.ndarray] = {}
    for name, values in scalars.items():
        plain = re.sub(r"[^A-Za-z0-9_.-]", "_", name) or "_"
        if plain.lower() in _TAKEN:
            plain = f"scalar_{plain}"
        while plain in named:
            plain += "_"
        named[plain] = values
    return named


def _write_ply(mesh: MeshToWrite, path: Path) -> None:
    vertex = columns(mesh.vertices)
    if mesh.texture_coordinates is not None:
        vertex |= columns(mesh.texture_coordinates, ("s", "t"))
    write_ply(path, vertex | dict(mesh.attributes), mesh.faces, comments=(mesh.title,), face=mesh.face_attributes)


def _rows(prefix: str, values: np.ndarray, pattern: str) -> str:
    """Return one line a row: prefix and values."""
    line = prefix + " " + " ".join([pattern] * values.shape[1]) + "\n"
    return (line * len(values)) % tuple(values.ravel().tolist())


def _write_obj(mesh: MeshToWrite, path: Path) -> None:
    text = [f"# {mesh.title}\n", _rows("v", mesh.vertices, "%.17g")]
    corners = mesh.faces + 1
    if mesh.texture_coordinates is None:
        text.append(_rows("f", corners, "%d"))
    else:
        text.append(_rows("vt", mesh.texture_coordinates, "%.17g"))
        text.append(_pairs(corners))
    _put(path, "".join(text))


def _pairs(corners: np.ndarray) -> str:
    """Return OBJ face lines in which vertex and texture coordinate have the same number."""
    return ("f %d/%d %d/%d %d/%d\n" * len(corners)) % tuple(np.repeat(corners, 2, axis=1).ravel().tolist())


def _write_off(mesh: MeshToWrite, path: Path) -> None:
    head = f"OFF\n# {mesh.title}\n{len(mesh.vertices)} {len(mesh.faces)} 0\n"
    body = ("%.17g %.17g %.17g\n" * len(mesh.vertices)) % tuple(mesh.vertices.ravel().tolist())
    _put(path, head + body + _rows("3", mesh.faces, "%d"))


def _write_m(mesh: MeshToWrite, path: Path) -> None:
    names = np.arange(1, len(mesh.vertices) + 1)
    if mesh.texture_coordinates is None:
        table, line = np.column_stack([names, mesh.vertices]), "Vertex %d %.17g %.17g %.17g\n"
    else:
        table = np.column_stack([names, mesh.vertices, mesh.texture_coordinates])
        line = "Vertex %d %.17g %.17g %.17g {uv=(%.17g %.17g)}\n"
    faces = np.column_stack([np.arange(1, len(mesh.faces) + 1), mesh.faces + 1])
    body = (line * len(table)) % tuple(table.ravel().tolist()) + _rows("Face", faces, "%d")
    _put(path, f"# {mesh.title}\n{body}")


def _put(path: Path, text: str) -> None:
    with replacing(path) as temporary:
        temporary.write_text(text, "utf-8", newline="\n")


def _write_npz(mesh: MeshToWrite, path: Path) -> None:
    arrays: dict[str, Any] = {"vertices": mesh.vertices, "faces": mesh.faces, **mesh.attributes}
    arrays |= mesh.face_attributes
    if mesh.texture_coordinates is not None:
        arrays["texture_coordinates"] = mesh.texture_coordinates
    with replacing(path) as temporary, temporary.open("wb") as file:  # to a name, numpy may add a suffix
        np.savez_compressed(file, format="budai-mesh", version=1, **arrays)


def _write_glb(mesh: MeshToWrite, path: Path) -> None:
    visual = None
    if mesh.texture_coordinates is not None:
        visual = TextureVisuals(uv=mesh.texture_coordinates)
    body = trimesh.Trimesh(mesh.vertices, mesh.faces, process=False, validate=False, visual=visual)
    with replacing(path) as temporary:
        temporary.write_bytes(body.export(file_type="glb"))


def _write_stl(mesh: MeshToWrite, path: Path) -> None:
    corners = mesh.vertices[mesh.faces]
    normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    length = np.linalg.norm(normals, axis=1, keepdims=True)
    rows = np.zeros(len(corners), dtype=[("normal", "<f4", (3,)), ("corners", "<f4", (3, 3)), ("attribute", "<u2")])
    rows["normal"], rows["corners"] = normals / np.where(length > 0, length, 1.0), corners
    head = mesh.title.encode("ascii", "replace")[:80].ljust(80) + np.array(len(rows), "<u4").tobytes()
    with replacing(path) as temporary:
        temporary.write_bytes(head + rows.tobytes())


def _write_3mf(mesh: MeshToWrite, path: Path) -> None:
    """Write the two parts that the 3MF core specification demands, and the model."""
    schemas = "http://schemas.openxmlformats.org/package/2006"
    types = (
        f'<Types xmlns="{schemas}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="model" ContentType="application/vnd.ms-package.3dmanufacturing-3dmodel+xml"/></Types>'
    )
    relations = (
        f'<Relationships xmlns="{schemas}/relationships"><Relationship Id="model" Target="/3D/3dmodel.model" '
        'Type="http://schemas.microsoft.com/3dmanufacturing/2013/01/3dmodel"/></Relationships>'
    )
    points = '<vertex x="%.17g" y="%.17g" z="%.17g"/>' * len(mesh.vertices) % tuple(mesh.vertices.ravel().tolist())
    triangles = '<triangle v1="%d" v2="%d" v3="%d"/>' * len(mesh.faces) % tuple(mesh.faces.ravel().tolist())
    model = (
        '<model unit="millimeter" xmlns="http://schemas.microsoft.com/3dmanufacturing/core/2015/02">'
        f'<resources><object id="1" type="surface"><mesh><vertices>{points}</vertices>'
        f"<triangles>{triangles}</triangles></mesh></object></resources>"
        '<build><item objectid="1"/></build></model>'
    )
    parts = {"[Content_Types].xml": types, "_rels/.rels": relations, "3D/3dmodel.model": model}
    with replacing(path) as temporary, zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, f'<?xml version="1.0" encoding="UTF-8"?>\n{text}')


def _write_vtp(mesh: MeshToWrite, path: Path) -> None:
    """Write VTK's PolyData XML with base64 blocks, each led by its size in bytes."""

    def block(name: str, values: np.ndarray, kind: str, components: int = 1) -> str:
        raw = np.ascontiguousarray(values).tobytes()
        text = base64.b64encode(np.array(len(raw), "<u8").tobytes() + raw).decode("ascii")
        head = f'type="{kind}" Name="{name}" NumberOfComponents="{components}" format="binary"'
        return f"<DataArray {head}>{text}</DataArray>"

    n, f = len(mesh.vertices), len(mesh.faces)
    data = "".join(block(name, values.astype("<f8"), "Float64") for name, values in mesh.attributes.items())
    cells = "".join(block(name, values.astype("<f8"), "Float64") for name, values in mesh.face_attributes.items())
    texture = ""
    if mesh.texture_coordinates is not None:
        data += block("TextureCoordinates", mesh.texture_coordinates.astype("<f8"), "Float64", 2)
        texture = ' TCoords="TextureCoordinates"'
    offsets = block("offsets", np.arange(3, 3 * f + 1, 3, dtype="<i8"), "Int64")
    _put(
        path,
        '<?xml version="1.0"?>\n'
        '<VTKFile type="PolyData" version="1.0" byte_order="LittleEndian" header_type="UInt64">\n<PolyData>\n'
        f'<Piece NumberOfPoints="{n}" NumberOfVerts="0" NumberOfLines="0" NumberOfStrips="0" NumberOfPolys="{f}">\n'
        f"<PointData{texture}>{data}</PointData>\n<CellData>{cells}</CellData>\n"
        f"<Points>{block('Points', mesh.vertices.astype('<f8'), 'Float64', 3)}</Points>\n"
        f"<Polys>{block('connectivity', mesh.faces.astype('<i8'), 'Int64')}{offsets}</Polys>\n"
        "</Piece>\n</PolyData>\n</VTKFile>\n",
    )


MESH_WRITERS: Mapping[str, Callable[[MeshToWrite, Path], None]] = {
    ".ply": _write_ply,
    ".obj": _write_obj,
    ".off": _write_off,
    ".m": _write_m,
    ".vtp": _write_vtp,
    ".npz": _write_npz,
    ".stl": _write_stl,
    ".glb": _write_glb,
    ".3mf": _write_3mf,
}
"""What writes each suffix."""
