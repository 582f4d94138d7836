"""A picture of a transport drawn without a window: the chart, its power diagram, and the chart that keeps areas."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Sheet
from matplotlib.ticker import MaxNLocator, NullFormatter

from app.scene.disk import Window
from app.scene.figure import Figure
from app.scene.palette import LIGHT, Palette
from app.scene.pictures import DISK_MARGIN, disk_picture, draw_circle, draw_legend, panel, sheet_of
from app.scene.snapshot import Snapshot
from app.stages.transport.scene.power_picture import PowerLook, SitePlane, power_picture
from core.session.project import Project
from core.transport.transport import Transport

_SIDE = 502
_LEFT = (0.025, 0.343, 0.661)
_BINS = np.linspace(-3.0, 3.0, 121)


def draw_transport(project: Project, path: str | Path, palette: Palette = LIGHT) -> None:
    """Draw a transport on one sheet of 1600 × 1000 pixels.

    Parameters
    ----------
    project : Project
        With a surface and its transport.
    path : str or Path
        The PNG file.
    palette : Palette
        Colours of the sheet.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    assert project.source is not None
    assert project.transport is not None
    with sheet_of(project.source.name, _summary(project.transport), path, palette) as sheet:
        _draw_disks(sheet, Figure(project.source.data), project.transport, palette)
        _draw_histograms(sheet, project.transport, palette)
        _draw_curves(sheet, project.transport, palette)


def _summary(transport: Transport) -> str:
    certificate = transport.map.certificate
    p = transport.uniformity.p_after
    return (
        f"{len(transport.measure.sites):,} sites  ·  {transport.measure_label}  ·  "
        f"{certificate.newton_steps} Newton steps  ·  largest area error {certificate.max_area_error_rel:.1e}  ·  "
        f"W₂ {certificate.wasserstein2:.4f}  ·  area ratio SD {transport.before.area_ratio_sd:.3g} before, "
        f"{transport.after.area_ratio_sd:.2g} after  ·  {transport.after.flipped_triangles:,} flipped"
        + ("" if p is None else f"  ·  samples uniform, p = {p:.2g}")
    )


def _draw_disks(sheet: Sheet, figure: Figure, transport: Transport, palette: Palette) -> None:
    """Draw the chart and the parameterization by the area ratio of triangles, and the cells between them."""
    high, label = _SIDE / 1000, transport.chart_label
    titles = (
        label[0].upper() + label[1:],
        "Power diagram: each cell holds the mass of its site",
        "Area-preserving chart",
    )
    views = [panel(sheet, (x, 0.375, _SIDE / 1600, high), t, palette) for x, t in zip(_LEFT, titles, strict=True)]
    snapshots = [Snapshot(figure, codes, None) for codes in (transport.chart, transport.after.coordinates)]
    for axes, left, snapshot in zip(views[::2], _LEFT[::2], snapshots, strict=True):
        picture, legend = disk_picture(snapshot, "area_distortion", palette, _SIDE)
        axes.imshow(picture)
        draw_legend(sheet, left + 0.008, legend, palette)
    fine = 2 * _SIDE
    window = Window(fine, fine, 0.0, 0.0, fine / 2 / DISK_MARGIN)
    look = PowerLook("ratio_before", transport.singular.edges, palette)
    picture = power_picture(SitePlane(transport, figure.faces), snapshots[0], look, window)
    views[1].imshow(_unpacked(picture.pixels).reshape(_SIDE, 2, _SIDE, 2, 4).mean(axis=(1, 3)) / 255.0)
    for axes in views:
        draw_circle(axes, palette, (_SIDE - 1) / 2, _SIDE / 2 / DISK_MARGIN)


def _unpacked(pixels: np.ndarray) -> np.ndarray:
    """Return red, green, blue and coverage, (h, w, 4) from 0 to 255, of premultiplied pixels."""
    red, green, blue, alpha = ((pixels >> shift & 255)[..., None].astype(float) for shift in (16, 8, 0, 24))
    plain = np.concatenate([red, green, blue], axis=2) * 255.0 / np.maximum(alpha, 1.0)
    return np.concatenate([np.minimum(plain, 255.0), alpha], axis=2)


def _draw_histograms(sheet: Sheet, transport: Transport, palette: Palette) -> None:
    """Draw how the area ratios of the triangles spread, before and after."""
    axes = _plot(sheet, _LEFT[0] + 0.02, 0.29, "Triangles by log₂ of their area ratio, %", palette)
    colors = (palette.layers[1], palette.layers[0])
    for part, color, name in zip((transport.before, transport.after), colors, ("before", "after"), strict=True):
        ratios = part.area_ratios[np.isfinite(part.area_ratios)]
        with np.errstate(divide="ignore"):
            values = np.clip(np.log2(ratios), _BINS[0], _BINS[-1])
        share = 100.0 * np.histogram(values, _BINS)[0] / max(len(values), 1)
        filled = name == "before"
        axes.stairs(share, _BINS, color=color, label=name, fill=filled, alpha=0.7 if filled else 1.0, lw=1.6)
    axes.legend(frameon=False, fontsize=10, labelcolor=palette.text_muted)
    axes.set_xlim(_BINS[0], _BINS[-1])


def _draw_curves(sheet: Sheet, transport: Transport, palette: Palette) -> None:
    """Draw the convergence of Newton's method and of the refinement."""
    curves = (
        ("Largest area error of a cell, by Newton step", transport.map.residuals, 0.36),
        ("SD of the triangles' area ratio, by step of refinement", transport.after.history, 0.68),
    )
    for (title, values, left), color in zip(curves, (palette.layers[2], palette.layers[3]), strict=True):
        axes = _plot(sheet, left, 0.29, title, palette)
        _draw_curve(axes, values, color)


def _draw_curve(axes: Axes, values: Sequence[float] | np.ndarray, color: str) -> None:
    known = np.flatnonzero(np.asarray(values) > 0)
    if len(known):
        axes.set_yscale("log")
        axes.plot(known, np.asarray(values)[known], color=color, lw=1.6, marker="o" if len(known) < 30 else None, ms=4)
        axes.yaxis.set_minor_formatter(NullFormatter())
    axes.xaxis.set_major_locator(MaxNLocator(7, integer=True))
    axes.grid(axis="y", color="#00000018", lw=0.6)


def _plot(sheet: Sheet, left: float, width: float, title: str, palette: Palette) -> Axes:
    """Return axes with ticks in the lower row."""
    axes = sheet.add_axes((left, 0.06, width, 0.225), facecolor=palette.sheet)
    axes.set_title(title, loc="left", size=12, weight=600, color=palette.text, pad=7)
    axes.tick_params(which="both", length=0, labelsize=9, labelcolor=palette.text_muted)
    for edge in axes.spines.values():
        edge.set_color(palette.border)
    return axes
