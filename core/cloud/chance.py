"""Handles of a reconstructed surface that are chance: no longer around than noise and gaps between points are wide."""

from core.atlas.removing import without_handles
from core.base.errors import TopologyError
from core.base.progress import Work, part
from core.cloud.smoothing import Smoothed
from core.data.surface import Surface
from core.geometry.topology import topology

_OF_SPACING, _OF_NOISE = 4.0, 8.0
"""Longest loop around a handle that may be chance, in mean distances of the points and in their noise.

Two sheets meet where they are as far apart as the points of one, or as their noise reaches on both sides.
"""


def without_chance_handles(surface: Surface, cloud: Smoothed) -> Work[tuple[Surface, tuple[str, ...]]]:
    """Return a surface without the handles that the points do not tell, and a sentence where there were some.

    Parameters
    ----------
    surface : Surface
        Made through these points.
    cloud : Smoothed
        Tells how far the points lie apart, and their noise.
    """
    if not topology(surface).genus:
        return surface, ()
    most = _OF_SPACING * cloud.spacing + _OF_NOISE * cloud.noise
    try:
        change = yield from part(without_handles(surface, most))
    except TopologyError:  # all its handles are longer
        return surface, ()
    return change.surface, (f"{change.sentence}: no wider than noise and gaps between points are.",)
