"""What stands in the way, a seam and a preview as lines, points and polygons of the drawing frame."""

import numpy as np

from app.scene.chart_colors import cover_colors
from app.scene.figure import Figure, vertex_normals
from app.scene.palette import Palette
from app.scene.snapshot import rgb
from core.data.obstacles import Obstacles, Place
from core.session.preparing.previewing import Preview

LAYER_OF_KIND = {"hole": 0, "handle": 1, "winding": 3}
"""Colour of each kind, by its number among those of layers; others are told as what is bad."""


def kind_color(kind: str, palette: Palette) -> tuple[int, int, int]:
    """Return the colour of what stands in the way."""
    return rgb(palette.layers[LAYER_OF_KIND[kind]] if kind in LAYER_OF_KIND else palette.bad)


def place_lines(figure: Figure, found: Obstacles, palette: Palette) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return points (n, 3), ends (e, 2) and colours (e, 3) of the lines of all places."""
    edges = [place.edges for place in found.places]
    colors = [np.tile(np.array(kind_color(p.kind, palette), np.uint8), (len(p.edges), 1)) for p in found.places]
    none = np.zeros((0, 2), np.int64), np.zeros((0, 3), np.uint8)
    return _lines(figure, np.concatenate([*edges, none[0]]), np.concatenate([*colors, none[1]]))


def lines_of(
    figure: Figure, edges: np.ndarray, color: tuple[int, int, int]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return points, ends and colours of edges of a surface in one colour."""
    return _lines(figure, edges, np.tile(np.array(color, np.uint8), (len(edges), 1)))


def _lines(figure: Figure, edges: np.ndarray, colors: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    used, ends = np.unique(edges, return_inverse=True)
    return figure.whole.points[used], ends.reshape(-1, 2), colors


def place_points(figure: Figure, found: Obstacles, palette: Palette) -> tuple[np.ndarray, np.ndarray]:
    """Return points (n, 3) and colours (n, 3) of the places that are points."""
    places = [place for place in found.places if not len(place.edges) and place.kind != "component"]
    vertices = np.concatenate([*(place.vertices for place in places), np.zeros(0, np.int64)])
    return figure.whole.points[vertices], np.tile(np.array(rgb(palette.bad), np.uint8), (len(vertices), 1))


def around_place(figure: Figure, place: Place) -> tuple[np.ndarray, np.ndarray]:
    """Return the points of a place with their normals, for a camera that is to look at it."""
    vertices = place.concerned
    whole = figure.whole
    normals = np.zeros((len(vertices), 3)) if whole.normals is None else whole.normals[vertices]
    return whole.points[vertices], normals


def preview_mesh(figure: Figure, made: Preview, palette: Palette) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return points, normals and face colours of what a preparation would make: charts, and what is new of it."""
    surface = made.source.surface
    points = figure.whole.drawn(surface.vertices)
    colors = np.tile(np.array(rgb(palette.clay), np.uint8), (len(surface.faces), 1))
    if made.preparation is not None:
        cover = made.preparation.cover
        colors = cover_colors(cover)[cover.face_chart]
    if made.change is not None and made.source.has_faces:
        colors[made.change.faces] = rgb(palette.flipped)
    return points, vertex_normals(points, surface.faces), colors


def preview_lines(figure: Figure, made: Preview, palette: Palette) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return points, ends and colours of the lines that show where a preparation would change or cut the surface."""
    changed = np.zeros((0, 2), np.int64) if made.change is None else made.change.edges
    seam = np.zeros((0, 2), np.int64) if made.preparation is None else made.preparation.seam
    edges = np.concatenate([changed, seam])
    colors = np.tile(np.array(rgb(palette.flipped), np.uint8), (len(edges), 1))
    used, ends = np.unique(edges, return_inverse=True)
    return figure.whole.drawn(made.source.surface.vertices[used]), ends.reshape(-1, 2), colors
