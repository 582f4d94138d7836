"""How far the points of a scan lie from what was learned of them."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64

from core.data.scan import Scan
from core.data.surface import Surface
from core.geometry.nearest_triangle import triangle_tree


@dataclass(frozen=True)
class PointErrors:
    """Distances of the points of a scan from a decoded surface, over the diagonal of the surface learned.

    Parameters
    ----------
    learned, withheld : int
        How many points the surface was made of, and how many it has never seen.
    noise_rel : float
        How far points lie from what their neighbours tell, told without the networks.
    learned_rms_rel : float
        Root mean square distance of the points learned from.
    withheld_rms_rel : float or None
        The same of those withheld; None where there are none.
    worst_rel : float
        Largest distance of any point.
    smoothness : float
        How smoothly the surface was fitted to the points; 0 where it was not.
    """

    learned: int
    withheld: int
    noise_rel: float
    learned_rms_rel: float
    withheld_rms_rel: float | None
    worst_rel: float
    smoothness: float

    @property
    def sentence(self) -> str:
        """The figures in words."""
        unseen = ""
        if self.withheld_rms_rel is not None:
            unseen = f", the {self.withheld:,} withheld by {100 * self.withheld_rms_rel:.3g} %"
        return (
            f"The {self.learned:,} points learned from lie off the decoded surface by "
            f"{100 * self.learned_rms_rel:.3g} % of the diagonal{unseen} (RMS); their noise is told to be "
            f"{100 * self.noise_rel:.2g} %."
        )


def point_errors(scan: Scan, surface: Surface, decoded: Float64[np.ndarray, "v 3"]) -> PointErrors:
    """Measure how far the points of a scan lie from a decoded surface.

    Parameters
    ----------
    scan : Scan
        The points.
    surface : Surface
        The surface that was learned.
    decoded : (v, 3) float64 array
        Its vertices decoded from their codes, those of an atlas welded.
    """
    distance = triangle_tree(decoded[surface.faces]).query(scan.points)[0] / surface.diagonal

    def rms(some: np.ndarray) -> float:
        return float(np.sqrt((some**2).mean()))

    unseen = distance[scan.withheld]
    return PointErrors(
        int((~scan.withheld).sum()),
        len(unseen),
        scan.noise / surface.diagonal,
        rms(distance[~scan.withheld]),
        rms(unseen) if len(unseen) else None,
        float(distance.max()),
        scan.smoothness,
    )
