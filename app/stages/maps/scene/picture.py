"""One picture of a map: a grid in one disk and its image in the other, both surfaces, and what is between."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.collections import LineCollection

from app.scene.palette import LIGHT, Palette
from app.scene.pictures import draw_circle, panel, sheet_of
from app.stages.maps.scene.colors import row_colors, second_colors
from app.stages.maps.scene.morph import Morph
from app.stages.maps.scene.words import summary
from core.geometry.principal import principal_coordinates
from core.maps.grid import linked_grid
from core.maps.manifold_map import ManifoldMap

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_SIDE = 502
"""Side of a picture of a surface, in pixels."""
_MOST = 20_000
"""Codes that are drawn at most."""
_LEFT, _WIDE, _HIGH = (0.025, 0.343, 0.661), 0.3137, 0.395


def draw_map(made: ManifoldMap, path: str | Path, palette: Palette = LIGHT) -> None:
    """Draw a map.

    Parameters
    ----------
    made : ManifoldMap
        The map.
    path : str or Path
        The PNG file.
    palette : Palette
        Colours of the sheet.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    names = made.first.source.name, made.second.source.name
    with sheet_of(f"{names[0]} → {names[1]}", summary(made), path, palette) as sheet:
        grid = linked_grid(made)
        titles = f"Codes of {names[0]}", "Where they are mapped to", f"Codes of {names[1]}"
        for k, (left, title) in enumerate(zip(_LEFT, titles, strict=True)):
            _draw_disk(panel(sheet, (left, 0.025, _WIDE, _HIGH), title, palette), made, k, grid, palette)
        if made.first.source.has_faces:
            morph = Morph(made)
            camera = morph.camera(_WIDE * 1.6 / _HIGH)
            moments = ((names[0], 0.0), ("Half way", 0.5), (f"Arrived at {names[1]}", 1.0))
            for left, (title, t) in zip(_LEFT, moments, strict=True):
                axes = panel(sheet, (left, 0.475, _WIDE, _HIGH), title, palette)
                size = (_SIDE, round(_SIDE * _HIGH / (1.6 * _WIDE)))
                axes.imshow(morph.picture(morph.points(t), morph.by_code, camera, size, palette), aspect="auto")
        else:
            points = (made.first.source.positions, made.arrived, made.second.source.positions)
            titles = names[0], f"Arrived at {names[1]}", names[1]
            for left, title, rows in zip(_LEFT, titles, points, strict=True):
                axes = panel(sheet, (left, 0.475, _WIDE, _HIGH), f"{title}: first two principal coordinates", palette)
                colors = row_colors(made) if len(rows) == len(made.images) else np.full((len(rows), 3), 150)
                flat = principal_coordinates(rows, 2)
                axes.scatter(flat[:_MOST, 0], flat[:_MOST, 1], s=5, c=colors[:_MOST] / 255.0, linewidths=0)
                axes.margins(0.05)


def _draw_disk(
    axes: "Axes", made: ManifoldMap, k: int, grid: list[tuple[np.ndarray, np.ndarray]], palette: Palette
) -> None:
    """Draw the codes of one side with the lines of the grid; those of the second itself where they come from."""
    axes.set_aspect("equal", adjustable="datalim")
    codes = (made.first.training.codes, made.images, made.second.training.codes)[k]
    colors = row_colors(made) if k < 2 else second_colors(made)
    if codes.shape[1] != 2:
        codes, grid = principal_coordinates(codes, 2), []
    rows = np.linspace(0, len(codes) - 1, min(len(codes), _MOST)).astype(np.int64)
    axes.scatter(codes[rows, 0], codes[rows, 1], s=4, c=colors[rows] / 255.0, linewidths=0)
    lines = [line[min(k, 1)] for line in grid]
    axes.add_collection(LineCollection(lines, colors=palette.text, linewidths=0.7))
    draw_circle(axes, palette, width=1.0)
    axes.set_ylim(-1.06, 1.06)
