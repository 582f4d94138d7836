"""How a network of a card looks on its way: points and surfaces in the colours of their classes, and words."""

from pathlib import Path

import numpy as np

from app.scene.camera import Camera, named_view
from app.scene.palette import DARK, LIGHT, Palette
from app.scene.plots.layout import role_color
from app.scene.snapshot import rgb
from app.stages.unfolding.film_options import FilmOptions
from app.stages.unfolding.scene.film import write_film
from app.stages.unfolding.scene.look import Look
from core.base.progress import Work, part
from core.claims.ways import Unfolded
from core.data.source import Source
from core.data.table import Table


def source_of(done: Unfolded) -> Source:
    """Return what goes through the network as a table with its classes."""
    scenery = done.way.scenery
    return Source("", done.way.name, Table(scenery.points, labels=np.maximum(scenery.labels, 0)), None, (), (), 0.0)


def look_of(done: Unfolded, palette: Palette) -> Look:
    """Return how it looks: class colours are those of the figures of claims."""
    scenery = done.way.scenery
    tints = np.array([rgb(role_color(palette, role)) for role in "abcd"], np.uint8)
    colors = tints[np.maximum(scenery.labels, 0)]
    lies_flat = max(mark.width for mark in done.made.marks) < 3
    direction, up = named_view("top" if lies_flat else "start")
    camera = Camera(direction, (0.0, 0.0, 0.0), up)
    lines = scenery.lines if len(scenery.lines) else None
    n_dots = None if len(scenery.faces) else scenery.n_dots
    given = {"tints": colors, "lines": lines, "n_dots": n_dots}
    return Look(done.made, source_of(done), camera, faces_viewer=False, keeps_size=True, **given)


def write_class_film(done: Unfolded, options: FilmOptions, path: Path) -> Work[Path]:
    """Write a film of a network of a card, to a file as those of charts are written."""
    look = look_of(done, DARK if options.is_dark else LIGHT)
    return (yield from part(write_film(done.made, look.source, options, path, look)))
