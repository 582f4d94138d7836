"""The part of the image of a decoder that belongs to the surface: images of its codes, not of the disk around them."""

import numpy as np
from jaxtyping import Bool, Float64, Int64
from numba import njit

from core.cells.decoder_image import DecoderImage
from core.charts.latent_image import LatentImage

_GRID = 512
"""Squares across the disk in which pieces look for the outline."""
_USUAL = 5
"""Corners of a polygon that room is made for at first."""


def clipped(image: DecoderImage, latent: LatentImage) -> DecoderImage:
    """Cut the image of a decoder along the rim of the latent image of a surface, and keep what is inside.

    Parameters
    ----------
    image : DecoderImage
        The image of the whole domain.
    latent : LatentImage
        Where the codes of the surface lie.

    Returns
    -------
    DecoderImage
        Exactly the images of the codes that are in both, with the same numbers of pieces. Where the latent image is
        folded, parts of it come more than once.

    Notes
    -----
    Between the outline of the latent image and the circle the decoder was never shown a point: what it makes of the
    codes there is no part of the surface that was learned.
    """
    corners = image.codes[image.triangles]
    touched = _meets_outline(corners, latent.outline)
    kept = ~touched
    kept[kept] = latent.contains(corners[kept].mean(1))
    rim = np.flatnonzero(touched)
    b = latent.buckets
    all_corners = np.concatenate([image.codes, image.points], 1)
    polygons, sizes, owner = _cut(
        all_corners, image.triangles[rim], latent.triangles, b.low, b.side, b.shape, b.starts, b.members
    )
    n = len(image.codes)
    first = np.cumsum(sizes) - sizes
    fans = [np.zeros((0, 3), np.int64)]
    owners = [np.zeros(0, np.int64)]
    for k in range(1, int(sizes.max(initial=0)) - 1):
        some = sizes > k + 1
        fans.append(n + first[some, None] + np.array([0, k, k + 1]))
        owners.append(image.piece[rim[owner[some]]])
    vertices = np.concatenate([all_corners, polygons])
    return DecoderImage(
        vertices[:, :2],
        vertices[:, 2:],
        np.concatenate([image.triangles[kept], *fans]),
        np.concatenate([image.piece[kept], *owners]),
    )


def _meets_outline(corners: np.ndarray, outline: np.ndarray) -> np.ndarray:
    """Which triangles have a bounding box that meets that of a side of the outline."""
    low, high = outline.min((0, 1)), outline.max((0, 1))
    side = max(float((high - low).max()), np.finfo(float).tiny) / _GRID
    boxes = np.stack([outline.min(1), outline.max(1)], 1)
    squares = np.floor((boxes - low) / side).astype(np.int64)
    counts = np.zeros(((_GRID + 1) ** 2) + 1, np.int64)
    return _find_met(np.ascontiguousarray(corners), boxes, squares, low, side, counts)


@njit(cache=True, nogil=True)
def _find_met(
    corners: Float64[np.ndarray, "f 3 2"],
    boxes: Float64[np.ndarray, "s 2 2"],
    squares: Int64[np.ndarray, "s 2 2"],
    low: Float64[np.ndarray, " 2"],
    side: float,
    starts: Int64[np.ndarray, " q"],
) -> Bool[np.ndarray, " f"]:
    """Fill the squares with the sides of the outline, and look them up for every triangle."""
    width = _GRID + 1
    members, place = np.empty(0, np.int64), np.empty(0, np.int64)
    for fill in range(2):
        if fill == 1:
            total = 0
            for k in range(len(starts)):
                total, starts[k] = total + starts[k], total
            members = np.empty(total, np.int64)
            place = starts.copy()
        for k in range(len(boxes)):
            for i in range(squares[k, 0, 0], squares[k, 1, 0] + 1):
                for j in range(squares[k, 0, 1], squares[k, 1, 1] + 1):
                    if fill == 0:
                        starts[i * width + j] += 1
                    else:
                        members[place[i * width + j]] = k
                        place[i * width + j] += 1
    found = np.zeros(len(corners), np.bool_)
    for k in range(len(corners)):
        x0, x1 = corners[k, :, 0].min(), corners[k, :, 0].max()
        y0, y1 = corners[k, :, 1].min(), corners[k, :, 1].max()
        first = max(int(np.floor((x0 - low[0]) / side)), 0), max(int(np.floor((y0 - low[1]) / side)), 0)
        last = min(int(np.floor((x1 - low[0]) / side)), _GRID), min(int(np.floor((y1 - low[1]) / side)), _GRID)
        for i in range(first[0], last[0] + 1):
            for j in range(first[1], last[1] + 1):
                for m in range(starts[i * width + j], starts[i * width + j + 1]):
                    box = boxes[members[m]]
                    if box[0, 0] <= x1 and box[1, 0] >= x0 and box[0, 1] <= y1 and box[1, 1] >= y0:
                        found[k] = True
    return found


@njit(cache=True, nogil=True)
def _cut(
    vertices: Float64[np.ndarray, "n 5"],
    triples: Int64[np.ndarray, "f 3"],
    triangles: Float64[np.ndarray, "t 3 2"],
    low: Float64[np.ndarray, " 2"],
    side: float,
    shape: tuple[int, int],
    starts: Int64[np.ndarray, " q"],
    members: Int64[np.ndarray, " m"],
) -> tuple[Float64[np.ndarray, "c 5"], Int64[np.ndarray, " p"], Int64[np.ndarray, " p"]]:
    """Intersect triangles with all latent triangles: corners and sizes of the polygons, and the triangle of each."""
    capacity = 64
    polygons, sizes, owner = (
        np.empty((capacity * _USUAL, 5)),
        np.empty(capacity, np.int64),
        np.empty(capacity, np.int64),
    )
    n_polygons, n_corners = 0, 0
    seen = np.full(len(triangles), -1)
    for k in range(len(triples)):
        x0 = min(vertices[triples[k, 0], 0], vertices[triples[k, 1], 0], vertices[triples[k, 2], 0])
        x1 = max(vertices[triples[k, 0], 0], vertices[triples[k, 1], 0], vertices[triples[k, 2], 0])
        y0 = min(vertices[triples[k, 0], 1], vertices[triples[k, 1], 1], vertices[triples[k, 2], 1])
        y1 = max(vertices[triples[k, 0], 1], vertices[triples[k, 1], 1], vertices[triples[k, 2], 1])
        for i in range(max(int(np.floor((x0 - low[0]) / side)), 0), min(int((x1 - low[0]) / side), shape[0] - 1) + 1):
            for j in range(
                max(int(np.floor((y0 - low[1]) / side)), 0), min(int((y1 - low[1]) / side), shape[1] - 1) + 1
            ):
                square = i * shape[1] + j
                for m in range(starts[square], starts[square + 1]):
                    if seen[members[m]] == k:
                        continue
                    seen[members[m]] = k
                    polygon = _intersection(vertices, triples[k], triangles[members[m]])
                    if len(polygon) < 3:
                        continue
                    if n_corners + len(polygon) > len(polygons):
                        polygons = np.concatenate((polygons, np.empty_like(polygons)))
                    if n_polygons == len(sizes):
                        sizes, owner = np.concatenate((sizes, sizes)), np.concatenate((owner, owner))
                    polygons[n_corners : n_corners + len(polygon)] = polygon
                    sizes[n_polygons], owner[n_polygons] = len(polygon), k
                    n_polygons, n_corners = n_polygons + 1, n_corners + len(polygon)
    return polygons[:n_corners], sizes[:n_polygons], owner[:n_polygons]


@njit(cache=True, nogil=True)
def _intersection(
    vertices: Float64[np.ndarray, "n 5"], triple: Int64[np.ndarray, " 3"], triangle: Float64[np.ndarray, "3 2"]
) -> Float64[np.ndarray, "k 5"]:
    """Corners (code and image) of a triangle of the image within a latent triangle (Sutherland and Hodgman 1974).

    Images are interpolated together with codes along the sides, so that they stay images of their codes also where
    the triangle is a sliver.
    """
    polygon = vertices[triple].copy()
    for a in range(3):
        b = (a + 1) % 3
        dx, dy = triangle[b, 0] - triangle[a, 0], triangle[b, 1] - triangle[a, 1]
        result = np.empty((2 * len(polygon), 5))  # with rounding the sign may change more than twice
        count = 0
        for k in range(len(polygon)):
            here, there = polygon[k], polygon[(k + 1) % len(polygon)]
            s = dx * (here[1] - triangle[a, 1]) - dy * (here[0] - triangle[a, 0])
            t = dx * (there[1] - triangle[a, 1]) - dy * (there[0] - triangle[a, 0])
            if s >= 0.0:
                result[count] = here
                count += 1
            if (s > 0.0 and t < 0.0) or (s < 0.0 and t > 0.0):
                result[count] = here + s / (s - t) * (there - here)
                count += 1
        polygon = result[:count]
        if count < 3:
            break
    return polygon
