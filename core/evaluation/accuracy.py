"""How far a reconstruction is from the surface."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64

from core.data.surface import Surface
from core.evaluation.chamfer import SurfaceDistances, chamfer_distance
from core.evaluation.hausdorff import hausdorff_distance


@dataclass(frozen=True)
class Accuracy:
    """Errors of a reconstruction; lengths are fractions of the diagonal of the bounding box.

    Parameters
    ----------
    rmse_rel : float
        Root mean square of the distance between x and decode(encode(x)), x uniform by area.
    chamfer_rel : float
        Half the sum of the mean distances from surface to reconstruction and back, points uniform by area.
    hausdorff_rel : float
        The largest of those distances, the vertices of both included.
    normal_error_deg : float
        Mean angle between a face and its reconstruction, weighted by area, in degrees (90 for a degenerate one).
    """

    rmse_rel: float
    chamfer_rel: float
    hausdorff_rel: float
    normal_error_deg: float

    @classmethod
    def of(cls, figures: Mapping[str, float]) -> "Accuracy":
        """Return the errors among some figures."""
        return cls(*(float(figures[name]) for name in NAMES))


NAMES = ("rmse_rel", "chamfer_rel", "hausdorff_rel", "normal_error_deg")
"""The errors by name."""


def accuracy(
    surface: Surface,
    decoded: Float64[np.ndarray, "n 3"],
    errors: Float64[np.ndarray, " k"],
    distances: SurfaceDistances,
) -> Accuracy:
    """Return the errors of a reconstruction.

    Parameters
    ----------
    surface : Surface
        The surface.
    decoded : (n, 3) float64 array
        Images of its vertices.
    errors : (k,) float64 array
        Distances between x and decode(encode(x)), x uniform by area.
    distances : SurfaceDistances
        Distances from the surface to the reconstruction and back.
    """
    return Accuracy(
        rmse_rel=root_mean_square(errors) / surface.diagonal,
        chamfer_rel=chamfer_distance(distances) / surface.diagonal,
        hausdorff_rel=hausdorff_distance(distances) / surface.diagonal,
        normal_error_deg=normal_error(surface, decoded),
    )


def normal_error(surface: Surface, decoded: Float64[np.ndarray, "n 3"]) -> float:
    """Return the mean angle between the faces and their images, weighted by area, in degrees.

    Parameters
    ----------
    surface : Surface
        The surface.
    decoded : (n, 3) float64 array
        Images of its vertices.
    """
    a, b, c = np.moveaxis(decoded[surface.faces], 1, 0)
    image, normals = np.cross(b - a, c - a), surface.face_area_vectors
    sine = np.linalg.norm(np.cross(normals, image), axis=1)
    angle = np.degrees(np.arctan2(sine, np.einsum("fi,fi->f", normals, image)))
    angle[(image**2).sum(1) == 0.0] = 90.0
    return float(np.average(angle, weights=surface.face_areas))


def root_mean_square(distances: Float64[np.ndarray, " n"]) -> float:
    """Return the root mean square, without overflow where the distances are huge; 0 of none."""
    largest = distances.max(initial=0.0)
    return float(largest * np.sqrt(np.square(distances / largest).mean())) if largest > 0.0 else 0.0
