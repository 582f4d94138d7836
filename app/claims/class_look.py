"""How a network of a card looks on its way: points and surfaces in the colours of their classes, and words."""

from pathlib import Path

import numpy as np

from app.claims.unfold_words import invariant_words
from app.scene.camera import Camera, named_view
from app.scene.films.writing import SUFFIXES
from app.scene.palette import DARK, LIGHT, Palette
from app.scene.plots.layout import role_color
from app.scene.snapshot import rgb
from app.stages.unfolding.files import write_unfolding
from app.stages.unfolding.film_options import FilmOptions
from app.stages.unfolding.scene.film import write_film
from app.stages.unfolding.scene.look import Look
from core.base.progress import Progress, Work, part
from core.claims.ways import Unfolded
from core.data.source import Source
from core.data.table import Table


def source_of(done: Unfolded) -> Source:
    """Return what goes through the network as a table with its classes."""
    scenery = done.way.scenery
    return Source("", done.way.name, Table(scenery.points, labels=np.maximum(scenery.labels, 0)), None, (), (), 0.0)


def look_of(done: Unfolded, palette: Palette, color_by: str = "normal") -> Look:
    """Return how it looks: by class in the colours of the figures of claims, by activation pattern, or with cells."""
    scenery = done.way.scenery
    tints = np.array([rgb(role_color(palette, role)) for role in "abcd"], np.uint8)
    colors = tints[np.maximum(scenery.labels, 0)]
    lies_flat = max(mark.width for mark in done.made.marks) < 3
    direction, up = named_view("top" if lies_flat else "start")
    camera = Camera(direction, (0.0, 0.0, 0.0), up)
    lines = scenery.lines if len(scenery.lines) else None
    given = {"tints": colors, "lines": lines, "n_dots": scenery.n_dots, "cuts": scenery.cuts}
    return Look(done.made, source_of(done), camera, color_by, faces_viewer=False, keeps_size=True, **given)


def write_unfolded(done: Unfolded, options: FilmOptions, path: Path) -> Work[Path]:
    """Write a network of a card that was unfolded: its film, its points as npz, or what there is to tell as JSON.

    Raises
    ------
    InputError
        If the suffix is another one, or the file cannot be written.
    """
    if path.suffix.lower()[1:] in SUFFIXES:
        look = look_of(done, DARK if options.is_dark else LIGHT, options.color_by)
        note = None if done.invariant is None else lambda t: invariant_words(done, t)[0]
        return (yield from part(write_film(done.made, look.source, options, path, look, note)))
    yield Progress(0.0, f"Writing {path.name}")
    told = done.report()
    write_unfolding(done.made, path, {name: told[name] for name in ("network", "linking_number")})
    return path
