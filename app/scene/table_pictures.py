"""Pictures of a table and of what was learned of it, drawn without a window."""

from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import matplotlib as mpl
import numpy as np
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.lines import Line2D

from app.scene.chart_colors import chart_colors
from app.scene.in_space import class_colors
from app.scene.palette import LIGHT, Palette
from app.scene.pictures import blank_sheet, draw_circle, panel
from core.data.table import Table
from core.embedding.methods import METHODS
from core.geometry.principal import principal_coordinates
from core.session.export_table import learned_of
from core.session.project import Project

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_INCHES = 16.0, 9.0
_TILES = 21
"""Decoded images along each side of the disk."""
_SHOWN = 8
"""Rows that are shown beside what the autoencoder makes of them."""
_TITLES = {"autoencoder": "Autoencoder"} | {name: method.title for name, method in METHODS.items()}
_NAMED = 20
"""Classes that a legend names."""


def draw_table(project: Project, path: str | Path, palette: Palette = LIGHT) -> None:
    """Draw codes, what the decoder makes of the disk, some rows with their reconstructions, and the error on the way.

    Parameters
    ----------
    project : Project
        With a table; what was not made yet leaves its place empty.
    path : str or Path
        The PNG file.
    palette : Palette
        Colours of the sheet.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    table, training = project.source.table, project.training
    with blank_sheet(path, palette, _INCHES) as sheet:
        sheet.text(0.025, 0.955, project.source.name, size=20, weight=600, color=palette.text, parse_math=False)
        sheet.text(0.025, 0.918, _summary(project), size=12, color=palette.text_muted)
        codes = principal_coordinates(table.values, 2) if training is None else plane_codes(training.codes)
        name = "First two principal coordinates" if training is None else "Codes"
        draw_points(
            panel(sheet, (0.025, 0.30, 0.3094, 0.55), name, palette), codes, table, palette, training is not None
        )
        if training is None:
            return
        axes = panel(sheet, (0.3453, 0.30, 0.3094, 0.55), "What the decoder makes of the disk", palette)
        if table.image_shape and training.autoencoder.latent_dimension == 2:
            _draw_decoded_disk(axes, project)
        else:
            flat = principal_coordinates(table.values, 2)
            axes.set_title(
                "First two principal coordinates", loc="left", size=12, weight=600, color=palette.text, pad=7
            )
            draw_points(axes, flat, table, palette, False)
        _draw_rows(panel(sheet, (0.6656, 0.30, 0.3094, 0.55), "Rows never seen, decoded, difference", palette), project)
        _draw_error(panel(sheet, (0.045, 0.06, 0.935, 0.17), "Error, % of the diagonal", palette), project, palette)


def draw_decoder_cells(project: Project, path: str | Path, palette: Palette = LIGHT) -> None:
    """Draw the exact cells of the decoder of a table in the disk, under the codes of its rows.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    cells, table = project.cells.decoder, project.source.table
    with blank_sheet(path, palette, (10.0, 10.0)) as sheet:
        axes = panel(sheet, (0.03, 0.03, 0.94, 0.9), f"{cells.n_cells:,} exact cells of the decoder", palette)
        lines = LineCollection(cells.vertices[cells.edges], colors=palette.text_faint, linewidths=0.25)
        axes.add_collection(lines)
        draw_points(axes, project.training.codes, table, palette, True)


def draw_power_cells(project: Project, path: str | Path, palette: Palette = LIGHT) -> None:
    """Draw the cells of the transport to a table, each in the colour of the class of its row, and where the map tears.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    transport, table = project.transport, project.source.table
    diagram, colors = transport.map.diagram, class_colors(table)
    row_of = transport.vertex_of_site
    corners, offsets = diagram.outlines(arc_step=0.02)
    outlines = [corners[a:b] for a, b in pairwise(offsets.tolist())]
    with blank_sheet(path, palette, (16.0, 8.4)) as sheet:
        name = f"{len(diagram.sites):,} cells of equal mass: the disk, moved to the codes"
        axes = panel(sheet, (0.02, 0.03, 0.47, 0.88), name, palette)
        shade = palette.view if colors is None else colors[row_of] / 255.0
        axes.add_collection(PolyCollection(outlines, facecolors=shade, edgecolors=palette.sheet, linewidths=0.3))
        axes.add_collection(LineCollection(transport.singular_segments, colors=palette.flipped, linewidths=1.6))
        axes.set_xlim(-1.04, 1.04)
        axes.set_ylim(-1.04, 1.04)
        axes.set_aspect("equal")
        axes = panel(sheet, (0.51, 0.03, 0.47, 0.88), "Codes of the rows", palette)
        draw_points(axes, transport.chart, table, palette, True)


def draw_generated(project: Project, path: str | Path, palette: Palette = LIGHT) -> None:
    """Draw generated codes over those of the rows, and some of the rows that they were decoded to.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    made, table = project.generation, project.source.table
    with blank_sheet(path, palette, _INCHES) as sheet:
        name = f"{len(made.codes):,} generated codes, in front of those of the rows"
        axes = panel(sheet, (0.025, 0.06, 0.46, 0.8), name, palette)
        draw_points(axes, plane_codes(project.training.codes), table, palette, True, alpha=0.35)
        new = plane_codes(made.codes)
        axes.scatter(*new[:4000].T, s=2.0, color=palette.select, linewidths=0)
        axes = panel(sheet, (0.515, 0.06, 0.46, 0.8), "Decoded", palette)
        count = min(144, len(made.points))
        if table.image_shape:
            axes.imshow(tiled(made.points[:count], table.image_shape, 12), cmap="gray_r", interpolation="nearest")
        else:
            both = principal_coordinates(np.concatenate([table.values, made.points]), 2)
            draw_points(axes, both[: len(table.values)], table, palette, False, alpha=0.35)
            axes.scatter(*both[len(table.values) :].T, s=2.0, color=palette.select, linewidths=0)


def draw_comparison(project: Project, path: str | Path, palette: Palette = LIGHT) -> None:
    """Draw all embeddings of a table side by side, the distances between its classes, and its dimension over the scale.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    found, table = project.comparison, project.source.table
    with blank_sheet(path, palette, _INCHES) as sheet:
        names = list(found.points)[:6]
        for k, name in enumerate(names):
            figures, place = found.figures[name], (0.015 + 0.235 * (k % 3), 0.51 - 0.49 * (k // 3), 0.22, 0.42)
            kept = "" if figures.trustworthiness is None else f"  ·  trust {figures.trustworthiness:.3f}"
            votes = "" if figures.knn5_accuracy is None else f"  ·  5-NN {100 * figures.knn5_accuracy:.0f} %"
            axes = panel(sheet, place, f"{_TITLES.get(name, name)}{kept}{votes}", palette)
            points = plane_codes(found.points[name])
            colors = class_colors(table)
            size = float(np.clip(5000.0 / len(points), 0.2, 8.0))
            axes.scatter(*points.T, s=size, c=palette.layers[0] if colors is None else colors / 255.0, linewidths=0)
        if found.between is not None:
            axes = panel(sheet, (0.735, 0.51, 0.24, 0.42), "W₂ between the codes of the classes", palette)
            axes.imshow(found.between, cmap="viridis")
            labels = [table.class_name(kind) for kind in table.kinds.tolist()]
            if len(labels) <= _NAMED:
                axes.set_xticks(range(len(labels)), labels, size=8, color=palette.text_muted)
                axes.set_yticks(range(len(labels)), labels, size=8, color=palette.text_muted)
        axes = panel(sheet, (0.755, 0.07, 0.22, 0.33), "Intrinsic dimension over the scale", palette)
        if found.dimension.scales:
            axes.semilogx(*np.array(found.dimension.scales).T, color=palette.layers[0], marker="o", ms=3, lw=1.2)
            axes.xaxis.set_major_locator(mpl.ticker.LogLocator())
            axes.yaxis.set_major_locator(mpl.ticker.MaxNLocator(6))
            axes.tick_params(labelsize=9, colors=palette.text_muted)


def draw_walks(table: Table, walks: Mapping[str, np.ndarray], path: str | Path, palette: Palette = LIGHT) -> None:
    """Draw what walks are decoded to: images beside each other, else the values of the columns over the frames.

    Parameters
    ----------
    table : Table
        Whose rows they are like.
    walks : mapping of str to (k, D) array
        The decoded rows of each walk, by its name.
    path : str or Path
        The PNG file.
    palette : Palette
        Colours of the sheet.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    high = 0.94 / len(walks)
    low_, high_ = np.percentile(table.values, [0.5, 99.5])
    with blank_sheet(path, palette, (14.0, 1.7 * len(walks) + 0.4)) as sheet:
        for k, (name, points) in enumerate(walks.items()):
            axes = panel(sheet, (0.02, 0.98 - (k + 1) * high, 0.96, 0.72 * high), name, palette)
            if table.image_shape:
                page = tiled(points, table.image_shape, len(points))
                axes.imshow(page, cmap="gray_r", vmin=low_, vmax=high_, interpolation="nearest")
            else:
                axes.imshow(points.T, aspect="auto", cmap="viridis", interpolation="nearest")


def plane_codes(codes: np.ndarray) -> np.ndarray:
    """Return codes in the plane: as they are where they have two numbers, else their principal coordinates."""
    return codes if codes.shape[1] == 2 else principal_coordinates(codes, 2)


def draw_points(
    axes: "Axes", points: np.ndarray, table: Table, palette: Palette, in_disk: bool, alpha: float = 0.9
) -> None:
    """Draw rows as points of the plane in the colours of their classes, with a legend."""
    colors = class_colors(table)
    size = float(np.clip(8000.0 / len(points), 0.3, 14.0))
    shade = palette.layers[0] if colors is None else colors / 255.0
    axes.scatter(*points.T, s=size, c=shade, linewidths=0, alpha=alpha)
    axes.set_aspect("equal")
    if in_disk and np.linalg.norm(points, axis=1).max() <= 1.0 + 1e-6:
        draw_circle(axes, palette)
        axes.set_xlim(-1.04, 1.04)
        axes.set_ylim(-1.04, 1.04)
    if colors is not None and len(table.kinds) <= _NAMED:
        marks = [
            Line2D([], [], marker="o", ls="", ms=5, color=color / 255.0, label=table.class_name(kind))
            for kind, color in zip(table.kinds.tolist(), chart_colors(len(table.kinds)), strict=True)
        ]
        axes.legend(handles=marks, loc="lower right", fontsize=8, frameon=False, labelcolor=palette.text_muted)


def tiled(rows: np.ndarray, shape: tuple[int, ...], across: int) -> np.ndarray:
    """Return rows as images beside and below each other, a pixel between them."""
    height, width = shape
    down = -(-len(rows) // across)
    page = np.full((down * (height + 1), across * (width + 1)), np.nan)
    for k, row in enumerate(rows):
        top, left = divmod(k, across)
        page[top * (height + 1) :, left * (width + 1) :][:height, :width] = row.reshape(height, width)
    return page


def _draw_decoded_disk(axes: "Axes", project: Project) -> None:
    """Draw the images of a lattice of codes, each at its place in the disk."""
    table, networks = project.source.table, project.training.autoencoder
    along = np.linspace(-1.0, 1.0, _TILES)
    grid = np.stack(np.meshgrid(along, along[::-1]), -1).reshape(-1, 2)
    images = np.full((len(grid), table.dimension), np.nan)
    inside = np.linalg.norm(grid, axis=1) <= 1.0
    images[inside] = networks.decode(grid[inside])
    low, high = np.percentile(table.values, [0.5, 99.5])
    axes.imshow(tiled(images, table.image_shape, _TILES), cmap="gray_r", vmin=low, vmax=high, interpolation="nearest")


def _draw_rows(axes: "Axes", project: Project) -> None:
    """Draw some rows that were not learned from, what they are decoded to, and the difference."""
    table, training = project.source.table, project.training
    unseen = np.flatnonzero(~learned_of(project))
    chosen = unseen[:_SHOWN] if len(unseen) else np.arange(min(_SHOWN, len(table.values)))
    rows = table.values[chosen]
    images = training.autoencoder.decode(training.codes[chosen])
    if not table.image_shape:
        for k, (row, image) in enumerate(zip(rows[:3], images[:3], strict=True)):
            color = f"C{k}"
            axes.plot(row, color=color, lw=1.0)
            axes.plot(image, color=color, lw=1.0, ls="--")
        axes.set_title("Rows never seen (lines), decoded (dashed)", loc="left", size=12, weight=600, pad=7)
        return
    lines = np.stack([rows, images, np.abs(images - rows)], 1).reshape(-1, table.dimension)
    axes.imshow(tiled(lines, table.image_shape, 3 if len(chosen) < 4 else 6), cmap="gray_r", interpolation="nearest")


def _draw_error(axes: "Axes", project: Project, palette: Palette) -> None:
    """Draw the error over the seconds of the training."""
    history, certificate = project.training.history, project.training.certificate
    axes.set_facecolor(palette.sheet)
    seconds, error = (np.asarray(history[name], float) for name in ("seconds", "rmse_rel"))
    axes.semilogy(seconds, 100.0 * error, color=palette.layers[0], lw=1.2)
    if certificate.withheld_rmse_rel:
        axes.axhline(100.0 * certificate.withheld_rmse_rel, color=palette.layers[2], lw=1.0, ls="--")
        axes.text(
            0.99, 0.9, "dashed: rows never seen, at the end", transform=axes.transAxes, ha="right", va="top", size=9
        )
    axes.tick_params(labelsize=9, colors=palette.text_muted)
    axes.xaxis.set_major_locator(mpl.ticker.MaxNLocator(8))
    axes.yaxis.set_major_locator(mpl.ticker.LogLocator())


def _summary(project: Project) -> str:
    table = project.source.table
    text = f"{len(table.values):,} rows, {table.dimension:,} columns"
    if table.labels is not None:
        text += f", {len(table.kinds):,} classes"
    if project.training is None:
        return text
    figures = project.training.certificate.table
    text += f"  ·  {project.training.seconds:.0f} s on {project.training.device}"
    text += f"  ·  mean squared error {figures.train_mse:.4g}"
    if figures.test_mse is not None:
        text += f", {figures.test_mse:.4g} on rows never seen (PCA {figures.pca_test_mse:.4g})"
    if figures.knn5_test_accuracy is not None:
        text += f"  ·  {100 * figures.knn5_test_accuracy:.1f} % classified by 5 nearest codes"
    return text
