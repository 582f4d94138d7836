"""How the stage *Compare* looks in the window."""

from app.stages.comparison.sections import ComparisonSections
from app.stages.comparison.views import ComparisonViews
from app.style.translation import tr
from app.views.look import StageView
from app.widgets.text import counted, duration, number
from core.session.project import Project


def view() -> StageView:
    """Return the half of its row that the window needs."""
    return StageView(
        "comparison",
        tr("Compare"),
        tr("Set the codes beside other embeddings."),
        "squares-four",
        tr("Compare"),
        tr("Compare again"),
        comparison_words,
        term="table",
        job=(tr("Comparing embeddings"), tr("Embeddings compared")),
        caption=comparison_caption,
        finished=lambda project: comparison_caption(project).partition(" · ")[2],
        lacking=lambda project: (tr("Needs a table"), tr("Needs a table")),
        of=("table",),
        views=ComparisonViews,
        sections=ComparisonSections,
        one_chart=tr("Compare works on tables."),
    )


def comparison_words(project: Project) -> tuple[str, str]:
    """Return how many embeddings there are, and how far the codes keep neighbours."""
    found = project.comparison
    if found is None:
        return "", ""
    count = counted(len(found.points), "1 embedding", "{n} embeddings")
    kept = found.figures["autoencoder"].trustworthiness
    if kept is None:
        return count, count
    return f"{count} · {tr('codes keep {share} of the neighbours', share=number(kept, 3))}", count


def comparison_caption(project: Project) -> str:
    """Return how the last run went."""
    found = project.comparison
    return "" if found is None else f"{tr('Up to date')} · {duration(found.seconds)}"
