"""How a figure stands: which axis points upward."""

from pathlib import Path

import numpy as np

from core.data.point_cloud import PointCloud
from core.data.surface import Surface
from core.geometry.topology import edge_table

BY_SPECIFICATION = {".glb": "y", ".gltf": "y", ".3mf": "z"}
"""Formats that say which axis is up."""
BY_CUSTOM = {".obj": "y"}
"""Formats whose files mostly have another axis up than z."""
LOWEST = 0.03
"""Part of the height in which a base lies."""
LEAST_BASE, CLEARLY = 0.15, 2.0
"""How large a base is at least, and by which factor larger than any other end of the surface."""
HANGS, TALLER, DEEP = 0.6, 1.2, 0.3
"""Part of the area that a mask turns downward at least, and how much taller and deeper it is than wide."""


def up_axis(source: Surface | PointCloud, path: str | Path = "") -> str:
    """Return the axis that most likely points upward, one of `app.scene.camera.UP_AXES`.

    Parameters
    ----------
    source : Surface or PointCloud
        What was loaded.
    path : str or Path
        The file it came from.

    Notes
    -----
    In this order: the specification of the format; the base that the surface stands on, open or flat; what is usual in
    the format, else z, unless the surface would hang with its face downward there, too deep for land: it is a mask
    then, whose longer side is its height, and which is broader at the forehead than at the chin.
    """
    suffix = Path(path).suffix.lower()
    if suffix in BY_SPECIFICATION:
        return BY_SPECIFICATION[suffix]
    custom = BY_CUSTOM.get(suffix, "z")
    if not isinstance(source, Surface) or not len(source.faces):
        return custom
    return _standing_on(source) or _of_mask(source, "xyz".index(custom)) or custom


def _standing_on(surface: Surface) -> str:
    """Return the axis at whose lower end the surface has a base; empty where neither y nor z clearly has one."""
    table = edge_table(surface.faces)
    rim = table.edges[table.n_faces == 1]
    lengths = np.linalg.norm(np.diff(surface.vertices[rim], axis=1)[:, 0], axis=1)
    bases = {(axis, is_upper): _base(surface, rim, lengths, axis, is_upper) for axis in (1, 2) for is_upper in (0, 1)}
    best = max((1, 2), key=lambda axis: bases[axis, 0])
    others = max(size for end, size in bases.items() if end != (best, 0))
    return "xyz"[best] if bases[best, 0] >= LEAST_BASE and bases[best, 0] > CLEARLY * others else ""


def _base(surface: Surface, rim: np.ndarray, lengths: np.ndarray, axis: int, is_upper: int) -> float:
    """Return how much of a base there is at one end of an axis, from 0 to about 1.

    It is the part of the rim that lies there, where the base is open, or of the bounding box that faces there cover.
    """
    low, high = surface.bounds
    extent = np.maximum(high - low, 1e-300)
    height = surface.vertices[:, axis]
    depth = high[axis] - height if is_upper else height - low[axis]
    is_near = depth <= LOWEST * extent[axis]
    opened = lengths[is_near[rim].all(axis=1)].sum() / lengths.sum() if lengths.sum() > 0 else 0.0
    area = surface.face_area_vectors[is_near[surface.faces].all(axis=1), axis].sum()
    return float(max(opened, abs(area) * extent[axis] / extent.prod()))


def _of_mask(surface: Surface, axis: int) -> str:
    """Return the axis that a mask has up which lies on its face, where that axis points up; empty for all else."""
    vectors = surface.face_area_vectors
    if vectors[:, axis].sum() > -HANGS * np.linalg.norm(vectors, axis=1).sum():
        return ""
    extents = np.ptp(surface.vertices, axis=0)
    tall, wide = sorted({0, 1, 2} - {axis}, key=lambda k: -extents[k])
    if extents[tall] < TALLER * extents[wide] or extents[axis] < DEEP * extents[wide]:
        return ""
    low, high = surface.bounds
    is_upper = surface.vertices[:, tall] > 0.5 * (low + high)[tall]
    breadths = [np.std(surface.vertices[is_upper == upper, wide]) for upper in (False, True)]
    return ("-" if breadths[0] > breadths[1] else "") + "xyz"[tall]
