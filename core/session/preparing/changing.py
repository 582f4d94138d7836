"""What is changed of a surface or a cloud itself before charts cover it, each change told as a sentence."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import takewhile

import numpy as np

from core.base.errors import InputError, TopologyError
from core.base.progress import Progress, Work, part
from core.data.cloud_change import CloudChange
from core.data.source import Source, require
from core.data.surface import Surface
from core.geometry.changes.change import Change
from core.geometry.changes.opening import opened
from core.geometry.changes.splitting import split
from core.geometry.holes import filled
from core.geometry.largest import largest_component
from core.geometry.topology import topology
from core.session.preparing.options import CLOUD_CHANGES, PreparationOptions

SMALL_HANDLE = 0.05
"""Length of a loop around a handle, over the diagonal, up to which that is small unless a size is given."""


def changing_cloud(
    source: Source, options: PreparationOptions, ways: tuple[str, ...]
) -> Work[tuple[Source, CloudChange | None]]:
    """Change a cloud, which stays one.

    Parameters
    ----------
    source : Source
        A cloud.
    options : PreparationOptions
        How.
    ways : tuple of str
        What is done, in this order.

    Returns
    -------
    Source
        The result, each change a sentence among its repairs.
    CloudChange or None
        The last change.

    Raises
    ------
    InputError
        If it cannot be done to these points; the message says why and what helps.
    """
    change: CloudChange | None = None
    for k, way in enumerate(ways):
        work = _cloud_change(source, options, way)
        change = yield from part(work, k / len(ways), (k + 1) / len(ways))
        source = replace(source, data=change.cloud, repairs=(*source.repairs, change.sentence))
    return source, change


def _cloud_change(source: Source, options: PreparationOptions, way: str) -> Work[CloudChange]:
    from core.cloud import changes  # numba takes its time to import: only where it is needed

    name, cloud = source.name, source.cloud
    works: Mapping[str, Callable[[], Work[CloudChange]]] = {
        "outliers": lambda: changes.without_outliers(name, cloud),
        "clusters": lambda: changes.with_clusters(name, cloud, options.chosen_clusters),
        "largest": lambda: changes.with_clusters(name, cloud),
        "thin": lambda: changes.thinned(name, cloud, options.distance),
        "crop": lambda: changes.cropped(name, cloud, options.corners),
        "normals": lambda: changes.with_normals(name, cloud),
    }
    return works[way]()


def changing(source: Source, options: PreparationOptions) -> Work[tuple[Source, Change | None]]:
    """Change a surface as the options want it; of a cloud one is made, once that is changed as they want it.

    Parameters
    ----------
    source : Source
        A surface or a cloud.
    options : PreparationOptions
        What is to be done.

    Returns
    -------
    Source
        The same one where nothing is to be changed; else the result, each change a sentence among its repairs.
    Change or None
        The last change, with the places where it is.

    Raises
    ------
    InputError
        If it cannot be done to this surface; the message says why and what helps.
    """
    change: Change | None = None
    ways = options.changes
    if source.is_cloud:
        from core.cloud.making import making  # numba takes its time to import: only where it is needed

        of_cloud = tuple(takewhile(lambda way: way in (*CLOUD_CHANGES, "largest"), ways))
        ways = tuple(way for way in ways[len(of_cloud) :] if way != "surface")
        source, _ = yield from part(changing_cloud(source, options, of_cloud), 0.0, 0.2)
        source = yield from part(making(source, options.learn), 0.2, 0.8 if ways else 1.0)
    of_points = [way for way in ways if way in (*CLOUD_CHANGES, "surface")]
    if of_points:
        raise InputError(source.name, f"is {source.words}: {of_points[0]!r} is for points", "", "Leave it out.")
    if ways:
        require(source, "its preparation", "faces")
    for k, way in enumerate(ways):
        yield Progress(k / len(ways), "Changing the surface")
        try:
            change = yield from part(_CHANGES[way](source.surface, options), k / len(ways), (k + 1) / len(ways))
        except TopologyError as error:
            reason, _, remedy = str(error).rstrip(".").partition(". ")
            raise InputError(source.name, f"{reason[0].lower()}{reason[1:]}", remedy=remedy and f"{remedy}.") from error
        sentence = f"{change.sentence.rstrip('.')}."
        source = replace(
            source, data=change.surface, topology=topology(change.surface), repairs=(*source.repairs, sentence)
        )
    return source, change


def _filled(surface: Surface, options: PreparationOptions) -> Work[Change]:
    yield Progress(0.0, "Changing the surface")
    return filled(surface, 0.01 * options.size * surface.diagonal if options.size else None)


def _opened(surface: Surface, options: PreparationOptions) -> Work[Change]:
    yield Progress(0.0, "Changing the surface")
    return opened(surface, options.end, 0.01 * options.height)


def _without_handles(surface: Surface, options: PreparationOptions) -> Work[Change]:
    from core.atlas.removing import without_handles  # numba takes its time to import: only where it is needed

    share = 0.01 * options.size if options.size else SMALL_HANDLE
    return (yield from part(without_handles(surface, share * surface.diagonal)))


def _split(surface: Surface, options: PreparationOptions) -> Work[Change]:
    yield Progress(0.0, "Changing the surface")
    return split(surface)


def _largest(surface: Surface, options: PreparationOptions) -> Work[Change]:
    yield Progress(0.0, "Changing the surface")
    if topology(surface).n_components < 2:
        raise TopologyError("There is nothing to leave out: the surface has one component.")
    made, sentence = largest_component(surface)
    return Change(made, sentence, np.zeros(0, np.int64), np.zeros((0, 2), np.int64))


def _untangled(surface: Surface, options: PreparationOptions) -> Work[Change]:
    from core.geometry.changes.untangling import MOST, untangled  # numba takes its time to import

    made = yield from part(untangled(surface, 0.01 * options.size if options.size else MOST))
    return made.change


_CHANGES: Mapping[str, Callable[[Surface, PreparationOptions], Work[Change]]] = {
    "untangle": _untangled,
    "fill": _filled,
    "open": _opened,
    "handles": _without_handles,
    "split": _split,
    "largest": _largest,
}
