"""What moves the vertices of a glTF mesh: nodes, joints of a skin, morph targets, instances."""

from typing import Any

import numpy as np
from jaxtyping import Float64

from core.base.kinds import is_object
from core.io.readers.gltf_document import GltfDocument

INSTANCING = "EXT_mesh_gpu_instancing"
_MAX_INSTANCES = 100_000


def node_matrix(document: GltfDocument, node: dict[str, Any], place: str) -> Float64[np.ndarray, "4 4"]:
    """Return the matrix of a node."""
    if "matrix" in node:
        return document.numbers(node, "matrix", tuple(np.eye(4).ravel()), place).reshape(4, 4).T
    rotation = document.numbers(node, "rotation", (0.0, 0.0, 0.0, 1.0), place)
    scale = document.numbers(node, "scale", (1.0, 1.0, 1.0), place)
    return _matrix(document.numbers(node, "translation", (0.0, 0.0, 0.0), place), rotation, scale)


def _matrix(translation: np.ndarray, rotation: np.ndarray, scale: np.ndarray) -> Float64[np.ndarray, "4 4"]:
    """Return the matrix that scales, then turns by a quaternion, then shifts."""
    x, y, z, w = rotation
    matrix = np.eye(4)
    turn = np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
            [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
            [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
        ]
    )
    matrix[:3, :3] = turn * scale
    matrix[:3, 3] = translation
    return matrix


def instances(document: GltfDocument, node: dict[str, Any], place: str) -> list[Float64[np.ndarray, "4 4"]]:
    """Return the matrices that a node's mesh is drawn with, within the node: one, or many of GPU instancing."""
    found = document.extension(node, INSTANCING)
    if found is None:
        return [np.eye(4)]
    attributes = found.get("attributes")
    if not is_object(attributes) or not attributes:
        raise document.source.error(f"{INSTANCING} has no attributes", place, "Export it again.")
    parts: dict[str, np.ndarray] = {}
    for name, width in (("TRANSLATION", 3), ("ROTATION", 4), ("SCALE", 3)):
        if name in attributes:
            parts[name] = document.accessor(attributes[name]).astype(np.float64)
            if parts[name].shape[1] != width:
                raise document.source.error(f"{name} has not {width} numbers", place, "Export it again.")
    counts = {len(values) for values in parts.values()}
    if len(counts) != 1 or max(counts) > _MAX_INSTANCES:
        raise document.source.error(f"{INSTANCING} has {sorted(counts)} instances", place, "Export it again.")
    n = counts.pop()
    translation = parts.get("TRANSLATION", np.zeros((n, 3)))
    rotation = parts.get("ROTATION", np.tile([0.0, 0.0, 0.0, 1.0], (n, 1)))
    scale = parts.get("SCALE", np.ones((n, 3)))
    return [_matrix(translation[k], rotation[k], scale[k]) for k in range(n)]


def joint_matrices(document: GltfDocument, index: object, world: dict[int, np.ndarray]) -> Float64[np.ndarray, "j 4 4"]:
    """Return for each joint of a skin the matrix from the mesh to where the joint takes it.

    Parameters
    ----------
    index : object
        Number of the skin as it stands in the file.
    world : dict of int to (4, 4) array
        Matrix of each node of the scene.
    """
    skin, place = document.item("skins", index), f"skins[{index}]"
    joints = document.items(skin, "joints", place)
    for joint in joints:
        document.item("nodes", joint)
    if not joints:
        raise document.source.error("has no joints", place, "Export it again.")
    matrices = np.array([world.get(joint, np.eye(4)) for joint in joints])
    if "inverseBindMatrices" in skin:
        inverse = document.accessor(skin["inverseBindMatrices"]).astype(np.float64)
        if inverse.shape[1] != 16 or len(inverse) < len(joints):
            raise document.source.error("has not a matrix for each joint", place, "Export it again.")
        matrices = matrices @ inverse[: len(joints)].reshape(-1, 4, 4).transpose(0, 2, 1)
    return matrices


def skinned(
    document: GltfDocument, vertices: np.ndarray, attributes: dict[str, Any], joints: np.ndarray, place: str
) -> Float64[np.ndarray, "n 3"]:
    """Return vertices where the joints of a skin take them.

    Parameters
    ----------
    vertices : (n, 3) float64 array
        Positions of the mesh, morph targets applied.
    attributes : dict
        Of the primitive: which joints, with which weights.
    joints : (j, 4, 4) float64 array
        What `joint_matrices` gives.
    """
    homogeneous = np.column_stack([vertices, np.ones(len(vertices))])
    moved, total = np.zeros((len(vertices), 3)), np.zeros(len(vertices))
    for k in range(8):
        if f"JOINTS_{k}" not in attributes or f"WEIGHTS_{k}" not in attributes:
            break
        which = document.accessor(attributes[f"JOINTS_{k}"])
        weights = document.accessor(attributes[f"WEIGHTS_{k}"]).astype(np.float64)
        if which.dtype.kind not in "iu" or which.shape != weights.shape or len(which) != len(vertices):
            raise document.source.error("joints and weights do not fit the positions", place, "Export it again.")
        if which.size and not 0 <= which.min() <= which.max() < len(joints):
            reason = f"joint {which.max()} of a skin with {len(joints)}"
            raise document.source.error(reason, place, "Export it again.")
        for column in range(which.shape[1]):
            there = np.einsum("nij,nj->ni", joints[which[:, column]], homogeneous)[:, :3]
            moved += weights[:, column, None] * there
            total += weights[:, column]
    weighted = total > 0
    moved[weighted] /= total[weighted, None]
    return np.where(weighted[:, None], moved, vertices)


def morphed(
    document: GltfDocument, vertices: np.ndarray, targets: list[Any], weights: np.ndarray, place: str
) -> Float64[np.ndarray, "n 3"]:
    """Return vertices with the default weights of the morph targets applied."""
    for weight, target in zip(weights, targets, strict=False):
        if weight and is_object(target) and "POSITION" in target:
            step = document.accessor(target["POSITION"])
            if step.shape != vertices.shape:
                raise document.source.error("a morph target does not fit the positions", place, "Export it again.")
            vertices = vertices + weight * step
    return vertices
