"""Marks over a figure in space: linked points, a distance, rings around places, and polygons that stand out."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from app.scene.camera import Camera
from app.scene.outline import SpaceOutline
from app.scene.sight import Sight
from app.style.theme import Theme
from app.widgets.canvas.overlays import Marker, Ruler, paint_border
from app.widgets.canvas.plotter import Mesh
from app.widgets.text import number

LEAST_OUTLINE = 14.0
"""Size of an outline, in pixels, below which it cannot be told from the ring of the picked point."""
RING_RADIUS = 5.0


@dataclass(frozen=True, eq=False)
class Seen:
    """A figure as it is seen now.

    Parameters
    ----------
    mesh : Mesh
        The figure.
    drawn : Camera
        That of the picture that marks are painted over.
    camera : Camera
        That of the picture that comes next.
    size : QSizeF
        Of the view, in pixels.
    sight : Sight or None
        What is in sight from the second camera, where it is known.
    around : Mesh or None
        What the figure is a part of, without it; its vertices are numbered behind those of the figure.
    """

    mesh: Mesh
    drawn: Camera
    camera: Camera
    size: QSizeF
    sight: Sight | None
    around: Mesh | None = None

    def has(self, vertex: int | None) -> bool:
        """Return whether the figure, or what is around it, has a vertex."""
        n_around = 0 if self.around is None else len(self.around.points)
        return vertex is not None and vertex < len(self.mesh.points) + n_around

    def is_around(self, vertex: int) -> bool:
        """Return whether a vertex is one around the figure."""
        return vertex >= len(self.mesh.points)

    def _found(self, vertex: int) -> tuple[Mesh, int]:
        """The mesh that has a vertex, and its number there."""
        if self.around is not None and self.is_around(vertex):
            return self.around, vertex - len(self.mesh.points)
        return self.mesh, vertex

    def place(self, vertex: int) -> tuple[float, float] | None:
        """Return where a vertex is in the picture; None behind the eye."""
        mesh, own = self._found(vertex)
        places, depth = self.drawn.project(mesh.points[own : own + 1], self.size.width(), self.size.height())
        x, y = places[0].tolist()
        return (x, y) if depth[0] > 0.0 else None

    def is_hidden(self, vertex: int) -> bool:
        """Return whether the figure lies before a vertex; while it moves, whether the vertex faces away."""
        if self.sight is not None:
            return self.sight.hides(vertex)
        mesh, own = self._found(vertex)
        if mesh.normals is None:
            return False
        return bool(np.dot(mesh.normals[own], self.camera.axes()[2]) < 0.0)


class SpaceMarks:
    """What is marked on a figure.

    Parameters
    ----------
    linked : dict from bool to int or None
        The picked vertex under True, the hovered one under False.
    names_hovered : bool
        Whether the number of the hovered vertex is shown.
    measured : pair of int, or None
        Vertices whose distance is shown.
    outline : SpaceOutline or None
        Polygons that stand out at the picked point.
    rings : (r, 3) array or None
        Places with rings around them.
    """

    def __init__(self) -> None:
        self.linked: dict[bool, int | None] = {False: None, True: None}
        self.names_hovered = False
        self.measured: tuple[int, int] | None = None
        self.outline: SpaceOutline | None = None
        self.rings: np.ndarray | None = None

    @property
    def need_sight(self) -> bool:
        """Whether something is marked that the figure may hide."""
        return self.linked[True] is not None or self.linked[False] is not None or self.rings is not None

    def markers(self, seen: Seen) -> list[Marker]:
        """Return the linked points."""
        markers = []
        for picked, vertex in sorted(self.linked.items()):
            if vertex is None or not seen.has(vertex) or (not picked and vertex == self.linked[True]):
                continue
            place = seen.place(vertex)
            if place is not None:
                is_named = (picked or self.names_hovered) and not seen.is_around(vertex)
                label = f"#{vertex:,}" if is_named else ""
                markers.append(Marker(*place, picked, label, seen.is_hidden(vertex)))
        return markers

    def ruler(self, seen: Seen, scale: float) -> Ruler | None:
        """Return the straight line between the measured vertices with its length; `scale` units are 1 of the figure."""
        if self.measured is None or not all(seen.has(vertex) for vertex in self.measured):
            return None
        start, stop = (seen.place(vertex) for vertex in self.measured)
        if start is None or stop is None:
            return None
        points = np.asarray(seen.mesh.points[list(self.measured)], np.float64)
        return Ruler(start, stop, number(scale * float(np.linalg.norm(points[1] - points[0])), 4))

    def paint(self, painter: QPainter, seen: Seen, theme: Theme) -> None:
        """Paint the rings, once it is known which are in sight, and what stands out at the picked point."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.rings is not None and seen.sight is not None and seen.sight.camera == seen.camera:
            paint_rings(painter, self.rings, seen.sight, theme)
        if self.outline is not None:
            vertex = self.linked[True]
            is_hidden = vertex is not None and seen.has(vertex) and seen.is_hidden(vertex)
            paint_space_outline(painter, self.outline, seen.drawn, seen.size, theme, is_hidden)


def paint_rings(painter: QPainter, points: np.ndarray, seen: Sight, theme: Theme) -> None:
    """Paint rings around those of (r, 3) points that nothing hides."""
    height, width = seen.ids.shape
    places, depth = seen.camera.project(points[~seen.hidden(points)], width, height)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(theme.palette.flipped), 1.25))
    for (x, y), away in zip(places.tolist(), depth.tolist(), strict=True):
        if away > 0.0:
            painter.drawEllipse(QPointF(x, y), RING_RADIUS, RING_RADIUS)


def paint_space_outline(
    painter: QPainter, outline: SpaceOutline, camera: Camera, size: QSizeF, theme: Theme, is_hidden: bool
) -> None:
    """Paint polygons in space with their common border, unless they are small or behind the eye."""
    places, depth = camera.project(outline.edges.reshape(-1, 3), size.width(), size.height())
    if not (depth > 0.0).all() or np.ptp(places, axis=0).max() < LEAST_OUTLINE:
        return
    polygons = [camera.project(corners, size.width(), size.height())[0] for corners in outline.polygons]
    paint_border(painter, polygons, places.reshape(-1, 2, 2), theme, is_hidden)
