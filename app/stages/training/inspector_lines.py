"""What the inspector says of a project, as plain lines: no widgets here."""

import math

import numpy as np

from app.scene.chart_colors import chart_colors
from app.state.selection import Pick
from app.style.translation import tr
from app.views.sheet import Sheet, decimals_for, leading_to
from app.widgets.text import TIMES, components, duration, number, percent
from app.widgets.value_row import Line
from core.cells.exact_figures import ExactFigures
from core.data.source import Source
from core.data.surface import Surface
from core.data.table import Table
from core.evaluation.certificate import Certificate
from core.evaluation.claims import claims, is_homeomorphism
from core.evaluation.table_figures import TableFigures
from core.session.project import Project
from core.training.options import TrainingOptions
from core.training.result import TrainingResult, TrainingStep

GOAL_FLIPPED = 0.01
"""Share of flipped triangles above which a training has failed its goal."""
CLAIM_NAMES = {
    "flipped_triangles": "Flipped triangles",
    "flipped_subtriangles": "Flipped parts",
    "flipped_random": "Flipped at random",
    "flipped_pieces": "Flipped exact pieces",
    "cover": "Cover of the image",
    "rim": "Simple rim",
    "decode_encode": "decode(encode(x)) − x",
    "encode_decode": "encode(decode(z)) − z",
    "immersion": "Flat pieces of the decoder",
}
"""Short names of the claims of a certificate."""
HISTOGRAM_POINTS = 4000
"""Vertices behind the histogram of errors: enough for 50 bars, few enough to decode at once."""


def surface_sheet(source: Source) -> Sheet:
    """Return the topology certificate of a surface."""
    known = source.topology
    if known is None:
        count = len(source.positions)
        if not source.is_cloud:
            return _table_sheet(source)
        lines = (Line(tr("Points"), number(count), "none"),)
        note = tr("A cloud of points: training needs a surface. Make one of the points, or let Denoise learn one.")
        return Sheet(tr("Cloud"), "none", lines, note)

    def judged(name: str, value: int | None, wanted: int, meaning: str) -> Line:
        kind = "ok" if value == wanted else "bad"
        shown = tr("not defined") if value is None else number(value)
        return Line(name, shown, kind, tr("{meaning} A disk has {wanted}.", meaning=meaning, wanted=wanted))

    manifold = known.is_manifold and known.is_orientable
    lines = (
        judged(tr("Components"), known.n_components, 1, tr("Parts that hang together through vertices.")),
        judged(tr("Boundary loops"), known.n_boundary_loops, 1, tr("Closed chains of edges with a single face.")),
        judged(tr("Euler characteristic"), known.euler_characteristic, 1, tr("V \u2212 E + F, counted.")),
        judged(tr("Genus"), known.genus, 0, tr("Handles; not defined where the surface is no orientable manifold.")),
        Line(
            tr("Manifold, orientable"),
            tr("yes") if manifold else (tr("one-sided") if known.is_manifold else tr("not a manifold")),
            "ok" if manifold else "bad",
            tr("Every edge has one or two faces, the faces around a vertex form one fan, all can be wound alike."),
        ),
        _closed_line(known.is_closed),
        Line(tr("Vertices · triangles"), f"{number(known.n_vertices)} · {number(known.n_faces)}", "none"),
        Line(tr("Edges"), number(known.n_edges), "none"),
    )
    badge, kind = (tr("Disk"), "ok") if known.is_disk else (tr("Not a disk"), "bad")
    return Sheet(badge, kind, lines, tr(known.verdict))


def _closed_line(is_closed: bool) -> Line:
    """Return whether a surface is closed; of one that is, why it has no single chart."""
    if not is_closed:
        return Line(tr("Closed"), tr("no"), "none")
    about = tr("A closed surface has no single planar chart: somewhere two far points get one code.")
    return leading_to("antipodal", Line(tr("Closed"), tr("yes"), "none", about))


def _table_sheet(source: Source) -> Sheet:
    """Return what a table is."""
    about = tr("The dimension of the space that the rows lie in; they may lie on something of fewer.")
    lines = [
        Line(tr("Rows"), number(len(source.positions)), "none"),
        leading_to("curse_of_dimension", Line(tr("Columns"), number(source.dimension), "none", about)),
    ]
    if source.labels is not None:
        lines.append(Line(tr("Classes"), number(len(set(source.labels.tolist()))), "none"))
    note = tr("Its rows are drawn by their first three principal coordinates.")
    return Sheet(tr("Table"), "none", tuple(lines), note)


def class_lines(table: Table) -> tuple[list[str], list[int], list[str]]:
    """Return names, numbers of rows and colours, "#RRGGBB", of the classes of a table."""
    kinds, counts = np.unique(table.labels, return_counts=True)
    colors = [f"#{red:02X}{green:02X}{blue:02X}" for red, green, blue in chart_colors(len(kinds)).tolist()]
    return [table.class_name(kind) for kind in kinds.tolist()], counts.tolist(), colors


def measure_lines(source: Source) -> tuple[Line, ...]:
    """Return the sizes of a surface in the units of its file."""
    data = source.data
    low, high = data.bounds
    lines = [Line(tr("Diagonal"), number(data.diagonal))]
    if source.dimension == 3:
        lines.append(Line(tr("Size"), f" {TIMES} ".join(number(float(length), 3) for length in high - low)))
    if source.has_faces:
        lines.insert(0, Line(tr("Area"), number(source.surface.area, 5)))
        lines.append(Line(tr("Edge length, mean"), number(mean_edge_length(source.surface), 3)))
    return (*lines, Line(tr("Unit of length"), tr("not stated by the file")))


def mean_edge_length(surface: Surface) -> float:
    """Return the mean length of the edges, each counted once."""
    tails, heads, n = surface.faces, np.roll(surface.faces, -1, axis=1), len(surface.vertices)
    edges = np.unique(np.minimum(tails, heads) * n + np.maximum(tails, heads))
    ways = surface.vertices[edges % n] - surface.vertices[edges // n]
    return float(np.sqrt(np.einsum("ni,ni->n", ways, ways)).mean())


def certified_sheet(training: TrainingResult, outdated: bool, exact: ExactFigures | None = None) -> Sheet:
    """Return the certified figures of a training; `exact` are those of its cells, where they are computed."""
    figures = training.certificate.with_exact(exact) if exact is not None else training.certificate
    if figures.table is not None:
        lines = (*table_lines(figures.table), *_size_lines(training))
        note = " ".join(training.messages)
        return Sheet(tr("Outdated"), "warn", lines, note) if outdated else Sheet(tr("Learned"), "ok", lines, note)
    lines = (*_error_lines(figures), *_claim_lines(figures), *_size_lines(training))
    n_bad = sum(line.kind == "bad" for line in lines)
    n_warnings = sum(line.kind == "warn" for line in lines)
    note = " ".join((verdict(figures), *training.messages))
    if outdated:
        return Sheet(tr("Outdated"), "warn", lines, note)
    if n_bad:
        return Sheet(tr("{n} failed", n=n_bad), "bad", lines, note)
    if n_warnings:
        many = tr("{n} warnings", n=n_warnings)
        return Sheet(tr("1 warning") if n_warnings == 1 else many, "warn", lines, note)
    return Sheet(tr("Homeomorphism") if is_homeomorphism(figures) else tr("No fold found"), "ok", lines, note)


def verdict(figures: Certificate) -> str:
    """Return what a certificate comes to, in one sentence of the user's language."""
    found = claims(figures)
    failed = [tr(claim.claim).lower() for claim in found if claim.verdict == "fails"]
    if failed:
        names = tr("; ").join(failed)
        return tr("{n} of {all} claims fail: {names}.", n=len(failed), all=len(found), names=names)
    n_open = sum(claim.verdict == "open" for claim in found)
    if n_open:
        return tr("No fold was found; {n} of {all} claims need the exact cells.", n=n_open, all=len(found))
    return tr("A homeomorphism of the surface onto its latent image: all claims hold, on every exact piece.")


def table_lines(figures: TableFigures) -> tuple[Line, ...]:
    """Return what the autoencoder of a table is worth."""
    unit = tr("Mean of the squared differences over rows and columns, in squared units of the file.")
    lines = [Line(tr("Squared error, learned"), number(figures.train_mse, 4), explanation=unit)]
    if figures.test_mse is not None and figures.pca_test_mse is not None:
        better = "ok" if figures.test_mse < figures.pca_test_mse else "warn"
        seen = tr("On {n} rows that training has not seen.", n=number(figures.test_rows))
        lines += [
            Line(tr("Squared error, never seen"), number(figures.test_mse, 4), better, f"{seen} {unit}"),
            Line(tr("The same of PCA"), number(figures.pca_test_mse, 4), "none", seen),
        ]
    if figures.knn5_test_accuracy is not None:
        about = tr("Share of the rows never seen that their five nearest codes give their class.")
        lines.append(Line(tr("Class by neighbours"), percent(figures.knn5_test_accuracy), "none", about))
    return tuple(lines)


def _error_lines(figures: Certificate) -> tuple[Line, ...]:
    """Return the errors of the whole decoder, behind those of the network alone where it has a detail layer."""
    network, known = figures.network, figures.flat()
    rows = (
        (tr("RMSE"), "rmse_rel", "RMSE"),
        (tr("Chamfer distance"), "chamfer_rel", "Chamfer"),
        (tr("Hausdorff distance"), "hausdorff_rel", "Hausdorff"),
        (tr("Normal error"), "normal_error_deg", "normal"),
    )
    lines = []
    for name, field, about in rows:
        if field not in known:  # no surface
            continue
        write = _degrees if field == "normal_error_deg" else percent
        value, explanation = write(known[field]), _about(about, figures)
        if network is not None:
            value = f"{write(getattr(network, field))} → {value}"
            explanation = f"{explanation} {tr('First the network alone, then with its detail layer.')}"
        lines.append(Line(name, value, explanation=explanation))
    return tuple(lines)


def _degrees(angle: float) -> str:
    return f"{number(angle, 3)}°"


def _claim_lines(figures: Certificate) -> tuple[Line, ...]:
    """Return the claims behind the word homeomorphism; few flipped triangles are a warning, many a failure."""
    kinds = {"holds": "ok", "fails": "warn", "open": "none"}
    lines = []
    for claim in claims(figures):
        kind = kinds[claim.verdict]
        folds = figures.surface
        if folds and claim.key == "flipped_triangles" and folds.flipped_triangles > GOAL_FLIPPED * folds.n_triangles:
            kind = "bad"
        name = CLAIM_NAMES.get(claim.key, claim.claim)
        figure = tr(claim.figure.partition(" of the ")[0])
        how, mark, bound = claim.explanation.partition("; ")
        line = Line(tr(name), figure, kind, f"{tr(claim.claim)}. {tr(how)}{tr(mark)}{bound}")
        lines.append(leading_to("fold", line) if claim.key.startswith("flipped") else line)
    return tuple(lines)


def _size_lines(training: TrainingResult) -> tuple[Line, ...]:
    """Return how many numbers networks, detail layer and surface hold, and the errors that the fit has not seen."""
    about = tr(
        "Types of the numbers that the hidden layers were computed in: measured, which is faster on this computer."
    )
    held = tr("Numbers that both networks hold, without a detail layer.")
    parameters = Line(tr("Parameters"), number(training.autoencoder.n_parameters), explanation=held)
    lines = [
        leading_to("kolmogorov_arnold", parameters),
        Line(tr("Precision"), training.precision.partition(" ")[0], explanation=f"{about} {training.precision}."),
    ]
    detail = training.detail
    if detail is None:
        return tuple(lines)
    lines += [
        Line(
            tr("Detail layer"),
            tr("{n} nodes across", n=number(detail.resolution)),
            explanation=tr(
                "Fitted in {time}. It holds {n} numbers; the networks hold {networks}, the surface {surface}.",
                time=duration(detail.seconds),
                n=number(detail.detail_numbers),
                networks=number(detail.network_numbers),
                surface=number(detail.surface_numbers),
            ),
        ),
        Line(tr("Numbers in it"), number(detail.detail_numbers)),
        Line(tr("Numbers in the surface"), number(detail.surface_numbers)),
    ]
    if detail.held_out_rmse_rel is not None:
        about = tr("At random samples that took no part in the fit of the detail layer.")
        line = Line(tr("RMSE, held out"), percent(detail.held_out_rmse_rel), explanation=about)
        lines.append(leading_to("scale_separation", line))
    if detail.withheld_rmse_rel is not None:
        about = tr("In geodesic balls, after a second fit that saw no sample of them.")
        lines.append(Line(tr("RMSE, withheld balls"), percent(detail.withheld_rmse_rel), explanation=about))
    return tuple(lines)


def live_sheet(step: TrainingStep, options: TrainingOptions | None, n_triangles: int, former: Sheet | None) -> Sheet:
    """Return the figures of a training under way; what a step does not tell stays as it was.

    The options say how many parameters there are; None for an atlas, where that depends on its charts.
    """
    known = {line.name: line for line in former.lines} if former is not None else {}
    lines = []
    for name, value in ((tr("RMSE"), step.rmse_rel), (tr("Chamfer distance"), step.chamfer_rel)):
        if value is not None and math.isfinite(value):
            lines.append(Line(name, percent(value), explanation=tr("Estimated while training, % of the diagonal.")))
        else:
            lines.append(known.get(name, Line(name, tr("not yet"))))
    if not n_triangles:
        lines.pop()  # of a table there is nothing but the error
    elif step.flipped_triangles is not None:
        lines.append(_flipped_line(step.flipped_triangles, n_triangles))
    else:
        lines.append(known.get(tr("Flipped triangles"), Line(tr("Flipped triangles"), tr("not yet"))))
    lines.append(Line(tr("Steps"), number(step.step)))
    if options is not None:
        lines.append(Line(tr("Parameters"), number(options.n_parameters)))
    return Sheet(tr("Live"), "info", lines)


def _flipped_line(flipped: int, total: int) -> Line:
    kind = "ok" if flipped == 0 else ("warn" if flipped <= GOAL_FLIPPED * total else "bad")
    figure = tr("{n} of {all}", n=number(flipped), all=number(total))
    about = tr("Triangles whose codes are not oriented as the majority. Goal: at most 1 %.")
    return leading_to("fold", Line(tr("Flipped triangles"), figure, kind, about))


def _about(what: str, figures: Certificate) -> str:
    """Return how a distance was measured."""
    how = {
        "RMSE": tr("Root mean square of the distance between x and its reconstruction."),
        "Chamfer": tr("Half the sum of the mean distances from surface to reconstruction and back."),
        "Hausdorff": tr("The largest of those distances."),
        "normal": tr("Mean angle between a face and its reconstruction, weighted by area."),
    }[what]
    if what == "normal" or not figures.samples:
        return how
    points = tr("{n} points uniform by area; % of the diagonal.", n=number(figures.samples))
    return f"{how} {points}"


def picked_lines(project: Project, live: TrainingStep | None, pick: Pick) -> tuple[Line, ...]:
    """Return what is known of a picked vertex; a click copies each value at full precision."""
    source = project.source
    if source is None:
        return ()
    points = source.positions
    if not 0 <= pick.vertex < len(points):
        return ()
    point = points[pick.vertex]
    decimals = decimals_for(source.data.diagonal)
    name = tr("Vertex") if source.has_faces else tr("Point")
    lines = [
        Line(name, f"#{pick.vertex:,}", copied=str(pick.vertex)),
    ]
    if source.dimension <= 3:  # there is no room for more
        lines.append(Line(tr("Position"), components(point, decimals), copied=_plain(point)))
    if source.labels is not None:
        lines.append(Line(tr("Class"), source.table.class_name(int(source.labels[pick.vertex]))))
    code, image = image_of(project, live, pick.vertex)
    if code is not None:
        lines.append(Line(tr("Code"), components(code, 4), copied=_plain(code)))
    if image is not None:
        if source.dimension <= 3:
            lines.append(Line(tr("Reconstruction"), components(image, decimals), copied=_plain(image)))
        error = float(np.linalg.norm(image - point)) / source.data.diagonal
        lines.append(Line(tr("Error"), percent(error), copied=repr(error)))
    return tuple(lines)


def image_of(project: Project, live: TrainingStep | None, vertex: int) -> tuple[np.ndarray | None, np.ndarray | None]:
    """Return code and reconstruction of a vertex: those of the running training, else those of the trained one."""
    if live is not None and live.codes is not None and vertex < len(live.codes):
        image = live.reconstruction[vertex] if live.reconstruction is not None else None
        return live.codes[vertex], image
    if project.training is None or vertex >= len(project.training.codes):
        return None, None
    code = project.training.codes[vertex]
    return code, project.training.autoencoder.decode(code[None])[0]


def error_values(project: Project, live: TrainingStep | None) -> np.ndarray | None:
    """Return errors in percent of the diagonal at vertices spread over the list, None where there are none."""
    source = project.source
    if source is None or not source.has_faces:
        return None
    vertices = source.surface.vertices
    chosen = np.linspace(0, len(vertices) - 1, min(len(vertices), HISTOGRAM_POINTS)).astype(np.int64)
    if live is not None:
        if live.reconstruction is None or len(live.reconstruction) != len(vertices):
            return None
        images = live.reconstruction[chosen]
    elif project.training is not None and len(project.training.codes) == len(vertices):
        images = project.training.autoencoder.decode(project.training.codes[chosen])
    else:
        return None
    return 100.0 * np.linalg.norm(images - vertices[chosen], axis=1) / source.surface.diagonal


def _plain(values: np.ndarray) -> str:
    """Return coordinates for the clipboard, at full precision."""
    return " ".join(repr(float(value)) for value in values)
