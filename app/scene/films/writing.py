"""Files that hold pictures one after the other: films, archives, sheets."""

import io
import itertools
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from core.base.errors import BudaiError, InputError
from core.base.progress import Progress
from core.io.atomic import replacing

SUFFIXES = ("gif", "mp4", "zip", "png")
"""A film; pictures one by one in an archive; one sheet of some of them."""
LEAST_SIDE, MOST_SIDE = 64, 4096
USE = "Use .gif or .mp4 for a film, .zip for its pictures, .png for a sheet."
_ACROSS = 4
"""Pictures in a line of a sheet."""


def check_size(width: int, height: int, seconds: float, rate: int) -> None:
    """Refuse what no film can be.

    Raises
    ------
    BudaiError
        If a side is odd or out of range, or the film too short, too long, too slow or too fast.
    """
    for side in (width, height):
        if side % 2 or not LEAST_SIDE <= side <= MOST_SIDE:
            raise BudaiError(f"A film has no side of {side:,} pixels. Choose even numbers, 64 to 4,096.")
    if not 0.2 <= seconds <= 600.0:
        raise BudaiError(f"A film does not last {seconds:g} seconds. Choose 0.2 to 600.")
    if not 1 <= rate <= 60:
        raise BudaiError(f"A film has no {rate:,} pictures a second. Choose 1 to 60.")


def film_suffix(path: Path) -> str:
    """Return the suffix of a film without its dot.

    Raises
    ------
    InputError
        If it is none of a film.
    """
    suffix = path.suffix.lower()[1:]
    if suffix not in SUFFIXES:
        raise InputError(path.name, f"the suffix {path.suffix or '(none)'} is none of a film", remedy=USE)
    return suffix


class FilmWriter:
    """Takes pictures and puts them into a file.

    Parameters
    ----------
    suffix : str
        One of `SUFFIXES`.
    path : Path
        The file.
    size : pair of int
        Width and height of the pictures, in pixels.
    rate : int
        Pictures a second.
    """

    def __init__(self, suffix: str, path: Path, size: tuple[int, int], rate: int) -> None:
        self._suffix, self._path, self._size, self._rate = suffix, path, size, rate
        self._pictures: list[Image.Image] = []
        self._archive: zipfile.ZipFile | None = None
        self._video: Any = None

    def __enter__(self) -> "FilmWriter":
        if self._suffix == "zip":
            self._archive = zipfile.ZipFile(self._path, "w")
        if self._suffix == "mp4":
            import cv2  # only where it is needed

            code = cv2.VideoWriter.fourcc(*"vp09")
            self._video = cv2.VideoWriter(str(self._path), code, float(self._rate), self._size)
            if not self._video.isOpened():
                raise InputError(self._path.name, "this computer cannot write VP9 films", remedy="Use .gif or .zip.")
        return self

    def __exit__(self, *_: object) -> None:
        if self._archive is not None:
            self._archive.close()
        if self._video is not None:
            self._video.release()

    def add(self, picture: Image.Image) -> None:
        """Take the next picture."""
        if self._archive is not None:
            buffer = io.BytesIO()
            picture.save(buffer, "png", compress_level=4)
            self._archive.writestr(f"{len(self._archive.namelist()) + 1:05}.png", buffer.getvalue())
        elif self._video is not None:
            self._video.write(np.asarray(picture)[..., ::-1].copy())
        else:
            self._pictures.append(picture)

    def finish(self) -> None:
        """Write what is written at the end."""
        if self._suffix == "gif":
            _write_gif(self._pictures, self._path, self._rate)
        if self._suffix == "png":
            _sheet(self._pictures).save(self._path, "png")
        self.__exit__()


def written(
    pictures: Iterator[Image.Image], count: int, path: Path, size: tuple[int, int], rate: int
) -> Iterator[Progress]:
    """Write pictures into a film while they are drawn.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    with replacing(path) as temporary, FilmWriter(film_suffix(path), temporary, size, rate) as writer:
        for k in range(count):
            yield Progress(k / count, f"Drawing picture {k + 1:,} of {count:,}")
            writer.add(next(pictures))
        yield Progress(1.0, f"Writing {path.name}")
        writer.finish()


def _write_gif(pictures: list[Image.Image], path: Path, rate: int) -> None:
    """Write a GIF that repeats, all its pictures by one table of 128 colours."""
    few = pictures[:: max(len(pictures) // 12, 1)]
    palette = _sheet(few).quantize(128, Image.Quantize.MEDIANCUT)
    drawn = [picture.quantize(palette=palette, dither=Image.Dither.NONE) for picture in pictures]
    ends = [10 * round(100 * k / rate) for k in range(len(drawn) + 1)]  # a GIF counts hundredths of a second
    durations = [end - start for start, end in itertools.pairwise(ends)]
    drawn[0].save(path, "gif", save_all=True, append_images=drawn[1:], duration=durations, loop=0)


def _sheet(pictures: list[Image.Image]) -> Image.Image:
    """Return pictures in lines of four."""
    width, height = pictures[0].size
    across = min(_ACROSS, len(pictures))
    sheet = Image.new("RGB", (across * width, -(-len(pictures) // across) * height), pictures[0].getpixel((0, 0)))
    for k, picture in enumerate(pictures):
        sheet.paste(picture, (k % across * width, k // across * height))
    return sheet
