"""What a user may choose of how a file is read."""

import math
from dataclasses import dataclass

from core.base.errors import BudaiError

FEWEST_FACES = 100
"""Triangles that a surface may be simplified to at least."""


@dataclass(frozen=True)
class ReadingOptions:
    """How a file is read where the user has a say.

    Parameters
    ----------
    columns : tuple of str
        The columns of a table that hold x, y and z, each by its name or its number from 1; empty: names decide.
    weld : float
        Corners of a surface within this length of each other, in the units of the file, become one; 0: none do.
    simplify : int
        A surface of more triangles is simplified to so many; 0: it is taken as it is.
    table : bool
        Whether the file is read as a table of numbers, whatever it looks like.
    intrinsics : tuple of float
        Where the file is a depth image: focal lengths and middle in pixels, and the depth value of a unit of length
        (by default 1).

    Raises
    ------
    BudaiError
        If a value is out of its bounds.
    """

    columns: tuple[str, ...] = ()
    weld: float = 0.0
    simplify: int = 0
    table: bool = False
    intrinsics: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if self.columns and (len(self.columns) != 3 or len(set(self.columns)) < 3 or not all(self.columns)):
            raise BudaiError(f"Columns: {','.join(self.columns)} are not three different ones. Give X,Y,Z.")
        if self.table and (self.columns or self.weld or self.simplify):
            raise BudaiError("Table: rows are read whole, they have no x, y, z and no faces. Leave the others away.")
        if not (math.isfinite(self.weld) and self.weld >= 0.0):
            raise BudaiError(f"Weld: {self.weld:g} is no length. Give one in the units of the file.")
        if self.intrinsics:
            fits = len(self.intrinsics) in (4, 5) and all(math.isfinite(value) for value in self.intrinsics)
            if not fits or min(*self.intrinsics[:2], *self.intrinsics[4:]) <= 0.0:
                shown = ",".join(f"{value:g}" for value in self.intrinsics)
                raise BudaiError(f"Intrinsics: {shown} is no camera. Give FX,FY,CX,CY or FX,FY,CX,CY,SCALE.")
            if self.columns or self.table:
                raise BudaiError("Intrinsics: a depth image has no columns and is no table. Leave the others away.")
        if self.simplify and self.simplify < FEWEST_FACES:
            raise BudaiError(f"Simplify: {self.simplify:,} triangles are too few. Give {FEWEST_FACES} or more.")

    @property
    def arguments(self) -> list[str]:
        """The arguments that make a command read a file so."""
        words = ["--columns", ",".join(self.columns)] if self.columns else []
        words += ["--table"] if self.table else []
        words += ["--intrinsics", ",".join(f"{value:.17g}" for value in self.intrinsics)] if self.intrinsics else []
        words += ["--weld", f"{self.weld:.17g}"] if self.weld else []
        return words + (["--simplify", str(self.simplify)] if self.simplify else [])
