"""Making a surface ready for learning: one chart where it is a disk, else an atlas of charts that are disks."""

import time
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from jaxtyping import Int64

from core.base.errors import BudaiError, InputError
from core.base.option_checks import check_known, check_within
from core.base.progress import Progress, Work, part
from core.data.source import Source, require
from core.data.surface import Surface
from core.data.topology import counted
from core.geometry.holes import filled, is_fillable
from core.geometry.largest import largest_component, part_of_faces
from core.geometry.topology import topology
from core.session.preparation import Preparation

MOST_CHARTS = 2000
"""Charts that can be asked for at most."""
_MOST_FACES = 5000
"""Faces that a chart owns at most, where its parts are disks and no number of charts is given: networks lose the
details of larger ones."""
_PASSES = 3
"""How often charts are parted."""
_ROUNDS = 6
"""Rounds that make the parts of a large chart compact."""
_RINGS = 3
"""Rings of faces by which a chart grows beyond those that it owns."""


@dataclass(frozen=True)
class PreparationOptions:
    """How a surface is made ready for learning.

    Raises
    ------
    InputError
        If a choice is not known or a number out of its bounds.
    """

    way: Literal["auto", "as-is", "fill", "atlas", "largest"] = field(
        default="auto",
        metadata={
            "label": "Prepare",
            "choices": ("auto", "as-is", "fill", "atlas", "largest"),
            "tooltip": "Auto: one chart for a topological disk, an atlas for every other surface. As it is: one chart, "
            "refused where there is none. Fill: close all boundary loops but the longest first. Atlas: several "
            "charts, for a disk too. Largest: leave out all components but the largest, then as auto.",
        },
    )
    charts: int = field(
        default=0,
        metadata={
            "label": "Charts",
            "minimum": 0,
            "maximum": MOST_CHARTS,
            "tooltip": "How many charts an atlas has; 0 for as few as their distortion allows.",
        },
    )

    def __post_init__(self) -> None:
        check_known(self, "way", error=BudaiError)
        check_within(self, "charts", self.charts, BudaiError)


def prepare(source: Source, options: PreparationOptions) -> Work[Preparation | None]:
    """Cover a surface by charts that can be learned.

    Parameters
    ----------
    source : Source
        A surface.
    options : PreparationOptions
        How; what changes the surface itself is done by `changed` before.

    Returns
    -------
    Preparation or None
        The atlas; None where one chart is enough.

    Raises
    ------
    TopologyError
        If there are no faces, or the surface can have no atlas; the message says why and what helps.
    """
    from core.atlas.partition import partition  # numba takes its time to import: only where it is needed
    from core.atlas.weights import cover_of

    require(source, "an atlas", "faces")
    wants_one = options.way == "as-is" or (options.way != "atlas" and options.charts == 0 and source.is_disk)
    if wants_one or options.charts == 1:
        require(source, "one chart", "disk")
        return None
    started, surface = time.monotonic(), source.surface
    owner = (yield from part(partition(surface, options.charts or None), 0.0, 0.7)).face_chart
    if not options.charts:
        yield Progress(0.7, "Parting large charts")
        for _ in range(_PASSES):  # parts are of about one area, not of one number of faces
            owner = _parted(surface, owner)
        if not owner.any() and source.is_disk:
            return None
    yield Progress(0.8, "Letting charts overlap")
    cover = cover_of(surface, owner, _RINGS)
    said = f"Covered by {counted(len(cover), 'chart')}, each a disk, that overlap by up to {_RINGS} rings of faces"
    return Preparation(source, cover, "atlas", (f"{said}.",), time.monotonic() - started)


def _parted(surface: Surface, owner: Int64[np.ndarray, " f"]) -> Int64[np.ndarray, " f"]:
    """Return the owner of each face with charts of very many faces parted into compact ones of about one size."""
    from core.atlas.face_graph import face_graph
    from core.atlas.growth import patches

    owner = owner.copy()
    for chart in range(int(owner.max()) + 1):
        faces = np.flatnonzero(owner == chart)
        count = -(-len(faces) // _MOST_FACES)
        if count == 1:
            continue
        own = part_of_faces(surface, faces)
        graph = face_graph(own)
        label = patches(graph.across, graph.steps, count, _ROUNDS)
        if all(topology(part_of_faces(own, np.flatnonzero(label == k))).is_disk for k in range(int(label.max()) + 1)):
            owner[faces] = np.where(label == 0, chart, owner.max() + label)
    return owner


def changed(source: Source, options: PreparationOptions) -> Source:
    """Return a surface after what the options want to be changed of it; the change is a sentence among its repairs.

    Raises
    ------
    InputError
        If it cannot be done to this surface.
    """
    if options.way == "fill":
        if source.topology is None or not is_fillable(source.topology):
            reason = "cannot be made a disk by filling its smaller boundary loops"
            raise InputError(source.name, reason, remedy="Choose an atlas.")
        return _with(source, *filled(source.surface))
    if options.way == "largest" and source.topology is not None and source.topology.n_components > 1:
        return _with(source, *largest_component(source.surface))
    return source


def _with(source: Source, surface: Surface, said: str) -> Source:
    return replace(source, data=surface, topology=topology(surface), repairs=(*source.repairs, said))
