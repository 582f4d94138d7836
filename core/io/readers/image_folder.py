"""A folder of small images of one size: each is a row of a table, its folder is its class."""

import warnings
from collections import Counter
from pathlib import Path

import numpy as np

from core.base.errors import InputError
from core.io.content import TableContent
from core.io.file_bytes import printable

SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".pgm", ".ppm", ".webp")
"""Suffixes of what is taken for an image."""
LARGEST = 128
"""Pixels of a side at most."""


def read_image_folder(folder: Path) -> TableContent:
    """Return the images of a folder as rows of grey values from 0 to 1.

    Images in folders within it are of the class that their folder is named by.

    Parameters
    ----------
    folder : Path
        A folder.

    Raises
    ------
    InputError
        If there is no image, one cannot be read, or they differ in size.
    """
    name = printable(folder.resolve().name, 255) or str(folder)
    found = sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES and path.is_file())
    if not found:
        remedy = f"Give a surface, a table, or a folder of images ({', '.join(SUFFIXES[:3])})."
        raise InputError(name, "this is a folder without images", "", remedy)
    parents = [path.parent.relative_to(folder).as_posix() for path in found]
    first = _image(name, folder, found[0])
    values = np.empty((len(found), first.size), np.float64)
    for k, path in enumerate(found):
        image = _image(name, folder, path)
        if image.shape != first.shape:
            size, other = (f"{shape[1]} x {shape[0]}" for shape in (image.shape, first.shape))
            reason = f"is {size} pixels, {printable(found[0].name)} is {other}"
            raise InputError(name, reason, _place(folder, path), "Give all images one size.")
        values[k] = image.ravel()
    labels = np.array(parents) if len(Counter(parents)) > 1 else None
    return TableContent(
        values,
        labels,
        image_shape=first.shape,
        row_place=lambda k: f"image {_place(folder, found[k])}",
    )


def _place(folder: Path, path: Path) -> str:
    return printable(path.relative_to(folder).as_posix(), 120)


def _image(name: str, folder: Path, path: Path) -> np.ndarray:
    """Return the grey values of an image, from 0 to 1."""
    from PIL import Image, UnidentifiedImageError  # only where there are images

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # what a decoder only warns of is a damaged image
            with Image.open(path) as image:
                if max(image.size) > LARGEST:
                    reason = f"is {image.size[0]} x {image.size[1]} pixels; the largest side is {LARGEST}"
                    raise InputError(name, reason, _place(folder, path), "Scale the images down.")
                return np.asarray(image.convert("L"), np.float64) / 255.0
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Warning, Image.DecompressionBombError) as error:
        reason = f"is no image that can be read ({type(error).__name__})"
        raise InputError(name, reason, _place(folder, path), "Replace or remove it.") from None
