"""What a transport lays over the views: the power diagram in the disk, colours of its sites, samples."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QIcon

from app.scene.disk import DiskPicture, Window
from app.scene.palette import Palette
from app.scene.snapshot import Coloring, Snapshot
from app.stages.transport.scene.power_picture import PowerLook, PowerPicture, SitePlane, power_picture
from app.stages.transport.scene.site_quantities import QUANTITIES, has_quantity, vertex_site_coloring
from app.stages.transport.shown import TransportScene
from app.style.translation import tr
from app.views.layers import DiskLayer, LayerWords, SpaceLayer
from app.widgets.canvas.chips import Chip
from app.widgets.canvas.plotter import Mesh


class DiagramLayer(DiskLayer):
    """The power diagram in the disk, and what the codes are that are shown."""

    quantities = tuple(QUANTITIES.values())

    def __init__(self, scene: TransportScene, parent: QObject) -> None:
        super().__init__(parent)
        self._scene = scene
        scene.changed.connect(self.changed)

    def is_ready(self, key: str, snapshot: Snapshot) -> bool:
        return self._scene.plane is not None and has_quantity(key, snapshot.figure)

    def request(
        self, key: str, snapshot: Snapshot, palette: Palette, window: Window, ratio: float
    ) -> tuple[Callable[..., DiskPicture], *tuple[Any, ...]]:
        look = PowerLook(key, self._scene.singular_edges, palette)
        return power_picture, self._scene.plane, snapshot, look, window, ratio

    def words(self, picture: DiskPicture) -> LayerWords | None:
        if not isinstance(picture, PowerPicture):
            return None
        n_cells = len(picture.plane.transport.map.masses)
        singular = self._scene.singular_words()
        chips = (Chip(singular, "flipped"),) if singular else ()
        return LayerWords(tr("power diagram, {n} cells", n=f"{n_cells:,}"), chips, self._scene.is_outdated)

    def chart_words(self) -> str:
        return self._scene.chart_words()


def _site_coloring(plane: SitePlane, key: str, snapshot: Snapshot, palette: Palette, true_colors: bool) -> Coloring:
    """Give every vertex the colour of its site (runs in a thread)."""
    return snapshot.shaded(vertex_site_coloring(plane.transport, plane.faces, key, palette, plane.rows), true_colors)


class SitesLayer(SpaceLayer):
    """Colours of the sites, which stand for the vertices of the surface."""

    quantities = tuple(QUANTITIES.values())

    def __init__(self, scene: TransportScene, parent: QObject) -> None:
        super().__init__(parent)
        self._scene = scene

    def is_ready(self, key: str, snapshot: Snapshot) -> bool:
        return self._scene.plane is not None and has_quantity(key, snapshot.figure)

    def coloring(
        self, key: str, snapshot: Snapshot, palette: Palette, true_colors: bool
    ) -> tuple[Callable[..., Coloring], *tuple[Any, ...]] | None:
        return _site_coloring, self._scene.plane, key, snapshot, palette, true_colors


class SamplesLayer(SpaceLayer):
    """Samples beside the reconstruction.

    Parameters
    ----------
    scene : TransportScene
        Has them.
    icon : callable
        Makes an icon by its name in the colour of a role.
    parent : QObject
        Keeps it.
    """

    def __init__(self, scene: TransportScene, icon: Callable[[str, str], QIcon], parent: QObject) -> None:
        super().__init__(parent)
        self._scene, self._icon = scene, icon
        scene.changed.connect(self.changed)

    def beside(self, snapshot: Snapshot | None, palette: Palette) -> Mesh | None:
        return self._scene.samples(snapshot, palette)

    def beside_words(self) -> LayerWords | None:
        chip = self._scene.sample_chip(self._icon)
        return LayerWords(self._scene.sample_words(), () if chip is None else (chip,))
