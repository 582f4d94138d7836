"""The section of the inspector on a border of charts: how wide it gaps, how far it is there and back, and where."""

from app.state.selection import Pick, Selection
from app.state.workspace import Workspace
from app.style.theme import Theme
from app.style.translation import tr
from app.widgets.section import Section
from app.widgets.text import number, percent
from app.widgets.value_row import Line
from core.charts.atlas import Atlas
from core.evaluation.borders import Border, border, borders
from core.session.atlas import atlas_of
from core.session.by_chart import ByChart


class BorderSection(Section):
    """The border with the chart that is compared, or without one all borders of the chart that is shown.

    Parameters
    ----------
    theme : Theme
        The look.
    workspace : Workspace
        Whose atlas.
    selection : Selection
        Says which chart is compared.
    """

    def __init__(self, theme: Theme, workspace: Workspace, selection: Selection) -> None:
        super().__init__(theme, tr("Borders"), tr("Widest gap"), "", tr("Flies to where two charts disagree most."))
        self._workspace, self._selection = workspace, selection
        self._widest: tuple[int, int] | None = None
        self._shown: tuple[object, ...] = ()
        selection.neighbour_changed.connect(lambda _: self.show_borders())
        self.action_triggered.connect(self._go_there)

    def show_borders(self) -> None:
        """Show the borders of the chart that is shown now."""
        whole, chart, neighbour = self._workspace.whole, self._workspace.chart, self._selection.neighbour
        is_there = whole.preparation is not None and isinstance(whole.training, ByChart)
        self.setVisible(is_there)
        shown = whole.training, chart, neighbour
        if not is_there or shown == self._shown:
            return
        self._shown = shown
        atlas, diagonal = atlas_of(whole), whole.source.surface.diagonal
        known = None if neighbour is None or neighbour >= len(atlas) else border(atlas, chart, neighbour)
        if known is not None:
            self._show_one(known, diagonal)
        else:
            self._show_all(atlas, chart, diagonal)

    def _show_one(self, known: Border, diagonal: float) -> None:
        gap = tr("How far apart both charts are at the vertices that they share, before they are welded.")
        trip = tr("From a point of one chart to its code in the other and back, both ways, at these vertices.")
        self.set_title(tr("Border of charts {a} and {b}", a=known.a + 1, b=known.b + 1))
        self._show(
            (
                Line(tr("Gap, largest"), percent(known.gap_max / diagonal), explanation=gap),
                Line(tr("Gap, RMS"), percent(known.gap_rms / diagonal), explanation=gap),
                Line(tr("Widest at"), f"#{known.widest:,}", copied=str(known.widest)),
                Line(tr("Shared vertices"), number(known.vertices)),
                Line(tr("Round trip, median"), percent(known.round_trip_median / diagonal), explanation=trip),
                Line(tr("Round trip, largest"), percent(known.round_trip_max / diagonal), explanation=trip),
            ),
            tr("Lengths in % of the diagonal. The lines in the large disk are the grid of chart {n}.", n=known.b + 1),
            known,
        )

    def _show_all(self, atlas: Atlas, chart: int, diagonal: float) -> None:
        found = borders(atlas, chart)
        about = tr("Gap, the largest and the root mean square; % of the diagonal.")
        self.set_title(tr("Borders of chart {n}", n=chart + 1))
        self._show(
            tuple(
                Line(
                    tr("With chart {n}", n=known.b + 1),
                    f"{percent(known.gap_max / diagonal)} · {percent(known.gap_rms / diagonal)}",
                    explanation=about,
                )
                for known in found
            ),
            tr("Point at a small disk, or pick a point where charts overlap, to see how both fit."),
            found[0] if found else None,
        )

    def _show(self, lines: tuple[Line, ...], note: str, widest: Border | None) -> None:
        self.set_lines(lines)
        self.set_note(note)
        self.set_action_visible(widest is not None)
        self._widest = None if widest is None else (widest.a, widest.widest)

    def _go_there(self) -> None:
        """Pick the vertex where the gap is largest, and look at it."""
        preparation = self._workspace.whole.preparation
        if self._widest is None or preparation is None:
            return
        chart, vertex = self._widest
        self._workspace.show_chart(chart)
        place = next(place for k, place in preparation.cover.patches_at(int(vertex)) if k == chart)
        self._selection.visit(Pick(place, "surface"))
