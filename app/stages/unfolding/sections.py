"""What the inspector shows of an unfolding: the layer of this moment, and all of it."""

from typing import Any

from PySide6.QtCore import QTimer

from app.stages.unfolding.inspector_lines import layer_lines, way_lines
from app.state.selection import Selection
from app.state.workspace import Workspace
from app.style.theme import Theme
from app.style.translation import tr
from app.views.sections import StageSections
from app.views.stage_views import StageViews
from app.widgets.section import Section
from core.session.project import Project

_MILLISECONDS = 150
"""From a change to when its lines are written: while it is played, they need not be for every picture."""


class UnfoldSections(StageSections):
    """Sections in the order in which they stand in the inspector."""

    def __init__(self, theme: Theme, workspace: Workspace, selection: Selection) -> None:
        super().__init__()
        self.layer = Section(theme, tr("Layer"))
        self.way = Section(theme, tr("The way through the networks"))
        self._scene: Any = None
        self._soon = QTimer(self, singleShot=True, interval=_MILLISECONDS)
        self._soon.timeout.connect(self._show_layer)

    @property
    def sections(self) -> tuple[Section, ...]:
        """All sections."""
        return self.layer, self.way

    def follow(self, views: StageViews) -> None:
        """Follow the moment that is seen."""
        self._scene = views.scene  # type: ignore[attr-defined]
        self._scene.changed.connect(self._show_soon)

    def show_project(self, project: Project) -> None:
        """Show the unfolding of a project."""
        made = project.unfolding
        made = None if made is None or hasattr(made, "parts") else made
        for section in self.sections:
            section.setVisible(made is not None)
        if made is not None:
            self.way.set_lines(way_lines(made))
        self._show_layer()

    def _show_soon(self) -> None:
        if not self._soon.isActive():
            self._soon.start()

    def _show_layer(self) -> None:
        look = None if self._scene is None else self._scene.look
        if look is not None and self._scene.is_open:
            self.layer.set_lines(layer_lines(look.made, self._scene.moment))
