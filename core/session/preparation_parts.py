"""A preparation in a project file: its words in JSON, the cover as arrays."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from core.charts.atlas import Cover
from core.charts.patch import Patch
from core.io.typed import typed_field
from core.session.packed import Packed, npz
from core.session.preparation import Preparation

_FILE = "atlas.npz"


def pack_preparation(preparation: Preparation) -> Packed:
    """Return what goes into a project file."""
    about = {"way": preparation.way, "done": list(preparation.done), "seconds": preparation.seconds}
    return Packed(about, {_FILE: npz(cover_arrays(preparation.cover))})


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
    said = {name: typed_field(Preparation, name, packed.about[name]) for name in ("way", "done", "seconds")}
    return Preparation(source, cover, **said)


def cover_arrays(cover: Cover) -> dict[str, np.ndarray]:
    """Return the arrays of a cover, by the names that the format `budai-atlas` 1 has for them, and `corners` besides.

    `corners` holds the faces of all patches by the numbers of their own vertices: a cut cannot be told without it.
    """
    patches = cover.patches
    return {
        "face_chart": cover.face_chart,
        "region_offsets": np.cumsum([0, *(len(patch.faces) for patch in patches)]),
        "region_faces": np.concatenate([patch.faces for patch in patches]),
        "vertex_offsets": np.cumsum([0, *(len(patch) for patch in patches)]),
        "vertex_ids": np.concatenate([patch.vertices for patch in patches]),
        "weights": np.concatenate([patch.weights for patch in patches]),
        "corners": np.concatenate([patch.corners for patch in patches]),
    }


def cover_from_arrays(arrays: Mapping[str, np.ndarray], n_vertices: int) -> Cover:
    """Return the cover of some arrays.

    Raises
    ------
    KeyError, ValueError
        If arrays are missing or do not fit each other.
    """
    faces, vertices = (arrays[f"{name}_offsets"].astype(np.int64) for name in ("region", "vertex"))
    if len(faces) != len(vertices):
        raise ValueError(f"{len(faces) - 1:,} patches of faces, {len(vertices) - 1:,} of vertices")
    patches: list[Patch] = []
    for k in range(len(faces) - 1):
        of_faces, of_vertices = slice(faces[k], faces[k + 1]), slice(vertices[k], vertices[k + 1])
        patches.append(
            Patch(
                arrays["vertex_ids"][of_vertices],
                arrays["region_faces"][of_faces],
                arrays["corners"][of_faces],
                arrays["weights"][of_vertices],
            )
        )
    return Cover(tuple(patches), arrays["face_chart"], n_vertices)
