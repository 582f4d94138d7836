"""The certificate: what a trained autoencoder is worth, measured."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Certificate:
    """Figures of an autoencoder on a surface; lengths are fractions of the diagonal of the bounding box.

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
    samples : int
        Number of random points behind the distances.
    seconds : float
        Time it took to measure.
    """

    rmse_rel: float
    chamfer_rel: float
    hausdorff_rel: float
    normal_error_deg: float
    flipped_triangles: int
    n_triangles: int
    flipped_subtriangles: int
    subtriangles_tested: int
    cover: float
    samples: int = 0
    seconds: float = 0.0
