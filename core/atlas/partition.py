"""Cutting a surface into few disks that can be flattened with low distortion."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Int64

from core.atlas.borders import Borders, carried_over
from core.atlas.coarse import coarse
from core.atlas.face_graph import FaceGraph, face_graph
from core.atlas.growth import patches
from core.atlas.joining import Judge, Parts, Quality, divided, join_cheapest, join_slivers, members_of
from core.atlas.refining import refined
from core.base.arrays import frozen
from core.base.errors import TopologyError
from core.base.progress import Progress, Work, part
from core.data.surface import Surface
from core.data.topology import counted
from core.geometry.topology import groups

_BOUNDS = Quality(1.04, 1.3, np.inf)
"""What a chart may be distorted and stretched."""
_WIDE = Quality(1.15, 2.0, np.inf)
"""What it may be where a sliver joins it."""
_ANY = Quality(np.finfo(float).max, np.finfo(float).max, np.inf)
"""Any disk."""
_SLIVER = 0.005
"""Part of the area below which a chart is a sliver."""
_VERTICES, _PATCHES = 1250, 80
"""Vertices of the coarse copy on which charts are planned, and patches that they are made of."""
_PER_CHART = 25
"""Coarse vertices for each chart that is asked for, at least."""
_ROUNDS = 6
"""Rounds that make the patches compact."""
_STRETCH = 3.0
"""Stretch of a part of a chart on the round disk for which it is divided."""
_FEWEST_FACES = 20
"""Faces of a chart that is not joined with another whatever its distortion."""
_LEAST_OF_ASKED = 10
"""Faces that each chart has on average at least where their number is asked for: fewer are nothing to learn."""
_LEAST_FACES = 12
"""Coarse faces of a patch that is not divided for its distortion."""
_WIDTH = 0.02
"""How far a border may move, over the side of a square of the surface's area."""


@dataclass(frozen=True, eq=False)
class Partition:
    """Disks that cover a surface, each face once.

    Parameters
    ----------
    face_chart : (f,) int64 array
        The chart that owns each face, numbered from 0 in the order of their first faces.
    """

    face_chart: Int64[np.ndarray, " f"]

    def __post_init__(self) -> None:
        object.__setattr__(self, "face_chart", frozen(self.face_chart, np.int64, (None,)))

    @property
    def n_charts(self) -> int:
        """Number of charts."""
        return int(self.face_chart.max()) + 1


def partition(surface: Surface, count: int | None = None) -> Work[Partition]:
    """Cut a surface into few topological disks of low distortion, compact, with short borders along creases.

    Parameters
    ----------
    surface : Surface
        At most two faces at each edge; open or closed, of any genus, one-sided too, in any number of pieces.
    count : int, optional
        Number of charts; otherwise as few as the distortion allows.

    Yields
    ------
    Progress
        Without payload.

    Raises
    ------
    TopologyError
        If the surface is no manifold along its edges or has no area; if there are fewer faces than charts wanted; or if
        so few disks cannot cover it.

    Notes
    -----
    Charts are planned on a copy of about 2,500 triangles with the same topology: compact patches are joined, those
    first whose flattening suffers least, while distortion and stretch stay within bounds. The plan is carried over to
    the surface, and borders move to where they are shortest, creases counting less: a minimum cut in a narrow band.
    """
    graph = face_graph(surface)
    _check_count(graph, count)
    yield Progress(0.05, "Planning charts")
    wanted = count or 0
    small = coarse(graph, max(_VERTICES, _PER_CHART * wanted))
    yield Progress(0.2, "Planning charts")
    owner = patches(small.graph.across, small.graph.steps, max(_PATCHES, 2 * wanted), _ROUNDS)
    parts = _parts(small.graph, owner)
    yield from part(join_cheapest(parts, _BOUNDS, wanted), 0.3, 0.7)
    join_slivers(parts, _SLIVER, _WIDE, wanted)
    if count is not None:
        yield from part(join_cheapest(parts, _ANY, count), 0.7, 0.8)
        if len(parts.members) > count:
            raise TopologyError(
                f"{counted(count, 'chart')} cannot cover this surface: {len(parts.members):,} disks are the fewest "
                "found. Ask for as many, or leave the number to the program."
            )
    yield Progress(0.8, "Straightening borders")
    borders = Borders(graph, carried_over(graph, small, parts.owner))
    borders.owner = divided(graph, borders.owner, borders.is_disk)
    yield from part(borders.straighten(_WIDTH), 0.8, 0.85)
    borders.absorb(count or len(owner), 0 if count else _FEWEST_FACES)
    if count is None:
        borders.owner = yield from part(refined(graph, borders.owner, _STRETCH, 2 * _FEWEST_FACES), 0.85, 1.0)
    return Partition(_numbered(borders.owner))


def _check_count(graph: FaceGraph, count: int | None) -> None:
    """Refuse a number of charts that cannot be."""
    if count is None:
        return
    n_faces = len(graph.faces)
    inner = np.flatnonzero(graph.across.ravel() >= 0)
    pieces, _ = groups(np.column_stack([inner // 3, graph.across.ravel()[inner] // 3]), n_faces)
    most = max(n_faces // _LEAST_OF_ASKED, pieces)
    if not 1 <= count <= most:
        choice = f"Ask for {most:,}" if pieces == most else f"Choose a number from {pieces:,} to {most:,}"
        raise TopologyError(
            f"{counted(count, 'chart')} cannot be made of {counted(n_faces, 'face')}: each needs about "
            f"{_LEAST_OF_ASKED} at least. {choice}, or leave it to the program."
        )
    if count < pieces:
        raise TopologyError(
            f"The surface has {counted(pieces, 'piece')}, and each needs a chart of its own: {count:,} cannot cover "
            f"them. Ask for {pieces:,} at least, or keep fewer components."
        )


def _parts(graph: FaceGraph, owner: np.ndarray) -> Parts:
    """Return patches, divided until they are disks, and of low distortion where they are not tiny."""
    judge = Judge(graph)

    def is_good(faces: np.ndarray) -> bool:
        quality = judge(faces)
        return quality.within(_BOUNDS) or (len(faces) < _LEAST_FACES and quality.within(_ANY))

    return Parts(graph, divided(graph, owner, is_good))


def _numbered(owner: np.ndarray) -> np.ndarray:
    """Return parts numbered from 0 in the order of their first faces."""
    firsts = sorted((int(faces[0]), label) for label, faces in members_of(owner).items())
    number = np.zeros(int(owner.max()) + 1, np.int64)
    number[[label for _, label in firsts]] = np.arange(len(firsts))
    return number[owner]
