"""Largest distance between two triangulated surfaces."""

from core.evaluation.chamfer import SurfaceDistances


def hausdorff_distance(distances: SurfaceDistances) -> float:
    """Return the largest of the distances both ways, in input units: a lower bound of the Hausdorff distance.

    Notes
    -----
    The largest distance from a triangle need not be taken at a corner, hence the random points besides the vertices.
    """
    parts = (distances.there, distances.back, distances.vertices_there, distances.vertices_back)
    return float(max(part.max() for part in parts))
