"""Pictures of an unfolding, one after the other, and the files that hold them."""

from collections.abc import Callable
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
from app.stages.unfolding.scene.look import Look, Shape, edge_colors, edge_roles, first_camera
from app.stages.unfolding.scene.words import layer_words
from core.base.progress import Work
from core.data.source import Source
from core.unfolding.unfolding import Unfolding

_HELD = 0.06
"""Part of a film for which it stands at the input, at the code and at the output, each."""
_LINE, _TEXT = 44, 13
"""Height of the line beneath the picture, and of letters, in pixels of a picture 480 high."""
_THIN = 2.0
"""Spread across a line in pixels of a picture 480 high, below which points are drawn instead of triangles."""
Note = Callable[[float], str]
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
    note : callable, optional
        Called with a moment; returns what there is to tell of it beside the layer.
    """

    def __init__(
        self, made: Unfolding, source: Source, options: FilmOptions, look: Look | None = None, note: Note | None = None
    ) -> None:
        self.made, self.options, self._note = made, options, note
        self.palette: Palette = DARK if options.is_dark else LIGHT
        start = first_camera(Figure(source.data, source.path))
        self.look = look or Look(made, source, start, options.color_by, options.faces_viewer)

    def camera(self, t: float) -> Camera:
        """Return where a moment is seen from: as was asked for, or so that all of it is in sight."""
        path, room = self.options.path, self.options.height - self._line
        if not path.keys:
            return self._all_of_it
        return self._above_the_line(path.at(t / self.made.length).zoomed(room / self.options.height))

    @cached_property
    def _all_of_it(self) -> Camera:
        room = self.options.height - self._line
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
        shape, camera = self.look.shape(t), self.camera(t)
        if shape.normals is not None:
            if self.look.tints is not None:
                _draw_squeezed(ground, shape, self.look.tints, camera)
            buffer = draw_shaded(ground, shape.points, self.made.faces, shape.normals, shape.colors, camera)
            if shape.ends is not None:
                roles = edge_roles(len(shape.ends), shape.n_older)
                colors = edge_colors(self.palette, shape.n_older)
                draw_edges(ground, shape.ends, roles, colors, camera, buffer)
        else:
            if shape.grid is not None:
                _draw_lines(ground, shape.grid, camera, self.palette.border_strong)
            if shape.ends is not None:
                _draw_lines(ground, shape.ends[: shape.n_older], camera, self.palette.text_faint)
                _draw_lines(ground, shape.ends[shape.n_older :], camera, self.palette.accent)
            _draw_dots(ground, shape, self.look.n_dots, camera)
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
        if self._note is not None:
            note = self._note(t).replace("\N{MINUS SIGN}", "-")  # the font has no other
            draw.text((right, y - 11 * unit), note, palette.text, font, anchor="rs")


def _draw_dots(ground: np.ndarray, shape: Shape, n: int | None, camera: Camera) -> None:
    """Draw the first n points, or all, in place."""
    draw_points(ground, shape.points[:n], shape.colors[:n], camera)


def _draw_squeezed(ground: np.ndarray, shape: Shape, tints: np.ndarray, camera: Camera) -> None:
    """Draw the points of each colour that is squeezed into a line or a point, of which no triangle is seen."""
    height, width = ground.shape[:2]
    places, _ = camera.project(shape.points, width, height)
    _, kinds = np.unique(tints, axis=0, return_inverse=True)
    for kind in range(int(kinds.max()) + 1):
        own = kinds.ravel() == kind
        spread = np.linalg.eigvalsh(np.cov(places[own].T))[0] if own.sum() > 1 else 0.0
        if spread < (_THIN * height / 480) ** 2:
            draw_points(ground, shape.points[own], shape.colors[own], camera)


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
    made: Unfolding,
    source: Source,
    options: FilmOptions,
    path: Path,
    look: Look | None = None,
    note: Note | None = None,
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
    note : callable, optional
        Called with a moment; returns what there is to tell of it beside the layer.

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
    film = Film(made, source, options, look, note)
    moments = np.arange(made.length + 1.0) if suffix == "png" else film.moments()
    pictures = (film.picture(float(t)) for t in moments)
    yield from written(pictures, len(moments), path, (options.width, options.height), options.rate)
    return path
