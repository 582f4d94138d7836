"""How a planar image of a surface distorts it: orientation, stretch, area, angle."""

import numpy as np
from jaxtyping import Float64, Int64

from core.data.surface import Surface


def signed_areas(corners: Float64[np.ndarray, "*shape 3 2"]) -> Float64[np.ndarray, " *shape"]:
    """Return the signed areas of plane triangles, positive where counter-clockwise."""
    first, second = corners[..., 1, :] - corners[..., 0, :], corners[..., 2, :] - corners[..., 0, :]
    return 0.5 * (first[..., 0] * second[..., 1] - first[..., 1] * second[..., 0])


def orientation(codes: Float64[np.ndarray, "n 2"], faces: Int64[np.ndarray, "f 3"]) -> float:
    """Return the sign of the signed area of the whole image, 1.0 where it is zero."""
    return float(np.sign(signed_areas(codes[faces]).sum())) or 1.0


def flipped_triangles(codes: Float64[np.ndarray, "n 2"], faces: Int64[np.ndarray, "f 3"]) -> np.ndarray:
    """Return which faces have zero signed area in the plane, or not the sign of the whole."""
    areas = signed_areas(codes[faces])
    return areas * (np.sign(areas.sum()) or 1.0) <= 0.0


def planar_edges(codes: Float64[np.ndarray, "n 2"], faces: Int64[np.ndarray, "f 3"]) -> Float64[np.ndarray, "f 2 2"]:
    """Return the images of the sides from the first corner of each face to its second and third, in rows."""
    image = codes[faces]
    return image[:, 1:] - image[:, :1]


def planar_jacobians(surface: Surface, edges: Float64[np.ndarray, "f 2 2"]) -> Float64[np.ndarray, "f 2 2"]:
    """Return the derivative of the piecewise affine map from each face to the plane.

    Parameters
    ----------
    surface : Surface
        The surface; a face without area gives an infinite or undefined derivative.
    edges : (f, 2, 2) float64 array
        Images of the sides of each face, from `planar_edges`.

    Returns
    -------
    (f, 2, 2) float64 array
        Derivative by arc length along the first side and along its perpendicular in the face, so that the determinant
        is the ratio of signed image area to area.
    """
    first, second = (surface.corners[:, k] - surface.corners[:, 0] for k in (1, 2))
    length, d1, d2 = np.linalg.norm(first, axis=1), edges[:, 0], edges[:, 1]
    with np.errstate(divide="ignore", invalid="ignore"):
        along = np.einsum("fi,fi->f", first, second) / length
        height = 2.0 * surface.face_areas / length
        j1 = d1 / length[:, None]
        return np.stack([j1, (d2 - j1 * along[:, None]) / height[:, None]], axis=2)


def squared_stretch(surface: Surface, edges: Float64[np.ndarray, "f 2 2"]) -> Float64[np.ndarray, " f"]:
    """Return the squared L2 stretch of each face, 1 where the map is an isometry after scaling to equal total area.

    Parameters
    ----------
    surface : Surface
        The surface.
    edges : (f, 2, 2) float64 array
        Images of the sides of each face, from `planar_edges`.

    Notes
    -----
    Half the sum of the squared singular values of the map from the plane back to the face: Sander, Snyder, Gortler
    and Hoppe, *Texture Mapping Progressive Meshes* (2001), section 3. Infinite for a flipped or degenerate image.
    """
    sides = surface.corners[:, 1:] - surface.corners[:, :1]
    true, image = np.einsum("fik,fjk->fij", sides, sides), np.einsum("fik,fjk->fij", edges, edges)
    doubled = edges[:, 0, 0] * edges[:, 1, 1] - edges[:, 0, 1] * edges[:, 1, 0]
    # Squared norm of the derivative times the squared doubled area of the face, so that nothing is divided by that.
    norm = true[:, 1, 1] * image[:, 0, 0] - 2.0 * true[:, 0, 1] * image[:, 0, 1] + true[:, 0, 0] * image[:, 1, 1]
    squared = np.full(len(doubled), np.inf)
    good = doubled > 0.0
    # Divided twice, since the square of an area may vanish where the stretch is still a number.
    squared[good] = norm[good] / doubled[good] / doubled[good]
    return 0.5 * squared * (0.5 * doubled.sum() / surface.area)


def l2_stretch(surface: Surface, codes: Float64[np.ndarray, "n 2"]) -> float:
    """Return the L2 stretch of a planar image of a surface: 1 for an isometry, infinite if a face is flipped.

    Faces without area count for nothing.
    """
    squared = squared_stretch(surface, planar_edges(codes, surface.faces))
    counted = surface.face_areas > 0.0
    return float(np.sqrt((surface.face_areas * squared)[counted].sum() / surface.area))


def area_distortion(surface: Surface, codes: Float64[np.ndarray, "n 2"]) -> Float64[np.ndarray, " f"]:
    """Return for each face its share of the image's area over its share of the surface's area, unsigned."""
    image = np.abs(signed_areas(codes[surface.faces]))
    return (image / image.sum()) / (surface.face_areas / surface.area)


def angle_distortion(surface: Surface, codes: Float64[np.ndarray, "n 2"]) -> Float64[np.ndarray, " f"]:
    """Return for each face the ratio of the larger to the smaller singular value of its map: 1 where conformal."""
    jacobians = planar_jacobians(surface, planar_edges(codes, surface.faces))
    a, b, c, d = jacobians[:, 0, 0], jacobians[:, 0, 1], jacobians[:, 1, 0], jacobians[:, 1, 1]
    similar, opposite = np.hypot(a + d, c - b), np.hypot(a - d, c + b)
    smaller = np.abs(similar - opposite)
    with np.errstate(divide="ignore"):
        return np.where(smaller > 0.0, (similar + opposite) / smaller, np.inf)
