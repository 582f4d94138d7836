"""glTF 2.0 and GLB: the triangles of all meshes of the scene, moved to where the nodes put them."""

from typing import Any

import numpy as np

from core.io.content import FileContent
from core.io.gltf_document import GltfDocument, open_gltf
from core.io.polygons import strip_triangles
from core.io.source import Source, printable

_MAX_VERTICES = 50_000_000
_TRIANGLES, _STRIP, _FAN, _POINTS = 4, 5, 6, 0
_READABLE = {"KHR_mesh_quantization", "KHR_texture_transform"}


def read_gltf(source: Source) -> FileContent:
    """Return the polygons of a GLB or glTF file. Buffers beside the file are read, from its own folder only.

    Raises
    ------
    InputError
        If the file is damaged, holds no mesh, or is compressed in a way that is not read.
    """
    document = open_gltf(source)
    for name in document.items(document.json, "extensionsRequired"):
        if name not in _READABLE and not str(name).startswith(("KHR_materials", "KHR_lights")):
            reason = f"needs the extension {printable(str(name))}, which is not read"
            raise source.error(reason, "JSON", "Export it uncompressed.")
    parts, warnings, total = [], [], 0
    cache: dict[int, list[dict[str, np.ndarray]]] = {}
    for index, matrix in _placed_meshes(document):
        if index not in cache:
            cache[index] = _primitives(document, index, warnings)
        total += sum(len(part["vertices"]) for part in cache[index])
        if total > _MAX_VERTICES:
            raise source.error(f"places more than {_MAX_VERTICES} vertices", "nodes", "Export a simpler scene.")
        parts += [_moved(part, matrix) for part in cache[index]]
    if not parts:
        raise source.error("contains no mesh", "", "Export the surface again.")
    return _joined(parts, tuple(dict.fromkeys(warnings)))


def _placed_meshes(document: GltfDocument) -> list[tuple[int, np.ndarray]]:
    """Return the meshes of the scene with the matrix that places each; all meshes where no node names one."""
    nodes = document.items(document.json, "nodes")
    if not nodes:
        return [(k, np.eye(4)) for k in range(len(document.items(document.json, "meshes")))]
    scenes = document.items(document.json, "scenes")
    if scenes:
        roots = document.items(document.item("scenes", document.json.get("scene", 0)), "nodes")
    else:
        children = [c for k in range(len(nodes)) for c in document.items(document.item("nodes", k), "children")]
        roots = [k for k in range(len(nodes)) if k not in children]
    found, seen = [], set()
    waiting = [(root, np.eye(4)) for root in reversed(roots)]
    while waiting:
        index, matrix = waiting.pop()
        node = document.item("nodes", index)
        if index in seen:
            raise document.source.error("has two parents or is its own ancestor", f"nodes[{index}]", "Export it again.")
        seen.add(index)
        matrix = matrix @ _matrix(document, node, f"nodes[{index}]")
        if "mesh" in node:
            document.item("meshes", node["mesh"])
            found.append((node["mesh"], matrix))
        waiting += [(child, matrix) for child in reversed(document.items(node, "children"))]
    return found


def _matrix(document: GltfDocument, node: dict[str, Any], place: str) -> np.ndarray:
    """Return the matrix of a node."""
    if "matrix" in node:
        return document.numbers(node, "matrix", tuple(np.eye(4).ravel()), place).reshape(4, 4).T
    x, y, z, w = document.numbers(node, "rotation", (0.0, 0.0, 0.0, 1.0), place)
    matrix = np.eye(4)
    rotation = np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
            [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
            [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
        ]
    )
    matrix[:3, :3] = rotation * document.numbers(node, "scale", (1.0, 1.0, 1.0), place)
    matrix[:3, 3] = document.numbers(node, "translation", (0.0, 0.0, 0.0), place)
    return matrix


def _primitives(document: GltfDocument, index: int, warnings: list[str]) -> list[dict[str, np.ndarray]]:
    """Return the arrays of each primitive of a mesh."""
    mesh = document.item("meshes", index)
    parts = []
    for k, primitive in enumerate(document.items(mesh, "primitives")):
        place = f"meshes[{index}].primitives[{k}]"
        if not isinstance(primitive, dict) or not isinstance(primitive.get("attributes"), dict):
            raise document.source.error("has no attributes", place, "Export it again.")
        if "KHR_draco_mesh_compression" in (primitive.get("extensions") or {}):
            raise document.source.error("is compressed by Draco, which is not read", place, "Export it uncompressed.")
        mode = primitive.get("mode", _TRIANGLES)
        if mode not in (_TRIANGLES, _STRIP, _FAN, _POINTS):
            warnings.append(f"Ignored lines in meshes[{index}].")
            continue
        parts.append(_arrays(document, primitive, mode, place))
        if mode == _POINTS:
            warnings.append(f"Loose points in meshes[{index}].")
    return parts


def _arrays(document: GltfDocument, primitive: dict[str, Any], mode: int, place: str) -> dict[str, np.ndarray]:
    """Return positions, faces, and what else there is of a primitive."""
    attributes = primitive["attributes"]
    position = document.accessor(attributes.get("POSITION"))
    if position.shape[1] != 3:
        raise document.source.error("POSITION has not 3 coordinates", place, "Export it again.")
    arrays = {"vertices": position.astype(np.float64)}
    order = np.arange(len(position))
    if "indices" in primitive:
        indices = document.accessor(primitive["indices"])
        if indices.dtype.kind not in "iu" or indices.shape[1] != 1:
            raise document.source.error("the indices are no integers", place, "Export it again.")
        order = indices[:, 0].astype(np.int64)
        wrong = np.flatnonzero((order < 0) | (order >= len(position)))
        if len(wrong):
            reason = f"index {order[wrong[0]]} names no vertex (there are {len(position)}, numbered from 0)"
            raise document.source.error(reason, f"{place}, face {wrong[0] // 3}", "Export it again.")
    arrays["faces"] = _faces(document, order, mode, place)
    for name, key, widths in (
        ("texture", "TEXCOORD_0", (2,)),
        ("colors", "COLOR_0", (3, 4)),
        ("normals", "NORMAL", (3,)),
    ):
        if key in attributes:
            values = document.accessor(attributes[key])
            if len(values) != len(position) or values.shape[1] not in widths:
                raise document.source.error(f"{key} does not fit the positions", place, "Export it again.")
            arrays[name] = values.astype(np.float64)
    if "texture" in arrays:
        arrays["texture"][:, 1] = 1.0 - arrays["texture"][:, 1]  # glTF counts from the top of a picture
    if "colors" in arrays:
        arrays["colors"] = arrays["colors"][:, :3]
    return arrays


def _faces(document: GltfDocument, order: np.ndarray, mode: int, place: str) -> np.ndarray:
    """Return the triangles that a list of vertices means."""
    if mode == _POINTS:
        return np.zeros((0, 3), np.int64)
    if mode == _TRIANGLES:
        if len(order) % 3:
            raise document.source.error(f"{len(order)} corners are no triangles", place, "Export it again.")
        return order.reshape(-1, 3)
    if mode == _STRIP:
        return strip_triangles(order)
    return np.column_stack([np.full(max(len(order) - 2, 0), order[0] if len(order) else 0), order[1:-1], order[2:]])


def _moved(part: dict[str, np.ndarray], matrix: np.ndarray) -> dict[str, np.ndarray]:
    """Return a primitive where a node puts it; a mirror image is turned so that its outside stays outside."""
    with np.errstate(over="ignore", invalid="ignore"):
        vertices = part["vertices"] @ matrix[:3, :3].T + matrix[:3, 3]
        mirrored = np.linalg.det(matrix[:3, :3]) < 0
    faces = part["faces"][:, ::-1] if mirrored else part["faces"]
    return part | {"vertices": vertices, "faces": faces}


def _joined(parts: list[dict[str, np.ndarray]], warnings: tuple[str, ...]) -> FileContent:
    """Return all primitives as one; colours and texture coordinates only where all have them."""
    shifts = np.cumsum([0, *(len(part["vertices"]) for part in parts)])
    faces = np.concatenate([part["faces"] + shift for part, shift in zip(parts, shifts, strict=False)])

    def common(name: str) -> np.ndarray | None:
        return np.concatenate([part[name] for part in parts]) if all(name in part for part in parts) else None

    return FileContent(
        np.concatenate([part["vertices"] for part in parts]),
        faces.reshape(-1),
        np.full(len(faces), 3, np.int64),
        colors=common("colors"),
        normals=common("normals") if not len(faces) else None,
        texture_coordinates=common("texture"),
        warnings=warnings,
        single_precision=True,
    )
