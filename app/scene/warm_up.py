"""Compile what the views need before they need it."""

from collections.abc import Callable
from threading import Event, Thread

import numpy as np

from app.scene.camera import Camera
from app.scene.coarse import coarse
from app.scene.figure import vertex_normals
from app.scene.lines import draw_lines
from app.scene.raster import face_picture, pattern_picture, plane_faces
from app.scene.sight import sight
from app.scene.snapshot import signed_areas
from core.relu.cell_raster import fill_polygons


class WarmUp:
    """Compiles all kernels in a thread of its own, one after the other, until it is ended.

    That takes seconds once per machine, and some 0.1 s afterwards, from numba's cache.
    """

    def __init__(self) -> None:
        self._ended = Event()
        self._thread = Thread(target=self._run, name="budai-kernels", daemon=True)

    def begin(self) -> None:
        """Begin, unless that was done already."""
        if self._thread.ident is None and not self._ended.is_set():
            self._thread.start()

    def end(self) -> None:
        """Compile no more after the kernel that is being compiled."""
        self._ended.set()

    def _run(self) -> None:
        for warm in WARMERS:
            if self._ended.is_set():
                return
            warm()


def _triangle() -> tuple[np.ndarray, np.ndarray]:
    """Return corners in the plane, and the face between them, which nobody may write to."""
    faces = np.array([[0, 1, 2]])
    faces.setflags(write=False)
    return np.array([[0.0, 0.0], [4.0, 0.0], [0.0, 4.0]]), faces


def _warm_normals() -> None:
    vertex_normals(np.zeros((3, 3), np.float32), _triangle()[1])


def _warm_coarse() -> None:
    coarse(np.zeros((3, 3), np.float32), _triangle()[1], 0)


def _warm_sight() -> None:
    points, faces = np.zeros((3, 3), np.float32), _triangle()[1]
    sight(points, faces, Camera(), 4, 4)
    sight(points, faces[:0], Camera(), 4, 4)


def _warm_disk() -> None:
    places, faces = _triangle()
    ids = plane_faces(places, faces, np.zeros(1, bool), 4, 4)
    face_picture(ids, np.zeros((1, 3), np.uint8), 2)
    pattern_picture(ids, np.zeros(1, bool), (0, 0, 0), (-1.0, 1.0), 0.5, False)


def _warm_areas() -> None:
    places, faces = _triangle()
    for kind in (np.float32, np.float64):
        codes = places.astype(kind)
        signed_areas(codes, faces)
        codes.setflags(write=False)  # another type to numba
        signed_areas(codes, faces)


def _warm_lines() -> None:
    places, lines, chosen = _triangle()[0], np.array([[0, 1]], np.int32), np.zeros(1, np.int64)
    lines.setflags(write=False)
    draw_lines(np.zeros((4, 4), np.uint32), places, lines, chosen, 1.0, "#000000")


def _warm_polygons() -> None:
    """For arrays that can be written to, and for those of a complex, that cannot."""
    places = _triangle()[0]
    for writable in (True, False):
        offsets, corners = np.array([0, 3]), np.arange(3, dtype=np.int32)
        offsets.setflags(write=writable)
        corners.setflags(write=writable)
        fill_polygons(places, offsets, corners, np.zeros((4, 4), np.int32))


WARMERS: tuple[Callable[[], None], ...] = (
    _warm_normals,
    _warm_coarse,
    _warm_sight,
    _warm_disk,
    _warm_areas,
    _warm_lines,
    _warm_polygons,
)
"""What is compiled, in the order in which the views need it."""
