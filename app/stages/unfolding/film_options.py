"""How a film of an unfolding is to be drawn."""

from dataclasses import dataclass, field

from app.scene.films.writing import check_size
from core.base.errors import BudaiError

COLORS = ("none", "normal", "pattern", "cells", "texture")


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
        Eye, point looked at and upward direction, in units of the diagonal of the input around its middle; empty to see
        all of it from where a surface is seen when it is opened.

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

    def __post_init__(self) -> None:
        check_size(self.width, self.height, self.seconds, self.rate)
        if self.color_by not in COLORS:
            raise BudaiError(f"There is no colour {self.color_by}. Choose {', '.join(COLORS)}.")
        if len(self.camera) not in (0, 9):
            raise BudaiError(f"A camera is 9 numbers, not {len(self.camera)}. Leave it away to see all of it.")

    @property
    def n_pictures(self) -> int:
        """Number of pictures."""
        return max(round(self.seconds * self.rate), 2)
