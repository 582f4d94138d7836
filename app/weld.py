"""`budai weld`: join the corners of a surface that nearly meet."""

from pathlib import Path

from core.base.errors import InputError
from core.data.surface import Surface
from core.geometry.gaps import weld_near
from core.io.load import load_in_child
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
    if not isinstance(loaded.surface, Surface):
        raise InputError(path.name, "holds points without faces: there is nothing to weld", "", "Give a surface.")
    largest = loaded.surface.diagonal / 100.0
    if not 0.0 < tolerance <= largest:
        reason = f"the tolerance {tolerance:g} is not between 0 and a hundredth of its size, {largest:.3g}"
        raise InputError(path.name, reason, "", "budai info tells the width of the gap.")
    repaired = weld_near(loaded.surface, tolerance)
    surface = repaired.surface
    if not len(surface.faces):
        raise InputError(path.name, f"no face is larger than the tolerance {tolerance:g}", "", "Give a smaller one.")
    mesh = MeshToWrite(
        vertices=surface.vertices,
        faces=surface.faces,
        texture_coordinates=surface.texture_coordinates,
        attributes=plain_names(surface.scalars),
        title="Budai: surface with its corners welded",
    )
    write_mesh(mesh, output)
    return "\n".join([*loaded.repairs, *repaired.done])
