"""`budai weld`: join the corners of a surface that nearly meet."""

from pathlib import Path

from core.io.load import welded
from core.io.reading import load_in_child
from core.io.writers.mesh import MeshToWrite, plain_names, write_mesh


def weld(path: Path, output: Path, tolerance: float) -> str:
    """Write a surface in which corners within a tolerance of each other are one, and return what was done.

    Parameters
    ----------
    path : Path
        The surface.
    output : Path
        The file to write; its suffix decides the format.
    tolerance : float
        Length in the units of the file.

    Raises
    ------
    InputError
        If the file holds no surface, cannot be read or written, or nothing is left of it.
    """
    loaded = load_in_child(path)
    made = welded(loaded, tolerance)
    surface = made.surface
    mesh = MeshToWrite(
        vertices=surface.vertices,
        faces=surface.faces,
        texture_coordinates=surface.texture_coordinates,
        attributes=plain_names(surface.scalars),
        title="Budai: surface with its corners welded",
    )
    write_mesh(mesh, output)
    return "\n".join(made.repairs)
