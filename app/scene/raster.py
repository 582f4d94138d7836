"""Triangles as pixels: which face is seen where, and the picture that follows from it.

The kernels are compiled by numba on first use, which takes seconds once per machine; call them from a worker thread.
They let go of the interpreter lock.
"""

import numpy as np
from numba import njit

from app.scene.color_maps import CHECKER_COLORS, GRID_SQUARES

NOTHING = -1
"""Face number of a pixel where no face is seen."""


@njit(nogil=True, cache=True)
def _fill(places, faces, order, ids):  # pragma: no cover - compiled
    """Write the number of each face, in the order given, over the pixels whose centres it covers."""
    height, width = ids.shape
    for k in range(len(order)):
        face = order[k]
        a, b, c = faces[face, 0], faces[face, 1], faces[face, 2]
        ax, ay, bx, by, cx, cy = places[a, 0], places[a, 1], places[b, 0], places[b, 1], places[c, 0], places[c, 1]
        area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
        if area == 0.0 or not np.isfinite(area):
            continue
        sign = 1.0 if area > 0.0 else -1.0
        left = max(0.0, np.ceil(min(ax, bx, cx) - 0.5))
        right = min(width - 1.0, np.floor(max(ax, bx, cx) - 0.5))
        top = max(0.0, np.ceil(min(ay, by, cy) - 0.5))
        bottom = min(height - 1.0, np.floor(max(ay, by, cy) - 0.5))
        if not (left <= right and top <= bottom):
            continue
        for row in range(int(top), int(bottom) + 1):
            y = row + 0.5
            for column in range(int(left), int(right) + 1):
                x = column + 0.5
                if (
                    sign * ((bx - ax) * (y - ay) - (by - ay) * (x - ax)) >= 0.0
                    and sign * ((cx - bx) * (y - by) - (cy - by) * (x - bx)) >= 0.0
                    and sign * ((ax - cx) * (y - cy) - (ay - cy) * (x - cx)) >= 0.0
                ):
                    ids[row, column] = face


@njit(nogil=True, cache=True)
def _fill_nearest(places, nearness, faces, ids, buffer):  # pragma: no cover - compiled
    """Write the number of the nearest face over each pixel; `nearness` is one over the distance, 0 behind the eye."""
    height, width = ids.shape
    for face in range(len(faces)):
        a, b, c = faces[face, 0], faces[face, 1], faces[face, 2]
        na, nb, nc = nearness[a], nearness[b], nearness[c]
        if na <= 0.0 or nb <= 0.0 or nc <= 0.0:
            continue
        ax, ay, bx, by, cx, cy = places[a, 0], places[a, 1], places[b, 0], places[b, 1], places[c, 0], places[c, 1]
        area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
        if area == 0.0 or not np.isfinite(area):
            continue
        left = max(0.0, np.ceil(min(ax, bx, cx) - 0.5))
        right = min(width - 1.0, np.floor(max(ax, bx, cx) - 0.5))
        top = max(0.0, np.ceil(min(ay, by, cy) - 0.5))
        bottom = min(height - 1.0, np.floor(max(ay, by, cy) - 0.5))
        if not (left <= right and top <= bottom):
            continue
        for row in range(int(top), int(bottom) + 1):
            y = row + 0.5
            for column in range(int(left), int(right) + 1):
                x = column + 0.5
                wc = ((bx - ax) * (y - ay) - (by - ay) * (x - ax)) / area
                wa = ((cx - bx) * (y - by) - (cy - by) * (x - bx)) / area
                wb = 1.0 - wa - wc
                if wa >= 0.0 and wb >= 0.0 and wc >= 0.0:
                    near = wa * na + wb * nb + wc * nc
                    if near > buffer[row, column]:
                        buffer[row, column] = near
                        ids[row, column] = face


@njit(nogil=True, cache=True)
def _resolve(ids, colors, samples, out):  # pragma: no cover - compiled
    """Average samples x samples face colours into each pixel, as premultiplied 0xAARRGGBB."""
    height, width = out.shape
    total = samples * samples
    for row in range(height):
        for column in range(width):
            red, green, blue, hits = 0, 0, 0, 0
            for i in range(samples):
                for j in range(samples):
                    face = ids[row * samples + i, column * samples + j]
                    if face >= 0:
                        red += colors[face, 0]
                        green += colors[face, 1]
                        blue += colors[face, 2]
                        hits += 1
            alpha = (255 * hits) // total
            out[row, column] = (alpha << 24) | ((red // total) << 16) | ((green // total) << 8) | (blue // total)


@njit(nogil=True, cache=True)
def _pattern(ids, flipped, flipped_color, origin, step, squares, dark, light, grid, out):  # pragma: no cover - compiled
    """Colour each covered sample by the square of the disk that it lies in; average 2 x 2 samples into a pixel."""
    height, width = out.shape
    for row in range(height):
        for column in range(width):
            red, green, blue, hits = 0, 0, 0, 0
            for i in range(2):
                for j in range(2):
                    face = ids[row * 2 + i, column * 2 + j]
                    if face < 0:
                        continue
                    hits += 1
                    u = (origin[0] + (column * 2 + j + 0.5) * step + 1.0) * 0.5 * squares
                    v = (origin[1] - (row * 2 + i + 0.5) * step + 1.0) * 0.5 * squares
                    if grid:
                        on = min(u - np.floor(u), v - np.floor(v)) < 0.12
                    else:
                        on = (int(np.floor(u)) + int(np.floor(v))) % 2 != 0
                    color = flipped_color if flipped[face] else (dark if on else light)
                    red += color[0]
                    green += color[1]
                    blue += color[2]
            alpha = (255 * hits) // 4
            out[row, column] = (alpha << 24) | ((red // 4) << 16) | ((green // 4) << 8) | (blue // 4)


def plane_faces(places: np.ndarray, faces: np.ndarray, last: np.ndarray, width: int, height: int) -> np.ndarray:
    """Return which plane triangle is seen at each pixel.

    Parameters
    ----------
    places : (n, 2) float64 array
        Places of the vertices, in pixels from the top left corner.
    faces : (f, 3) int64 array
        Corners of each triangle.
    last : (f,) bool array
        Triangles that are drawn after, and so over, the others.
    width, height : int
        Size of the picture.

    Returns
    -------
    (height, width) int32 array
        Number of the triangle that covers the centre of the pixel, `NOTHING` where none does.
    """
    ids = np.full((height, width), NOTHING, np.int32)
    order = np.concatenate([np.flatnonzero(~last), np.flatnonzero(last)])
    _fill(np.ascontiguousarray(places, np.float64), faces, order, ids)
    return ids


def nearest_faces(
    places: np.ndarray, depth: np.ndarray, faces: np.ndarray, width: int, height: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return which face is seen at each pixel, and how far away.

    Parameters
    ----------
    places : (n, 2) float64 array
        Places of the vertices, in pixels from the top left corner.
    depth : (n,) float64 array
        Distance of the vertices in front of the eye; a face with a corner behind the eye is left out.
    faces : (f, 3) int64 array
        Corners of each face.
    width, height : int
        Size of the picture.

    Returns
    -------
    (height, width) int32 array
        Number of the nearest face, `NOTHING` where there is none.
    (height, width) float64 array
        Its distance in front of the eye, infinite where there is none.
    """
    ids = np.full((height, width), NOTHING, np.int32)
    buffer = np.zeros((height, width))
    with np.errstate(divide="ignore"):
        nearness = np.where(depth > 0.0, 1.0 / depth, 0.0)
    _fill_nearest(np.ascontiguousarray(places, np.float64), nearness, faces, ids, buffer)
    with np.errstate(divide="ignore"):
        return ids, 1.0 / buffer


def face_picture(ids: np.ndarray, colors: np.ndarray, samples: int) -> np.ndarray:
    """Return a picture in which each pixel averages samples × samples faces.

    Parameters
    ----------
    ids : (samples · height, samples · width) int32 array
        Face at each sample, from `plane_faces`.
    colors : (f, 3) uint8 array
        Colour of each face.
    samples : int
        Samples along each side of a pixel.

    Returns
    -------
    (height, width) uint32 array
        Premultiplied 0xAARRGGBB, transparent where there is no face.
    """
    out = np.empty((ids.shape[0] // samples, ids.shape[1] // samples), np.uint32)
    _resolve(ids, colors, samples, out)
    return out


def pattern_picture(
    ids: np.ndarray,
    flipped: np.ndarray,
    flipped_color: tuple[int, int, int],
    corner: tuple[float, float],
    step: float,
    as_grid: bool,
) -> np.ndarray:
    """Return a picture of the disk's checker or grid, two samples along each side of a pixel.

    Parameters
    ----------
    ids : (2 height, 2 width) int32 array
        Face at each sample, from `plane_faces`.
    flipped : (f,) bool array
        Faces that are drawn in `flipped_color`.
    flipped_color : (int, int, int)
        Red, green, blue.
    corner : (float, float)
        Latent coordinates of the top left corner.
    step : float
        Latent length of one sample.
    as_grid : bool
        Lines in place of squares.
    """
    out = np.empty((ids.shape[0] // 2, ids.shape[1] // 2), np.uint32)
    light, dark = (np.array(color) for color in CHECKER_COLORS)
    squares = 10 if as_grid else GRID_SQUARES
    _pattern(ids, flipped, np.array(flipped_color), np.array(corner), step, squares, dark, light, as_grid, out)
    return out


def laid_picture(
    ids: np.ndarray,
    flipped: np.ndarray,
    flipped_color: tuple[int, int, int],
    corner: tuple[float, float],
    step: float,
    image: np.ndarray,
) -> np.ndarray:
    """Return a picture of the disk with a (h, w, 3) uint8 image laid on the square around it, two samples a pixel.

    The other parameters are those of `pattern_picture`.
    """
    height, width = ids.shape
    high, wide = image.shape[:2]
    u = 0.5 + 0.5 * (corner[0] + (np.arange(width) + 0.5) * step)
    v = 0.5 - 0.5 * (corner[1] - (np.arange(height) + 0.5) * step)
    columns = np.clip((u * wide).astype(np.int64), 0, wide - 1)
    rows = np.clip((v * high).astype(np.int64), 0, high - 1)
    covered = ids != NOTHING
    colors = image[rows[:, None], columns[None, :]].astype(np.uint32)
    colors[covered & flipped[ids]] = flipped_color
    colors[~covered] = 0
    halves = (height // 2, 2, width // 2, 2)
    red, green, blue = (colors[..., k].reshape(halves).sum(axis=(1, 3), dtype=np.uint32) // 4 for k in range(3))
    alpha = 255 * covered.reshape(halves).sum(axis=(1, 3), dtype=np.uint32) // 4
    return alpha << 24 | red << 16 | green << 8 | blue
