"""The source in a project file: where it comes from and what was changed in JSON, its arrays in an npz."""

import dataclasses
from collections.abc import Mapping
from typing import Any

import numpy as np

from core.data.point_cloud import PointCloud
from core.data.reading_options import ReadingOptions
from core.data.source import Source
from core.data.surface import Surface
from core.geometry.topology import topology
from core.io.typed import typed, typed_field
from core.session.packed import Packed, arrays_of, npz

_FILE = "surface.npz"


def pack_source(source: Source) -> Packed:
    """Return what goes into a project file."""
    about = {
        "path": source.path,
        "name": source.name,
        "kind": "cloud" if isinstance(source.surface, PointCloud) else "surface",
        "repairs": list(source.repairs),
        "warnings": list(source.warnings),
        "seconds": source.seconds,
        "is_learned": source.is_learned,
        "how": dataclasses.asdict(source.how),
        "gap": source.gap,
    }
    return Packed(about, {_FILE: _surface_bytes(source.surface)})


def unpack_source(packed: Packed, results: Mapping[str, Any], file: str) -> Source:
    """Return the source that was stored by `pack_source`.

    Raises
    ------
    KeyError, TypeError, ValueError, BudaiError
        If parts are missing or do not fit each other.
    """
    return _source(packed.about, packed.files[_FILE])


def _surface_bytes(surface: Surface | PointCloud) -> bytes:
    if isinstance(surface, PointCloud):
        return npz({"points": surface.points, "normals": surface.normals, "colors": surface.colors})
    arrays: dict[str, np.ndarray | None] = {
        "vertices": surface.vertices,
        "faces": surface.faces,
        "colors": surface.colors,
        "texture_coordinates": surface.texture_coordinates,
    }
    return npz(arrays | {f"scalar:{name}": values for name, values in surface.scalars.items()})


def _source(about: Mapping[str, Any], content: bytes) -> Source:
    arrays = arrays_of(content)
    surface: Surface | PointCloud
    if about["kind"] == "cloud":
        surface = PointCloud(arrays["points"], arrays.get("normals"), arrays.get("colors"))
    else:
        scalars = {name[7:]: values for name, values in arrays.items() if name.startswith("scalar:")}
        surface = Surface(
            arrays["vertices"], arrays["faces"], arrays.get("colors"), arrays.get("texture_coordinates"), scalars
        )
    if not np.isfinite(surface.bounds).all():
        raise ValueError("a position is not finite")
    names = ("path", "name", "repairs", "warnings", "seconds")
    said = {name: typed_field(Source, name, about[name]) for name in names}
    return Source(
        **said,
        surface=surface,
        topology=topology(surface) if isinstance(surface, Surface) else None,
        is_learned=bool(about.get("is_learned", False)),
        how=typed(ReadingOptions, about.get("how", {})),
        gap=typed_field(Source, "gap", about.get("gap", 0.0)),
    )
