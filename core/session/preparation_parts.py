"""A preparation in a project file: its words in JSON, the cover as arrays."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from core.base.errors import TrainingError
from core.charts.atlas import Cover
from core.data.source import Source
from core.io.cover_arrays import cover_arrays, cover_from_arrays
from core.io.typed import typed_field
from core.session.packed import Packed, npz
from core.session.preparation import Preparation
from core.training.checkpoint import Checkpoint

_FILE = "atlas.npz"


def pack_preparation(preparation: Preparation) -> Packed:
    """Return what goes into a project file."""
    return Packed(words_of(preparation), {_FILE: npz(cover_arrays(preparation.cover))})


def words_of(preparation: Preparation) -> dict[str, Any]:
    """Return what is to be told of a preparation, as JSON."""
    words = {"way": preparation.way, "done": list(preparation.done), "seconds": preparation.seconds}
    return words | {"seam": preparation.seam.tolist()}


def prepared_as(source: Source, cover: Cover, words: Mapping[str, Any]) -> Preparation:
    """Return the preparation of a surface by its cover, and what `words_of` has told of it.

    Raises
    ------
    KeyError, TypeError, ValueError
        If words are missing or of another type, or the seam is not on the surface.
    """
    simple = {name: typed_field(Preparation, name, words[name]) for name in ("way", "done", "seconds")}
    seam = np.array(words.get("seam", []), np.int64).reshape(-1, 2)  # files of the first version have none
    if seam.size and not 0 <= seam.min() <= seam.max() < cover.n_vertices:
        raise ValueError("the seam has a vertex that the surface has not")
    return Preparation(source, cover, **simple, seam=seam)


def prepared_again(source: Source, kept: Checkpoint) -> Preparation | None:
    """Return how a surface was prepared for a training that was lost; None for one chart.

    Raises
    ------
    TrainingError
        If that was a training on another surface, or its state does not say how the charts were made.
    """
    kept.check(source.surface, kept.cover)
    if kept.cover is None:
        return None
    try:
        return prepared_as(source, kept.cover, kept.preparation)
    except (KeyError, TypeError, ValueError) as error:
        raise TrainingError("The kept state does not say how its charts were made. Begin anew.") from error


def unpack_preparation(packed: Packed, results: Mapping[str, Any], file: str) -> Preparation:
    """Return the preparation that was stored by `pack_preparation`.

    Raises
    ------
    KeyError, TypeError, ValueError, BudaiError
        If parts are missing or do not fit each other or the surface.
    """
    source = results["source"]
    cover = cover_from_arrays(packed.arrays(_FILE), len(source.positions))
    if len(cover.face_chart) != len(source.data.faces):
        raise ValueError(f"{len(cover.face_chart):,} owners for {len(source.data.faces):,} faces")
    for patch in cover.patches:
        if len(patch.vertices) and patch.vertices.max() >= cover.n_vertices:
            raise ValueError("a patch has a vertex that the surface has not")
        # Of a one-sided surface a patch may wind a face the other way.
        named, own = source.data.faces[patch.faces], patch.vertices[patch.corners]
        if not np.array_equal(np.sort(named, 1), np.sort(own, 1)):
            raise ValueError("the corners of a patch are not those of its faces")
    return prepared_as(source, cover, packed.about)
