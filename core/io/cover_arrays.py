"""The cover of an atlas as arrays, for files."""

from collections.abc import Mapping

import numpy as np

from core.charts.atlas import Cover
from core.charts.patch import Patch


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
