"""What becomes of a surface that is filled, opened, split or cut: the surface, a sentence, and where it has changed."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Int64

from core.base.arrays import frozen
from core.data.surface import Surface

Values = Callable[[np.ndarray], np.ndarray]
"""Returns the values of new vertices from those of all that are there."""


@dataclass(frozen=True, eq=False)
class Change:
    """A changed surface.

    Parameters
    ----------
    surface : Surface
        What came of it.
    sentence : str
        What was done, as a sentence.
    faces : (k,) int64 array
        Faces of it that are new.
    edges : (e, 2) int64 array
        Edges of it, as pairs of vertices, that show where it was changed.
    """

    surface: Surface
    sentence: str
    faces: Int64[np.ndarray, " k"]
    edges: Int64[np.ndarray, "e 2"]

    def __post_init__(self) -> None:
        object.__setattr__(self, "faces", frozen(self.faces, np.int64, (None,)))
        object.__setattr__(self, "edges", frozen(self.edges, np.int64, (None, 2)))


def with_fans(surface: Surface, loops: list[Int64[np.ndarray, " _"]]) -> Surface:
    """Return a surface whose boundary loops are closed.

    Parameters
    ----------
    surface : Surface
        Whose.
    loops : list of (k,) int64 arrays
        Vertices of each loop, along the sides of its faces.

    Notes
    -----
    A loop of three vertices gets one triangle; a longer one a fan around the mean of its vertices, which takes the mean
    of their colours, texture coordinates and scalars. Vertices and faces are added behind those that are there.
    """
    longer = [loop for loop in loops if len(loop) > 3]
    n = len(surface.vertices)
    faces = [surface.faces, *(loop[None, ::-1] for loop in loops if len(loop) == 3)]
    faces += [np.column_stack([np.roll(loop, -1), loop, np.full(len(loop), n + k)]) for k, loop in enumerate(longer)]
    count = len(longer)
    if not count:
        return taken(surface, np.concatenate(faces), np.arange(n))
    rows = np.repeat(np.arange(count), [len(loop) for loop in longer])
    members = np.concatenate(longer)
    sizes = np.bincount(rows, minlength=count)

    def means(values: np.ndarray) -> np.ndarray:
        total = np.zeros((count, *values.shape[1:]))
        np.add.at(total, rows, values[members].astype(np.float64))
        return (total.T / sizes).T

    return extended(surface, np.concatenate(faces), means)


def extended(surface: Surface, faces: Int64[np.ndarray, "f 3"], more: Values) -> Surface:
    """Return a surface with further vertices, whose values come from a function of those that are there."""

    def both(values: np.ndarray) -> np.ndarray:
        return np.concatenate([values, more(values).astype(values.dtype)])

    texture, colors = surface.texture_coordinates, surface.colors
    return Surface(
        both(surface.vertices),
        faces,
        None if colors is None else both(colors),
        None if texture is None else both(texture),
        {name: both(values) for name, values in surface.scalars.items()},
    )


def taken(surface: Surface, faces: Int64[np.ndarray, "f 3"], vertices: Int64[np.ndarray, " n"]) -> Surface:
    """Return a surface of copies of some vertices; the faces name the copies."""
    texture, colors = surface.texture_coordinates, surface.colors
    return Surface(
        surface.vertices[vertices],
        faces,
        None if colors is None else colors[vertices],
        None if texture is None else texture[vertices],
        {name: values[vertices] for name, values in surface.scalars.items()},
    )
