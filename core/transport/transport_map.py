"""The optimal transport of the uniform disk to weighted sites, with its evidence."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float64, Int64

from core.base.arrays import frozen
from core.transport.power_diagram import PowerDiagram, dual_edges


@dataclass(frozen=True, eq=False)
class TransportCertificate:
    """How far the map is from optimal, computed anew from sites, masses and weights.

    Parameters
    ----------
    max_area_error_rel : float
        Largest |area of a cell / mass - 1|.
    duality_gap : float
        |primal cost - dual value|, for mass pi, in squared latent units.
    wasserstein2 : float
        Distance (not squared) between the uniform probability on the disk and the sites, in latent units.
    resolution : float
        Relative area error that the rounding of the weights to float64 alone can cause.
    newton_steps : int
        Steps of Newton's method.
    diagrams : int
        Power diagrams that were computed, trial steps included.
    converged : bool
        Whether every area is within the tolerance asked; else the map is the best that was reached.
    tolerance : float
        The tolerance asked.
    """

    max_area_error_rel: float
    duality_gap: float
    wasserstein2: float
    resolution: float
    newton_steps: int
    diagrams: int
    converged: bool
    tolerance: float

    @property
    def at_resolution(self) -> bool:
        """Whether the error is no more than rounding of the weights explains."""
        return self.max_area_error_rel <= 4.0 * self.resolution


@dataclass(frozen=True, eq=False)
class TransportMap:
    """Transport of the uniform measure of the unit disk (mass pi) to sites: x goes to the site of its power cell.

    Parameters
    ----------
    diagram : PowerDiagram
        Sites, power weights and cells.
    masses : (n,) float64 array
        Prescribed area of each cell; they sum to pi.
    site_of : (m,) int64 array
        The site that each of the sites given to the solver became; fewer sites than given where some coincide.
    residuals : (k,) float64 array
        Largest relative area error at the start and after each step.
    certificate : TransportCertificate
        The evidence.
    """

    diagram: PowerDiagram
    masses: Float64[np.ndarray, " n"]
    site_of: Int64[np.ndarray, " m"]
    residuals: Float64[np.ndarray, " k"]
    certificate: TransportCertificate

    def __post_init__(self) -> None:
        set_ = object.__setattr__
        set_(self, "masses", frozen(self.masses, np.float64, (len(self.diagram.sites),)))
        set_(self, "site_of", frozen(self.site_of, np.int64, (None,)))
        set_(self, "residuals", frozen(self.residuals, np.float64, (None,)))

    @property
    def sites(self) -> Float64[np.ndarray, "n 2"]:
        """Targets y_i, in latent units."""
        return self.diagram.sites

    @property
    def weights(self) -> Float64[np.ndarray, " n"]:
        """Power weights w_i, in squared latent units."""
        return self.diagram.weights

    @property
    def areas(self) -> Float64[np.ndarray, " n"]:
        """Areas of the cells."""
        return self.diagram.areas

    @property
    def centroids(self) -> Float64[np.ndarray, "n 2"]:
        """Centres of gravity of the cells: the discrete parameter of each site."""
        return self.diagram.centroids

    @property
    def n_merged(self) -> int:
        """Number of given sites that coincided with another one."""
        return len(self.site_of) - len(self.masses)

    @property
    def shortfall(self) -> str | None:
        """What the user should know where the areas are not within the tolerance asked."""
        certificate = self.certificate
        if certificate.converged:
            return None
        ends = dual_edges(self.diagram)
        apart = np.linalg.norm(self.sites[ends[:, 1]] - self.sites[ends[:, 0]], axis=1).min(initial=np.inf)
        why = f"the best that was found, after {certificate.newton_steps:,} steps"
        if certificate.at_resolution:
            why = "float64 weights resolve no more here"
        return (
            f"Asked for cell areas within {certificate.tolerance:.2g} of their masses, reached "
            f"{certificate.max_area_error_rel:.2g}: {why}. The closest two of the {len(self.sites):,} sites are "
            f"{apart:.2g} apart. Merge vertices that nearly coincide or use a chart that is less squeezed."
        )

    @cached_property
    def kantorovich_value(self) -> float:
        """Dual value for mass pi: the transport cost where all areas are met."""
        weights = self.weights - np.median(self.weights)
        return self.diagram.transport_cost + float(weights @ (self.masses - self.areas))

    def weights_for(self, sites: Float64[np.ndarray, "m 2"]) -> Float64[np.ndarray, " m"]:
        """Weights to start from when the sites given have moved a little.

        Parameters
        ----------
        sites : (m, 2) float64 array
            The given sites (not the merged ones) where they are now.

        Notes
        -----
        The plane of each site is turned about the point of the potential above the centroid of its cell.
        """
        sites = np.asarray(sites, np.float64)
        old, centroids = self.sites[self.site_of], np.nan_to_num(self.centroids)[self.site_of]
        return self.weights[self.site_of] + ((sites - old) * (sites + old - 2.0 * centroids)).sum(1)
