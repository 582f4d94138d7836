"""The latent disk with some of its codes named."""

from dataclasses import replace

import numpy as np
from PySide6.QtWidgets import QWidget

from app.style.theme import Theme
from app.widgets.canvas.disk_canvas import DiskCanvas
from app.widgets.canvas.overlays import Marker

Tag = tuple[tuple[float, float], str]
"""A code and its name."""


class TaggedDisk(DiskCanvas):
    """Writes names beside codes."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self._tags: tuple[Tag, ...] = ()

    def set_tags(self, tags: tuple[Tag, ...]) -> None:
        """Name other codes."""
        if tags != self._tags:
            self._tags = tags
            self.update()

    def _markers(self) -> list[Marker]:
        markers, window = super()._markers(), self.window_at(1.0)
        tagged = {code for code, _ in self._tags}
        picked = self._linked[True]
        if picked is not None and picked.code in tagged:  # it has a name already: that of the end
            markers = [replace(marker, label="") if marker.is_picked else marker for marker in markers]
        for code, name in self._tags:
            x, y = (float(value) for value in window.places(np.array([code]))[0])
            if 0.0 <= x < self.width() and 0.0 <= y < self.height():
                markers.append(Marker(x, y, label=name, is_bare=True))
        return markers
