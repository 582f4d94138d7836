"""Pictures that the materials of an OBJ file lay on it, taken over as colours of its vertices."""

import warnings as python_warnings
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
from jaxtyping import Float64, Int64, UInt8

from core.base.errors import InputError
from core.io.file_bytes import FileBytes, printable

MOST_LIBRARY, MOST_PIXELS = 4_000_000, 100_000_000
"""Bytes of a material library, and pixels of a picture, that are read at most."""
_PLAIN = (0.8, 0.8, 0.8)
"""Colour where a material says none."""


@dataclass(frozen=True)
class Material:
    """What a material library says of one: its colour, from 0 to 1, and the name of its picture, empty for none."""

    color: tuple[float, float, float] = _PLAIN
    picture: str = ""


def read_materials(path: Path) -> dict[str, Material]:
    """Return the materials of a library by their names; lines of other things are passed over.

    Raises
    ------
    OSError
        If it cannot be read.
    """
    with path.open("rb") as file:
        text = file.read(MOST_LIBRARY).decode("utf-8", "replace")
    found: dict[str, Material] = {}
    name = ""
    for line in text.splitlines():
        word, _, rest = line.strip().partition(" ")
        rest = rest.strip()
        if word == "newmtl":
            name = rest
            found[name] = Material()
        elif word == "Kd" and name in found:
            found[name] = Material(_color(rest), found[name].picture)
        elif word.lower() == "map_kd" and name in found and rest:
            picture = rest.split()[-1] if rest.startswith("-") else rest  # options stand before the name
            found[name] = Material(found[name].color, picture.replace("\\", "/"))
    return found


def _color(text: str) -> tuple[float, float, float]:
    try:
        red, green, blue = (min(max(float(word), 0.0), 1.0) for word in text.split()[:3])
    except ValueError:
        return _PLAIN
    return red, green, blue


def vertex_colors(
    source: FileBytes,
    materials: dict[str, Material],
    corners: Int64[np.ndarray, " m"],
    names: list[str],
    which: Int64[np.ndarray, " m"],
    texture: Float64[np.ndarray, "m 2"],
    n: int,
) -> tuple[Float64[np.ndarray, "n 3"] | None, list[str]]:
    """Return the colour of each vertex, the mean over its corners, and what could not be read.

    Parameters
    ----------
    source : FileBytes
        The OBJ file; pictures lie beside it or in folders there.
    materials : dict
        What is known, by names.
    corners : (m,) int64 array
        Vertex of each corner.
    names : list of str
        Materials that are used.
    which : (m,) int64 array
        Material of each corner, by its place in `names`.
    texture : (m, 2) float64 array
        Texture coordinates of the corners, NaN where there are none.
    n : int
        Number of vertices.

    Returns
    -------
    (n, 3) float64 array or None
        Red, green and blue from 0 to 1; None where no picture could be read.
    list of str
        Sentences.
    """
    colors, said = np.full((len(corners), 3), _PLAIN), list[str]()
    has_picture = False
    for k, name in enumerate(names):
        material = materials.get(name, Material())
        of_it = which == k
        colors[of_it] = material.color
        if not material.picture or not of_it.any():
            continue
        try:
            pixels = picture_pixels(source.neighbour(material.picture))
        except (InputError, OSError, ValueError) as error:
            why = "was not found beside the file" if isinstance(error, FileNotFoundError) else "could not be read"
            said.append(f'The picture "{printable(material.picture)}" {why}: the surface has no texture from it.')
            continue
        has_picture = True
        there = of_it & np.isfinite(texture).all(axis=1)
        colors[there] = sampled(pixels, texture[there])
    if not has_picture:
        return None, said
    inside = (corners >= 0) & (corners < n)
    corners, colors = corners[inside], colors[inside]
    count = np.bincount(corners, minlength=n)
    sums = np.stack([np.bincount(corners, colors[:, d], n) for d in range(3)], axis=1)
    mean = sums / np.maximum(count, 1)[:, None]
    mean[count == 0] = _PLAIN
    return mean, said


def sampled(pixels: UInt8[np.ndarray, "h w 3"], texture: Float64[np.ndarray, "k 2"]) -> Float64[np.ndarray, "k 3"]:
    """Return what a picture shows at texture coordinates, bilinear, from 0 to 1; the picture repeats."""
    height, width = pixels.shape[:2]
    x = (texture[:, 0] % 1.0) * width - 0.5
    y = (1.0 - texture[:, 1] % 1.0) * height - 0.5  # coordinates count from the bottom, rows from the top
    left, top = np.floor(x).astype(np.int64), np.floor(y).astype(np.int64)
    right, down = (x - left)[:, None], (y - top)[:, None]

    def at(column: np.ndarray, row: np.ndarray) -> np.ndarray:
        return pixels[row % height, column % width].astype(np.float64) / 255.0

    above = (1.0 - right) * at(left, top) + right * at(left + 1, top)
    below = (1.0 - right) * at(left, top + 1) + right * at(left + 1, top + 1)
    return (1.0 - down) * above + down * below


def picture_pixels(place: Path | BytesIO) -> UInt8[np.ndarray, "h w 3"]:
    """Return the pixels of a picture, in a file or in memory.

    Raises
    ------
    OSError, ValueError
        If it cannot be read, or is too large.
    """
    from PIL import Image  # only where there are pictures

    with python_warnings.catch_warnings():
        python_warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        try:
            with Image.open(place) as image:
                if image.width * image.height > MOST_PIXELS:
                    raise ValueError("too many pixels")
                return np.asarray(image.convert("RGB"))
        except (SyntaxError, Image.DecompressionBombError) as error:
            raise ValueError(str(error)) from error
