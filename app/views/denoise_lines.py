"""What the inspector says of denoised points, as plain lines: no widgets here."""

import numpy as np

from app.selection import Pick
from app.translation import tr
from app.views.denoise_stage import method_name
from app.views.inspector_lines import Sheet, decimals_for
from app.widgets.method_table import MethodLine
from app.widgets.text import EN_DASH, components, number, percent
from app.widgets.value_row import Line
from core.denoising.plausibility import FAR, REACH
from core.denoising.result import Denoising
from core.project import Project
from core.training.result import TrainingResult

GOAL_DISTANCE = 1.1
"""Distance after denoising over the autoencoder's own error, at most."""
ON_IMAGE = 1e-9
"""Distance of a projected point from the image of its code, over the diagonal, that rounding explains."""
CHECKED = 256
"""Points at which that is looked at."""


def goal_over_ideal(level: float) -> float:
    """Return how far above the ideal bound the position error may be for noise of a level: 3 % at 0.5 %, 4 % at 1 %."""
    return 0.02 + 2.0 * level


def denoising_sheet(project: Project) -> Sheet | None:
    """Return the certificate of denoised points, None where there are none."""
    found, training = project.denoising, project.training
    if found is None or training is None:
        return None
    lines = certificate_lines(found, training)
    kinds = [line.kind for line in lines]
    failed, warned = kinds.count("bad"), kinds.count("warn")
    if "denoising" in project.outdated:
        badge, kind = tr("Outdated"), "warn"
    elif failed:
        badge, kind = tr("1 failed") if failed == 1 else tr("{n} failed", n=failed), "bad"
    elif warned:
        badge, kind = tr("1 warning") if warned == 1 else tr("{n} warnings", n=warned), "warn"
    else:
        badge, kind = tr("Certified"), "ok"
    return Sheet(badge, kind, lines, "\n".join(found.warnings))


def certificate_lines(found: Denoising, training: TrainingResult) -> tuple[Line, ...]:
    """Return the claims of a denoising with their figures."""
    return (
        _image_line(found, training),
        _distance_line(found, training),
        _position_line(found),
        _far_line(found),
        Line(
            tr("Other warnings"),
            number(max(0, len(found.warnings) - (found.n_far > 0))),
            "warn" if len(found.warnings) > (found.n_far > 0) else "ok",
            tr("Whether unit, size and scatter of the points speak against this surface; told beneath."),
        ),
        Line(
            tr("Projected onto the rim"),
            tr("{n} of {all}", n=number(int(found.at_rim.sum())), all=number(len(found.noisy))),
            "none",
            tr("Points whose projection lies on the boundary of the surface: noise carried them beyond it."),
        ),
        Line(
            tr("Projected in a second"),
            number(round(found.points_per_second)),
            "none",
            tr("Points, among {n} exact pieces of the decoder. Goal: 50,000 on two cores.", n=number(found.n_pieces)),
        ),
    )


def _image_line(found: Denoising, training: TrainingResult) -> Line:
    """Tell whether projections are images of their codes."""
    projected = found.result("projection")
    name = tr("On the decoded surface")
    if projected is None:
        return Line(name, tr("not computed"), "none")
    some = np.linspace(0, len(found.noisy) - 1, min(CHECKED, len(found.noisy))).astype(np.int64)
    images = training.autoencoder.decode(found.codes[some])
    away = float(np.linalg.norm(images - projected.points[some], axis=1).max(initial=0.0)) / found.diagonal
    about = tr("Largest distance of {n} projections from the image of their code, over the diagonal.", n=len(some))
    return Line(name, number(away, 1), "ok" if away <= ON_IMAGE else "bad", about)


def _far_line(found: Denoising) -> Line:
    """Count the points that were left out."""
    limit = FAR if found.options.input == "file" else max(FAR, REACH * found.options.level)
    name = tr("Points farther than {limit}", limit=percent(limit))
    if found.options.input == "other":
        return Line(name, tr("kept on purpose"), "none", tr("To see what becomes of points of another surface."))
    return Line(
        name,
        tr("{n}, left out", n=number(found.n_far)) if found.n_far else "0",
        "warn" if found.n_far else "ok",
        tr("Points so far from the decoded surface, over the diagonal, that they cannot belong to it."),
    )


def _distance_line(found: Denoising, training: TrainingResult) -> Line:
    """Compare the distance after with the error of the autoencoder."""
    ratio = found.chosen.distance / found.diagonal / training.certificate.rmse_rel
    kind = "ok" if ratio <= GOAL_DISTANCE else "bad"
    about = tr(
        "Root mean square distance from the true surface after denoising, over the RMSE of the autoencoder. "
        "Goal: at most {goal}.",
        goal=number(GOAL_DISTANCE),
    )
    return Line(tr("Distance after ≤ 1.1 × RMSE"), f"{number(ratio, 3)} ×", kind, about)


def _position_line(found: Denoising) -> Line:
    """Compare the position error with the ideal bound."""
    name, over = tr("Position vs ideal bound"), found.over_ideal(found.chosen)
    if over is None:
        return Line(name, tr("not known"), "none", tr("Where the points came from is known for synthetic noise only."))
    goal = goal_over_ideal(found.options.level)
    sign = "+ " if over >= 1.0 else ""
    about = tr(
        "Root mean square distance from where each point came from, over the part of the noise along the surface, "
        "which nobody can undo. Goal: at most + {goal}.",
        goal=percent(goal),
    )
    return Line(name, sign + percent(over - 1.0), "ok" if over - 1.0 <= goal else "bad", about)


def method_lines(found: Denoising) -> tuple[MethodLine, ...]:
    """Return the rows of the table of methods; the ideal bound comes last."""

    def part(length: float | None) -> str:
        return EN_DASH if length is None else f"{100.0 * length / found.diagonal:.3f}"

    rest = sorted(found.results[2:], key=lambda result: result.distance, reverse=True)
    rows = [
        MethodLine(result.method, method_name(result.method), part(result.distance), part(result.position), about)
        for result in (found.before, *rest, found.true_foot)
        for about in [_about_method(result.method, result.settings, result.seconds)]
    ]
    if found.ideal is not None:
        about = tr("The part of the noise along the surface: what is left where all across it has been undone.")
        rows.append(MethodLine("", tr("Ideal bound"), "0", part(found.ideal), about))
    return tuple(rows)


def _about_method(method: str, settings: str, seconds: float) -> str:
    """Return what a method does, with what settings, and how long it took."""
    about = {
        "noisy": tr("Nothing was done."),
        "true_foot": tr("The nearest point of the true surface: what projection would do with a perfect autoencoder."),
        "projection": tr("The exact nearest point of the decoded surface."),
        "expected_position": tr(
            "The point of the decoded surface nearest to the mean of all places that it may have come from."
        ),
        "encode_decode": tr("One pass: decode(encode(x))."),
        "denoising_encoder": tr("One pass through an encoder trained on noise, kept apart from the certified one."),
        "moving_least_squares": tr("A classical rival that knows no surface."),
        "laplacian": tr("A classical rival that knows no surface."),
    }[method]
    took = [f"{seconds:.2g} s"] if seconds else []
    return " · ".join([about, *([settings] if settings else []), *took])


def point_lines(found: Denoising, point: int, method: str) -> tuple[Line, ...]:
    """Return what is known of one point; a click copies each value at full precision."""
    result, decimals = found.result(method), decimals_for(found.diagonal)
    if result is None or not 0 <= point < len(found.noisy):
        return ()
    noisy, moved, foot = found.noisy[point], result.points[point], found.true_foot.points[point]
    way = float(np.linalg.norm(moved - noisy)) / found.diagonal
    lines = [Line(tr("Point"), f"#{int(found.rows[point]):,}", copied=str(int(found.rows[point])))]
    name = tr("Projected") if method == "projection" else method_name(method)
    places = [(tr("Noisy"), noisy), (name, moved), (tr("True foot"), foot)]
    if found.originals is not None:
        places.append((tr("Came from"), found.originals[point]))
    lines += [Line(title, components(place, decimals), copied=_plain(place)) for title, place in places]
    lines.append(Line(tr("Moved by"), percent(way), copied=repr(way)))
    after = float(result.distances[point]) / found.diagonal
    lines.append(Line(tr("Distance after"), percent(after), copied=repr(after)))
    return tuple(lines)


def picked_point(project: Project, pick: Pick | None) -> int | None:
    """Return the noisy point that is picked."""
    found = project.denoising
    if found is None or pick is None or pick.point is None or pick.point >= len(found.noisy):
        return None
    return pick.point


def _plain(values: np.ndarray) -> str:
    """Return coordinates for the clipboard, at full precision."""
    return " ".join(repr(float(value)) for value in values)
