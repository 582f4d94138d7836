"""What the inspector shows of the stage *Compare*: the dimension of the rows, and how classes lie to each other."""

from collections.abc import Sequence

from app.state.selection import Selection
from app.state.workspace import Workspace
from app.style.theme import Theme
from app.style.translation import tr
from app.views.sections import StageSections
from app.views.sheet import leading_to
from app.widgets.section import Section
from app.widgets.text import number, percent
from app.widgets.value_row import Line
from core.embedding.compare import Comparison
from core.session.project import Project


class ComparisonSections(StageSections):
    """Figures of the rows themselves; those of each embedding stand beneath it."""

    joins_base = True

    def __init__(self, theme: Theme, workspace: Workspace, selection: Selection) -> None:
        super().__init__()
        self.rows = Section(theme, tr("Rows"))

    @property
    def sections(self) -> tuple[Section, ...]:
        """All sections."""
        return (self.rows,)

    def show_project(self, project: Project) -> None:
        """Show the comparison of a project."""
        found: Comparison | None = project.comparison
        self.rows.setVisible(found is not None)
        if found is not None:
            table = project.source.table
            self.rows.set_lines(rows_lines(found, [table.class_name(int(kind)) for kind in table.kinds]))


def rows_lines(found: Comparison, names: Sequence[str]) -> tuple[Line, ...]:
    """Return the dimension of the rows and, of a table with classes, how they are told from each other.

    Parameters
    ----------
    found : Comparison
        What was found.
    names : sequence of str
        What the classes are called.
    """
    known = found.dimension
    nearest = tr("By the ratio of the two nearest distances of each row (Facco and others 2017).")
    likely = tr("By the distances of ten neighbours, of greatest likelihood (Levina and Bickel 2004).")
    lines = [
        leading_to("curse_of_dimension", Line(tr("Dimension, TwoNN"), _told(known.twonn), "none", nearest)),
        leading_to(
            "curse_of_dimension", Line(tr("Dimension, Levina-Bickel"), _told(known.levina_bickel), "none", likely)
        ),
    ]
    if found.between is not None:
        separated, pairs = found.separated
        count = tr("{n} of {m}", n=number(separated), m=number(pairs))
        about = tr("Pairs of classes farther apart, by W₂ of their codes, than the halves of each.")
        if found.not_separated:
            close = ", ".join(f"{names[a]}\N{EN DASH}{names[b]}" for a, b in found.not_separated)
            about += " " + tr("Not so: {pairs}.", pairs=close)
        lines.append(leading_to("divergences", Line(tr("Classes apart"), count, "none", about)))
    if found.heads is not None:
        about = tr("Withheld rows that a small network classifies right, by straight cuts of its last layer.")
        lines.append(
            leading_to("own_points", Line(tr("Right by a softmax"), percent(found.heads.softmax), "none", about))
        )
        about = tr("The same, by the five nearest rows in that layer.")
        lines.append(Line(tr("Right by neighbours"), percent(found.heads.neighbours), "none", about))
    return tuple(lines)


def _told(dimension: float | None) -> str:
    return tr("not defined") if dimension is None else number(dimension, 3)
