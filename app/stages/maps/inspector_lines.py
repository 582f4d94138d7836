"""What the window says of a map, as plain lines: no widgets here."""

from app.style.translation import tr
from app.widgets.text import number, percent
from app.widgets.value_row import Line
from core.maps.manifold_map import ManifoldMap


def map_lines(made: ManifoldMap) -> tuple[Line, ...]:
    """Return the figures of a map."""
    figures = made.figures
    lines = [Line(tr("Rows") if made.first.source.is_table else tr("Vertices"), number(figures.rows), "none")]
    if figures.error_rel is not None:
        lines.append(Line(tr("Withheld pairs"), number(figures.withheld_rows), "none"))
        better = figures.baseline_rel is None or figures.error_rel < figures.baseline_rel
        about = tr("Root mean square distance from the partner, over the diagonal; goal: less than the nearest sample.")
        lines.append(Line(tr("Error, withheld"), percent(figures.error_rel), "ok" if better else "bad", about))
    if figures.baseline_rel is not None:
        about = tr("The same where the nearest learned point lends its partner.")
        lines.append(Line(tr("Nearest sample"), percent(figures.baseline_rel), "none", about))
    if figures.floor_rel is not None:
        about = tr("How far the second chart by itself brings them back from where they lie: no map errs less by much.")
        lines.append(Line(tr("The chart alone"), percent(figures.floor_rel), "none", about))
    about = tr("Distance of codes from where they come back to, root mean square and largest, in latent units.")
    cycle = f"{number(figures.cycle_rms, 2)} · {number(figures.cycle_max, 2)}"
    lines.append(Line(tr("There and back"), cycle, "none", about))
    if figures.moved_rms is not None and figures.least_moved_rms is not None:
        about = tr("How far codes move, and how far they must at least to get to those places.")
        moved = f"{number(figures.moved_rms, 3)} · {number(figures.least_moved_rms, 3)}"
        lines.append(Line(tr("Moved, least"), moved, "none", about))
    return tuple(lines)
