"""What the inspector shows of a map."""

from app.stages.maps.inspector_lines import map_lines
from app.state.selection import Selection
from app.state.workspace import Workspace
from app.style.theme import Theme
from app.style.translation import tr
from app.views.sections import StageSections
from app.widgets.section import Section
from core.maps.manifold_map import ManifoldMap
from core.session.project import Project


class MapSections(StageSections):
    """The figures of the map."""

    def __init__(self, theme: Theme, workspace: Workspace, selection: Selection) -> None:
        super().__init__()
        self.map = Section(theme, tr("Map"))

    @property
    def sections(self) -> tuple[Section, ...]:
        """All sections."""
        return (self.map,)

    def show_project(self, project: Project) -> None:
        """Show the map of a project."""
        made: ManifoldMap | None = project.results.get("maps")
        self.map.setVisible(made is not None)
        if made is not None:
            self.map.set_lines(map_lines(made))
            self.map.set_note("\n".join(made.messages))
