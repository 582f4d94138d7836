"""A training as a film: what was decoded, and the disk, at moments that were kept while it went on."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from app.scene.camera import Camera, fitted, named_view
from app.scene.disk import Window, disk_picture
from app.scene.figure import Figure, vertex_normals
from app.scene.films.moments import Moment
from app.scene.films.turning import draw_figure
from app.scene.films.writing import check_size, film_suffix, written
from app.scene.front import first_view
from app.scene.palette import DARK, LIGHT, Palette
from app.scene.snapshot import Snapshot, rgb
from core.base.errors import BudaiError
from core.base.progress import Progress, Work
from core.data.source import Source

SHOWN = 12
"""Pictures on a sheet."""
_LINE, _TEXT, _DISK = 40, 13, 0.44
"""Height of the line beneath and of letters, in pixels of a picture 480 high; radius of the disk over its room."""


@dataclass(frozen=True)
class LearningOptions:
    """How a film of a training is drawn.

    Parameters
    ----------
    width, height : int
        Size of a picture, in pixels; even numbers.
    seconds : float
        How long the film is.
    rate : int
        Pictures a second.
    is_dark : bool
        Whether it is drawn on a dark ground.
    camera : Camera or None
        Where the surface is seen from, in the drawing frame; None for where it is seen when it is opened.

    Raises
    ------
    BudaiError
        If a value is out of range.
    """

    width: int = 960
    height: int = 480
    seconds: float = 10.0
    rate: int = 15
    is_dark: bool = False
    camera: Camera | None = None

    def __post_init__(self) -> None:
        check_size(self.width, self.height, self.seconds, self.rate)


class LearningFilm:
    """Draws the moments of a training: the decoded surface at the left, the disk at the right.

    Parameters
    ----------
    source : Source
        The surface.
    moments : list of Moment
        What was kept.
    options : LearningOptions
        How.

    Raises
    ------
    BudaiError
        If nothing was kept, or it is no surface.
    """

    def __init__(self, source: Source, moments: list[Moment], options: LearningOptions) -> None:
        if not source.has_faces:
            raise BudaiError("Only the training of a surface can be filmed. Open a surface.")
        if not moments:
            raise BudaiError("No moment of a training was kept. Train first, and save the film before another is open.")
        self.figure, self.moments, self.options = Figure(source.data, source.path), moments, options
        self.palette: Palette = DARK if options.is_dark else LIGHT
        self._has_disk = moments[-1].codes is not None
        self._line = round(_LINE * options.height / 480)
        self._room = (options.width // 2 if self._has_disk else options.width, options.height - self._line)
        up = self.figure.up_axis
        direction = named_view(first_view(self.figure.sides, up), up)
        self.camera = options.camera or fitted(self.figure.points, self._room[0] / self._room[1], *direction)

    def picture(self, moment: Moment) -> Image.Image:
        """Return the picture of a moment."""
        options, (width, height) = self.options, self._room
        ground = np.empty((options.height, options.width, 3), np.uint8)
        ground[:] = rgb(self.palette.view)
        points = self.figure.drawn(moment.points)
        snapshot = Snapshot(self.figure, moment.codes, moment.points)
        colors = snapshot.vertex_coloring("error", self.palette, None, False).colors
        left = np.ascontiguousarray(ground[:height, :width])
        draw_figure(left, points, self.figure.faces, vertex_normals(points, self.figure.faces), colors, self.camera)
        ground[:height, :width] = left
        if moment.codes is not None and self._has_disk:
            self._draw_disk(ground[:height, width:], snapshot)
        image = Image.fromarray(ground)
        self._write(image, moment)
        return image

    def _draw_disk(self, ground: np.ndarray, snapshot: Snapshot) -> None:
        height, width = ground.shape[:2]
        window = Window(width, height, 0.0, 0.0, _DISK * min(width, height))
        pixels = disk_picture(snapshot, "area_distortion", self.palette, window).pixels
        part = (pixels >> np.uint32(24)).astype(np.float64)[..., None] / 255.0
        color = np.stack([pixels >> np.uint32(shift) & np.uint32(255) for shift in (16, 8, 0)], axis=2)
        disk = Image.fromarray(np.clip(color + (1.0 - part) * ground, 0, 255).astype(np.uint8))
        middle, radius = (width / 2, height / 2), window.scale
        box = [middle[0] - radius, middle[1] - radius, middle[0] + radius, middle[1] + radius]
        ImageDraw.Draw(disk).ellipse(box, outline=self.palette.border_strong)
        ground[:] = np.asarray(disk)

    def _write(self, image: Image.Image, moment: Moment) -> None:
        """Draw the line beneath: how far it has come, and the error."""
        draw, palette, unit = ImageDraw.Draw(image), self.palette, self.options.height / 480
        left, right, y = 24 * unit, self.options.width - 24 * unit, self.options.height - 12 * unit
        at = left + (right - left) * min(moment.seconds / max(self.moments[-1].seconds, 1e-9), 1.0)
        draw.line([(left, y), (right, y)], palette.border_strong, max(round(2 * unit), 1))
        draw.line([(left, y), (at, y)], palette.accent, max(round(3 * unit), 1))
        words = f"{moment.seconds:.1f} s, {moment.step:,} {'step' if moment.step == 1 else 'steps'}"
        if moment.rmse_rel is not None and np.isfinite(moment.rmse_rel):
            words += f", RMSE {100.0 * moment.rmse_rel:.3g} %"
        font = ImageFont.load_default(max(round(_TEXT * unit), 8))
        draw.text((left, y - 9 * unit), words, palette.text_muted, font, anchor="ls")


def write_learning(source: Source, moments: list[Moment], options: LearningOptions, path: str | Path) -> Work[str]:
    """Write a film of a training.

    Parameters
    ----------
    source : Source
        The surface.
    moments : list of Moment
        What was kept; each picture is that of the one nearest in time, none is made up between two.
    options : LearningOptions
        How.
    path : str or Path
        The file.

    Yields
    ------
    Progress
        Part of the pictures drawn.

    Raises
    ------
    BudaiError
        If nothing was kept, or the file cannot be written.
    """
    target = Path(path)
    suffix = film_suffix(target)
    yield Progress(0.0, "Drawing")
    film = LearningFilm(source, moments, options)
    times = np.array([moment.seconds for moment in moments])
    n = SHOWN if suffix == "png" else max(round(options.seconds * options.rate), 2)
    at = np.linspace(times[0], times[-1], n)
    nearest = np.abs(times[None, :] - at[:, None]).argmin(1).tolist()
    pictures = (film.picture(moments[k]) for k in nearest)
    yield from written(pictures, n, target, (options.width, options.height), options.rate)
    return str(target)
