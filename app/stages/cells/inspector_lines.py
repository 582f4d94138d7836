"""What the inspector says of cells, as plain lines: no widgets here."""

import numpy as np

from app.stages.cells.scene.facts import CellFacts, CellsFigures, DecoderFigures, EncoderFigures, PieceFacts
from app.style.translation import tr
from app.views.sheet import Sheet, leading_to
from app.widgets.rows.strip import TitledRow
from app.widgets.text import components, number
from app.widgets.value_row import Line

GOAL_AREA = 1e-12
"""Relative error of the sum of the areas above which the cells do not cover the disk."""
GOAL_SURFACE = 1e-9
"""The same on a surface, whose vertices are rounded to the units of the file."""
_RAISED = str.maketrans("0123456789-.", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻·")


def power(exponent: float) -> str:
    """Return a power of ten by its logarithm.

    Examples
    --------
    >>> power(57.83), power(-12.0)
    ('10⁵⁷·⁸', '10⁻¹²')
    """
    return "10" + f"{exponent:.1f}".removesuffix(".0").translate(_RAISED)


def cells_sheet(figures: CellsFigures, outdated: bool, on_surface: bool = True) -> Sheet:
    """Return the certificate of the cells; those of a table lie in the disk alone."""
    lines: list[Line] = []
    if figures.decoder is not None:
        lines += _decoder_lines(figures.decoder)
    if on_surface:
        lines += _encoder_lines(figures.encoder)
    n_bad, n_warnings = (sum(line.kind == kind for line in lines) for kind in ("bad", "warn"))
    if outdated:
        return Sheet(tr("Outdated"), "warn", lines)
    if n_bad:
        return Sheet(tr("{n} failed", n=n_bad), "bad", lines)
    if n_warnings:
        many = tr("{n} warnings", n=n_warnings)
        return Sheet(tr("1 warning") if n_warnings == 1 else many, "warn", lines)
    return Sheet(tr("Exact"), "ok", lines)


def _decoder_lines(figures: DecoderFigures) -> list[Line]:
    return [
        Line(
            tr("V \u2212 E + F"),
            number(figures.euler_characteristic),
            "ok" if figures.euler_characteristic == 1 else "bad",
            tr("Vertices, edges and cells of the disk, counted. A disk has 1."),
        ),
        Line(
            tr("Areas sum to the disk"),
            number(figures.area_error, 2),
            "ok" if figures.area_error <= GOAL_AREA else "bad",
            tr("Sum of the areas over that of the 256-gon in the disk, less 1. Goal: below 10⁻¹²."),
        ),
        Line(
            tr("Zero-area cells"),
            number(figures.flat),
            "ok" if figures.flat == 0 else "bad",
            tr("Cells without area. Slivers that float64 cannot hold are merged: {n} here.", n=number(figures.merged)),
        ),
        Line(
            tr("Patterns distinct per cell"),
            tr("yes") if figures.repeated == 0 else tr("{n} repeat", n=number(figures.repeated)),
            "ok" if figures.repeated == 0 else "bad",
            tr("A pattern holds on a convex set, so two cells with one pattern would be one cell cut in two."),
        ),
    ]


def _encoder_lines(figures: EncoderFigures | None) -> list[Line]:
    name = tr("Flipped encoder pieces")
    if figures is None:
        about = tr("Choose Encoder or Both to cut the surface by the encoder.")
        return [Line(name, tr("not computed"), "none", about)]
    about = tr(
        "Of {all} pieces, with {part} % of the area, the image is flat or turned over: there the encoder is "
        "no embedding. Goal: 0.",
        all=number(figures.pieces),
        part=number(100.0 * figures.flipped_area, 2),
    )
    return [
        Line(
            tr("Areas sum to the surface"),
            number(figures.area_error, 2),
            "ok" if figures.area_error <= GOAL_SURFACE else "bad",
            tr("Sum of the areas of the encoder's pieces over that of the surface, less 1. Goal: below 10⁻⁹."),
        ),
        leading_to("fold", Line(name, number(figures.flipped), "ok" if figures.flipped == 0 else "warn", about)),
    ]


def live_sheet(n_cells: int, euler_characteristic: int) -> Sheet:
    """Return what is known of cells that follow a training."""
    kind = "ok" if euler_characteristic == 1 else "bad"
    lines = (
        Line(tr("V \u2212 E + F"), number(euler_characteristic), kind),
        Line(tr("Cells in the disk"), number(n_cells)),
    )
    return Sheet(tr("Live"), "info", lines)


def direction_rows(facts: CellFacts, rows: np.ndarray) -> tuple[TitledRow, ...]:
    """Return what the picked code is decoded to, and what a step along each singular direction of its map changes."""
    low, high = float(rows.min()), float(rows.max())
    reach = float(np.abs(facts.directions).max()) or 1.0
    steps = zip(("σ₁u₁", "σ₂u₂"), facts.directions, strict=True)
    image = facts.matrix @ np.array(facts.code) + facts.shift
    return (
        TitledRow(tr("Decoded"), image, (low, high)),
        *(TitledRow(name, step, (-reach, reach), True) for name, step in steps),
    )


def capacity_lines(figures: CellsFigures, on_surface: bool = True) -> tuple[Line, ...]:
    """Return how many cells there are beside how many there could be."""
    lines: list[Line] = []
    if figures.decoder is not None:
        known = figures.decoder
        lines += [
            Line(tr("Cells in the disk"), number(known.cells), explanation=tr("Sets of one activation pattern.")),
            leading_to(
                "piecewise_linear",
                Line(
                    tr("Affine pieces"),
                    number(known.pieces),
                    explanation=tr("Cells that meet at an edge and have the same affine map count as one."),
                ),
            ),
            leading_to(
                "capacity",
                Line(
                    tr("Bound, theorem 4.5"),
                    power(known.log10_bound_theorem),
                    explanation=tr("The product of the arrangement bounds of all layers, as it stands in the paper."),
                ),
            ),
            Line(
                tr("Bound for dimension 2"),
                power(known.log10_bound_dimension),
                explanation=tr("The same, knowing that a layer sees the image of a plane."),
            ),
        ]
    if figures.encoder is not None:
        count = number(figures.encoder.cells)
        lines.append(Line(tr("Cells on the surface"), count, explanation=tr("Cells of the encoder that meet it.")))
    if on_surface:
        lines += _condition_lines(figures)
    return tuple(lines)


def _condition_lines(figures: CellsFigures) -> list[Line]:
    """Return the necessary condition of theorem 4.12, where its numbers are known."""
    known = figures.capacity
    if known is None:
        about = tr("Switch Charts needed on and compute again, with the encoder: theorem 4.12.")
        return [Line(tr("Necessary condition"), tr("not computed"), "none", about)]
    holds = known.cells_on_surface >= known.needed_at_least
    least, most = number(known.needed_at_least), number(known.needed_at_most)
    verdict = tr("holds") if holds else tr("fails")
    return [
        Line(tr("Linear charts needed"), least if least == most else tr("{a} to {b}", a=least, b=most)),
        leading_to("hilbert", Line(tr("Necessary condition"), verdict, "ok" if holds else "bad", known.verdict)),
    ]


def picked_cell_lines(facts: CellFacts) -> tuple[Line, ...]:
    """Return number, corners and code of a picked cell."""
    name = f"#{facts.cell:,} · {tr('{n} corners', n=facts.corners)}"
    code = " ".join(repr(value) for value in facts.code)
    return (
        Line(tr("Cell"), name, copied=str(facts.cell)),
        Line(tr("Code"), components(facts.code, 4), copied=code),
        Line(tr("Area"), number(facts.area, 3), copied=repr(facts.area)),
    )


def stretch_lines(facts: CellFacts) -> tuple[Line, ...]:
    """Return what the network does to a picked cell."""
    greater, smaller = facts.stretches
    return (
        Line("σ₁", number(greater), copied=repr(greater)),
        Line("σ₂", number(smaller), copied=repr(smaller)),
        Line(tr("Area factor σ₁σ₂"), number(facts.area_factor), copied=repr(facts.area_factor)),
        Line(tr("Conformality σ₁/σ₂"), number(facts.conformality, 3), copied=repr(facts.conformality)),
    )


def piece_line(piece: PieceFacts | None) -> Line:
    """Return what the whole decoder does to the piece that the picked code lies in."""
    greater, smaller = (0.0, 0.0) if piece is None else piece.stretches
    about = tr("Singular values on the piece: network's cell and lattice triangle met.")
    return Line("σ₁, σ₂", f"{number(greater)}, {number(smaller)}", explanation=about, copied=f"{greater!r} {smaller!r}")
