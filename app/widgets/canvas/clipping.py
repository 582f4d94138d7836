"""The clipping plane of a canvas: where it lies, what it cuts, and the bar that moves it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Signal

from app.scene.camera import Vector
from app.scene.sight import Clip
from app.widgets.canvas.clip_bar import ClipBar
from app.widgets.canvas.plotter import CUT, Lines
from core.geometry.clipping import clip_triangles

CUT_WIDTH = 1.5
"""Of the lines in which a figure is cut, in device-independent pixels."""
FIRST_PART = 0.5
"""Where a new plane lies, from 0 at one end of the figure to 1 at the other."""


class Clipping(QObject):
    """Cuts the figure of a canvas.

    Parameters
    ----------
    canvas : SurfaceCanvas
        Whose figure; also the owner.

    Signals
    -------
    changed(Clip or None)
        The user moved the plane, or let it go.
    """

    changed = Signal(object)

    def __init__(self, canvas: Any) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self.clip: Clip | None = None
        self.bar: ClipBar | None = None
        self.inside: Callable[[], int] = lambda: 0
        """Returns on which side of the faces the inside of the figure is, as `enclosed_side` does."""
        self._has_cut = False

    def toggle(self) -> None:
        """Cut the figure by a plane that faces the eye most, or no more."""
        self.choose(None if self.clip is not None else self._first())

    def choose(self, clip: Clip | None) -> None:
        """Cut by a plane that the user chose, and show the bar that moves it."""
        if clip is not None and self._canvas.mesh is None:
            return
        self.set_clip(clip)
        self._show_bar()
        self.changed.emit(clip)

    def set_clip(self, clip: Clip | None) -> None:
        """Cut by a plane; None shows the whole figure."""
        if clip == self.clip:
            return
        self.clip = clip
        if self.bar is not None:
            self._show_bar()
        self._canvas.forget_sight()
        self.refresh()
        self._canvas.drawing.redraw(moves=True)

    def refresh(self) -> None:
        """Cut again, for the figure or the theme has changed."""
        palette, clip = self._canvas.theme.palette, self.clip
        if clip is None:
            if self._has_cut:
                self._canvas.plotter.remove(CUT)
                self._canvas.plotter.set_clip(None, 0, palette.text_faint)
                self._has_cut = False
            return
        self._canvas.plotter.set_clip(clip, self.inside() if clip.is_capped else 0, palette.text_faint)
        self._has_cut = True
        self._canvas.plotter.remove(CUT)
        shape = self._canvas.seen_shape()
        if shape is not None and len(shape[1]) and shape[1].shape[1] == 3:
            left = clip_triangles(*shape, np.array(clip.normal), clip.offset)
            colors = np.tile(np.array(_rgb(palette.text), np.uint8), (len(left.cuts), 1))
            points = left.points[left.cuts.ravel()].astype(np.float32)
            ends = np.arange(len(points)).reshape(-1, 2)
            self._canvas.plotter.show_lines(CUT, Lines(points, ends, colors, CUT_WIDTH))

    def along(self, axis: str) -> Clip | None:
        """Return the plane across "x", "y", "z", or the "view", through the middle, that leaves out what is nearer."""
        toward = self._canvas.camera.axes()[2]
        if axis == "view":
            normal = toward
        else:
            normal = np.eye(3)["xyz".index(axis)]
            normal = normal if normal @ toward >= 0.0 else -normal
        low, high = self._range(normal)
        return Clip(_vector(normal), low + FIRST_PART * (high - low), self.clip is None or self.clip.is_capped)

    def part(self) -> float:
        """Return where the plane lies, from 0 to 1 along its normal through the figure."""
        if self.clip is None:
            return FIRST_PART
        low, high = self._range(np.array(self.clip.normal))
        return (self.clip.offset - low) / max(high - low, 1e-12)

    def _first(self) -> Clip | None:
        """The plane across the axis that points to the eye most."""
        return self.along("xyz"[int(np.abs(self._canvas.camera.axes()[2]).argmax())])

    def _range(self, normal: np.ndarray) -> tuple[float, float]:
        """Where the figure begins and ends along a direction."""
        shape = self._canvas.seen_shape()
        if shape is None or not len(shape[0]):
            return -0.5, 0.5
        heights = shape[0] @ normal
        return float(heights.min()), float(heights.max())

    def _move(self, part: float) -> None:
        if self.clip is not None:
            low, high = self._range(np.array(self.clip.normal))
            self.choose(replace(self.clip, offset=low + part * (high - low)))

    def _show_bar(self) -> None:
        if self.clip is None:
            if self.bar is not None:
                self.bar.hide()
            return
        if self.bar is None:
            self.bar = ClipBar(self._canvas.theme, self._canvas)
            self.bar.axis_chosen.connect(lambda axis: self.choose(self.along(axis)))
            self.bar.part_chosen.connect(self._move)
            self.bar.flip_requested.connect(lambda: self.clip and self.choose(self.clip.flipped()))
            self.bar.cap_toggled.connect(lambda on: self.clip and self.choose(replace(self.clip, is_capped=on)))
            self.bar.closed.connect(lambda: self.choose(None))
        self.bar.show_clip(self.clip, self.part(), self.inside() != 0)
        self.place_bar()
        self.bar.setVisible(not self._canvas.is_small)
        self.bar.raise_()

    def place_bar(self) -> None:
        """Put the bar at the bottom, in the middle, above what lies in the corners."""
        if self.bar is not None:
            self.bar.place()


def _rgb(color: str) -> tuple[int, int, int]:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def _vector(values: np.ndarray) -> Vector:
    return (float(values[0]), float(values[1]), float(values[2]))
