"""Pictures of a project drawn without a window and without a graphics driver."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import matplotlib as mpl
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure as Sheet
from matplotlib.font_manager import fontManager
from matplotlib.image import imsave

from app.scene.camera import Camera, fitted, named_view
from app.scene.color_maps import Legend, color_table
from app.scene.figure import Figure
from app.scene.front import first_view
from app.scene.palette import LIGHT, Palette
from app.scene.raster import NOTHING, face_picture, nearest_faces, plane_faces
from app.scene.shading import AMBIENT, LIGHTS, SPECULAR, SPECULAR_POWER
from app.scene.snapshot import Snapshot, rgb
from core.io.atomic import replacing
from core.io.writers.partition import hash_colors
from core.relu.cell_raster import cell_raster
from core.session.project import Project

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_SAMPLES = 3
"""Samples along each side of a pixel."""
_INCHES, _DOTS = (16.0, 10.0), 100
DISK_MARGIN = 1.18
"""Half the width of the picture of the disk, in radii: its colour bar finds room in a corner."""


def shaded_picture(
    points: np.ndarray, faces: np.ndarray, normals: np.ndarray, colors: np.ndarray, camera: Camera, side: int
) -> np.ndarray:
    """Return a picture of a surface, lit as in the window.

    Parameters
    ----------
    points, normals : (n, 3) array
        Vertices and their unit normals.
    faces : (f, 3) int64 array
        Corners of each face.
    colors : (n, 3) uint8 array
        Colour of each vertex.
    camera : Camera
        Where it is seen from.
    side : int
        Width and height, in pixels.

    Returns
    -------
    (side, side, 4) float array
        Red, green, blue and coverage, from 0 to 1; not premultiplied.
    """
    fine = side * _SAMPLES
    places, depth = camera.project(points, fine, fine)
    ids, _ = nearest_faces(places, depth, faces, fine, fine)
    rows, columns = np.nonzero(ids != NOTHING)
    seen = faces[ids[rows, columns]]
    weights = _barycentric(places[seen], np.column_stack([columns, rows]) + 0.5)
    axes = camera.axes()
    normal = np.einsum("pk,pkd->pd", weights, normals[seen]) @ axes.T
    normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-12)
    normal[normal[:, 2] < 0] *= -1.0  # the inside of an open surface is lit like its outside
    base = np.einsum("pk,pkd->pd", weights, colors[seen] / 255.0)
    shade = _lit(base, normal)
    picture = np.zeros((fine, fine, 4))
    picture[rows, columns] = np.column_stack([shade, np.ones(len(shade))])
    mean = picture.reshape(side, _SAMPLES, side, _SAMPLES, 4).mean(axis=(1, 3))
    mean[..., :3] /= np.maximum(mean[..., 3:], 1e-12)
    return np.clip(mean, 0.0, 1.0)


def _barycentric(corners: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Return the weights (p, 3) of points (p, 2) in triangles (p, 3, 2)."""
    a, b, c = corners[:, 0], corners[:, 1], corners[:, 2]

    def cross(u: np.ndarray, v: np.ndarray) -> np.ndarray:
        return u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0]

    total = cross(b - a, c - a)
    second, third = cross(at - a, c - a) / total, cross(b - a, at - a) / total
    return np.column_stack([1.0 - second - third, second, third])


def _lit(base: np.ndarray, normal: np.ndarray) -> np.ndarray:
    """Return colours (p, 3) under the four lights, by Phong's formula, in the camera's frame."""
    result = AMBIENT * base
    for light in LIGHTS:
        direction = np.array(light.direction) / np.linalg.norm(light.direction)
        color = light.intensity * np.array(rgb(light.color)) / 255.0
        facing = normal @ direction
        mirrored = np.maximum(2.0 * facing * normal[:, 2] - direction[2], 0.0)
        shine = np.where(facing > 0, SPECULAR * mirrored**SPECULAR_POWER, 0.0)
        result = result + color * (np.maximum(facing, 0.0)[:, None] * base + shine[:, None])
    return result


def disk_picture(snapshot: Snapshot, quantity: str, palette: Palette, side: int) -> tuple[np.ndarray, Legend | None]:
    """Return a (side, side, 4) uint8 picture of the latent disk, flipped faces over the others, and its legend."""
    assert snapshot.codes is not None
    fine = side * _SAMPLES
    places = (np.asarray(snapshot.codes, np.float64) * (1.0, -1.0) / DISK_MARGIN + 1.0) * (fine / 2)
    coloring = snapshot.face_coloring(quantity, palette)
    ids = plane_faces(places, snapshot.figure.faces, snapshot.flipped, fine, fine)
    picture = face_picture(ids, coloring.colors, _SAMPLES)
    red, green, blue, alpha = ((picture >> shift & 255)[..., None] for shift in (16, 8, 0, 24))
    plain = np.concatenate([red, green, blue], axis=2) * 255 // np.maximum(alpha, 1)
    return np.concatenate([plain, alpha], axis=2).astype(np.uint8), coloring.legend


def draw_overview(project: Project, path: str | Path, palette: Palette = LIGHT) -> None:
    """Draw surface, latent disk, reconstruction and training curves on one sheet of 1600 × 1000 pixels.

    Parameters
    ----------
    project : Project
        With a surface of faces; what was not made yet leaves its place empty.
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
    with sheet_of(project.source.name, _summary(project), path, palette) as sheet:
        _draw_views(sheet, project, palette)
        if project.training is not None:
            _draw_curves(sheet, project, palette)


@contextmanager
def sheet_of(title: str, summary: str, path: str | Path, palette: Palette) -> Iterator[Sheet]:
    """Give a sheet of 1600 × 1000 pixels with a title and a line of figures to draw on, and write it as PNG.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    with blank_sheet(path, palette) as sheet:
        sheet.text(0.025, 0.958, title, size=20, weight=600, color=palette.text, parse_math=False)
        sheet.text(0.025, 0.928, summary, size=12, color=palette.text_muted)
        yield sheet


@contextmanager
def blank_sheet(path: str | Path, palette: Palette, inches: tuple[float, float] = _INCHES) -> Iterator[Sheet]:
    """Give a sheet of 100 pixels an inch to draw on, and write it as PNG unless drawing failed.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)  # a weight that a font lacks is no news
    with mpl.rc_context({"font.family": families(), "axes.unicode_minus": True}):
        sheet = Sheet(figsize=inches, dpi=_DOTS, facecolor=palette.panel)
        FigureCanvasAgg(sheet)
        yield sheet
        with replacing(path) as temporary:
            sheet.savefig(temporary, format="png", facecolor=palette.panel)


def draw_circle(axes: "Axes", palette: Palette, middle: float = 0.0, radius: float = 1.0, width: float = 0.8) -> None:
    """Draw the rim of the latent disk about a point of the diagonal."""
    turn = np.linspace(0.0, 2.0 * np.pi, 361)
    axes.plot(middle + radius * np.cos(turn), middle + radius * np.sin(turn), color=palette.border_strong, lw=width)


def families() -> list[str]:
    """Return the fonts of this computer to take letters from, the preferred one first."""
    installed = {font.name for font in fontManager.ttflist}
    return [name for name in ("Inter", "DejaVu Sans", "Noto Sans CJK SC") if name in installed]


def _summary(project: Project) -> str:
    known = project.source.topology if project.source is not None else None
    text = f"{known.n_vertices:,} vertices, {known.n_faces:,} triangles" if known else ""
    if project.training is None:
        return text
    figures, folds = project.training.certificate.accuracy, project.training.certificate.on_surface
    return (
        f"{text}  ·  {project.training.seconds:.0f} s on {project.training.device}  ·  "
        f"RMSE {100 * figures.rmse_rel:.3g} %  ·  Chamfer {100 * figures.chamfer_rel:.3g} %  ·  "
        f"Hausdorff {100 * figures.hausdorff_rel:.3g} % of the diagonal  ·  "
        f"normals {figures.normal_error_deg:.3g}°  ·  "
        f"{folds.flipped_triangles:,} of {folds.n_triangles:,} triangles flipped"
    )


def panel(sheet: Sheet, place: tuple[float, float, float, float], title: str, palette: Palette) -> "Axes":
    """Return axes without ticks under a title, at a place of the sheet (left, bottom, width, height)."""
    axes = sheet.add_axes(place)
    axes.set_facecolor(palette.view)
    axes.set_title(title, loc="left", size=12, weight=600, color=palette.text, pad=7)
    axes.set_xticks([])
    axes.set_yticks([])
    for edge in axes.spines.values():
        edge.set_color(palette.border)
    return axes


def _draw_views(sheet: Sheet, project: Project, palette: Palette) -> None:
    """Draw the surface, the disk and the reconstruction side by side, and the curves' place below."""
    assert project.source is not None
    figure = Figure(project.source.data, project.source.path)
    training = project.training
    reconstruction = None if training is None else training.autoencoder.decode(training.codes)
    snapshot = Snapshot(figure, None if training is None else training.codes, reconstruction)
    side, wide, high = 502, 502 / 1600, 502 / 1000
    camera = fitted(figure.points, 1.0, *named_view(first_view(figure.sides, figure.up_axis), figure.up_axis))
    left = (0.025, 0.343, 0.661)
    axes = panel(sheet, (left[0], 0.375, wide, high), "Surface", palette)
    if not figure.is_cloud and figure.normals is not None:
        colors = snapshot.vertex_coloring("none", palette).colors
        axes.imshow(shaded_picture(figure.points, figure.faces, figure.normals, colors, camera, side))
    disk = panel(sheet, (left[1], 0.375, wide, high), "Latent disk", palette)
    back = panel(sheet, (left[2], 0.375, wide, high), "Reconstruction", palette)
    if training is None:
        return
    picture, legend = disk_picture(snapshot, "area_distortion", palette, side)
    disk.imshow(picture)
    draw_circle(disk, palette, (side - 1) / 2, side / 2 / DISK_MARGIN)
    draw_legend(sheet, left[1] + 0.008, legend, palette)
    coloring = snapshot.vertex_coloring("error", palette)
    points, normals = snapshot.reconstructed, snapshot.reconstructed_normals
    back.imshow(shaded_picture(points, figure.faces, normals, coloring.colors, camera, side))
    draw_legend(sheet, left[2] + 0.008, coloring.legend, palette)


def draw_legend(sheet: Sheet, left: float, legend: Legend | None, palette: Palette) -> None:
    """Draw a colour bar into the corner of a view of the upper row, if there is anything to say."""
    if legend is None:
        return
    bar = sheet.add_axes((left, 0.392, 0.005, 0.096))
    table = color_table(legend.color_map) / 255.0
    bar.imshow(np.arange(256)[::-1, None], aspect="auto", cmap=ListedColormap(table))
    bar.set_xticks([])
    bar.yaxis.tick_right()
    bar.set_yticks([0, 128, 255], legend.ticks, size=9, color=palette.text_muted)
    bar.tick_params(length=0, pad=4)
    for edge in bar.spines.values():
        edge.set_visible(False)
    sheet.text(left, 0.497, legend.caption, size=9, color=palette.text_muted)


def _draw_curves(sheet: Sheet, project: Project, palette: Palette) -> None:
    """Draw error and flipped triangles over the seconds of training."""
    assert project.training is not None
    history = project.training.history
    faces = project.training.certificate.on_surface.n_triangles
    errors = {name: 100.0 * np.asarray(history[f"{name.lower()}_rel"], float) for name in ("RMSE", "Chamfer")}
    flipped = 100.0 * np.asarray(history["flipped_triangles"], float) / faces
    seconds = np.asarray(history["seconds"], float), float(project.training.seconds)
    colors = (palette.layers[0], palette.layers[2])
    draw_seconds(sheet, 0.045, "Error, % of diagonal", seconds, errors, colors, palette)
    draw_seconds(sheet, 0.535, "Flipped triangles, %", seconds, {"Flipped": flipped}, (palette.flipped,), palette)


def draw_seconds(
    sheet: Sheet,
    left: float,
    title: str,
    seconds: tuple[np.ndarray, float],
    curves: Mapping[str, np.ndarray],
    colors: Sequence[str],
    palette: Palette,
) -> None:
    """Draw curves over the seconds of training, in the lower row of a sheet.

    Parameters
    ----------
    sheet : Figure
        The sheet.
    left : float
        Where the axes begin, over the width of the sheet.
    title : str
        What is drawn.
    seconds : pair of (n,) array and float
        When each value was told, and when the training ended.
    curves : mapping of str to (n,) array
        In percent, by their names; what is not positive is left out.
    colors : sequence of str
        Of each curve.
    palette : Palette
        Colours of the sheet.
    """
    axes = panel(sheet, (left, 0.055, 0.375, 0.235), title, palette)
    axes.set_facecolor(palette.sheet)
    axes.set_xlim(0.0, max(seconds[1], 1e-3))
    for (name, values), color in zip(curves.items(), colors, strict=False):
        known = np.isfinite(values) & (values > 0)
        if known.any():
            axes.set_yscale("log")
            axes.plot(seconds[0][known], values[known], color=color, lw=1.6)
            end = (seconds[0][known][-1], values[known][-1])
            axes.annotate(f" {name} {end[1]:.2g} %", end, size=10, color=color, va="center", annotation_clip=False)
    axes.xaxis.set_major_locator(mpl.ticker.MaxNLocator(7))
    axes.xaxis.set_major_formatter("{x:g} s")
    if axes.get_yscale() == "log":
        axes.yaxis.set_major_locator(mpl.ticker.LogLocator())
        axes.yaxis.set_major_formatter("{x:g}")
    numbers_beside(axes, palette)


def numbers_beside(axes: "Axes", palette: Palette) -> None:
    """Show the numbers of axes without ticks, and lines across at those of the height."""
    axes.yaxis.set_minor_formatter(mpl.ticker.NullFormatter())
    axes.tick_params(which="both", length=0, labelsize=9, labelcolor=palette.text_muted)
    axes.grid(axis="y", color=palette.border, lw=0.6)
    axes.set_axisbelow(True)


def draw_cells(project: Project, path: str | Path, side: int = 1600) -> None:
    """Draw the decoder's cells in the disk, each in the colour of its activation pattern.

    Parameters
    ----------
    project : Project
        With the cells of the decoder.
    path : str or Path
        The PNG file.
    side : int
        Width and height, in pixels.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    assert project.cells is not None
    assert project.cells.decoder is not None
    cells = project.cells.decoder
    reach = np.full(2, 1.02)
    ids = cell_raster(cells, -reach, reach, 2 * side, 2 * side)
    colors = np.vstack([hash_colors(cells.pattern_hash), np.full((1, 3), 255, np.uint8)])  # -1 takes the last: white
    fine = colors[ids].reshape(side, 2, side, 2, 3).astype(np.float32)
    with replacing(path) as temporary:
        imsave(temporary, fine.mean(axis=(1, 3)).astype(np.uint8), format="png")
