"""Pictures of the way from one surface to another."""

from functools import cached_property
from pathlib import Path

import numpy as np
from PIL import Image

from app.scene.camera import Camera, fitted, named_view
from app.scene.color_maps import normal_colors
from app.scene.figure import Figure, vertex_normals
from app.scene.front import first_view
from app.scene.palette import LIGHT, Palette
from app.scene.shaded import draw_shaded
from app.scene.shading import CAVITY, cavity, darkened, mean_of_neighbours
from app.scene.snapshot import rgb
from app.stages.maps.scene.colors import code_colors
from core.io.atomic import replacing
from core.maps.manifold_map import ManifoldMap

SIZE = (640, 480)
"""Width and height of a picture of a film, in pixels."""
_CLAY, _TINT = "#DBD6CF", 0.5
_MILLISECONDS, _HELD = 60, 8
"""How long a picture of a film is seen; how many times as long one at an end."""


class Morph:
    """Draws the moments of the way between two surfaces, all in the drawing frame of the first.

    Parameters
    ----------
    made : ManifoldMap
        Between two surfaces.
    """

    def __init__(self, made: ManifoldMap) -> None:
        self.made = made
        self.figure = Figure(made.first.source.data, made.first.source.path)
        self.faces = made.first.source.data.faces

    def points(self, t: float) -> np.ndarray:
        """Return the vertices at a moment, from 0 to 1, as (n, 3) float32."""
        return self.figure.frame.normalize(self.made.between(t)).astype(np.float32)

    @cached_property
    def extent(self) -> np.ndarray:
        """Points that are to be seen in a picture: those of three moments."""
        return np.concatenate([self.points(t) for t in (0.0, 0.5, 1.0)])

    @cached_property
    def clay(self) -> np.ndarray:
        """Colours by the direction of the first surface, dark in its hollows: they show where each part goes."""
        points = self.points(0.0)
        normals = vertex_normals(points, self.faces)
        hollow = cavity(points, mean_of_neighbours(len(points), self.faces), normals)
        base = np.tile(np.array(rgb(_CLAY), np.float64), (len(points), 1))
        return darkened((1.0 - _TINT) * base + _TINT * normal_colors(normals), hollow, CAVITY)

    @cached_property
    def by_code(self) -> np.ndarray:
        """Colours by the code in the first chart."""
        return code_colors(self.made.first.training.codes)

    def camera(self, aspect: float) -> Camera:
        """Return where all of it is seen from: as a surface is when it is opened."""
        direction, up = named_view(first_view(self.figure.sides, self.figure.up_axis), self.figure.up_axis)
        return fitted(self.extent, aspect, direction, up)

    def picture(
        self,
        points: np.ndarray,
        colors: np.ndarray,
        camera: Camera,
        size: tuple[int, int] = SIZE,
        palette: Palette = LIGHT,
    ) -> Image.Image:
        """Return a picture of the mesh with its vertices in some places."""
        ground = np.empty((size[1], size[0], 3), np.uint8)
        ground[:] = rgb(palette.view)
        draw_shaded(ground, points, self.faces, vertex_normals(points, self.faces), colors, camera)
        return Image.fromarray(ground)


def write_film(made: ManifoldMap, moments: np.ndarray, path: Path) -> None:
    """Write a film that goes to the other surface and back, as a GIF that repeats.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    morph = Morph(made)
    camera = morph.camera(SIZE[0] / SIZE[1])
    there = [morph.picture(morph.points(t), morph.clay, camera) for t in _eased(moments).tolist()]
    table = there[0].quantize(128, Image.Quantize.MEDIANCUT)
    there = [picture.quantize(palette=table, dither=Image.Dither.NONE) for picture in there]
    pictures = [*there, *there[-2:0:-1]]
    held = {0, len(there) - 1}
    durations = [_MILLISECONDS * (_HELD if k in held else 1) for k in range(len(pictures))]
    with replacing(path) as temporary:
        pictures[0].save(temporary, "gif", save_all=True, append_images=pictures[1:], duration=durations, loop=0)


def _eased(moments: np.ndarray) -> np.ndarray:
    """Return moments that begin and end slowly."""
    return moments * moments * (3.0 - 2.0 * moments)
