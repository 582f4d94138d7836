"""The section of the inspector on what stands in the way of one chart: a line for each place, a click goes there."""

from app.stages.preparation.work import PreparationWork
from app.state.workspace import Workspace
from app.style.sentences import said
from app.style.theme import Theme
from app.style.translation import tr
from app.widgets.section import Section
from app.widgets.text import counted, number, percent
from app.widgets.value_row import Line
from core.data.obstacles import NOUNS, Place

MOST_LINES = 6
"""Places of one kind that have a line."""


class PlacesSection(Section):
    """What stands in the way, and what is recommended.

    Parameters
    ----------
    theme : Theme
        The look.
    workspace : Workspace
        Whose surface.
    work : PreparationWork
        Knows what was found.
    """

    def __init__(self, theme: Theme, workspace: Workspace, work: PreparationWork) -> None:
        super().__init__(
            theme, tr("In the way"), tr("Do as recommended"), "", tr("Prepares the surface as the line above says.")
        )
        self._workspace, self._work = workspace, work
        self._places: list[Place | None] = []
        self.action_triggered.connect(work.take_advice)
        self.row_chosen.connect(self._go_to)
        work.changed.connect(self.show_places)
        self.show_places()

    def show_places(self) -> None:
        """Show what was found."""
        found, whole = self._work.obstacles, self._workspace.whole
        self.setVisible(found is not None and bool(found.counts) and whole.preparation is None)
        if found is None or whole.source is None:
            return
        lines: list[Line] = []
        self._places = []
        diagonal = whole.source.surface.diagonal
        for kind, count in found.counts.items():
            one, many = NOUNS[kind]
            name = tr(many if count != 1 else one)
            lines.append(Line(name[0].upper() + name[1:], number(count), "warn"))
            self._places.append(None)
            places = found.of(kind)[:MOST_LINES]
            for place in places:
                lines.append(Line(*_words(place, diagonal), "chosen" if place is self._work.chosen else "place"))
                self._places.append(place)
            if len(places) < len(found.of(kind)):
                lines.append(Line("…", tr("{n} more", n=number(count - len(places)))))
                self._places.append(None)
        self.set_lines(lines)
        self.set_links([place is not None for place in self._places])
        ways = ", ".join(self._workspace.views[self._work.key].choices[("way", way)] for way in found.advice.split(","))
        self.set_note(tr("Recommended: {ways}. {why}", ways=ways, why=said(found.why)))
        self.set_action_visible(not self._workspace.jobs)

    def _go_to(self, row: int) -> None:
        place = self._places[row] if row < len(self._places) else None
        if place is not None:
            self._work.look_at(place)


def _words(place: Place, diagonal: float) -> tuple[str, str]:
    """Return what one place is, and how large."""
    if place.kind == "component":
        return counted(place.n_faces, "1 triangle", "{n} triangles"), tr("area {area}", area=number(place.size, 3))
    if place.kind == "crossing":
        return counted(place.n_faces, "1 triangle", "{n} triangles"), percent(place.size / diagonal)
    if not len(place.edges):
        return tr("Vertex {n}", n=number(int(place.vertices[0]))), ""
    return tr("Length {length}", length=number(place.size, 3)), percent(place.size / diagonal)
