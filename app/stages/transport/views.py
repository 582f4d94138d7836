"""What the four views show of the stage *Transport*: wires scene, views and pages together."""

from PySide6.QtWidgets import QWidget

from app.scene.snapshot import Snapshot
from app.stages.transport.brenier_view import BrenierView
from app.stages.transport.layers import DiagramLayer, SamplesLayer, SitesLayer
from app.stages.transport.page import TransportPage
from app.stages.transport.scene.site_quantities import SITE_KEYS
from app.stages.transport.shown import TransportScene
from app.state.selection import Selection
from app.state.workspace import Workspace
from app.style.theme import Theme
from app.style.translation import tr
from app.views.stage_views import Grid, StageViews
from app.widgets.canvas.newest import Newest


class TransportViews(StageViews):
    """Shows a transport in the views of a grid.

    Parameters
    ----------
    grid : Grid
        The views.
    workspace : Workspace
        Whose transport.
    selection : Selection
        The linked points.
    theme : Theme
        The look.
    parent : QWidget
        Keeps it.
    """

    def __init__(self, grid: Grid, workspace: Workspace, selection: Selection, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._grid = grid
        self.scene = TransportScene(workspace, grid.executor, self)
        self.brenier = BrenierView(workspace, selection, theme, grid.make_plotter(), grid.executor)
        self.page = TransportPage(workspace, theme)
        grid.add_fourth("transport/brenier", tr("Brenier surface"), "arrows-out-line-vertical", self.brenier)
        grid.add_fourth("transport/histogram", tr("Histogram"), "chart-bar", self.page)
        self._shown_checker: bool | None = None
        self._shown_ratio = ""
        grid.surface.add_layer(SitesLayer(self.scene, self))
        grid.latent.add_layer(DiagramLayer(self.scene, self))
        grid.reconstruction.add_layer(SamplesLayer(self.scene, theme.icon, self))
        self.scene.changed.connect(self._show)
        self.scene.solved.connect(self._color)
        workspace.open_stage_changed.connect(self._on_stage)
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

    def close(self, wait: bool = True) -> None:
        """Let go of graphics and threads."""
        self.scene.close()
        self.brenier.close_page()

    # -- showing -----------------------------------------------------------------------------------------------------

    def _show(self) -> None:
        """Move the codes in surface and disk, and lay the checker on the surface or take it away."""
        self._follow_displacement()
        self._grid.refresh_codes()
        transport = self.scene.transport
        wanted = self.scene.display.checker if transport is not None and transport.after is not None else None
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
        """Colour the views by what a new transport is about: by areas, of a table by the classes of its rows."""
        if self._grid.latent.color_by not in SITE_KEYS:
            known = (key for key in (self._ratio, "site_class", "displacement") if self._grid.latent.has_quantity(key))
            self._grid.latent.set_color_by(next(known, self._ratio))
        if self.scene.display.samples != "none":
            self._grid.reconstruction.set_color_by("none")

    def _on_stage(self, key: str) -> None:
        """Show the cells of the rows of a table: their codes have moved off what else the disk is coloured by."""
        if key == "transport" and self.scene.plane is not None and self.scene.plane.transport.after is None:
            self._color()

    def _color_potential(self, key: str) -> None:
        """Colour the potential like the diagram."""
        if key in SITE_KEYS:
            self.brenier.set_color_by(key)
