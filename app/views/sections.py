"""What a stage shows in the inspector."""

from PySide6.QtCore import QObject, Signal

from app.state.selection import Pick
from app.views.stage_views import StageViews
from app.widgets.section import Section
from core.session.project import Project


class StageSections(QObject):
    """Sections of a stage in the order in which they stand in the inspector; a stage overrides what it needs.

    Attributes
    ----------
    is_base : bool
        Whether they stand for a stage that has nothing to show.
    joins_base : bool
        Whether those are shown with them.

    Signals
    -------
    changed()
        Other sections are to be seen.
    """

    is_base = joins_base = False
    changed = Signal()

    @property
    def sections(self) -> tuple[Section, ...]:
        """All sections."""
        return ()

    @property
    def rail(self) -> tuple[tuple[str, Section], ...]:
        """Icons and sections of the buttons that are left of a closed inspector."""
        return ()

    def show_project(self, project: Project) -> None:
        """Show the result of the stage in a project."""

    def show_picked(self, project: Project, pick: Pick | None) -> None:
        """Show the picked point."""

    def follow(self, views: StageViews) -> None:
        """Show what the views of the stage compute besides."""
