"""What the inspector says of an unfolding, as plain lines: no widgets here."""

from app.style.translation import tr
from app.views.sheet import leading_to
from app.widgets.text import number, percent
from app.widgets.value_row import Line
from core.unfolding.unfolding import SWITCHES, Unfolding

_EXACT = 1e-6
"""Error at the end, over the size of the input or output, up to which the output is met."""


def way_lines(made: Unfolding) -> tuple[Line, ...]:
    """Return what there is to tell of the whole way."""
    wide = [mark.variance_kept for mark in made.marks if mark.width > 3]
    flat = sum(passage.passes_flat for passage in made.passages)
    open_ones = sum(passage.is_positive for passage in made.passages)
    square = sum(passage.determinant is not None for passage in made.passages)
    kept = tr("{n} of {all}", n=open_ones, all=square)
    how = tr("Reached through matrices of positive determinant; the others mirror or flatten something.")
    lines = [
        Line(tr("Points"), number(len(made.vertices)), "none"),
        Line(tr("Layers"), number(made.length), "none"),
        Line(
            tr("Meets the output"),
            f"{made.end_error:.1e}",
            "ok" if made.end_error <= _EXACT else "bad",
            tr("Largest distance of the last picture from what the networks give, over the larger size of both ends."),
        ),
        leading_to("isotopy", Line(tr("Square matrices kept invertible"), kept, "none", how)),
        Line(tr("Flat moments"), number(flat), "warn" if flat else "ok", tr("Pictures whose ends mirror each other.")),
    ]
    if wide:
        about = tr("Layers of more than three values are projected: the least part of their variance that is seen.")
        lines.append(leading_to("general_position", Line(tr("Variance seen"), percent(min(wide)), "none", about)))
    return tuple(lines)


def layer_lines(made: Unfolding, moment: float) -> tuple[Line, ...]:
    """Return what there is to tell of the layer that is nearest to a moment, and of the step that takes place."""
    at = min(int(moment + 0.5), made.length)
    mark, (step, on, switching) = made.marks[at], made.unit_shares(moment)
    determinant = made.passages[step].determinant
    patterns = tr("Activation patterns of the layers so far.")
    lines = [
        Line(tr("Values"), number(mark.width), "none"),
        Line(
            tr("Variance seen"),
            percent(mark.variance_kept),
            "none",
            tr("By the projection into the space that is drawn."),
        ),
        Line(tr("Drawn larger by"), number(made.drawn_scale(moment), 3), "none", tr("So that its size stays.")),
        leading_to("capacity", Line(tr("Cells with a point"), number(mark.n_patterns), "none", patterns)),
    ]
    if len(made.faces):
        counted = mark.overlaps is not None
        about = tr("Pairs of triangles that cross in the picture; in a plane, exactly those that lie over each other.")
        kind = "none" if not counted else "warn" if mark.overlaps else "ok"
        line = Line(tr("Overlapping pairs"), number(mark.overlaps or 0) if counted else "–", kind, about)
        lines.append(leading_to("general_position", line))
    if determinant is not None:
        sign = "+" if determinant[0] > 0 else "\N{MINUS SIGN}" if determinant[0] < 0 else "0"
        about = tr("Sign and common logarithm of the determinant of the matrix that acts.")
        line = Line(tr("det W"), f"{sign} · 10^{determinant[1]:.1f}", "none", about)
        lines.append(leading_to("homeomorphism", line))
    if len(on):
        lines.append(Line(tr("Units on"), percent(float(on.mean())), "none", tr("Mean share over points and units.")))
        lines.append(Line(tr("Units that switch now"), number(int((switching > SWITCHES).sum())), "none"))
    return tuple(lines)
