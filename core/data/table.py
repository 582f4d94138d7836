"""Points of any dimension, perhaps with a class each."""

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np
from jaxtyping import Float64, Int64

from core.base.arrays import frozen


@dataclass(frozen=True, eq=False)
class Table:
    """Rows of numbers: N points of R^D.

    Parameters
    ----------
    values : (n, d) float64 array
        One point a row, in the units of the file.
    labels : (n,) int64 array, optional
        Class of each row.
    columns : tuple of str
        Name of each column; empty where they have none.
    classes : tuple of str
        Words that the labels 0, 1, 2, ... stand for; empty where they are numbers of the file.
    image_shape : tuple of int
        Height and width, where a row holds the pixels of an image, line by line; empty where it does not.

    Raises
    ------
    ValueError
        If an array has the wrong shape, or the number of names or pixels is not that of the columns.
    """

    kind: ClassVar[str] = "table"
    has_faces: ClassVar[bool] = False
    values: Float64[np.ndarray, "n d"]
    labels: Int64[np.ndarray, " n"] | None = None
    columns: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    image_shape: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        set_ = object.__setattr__
        set_(self, "values", frozen(self.values, np.float64, (None, None)))
        if self.labels is not None:
            set_(self, "labels", frozen(self.labels, np.int64, (len(self.values),)))
        if self.columns and len(self.columns) != self.dimension:
            raise ValueError(f"{len(self.columns)} names for {self.dimension} columns")
        if self.image_shape and int(np.prod(self.image_shape)) != self.dimension:
            raise ValueError(f"{self.dimension} columns are no image of {self.image_shape} pixels")

    @cached_property
    def kinds(self) -> Int64[np.ndarray, " k"]:
        """The labels that occur, in increasing order; none where there are no labels."""
        return frozen([] if self.labels is None else np.unique(self.labels), np.int64)

    def class_name(self, label: int) -> str:
        """Return the word that a label stands for, or its number."""
        return self.classes[label] if 0 <= label < len(self.classes) else str(label)

    @property
    def positions(self) -> Float64[np.ndarray, "n d"]:
        """The rows as points."""
        return self.values

    @property
    def faces(self) -> Int64[np.ndarray, "0 3"]:
        """No face."""
        return frozen(np.empty((0, 3)), np.int64)

    @property
    def dimension(self) -> int:
        """Number of columns."""
        return self.values.shape[1]

    @cached_property
    def bounds(self) -> Float64[np.ndarray, "2 d"]:
        """Lower and upper corner of the bounding box."""
        if not len(self.values):
            return frozen(np.zeros((2, self.dimension)))
        return frozen(np.stack([self.values.min(0), self.values.max(0)]))

    @cached_property
    def diagonal(self) -> float:
        """Length of the diagonal of the bounding box."""
        return float(np.linalg.norm(self.bounds[1] - self.bounds[0]))
