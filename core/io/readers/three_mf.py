"""3MF: triangles in a zip archive of XML, moved to where the build puts them."""

import posixpath
import re
from dataclasses import dataclass, field
from urllib.parse import unquote

import numpy as np

from core.base.errors import InputError
from core.io.archive import Archive, open_archive
from core.io.content import FileContent, triangles
from core.io.file_bytes import FileBytes, printable
from core.io.readers.safe_xml import parse_xml
from core.io.readers.text import parse_numbers

_MAX_TRIANGLES, _MAX_PLACED, _MAX_DEPTH = 50_000_000, 100_000, 32
_IDENTITY = np.vstack([np.eye(3), np.zeros(3)])
_Placed = tuple[tuple[str, str], np.ndarray]
"""Path and id of an object, and its transform."""


@dataclass(eq=False)
class _Object:
    """An object while its model is being read: its own mesh, or other objects with a transform each."""

    coordinates: list[str] = field(default_factory=list[str])
    corners: list[str] = field(default_factory=list[str])
    components: list[_Placed] = field(default_factory=list[_Placed])


@dataclass(eq=False)
class _Model:
    """What the model files of an archive hold, by path and id."""

    objects: dict[tuple[str, str], _Object] = field(default_factory=dict[tuple[str, str], _Object])
    items: list[_Placed] = field(default_factory=list[_Placed])


def read_3mf(source: FileBytes) -> FileContent:
    """Return the triangles of a 3MF file, in its own unit.

    Raises
    ------
    InputError
        If it is no archive, holds no model, or the model is not as the format wants it.
    """
    archive = open_archive(source, "3MF")
    root = _root_model(archive)
    model = _Model()
    _parse(archive, root, model, is_root=True)
    read, waiting = {root}, _other_parts(model)
    while waiting:
        path = waiting.pop()
        if path not in read:
            read.add(path)
            waiting += _parse(archive, path, model, is_root=False)
    placed = model.items or [(key, _IDENTITY) for key, part in model.objects.items() if part.corners]
    vertices: list[np.ndarray] = []
    faces: list[np.ndarray] = []
    total, n = 0, 0
    if len(placed) > _MAX_PLACED:
        raise source.error(f"places {len(placed)} objects", "build", "Export a simpler model.")
    for key, transform in placed:
        for points, corners in _meshes(source, model, key, transform):
            faces.append(corners + n)
            vertices.append(points)
            total, n = total + len(corners), n + len(points)
            if total > _MAX_TRIANGLES:
                raise source.error(f"places more than {_MAX_TRIANGLES:,} triangles", "build", "Export a simpler model.")
    if not total:
        raise source.error("contains no mesh", "", "Export the surface again.")
    return FileContent(np.concatenate(vertices), **triangles(np.concatenate(faces)))


def _other_parts(model: _Model) -> list[str]:
    """Return the parts that the build and the components name."""
    placed = [key for key, _ in model.items] + [key for part in model.objects.values() for key, _ in part.components]
    return list(dict.fromkeys(path for path, _ in placed))


def _root_model(archive: Archive) -> str:
    """Return the name of the entry that holds the model."""
    names = archive.names()
    if "_rels/.rels" in names:
        targets: list[str] = []

        def start(name: str, attributes: dict[str, str], _: int) -> None:
            if name == "Relationship" and attributes.get("Type", "").endswith("/3dmodel"):
                targets.append(_part_name(attributes.get("Target", "")))

        parse_xml(archive.source, archive.read("_rels/.rels"), "_rels/.rels", start)
        named = [name for name in names if targets and _part_name(name).lower() == targets[0].lower()]
        if named:
            return named[0]
    found = [name for name in names if name.lower() == "3d/3dmodel.model"]
    if not found:
        reason = f"holds no model (no 3D/3dmodel.model among {len(names)} entries)"
        raise archive.source.error(reason, "", "This is not a 3MF file, or it is damaged.")
    return found[0]


def _part_name(target: str) -> str:
    """Return the name of a part of the archive that a target means: its percent signs resolved, from the root."""
    return posixpath.normpath(unquote(target).lstrip("/"))


def _parse(archive: Archive, path: str, model: _Model, is_root: bool) -> list[str]:
    """Read one model file of the archive, and return which others its components name."""
    current: list[_Object] = []
    named: list[str] = []

    def start(name: str, attributes: dict[str, str], line: int) -> None:
        try:
            if name == "vertex" and current:
                current[0].coordinates += (attributes["x"], attributes["y"], attributes["z"])
            elif name == "triangle" and current:
                current[0].corners += (attributes["v1"], attributes["v2"], attributes["v3"])
            elif name == "object":
                current[:] = [_Object()]
                model.objects[path, attributes["id"]] = current[0]
            elif name == "component" and current:
                current[0].components.append(_reference(archive.source, path, attributes, line))
                named.append(current[0].components[-1][0][0])
            elif name == "item" and is_root:
                model.items.append(_reference(archive.source, path, attributes, line))
        except KeyError as missing:
            reason = f"a {name} without {missing}"
            raise archive.source.error(reason, f"{printable(path)}, line {line}", "Export it again.") from None

    entry = next((name for name in archive.names() if _part_name(name).lower() == path.lower()), path)
    parse_xml(archive.source, archive.read(entry), path, start)
    return named


def _reference(
    source: FileBytes, path: str, attributes: dict[str, str], line: int
) -> tuple[tuple[str, str], np.ndarray]:
    """Return which object is placed, and by which affine map (4, 3)."""
    other = next((value for key, value in attributes.items() if key == "path"), "")
    key = (_part_name(other) if other else path, attributes["objectid"])
    words = attributes.get("transform", "").split()
    if not words:
        return key, _IDENTITY
    if len(words) != 12 or not all(re.fullmatch(r"[+-]?[0-9.]+([eE][+-]?[0-9]+)?", word) for word in words):
        place = f"{printable(path)}, line {line}"
        raise source.error(f'"{printable(" ".join(words))}" is no transform', place, "Export it again.")
    return key, np.array([_number(source, word, path) for word in words]).reshape(4, 3)


def _number(source: FileBytes, word: str, path: str) -> float:
    """Return the number that a word means."""
    try:
        return float(word)
    except ValueError:
        raise source.error(f'"{printable(word)}" is not a number', printable(path), "Export it again.") from None


def _meshes(
    source: FileBytes, model: _Model, key: tuple[str, str], transform: np.ndarray
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return the meshes of an object and of its components, moved."""
    found: list[tuple[np.ndarray, np.ndarray]] = []
    waiting, n_placed, n_triangles = [(key, transform, 0)], 0, 0
    while waiting:
        key, transform, depth = waiting.pop()
        part = model.objects.get(key)
        if part is None or depth > _MAX_DEPTH:
            reason = "components nested without end" if part else f"object {printable(key[1])} is not defined"
            raise source.error(reason, printable(key[0]), "Export it again.")
        if part.corners:
            found.append(_mesh(source, part, key, transform))
            n_triangles += len(found[-1][1])
        n_placed += 1
        # Components of components multiply: a few lines can ask for more than any computer holds.
        if n_placed > _MAX_PLACED or n_triangles > _MAX_TRIANGLES:
            raise source.error("places too many components", printable(key[0]), "Export a simpler model.")
        for other, inner in reversed(part.components if not part.corners else []):
            combined = np.vstack([inner[:3] @ transform[:3], inner[3] @ transform[:3] + transform[3]])
            waiting.append((other, combined, depth + 1))
    return found


def _numbers(source: FileBytes, words: list[str], integer: bool, place: str) -> np.ndarray:
    """Return words as a table of three numbers a row."""
    wrong = next((k for k, word in enumerate(words) if len(word.split()) != 1), None)

    def complain(k: int, reason: str, remedy: str) -> InputError:
        return source.error(reason, f"{place} {k // 3}", remedy)

    if wrong is not None:
        raise complain(wrong, f'"{printable(words[wrong])}" is not a number', "Export it again.")
    return parse_numbers(" ".join(words).encode("utf-8", "replace"), integer, complain).reshape(-1, 3)


def _mesh(
    source: FileBytes, part: _Object, key: tuple[str, str], transform: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return vertices and faces of the mesh of an object."""
    place = f"object {printable(key[1])}"
    points = _numbers(source, part.coordinates, False, f"{place}, vertex")
    faces = _numbers(source, part.corners, True, f"{place}, triangle")
    wrong = np.flatnonzero(((faces < 0) | (faces >= len(points))).any(axis=1))
    if len(wrong):
        k = int(wrong[0])
        index = faces[k][(faces[k] < 0) | (faces[k] >= len(points))][0]
        reason = f"triangle {k} names vertex {index}; there are {len(points)}, numbered from 0"
        raise source.error(reason, place, "Export it again.")
    with np.errstate(over="ignore", invalid="ignore"):
        points = points @ transform[:3] + transform[3]
        mirrored = np.linalg.det(transform[:3]) < 0
    return points, faces[:, ::-1] if mirrored else faces
