"""Parts of a surface: some of its faces, its largest component."""

import numpy as np
from jaxtyping import Int64

from core.data.surface import Surface
from core.data.topology import counted
from core.geometry.topology import groups


def largest_component(surface: Surface) -> tuple[Surface, str]:
    """Return the component of the largest area, and a sentence that says what was left out.

    Parameters
    ----------
    surface : Surface
        Any; components are those of faces that share a vertex.
    """
    sides = np.concatenate([surface.faces[:, :2], surface.faces[:, 1:]])
    n_groups, group = groups(sides, len(surface.vertices))
    of_face = group[surface.faces[:, 0]]
    areas = np.bincount(of_face, surface.face_areas, n_groups)
    stays = of_face == areas.argmax()
    made = part_of_faces(surface, np.flatnonzero(stays))
    n_parts = len(np.unique(of_face)) - 1
    share = 100.0 * (1.0 - areas.max() / max(areas.sum(), 1e-300))
    left = f"{counted(n_parts, 'component')} of {counted(int((~stays).sum()), 'face')}, {share:.2g} % of the area"
    return made, f"Left out {left}"


def part_of_faces(surface: Surface, faces: Int64[np.ndarray, " m"]) -> Surface:
    """Return some faces as a surface of their own, with all that is known of its vertices.

    Parameters
    ----------
    surface : Surface
        The whole.
    faces : (m,) int64 array
        Numbers of the faces.
    """
    vertices, corners = np.unique(surface.faces[faces], return_inverse=True)
    texture, colors = surface.texture_coordinates, surface.colors
    return Surface(
        surface.vertices[vertices],
        corners.reshape(-1, 3),
        None if colors is None else colors[vertices],
        None if texture is None else texture[vertices],
        {name: values[vertices] for name, values in surface.scalars.items()},
    )
