"""Generated points ready to be drawn, in space and in the disk, with the walk between two codes."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.spatial import cKDTree

from app.scene.camera import fitted, upright
from app.scene.color_maps import Quantity, legend, mapped, rounded_near
from app.scene.disk import DiskPicture, Hit, Window
from app.scene.dots import draw_dots
from app.scene.figure import Figure
from app.scene.lines import draw_lines
from app.scene.palette import Palette
from app.scene.points import POINT_QUANTITIES, latent_ground, spread
from app.scene.raster import NOTHING
from app.scene.sight import sight
from app.scene.snapshot import Coloring, Snapshot, rgb
from app.stages.generation.display import GenerateDisplay
from core.generation.generation import Generation
from core.generation.latent_path import LatentPath

MOST_DRAWN = 200_000
"""More points than this would hide the surface, and each other."""
GEODESIC, STRAIGHT = 2, 3
"""The layer colours that the two ways of a walk take."""
DOT_RADIUS, WAY_WIDTH, END_RADIUS, FRAME_RADIUS = 1.1, 2.2, 3.5, 4.5
"""In pixels."""
DIRECTIONS, ELEVATIONS, TRIED, TRIED_SIZE = 24, (0.22, -0.4, 0.8, 2.0), 6, (160, 120)
"""Directions around the surface from which a walk may be shown."""
SEEN_WELL = 0.4
"""Cosine of the angle between view and normal from which a place is seen well enough."""
LIFT = 0.002
"""How far above the surface ways are drawn, as a part of the diagonal."""
ROOM = 1.25
"""Radius around the centre of the disk that answers to the pointer."""


def inside_color(palette: Palette) -> str:
    """Return the colour of points whose codes are codes of the surface."""
    return palette.link


def outside_color(palette: Palette) -> str:
    """Return the colour of the others."""
    return palette.warn


def way_color(name: str, palette: Palette) -> str:
    """Return the colour of a way of a walk: "geodesic" or "straight"."""
    return palette.layers[GEODESIC if name == "geodesic" else STRAIGHT]


@dataclass(frozen=True, eq=False)
class GeneratedCloud:
    """Generated points in the drawing frame of their surface.

    Parameters
    ----------
    figure : Figure
        The surface.
    generation : Generation
        The points.
    whole : Generation or None
        Those of all charts, where these are those of one chart of an atlas.
    """

    figure: Figure
    generation: Generation
    whole: Generation | None = None

    @property
    def chart(self) -> int | None:
        """Number of the chart; None where there is one chart."""
        return None if self.figure.part is None else self.figure.part.chart

    @cached_property
    def others(self) -> "GeneratedCloud | None":
        """The points of the other charts; None where there are none."""
        if self.whole is None or self.whole.charts is None or self.chart is None:
            return None
        rest = self.whole.where(self.whole.charts != self.chart)
        return GeneratedCloud(self.figure.whole, rest, self.whole) if len(rest.points) else None

    @cached_property
    def shown(self) -> np.ndarray:
        """Numbers of the points that are drawn, (k,) int64."""
        return spread(len(self.generation.points), MOST_DRAWN)

    @cached_property
    def points(self) -> np.ndarray:
        """The points that are drawn, (k, 3) float32."""
        return self.figure.drawn(self.generation.points[self.shown])

    @cached_property
    def normals(self) -> np.ndarray | None:
        """Unit normals of the surface nearest to them, (k, 3) float32; None for rows of a table."""
        if self.figure.normals is None:
            return None
        if not len(self.points):
            return np.zeros((0, 3), np.float32)
        return self.figure.normals[cKDTree(self.figure.points).query(self.points)[1]]

    @property
    def percent(self) -> np.ndarray:
        """Distance of all points from the surface, in percent of the diagonal, (n,)."""
        return 100.0 * self.generation.distances / self.generation.diagonal

    def coloring(self, key: str, tint: bool, palette: Palette) -> Coloring:
        """Return the colours of the points that are drawn: by distance, or by whether their code is one of it."""
        if key == "distance":
            values = self.percent
            all_values = values if self.whole is None else 100.0 * self.whole.distances / self.whole.diagonal
            top = float(np.percentile(all_values, 99.0))
            limits = (0.0, rounded_near(top) if top > 0.0 else 1.0)
            quantity = Quantity(key, POINT_QUANTITIES[key][0], POINT_QUANTITIES[key][1], "cmocean:matter")
            colors = mapped(values[self.shown], limits, quantity.color_map)
            return Coloring(colors, limits, legend(quantity, limits, values))
        colors = np.tile(np.array(rgb(inside_color(palette)), np.uint8), (len(self.shown), 1))
        if tint:
            colors[~self.generation.inside[self.shown]] = rgb(outside_color(palette))
        return Coloring(colors)

    @cached_property
    def lifted_ways(self) -> dict[str, np.ndarray]:
        """Both ways of the walk in the drawing frame, (k, 3) float32 each, a little above the surface.

        They lie on the exact image of the decoder, whose folds between the vertices that are drawn would hide them.
        """
        figure = self.figure.whole
        walk, normals = self.generation.walk, figure.normals
        if walk is None or normals is None:
            return {}
        tree, lifted = cKDTree(figure.points), {}
        for name, path in (("straight", walk.straight), ("geodesic", walk.geodesic)):
            points = self.figure.drawn(path.points)
            lifted[name] = points + np.float32(LIFT) * normals[tree.query(points)[1]]
        return lifted

    def ways(self, display: GenerateDisplay) -> dict[str, LatentPath]:
        """Return the ways of the walk that are to be drawn, by name."""
        walk = self.generation.walk
        if walk is None:
            return {}
        both = {"straight": walk.straight, "geodesic": walk.geodesic}
        return {name: path for name, path in both.items() if display.way in (name, "both")}


def place_on(path: LatentPath, share: float, values: np.ndarray) -> np.ndarray:
    """Return what (k, d) values at the vertices of a way come to at a part of its length, (d,)."""
    at = share * path.length
    return np.array([np.interp(at, path.arc_lengths, column) for column in values.T])


@dataclass(frozen=True)
class GeneratedLook:
    """How codes are drawn.

    Parameters
    ----------
    key : str
        "none" or "distance".
    display : GenerateDisplay
        What is drawn.
    palette : Palette
        Colours of the theme.
    """

    key: str
    display: GenerateDisplay
    palette: Palette


@dataclass(frozen=True, eq=False)
class CodePicture(DiskPicture):
    """A picture of the disk in which every place is a code."""

    def hit(self, x: float, y: float) -> Hit | None:
        """Return the code at a device pixel, with the vertex nearest to it."""
        code = self.window.code(x, y)
        if np.hypot(*code) > ROOM:
            return None
        return Hit(self.snapshot.nearest_vertex(code), code)


def generated_picture(
    cloud: GeneratedCloud | None, snapshot: Snapshot, look: GeneratedLook, window: Window, ratio: float = 1.0
) -> CodePicture:
    """Return a picture of codes as dots, and of the ways between two of them.

    Parameters
    ----------
    cloud : GeneratedCloud or None
        The points; None for the latent image of the surface alone.
    snapshot : Snapshot
        The surface with its codes, drawn as a faint ground.
    look : GeneratedLook
        How to draw them.
    window : Window
        The part of the plane to show.
    ratio : float
        Device pixels per device-independent pixel.
    """
    pixels = latent_ground(snapshot, look.palette, window)
    ids = np.where(pixels >> 24 > 0, 0, NOTHING).astype(np.int32)
    coloring = Coloring(np.zeros((0, 3), np.uint8))
    if cloud is not None:
        coloring = cloud.coloring(look.key, look.display.tint_outside, look.palette)
        codes, outside = cloud.generation.codes[cloud.shown], ~cloud.generation.inside[cloud.shown]
        order = np.argsort(outside, kind="stable")  # those outside are few, and are not to be hidden
        places = window.places(snapshot.in_plane(codes[order]))
        draw_dots(pixels, places, DOT_RADIUS * ratio, coloring.colors[order])
        for name, path in cloud.ways(look.display).items():
            _draw_way(pixels, window, path, cloud.chart, way_color(name, look.palette), look, ratio)
    return CodePicture(window, snapshot, pixels, ids, 0, np.empty((0, 2)), coloring.limits, coloring.legend)


def _draw_way(
    pixels: np.ndarray,
    window: Window,
    path: LatentPath,
    chart: int | None,
    color: str,
    look: GeneratedLook,
    ratio: float,
) -> None:
    """Draw what of a way lies in a chart, with the ends of that, and the point on it."""
    text = np.array([rgb(look.palette.text)], np.uint8)
    for leg in path.legs(chart):
        places = window.places(leg.codes)
        ends = np.column_stack([np.arange(len(places) - 1), np.arange(1, len(places))])
        every = np.arange(len(ends))
        draw_lines(pixels, places, ends, every, (WAY_WIDTH + 2.0) * ratio, look.palette.sheet, 0.7)
        draw_lines(pixels, places, ends, every, WAY_WIDTH * ratio, color)
        draw_dots(pixels, places[[0, -1]], END_RADIUS * ratio, np.tile(text, (2, 1)))
    if path.chart_at(look.display.frame) not in (None, chart):
        return
    frame = window.places(place_on(path, look.display.frame, path.codes)[None])
    draw_dots(pixels, frame, (FRAME_RADIUS + 1.5) * ratio, text)
    draw_dots(pixels, frame, FRAME_RADIUS * ratio, np.array([rgb(color)], np.uint8))


def best_direction(figure: Figure, ways: list[np.ndarray], up_axis: str = "z") -> tuple[float, float, float]:
    """Return the direction, from the surface to the camera, from which most of some ways is seen.

    Of all directions those that the ways face are tried, and the one from which least of the ways lies behind the
    surface is taken.

    Parameters
    ----------
    figure : Figure
        The surface.
    ways : list of (k, 3) array
        Points of the ways, in the drawing frame, evenly spaced.
    up_axis : str
        Which of `UP_AXES` points upward.
    """
    points = np.concatenate(ways)
    assert figure.normals is not None
    normals = figure.normals[cKDTree(figure.points).query(points)[1]]
    turns = np.arange(DIRECTIONS) * 2.0 * np.pi / DIRECTIONS - 0.5 * np.pi
    around = np.array([upright((np.cos(t), np.sin(t), z), up_axis) for z in ELEVATIONS for t in turns])
    around /= np.linalg.norm(around, axis=1)[:, None]
    faces = np.clip(normals @ around.T, 0.0, SEEN_WELL).mean(axis=0)
    tried = np.argsort(-faces, kind="stable")[:TRIED]
    seen = [faces[k] + _seen_share(figure, points, around[k], up_axis) for k in tried]
    x, y, z = around[tried[int(np.argmax(seen))]]
    return float(x), float(y), float(z)


def _seen_share(figure: Figure, points: np.ndarray, direction: np.ndarray, up_axis: str) -> float:
    """Return which part of some points no part of the surface hides, seen from a direction."""
    towards = (float(direction[0]), float(direction[1]), float(direction[2]))
    up = upright((0.0, 0.0, 1.0), up_axis)
    camera = fitted(figure.points, TRIED_SIZE[0] / TRIED_SIZE[1], towards, up)
    found = sight(np.asarray(figure.points), np.asarray(figure.faces), camera, *TRIED_SIZE)
    return 1.0 - float(found.hidden(points).mean())
