"""The section of the inspector on folds of an atlas: in which charts, and where; a button goes from one to the next."""

from app.state.selection import Pick, Selection
from app.state.workspace import Workspace
from app.style.theme import Theme
from app.style.translation import tr
from app.widgets.section import Section
from app.widgets.text import counted, number
from app.widgets.value_row import Line
from core.session.atlas_certificate import Fold, folds
from core.session.by_chart import ByChart


class FoldSection(Section):
    """The charts that are folded, the worst first.

    Parameters
    ----------
    theme : Theme
        The look.
    workspace : Workspace
        Whose atlas.
    selection : Selection
        What is picked.
    """

    def __init__(self, theme: Theme, workspace: Workspace, selection: Selection) -> None:
        super().__init__(theme, tr("Folds"), tr("Next fold"), "", tr("Flies to the next place that is turned over."))
        self._workspace, self._selection = workspace, selection
        self.folds: tuple[Fold, ...] = ()
        self._next = 0
        self.action_triggered.connect(self._go_on)

    def show_folds(self) -> None:
        """Show the folds of the whole project."""
        whole = self._workspace.whole
        is_there = whole.preparation is not None and isinstance(whole.training, ByChart)
        self.setVisible(is_there)
        self.folds, self._next = folds(whole) if is_there else (), 0
        self.badge.show_text(number(len(self.folds)) if self.folds else tr("none"), "warn" if self.folds else "ok")
        self.set_lines(tuple(_line(fold) for fold in self.folds))
        self.set_note("" if self.folds else tr("No chart turns a part of its patch over, as far as was looked."))
        self.set_action_visible(bool(self.folds))

    def _go_on(self) -> None:
        """Show the chart of the next fold, pick its place and look at it."""
        fold = self.folds[self._next % len(self.folds)]
        self._next += 1
        self._workspace.show_chart(fold.chart)
        self._selection.visit(Pick(fold.vertex, "surface"))


def _line(fold: Fold) -> Line:
    """Tell of a fold."""
    text = counted(fold.faces, "1 triangle", "{n} triangles")
    text = tr("{triangles} at #{face}", triangles=text, face=f"{fold.face:,}")
    about = tr("Triangles of the chart that its encoder turns over, or a part of; the triangle with most of it.")
    if fold.pieces is not None:
        about = f"{about} {tr('{n} exact pieces are turned over.', n=number(fold.pieces))}"
    return Line(tr("Chart {n}", n=fold.chart + 1), text, "warn", about, copied=str(fold.face))
