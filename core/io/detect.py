"""Which format a file is in: by its content first, by its suffix where the content does not tell."""

import re
from collections.abc import Callable

from core.io.content import FileContent, TableContent
from core.io.file_bytes import FileBytes, printable
from core.io.readers.gltf import read_gltf
from core.io.readers.m import read_m
from core.io.readers.npy import read_npy, read_npz
from core.io.readers.obj import read_obj
from core.io.readers.off import read_off
from core.io.readers.pcd import read_pcd
from core.io.readers.ply import read_ply
from core.io.readers.points import read_points
from core.io.readers.ptx import read_ptx
from core.io.readers.scans import read_e57, read_las
from core.io.readers.stl import is_ascii_stl, read_stl
from core.io.readers.tables.table_text import is_table_text, read_table_text
from core.io.readers.three_mf import read_3mf
from core.io.readers.vtp import read_vtp

Reader = Callable[[FileBytes], FileContent | TableContent]


def _read_text(source: FileBytes) -> FileContent | TableContent:
    """Return what lines of numbers hold: points of space, or a table."""
    return read_table_text(source) if is_table_text(source) else read_points(source)


READERS: dict[str, Reader] = {
    "PLY": read_ply,
    "OBJ": read_obj,
    "STL": read_stl,
    "OFF": read_off,
    "glTF": read_gltf,
    "3MF": read_3mf,
    "VTP": read_vtp,
    "M": read_m,
    "points": _read_text,
    "PCD": read_pcd,
    "PTX": read_ptx,
    "NPY": read_npy,
    "NPZ": read_npz,
    "LAS": read_las,
    "E57": read_e57,
}
SUFFIXES = {
    **{".ply": "PLY", ".obj": "OBJ", ".stl": "STL", ".off": "OFF", ".glb": "glTF", ".gltf": "glTF", ".3mf": "3MF"},
    **{".vtp": "VTP", ".m": "M", ".pcd": "PCD", ".npy": "NPY", ".npz": "NPZ"},
    **dict.fromkeys((".xyz", ".xyzn", ".xyzrgb", ".pts", ".txt", ".csv", ".tsv", ".asc"), "points"),
    **{".ptx": "PTX", ".las": "LAS", ".laz": "LAS", ".e57": "E57"},
}
"""Format of each suffix that can be opened."""

_OTHER = {
    b"\x89PNG": "a PNG image; a depth image needs --intrinsics FX,FY,CX,CY",
    b"\xff\xd8\xff": "a JPEG image",
    b"GIF8": "a GIF image",
    b"%PDF": "a PDF document",
    b"\x1f\x8b": "a gzip archive; unpack it first",
    b"7z\xbc\xaf": "a 7z archive; unpack it first",
    b"<!DOCTYPE html": "a web page",
    b"<html": "a web page",
    b"# vtk DataFile": "a legacy VTK file; export it as .vtp",
    b"Kaydara FBX": "an FBX file; export it as GLB or OBJ",
    b"\xd0\xcf\x11\xe0": "an office document",
}


_BY_SUFFIX = {
    ".fbx": _OTHER[b"Kaydara FBX"],
    **dict.fromkeys((".step", ".stp", ".iges", ".igs"), "a CAD model of curved faces; export it as STL, OBJ or 3MF"),
    **dict.fromkeys((".blend", ".3ds", ".dae", ".usd", ".usdz", ".wrl", ".x3d"), "a scene; export it as GLB or OBJ"),
    **dict.fromkeys((".vtk", ".vtu"), "a VTK file of another kind; export it as .vtp"),
    ".drc": "compressed by Draco; export it uncompressed",
}
"""Formats that are not read, by suffix."""


def detected(source: FileBytes, suffix: str) -> tuple[Reader, tuple[str, ...]]:
    """Return the reader for a file, and a warning where its suffix tells another story.

    Parameters
    ----------
    source : FileBytes
        The file.
    suffix : str
        Of its name, with the dot.

    Raises
    ------
    InputError
        If neither suffix nor content is of a format that can be read.
    """
    if suffix.lower() == ".budai":
        raise source.error("is a Budai project, not a surface", "", "Open it as a project.")
    named = SUFFIXES.get(suffix.lower())
    found = _by_content(source.data)
    if found is None or found == named:
        if named is None:
            reason, remedy = _unknown(source, suffix)
            raise source.error(reason, "", remedy)
        other = next((text for magic, text in _OTHER.items() if source.data.lstrip().startswith(magic)), None)
        if other or (found is None and named in ("OBJ", "OFF", "M") and b"\0" in source.data[:4000]):
            looks = f"it looks like {other}" if other else "it holds binary data"
            raise source.error(f"is not {_article(named)} file: {looks}", "", "Check the suffix, or export it again.")
        return READERS[named], ()
    if named is None or found == "points":
        return READERS[found], (f'The suffix "{printable(suffix)}" is not known; the content is read as {found}.',)
    warning = f'The suffix "{printable(suffix)}" does not fit: the file holds {found} and is read so.'
    return READERS[found], (warning,)


def _article(name: str) -> str:
    """Return a format with its article."""
    name = ".m" if name == "M" else name
    return f"a list of {name}, or a text" if name == "points" else f"a{'n' if name[0] in 'O' else ''} {name}"


def _unknown(source: FileBytes, suffix: str) -> tuple[str, str]:
    """Say that a file is of no known kind, and what helps."""
    if source.data.lstrip().startswith((b"newmtl", b"# Blender MTL")) or suffix.lower() == ".mtl":
        return "is a material library, which holds no surface", "Open the OBJ file that names it."
    remedy = "Open PLY, OBJ, STL, OFF, GLB, 3MF, VTP, .m, XYZ, PCD, LAS, E57, NPY or NPZ."
    other = next((text for magic, text in _OTHER.items() if source.data.startswith(magic)), None)
    other = other or _BY_SUFFIX.get(suffix.lower())
    if other:
        return f"is {other}", remedy
    return f'has the unknown suffix "{printable(suffix)}", and the content tells no format', remedy


_MAGIC = {b"glTF": "glTF", b"\x93NUMPY": "NPY", b"# .PCD": "PCD", b"LASF": "LAS", b"ASTM-E57": "E57"}
"""How files begin that tell their format at once."""


def _by_content(data: bytes) -> str | None:
    """Return the format that the content tells without doubt, or None."""
    head = data[:4000].removeprefix(b"\xef\xbb\xbf").lstrip()
    for magic, name in _MAGIC.items():
        if head.startswith(magic):
            return name
    if re.match(rb"ply\s*[\r\n]", head):
        return "PLY"
    if re.match(rb"(ST)?C?N?4?n?OFF(\s|\d+\s)", head):
        return "OFF"
    if head.startswith(b"PK\x03\x04"):
        return _kind_of_archive(data)
    if head.startswith((b"<?xml", b"<VTKFile")) and b"<VTKFile" in head:
        return "VTP"
    if head.startswith(b"{") and b'"asset"' in data:
        return "glTF"
    if is_ascii_stl(data) and re.search(rb"^\s*(facet|endsolid)\b", head, re.MULTILINE | re.IGNORECASE):
        return "STL"
    return _by_lines(head)


def _kind_of_archive(data: bytes) -> str | None:
    """Return the format that a zip archive tells by the names in it."""
    if b".npy" in data:
        return "NPZ"
    return "3MF" if b".model" in data else None


def _by_lines(head: bytes) -> str | None:
    """Return the format that the first words of the first lines tell."""
    if b"\0" in head:
        return None
    first = [line.split(None, 1)[0] for line in re.split(rb"[\r\n]+", head)[:-1] or [head] if line.split()]
    words = {word for word in first if not word.startswith(b"#")}
    if b"Vertex" in words:
        return "M"
    if b"FIELDS" in words and b"VERSION" in words:
        return "PCD"
    return "OBJ" if b"v" in words else None
