"""How the stage *Export* looks in the window."""

from app.stages.exporting import available
from app.style.translation import tr
from app.views.look import Beside, StageView, Words
from core.session.project import Project


def view() -> StageView:
    """Return the half of its row that the window needs."""
    return StageView(
        "export",
        tr("Export"),
        tr("Write results into files that other programs read."),
        "export",
        tr("Export…"),
        tr("Export…"),
        export_words,
        command="export",
        beside=(
            Beside(
                "figure",
                tr("Figure composer…"),
                "layout",
                tr("Puts views side by side with captions, in millimetres, into one PNG, PDF or SVG (Ctrl+Shift+F)."),
            ),
        ),
        term="export",
        job=(tr("Exporting"), tr("Exported")),
        lacking=export_words,
        ready=export_words,
    )


def export_words(project: Project) -> Words:
    """Return what can be exported."""
    if project.source is None:
        words = tr("Needs a surface")
    elif project.training is None:
        words = tr("Surface only so far")
    else:
        words = tr("{n} results can be exported", n=len(available(project)))
    return words, words
