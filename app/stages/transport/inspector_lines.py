"""What the inspector says of a transport, as plain lines: no widgets here."""

import numpy as np

from app.state.selection import Pick
from app.style.translation import tr
from app.views.sheet import Sheet, leading_to
from app.widgets.text import components, counted, number
from app.widgets.value_row import Line
from core.session.project import Project
from core.transport.transport import Transport

LEAST_P = 1e-3
"""Least chance at which samples count as uniform."""
GOAL_SPREAD = 1e-2
"""Standard deviation of the area ratio that a parameterization should reach."""
MOST_AREA_ERROR = 1e-2
"""Largest relative area error of a cell with which a transport is still of use."""
AREA_ROUNDING = 1e-11
"""Largest relative error of the sum of areas that rounding explains."""


def transport_sheet(transport: Transport, outdated: bool) -> Sheet:
    """Return the certificate of a transport."""
    lines = certificate_lines(transport)
    kinds = [line.kind for line in lines]
    failed, warned = kinds.count("bad"), kinds.count("warn")
    if outdated:
        badge, kind = tr("Outdated"), "warn"
    elif failed:
        badge, kind = tr("1 failed") if failed == 1 else tr("{n} failed", n=failed), "bad"
    elif warned:
        badge, kind = tr("1 warning") if warned == 1 else tr("{n} warnings", n=warned), "warn"
    else:
        badge, kind = tr("Certified"), "ok"
    return Sheet(badge, kind, lines, "\n".join(transport.messages))


def certificate_lines(transport: Transport) -> tuple[Line, ...]:
    """Return the claims of a transport with their figures."""
    evidence = transport.map.certificate
    reached = "ok" if evidence.converged else "warn" if evidence.max_area_error_rel <= MOST_AREA_ERROR else "bad"
    total = abs(float(transport.map.areas.sum()) / np.pi - 1.0)
    return (
        Line(
            tr("Largest cell-area error"),
            number(evidence.max_area_error_rel, 2),
            reached,
            tr(
                "Largest |area / mass − 1| of all cells, areas by Green's formula. Asked for {goal}, reached {error}; "
                "rounding alone can cause {rounding}.",
                goal=number(evidence.tolerance, 2),
                error=number(evidence.max_area_error_rel, 2),
                rounding=number(evidence.resolution, 2),
            ),
        ),
        Line(
            tr("Areas sum to π"),
            number(total, 2),
            "ok" if total <= AREA_ROUNDING else "bad",
            tr("Relative difference between the sum of all cells and the area of the exact unit disk."),
        ),
        Line(
            tr("Duality gap"),
            number(evidence.duality_gap, 2),
            reached,
            tr("Transport cost minus Kantorovich's dual value; 0 only for the optimal map."),
        ),
        *_surface_lines(transport),
    )


def _surface_lines(transport: Transport) -> tuple[Line, ...]:
    """Return what follows from the faces of a surface; nothing for a table."""
    before, after = transport.before, transport.after
    if before is None or after is None:
        return ()
    n_faces, flipped = len(after.area_ratios), after.flipped_triangles
    spread = after.area_ratio_sd
    count = tr("{n} of {m}", n=number(flipped), m=number(n_faces))
    about = tr("Triangles of the area-preserving parameterization without area or with the wrong orientation.")
    return (
        leading_to("fold", Line(tr("Flipped triangles"), count, "ok" if flipped == 0 else "bad", about)),
        Line(
            tr("SD of the area ratio"),
            number(spread, 2),
            "ok" if spread <= GOAL_SPREAD else "warn",
            tr(
                "Spread over the triangles of (share of the disk) / (share of the surface); {before} before. "
                "Goal: {goal}.",
                before=number(before.area_ratio_sd, 3),
                goal=number(GOAL_SPREAD, 2),
            ),
        ),
        *_uniformity_lines(transport),
    )


def _uniformity_lines(transport: Transport) -> tuple[Line, ...]:
    """Chances of the samples, if they were uniform."""
    test = transport.uniformity
    return (
        Line(
            tr("Uniformity p after"),
            tr("not tested") if test.p_after is None else number(test.p_after, 2),
            "none" if test.p_after is None else "ok" if test.p_after >= LEAST_P else "bad",
            tr(
                "Chance of counts as uneven as those of {n} samples through the transport, if they were uniform. "
                "Goal: {goal} or more.",
                n=number(test.n_samples),
                goal=number(LEAST_P, 2),
            ),
        ),
        Line(
            tr("Uniformity p before"),
            tr("not tested") if test.p_before is None else _tiny(test.p_before),
            "none",
            tr("The same for samples of the chart as it is: small where the chart squeezes."),
        ),
    )


def _tiny(p: float) -> str:
    """Return a chance; what float64 cannot tell from 0 as less than its least number."""
    return number(p, 2) if p > 0.0 else "< 10⁻³⁰⁰"


def wasserstein_lines(transport: Transport) -> tuple[Line, ...]:
    """Return distance and dual value."""
    about = tr("Wasserstein distance of the uniform disk and the chart's measure, as probabilities; latent units.")
    distance = Line(tr("Distance W₂"), number(transport.map.certificate.wasserstein2, 4), "none", about)
    return (
        leading_to("divergences", distance),
        Line(
            tr("Kantorovich dual"),
            number(transport.map.kantorovich_value / np.pi, 4),
            "none",
            tr("Value of the dual problem for mass 1: the squared distance where all areas are met."),
        ),
        Line(
            tr("Singular set"),
            _singular(transport),
            "none",
            tr("Edges of the power diagram across which the map jumps farther than sites lie apart."),
        ),
    )


def _singular(transport: Transport) -> str:
    """Return how many edges the singular set has, and how long it is."""
    edges = counted(len(transport.singular.edges), "1 edge", "{n} edges")
    return f"{edges} · {tr('length {length}', length=_length(transport))}"


def _length(transport: Transport) -> str:
    return number(transport.singular.length, 3) if len(transport.singular.edges) else "0"


def site_lines(project: Project, pick: Pick | None) -> tuple[Line, ...]:
    """Return what is known of the site of the picked vertex; nothing where there is none."""
    transport = project.transport
    if transport is None or pick is None or pick.vertex >= len(transport.measure.owner):
        return ()
    owner = int(transport.measure.owner[pick.vertex])
    if owner < 0:
        why = tr("none: the row was withheld") if transport.after is None else tr("none: the vertex has no area")
        return (Line(tr("Site"), why, "none"),)
    site = int(transport.map.site_of[owner])
    vertex = int(transport.measure.site_vertex[owner])
    name = "{n} · row {vertex}" if transport.after is None else "{n} · vertex #{vertex}"
    return (
        Line(tr("Site"), tr(name, n=number(site), vertex=number(vertex)), "none"),
        Line(tr("Code"), components(transport.map.sites[site], 4), "none"),
        Line(tr("Centroid of the cell"), components(transport.map.centroids[site], 4), "none"),
        Line(tr("Mass"), number(float(transport.map.masses[site]), 5), "none"),
        Line(tr("Area of the cell"), number(float(transport.map.areas[site]), 5), "none"),
        Line(tr("Weight"), number(float(transport.map.weights[site]), 4), "none"),
    )
