"""What is hovered, picked and measured: watched by all views, neither saved nor undone."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QObject, Signal


@dataclass(frozen=True)
class Pick:
    """A point that lights up in all views.

    Parameters
    ----------
    vertex : int
        Vertex of the surface nearest to the pointer.
    view : str
        Key of the view in which the pointer is: "surface", "latent", "reconstruction", "fourth".
    code : (float, float) or None
        The point of the latent plane under the pointer; None where it is that of the vertex.
    point : int or None
        Number of the noisy point under the pointer; None where there is none.
    """

    vertex: int
    view: str
    code: tuple[float, float] | None = None
    point: int | None = None


class Selection(QObject):
    """The hovered and the picked point, and the one that distances are measured from.

    Signals
    -------
    hovered_changed(Pick or None), picked_changed(Pick or None)
    origin_changed(Pick or None)
        Distances are measured from another point, or no more.
    brushed_changed(int or None)
        Another class of a table is lit up, or none: its place among the classes.
    visited(Pick)
        A point is to be looked at from near.
    neighbour_changed(int or None)
        Another chart, or none, is compared with the one that is shown.
    region_changed(array or None)
        Other points were chosen with the lasso: their numbers, rising, or none.
    lasso_changed(bool)
        The pointer draws a lasso, or no more.
    around_changed(int or None)
        A point outside the chart that is shown is hovered: the number of its vertex in the whole surface.
    """

    hovered_changed = Signal(object)
    picked_changed = Signal(object)
    origin_changed = Signal(object)
    around_changed = Signal(object)
    neighbour_changed = Signal(object)
    visited = Signal(object)
    brushed_changed = Signal(object)
    region_changed = Signal(object)
    lasso_changed = Signal(bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.hovered: Pick | None = None
        self.picked: Pick | None = None
        self.origin: Pick | None = None
        self.around: int | None = None
        self.neighbour: int | None = None
        self.brushed: int | None = None
        self.region: np.ndarray | None = None
        self.draws_lasso = False

    def hover(self, pick: Pick | None) -> None:
        """Light up a point while the pointer is over it."""
        if pick is not None:
            self.hover_around(None)
        if pick != self.hovered:
            self.hovered = pick
            self.hovered_changed.emit(pick)

    def hover_around(self, vertex: int | None) -> None:
        """Light up a vertex of the surface outside the chart that is shown, while the pointer is over it."""
        if vertex is not None:
            self.hover(None)
        if vertex != self.around:
            self.around = vertex
            self.around_changed.emit(vertex)

    def pick(self, pick: Pick | None) -> None:
        """Keep a point lit up until it is cleared."""
        if pick != self.picked:
            self.picked = pick
            self.picked_changed.emit(pick)

    def visit(self, pick: Pick) -> None:
        """Pick a point, and look at it from near."""
        self.pick(pick)
        self.visited.emit(pick)

    def compare(self, neighbour: int | None) -> None:
        """Compare a chart, by its number from 0, with the one that is shown; None for no chart."""
        if neighbour != self.neighbour:
            self.neighbour = neighbour
            self.neighbour_changed.emit(neighbour)

    def brush(self, kind: int | None) -> None:
        """Light up all rows of a class, by its place among the classes of a table; None for no class."""
        if kind != self.brushed:
            self.brushed = kind
            self.brushed_changed.emit(kind)

    def draw_lasso(self, on: bool) -> None:
        """Let the pointer go around points in the views, or turn and pick as always."""
        if on != self.draws_lasso:
            self.draws_lasso = on
            self.lasso_changed.emit(on)

    def choose(self, numbers: np.ndarray | None, way: str = "only") -> None:
        """Choose points by their numbers: them alone ("only"), them too ("more"), or all but them ("less")."""
        chosen = np.zeros(0, np.int64) if numbers is None else np.unique(numbers)
        if way != "only" and self.region is not None:
            chosen = np.union1d(self.region, chosen) if way == "more" else np.setdiff1d(self.region, chosen)
        elif way == "less":
            return
        if self.region is None and not len(chosen):
            return
        self.region = chosen if len(chosen) else None
        self.region_changed.emit(self.region)

    def let_go(self) -> None:
        """Leave the lasso, then what is measured, then the region, then the picked point: one at a time."""
        if self.draws_lasso:
            self.draw_lasso(False)
        elif self.origin is not None:
            self.measure_from(None)
        elif self.region is not None:
            self.choose(None)
        else:
            self.pick(None)

    def measure_from(self, pick: Pick | None) -> None:
        """Measure distances from a point, or no more."""
        if pick != self.origin:
            self.origin = pick
            self.origin_changed.emit(pick)

    def clear(self) -> None:
        """Forget all points."""
        self.hover(None)
        self.hover_around(None)
        self.pick(None)
        self.measure_from(None)
        self.choose(None)
