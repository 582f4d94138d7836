"""What a surface is, as the part `surface` of a report; apart from it, for `budai info` needs nothing else."""

from dataclasses import asdict
from typing import Any

from core.data.source import Source, lacking


def surface_report(source: Source) -> dict[str, Any]:
    """Return what a surface is, as the part `surface` of a report."""
    known = source.topology
    return {
        "file": source.path,
        "vertices": known.n_vertices if known else len(source.positions),
        "faces": known.n_faces if known else 0,
        "components": known and known.n_components,
        "boundary_loops": known and known.n_boundary_loops,
        "euler_characteristic": known and known.euler_characteristic,
        "genus": known and known.genus,
        "manifold": known and known.is_manifold,
        "orientable": known and known.is_orientable,
        "closed": known and known.is_closed,
        "area": known and known.area,
        "diagonal": source.data.diagonal,
        "kind": source.data.kind,
        "verdict": known.verdict if known else lacking(source, "a planar chart", "faces"),
        "repairs": list(source.repairs),
        "warnings": list(source.warnings),
        "how": asdict(source.how)  # as JSON reads it back
        | {"columns": list(source.how.columns), "intrinsics": list(source.how.intrinsics)},
    }
