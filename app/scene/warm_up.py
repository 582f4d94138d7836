"""Compile what the views need before they need it."""

import numpy as np

from app.scene.camera import Camera
from app.scene.coarse import coarse
from app.scene.figure import vertex_normals
from app.scene.lines import draw_lines
from app.scene.raster import face_picture, pattern_picture, plane_faces
from app.scene.sight import sight
from app.scene.snapshot import signed_areas
from core.relu.cell_raster import fill_polygons


def compile_kernels() -> None:
    """Compile all kernels, or take them from numba's cache: seconds once per machine, some 0.1 s afterwards."""
    places, faces = np.array([[0.0, 0.0], [4.0, 0.0], [0.0, 4.0]]), np.array([[0, 1, 2]])
    faces.setflags(write=False)
    points = np.zeros((3, 3), np.float32)
    vertex_normals(points, faces)
    ids = plane_faces(places, faces, np.zeros(1, bool), 4, 4)
    face_picture(ids, np.zeros((1, 3), np.uint8), 2)
    pattern_picture(ids, np.zeros(1, bool), (0, 0, 0), (-1.0, 1.0), 0.5, False)
    coarse(points, faces, 0)
    for kind in (np.float32, np.float64):
        codes = places.astype(kind)
        signed_areas(codes, faces)
        codes.setflags(write=False)  # another type to numba
        signed_areas(codes, faces)
    lines, chosen = np.array([[0, 1]], np.int32), np.zeros(1, np.int64)
    lines.setflags(write=False)
    draw_lines(np.zeros((4, 4), np.uint32), places, lines, chosen, 1.0, "#000000")
    _compile_polygons(places)
    sight(points, faces, Camera(), 4, 4)
    sight(points, faces[:0], Camera(), 4, 4)


def _compile_polygons(places: np.ndarray) -> None:
    """Compile the filling of polygons for arrays that can be written to, and for those of a complex, that cannot."""
    for writable in (True, False):
        offsets, corners = np.array([0, 3]), np.arange(3, dtype=np.int32)
        offsets.setflags(write=writable)
        corners.setflags(write=writable)
        fill_polygons(places, offsets, corners, np.zeros((4, 4), np.int32))
