"""What the views show at one moment: a figure, its codes, its reconstruction, and their colours."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numba import njit
from scipy.spatial import cKDTree

from app.scene.color_maps import (
    CHECKER_COLORS,
    GRID_SQUARES,
    Legend,
    Quantity,
    legend,
    mapped,
    normal_colors,
    quantity_named,
    value_range,
)
from app.scene.figure import Figure, vertex_normals
from app.scene.palette import Palette
from app.scene.shading import CAVITY, CAVITY_ON_CLAY, CAVITY_STEPS, QUICK_CAVITY_STEPS, cavity, darkened
from core.charts.section import Section, widest_axes
from core.data.surface import Surface
from core.geometry.distortion import angle_distortion


@njit(nogil=True, cache=True)
def _signed_areas(codes, faces, areas):  # pragma: no cover - compiled
    for face in range(len(faces)):
        a, b, c = faces[face, 0], faces[face, 1], faces[face, 2]
        ux, uy = np.float64(codes[b, 0]) - codes[a, 0], np.float64(codes[b, 1]) - codes[a, 1]
        vx, vy = np.float64(codes[c, 0]) - codes[a, 0], np.float64(codes[c, 1]) - codes[a, 1]
        areas[face] = 0.5 * (ux * vy - uy * vx)


def signed_areas(codes: np.ndarray, faces: np.ndarray) -> np.ndarray:
    """Return the (f,) signed areas of plane triangles; quicker than that of `core` and without the interpreter lock."""
    areas = np.empty(len(faces))
    _signed_areas(np.ascontiguousarray(codes), faces, areas)
    return areas


def rgb(color: str) -> tuple[int, int, int]:
    """Return red, green and blue of "#RRGGBB"."""
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


PATTERNS = ("checker", "uv_grid", "image")
"""What is laid on the square around the disk, and carried through the chart."""
UNLIT = 0.15
"""How much of their colour rows keep that are not of the brushed class."""


@dataclass(frozen=True, eq=False)
class Coloring:
    """Colours of faces or vertices by a quantity.

    Parameters
    ----------
    colors : (n, 3) uint8 array
        Red, green, blue.
    limits : (float, float) or None
        The range shown.
    legend : Legend or None
        What the colour bar says.
    """

    colors: np.ndarray
    limits: tuple[float, float] | None = None
    legend: Legend | None = None


@dataclass(frozen=True, eq=False)
class Snapshot:
    """A figure with what a training has made of it so far.

    Parameters
    ----------
    figure : Figure
        The loaded surface or cloud.
    codes : (n, 2) array, optional
        Codes of the vertices.
    reconstruction : (n, 3) array, optional
        Reconstructed vertices, in input units.
    is_live : bool
        Whether a training is still running.
    seconds : float
        Time worked when it was taken.
    whole_reconstruction : (v, 3) array, optional
        Where it is a chart: the reconstructed vertices of the whole surface, welded.
    decoder : "", "network" or "detail"
        What decoded it, where there is a detail layer: the network alone, or both.
    brushed : int or None
        The class of a table whose rows are lit up, by its place among the classes.
    section : Section, optional
        The plane in which codes of more numbers than two are seen; by default that in which they spread most.
    image : (h, h, 3) uint8 array, optional
        A picture of the user's that is laid on the square around the disk, its first row at the top.
    """

    figure: Figure
    codes: np.ndarray | None = None
    reconstruction: np.ndarray | None = None
    is_live: bool = False
    seconds: float = 0.0
    decoder: str = ""
    whole_reconstruction: np.ndarray | None = None
    brushed: int | None = None
    section: Section | None = None
    image: np.ndarray | None = None

    @cached_property
    def image_areas(self) -> np.ndarray:
        """Signed areas of the faces in the disk, (f,), in squared latent units."""
        assert self.codes is not None
        return signed_areas(self.codes, self.figure.faces)

    @cached_property
    def flipped(self) -> np.ndarray:
        """Which faces are flipped in the disk, (f,) bool: those without the sign of the whole."""
        return self.image_areas * (np.sign(self.image_areas.sum()) or 1.0) <= 0.0

    @cached_property
    def area_values(self) -> np.ndarray:
        """Binary logarithm of each face's share of the image over its share of the surface, (f,)."""
        image = np.abs(self.image_areas)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.log2(image / image.sum() * (self._surface.area / self._surface.face_areas))

    @cached_property
    def conformality(self) -> np.ndarray:
        """Ratio of the singular values of the map of each face, (f,)."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return angle_distortion(self._surface, self._codes)

    @cached_property
    def error(self) -> np.ndarray:
        """Distance of each vertex from its reconstruction in percent of the diagonal, (n,)."""
        if self.figure.source.kind == "table":  # what is drawn of it is not all of it
            assert self.reconstruction is not None
            away = np.linalg.norm(self.reconstruction - self.figure.source.positions, axis=1)
            return 100.0 * (away / self.figure.source.diagonal)[self.figure.ids]
        return 100.0 * np.linalg.norm(self.reconstructed - self.figure.points, axis=1)

    @cached_property
    def reconstructed(self) -> np.ndarray:
        """Reconstructed vertices in the drawing frame, (n, 3) float32."""
        assert self.reconstruction is not None
        points = self.reconstruction[self.figure.ids] if self.figure.is_cloud else self.reconstruction
        return self.figure.drawn(points)

    @cached_property
    def reconstructed_normals(self) -> np.ndarray:
        """Unit normals of the reconstructed vertices, (n, 3) float32."""
        return vertex_normals(self.reconstructed, self.figure.faces)

    @cached_property
    def reconstructed_around(self) -> np.ndarray | None:
        """Reconstructed vertices around the chart in the drawing frame, (m, 3) float32; None where there are none."""
        part = self.figure.part
        if part is None or self.whole_reconstruction is None:
            return None
        return self.figure.drawn(self.whole_reconstruction[part.around_vertices])

    @cached_property
    def _code_tree(self) -> cKDTree:
        assert self.codes is not None
        return cKDTree(self.plane_codes)

    @cached_property
    def plane_codes(self) -> np.ndarray:
        """Codes in the plane that is seen, (n, 2) float64."""
        assert self.codes is not None
        return self.in_plane(self.codes)

    def in_plane(self, codes: np.ndarray) -> np.ndarray:
        """Return codes in the plane that is seen, (n, 2) float64: as they are where they have two numbers."""
        return np.asarray(codes, np.float64) @ self._plane.T

    @cached_property
    def _plane(self) -> np.ndarray:
        """Two directions of the latent space, (2, d): where codes have more numbers those in which they spread most."""
        assert self.codes is not None
        codes = np.asarray(self.codes, np.float64)  # while it trains they are float32
        known = self.section is not None and self.section.axes.shape[1] == codes.shape[1]
        return self.section.axes if known and self.section is not None else widest_axes(codes)

    def row_coloring(self, palette: Palette) -> Coloring:
        """Return the colours of the drawn points by their classes, or all of one colour."""
        return Coloring(self._plain("texture" if self.has("texture") else "none", palette))

    def nearest_vertex(self, code: tuple[float, float]) -> int:
        """Return the vertex whose code is nearest to a point of the latent plane."""
        return int(self._code_tree.query(code)[1])

    def pattern(self, key: str) -> np.ndarray:
        """Return the (h, w, 3) uint8 picture of one of `PATTERNS` that is laid on the square around the disk."""
        if key == "image":
            assert self.image is not None
            return self.image
        light, dark = (np.array(color, np.uint8) for color in CHECKER_COLORS)
        if key == "uv_grid":
            place = np.arange(1280) % 128 / 128.0
            on = (place[:, None] < 0.12) | (place[None, :] < 0.12)
        else:
            square = np.arange(GRID_SQUARES * 40) // 40
            on = (square[:, None] + square[None, :]) % 2 == 1
        return np.where(on[..., None], dark, light)

    @property
    def in_square(self) -> np.ndarray:
        """Codes as places in the picture of a pattern, from 0 to 1 to the right and upward, (n, 2)."""
        assert self.codes is not None
        return 0.5 + 0.5 * np.asarray(self.codes)

    def has(self, key: str) -> bool:
        """Return whether a quantity can be shown now."""
        if key == "chart":
            return self.figure.part is not None
        if key in ("none", "normal"):
            return key == "none" or self.figure.normals is not None
        if key == "image" and self.image is None:
            return False
        if key in ("area_distortion", "conformality", *PATTERNS):
            return self.codes is not None and not self.figure.is_cloud
        if key == "error":
            return self.reconstruction is not None
        if key == "texture":
            return self.figure.colors is not None
        if key.startswith("scalar:"):
            return key.removeprefix("scalar:") in getattr(self.figure.source, "scalars", {})
        return False

    def face_coloring(self, key: str, palette: Palette, former: tuple[float, float] | None = None) -> Coloring:
        """Return the colours of the faces in the disk; flipped faces take a colour of their own."""
        quantity, faces = quantity_named(key), self.figure.faces
        if key in ("area_distortion", "conformality"):
            coloring = self._mapped(quantity, self._face_values(key), former)
        elif key == "error":
            coloring = self._mapped(quantity, self.error[faces].mean(axis=1), former)
        elif key.startswith("scalar:"):
            coloring = self._mapped(quantity, self._scalar(key)[faces].mean(axis=1), former)
        elif key == "chart" and self.figure.part is not None:
            coloring = Coloring(self.figure.part.face_colors(rgb(palette.clay)))
        else:
            vertex_colors = self._plain(key, palette)
            coloring = Coloring(vertex_colors[faces].mean(axis=1).astype(np.uint8))
        colors = coloring.colors.copy()
        colors[self.flipped] = rgb(palette.flipped)
        return Coloring(colors, coloring.limits, coloring.legend)

    def vertex_coloring(
        self, key: str, palette: Palette, former: tuple[float, float] | None = None, true_colors: bool = False
    ) -> Coloring:
        """Return the colours of the drawn points on the surface, darker in hollows unless `true_colors`."""
        coloring = self._vertex_coloring(key, palette, former)
        return coloring if true_colors else self._shaded(coloring, key, self.figure.hollow)

    def shaded(self, coloring: Coloring, true_colors: bool = False) -> Coloring:
        """Return colours of the drawn points, darker in hollows of the surface unless `true_colors`."""
        return coloring if true_colors else self._shaded(coloring, "", self.figure.hollow)

    def reconstruction_coloring(
        self, key: str, palette: Palette, former: tuple[float, float] | None = None, true_colors: bool = False
    ) -> Coloring:
        """Return the colours of the reconstructed vertices, darker in its hollows unless `true_colors`."""
        if key == "normal":
            coloring = Coloring(normal_colors(self.reconstructed_normals))
        else:
            coloring = self._vertex_coloring(key, palette, former)
        if true_colors:
            return coloring
        steps = QUICK_CAVITY_STEPS if self.is_live else CAVITY_STEPS
        mean = self.figure.mean_of_neighbours
        return self._shaded(coloring, key, cavity(self.reconstructed, mean, self.reconstructed_normals, steps))

    def _vertex_coloring(self, key: str, palette: Palette, former: tuple[float, float] | None) -> Coloring:
        """Colours of the vertices by a quantity, as they are."""
        quantity = quantity_named(key)
        if key in ("area_distortion", "conformality"):
            values = np.clip(self._face_values(key), -20.0, 20.0)
            return self._mapped(quantity, self._to_vertices(values), former)
        if key == "error":
            return self._mapped(quantity, self.error, former)
        if key.startswith("scalar:"):
            return self._mapped(quantity, self._scalar(key), former)
        return Coloring(self._plain(key, palette))

    @staticmethod
    def _shaded(coloring: Coloring, key: str, hollow: np.ndarray) -> Coloring:
        amount = CAVITY_ON_CLAY if key == "none" else CAVITY
        return Coloring(darkened(coloring.colors, hollow, amount), coloring.limits, coloring.legend)

    @property
    def _surface(self) -> Surface:
        assert self.figure.source.has_faces
        return self.figure.source  # pyright: ignore[reportReturnType]

    @property
    def _codes(self) -> np.ndarray:
        return np.asarray(self.codes, np.float64)

    def _face_values(self, key: str) -> np.ndarray:
        return self.area_values if key == "area_distortion" else self.conformality

    def _scalar(self, key: str) -> np.ndarray:
        return self._surface.scalars[key.removeprefix("scalar:")]

    def _mapped(self, quantity: Quantity, values: np.ndarray, former: tuple[float, float] | None) -> Coloring:
        limits = value_range(quantity, values, former)
        return Coloring(mapped(values, limits, quantity.color_map), limits, legend(quantity, limits, values))

    def _plain(self, key: str, palette: Palette) -> np.ndarray:
        """Colours of the vertices by a quantity without a colour map."""
        if key == "normal" and self.figure.normals is not None:
            return normal_colors(self.figure.normals)
        if key == "texture" and self.figure.colors is not None:
            return self._lit(np.asarray(self.figure.colors), palette)
        if key == "chart" and self.figure.part is not None:
            return np.tile(self.figure.part.color, (len(self.figure.points), 1))
        # Clay is seen by its shading: points have none, and would be lost on a light ground.
        plain = palette.text_faint if self.figure.is_cloud else palette.clay
        color = (255, 255, 255) if key in PATTERNS else rgb(plain)
        return np.tile(np.array(color, np.uint8), (len(self.figure.points), 1))

    def _lit(self, colors: np.ndarray, palette: Palette) -> np.ndarray:
        """Let the colours of rows fade but those of the brushed class."""
        table = self.figure.source
        if self.brushed is None or table.kind != "table" or table.labels is None:
            return colors
        own = table.labels[self.figure.ids] == table.kinds[self.brushed]
        faded = UNLIT * colors + (1.0 - UNLIT) * np.array(rgb(palette.view))
        return np.where(own[:, None], colors, faded.astype(np.uint8))

    def _to_vertices(self, values: np.ndarray) -> np.ndarray:
        """Mean of the values of the faces around each vertex, by area."""
        n, areas = len(self.figure.points), self._surface.face_areas
        values = np.where(np.isfinite(values), values, 0.0)
        total, weight = np.zeros(n), np.zeros(n)
        for corner in self.figure.faces.T:
            total += np.bincount(corner, weights=values * areas, minlength=n)
            weight += np.bincount(corner, weights=areas, minlength=n)
        return total / np.where(weight > 0.0, weight, 1.0)
