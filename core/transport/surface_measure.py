"""The measure that a surface carries to its chart: the sites and masses of the transport."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64, Int64
from scipy.spatial import KDTree

from core.base.arrays import frozen
from core.base.errors import InputError
from core.data.surface import Surface
from core.geometry.convex_domain import LEAST_SHARE
from core.transport.regular_triangulation import hilbert_order


@dataclass(frozen=True, eq=False)
class SurfaceMeasure:
    """Sites in the chart with their masses, and the part of the surface that each stands for.

    Parameters
    ----------
    sites : (m, 2) float64 array
        Codes of the vertices that are sites.
    masses : (m,) float64 array
        Their masses: the measure of all vertices that they own.
    site_vertex : (m,) int64 array
        The vertex of each site.
    owner : (n,) int64 array
        The site that owns each vertex of the surface; -1 for a vertex without area, or with too little for a cell.
    density : (n,) float64 array
        Mass over area of each vertex; 0 for a vertex without area.
    """

    sites: Float64[np.ndarray, "m 2"]
    masses: Float64[np.ndarray, " m"]
    site_vertex: Int64[np.ndarray, " m"]
    owner: Int64[np.ndarray, " n"]
    density: Float64[np.ndarray, " n"]

    def __post_init__(self) -> None:
        m, n = len(self.site_vertex), len(self.owner)
        object.__setattr__(self, "sites", frozen(self.sites, np.float64, (m, 2)))
        object.__setattr__(self, "masses", frozen(self.masses, np.float64, (m,)))
        object.__setattr__(self, "site_vertex", frozen(self.site_vertex, np.int64, (m,)))
        object.__setattr__(self, "owner", frozen(self.owner, np.int64, (n,)))
        object.__setattr__(self, "density", frozen(self.density, np.float64, (n,)))

    def face_masses(self, surface: Surface) -> Float64[np.ndarray, " f"]:
        """Measure of each face of the surface: a third of its area at each corner, times the density there."""
        return surface.face_areas * self.density[surface.faces].mean(1)


def surface_measure(
    surface: Surface,
    codes: Float64[np.ndarray, "n 2"],
    density: Float64[np.ndarray, " n"] | None = None,
    count: int = 0,
) -> SurfaceMeasure:
    """Carry the area of a surface to its chart: to each vertex a third of the area of its faces.

    Parameters
    ----------
    surface : Surface
        The surface.
    codes : (n, 2) float64 array
        Latent code of each vertex.
    density : (n,) float64 array, optional
        A positive factor for each vertex, where the measure is not the area itself.
    count : int
        How many vertices become sites, spread evenly along a curve through the chart; the others are owned by the
        site nearest to them there. 0, or more than there are: every vertex that has area.

    Raises
    ------
    InputError
        If a density is not positive and finite, or so small that no cell can have it.
    """
    areas = surface.vertex_areas
    seen = areas > LEAST_SHARE * areas.sum()
    used = np.flatnonzero(seen)
    density = np.ones(len(areas)) if density is None else np.asarray(density, np.float64)
    bad = used[~(np.isfinite(density[used]) & (density[used] > 0))]
    if len(bad):
        reason = f"{density[bad[0]]:g} is not a positive number ({len(bad)} in all)"
        raise InputError("Density", reason, f"vertex {bad[0]}", "Choose a scalar that is positive everywhere.")
    density = np.where(seen, density, 0.0)
    codes = np.asarray(codes, np.float64)
    site_vertex, owner = used, np.full(len(areas), -1)
    if 0 < count < len(used):
        along = used[hilbert_order(codes[used])]
        site_vertex = np.sort(along[np.linspace(0, len(along) - 1, count).astype(np.int64)])
        owner[used] = KDTree(codes[site_vertex]).query(codes[used])[1]
        owner[site_vertex] = np.arange(count)
    else:
        owner[used] = np.arange(len(used))
    masses = np.bincount(owner[used], (areas * density)[used], len(site_vertex))
    bad = np.flatnonzero(masses < LEAST_SHARE * masses.sum())
    if len(bad):
        vertex = site_vertex[bad[0]]
        reason = f"{density[vertex]:g} is too small for a cell beside the others ({len(bad)} in all)"
        raise InputError("Density", reason, f"vertex {vertex}", "Choose a scalar of fewer orders of magnitude.")
    return SurfaceMeasure(codes[site_vertex], masses, site_vertex, owner, density)


def even_density(surface: Surface) -> Float64[np.ndarray, " n"]:
    """Density that gives every vertex that has area the same mass, and all together the area of the surface."""
    areas = surface.vertex_areas
    used = areas > 0
    return np.where(used, surface.area / used.sum() / np.where(used, areas, 1.0), 0.0)
