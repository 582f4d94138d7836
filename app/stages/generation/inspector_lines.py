"""What the inspector says of generated points and walks, as plain lines: no widgets here."""

import numpy as np

from app.state.selection import Pick
from app.style.translation import tr
from app.views.sheet import Sheet, decimals_for
from app.widgets.text import components, number, percent
from app.widgets.value_row import Line
from core.generation.generation import Generation, Walk
from core.generation.judge import CONFIDENT, Judgement
from core.session.by_chart import together
from core.session.project import Project

GOAL_DISTANCE = 2.0
"""Mean distance of new points from the surface over the RMSE of the autoencoder, at most."""


def generation_sheet(project: Project) -> Sheet | None:
    """Return the certificate of generated points, None where there are none."""
    made: Generation | None = together(project.generation)
    if made is None or project.training is None:
        return None
    is_one = len(project.charts) == 1
    rmse_rel = project.training.certificate.rmse_rel if is_one else project.training.whole.rmse_rel
    is_table = project.source is not None and project.source.is_table
    lines = row_lines(made) if is_table else generation_lines(made, rmse_rel)
    kinds = [line.kind for line in lines]
    if "generation" in project.outdated:
        badge, kind = tr("Outdated"), "warn"
    elif "bad" in kinds:
        n = kinds.count("bad")
        badge, kind = tr("1 failed") if n == 1 else tr("{n} failed", n=n), "bad"
    elif "warn" in kinds:
        n = kinds.count("warn")
        badge, kind = tr("1 warning") if n == 1 else tr("{n} warnings", n=n), "warn"
    else:
        badge, kind = tr("Generated") if is_table else tr("On the surface"), "ok"
    return Sheet(badge, kind, lines, "\n".join(made.warnings))


def generation_lines(made: Generation, rmse_rel: float) -> tuple[Line, ...]:
    """Return the claims of generated points with their figures."""
    n, outside = len(made.points), made.n_outside
    lines = [
        Line(tr("Points"), number(n), "none"),
        Line(tr("Codes from"), _origin(made), "none"),
        Line(
            tr("Codes outside"),
            tr("{n} · {share}", n=number(outside), share=percent(outside / n)) if outside else "0",
            "warn" if outside else "ok",
            tr("Codes that are no code of the surface: what the decoder makes of them was never learned."),
        ),
    ]
    inside = made.distance_inside
    if inside is not None:
        ratio = inside / made.diagonal / max(rmse_rel, 1e-300)
        about = tr(
            "Mean distance from the surface, over the diagonal; {ratio} × the RMSE of the autoencoder. "
            "Goal: at most {goal} ×.",
            ratio=number(ratio, 3),
            goal=number(GOAL_DISTANCE),
        )
        kind = "ok" if ratio <= GOAL_DISTANCE else "bad"
        lines.append(Line(tr("Distance, codes inside"), percent(inside / made.diagonal), kind, about))
    if made.distance_outside is not None:
        about = tr("The same where the code is no code of the surface.")
        lines.append(Line(tr("Distance, codes outside"), percent(made.distance_outside / made.diagonal), "none", about))
    return tuple(lines)


def _origin(made: Generation) -> str:
    origin = {"transport": tr("Transport"), "uniform": tr("Uniform in the disk"), "gaussian": tr("Gaussian")}
    return origin[made.options.origin]


def row_lines(made: Generation) -> tuple[Line, ...]:
    """Return the figures of generated rows of a table."""
    n, outside = len(made.points), made.n_outside
    about = tr("Codes where the transport map tears: the decoder has seen no row there. They are drawn in orange.")
    lines = [
        Line(tr("Rows"), number(n), "none"),
        Line(tr("Codes from"), _origin(made), "none"),
        Line(
            tr("Between modes"),
            tr("{n} · {share}", n=number(outside), share=percent(outside / n)) if outside else "0",
            "warn" if outside else "ok",
            about,
        ),
    ]
    for name, distance in (
        (tr("Distance, in modes"), made.distance_inside),
        (tr("Distance, between"), made.distance_outside),
    ):
        if distance is not None:
            about = tr("Mean distance from the nearest row that was learned, over the diagonal.")
            lines.append(Line(name, percent(distance / made.diagonal), "none", about))
    return tuple(lines)


def judge_lines(judgement: Judgement) -> tuple[Line, ...]:
    """Return what a classifier of real rows says of the new ones, beside other ways to draw and real rows."""
    names = {
        "made": tr("These rows"),
        "uniform": tr("Uniform codes"),
        "gaussian": tr("Gaussian codes"),
        "withheld": tr("Real, withheld"),
    }
    lines = []
    for key, verdict in judgement.verdicts.items():
        about = tr(
            "Share that gets a class with a chance of {sure} % or more; {decided} get one at all. The rarest class has "
            "{rarest} of them, the commonest {commonest}.",
            sure=number(100.0 * CONFIDENT),
            decided=percent(verdict.decided),
            rarest=percent(verdict.rarest),
            commonest=percent(verdict.commonest),
        )
        lines.append(Line(names[key], percent(verdict.confident), "none", about))
    made = judgement.verdicts["made"]
    covered, about = made.classes == judgement.classes, tr("Classes that a new row gets with confidence.")
    count = tr("{n} of {m}", n=number(made.classes), m=number(judgement.classes))
    lines.append(Line(tr("Classes covered"), count, "ok" if covered else "warn", about))
    about = tr("New rows that are a learned one again: 0 where nothing was learned by heart.")
    lines.append(Line(tr("Copies"), number(made.copies), "ok" if not made.copies else "warn", about))
    if judgement.accuracy is not None:
        about = tr("Share of the withheld real rows that the judge classifies right.")
        lines.append(Line(tr("The judge is right"), percent(judgement.accuracy), "none", about))
    return tuple(lines)


def walk_lines(walk: Walk) -> tuple[Line, ...]:
    """Return lengths and evidence of a walk."""
    share = walk.geodesic.length / walk.straight.length if walk.straight.length else 1.0
    about = tr("Sum of |A Δz| over the pieces that the way crosses: exact, no sampling. In input units.")
    lines = [
        Line(tr("Straight, length"), number(walk.straight.length, 5), "none", about),
        Line(tr("Geodesic, length"), number(walk.geodesic.length, 5), "none", about),
        Line(tr("Geodesic over straight"), number(share, 4), "ok" if share <= 1.0 else "warn"),
        Line(
            tr("No change shortens it"),
            tr("yes") if walk.converged else tr("no"),
            "ok" if walk.converged else "warn",
            tr("Whether the way turns around no vertex by less than a straight line could."),
        ),
        Line(
            tr("Pieces crossed"),
            f"{number(walk.straight.n_crossings)} · {number(walk.geodesic.n_crossings)}",
            "none",
            tr("By the straight way, and by the geodesic."),
        ),
    ]
    legs = walk.geodesic.legs()
    if walk.geodesic.charts is not None:
        passed = " · ".join(number(int(leg.charts[0]) + 1) for leg in legs if leg.charts is not None)
        about = tr("The charts that the geodesic passes, in order; the straight way changes charts where it does.")
        lines.append(Line(tr("Charts"), passed, "none", about))
        about = tr("Largest distance between two charts where the geodesic changes from one to the other.")
        lines.append(Line(tr("Largest gap"), number(walk.geodesic.gap, 3), "none", about))
    for name, part in (
        (tr("Straight, outside"), walk.straight_outside),
        (tr("Geodesic, outside"), walk.geodesic_outside),
    ):
        about = tr("Part of the length that runs where no code of the surface lies.")
        lines.append(Line(name, percent(part), "warn" if part > 0.0 else "ok", about))
    return tuple(lines)


def code_lines(project: Project, pick: Pick | None) -> tuple[Line, ...]:
    """Return what is known of a picked code; a click copies each value at full precision."""
    training, source = project.training, project.source
    if pick is None or training is None or source is None or pick.vertex >= len(training.codes):
        return ()
    code = np.array(pick.code) if pick.code is not None else np.asarray(training.codes[pick.vertex])
    point = training.autoencoder.decode(code[None])[0]
    again = training.autoencoder.encode(point[None])[0]
    decimals = decimals_for(source.data.diagonal)
    away = float(np.linalg.norm(again - code))
    nearest = tr("Nearest row") if source.is_table else tr("Nearest vertex")
    decoded = (Line(tr("Decoded"), components(point, decimals), copied=_plain(point)),) if len(point) <= 3 else ()
    return (
        Line(tr("Code"), components(code, 4), copied=_plain(code)),
        *decoded,  # there is no room for more numbers
        Line(tr("Encoded again"), components(again, 4), copied=_plain(again)),
        Line(tr("Back to itself within"), number(away, 3), copied=repr(away)),
        Line(nearest, f"#{pick.vertex:,}", copied=str(pick.vertex)),
    )


def _plain(values: np.ndarray) -> str:
    """Return coordinates for the clipboard, at full precision."""
    return " ".join(repr(float(value)) for value in values)
