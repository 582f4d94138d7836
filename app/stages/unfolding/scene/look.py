"""How points on their way through a network look at a moment: places, normals, colours."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numba import njit
from scipy.spatial.transform import Rotation

from app.scene.camera import Camera, named_view
from app.scene.chart_colors import chart_colors
from app.scene.color_maps import normal_colors
from app.scene.figure import Figure, vertex_normals
from app.scene.front import first_view
from app.scene.palette import Palette
from app.scene.shading import CAVITY, LIGHTS, cavity, darkened, mean_of_neighbours
from app.scene.snapshot import rgb
from app.stages.unfolding.film_options import WITH_EDGES, frame_of
from core.claims.plane_cuts import PlaneCuts
from core.data.source import Source
from core.geometry.normalization import Frame
from core.io.writers.partition import hash_colors
from core.unfolding.moments import BENDS_FROM
from core.unfolding.unfolding import Unfolding

CLAY = "#DBD6CF"
_OLDER, _NEWEST, _FAINTEST, _MANY = 0.45, 0.85, 0.25, 40_000
"""Opacity of the edges of older layers, of the newest, and of very many; number above which older ones are fainter."""
_PAINTED, _TINT = 0.9, 0.5
"""How much of the light that fell on the input is painted on it where it lies flat, and how much colour of its normals
the clay takes."""


@dataclass(frozen=True, eq=False)
class Shape:
    """What is drawn at a moment.

    Parameters
    ----------
    points : (n, 3) float32 array
        Places in the drawing frame.
    normals : (n, 3) float32 array or None
        Unit normals; None of points.
    colors : (n, 3) uint8 array
        Red, green, blue.
    find_ends : callable, optional
        Returns the edges of cells; they are found only where they are drawn, not while many would move.
    n_edges : int
        How many they are.
    n_older : int
        How many of these, the first, are of layers before the newest.
    grid : (l, 2, 3) float32 array, optional
        Both ends of other lines.
    """

    points: np.ndarray
    normals: np.ndarray | None
    colors: np.ndarray
    find_ends: Callable[[], np.ndarray] | None = None
    n_edges: int = 0
    n_older: int = 0
    grid: np.ndarray | None = None

    @cached_property
    def ends(self) -> np.ndarray | None:
        """Both ends of each edge, (e, 2, 3) float32; None where none are to be seen."""
        return None if self.find_ends is None else self.find_ends()


@dataclass(frozen=True, eq=False)
class Look:
    """Draws the moments of an unfolding.

    Parameters
    ----------
    made : Unfolding
        The way.
    source : Source
        What was learned.
    camera : Camera
        Where it is seen from, in the drawing frame: the disk of codes is turned to it.
    color_by : "none", "normal", "pattern", "cells" or "texture"
        What colours the points; "cells" are plain, with the edges of the cells.
    faces_viewer : bool
        Whether the disk of codes is turned to the viewer.
    frame : Frame, optional
        The drawing frame; by default that of the input: its middle is 0, its diagonal 1.
    tints : (n, 3) uint8 array, optional
        Colours that are given; by default those of the source.
    lines : (e, 2) int64 array, optional
        Lines between points that are drawn too.
    cuts : PlaneCuts, optional
        Edges of cells whose ends are the last of the points.
    keeps_size : bool
        Whether the picture stays as large as the input, where the output means nothing by its size: of a classifier.
    n_dots : int, optional
        How many of the points, the first, are drawn where there are no triangles; by default all.
    """

    made: Unfolding
    source: Source
    camera: Camera
    color_by: str = "normal"
    faces_viewer: bool = True
    frame: Frame | None = None
    tints: np.ndarray | None = None
    lines: np.ndarray | None = None
    keeps_size: bool = False
    n_dots: int | None = None
    cuts: PlaneCuts | None = None
    _known: dict[int, np.ndarray] = field(default_factory=dict)

    def shape(self, t: float) -> Shape:
        """Return what is drawn at a moment, from 0 to the number of steps."""
        points, weight = self._points(t), self._weight(t)
        normals = vertex_normals(points, self.made.faces) if len(self.made.faces) else None
        grid = None if self.lines is None else points[self.lines]
        return Shape(points, normals, self._colors(t, weight), *self._edges(t, points), grid)

    def _points(self, t: float) -> np.ndarray:
        """Return the places (n, 3) of a moment in the drawing frame, in float32."""
        points, weight = self.drawing_frame.normalize(self.made.places(t)), self._weight(t)
        if self.faces_viewer and self._turn is not None and weight > 0.0:
            points = Rotation.from_rotvec(weight * self._turn).apply(points)
        if self.keeps_size:
            points = points / (1.0 + t / self.made.length * (self._growth - 1.0))
        return points.astype(np.float32)

    @cached_property
    def _growth(self) -> float:
        """How much larger the output is than the input, by its root mean square."""
        first, last = (self.made.places(t).std(0) for t in (0.0, float(self.made.length)))
        size = float(np.linalg.norm(first))
        return max(float(np.linalg.norm(last)) / size, 1e-9) if size > 0.0 else 1.0

    def _edges(self, t: float, points: np.ndarray) -> tuple[Callable[[], np.ndarray] | None, int, int]:
        """Return what finds the edges of the cells of the layers so far as they are drawn, and their numbers."""
        if self.cuts is not None and self.color_by == WITH_EDGES:
            count, n_older = self.cuts.so_far(layers_so_far(self.made, t))
            places = points[len(points) - len(self.cuts.places) :].reshape(-1, 2, 3)
            return lambda: places[:count], count, n_older
        edges = self.made.edges
        if edges is None or self.color_by != WITH_EDGES:
            return None, 0, 0
        count, n_older = edges.so_far(layers_so_far(self.made, t))
        face, weights = edges.face[:count], edges.weights[:count]
        return lambda: edge_ends(points, self.made.faces, face, weights), count, n_older

    @cached_property
    def drawing_frame(self) -> Frame:
        """The drawing frame."""
        if self.frame is not None:
            return self.frame
        return frame_of(self.made)

    @cached_property
    def extent(self) -> np.ndarray:
        """Points that are to be seen in a picture: those of all marks, few of each."""
        some = np.linspace(0, len(self.made.vertices) - 1, min(len(self.made.vertices), 2_000)).astype(np.int64)
        marks = np.linspace(0.0, self.made.length, 2 * self.made.length + 1)
        return np.concatenate([self._points(float(t))[some] for t in marks])

    def _weight(self, t: float) -> float:
        """Return how near to the code a moment is: 1 there, 0 at both ends."""
        code = self.made.code
        if code is None:
            return 0.0
        part = t / code if t <= code else (self.made.length - t) / (self.made.length - code)
        part = min(max(part, 0.0), 1.0)
        return part * part * (3.0 - 2.0 * part)

    @cached_property
    def _turn(self) -> np.ndarray | None:
        """The rotation, as a vector, that turns the disk of codes to the viewer; None where there is no disk."""
        made = self.made
        if made.code is None or made.marks[made.code].width != 2:
            return None
        picture = np.asarray(made.picture(made.code), np.float64)
        if len(made.faces):
            a, b, c = (picture[made.faces[:, k]] for k in range(3))
            normal = np.cross(b - a, c - a).sum(0)
        else:
            normal = np.linalg.svd(picture - picture.mean(0), full_matrices=False)[2][-1] if len(picture) > 2 else None
        if normal is None or np.linalg.norm(normal) == 0.0:
            return None
        normal, toward = normal / np.linalg.norm(normal), self.camera.axes()[2]
        axis = np.cross(normal, toward)
        angle = np.arctan2(np.linalg.norm(axis), normal @ toward)
        if np.linalg.norm(axis) < 1e-9:
            axis = self.camera.axes()[1]
        return angle * axis / np.linalg.norm(axis)

    # -- colours -----------------------------------------------------------------------------------------------------

    def _colors(self, t: float, weight: float) -> np.ndarray:
        """Return colours, with the light that fell on the input painted on the surface the more the flatter it is."""
        if self.color_by == "pattern":
            mark = layers_so_far(self.made, t)
            if mark not in self._known:
                self._known[mark] = hash_colors(self.made.hashes[mark])
            return self._known[mark]
        if self._light is None:
            return self._base
        painted = self._base * (1.0 + weight * _PAINTED * self._light)[:, None]
        return np.minimum(painted, 255.0).astype(np.uint8)

    @cached_property
    def _base(self) -> np.ndarray:
        """The colours without the light."""
        made, data = self.made, self.source.data
        n = len(made.vertices)
        if self.tints is not None:
            return self.tints if self._first is None else darkened(self.tints.astype(np.float64), self._hollow, CAVITY)
        if self.color_by == "texture" and getattr(data, "colors", None) is not None:
            return np.asarray(data.colors)[made.vertices]  # pyright: ignore[reportAttributeAccessIssue]
        if self.source.labels is not None:
            kinds, number = np.unique(self.source.labels, return_inverse=True)
            return chart_colors(len(kinds))[number[made.vertices]]
        if self._first is None:
            places = made.places(0.0)
            spread = (places - places.min(0)) / np.maximum(np.ptp(places, axis=0), 1e-300)
            return normal_colors(2.0 * spread - 1.0)
        clay = np.tile(np.array(rgb(CLAY), np.float64), (n, 1))
        if self.color_by == "normal":
            clay = (1.0 - _TINT) * clay + _TINT * normal_colors(self._first)
        return darkened(clay, self._hollow, CAVITY)

    @cached_property
    def _first(self) -> np.ndarray | None:
        """Normals of the input; None of points."""
        if not len(self.made.faces):
            return None
        return vertex_normals(self.made.places(0.0).astype(np.float32), self.made.faces)

    @cached_property
    def _hollow(self) -> np.ndarray:
        """How deep in a hollow each vertex of the input lies."""
        points = self.made.places(0.0).astype(np.float32)
        return cavity(points, mean_of_neighbours(len(points), self.made.faces), self._first)  # type: ignore[arg-type]

    @cached_property
    def _light(self) -> np.ndarray | None:
        """How much brighter than the mean the key light makes each vertex of the input; None of points."""
        if self._first is None:
            return None
        toward = np.array(LIGHTS[0].direction) / np.linalg.norm(LIGHTS[0].direction) @ self.camera.axes()
        light = np.clip(0.5 + 0.5 * self._first @ toward, 0.0, 1.0) * (1.0 - 0.6 * self._hollow)
        return light - light.mean()


def layers_so_far(made: Unfolding, t: float) -> int:
    """Return by how many layers cells are cut at a moment: a layer counts from where it begins to bend."""
    return min(int(t) + int(t % 1.0 >= BENDS_FROM), made.length)


@njit(nogil=True, cache=True)
def edge_ends(points, faces, face, weights):  # pragma: no cover - compiled
    """Return both ends (e, 2, 3) of edges on triangles, in float32."""
    ends = np.zeros((len(face), 2, 3), np.float32)
    for k in range(len(face)):
        for end in range(2):
            for corner in range(3):
                weight, place = weights[k, end, corner], faces[face[k], corner]
                for d in range(3):
                    ends[k, end, d] += weight * points[place, d]
    return ends


def edge_roles(n: int, n_older: int) -> np.ndarray:
    """Return 1 for each edge of an older layer, 2 for each of the newest: places in `edge_colors`."""
    roles = np.ones(n, np.uint8)
    roles[n_older:] = 2
    return roles


def edge_colors(palette: Palette, n: int = 0, on_surface: bool = True) -> np.ndarray:
    """Return red, green, blue and opacity of edges by their role: the more there are, the fainter are older ones."""
    older = "#1A1D23" if on_surface else palette.text_muted
    faint = max(_OLDER * min(1.0, (_MANY / max(n, 1)) ** 0.5), _FAINTEST)
    return np.array([(0, 0, 0, 0), (*rgb(older), faint), (*rgb(palette.accent), _NEWEST)], np.float64)


def first_camera(figure: Figure) -> Camera:
    """Return a camera that looks from where a figure is seen when it is opened; its distance means nothing."""
    if figure.is_cloud:
        direction, up = named_view("start")
    else:
        direction, up = named_view(first_view(figure.sides, figure.up_axis), figure.up_axis)
    return Camera(direction, (0.0, 0.0, 0.0), up)
