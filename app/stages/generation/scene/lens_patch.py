"""What the decoder makes of a small square of the disk: a patch of surface."""

from dataclasses import dataclass

import numpy as np

from app.scene.figure import Figure, vertex_normals
from app.scene.palette import Palette
from app.scene.snapshot import rgb
from app.stages.generation.scene.generated import outside_color
from core.charts.autoencoder import Autoencoder
from core.charts.latent_image import LatentImage

SIDE = 49
"""Codes along each side of the square."""
SQUARES = 8
"""Squares of the checker along each side."""
LIGHT, DARK = np.array([0xE8, 0xE6, 0xE2]), np.array([0x9A, 0xA5, 0xBC])
OUTSIDE_SHARE = 0.65
"""How much of the colour of what was never learned is mixed into its squares."""


@dataclass(frozen=True, eq=False)
class LensPatch:
    """A patch of the decoded disk.

    Parameters
    ----------
    code : (float, float)
        The middle of the square.
    side : float
        Of the square, in latent units.
    points, normals : (n, 3) float32 array
        In the drawing frame.
    faces : (f, 3) int64 array
        Triangles.
    colors : (n, 3) uint8 array
        A checker of eight squares along each side; what is no code of the surface is tinted.
    middle : (3,) float64 array
        What the code decodes to, in input units.
    is_inside : bool
        Whether the code is one of the surface.
    factor : float
        Area of the patch over that of its square, in input units squared over latent units squared.
    """

    code: tuple[float, float]
    side: float
    points: np.ndarray
    normals: np.ndarray
    faces: np.ndarray
    colors: np.ndarray
    middle: np.ndarray
    is_inside: bool
    factor: float

    @property
    def toward(self) -> tuple[float, float, float]:
        """Mean normal of the patch."""
        normal = self.normals.astype(np.float64).sum(0)
        length = float(np.linalg.norm(normal))
        x, y, z = normal / length if length > 0.0 else np.array([0.0, -1.0, 0.0])
        return float(x), float(y), float(z)


def lens_patch(
    figure: Figure,
    autoencoder: Autoencoder,
    latent: LatentImage,
    code: tuple[float, float],
    side: float,
    orientation: float,
    palette: Palette,
) -> LensPatch:
    """Decode a square of the disk.

    Parameters
    ----------
    figure : Figure
        The surface, for its drawing frame.
    autoencoder : Autoencoder
        Whose decoder it is.
    latent : LatentImage
        Which codes are codes of the surface.
    code : (float, float)
        The middle.
    side : float
        In latent units.
    orientation : float
        Sign of the chart: −1 where it turns the surface over.
    palette : Palette
        For what lies outside.
    """
    steps = np.linspace(-0.5, 0.5, SIDE)
    u, v = np.meshgrid(steps, steps, indexing="ij")
    codes = np.asarray(code) + side * np.column_stack([u.ravel(), v.ravel()])
    images = autoencoder.decode(codes)
    first = (np.arange(SIDE - 1)[:, None] * SIDE + np.arange(SIDE - 1)).ravel()
    corners = np.column_stack([first, first + SIDE, first + SIDE + 1, first + 1])
    faces = np.concatenate([corners[:, [0, 1, 2]], corners[:, [0, 2, 3]]])
    if orientation < 0.0:
        faces = faces[:, ::-1]
    points = figure.drawn(images)
    normals = vertex_normals(points, np.ascontiguousarray(faces))
    a, b, c = (images[faces[:, k]] for k in range(3))
    area = 0.5 * float(np.linalg.norm(np.cross(b - a, c - a), axis=1).sum())
    # Each triangle has corners of its own, so that squares end sharply.
    square = (codes[faces].mean(1) - np.asarray(code)) / side + 0.5
    on = np.floor(square * SQUARES).astype(int).sum(1) % 2 == 1
    colors = np.where(on[:, None], DARK, LIGHT).astype(np.float64)
    outside = ~latent.contains(codes[faces].mean(1))
    colors[outside] += OUTSIDE_SHARE * (np.array(rgb(outside_color(palette))) - colors[outside])
    return LensPatch(
        code,
        side,
        points[faces.ravel()],
        normals[faces.ravel()],
        np.arange(faces.size).reshape(-1, 3),
        np.repeat(colors.astype(np.uint8), 3, axis=0),
        images[SIDE * SIDE // 2],
        bool(latent.contains(np.array([code]))[0]),
        area / side**2,
    )
