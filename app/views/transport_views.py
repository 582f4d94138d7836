"""What the four views show of the stage *Transport*: wires scene, views and pages together."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.scene.site_quantities import SITE_KEYS
from app.scene.snapshot import Snapshot
from app.selection import Selection
from app.theme import Theme
from app.translation import tr
from app.views.brenier_view import BrenierView
from app.views.transport_page import TransportPage
from app.views.transport_scene import TransportScene
from app.widgets.newest import Newest
from app.widgets.plotter import SurfacePlotter
from app.workspace import Workspace

if TYPE_CHECKING:
    from app.views.view_grid import ViewGrid


class TransportViews(QObject):
    """Shows a transport in the views of a grid.

    Parameters
    ----------
    grid : ViewGrid
        The views.
    workspace : Workspace
        Whose transport.
    selection : Selection
        The linked points.
    theme : Theme
        The look.
    plotter : SurfacePlotter
        Draws the potential.
    """

    def __init__(
        self, grid: "ViewGrid", workspace: Workspace, selection: Selection, theme: Theme, plotter: SurfacePlotter
    ) -> None:
        super().__init__(grid)
        self._grid = grid
        self.scene = TransportScene(workspace, grid.executor, self)
        self.brenier = BrenierView(workspace, selection, theme, plotter, grid.executor)
        self.page = TransportPage(workspace, theme)
        grid.add_fourth("transport/brenier", tr("Brenier surface"), "arrows-out-line-vertical", self.brenier)
        grid.add_fourth("transport/histogram", tr("Histogram"), "chart-bar", self.page)
        self._shown_checker: bool | None = None
        self._shown_ratio = ""
        grid.surface.follow_transport(self.scene)
        grid.latent.follow_transport(self.scene)
        grid.reconstruction.follow_transport(self.scene)
        self.scene.changed.connect(self._show)
        self.scene.solved.connect(self._color)
        grid.latent.color_by_changed.connect(self._color_potential)
        for view in grid.views.values():
            view.play_requested.connect(self.scene.play)

    # -- for the grid ------------------------------------------------------------------------------------------------

    def displaced(self, snapshot: Snapshot | None) -> Snapshot | None:
        """Return what surface and disk show of a snapshot."""
        return self.scene.displaced(snapshot)

    def pending(self) -> list[Newest]:
        """Return all that may be computing in a thread."""
        return [*self.scene.pending(), *self.brenier.pending()]

    def close(self) -> None:
        """Let go of graphics and threads."""
        self.scene.close()
        self.brenier.close_page()

    # -- showing -----------------------------------------------------------------------------------------------------

    def _show(self) -> None:
        """Move the codes in surface and disk, and lay the checker on the surface or take it away."""
        self._follow_displacement()
        self._grid.refresh_codes()
        wanted = self.scene.display.checker if self.scene.transport is not None else None
        if wanted is not None and wanted != self._shown_checker:
            surface = self._grid.surface
            if wanted:
                surface.set_color_by("checker")
            elif surface.color_by == "checker":
                surface.set_color_by("area_distortion")
        self._shown_checker = wanted

    @property
    def _ratio(self) -> str:
        """The ratio of areas of what is seen: before, or after once all has moved."""
        return "ratio_after" if self.scene.display.displacement == 1.0 else "ratio_before"

    def _follow_displacement(self) -> None:
        """Colour by the ratio of areas after the transport once all has moved, by that before until then."""
        former, self._shown_ratio = self._shown_ratio, self._ratio
        views = (self._grid.surface, self._grid.latent)
        for view in views if former != self._ratio else ():
            if view.color_by == former and view.has_quantity(self._ratio):
                view.set_color_by(self._ratio)

    def _color(self) -> None:
        """Colour the views by what a new transport is about."""
        if self._grid.latent.color_by not in SITE_KEYS:
            self._grid.latent.set_color_by(self._ratio)
        if self.scene.display.samples != "none":
            self._grid.reconstruction.set_color_by("none")

    def _color_potential(self, key: str) -> None:
        """Colour the potential like the diagram."""
        if key in SITE_KEYS:
            self.brenier.set_color_by(key)
