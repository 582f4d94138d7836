"""What the decoder makes of the square of the disk around the pointer."""

from concurrent.futures import Executor

import numpy as np
from PySide6.QtCore import Signal

from app.scene.camera import fitted
from app.scene.disk import Window
from app.scene.snapshot import Snapshot
from app.stages.generation.scene.lens_patch import LensPatch, lens_patch
from app.stages.generation.shown import Code
from app.style.theme import Theme
from app.style.translation import tr
from app.views.pages.canvas_page import CanvasPage
from app.widgets.canvas.chips import Chip
from app.widgets.canvas.overlays import Overlay, Words
from app.widgets.canvas.plotter import Mesh, SurfacePlotter
from app.widgets.canvas.surface_canvas import SurfaceCanvas
from app.widgets.text import components, number, percent
from core.charts.autoencoder import Autoencoder
from core.charts.latent_image import LatentImage

FRAME_PIXELS = 100
"""Pixels across the frame of the lens, as far as its scale goes."""
TILT = 0.35
"""How far from above, along the vertical, a patch is seen: from straight above it would look flat."""


class GenerateLens(CanvasPage[SurfaceCanvas]):
    """A patch of decoded surface, seen from above its middle.

    Signals
    -------
    moved()
        Another square is decoded.
    """

    moved = Signal()

    def __init__(self, theme: Theme, plotter: SurfacePlotter, executor: Executor) -> None:
        super().__init__(SurfaceCanvas, theme, plotter, executor)
        self.code: Code = (0.0, 0.0)
        self.side = 0.16
        self.patch: LensPatch | None = None
        self._snapshot: Snapshot | None = None
        self._autoencoder: Autoencoder | None = None
        self._latent: LatentImage | None = None
        self._making.done.connect(self._on_patch)
        self._describe()

    @property
    def window(self) -> Window:
        """The square of the disk that is decoded."""
        return Window(FRAME_PIXELS, FRAME_PIXELS, *self.code, FRAME_PIXELS / self.side)

    def show_decoder(self, snapshot: Snapshot | None, autoencoder: Autoencoder | None, side: float) -> None:
        """Look through another decoder, or with a lens of another size."""
        if snapshot is None or snapshot.codes is None or autoencoder is None:
            self._snapshot = self._autoencoder = self._latent = self.patch = None
            self._making.forget()
            self.canvas.show_mesh(None)
            self._describe()
            return
        if self._snapshot is not snapshot:
            self._latent = LatentImage(np.asarray(snapshot.codes, np.float64), snapshot.figure.faces)
        self._snapshot, self._autoencoder, self.side = snapshot, autoencoder, side
        self._decode()

    def look_at(self, code: Code) -> None:
        """Decode the square around another code."""
        self.code = code
        self._decode()

    def _decode(self) -> None:
        snapshot = self._snapshot
        if snapshot is None:
            return
        orientation = float(np.sign(snapshot.image_areas.sum()) or 1.0)
        self._making.submit(
            lens_patch,
            snapshot.figure,
            self._autoencoder,
            self._latent,
            self.code,
            self.side,
            orientation,
            self._theme.palette,
        )
        self.moved.emit()

    def _on_patch(self, patch: LensPatch) -> None:
        if self._snapshot is None:
            return
        self.patch = patch
        mesh = Mesh(patch.points, patch.faces, patch.normals, patch.colors)
        self.canvas.show_mesh(mesh, self._snapshot.figure.frame)
        x, y, z = patch.toward
        up = (0.0, 0.0, 1.0) if abs(z) < 0.9 else (0.0, 1.0, 0.0)
        direction = tuple(float(a + TILT * b) for a, b in zip((x, y, z), up, strict=True))
        self.canvas.set_camera(fitted(patch.points, self.aspect, direction, up))  # type: ignore[arg-type]
        self._describe()

    def _describe(self) -> None:
        patch = self.patch
        if patch is None:
            words = Words(tr("Lens of the decoder"), tr("Point at the disk to see what becomes of it."))
            self.describe("", Overlay(words=words))
        else:
            across, factor = percent(patch.side / 2.0), number(patch.factor, 3)
            chips = [Chip(tr("{n} of the disk across · area × {factor}", n=across, factor=factor))]
            if not patch.is_inside:
                text = tr("outside the latent image")
                chips.append(Chip(text, "warn", self._theme.icon("warning-fill", "warn")))
            self.describe(tr("code {code}", code=components(patch.code, 3)), Overlay(chips=tuple(chips)))
