"""Making a surface ready for learning: one chart where it is a disk, else an atlas of charts that are disks."""

import time

import numpy as np

from core.base.errors import TopologyError
from core.base.memory import LARGE, needed_bytes, shortage, size_words
from core.base.progress import Progress, Work, part
from core.data.source import Source, require
from core.data.topology import counted
from core.geometry.teaching import TEACHING_SURFACES
from core.session.preparation import Preparation
from core.session.preparing.options import PreparationOptions

_ENOUGH_FACES = 200_000
"""Triangles that a large surface is proposed to be simplified to."""
_SECONDS = 77e-6
"""Seconds of a core for each triangle that charts cover, measured on a closed surface of a million."""
_RINGS = 3
"""Rings of faces by which a chart grows beyond those that it owns."""


def prepare(source: Source, options: PreparationOptions) -> Work[Preparation | None]:
    """Cover a surface by charts that can be learned.

    Parameters
    ----------
    source : Source
        A surface.
    options : PreparationOptions
        How; what changes the surface itself is done by `changing` before.

    Returns
    -------
    Preparation or None
        The atlas; None where one chart is enough.

    Raises
    ------
    TopologyError
        If there are no faces, or the surface can have no atlas; the message says why and what helps.
    """
    from core.atlas.orientation import turning_sentence
    from core.atlas.partition import partition  # numba takes its time to import: only where it is needed
    from core.atlas.weights import cover_of

    if source.is_table and options.way not in ("atlas", "cut") and options.charts < 2:
        return None  # all its rows are one chart
    require(source, "an atlas", "faces")
    if options.way == "cut":
        return (yield from part(_cut(source, options.charts)))
    wants_one = options.way == "as-is" or (options.way != "atlas" and options.charts == 0 and source.is_disk)
    if wants_one or options.charts == 1:
        require(source, "one chart", "disk")
        return None
    _refuse_large(source)
    started, surface = time.monotonic(), source.surface
    _refuse_soup(source)
    charts = options.charts or (TEACHING_SURFACES[source.path].charts if source.path in TEACHING_SURFACES else 0)
    owner = (yield from part(partition(surface, charts or None), 0.0, 0.7)).face_chart
    if not charts and not owner.any() and source.is_disk:
        return None
    yield Progress(0.8, "Letting charts overlap")
    cover = cover_of(surface, owner, _RINGS)
    said = f"Covered by {counted(len(cover), 'chart')}, each a disk, that overlap by up to {_RINGS} rings of faces"
    turned = turning_sentence(cover)
    done = (*_done_before(source), f"{said}.", *((turned,) if turned else ()))
    return Preparation(source, cover, "atlas", done, time.monotonic() - started)


def _cut(source: Source, charts: int) -> Work[Preparation]:
    """Cover a surface by one large chart that ends short of a cut, and disks along the cut."""
    from core.atlas.beside_cut import beside_cut
    from core.atlas.weights import cover_of

    if charts:
        raise TopologyError(
            "With a cut the number of charts is not chosen: one is large, as few as can be lie along the cut. Leave "
            "it to the program, or choose an atlas."
        )
    started, surface = time.monotonic(), source.surface
    found = yield from part(beside_cut(surface), 0.0, 0.8)
    yield Progress(0.8, "Letting charts overlap")
    cover = cover_of(surface, found.face_chart, _RINGS)
    length, along = found.cut.length, len(cover) - 1
    share = float(surface.face_areas[found.face_chart == 0].sum() / surface.area)
    said = (
        f"Cut to one disk along {counted(len(found.cut.edges), 'edge')} of length {length:.4g}, "
        f"{length / np.sqrt(surface.area):.3g} times the root of the area.",
        f"Covered by one large chart that ends short of the cut, with {100 * share:.3g} % of the area, and "
        f"{counted(along, 'chart')} along the cut; they overlap by up to {_RINGS} rings of faces.",
    )
    done = (*_done_before(source), *said)
    return Preparation(source, cover, "cut", done, time.monotonic() - started, found.cut.edges)


def _done_before(source: Source) -> tuple[str, ...]:
    """Return what was done to a surface from its file on, each a sentence."""
    return tuple(f"{said.rstrip('.')}." for said in source.repairs)


def _refuse_large(source: Source) -> None:
    """Refuse a surface whose atlas would take very long, or not go into memory.

    Raises
    ------
    TopologyError
        If the surface is so large; the message tells the way out and what it takes.
    """
    count = len(source.surface.faces)
    if count > LARGE:
        minutes, takes = count * _SECONDS / 60.0, size_words(needed_bytes("preparing", count))
        raise TopologyError(
            f"The surface has {count:,} triangles: to cover it by charts takes about {minutes:.0f} minutes of a core "
            f"and {takes} of memory, to learn them far longer. Simplify it (--simplify {_ENOUGH_FACES}), which takes "
            f"about {size_words(needed_bytes('simplifying', count))}; how far it then is from this one is told."
        )
    short = shortage("preparing", count)
    if short:
        raise TopologyError(f"{short[0].upper()}{short[1:]}. Close other programs, or simplify it (--simplify).")


def _refuse_soup(source: Source) -> None:
    """Refuse loose triangles: each would take a chart of its own.

    Raises
    ------
    TopologyError
        If the surface is a soup.
    """
    from core.atlas.obstacles import FEW_FACES, component_sizes, is_soup  # numba takes its time to import

    if source.topology is None or source.topology.n_components <= 1:
        return
    sizes = component_sizes(source.surface)
    if is_soup(sizes):
        few = int((sizes < FEW_FACES).sum())
        raise TopologyError(
            f"A soup of {counted(len(sizes), 'component')}, {few:,} of them with fewer than {FEW_FACES:,} triangles: "
            "each would take a chart of its own. Join corners that nearly meet (--weld), keep the largest component "
            "(--prepare largest), or make a mesh of it first."
        )
