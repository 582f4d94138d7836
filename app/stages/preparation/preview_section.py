"""The section of the inspector on what a preparation would make of the surface: to be looked at, then taken over."""

from app.stages.preparation.work import PreparationWork
from app.state.workspace import Workspace
from app.style.theme import Theme
from app.style.translation import tr
from app.widgets.section import Section
from app.widgets.text import number
from app.widgets.value_row import Line
from core.data.source import Source
from core.data.topology import Topology
from core.session.preparing.previewing import Preview


class PreviewSection(Section):
    """What would be done, with figures of before and after; its action shows it, then takes it over.

    Parameters
    ----------
    theme : Theme
        The look.
    workspace : Workspace
        Whose surface.
    work : PreparationWork
        Knows the preview.
    """

    def __init__(self, theme: Theme, workspace: Workspace, work: PreparationWork) -> None:
        super().__init__(theme, tr("Preview"), tr("Show it"), "", tr("Shows what would be made; nothing is changed."))
        self._workspace, self._work = workspace, work
        self.action_triggered.connect(self._act)
        work.changed.connect(self.show_preview)
        self.show_preview()

    def show_preview(self) -> None:
        """Show what a preparation would make, where that is known."""
        made, source = self._work.preview, self._workspace.whole.source
        is_there = source is not None and not source.is_table
        options = self._workspace.options(self._work.key)
        is_asked = is_there and (made is not None or options.way != "auto" or not source.is_disk)
        self.setVisible(is_asked and (made is not None or self._workspace.whole.preparation is None))
        if not is_there:
            return
        self.set_action_text(tr("Show it") if made is None else tr("Apply"))
        self.set_action_visible(made is not None or self._work.can_preview)
        self.badge.show_text("" if made is None else tr("Not applied"), "none" if made is None else "warn")
        if made is None:
            self.set_lines(())
            what = tr("What would be made of the surface, before it is done.")
            self.set_note(tr("What would be made of the points, before it is done.") if source.is_cloud else what)
            return
        self.set_lines(_cloud_lines(source, made) if source.is_cloud else _lines(source.topology, made))
        charts = () if made.preparation is None else made.preparation.done[len(made.source.repairs) :]
        said = [*made.source.repairs[len(source.repairs) :], *charts]
        self.set_note(" ".join(said) or tr("One chart is enough: the surface is a disk."))

    def _act(self) -> None:
        if self._work.preview is None:
            self._work.begin_preview()
        else:
            self._workspace.run_stage(self._work.key)


def _cloud_lines(source: Source, made: Preview) -> tuple[Line, ...]:
    """Return how many points there were and are, or what the surface is that was made of them."""
    before = number(len(source.positions))
    if not made.source.is_cloud:
        return Line(tr("Points"), before), *_lines(made.source.topology, made)
    after = number(len(made.source.positions))
    return (Line(tr("Points"), before if before == after else f"{before} → {after}"),)


def _lines(before: Topology | None, made: Preview) -> tuple[Line, ...]:
    """Return figures before and after."""
    after = made.source.topology
    assert before is not None
    assert after is not None

    def pair(old: int | None, new: int | None) -> str:
        words = [tr("none") if value is None else number(value) for value in (old, new)]
        return words[0] if old == new else f"{words[0]} → {words[1]}"

    return (
        Line(tr("Triangles"), pair(before.n_faces, after.n_faces)),
        Line(tr("Components"), pair(before.n_components, after.n_components)),
        Line(tr("Boundary loops"), pair(before.n_boundary_loops, after.n_boundary_loops)),
        Line(tr("Handles"), pair(before.genus, after.genus)),
        *([] if made.options.way == "surface" else [Line(tr("Charts"), number(_charts(made)))]),
    )


def _charts(made: Preview) -> int:
    return 1 if made.preparation is None else len(made.preparation.cover)
