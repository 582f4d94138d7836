"""Pictures of an unfolding, one after the other, and the files that hold them."""

from functools import cached_property
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from app.scene.camera import Camera, fitted
from app.scene.figure import Figure
from app.scene.films.turning import draw_points
from app.scene.films.writing import film_suffix, written
from app.scene.palette import DARK, LIGHT, Palette
from app.scene.shaded import draw_edges, draw_shaded
from app.scene.snapshot import rgb
from app.stages.unfolding.film_options import FilmOptions
from app.stages.unfolding.scene.look import Look, edge_colors, edge_roles, first_camera
from app.stages.unfolding.scene.words import layer_words
from core.base.progress import Work
from core.data.source import Source
from core.unfolding.unfolding import Unfolding

_HELD = 0.06
"""Part of a film for which it stands at the input, at the code and at the output, each."""
_LINE, _TEXT = 44, 13
"""Height of the line beneath the picture, and of letters, in pixels of a picture 480 high."""
_LARGER = 1.12
"""How much more than in a view the figure fills."""


class Film:
    """Draws the pictures of a film.

    Parameters
    ----------
    made : Unfolding
        The way.
    source : Source
        What was learned.
    options : FilmOptions
        How.
    look : Look, optional
        What it looks like; by default as the options say.
    """

    def __init__(self, made: Unfolding, source: Source, options: FilmOptions, look: Look | None = None) -> None:
        self.made, self.options = made, options
        self.palette: Palette = DARK if options.is_dark else LIGHT
        self._given = _camera_of(options.camera)
        start = first_camera(Figure(source.data, source.path))
        self.look = look or Look(made, source, start, options.color_by, options.faces_viewer)

    @cached_property
    def camera(self) -> Camera:
        """Where it is seen from: as was asked for, or so that all of it is in sight."""
        room = self.options.height - self._line
        if self._given is not None:
            return self._above_the_line(self._given.zoomed(room / self.options.height))
        _, up, toward = self.look.camera.axes()
        seen = fitted(self.look.extent, self.options.width / room, tuple(toward), tuple(up))
        return self._above_the_line(seen.zoomed(_LARGER * room / self.options.height))

    def _above_the_line(self, camera: Camera) -> Camera:
        """Return a camera that sees the figure a little higher: beneath it is a line."""
        return camera.moved(0.0, -self._line / 2, self.options.height)

    def moments(self) -> np.ndarray:
        """Return the moment t of each picture: it stands at the ends and at the code."""
        made, n = self.made, self.options.n_pictures
        stops = [0.0, *([float(made.code)] if made.code is not None else []), float(made.length)]
        times, at = [0.0], [0.0]
        for k, stop in enumerate(stops):
            if k:
                times.append(times[-1] + (1.0 - _HELD * len(stops)) * (stop - stops[k - 1]) / made.length)
                at.append(stop)
            times.append(times[-1] + _HELD)
            at.append(stop)
        return np.interp(np.linspace(0.0, times[-1], n), times, at)

    def picture(self, t: float) -> Image.Image:
        """Return the picture of a moment."""
        options = self.options
        ground = np.empty((options.height, options.width, 3), np.uint8)
        ground[:] = rgb(self.palette.view)
        shape = self.look.shape(t)
        if shape.normals is not None:
            buffer = draw_shaded(ground, shape.points, self.made.faces, shape.normals, shape.colors, self.camera)
            if shape.ends is not None:
                roles = edge_roles(len(shape.ends), shape.n_older)
                colors = edge_colors(self.palette, shape.n_older)
                draw_edges(ground, shape.ends, roles, colors, self.camera, buffer)
        else:
            if shape.ends is not None:
                _draw_lines(ground, shape.ends, self.camera, self.palette.border_strong)
            dots = slice(self.look.n_dots)
            draw_points(ground, shape.points[dots], shape.colors[dots], self.camera)
        image = Image.fromarray(ground)
        self._write(image, t)
        return image

    @property
    def _line(self) -> int:
        return round(_LINE * self.options.height / 480)

    def _write(self, image: Image.Image, t: float) -> None:
        """Draw the line beneath: where the layers are, how far it has come, and what is seen."""
        draw, palette, unit = ImageDraw.Draw(image), self.palette, self.options.height / 480
        left, right = 24 * unit, self.options.width - 24 * unit
        y, length = self.options.height - 14 * unit, self.made.length
        at = left + (right - left) * t / length
        draw.line([(left, y), (right, y)], palette.border_strong, max(round(2 * unit), 1))
        draw.line([(left, y), (at, y)], palette.accent, max(round(3 * unit), 1))
        for mark in range(length + 1):
            x, r = left + (right - left) * mark / length, (5 if mark in (0, self.made.code, length) else 3) * unit
            color = palette.accent if mark <= t + 1e-9 else palette.border_strong
            draw.ellipse([x - r, y - r, x + r, y + r], color)
        font = ImageFont.load_default(max(round(_TEXT * unit), 8))
        draw.text((left, y - 11 * unit), layer_words(self.made, t), palette.text_muted, font, anchor="ls")


def _camera_of(numbers: tuple[float, ...]) -> Camera | None:
    if not numbers:
        return None
    return Camera(numbers[:3], numbers[3:6], numbers[6:])  # type: ignore[arg-type]


def _draw_lines(ground: np.ndarray, ends: np.ndarray, camera: Camera, color: str) -> None:
    """Draw lines into a picture, in place."""
    height, width = ground.shape[:2]
    places, depth = camera.project(np.asarray(ends, np.float64).reshape(-1, 3), width, height)
    image = Image.fromarray(ground)
    draw = ImageDraw.Draw(image)
    for (p, q), near in zip(places.reshape(-1, 2, 2), depth.reshape(-1, 2).min(1), strict=True):
        if near > 0.0:
            draw.line([tuple(p), tuple(q)], color, max(round(height / 480), 1))
    ground[:] = np.asarray(image)


def write_film(
    made: Unfolding, source: Source, options: FilmOptions, path: Path, look: Look | None = None
) -> Work[Path]:
    """Write a film, or pictures, of an unfolding.

    Parameters
    ----------
    made : Unfolding
        The way.
    source : Source
        What was learned.
    options : FilmOptions
        How.
    path : Path
        The file; its suffix is one of a film.
    look : Look, optional
        What it looks like; by default as the options say.

    Yields
    ------
    Progress
        Part of the pictures drawn.

    Raises
    ------
    InputError
        If the suffix is another one, or the file cannot be written.
    """
    suffix = film_suffix(path)
    film = Film(made, source, options, look)
    moments = np.arange(made.length + 1.0) if suffix == "png" else film.moments()
    pictures = (film.picture(float(t)) for t in moments)
    yield from written(pictures, len(moments), path, (options.width, options.height), options.rate)
    return path
