"""The certificate: what a trained autoencoder is worth."""

from dataclasses import asdict, dataclass, replace
from typing import Any

from core.cells.exact_figures import ExactFigures
from core.evaluation.accuracy import Accuracy
from core.evaluation.table_figures import TableFigures

CUTS = 7
"""Pieces along each side of a triangle whose parts are looked at."""
COVER = 1e-3
"""How far the cover, counted on a grid, may be from 1 where nothing folds."""
ROUND_TRIP = 0.01
"""Largest root mean square of encode(decode(z)) - z that counts as the same place, in latent units (radius 1)."""
RECONSTRUCTED = 0.0035
"""Largest root mean square of decode(encode(x)) - x that counts as the same place, over the diagonal."""


@dataclass(frozen=True)
class SurfaceFigures:
    """What a certificate tells where there is a surface: distances of surfaces, and folds.

    Parameters
    ----------
    chamfer_rel : float
        Half the sum of the mean distances from surface to reconstruction and back, points uniform by area.
    hausdorff_rel : float
        The largest of those distances, the vertices of both included.
    normal_error_deg : float
        Mean angle between a face and its reconstruction, weighted by area, in degrees (90 for a degenerate one).
    flipped_triangles : int
        Faces whose codes are not oriented as the majority.
    n_triangles : int
        Number of faces.
    flipped_subtriangles : int
        The same for the pieces of each face cut 7 by 7, the encoder evaluated at their corners.
    subtriangles_tested : int
        How many pieces were looked at.
    cover : float
        Mean number of latent triangles over a point of the latent image; 1 where nothing folds.
    flipped_random : int or None
        Of small triangles somewhere in faces, those that are not oriented as the majority.
    random_tested : int or None
        How many of these were looked at.
    """

    chamfer_rel: float
    hausdorff_rel: float
    normal_error_deg: float
    flipped_triangles: int
    n_triangles: int
    flipped_subtriangles: int
    subtriangles_tested: int
    cover: float
    flipped_random: int | None = None
    random_tested: int | None = None


@dataclass(frozen=True)
class Certificate:
    """Figures of an autoencoder; lengths are fractions of the diagonal of the bounding box of what it learned.

    They are those of the whole decoder, its detail layer included, and hold for data of any dimension; those that only
    a surface has stand apart.

    Parameters
    ----------
    rmse_rel : float
        Root mean square of the distance between x and decode(encode(x)): on a surface x is uniform by area, fresh
        random points; of a table x runs over the rows that were learned.
    samples : int
        Number of points behind it.
    seconds : float
        Time it took to measure, pauses not counted.
    rmse_vertices_rel : float or None
        The root mean square error at the vertices, which training has seen; that at random points it has not.
    round_trip : float or None
        Root mean square distance of encode(decode(z)) from z, z uniform on the latent image, in latent units.
    round_trip_99 : float or None
        The distance that 99 % of those do not exceed.
    round_trip_worst : float or None
        The largest of those distances.
    withheld_share : float or None
        Part of the area, or of the rows, that training was not to see; None where it saw all.
    withheld_rmse_rel, withheld_network_rmse_rel : float or None
        Root mean square error there, of the whole decoder and of the network alone.
    network : Accuracy or None
        The errors of the decoder network without its detail layer; None where it has none.
    exact : ExactFigures or None
        What the exact cells tell; None where they were not computed.
    surface : SurfaceFigures or None
        What there is to tell of a surface; None where there is none.
    table : TableFigures or None
        What there is to tell of a table; None where there is none.
    """

    rmse_rel: float
    samples: int = 0
    seconds: float = 0.0
    rmse_vertices_rel: float | None = None
    round_trip: float | None = None
    round_trip_99: float | None = None
    round_trip_worst: float | None = None
    withheld_share: float | None = None
    withheld_rmse_rel: float | None = None
    withheld_network_rmse_rel: float | None = None
    network: Accuracy | None = None
    exact: ExactFigures | None = None
    surface: SurfaceFigures | None = None
    table: TableFigures | None = None

    @property
    def on_surface(self) -> SurfaceFigures:
        """The figures of a surface.

        Raises
        ------
        ValueError
            If there is none.
        """
        if self.surface is None:
            raise ValueError("this certificate is of no surface")
        return self.surface

    @property
    def accuracy(self) -> Accuracy:
        """The errors of the whole decoder on a surface."""
        found = self.on_surface
        return Accuracy(self.rmse_rel, found.chamfer_rel, found.hausdorff_rel, found.normal_error_deg)

    @property
    def network_accuracy(self) -> Accuracy:
        """The errors of the network alone: those of the whole decoder where there is no detail layer."""
        return self.network or self.accuracy

    def with_exact(self, exact: ExactFigures | None) -> "Certificate":
        """Return the same figures with those of the exact cells."""
        return replace(self, exact=exact)

    def flat(self) -> dict[str, Any]:
        """Return all figures by name, those of a surface among the others, as files hold them."""
        figures = asdict(self)
        return figures | (figures.pop("surface") or {})
