"""What a preparation would make of a surface or a cloud, before anything of it is taken over."""

from dataclasses import dataclass

from core.base.progress import Progress, Work, part
from core.data.cloud_change import CloudChange
from core.data.cloud_facts import CloudFacts
from core.data.obstacles import Obstacles
from core.data.source import Source
from core.geometry.changes.change import Change
from core.session.preparation import Preparation
from core.session.prepare import prepare
from core.session.preparing.changing import changing, changing_cloud
from core.session.preparing.options import PreparationOptions


@dataclass(frozen=True, eq=False)
class Preview:
    """What a preparation would make of a surface.

    Parameters
    ----------
    options : PreparationOptions
        What was asked for.
    source : Source
        The surface after what is changed of it; the same one where nothing is.
    change : Change, CloudChange or None
        The last change, with its places.
    preparation : Preparation or None
        Its cover by charts; None where one chart is enough.
    """

    options: PreparationOptions
    source: Source
    change: Change | CloudChange | None
    preparation: Preparation | None


def previewing(source: Source, options: PreparationOptions) -> Work[Preview]:
    """Prepare a surface, and return everything that comes of it.

    Raises
    ------
    BudaiError
        If it cannot be prepared so; the message says why and what helps.
    """
    if source.is_cloud and options.is_of_cloud:
        made, of_cloud = yield from part(changing_cloud(source, options, options.changes))
        return Preview(options, made, of_cloud, None)
    made, change = yield from part(changing(source, options), 0.0, 0.4)
    if options.way == "surface":
        return Preview(options, made, change, None)
    preparation = yield from part(prepare(made, options), 0.4, 1.0)
    return Preview(options, made, change, preparation)


def examining(source: Source) -> Work[Obstacles | CloudFacts]:
    """Find what stands between a surface and one planar chart, or what a cloud is."""
    if source.is_cloud:
        yield Progress(0.0, "Examining the points")
        from core.cloud.examining import examining as examining_cloud  # as below

        return (yield from part(examining_cloud(source.cloud)))
    yield Progress(0.0, "Examining the surface")
    from core.atlas.obstacles import find_obstacles  # numba takes its time to import: only where it is needed

    return (yield from part(find_obstacles(source.surface)))
