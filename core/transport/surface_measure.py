"""The measure that a surface carries to its chart: the sites and masses of the transport."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64, Int64

from core.arrays import frozen
from core.errors import InputError
from core.surface.surface import Surface


@dataclass(frozen=True, eq=False)
class SurfaceMeasure:
    """Sites in the chart, the mass of each and the vertex it stands for.

    Parameters
    ----------
    sites : (m, 2) float64 array
        Codes of the vertices that carry mass.
    masses : (m,) float64 array
        Their masses, in any unit.
    site_vertex : (m,) int64 array
        The vertex of each site.
    """

    sites: Float64[np.ndarray, "m 2"]
    masses: Float64[np.ndarray, " m"]
    site_vertex: Int64[np.ndarray, " m"]

    def __post_init__(self) -> None:
        m = len(self.site_vertex)
        object.__setattr__(self, "sites", frozen(self.sites, np.float64, (m, 2)))
        object.__setattr__(self, "masses", frozen(self.masses, np.float64, (m,)))
        object.__setattr__(self, "site_vertex", frozen(self.site_vertex, np.int64, (m,)))


def surface_measure(
    surface: Surface, codes: Float64[np.ndarray, "n 2"], density: Float64[np.ndarray, " n"] | None = None
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

    Raises
    ------
    InputError
        If a density is not positive and finite.
    """
    masses = surface.vertex_areas
    used = np.flatnonzero(masses > 0)
    if density is not None:
        bad = used[~(np.isfinite(density[used]) & (density[used] > 0))]
        if len(bad):
            reason = f"{density[bad[0]]:g} is not a positive number ({len(bad)} in all)"
            raise InputError("Density", reason, f"vertex {bad[0]}", "Choose a scalar that is positive everywhere.")
        masses = masses * density
    return SurfaceMeasure(np.asarray(codes)[used], masses[used], used)
