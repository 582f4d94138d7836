"""The dimension around each row as a colour."""

from collections.abc import Callable
from typing import Any

import numpy as np
from PySide6.QtCore import QObject

from app.scene.color_maps import Quantity, legend, mapped
from app.scene.disk import DiskPicture, Window
from app.scene.palette import Palette
from app.scene.row_picture import colored_rows
from app.scene.snapshot import Coloring, Snapshot
from app.state.workspace import Workspace
from app.views.layers import DiskLayer, SpaceLayer

LOCAL = Quantity("local_dimension", "Local dimension", "Local\ndimension", "crameri:batlow", made_by="Compare")
"""By the twenty nearest neighbours of each row."""


def local_coloring(values: np.ndarray, snapshot: Snapshot) -> Coloring:
    """Return the colours of the drawn rows by their local dimension; rows of which none is told are as the least."""
    drawn = values[snapshot.figure.ids]
    known = drawn[np.isfinite(drawn)]
    low, high = (float(value) for value in np.percentile(known, (1.0, 99.0))) if len(known) else (0.0, 1.0)
    limits = float(np.floor(low)), float(max(np.ceil(high), np.floor(low) + 1.0))
    colors = mapped(np.nan_to_num(drawn, nan=limits[0]), limits, LOCAL.color_map)
    return Coloring(colors, limits, legend(LOCAL, limits, known))


def local_picture(values: np.ndarray, snapshot: Snapshot, window: Window, ratio: float) -> DiskPicture:
    """Return the picture of the codes in these colours (runs in a thread)."""
    return colored_rows(snapshot, local_coloring(values, snapshot), window, ratio)


def _known(workspace: Workspace, snapshot: Snapshot) -> np.ndarray | None:
    """Return the local dimensions of the rows that are seen, None where they are not known."""
    found = workspace.project.results.get("comparison")
    values = None if found is None else found.local
    return None if values is None or len(values) != len(snapshot.figure.source.positions) else values


class LocalDisk(DiskLayer):
    """The local dimension in the disk."""

    quantities = (LOCAL,)

    def __init__(self, workspace: Workspace, parent: QObject) -> None:
        super().__init__(parent)
        self._workspace = workspace

    def is_ready(self, key: str, snapshot: Snapshot) -> bool:
        return _known(self._workspace, snapshot) is not None

    def request(
        self, key: str, snapshot: Snapshot, palette: Palette, window: Window, ratio: float
    ) -> tuple[Callable[..., DiskPicture], *tuple[Any, ...]]:
        return local_picture, _known(self._workspace, snapshot), snapshot, window, ratio


class LocalSpace(SpaceLayer):
    """The local dimension in space."""

    quantities = (LOCAL,)

    def __init__(self, workspace: Workspace, parent: QObject) -> None:
        super().__init__(parent)
        self._workspace = workspace

    def is_ready(self, key: str, snapshot: Snapshot) -> bool:
        return _known(self._workspace, snapshot) is not None

    def coloring(
        self, key: str, snapshot: Snapshot, palette: Palette, true_colors: bool
    ) -> tuple[Callable[..., Coloring], *tuple[Any, ...]] | None:
        return local_coloring, _known(self._workspace, snapshot), snapshot
