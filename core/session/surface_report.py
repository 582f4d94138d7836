"""What a surface is, as the part `surface` of a report; apart from it, for `budai info` needs nothing else."""

from dataclasses import asdict
from typing import Any

from core.data.point_cloud import PointCloud
from core.data.source import Source


def surface_report(source: Source) -> dict[str, Any]:
    """Return what a surface is, as the part `surface` of a report."""
    known = source.topology
    cloud = isinstance(source.surface, PointCloud)
    return {
        "file": source.path,
        "vertices": len(source.surface.points)
        if isinstance(source.surface, PointCloud)
        else known and known.n_vertices,
        "faces": 0 if cloud else known and known.n_faces,
        "components": known and known.n_components,
        "boundary_loops": known and known.n_boundary_loops,
        "euler_characteristic": known and known.euler_characteristic,
        "genus": known and known.genus,
        "manifold": known and known.is_manifold,
        "orientable": known and known.is_orientable,
        "closed": known and known.is_closed,
        "area": known and known.area,
        "diagonal": source.surface.diagonal,
        "kind": "cloud" if cloud else "surface",
        "verdict": known.verdict if known else "A cloud of points: a planar chart needs a surface. Make a mesh of it.",
        "repairs": list(source.repairs),
        "warnings": list(source.warnings),
        "how": asdict(source.how) | {"columns": list(source.how.columns)},  # as JSON reads it back
    }
