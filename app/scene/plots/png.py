"""The picture of a claim as a PNG file, without a window."""

import pathlib
from dataclasses import replace
from typing import TYPE_CHECKING

from app.scene.palette import LIGHT, Palette
from app.scene.plots.layout import lay_out
from app.scene.plots.shapes import Box, Dots, Line, Raster, Shape, Strokes, Words
from core.claims.figure import Figure, Mark, Path, Points, Segments
from core.io.atomic import replacing

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_DOTS = 100


def write_png(
    figure: Figure, path: pathlib.Path, palette: Palette = LIGHT, size: tuple[int, int] = (1200, 520), zoom: float = 1.0
) -> None:
    """Write the figure of a claim.

    Parameters
    ----------
    figure : Figure
        What is drawn.
    path : Path
        The file.
    palette : Palette
        Colours.
    size : pair of int
        Width and height of the layout, in pixels.
    zoom : float
        Pixels of the file for each of the layout.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    import logging

    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure as Sheet

    from app.scene.pictures import families

    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)  # a weight that a font lacks is no news
    width, height = size
    with mpl.rc_context({"font.family": families()}):
        sheet = Sheet(figsize=(width / _DOTS, height / _DOTS), dpi=_DOTS * zoom, facecolor=palette.sheet)
        FigureCanvasAgg(sheet)
        axes = sheet.add_axes((0.0, 0.0, 1.0, 1.0))
        axes.set_axis_off()
        axes.set_xlim(0, width)
        axes.set_ylim(height, 0)
        for place, shape in enumerate(lay_out(figure, width, height, palette)):
            _draw(axes, shape, place)
        with replacing(path) as temporary:
            sheet.savefig(temporary, format="png", facecolor=palette.sheet)


def first_panel(figure: Figure) -> Figure:
    """Return the first panel of a figure alone, without its words: what a tile shows."""

    def silent(mark: Mark) -> Mark:
        return replace(mark, name="") if isinstance(mark, Points | Path | Segments) else mark

    return Figure(
        tuple(
            replace(panel, title="", x_label="", y_label="", bare=True, marks=tuple(map(silent, panel.marks)))
            for panel in figure.panels[:1]
        )
    )


def _draw(axes: "Axes", shape: Shape, place: int) -> None:
    """Draw one shape over those before it; a point of matplotlib is 1/72 of an inch."""
    from matplotlib.patches import Rectangle

    point = 72.0 / _DOTS
    if isinstance(shape, Line):
        style = (0, (4, 3)) if shape.dashed else "-"
        axes.plot(*shape.points.T, color=shape.color, lw=shape.width * point, ls=style, zorder=place)
    elif isinstance(shape, Strokes):
        from matplotlib.collections import LineCollection

        lines = LineCollection(list(shape.points), colors=shape.color, linewidths=shape.width * point, zorder=place)
        axes.add_collection(lines, autolim=False)
    elif isinstance(shape, Dots):
        area = (shape.size * point) ** 2
        axes.scatter(*shape.points.T, s=area, color=shape.color, linewidths=0, zorder=place)
    elif isinstance(shape, Box):
        axes.add_patch(Rectangle((shape.x, shape.y), shape.width, shape.height, color=shape.color, lw=0, zorder=place))
    elif isinstance(shape, Raster):
        ends = (shape.x, shape.x + shape.width, shape.y + shape.height, shape.y)
        axes.imshow(shape.pixels, extent=ends, aspect="auto", interpolation="bilinear", zorder=place)
    elif isinstance(shape, Words) and shape.text:
        axes.text(
            *(shape.x, shape.y, shape.text),
            ha=("left", "center", "right")[shape.side + 1],
            va="center_baseline" if not shape.is_upright else "center",
            rotation=90 if shape.is_upright else 0,
            color=shape.color,
            size=shape.size * point,
            weight=600 if shape.is_strong else 400,
            zorder=place,
            parse_math=False,
        )
