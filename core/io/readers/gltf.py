"""glTF 2.0 and GLB: the triangles of all meshes of the scene, moved to where the nodes put them."""

import re
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.base.kinds import is_object
from core.io.content import FileContent
from core.io.file_bytes import FileBytes, printable
from core.io.readers.gltf_document import GltfDocument, open_gltf
from core.io.readers.gltf_pictures import GltfPictures, with_paint
from core.io.readers.gltf_pose import INSTANCING, instances, joint_matrices, morphed, node_matrix, skinned
from core.io.readers.polygons import strip_triangles

_MAX_VERTICES = 50_000_000
_TRIANGLES, _STRIP, _FAN, _POINTS = 4, 5, 6, 0
_READABLE = {
    *("KHR_mesh_quantization", "KHR_draco_mesh_compression", "EXT_meshopt_compression", "KHR_meshopt_compression"),
    *(INSTANCING, "EXT_mesh_features", "EXT_structural_metadata", "EXT_instance_features", "FB_ngon_encoding"),
    *(
        "KHR_animation_pointer",
        "KHR_xmp_json_ld",
        "KHR_techniques_webgl",
        "EXT_mesh_manifold",
        "MSFT_packing_normalRoughnessMetallic",
    ),
}
"""Extensions that are read, or that do not move the geometry; what is compressed is refused where it lies."""
_OF_PICTURES = re.compile(r"[A-Z0-9]+_(?:materials|texture|lights|image|audio|packing)(?:_.*)?|VRMC?.*")
"""Extensions of materials, pictures, light and sound, whoever has made them."""


def read_gltf(source: FileBytes) -> FileContent:
    """Return the polygons of a GLB or glTF file. Buffers beside the file are read, from its own folder only.

    Raises
    ------
    InputError
        If the file is damaged, holds no mesh, or is compressed in a way that is not read.
    """
    document = open_gltf(source)
    for name in document.items(document.json, "extensionsRequired"):
        if str(name) not in _READABLE and not _OF_PICTURES.fullmatch(str(name)):
            reason = f"needs the extension {printable(str(name))}, which is not read"
            raise source.error(reason, "JSON", "Export it without.")
    warnings = _ignored(document)
    parts: list[dict[str, np.ndarray]] = []
    pictures, total = GltfPictures(document, warnings), 0
    cache: dict[tuple[int, int | None], list[dict[str, np.ndarray]]] = {}
    for mesh in _placed_meshes(document):
        # Joints and weights of a node of its own make a mesh another one.
        key = (mesh.index, None if mesh.joints is None and "weights" not in mesh.node else id(mesh.node))
        if key not in cache:
            cache[key] = _primitives(document, mesh, pictures)
        for matrix in mesh.matrices:
            total += sum(len(part["vertices"]) for part in cache[key])
            if total > _MAX_VERTICES:
                raise source.error(f"places more than {_MAX_VERTICES:,} vertices", "nodes", "Export a simpler scene.")
            parts += [_moved(part, matrix) for part in cache[key]]
    if not parts:
        raise source.error("contains no mesh", "", "Export the surface again.")
    return _joined(with_paint(parts), tuple(dict.fromkeys(warnings)))


@dataclass(frozen=True, eq=False)
class _Mesh:
    """A mesh where the scene has it.

    Parameters
    ----------
    index : int
        Number of the mesh.
    node : dict
        The node that names it.
    matrices : list of (4, 4) float64 array
        Where it is drawn, once for each.
    joints : (j, 4, 4) float64 array, optional
        Matrices of the joints where a skin moves it.
    """

    index: int
    node: dict[str, Any]
    matrices: list[np.ndarray]
    joints: np.ndarray | None


def _ignored(document: GltfDocument) -> list[str]:
    """Return warnings about what the file holds besides the surface that is read."""
    warnings: list[str] = []
    scenes = document.items(document.json, "scenes")
    if len(scenes) > 1:
        warnings.append(f"The file holds {len(scenes)} scenes; scene {document.json.get('scene', 0)} is read.")
    if document.items(document.json, "animations"):
        warnings.append("The file holds animations; the surface is read as it stands without them.")
    return warnings


def _placed_meshes(document: GltfDocument) -> list[_Mesh]:
    """Return the meshes of the scene with the matrices that place each; all meshes where no node names one."""
    nodes = document.items(document.json, "nodes")
    if not nodes:
        return [_Mesh(k, {}, [np.eye(4)], None) for k in range(len(document.items(document.json, "meshes")))]
    world = _world(document, nodes)
    found: list[_Mesh] = []
    for index, matrix in world.items():
        node, place = document.item("nodes", index), f"nodes[{index}]"
        if "mesh" not in node:
            continue
        document.item("meshes", node["mesh"])
        if "skin" in node:
            # The joints alone place a skinned mesh; the transform of its node does not apply.
            found.append(_Mesh(node["mesh"], node, [np.eye(4)], joint_matrices(document, node["skin"], world)))
        else:
            drawn = [matrix @ inner for inner in instances(document, node, place)]
            found.append(_Mesh(node["mesh"], node, drawn, None))
    return found


def _world(document: GltfDocument, nodes: list[Any]) -> dict[int, np.ndarray]:
    """Return the matrix of each node of the scene, in the order of the tree."""
    scenes = document.items(document.json, "scenes")
    if scenes:
        roots = document.items(document.item("scenes", document.json.get("scene", 0)), "nodes")
    else:
        children = [c for k in range(len(nodes)) for c in document.items(document.item("nodes", k), "children")]
        roots = [k for k in range(len(nodes)) if k not in children]
    world: dict[int, np.ndarray] = {}
    waiting = [(root, np.eye(4)) for root in reversed(roots)]
    while waiting:
        index, matrix = waiting.pop()
        node = document.item("nodes", index)
        if index in world:
            raise document.source.error("has two parents or is its own ancestor", f"nodes[{index}]", "Export it again.")
        world[index] = matrix = matrix @ node_matrix(document, node, f"nodes[{index}]")
        waiting += [(child, matrix) for child in reversed(document.items(node, "children"))]
    return world


def _primitives(document: GltfDocument, placed: _Mesh, pictures: GltfPictures) -> list[dict[str, np.ndarray]]:
    """Return the arrays of each primitive of a mesh, as morph targets and joints form it."""
    index, warnings = placed.index, pictures.warnings
    mesh = document.item("meshes", index)
    parts: list[dict[str, np.ndarray]] = []
    weights = document.items(placed.node if "weights" in placed.node else mesh, "weights", f"meshes[{index}]")
    weights = document.numbers({"weights": weights}, "weights", (0.0,) * len(weights), f"meshes[{index}]")
    for k, primitive in enumerate(document.items(mesh, "primitives")):
        place = f"meshes[{index}].primitives[{k}]"
        if not is_object(primitive) or not is_object(primitive.get("attributes")):
            raise document.source.error("has no attributes", place, "Export it again.")
        if document.extension(primitive, "KHR_draco_mesh_compression") is not None and not _has_fallback(
            document, primitive
        ):
            raise document.source.error("is compressed by Draco, which is not read", place, "Export it uncompressed.")
        mode = primitive.get("mode", _TRIANGLES)
        if mode not in (_TRIANGLES, _STRIP, _FAN, _POINTS):
            warnings.append(f"Ignored lines in meshes[{index}].")
            continue
        part = _arrays(document, primitive, mode, place)
        pictures.paint(primitive, part)
        targets = document.items(primitive, "targets", place)
        if weights.any() and targets:
            part["vertices"] = morphed(document, part["vertices"], targets, weights, place)
            warnings.append(f"The default weights of the morph targets of meshes[{index}] are applied.")
        if placed.joints is not None:
            part["vertices"] = skinned(document, part["vertices"], primitive["attributes"], placed.joints, place)
            warnings.append(f"The joints of a skin place meshes[{index}].")
        parts.append(part)
        if mode == _POINTS:
            warnings.append(f"Loose points in meshes[{index}].")
    return parts


def _has_fallback(document: GltfDocument, primitive: dict[str, Any]) -> bool:
    """Return whether a compressed primitive is in the file without compression too."""
    wanted = [primitive["attributes"].get("POSITION"), primitive.get("indices")]
    return all(index is None or "bufferView" in document.item("accessors", index) for index in wanted)


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
            raise document.source.error(f"{len(order):,} corners are no triangles", place, "Export it again.")
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
