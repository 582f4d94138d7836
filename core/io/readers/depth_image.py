"""Depth images: a pixel is a point, by the focal lengths and the middle of the camera."""

import io
import warnings

import numpy as np
from PIL import Image, UnidentifiedImageError

from core.io.content import FileContent
from core.io.file_bytes import FileBytes, printable

_MOST_PIXELS = 200_000_000


def read_depth_image(source: FileBytes) -> FileContent:
    """Return the points of a depth image: ((u - cx) z / fx, (v - cy) z / fy, z) with z = value / scale.

    Notes
    -----
    u counts columns from the left, v rows from the top, both from 0; pixels of value 0 hold no measurement.

    Raises
    ------
    InputError
        If it is no image of one channel, or no pixel holds a measurement.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(source.data))
            if image.width * image.height > _MOST_PIXELS:
                raise source.error(f"has {image.width:,} x {image.height:,} pixels", "", "Give a smaller image.")
            mode, depth = image.mode, np.asarray(image)
    except (UnidentifiedImageError, OSError, SyntaxError) as error:
        reason = f"cannot be read as a depth image ({printable(str(error), 100)})"
        raise source.error(reason, "", "Give a PNG of 16 bits, and leave --intrinsics away for other files.") from None
    if depth.ndim != 2 or mode in ("1", "P"):
        raise source.error(f"is an image of kind {mode}, no depth image", "", "Give one of a single channel.")
    rows, columns = depth.shape
    fx, fy, cx, cy, scale = (*source.intrinsics, 1.0)[:5]
    v, u = np.nonzero(depth)
    if not len(u):
        raise source.error(f"none of its {depth.size:,} pixels holds a depth: all are 0", "", "Export it again.")
    z = depth[v, u] / scale
    points = np.column_stack([(u - cx) * z / fx, (v - cy) * z / fy, z])
    empty = depth.size - len(u)
    said = (f"Left out {empty:,} of {depth.size:,} pixels without a depth.",) if empty else ()
    return FileContent(
        points,
        warnings=said,
        vertex_place=lambda k: f"row {int(v[k]):,}, column {int(u[k]):,}",
        grid=(rows, columns),
    )
