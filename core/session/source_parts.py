"""The source in a project file: where it comes from and what was changed in JSON, its arrays in an npz."""

import dataclasses
from collections.abc import Mapping
from typing import Any

import numpy as np

from core.data.point_cloud import PointCloud
from core.data.reading_options import ReadingOptions
from core.data.scan import Scan
from core.data.source import Source
from core.data.surface import Surface
from core.data.table import Table
from core.geometry.topology import topology
from core.io.typed import typed, typed_field
from core.session.packed import Packed, arrays_of, npz

_FILE = "surface.npz"
_TABLE_LISTS = ("columns", "classes", "image_shape")
"""Fields of a table that are no arrays."""
_LISTS = (*_TABLE_LISTS, "grid")
"""Those of all kinds of data."""


def pack_source(source: Source) -> Packed:
    """Return what goes into a project file."""
    about = {
        "path": source.path,
        "name": source.name,
        "kind": source.data.kind,
        **{name: list(getattr(source.data, name, ())) for name in _LISTS},
        "repairs": list(source.repairs),
        "warnings": list(source.warnings),
        "seconds": source.seconds,
        "is_learned": source.is_learned,
        "how": dataclasses.asdict(source.how),
        "gap": source.gap,
        "scan": None if source.scan is None else {"noise": source.scan.noise, "smoothness": source.scan.smoothness},
    }
    return Packed(about, {_FILE: npz(_arrays(source))})


def unpack_source(packed: Packed, results: Mapping[str, Any], file: str) -> Source:
    """Return the source that was stored by `pack_source`.

    Raises
    ------
    KeyError, TypeError, ValueError, BudaiError
        If parts are missing or do not fit each other.
    """
    return _source(packed.about, packed.files[_FILE])


def _arrays(source: Source) -> dict[str, np.ndarray | None]:
    """The arrays of a value, by the names of its fields."""
    data = source.data
    names = {field.name for field in dataclasses.fields(data)} - {"scalars", *_LISTS}
    found = {name: getattr(data, name) for name in names}
    found |= {f"scalar:{name}": values for name, values in getattr(data, "scalars", {}).items()}
    if source.scan is not None:
        found |= {"scan:points": source.scan.points, "scan:withheld": source.scan.withheld}
    return found


def _source(about: Mapping[str, Any], content: bytes) -> Source:
    arrays = arrays_of(content)
    scalars = {name[7:]: values for name, values in arrays.items() if name.startswith("scalar:")}
    plain = {name: values for name, values in arrays.items() if not name.startswith(("scalar:", "scan:"))}
    known, scan = None, None
    if about.get("scan") is not None:
        figures = {name: typed_field(Scan, name, about["scan"][name]) for name in ("noise", "smoothness")}
        scan = Scan(arrays["scan:points"], arrays["scan:withheld"], **figures)
    if about["kind"] == "table":
        data = Table(**plain, **{name: typed_field(Table, name, about.get(name, [])) for name in _TABLE_LISTS})
    elif about["kind"] == "cloud":
        data = PointCloud(**plain, grid=typed_field(PointCloud, "grid", about.get("grid", [])))
    else:
        data = Surface(**plain, scalars=scalars)
        known = topology(data)
    if not np.isfinite(data.bounds).all():
        raise ValueError("a position is not finite")
    names = ("path", "name", "repairs", "warnings", "seconds")
    simple = {name: typed_field(Source, name, about[name]) for name in names}
    return Source(
        **simple,
        data=data,
        topology=known,
        is_learned=bool(about.get("is_learned", False)),
        how=typed(ReadingOptions, about.get("how", {})),
        gap=typed_field(Source, "gap", about.get("gap", 0.0)),
        scan=scan,
    )
