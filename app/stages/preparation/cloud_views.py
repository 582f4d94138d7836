"""What the views show of a cloud: what is known of its points as colours, and a preview of what would become of it."""

from collections.abc import Callable
from typing import Any

import numpy as np
from PySide6.QtWidgets import QWidget

from app.scene.color_maps import Quantity
from app.scene.palette import Palette
from app.scene.snapshot import Coloring, Snapshot
from app.stages.preparation.scene.points import QUANTITIES, box_lines, cloud_coloring, normal_lines, removed_points
from app.stages.preparation.work import PreparationWork
from app.style.theme import Theme
from app.views.layers import SpaceLayer
from app.widgets.canvas.plotter import Lines, Mesh
from app.widgets.canvas.surface_canvas import SurfaceCanvas
from core.data.cloud_change import CloudChange
from core.data.source import Source

CHANGED, BOX, NEEDLES = "changed points", "box", "normals"
_POINT, _WIDTH = 4.0, 1.5
"""Side of a point that stands out and width of lines, in device-independent pixels."""


class CloudLayer(SpaceLayer):
    """Colours the points of a cloud by what is known of them."""

    quantities: tuple[Quantity, ...] = tuple(QUANTITIES.values())

    def __init__(self, work: PreparationWork, parent: QWidget) -> None:
        super().__init__(parent)
        self._work = work
        self._known: object = None
        work.changed.connect(self._on_changed)

    def is_ready(self, key: str, snapshot: Snapshot) -> bool:
        facts, source = self._work.facts, snapshot.figure.source
        return facts is not None and source is self._work.examined and (key != "cluster" or bool(facts.clusters))

    def coloring(
        self, key: str, snapshot: Snapshot, palette: Palette, true_colors: bool
    ) -> tuple[Callable[..., Coloring], *tuple[Any, ...]] | None:
        return cloud_coloring, snapshot.figure, self._work.facts, key, palette

    def _on_changed(self) -> None:
        if self._known is not self._work.facts:
            self._known = self._work.facts
            self.changed.emit()


def show_cloud_change(
    canvas: SurfaceCanvas, theme: Theme, snapshot: Snapshot | None, source: Source | None, change: CloudChange | None
) -> None:
    """Draw what a preparation would leave out of a cloud, or give it, beside the cloud; None takes that away."""
    for key in (CHANGED, BOX, NEEDLES):
        canvas.plotter.remove(key)
    if change is None or snapshot is None or source is None:
        return
    figure, palette = snapshot.figure, theme.palette
    points, colors = removed_points(figure, source.cloud, change, palette)
    if len(points) and not change.kept.all():
        canvas.show_beside(CHANGED, Mesh(points, np.zeros((0, 3), np.int64), None, colors, _POINT))
    if change.box is not None:
        canvas.show_lines(BOX, Lines(*box_lines(figure, change.box, palette), _WIDTH))
    if change.kept.all():
        lines = Lines(*normal_lines(figure, change, palette), _WIDTH)
        if len(lines.ends):
            canvas.show_lines(NEEDLES, lines)
