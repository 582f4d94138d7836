"""From what a file holds to a checked surface or point cloud."""

from dataclasses import replace

import numpy as np
from jaxtyping import Bool, Float64

from core.data.point_cloud import PointCloud
from core.data.surface import Surface
from core.data.topology import counted
from core.geometry.scatter import (
    is_flat,
    is_line,
    isolated_warning,
    repeats_warning,
    scale_warnings,
    strayed,
    units_warning,
)
from core.io.content import FileContent
from core.io.file_bytes import FileBytes, printable
from core.io.readers.polygons import triangulate

SMALLEST, LARGEST = 1e-60, 1e60
"""Bounding boxes outside this range are refused: the fourth power of a length must stay within float64."""


def build(source: FileBytes, content: FileContent) -> tuple[Surface | PointCloud, tuple[str, ...]]:
    """Return the surface or the point cloud that a file holds, and what the user should know.

    Parameters
    ----------
    source : FileBytes
        The file, for messages.
    content : FileContent
        What a reader found in it.

    Raises
    ------
    InputError
        If an index is out of range, a coordinate of a face is not finite, or there is nothing to see.
    """
    if not len(content.vertices):
        raise source.error("contains no points", "", "Export the surface again.")
    if not len(content.sizes):
        return _cloud(source, content)
    _check_corners(source, content)
    warnings = list(content.warnings)
    content = _without_small_polygons(source, content, warnings)
    content = _without_non_finite(source, content, warnings)
    places = triangulate(
        content.vertices,
        content.corners,
        content.sizes,
        lambda k, reason: source.error(reason, content.face_place(k), "Triangulate it before export."),
    )
    texture = _texture(content, places, warnings)
    surface = Surface(
        content.vertices,
        content.corners[places],
        _color_bytes(content.colors, warnings),
        texture,
        {printable(name): values for name, values in content.scalars.items()},
    )
    used = np.flatnonzero(np.bincount(surface.faces.ravel()))
    _check_size(source, surface.vertices[used])
    warnings += scale_warnings(surface.vertices[used], "vertex", content.single_precision)
    return surface, tuple(warnings)


def _check_corners(source: FileBytes, content: FileContent) -> None:
    """Refuse an index that names no vertex."""
    n = len(content.vertices)
    wrong = np.flatnonzero((content.corners < 0) | (content.corners >= n))
    if len(wrong):
        k = int(wrong[0])
        face = int(np.searchsorted(np.cumsum(content.sizes), k, side="right"))
        reason = f"a face names vertex {content.corners[k]}; there are {n}, numbered from 0"
        raise source.error(reason, content.face_place(face), "Correct or remove this face.")


def _without_small_polygons(source: FileBytes, content: FileContent, warnings: list[str]) -> FileContent:
    """Drop the faces with fewer than three corners."""
    small = content.sizes < 3
    if not small.any():
        return content
    first = int(np.flatnonzero(small)[0])
    said = f"face with {counted(int(content.sizes[first]), 'corner')}"
    if small.all():
        raise source.error(f"{said}: no face has three corners or more", content.face_place(first), "Export it again.")
    number = counted(int(small.sum()), "face")
    warnings.append(f"Dropped {number} with fewer than three corners (first: {content.face_place(first)}).")
    return _with_faces(content, ~small)


def _with_faces(content: FileContent, kept: Bool[np.ndarray, " p"]) -> FileContent:
    """Return the content with some of its faces."""
    numbers, inside, place = np.flatnonzero(kept), np.repeat(kept, content.sizes), content.face_place

    def former_place(k: int) -> str:
        return place(int(numbers[k]))

    return replace(
        content,
        corners=content.corners[inside],
        sizes=content.sizes[kept],
        corner_texture=None if content.corner_texture is None else content.corner_texture[inside],
        face_place=former_place,
    )


def _without_non_finite(source: FileBytes, content: FileContent, warnings: list[str]) -> FileContent:
    """Drop the vertices whose coordinates are not a number, with their faces; refuse infinite ones in faces.

    A NaN is how programs write that there is no value. An infinity is a value that has overflowed: the surface was
    scaled wrongly, and what is left of it would be another one.
    """
    bad = ~np.all(np.isfinite(content.vertices), axis=1)
    if not bad.any():
        return content
    used = np.zeros(len(bad), bool)
    used[content.corners] = True
    infinite = np.flatnonzero(np.isinf(content.vertices).any(axis=1) & used)
    wrong = np.flatnonzero(bad & used)
    spoilt = np.repeat(np.arange(len(content.sizes)), content.sizes)[bad[content.corners]]
    kept = np.ones(len(content.sizes), bool)
    kept[spoilt] = False
    if len(infinite) or not kept.any():
        k = int(infinite[0] if len(infinite) else wrong[0])
        values = " ".join(f"{value:g}" for value in content.vertices[k])
        reason = f"non-finite coordinate ({values}) in {counted(len(wrong), 'vertex')} used by faces"
        raise source.error(reason, content.vertex_place(k), "Correct or remove these vertices.")
    if not len(wrong):
        return content
    lost = counted(int((~kept).sum()), "face")
    number = counted(len(wrong), "vertex with a coordinate that is NaN")
    warnings.append(f"Dropped {number} (first: {content.vertex_place(int(wrong[0]))}), and {lost} there.")
    return _with_faces(content, kept)


def _check_size(source: FileBytes, points: Float64[np.ndarray, "n 3"]) -> None:
    """Refuse what has no extent, or one that squares of lengths cannot hold."""
    with np.errstate(over="ignore"):
        size = float((points.max(0) - points.min(0)).max())
    if size == 0.0:
        reason = f"all points coincide ({len(points):,} in all): the bounding box has size 0"
        raise source.error(reason, "", "Export it again.")
    if not SMALLEST <= size <= LARGEST:
        reason = f"the bounding box has size {size:.3g}, outside {SMALLEST:g} to {LARGEST:g}"
        raise source.error(reason, "", "Scale the surface.")


def _texture(content: FileContent, places: np.ndarray, warnings: list[str]) -> Float64[np.ndarray, "n 2"] | None:
    """Return texture coordinates of the vertices; at a seam, where a vertex has several, the first."""
    if content.corner_texture is None:
        texture = content.texture_coordinates
        if texture is not None and not np.isfinite(texture).all():
            warnings.append("Texture coordinates are left out: some are not finite.")
            return None
        return texture
    corner, value = content.corners[places].ravel(), content.corner_texture[places].reshape(-1, 2)
    missing = ~np.isfinite(value).all(axis=1)
    if missing.any():
        warnings.append(f"Texture coordinates are left out: {counted(int(missing.sum()), 'corner')} have none.")
        return None
    vertices, first = np.unique(corner, return_index=True)
    texture = np.zeros((len(content.vertices), 2))
    texture[vertices] = value[first]
    seam = np.unique(corner[(texture[corner] != value).any(axis=1)])
    if len(seam):
        warnings.append(
            f"{counted(len(seam), 'vertex')} on seams of the texture have several texture coordinates; "
            "the first are kept."
        )
    return texture


def _color_bytes(colors: np.ndarray | None, warnings: list[str]) -> np.ndarray | None:
    """Return colours as bytes; none where some are not finite."""
    if colors is None or colors.dtype == np.uint8:
        return colors
    bad = int((~np.isfinite(colors).all(axis=1)).sum())
    if bad:
        warnings.append(f"Colours are left out: those of {counted(bad, 'vertex')} are not finite.")
        return None
    return np.rint(np.clip(colors, 0.0, 1.0) * 255.0).astype(np.uint8)


def _cloud(source: FileBytes, content: FileContent) -> tuple[PointCloud, tuple[str, ...]]:
    """Return the finite points."""
    warnings = list(content.warnings)
    finite = np.all(np.isfinite(content.vertices), axis=1)
    n_dropped = int((~finite).sum())
    if n_dropped == len(finite):
        raise source.error(f"none of {len(finite):,} points is finite", "", "Export it again.")
    if n_dropped:
        first = content.vertex_place(int(np.argmin(finite)))
        warnings.append(
            f"Dropped {n_dropped:,} of {len(finite):,} points: their coordinates are not finite (first: {first})."
        )
    points = content.vertices[finite] if n_dropped else content.vertices
    _check_size(source, points)
    warnings += scale_warnings(points, "point", content.single_precision)
    warnings += isolated_warning(points)
    places = np.flatnonzero(finite)
    warnings += repeats_warning(points, lambda k: content.vertex_place(int(places[k])))
    warnings += units_warning(points, lambda k: content.vertex_place(int(places[k])))
    near = points[~strayed(points)]
    if is_line(near):
        warnings.append("All points lie on a line: they belong to no surface.")
    elif is_flat(near):
        warnings.append("All points lie in a plane: what is learned is flat.")
    colors = None if content.colors is None else _color_bytes(content.colors[finite], warnings)
    normals = _unit_normals(content, finite, warnings)
    return PointCloud(points, normals, colors, content.grid), tuple(warnings)


def _unit_normals(
    content: FileContent, finite: Bool[np.ndarray, " n"], warnings: list[str]
) -> Float64[np.ndarray, "m 3"] | None:
    """Return normals of unit length; none where some are not finite or zero."""
    if content.normals is None:
        return None
    kept = content.normals[finite]
    largest = np.abs(kept).max(axis=1, keepdims=True)
    bad = ~(np.isfinite(largest) & (largest > 0))[:, 0]
    if bad.any():
        first = content.vertex_place(int(np.flatnonzero(finite)[np.argmax(bad)]))
        warnings.append(
            f"Normals are left out: {int(bad.sum()):,} of {len(bad):,} are zero or not finite (first: {first})."
        )
        return None
    kept = kept / largest
    return kept / np.linalg.norm(kept, axis=1, keepdims=True)
