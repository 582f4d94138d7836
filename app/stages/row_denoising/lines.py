"""What the inspector says of denoised rows, as plain lines: no widgets here."""

from app.style.translation import tr
from app.views.sheet import Sheet
from app.widgets.text import number, percent
from app.widgets.value_row import Line
from core.denoising.rows import RowsDenoising


def row_sheet(found: RowsDenoising, is_outdated: bool) -> Sheet:
    """Return the certificate of denoised rows."""
    if is_outdated:
        badge, kind = tr("Outdated"), "warn"
    elif found.is_foreign:
        badge, kind = tr("Another manifold"), "bad"
    elif found.warnings:
        badge, kind = tr("Made worse"), "warn"
    else:
        badge, kind = tr("Denoised"), "ok"
    return Sheet(badge, kind, row_lines(found), "\n".join(found.warnings))


def row_lines(found: RowsDenoising) -> tuple[Line, ...]:
    """Return the figures of denoised rows."""
    way = tr("exact, over the cells") if found.exact else tr("by descent")
    lines = [Line(tr("Rows"), number(len(found.noisy)), "none"), Line(tr("Nearest points"), way, "none")]
    about = tr("Mean over rows and columns, against the rows before noise, in squared units of the table.")
    squared = {
        tr("Squared error, noisy"): found.squared(found.noisy),
        tr("Squared error, one pass"): found.squared(found.one_pass),
        tr("Squared error, projected"): found.squared(found.points),
        tr("Squared error, of clean rows"): found.floor,
    }
    best = min((value for value in list(squared.values())[:3] if value is not None), default=None)
    for name, value in squared.items():
        if value is not None:
            lines.append(Line(name, number(value, 4), "ok" if value == best else "none", about))
    if len(found.own):
        share = float(found.far.mean())
        about = tr("Rows farther from the decoded manifold than 99 % of the own rows with the same noise.")
        lines.append(Line(tr("Far rows"), percent(share), "bad" if found.is_foreign else "ok", about))
    return tuple(lines)
