"""How a film of an unfolding is to be drawn."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from app.scene.films.camera_path import CameraPath, path_from_numbers, path_from_texts
from app.scene.films.writing import check_size
from core.base.errors import BudaiError
from core.geometry.normalization import Frame
from core.unfolding.unfolding import Unfolding

WITH_EDGES = "cells"
"""Colour of those who want to see the edges of cells: plain, or by class."""
COLORS = ("none", "normal", "pattern", WITH_EDGES, "texture")


@dataclass(frozen=True)
class FilmOptions:
    """How a film of an unfolding is to be drawn.

    Parameters
    ----------
    width, height : int
        Size of a picture, in pixels; even numbers.
    seconds : float
        How long it is.
    rate : int
        Pictures a second.
    color_by : "none", "normal", "pattern", "cells" or "texture"
        Plain, by the direction of the surface, by activation pattern of the layers so far, plain with the edges of the
        cells of these layers, or by the colours of the file.
    faces_viewer : bool
        Whether the disk of codes is turned to the viewer, little by little.
    is_dark : bool
        Whether it is drawn on a dark ground.
    camera : tuple of float
        Eye, point looked at and upward direction, in units of the diagonal of the input around its middle; of several
        cameras these ten by ten, each after the share of the way at which it is there; empty to see all of it from
        where a surface is seen when it is opened.
    is_parallel : bool
        Whether the rays of these cameras are parallel.

    Raises
    ------
    BudaiError
        If a value is out of range.
    """

    width: int = field(default=640, metadata={"label": "Width"})
    height: int = field(default=480, metadata={"label": "Height"})
    seconds: float = field(default=10.0, metadata={"label": "Seconds"})
    rate: int = field(default=15, metadata={"label": "Pictures a second"})
    color_by: str = field(default="normal", metadata={"label": "Colour"})
    faces_viewer: bool = field(default=True, metadata={"label": "Turn the disk to the viewer"})
    is_dark: bool = field(default=False, metadata={"label": "Dark"})
    camera: tuple[float, ...] = field(default=(), metadata={"hidden": True})
    is_parallel: bool = field(default=False, metadata={"hidden": True})

    def __post_init__(self) -> None:
        check_size(self.width, self.height, self.seconds, self.rate)
        if self.color_by not in COLORS:
            raise BudaiError(f"There is no colour {self.color_by}. Choose {', '.join(COLORS)}.")
        _ = self.path

    @property
    def path(self) -> CameraPath:
        """Its cameras; none where all is to be seen."""
        return path_from_numbers(self.camera, self.is_parallel) if self.camera else CameraPath()

    @property
    def n_pictures(self) -> int:
        """Number of pictures."""
        return max(round(self.seconds * self.rate), 2)


def frame_of(made: Unfolding) -> Frame:
    """Return the frame in whose units the cameras of a film are: the middle of the input is 0, its diagonal 1."""
    places = made.places(0.0)
    low, high = places.min(0), places.max(0)
    size = float(np.linalg.norm(high - low))
    return Frame(0.5 * (low + high), size if size > 0.0 else 1.0)


def check_cameras(texts: Sequence[str]) -> None:
    """Refuse texts that are no cameras, before the work that they are for.

    Raises
    ------
    BudaiError
        If one describes none, or moments do not fit.
    """
    if texts:
        path_from_texts(texts, Frame(np.zeros(3), 1.0))


def seen_from(options: FilmOptions, texts: Sequence[str], made: Unfolding) -> FilmOptions:
    """Return options of a film that is seen from cameras, told as JSON in input units; the same where there are none.

    Raises
    ------
    BudaiError
        If one describes none, or moments do not fit.
    """
    if not texts:
        return options
    path = path_from_texts(texts, frame_of(made))
    return replace(options, camera=path.numbers(), is_parallel=path.is_parallel)
