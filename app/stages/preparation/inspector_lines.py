"""What the inspector says of an atlas, as plain lines: no widgets here."""

import numpy as np

from app.state.charts import codes_in_charts
from app.style.translation import tr
from app.views.sheet import Sheet, leading_to
from app.widgets.text import counted, duration, number, percent
from app.widgets.value_row import Line
from core.evaluation.atlas_figures import AtlasFigures
from core.session.atlas_certificate import atlas_statement
from core.session.by_chart import ByChart
from core.session.preparation import Preparation
from core.session.project import Project


def preparation_sheet(preparation: Preparation) -> Sheet:
    """Return what was done to a surface and how many charts cover it."""
    sizes = [len(patch.faces) for patch in preparation.cover.patches]
    about = tr("Disks that cover the surface; where two overlap, one is a function of the other.")
    lines = (
        leading_to("two_charts", Line(tr("Charts"), number(len(sizes)), explanation=about)),
        Line(tr("Triangles of a chart"), f"{number(min(sizes))} … {number(max(sizes))}"),
        Line(tr("Time"), duration(preparation.seconds)),
    )
    return Sheet(tr("Atlas"), "ok", lines, " ".join(preparation.done))


def figures_sheet(project: Project) -> Sheet:
    """Return the figures of all charts of a trained atlas together, welded, and what their certificates come to."""
    figures: AtlasFigures = project.training.whole

    def length(value: float | None) -> str:
        return tr("none") if value is None else percent(value)

    network = figures.network
    angle = f"{number(network.normal_error_deg, 3)}° → {number(figures.normal_error_deg, 3)}°"
    first = tr("First the networks alone, then with their detail layers.")
    gap = tr("How far apart charts are at the vertices that they share, before they are welded; % of the diagonal.")
    trip = tr("From one chart to another and back, on their overlaps; % of the diagonal.")
    seam = Line(tr("Seam gap, largest"), length(figures.seam_gap_max_rel), explanation=gap)
    median = length(figures.transition_round_trip_median_rel)
    transitions = Line(tr("Transitions, median"), median, explanation=trip)
    lines = (
        Line(tr("RMSE"), f"{percent(network.rmse_rel)} → {percent(figures.rmse_rel)}", explanation=first),
        Line(tr("Chamfer distance"), f"{percent(network.chamfer_rel)} → {percent(figures.chamfer_rel)}"),
        Line(tr("Hausdorff distance"), percent(figures.hausdorff_rel)),
        Line(tr("Normal error"), angle),
        leading_to("spherical_coordinates", seam),
        Line(tr("Seam gap, RMS"), length(figures.seam_gap_rms_rel), explanation=gap),
        leading_to("two_charts", transitions),
        Line(tr("Transitions, 99 %"), length(figures.transition_round_trip_p99_rel), explanation=trip),
        Line(tr("Overlap"), percent(figures.overlap_area_rel), explanation=tr("Area that two charts or more have.")),
        Line(tr("Watertight"), tr("yes") if figures.watertight else tr("no"), "none"),
    )
    if "training" in project.outdated:
        return Sheet(tr("Outdated"), "warn", lines)
    return Sheet(counted(figures.charts, "1 chart", "{n} charts"), "ok", lines, atlas_statement(project))


def overlap_lines(whole: Project, chart: int, vertex: int) -> tuple[Line, ...]:
    """Return which charts have a vertex of one of them, its number in the surface, and how far they are apart there."""
    codes = codes_in_charts(whole, chart, vertex)
    if not codes:
        return ()
    number_in_whole = int(whole.preparation.cover.patches[chart].vertices[vertex])
    images = [whole.training.parts[k].autoencoder.decode(np.array([code]))[0] for k, code in codes.items()]
    lines = [
        Line(tr("Vertex of the whole"), f"#{number_in_whole:,}", copied=str(number_in_whole)),
        Line(tr("In charts"), ", ".join(number(k + 1) for k in codes)),
    ]
    if len(images) > 1:
        gap = max(float(np.linalg.norm(a - b)) for a in images for b in images) / whole.source.surface.diagonal
        about = tr("How far apart what these charts say of this vertex is, before they are welded; % of the diagonal.")
        lines.append(Line(tr("Gap between them"), percent(gap), explanation=about, copied=repr(gap)))
    return tuple(lines)


def chart_lines(project: Project) -> tuple[Line, ...]:
    """Return a line for each chart: its triangles, and where it is trained its error and flipped triangles."""
    preparation, training = project.preparation, project.training
    if preparation is None:
        return ()
    lines = []
    for k, patch in enumerate(preparation.cover.patches):
        value, kind = counted(len(patch.faces), "1 triangle", "{n} triangles"), "none"
        if isinstance(training, ByChart):
            figures = training.parts[k].certificate
            flipped = 0 if figures.surface is None else figures.surface.flipped_triangles
            value = f"{number(len(patch.faces))} · {percent(figures.rmse_rel)} · {number(flipped)}"
            kind = "ok" if flipped == 0 else "warn"
        about = tr("Triangles; once trained also the error in % of its diagonal, and flipped triangles.")
        lines.append(Line(tr("Chart {n}", n=k + 1), value, kind, about))
    return tuple(lines)
