"""What the inspector says of denoised points, as plain lines: no widgets here."""

from collections.abc import Sequence

import numpy as np

from app.stages.denoising.method_table import MethodLine
from app.stages.denoising.names import method_name
from app.state.selection import Pick
from app.style.translation import tr
from app.views.sheet import Sheet, decimals_for
from app.widgets.text import EN_DASH, components, duration, number, percent
from app.widgets.value_row import Line
from core.charts.autoencoder import Autoencoder
from core.cloud.making import MADE
from core.data.source import Source
from core.denoising.blind import BLIND
from core.denoising.blind_comparison import MEASURED, knows_truth, learned_from_points
from core.denoising.plausibility import FAR, REACH, is_object_warning, is_unit_warning
from core.denoising.result import Denoising, MethodResult
from core.session.by_chart import together
from core.session.project import Project
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
    found: Denoising | None = together(project.denoising)
    if found is None or project.training is None or project.source is None:
        return None
    lines = certificate_lines(found, project)
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


def certificate_lines(found: Denoising, project: Project) -> tuple[Line, ...]:
    """Return the claims of a denoising with their figures, of all charts together."""
    source, trained = project.source, [chart.training for chart in project.charts]
    if learned_from_points(source):
        claims = _blind_lines(found, trained[0], source)
    else:
        rmse_rel = trained[0].certificate.rmse_rel if len(trained) == 1 else project.training.whole.rmse_rel
        claims = (_distance_line(found, rmse_rel), _position_line(found))
    return (
        _check_line(found),
        _image_line(found, [training.autoencoder for training in trained]),
        *claims,
        _far_line(found),
        _alike_line(found),
        _warnings_line(found, source),
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


def _check_line(found: Denoising) -> Line:
    """Tell whether brute force finds the same distances."""
    name = tr("Agrees with brute force")
    if not found.n_checked:
        return Line(name, tr("not computed"), "none")
    gap = found.check_gap / found.diagonal
    about = tr(
        "Largest difference of distances, over the diagonal, at {n} points for which every piece of the decoder was "
        "asked, without the search tree. Goal: at most 10⁻⁹.",
        n=number(found.n_checked),
    )
    return Line(name, number(gap, 1), "ok" if gap <= ON_IMAGE else "bad", about)


def is_doubt(text: str) -> bool:
    """Return whether a warning says that unit, size or scatter of the points speak against the surface."""
    return is_object_warning(text) or is_unit_warning(text)


def _alike_line(found: Denoising) -> Line:
    """Tell whether the points belong to the surface at all."""
    name = tr("Same unit and object")
    about = tr("Whether unit, size and scatter of the points speak against this surface; told beneath.")
    if found.options.input == "other":
        return Line(name, tr("no, on purpose"), "warn", about)
    doubtful = any(is_doubt(text) for text in found.warnings)
    return Line(name, tr("doubtful") if doubtful else tr("yes"), "bad" if doubtful else "ok", about)


def _warnings_line(found: Denoising, source: Source) -> Line:
    """Count what speaks against these points, but for points left out, and for what is told of every blind run."""
    known = int(found.n_far > 0) + int(any(text.startswith((BLIND, MEASURED)) for text in found.warnings))
    known += sum(is_doubt(text) for text in found.warnings)
    known += 2 * (found.options.input == "other")  # which surface it is, and how far away its points lie
    n = max(0, len(found.warnings) - known)
    return Line(tr("Other warnings"), number(n), "warn" if n else "ok", tr("What else there is to know; told beneath."))


def _blind_lines(found: Denoising, training: TrainingResult, source: Source) -> tuple[Line, ...]:
    """Tell how a surface was learned from the points alone, and how near it is where the truth is known."""
    lines = []
    detail, rival = training.detail, found.result("moving_least_squares")
    if knows_truth(source, found):
        ours = found.chosen.distance
        name = tr("Distance from the truth")
        better = rival is not None and ours <= rival.distance
        about = tr("Root mean square, over the diagonal, after denoising. Nothing was learned from the truth.")
        lines.append(Line(name, percent(ours / found.diagonal), "none", about))
        if rival is not None:
            about = tr("That distance over that of the best moving least squares. Goal: below 1.")
            ratio = ours / max(rival.distance, 1e-300)
            name = tr("Over moving least squares")
            lines.append(Line(name, f"{number(ratio, 3)} ×", "ok" if better else "warn", about))
    else:
        about = tr("Only the points were given. To measure, choose a surface as *Truth* before learning.")
        lines.append(Line(tr("Distance from the truth"), tr("not known"), "none", about.replace("*", "")))
    if detail is not None:
        about = "\n".join(detail.messages)
        lines.append(Line(tr("Smoothness, by hold-out"), number(detail.smoothness, 3), "none", about))
        if detail.held_out_rmse_rel is not None:
            about = tr(
                "Root mean square distance across the surface of points that the fit did not see, over the diagonal: "
                "their noise, and the error of the fit."
            )
            lines.append(Line(tr("Points held out lie"), percent(detail.held_out_rmse_rel), "none", about))
    made = next((text for text in source.repairs if text.startswith(MADE)), "")
    way = percent(found.way / found.diagonal)
    lines.append(Line(tr("Moved by"), way, "none", "\n".join([tr("Root mean square."), made])))
    return tuple(lines)


def _image_line(found: Denoising, autoencoders: Sequence[Autoencoder]) -> Line:
    """Tell whether projections are images of their codes."""
    projected = found.result("projection")
    name = tr("On the decoded surface")
    if projected is None:
        return Line(name, tr("not computed"), "none")
    some = np.linspace(0, len(found.noisy) - 1, min(CHECKED, len(found.noisy))).astype(np.int64)
    charts = np.zeros(len(some), np.int64) if found.charts is None else found.charts[some]
    images = np.empty((len(some), 3))
    for k in np.unique(charts):
        images[charts == k] = autoencoders[k].decode(found.codes[some[charts == k]])
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


def _distance_line(found: Denoising, rmse_rel: float) -> Line:
    """Compare the distance after with the error of the autoencoder."""
    ratio = found.chosen.distance / found.diagonal / rmse_rel
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
    sign = "+" if over >= 1.0 else ""
    about = tr(
        "Root mean square distance from where each point came from, over the part of the noise along the surface, "
        "which nobody can undo. Goal: at most +{goal}.",
        goal=percent(goal),
    )
    return Line(name, sign + percent(over - 1.0), "ok" if over - 1.0 <= goal else "bad", about)


def method_lines(found: Denoising, knows: bool = True) -> tuple[MethodLine, ...]:
    """Return the rows of the table of methods; the ideal bound comes last.

    Where the truth is not known, distances are how far each method has moved the points, and there are no true feet.
    """

    def part(length: float | None) -> str:
        return EN_DASH if length is None else f"{100.0 * length / found.diagonal:.3f}"

    def distance(result: MethodResult) -> float:
        if knows:
            return result.distance
        return float(np.sqrt(np.square(result.points - found.noisy).sum(1).mean()))

    rest = sorted(found.results[2:], key=distance, reverse=knows)
    rows = [
        MethodLine(result.method, method_name(result.method), part(distance(result)), part(result.position), about)
        for result in (found.before, *rest, *((found.true_foot,) if knows else ()))
        for about in [_about_method(result.method, result.settings, result.seconds)]
    ]
    if found.ideal is not None:
        about = tr("The part of the noise along the surface: what is left where all across it has been undone.")
        rows.append(MethodLine("", tr("Ideal bound"), part(0.0), part(found.ideal), about))
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
    took = [duration(seconds)] if seconds else []
    return " · ".join([about, *([settings] if settings else []), *took])


def point_lines(found: Denoising, point: int, method: str, knows: bool = True) -> tuple[Line, ...]:
    """Return what is known of one point; a click copies each value at full precision."""
    result, decimals = found.result(method), decimals_for(found.diagonal)
    if result is None or not 0 <= point < len(found.noisy):
        return ()
    noisy, moved, foot = found.noisy[point], result.points[point], found.true_foot.points[point]
    way = float(np.linalg.norm(moved - noisy)) / found.diagonal
    lines = [Line(tr("Point"), f"#{int(found.rows[point]):,}", copied=str(int(found.rows[point])))]
    if found.charts is not None:
        lines.append(Line(tr("Chart"), number(int(found.charts[point]) + 1)))
    name = tr("Projected") if method == "projection" else method_name(method)
    places = [(tr("Noisy"), noisy), (name, moved), *([(tr("True foot"), foot)] if knows else [])]
    if found.originals is not None:
        places.append((tr("Came from"), found.originals[point]))
    lines += [Line(title, components(place, decimals), copied=_plain(place)) for title, place in places]
    lines.append(Line(tr("Moved by"), percent(way), copied=repr(way)))
    if knows:
        after = float(result.distances[point]) / found.diagonal
        lines.append(Line(tr("Distance after"), percent(after), copied=repr(after)))
    return tuple(lines)


def picked_point(project: Project, pick: Pick | None) -> int | None:
    """Return the noisy point that is picked: where a vertex is, that whose true foot is nearest to it."""
    found, source = project.denoising, project.source
    if found is None or pick is None or source is None or not source.has_faces:
        return None
    if pick.point is not None:
        return pick.point if pick.point < len(found.noisy) else None
    if "denoising" in project.outdated or pick.vertex >= len(source.surface.vertices):
        return None
    return int(np.square(found.true_foot.points - source.surface.vertices[pick.vertex]).sum(1).argmin())


def _plain(values: np.ndarray) -> str:
    """Return coordinates for the clipboard, at full precision."""
    return " ".join(repr(float(value)) for value in values)
