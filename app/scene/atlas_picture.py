"""One picture of an atlas: the surface in the colours of its charts, their disks, the welded reconstruction."""

from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.patches import Circle

from app.scene.camera import fitted, named_view
from app.scene.chart_colors import cover_colors
from app.scene.chart_disks import packed
from app.scene.figure import Figure
from app.scene.front import first_view
from app.scene.palette import LIGHT, Palette
from app.scene.pictures import draw_legend, draw_seconds, numbers_beside, panel, shaded_picture, sheet_of
from app.scene.raster import face_picture, plane_faces
from app.scene.snapshot import Snapshot, rgb, signed_areas
from core.session.atlas import atlas_of
from core.session.project import Project

_SAMPLES, _SIDE = 2, 502
_LEFT, _WIDE, _HIGH = (0.025, 0.343, 0.661), 502 / 1600, 502 / 1000


def draw_atlas(project: Project, path: str | Path, palette: Palette = LIGHT) -> None:
    """Draw the surface, the disks of all charts and the reconstruction on one sheet of 1600 × 1000 pixels.

    Parameters
    ----------
    project : Project
        With a surface and a trained atlas.
    path : str or Path
        The PNG file.
    palette : Palette
        Colours of the sheet.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    atlas, colors = atlas_of(project), cover_colors(project.preparation.cover)
    with sheet_of(project.source.name, _summary(project), path, palette) as sheet:
        one_sided = not project.source.topology.is_orientable
        figure = Figure(project.source.data, project.source.path, is_one_sided=one_sided)
        snapshot = Snapshot(figure, None, atlas.reconstruction())
        camera = fitted(figure.points, 1.0, *named_view(first_view(figure.sides, figure.up_axis), figure.up_axis))
        # Each face a surface of its own to the picture, so that colours change at borders and nowhere else.
        faces, apart = figure.faces, np.arange(3 * len(figure.faces)).reshape(-1, 3)
        split = faces.ravel()
        of_faces = np.repeat(colors[atlas.cover.face_chart], 3, axis=0)
        there = panel(sheet, (_LEFT[0], 0.375, _WIDE, _HIGH), "Charts", palette)
        there.imshow(shaded_picture(figure.points[split], apart, figure.normals[split], of_faces, camera, _SIDE))
        disks = panel(sheet, (_LEFT[1], 0.375, _WIDE, _HIGH), "Latent disks", palette)
        circles = _circles(project)
        disks.imshow(_disks(project, circles, colors, palette))
        for x, y, radius in circles / _SAMPLES:
            disks.add_patch(Circle((x - 0.5, y - 0.5), radius, fill=False, color=palette.border_strong, lw=0.6))
        back = panel(sheet, (_LEFT[2], 0.375, _WIDE, _HIGH), "Reconstruction", palette)
        coloring = snapshot.vertex_coloring("error", palette)
        points, normals = snapshot.reconstructed, snapshot.reconstructed_normals
        back.imshow(shaded_picture(points, faces, normals, coloring.colors, camera, _SIDE))
        draw_legend(sheet, _LEFT[2] + 0.008, coloring.legend, palette)
        history = project.charts[0].training.history
        errors = {"RMSE": 100.0 * np.asarray(history["rmse_rel"], float)}
        seconds = np.asarray(history["seconds"], float), float(project.charts[0].training.seconds)
        draw_seconds(sheet, 0.045, "Error of the networks, % of diagonal", seconds, errors, palette.layers[:1], palette)
        _draw_errors(sheet, project, colors, palette)


def _circles(project: Project) -> np.ndarray:
    """Middle and radius of the disk of each chart, in samples, (n, 3); as large as what their charts own."""
    cover = project.preparation.cover
    owned = np.bincount(cover.face_chart, project.source.surface.face_areas, len(cover))
    return packed(owned, _SIDE * _SAMPLES, _SIDE * _SAMPLES)


def _disks(project: Project, circles: np.ndarray, colors: np.ndarray, palette: Palette) -> np.ndarray:
    """All disks; faces in the colours of their owners, flipped ones over them."""
    cover, fine = project.preparation.cover, _SIDE * _SAMPLES
    places, faces, last, of_faces, first = list[np.ndarray](), list[np.ndarray](), list[np.ndarray](), [], 0
    for patch, chart, (x, y, radius) in zip(cover.patches, project.charts, circles, strict=True):
        codes = np.asarray(chart.training.codes, np.float64)
        signed = signed_areas(codes, patch.corners)
        places.append(codes * (radius, -radius) + (x, y))
        faces.append(patch.corners + first)
        last.append(signed * (np.sign(signed.sum()) or 1.0) <= 0.0)
        shown = colors[cover.face_chart[patch.faces]].copy()
        shown[last[-1]] = rgb(palette.flipped)
        of_faces.append(shown)
        first += len(codes)
    ids = plane_faces(np.concatenate(places), np.concatenate(faces), np.concatenate(last), fine, fine)
    picture = face_picture(ids, np.concatenate(of_faces), _SAMPLES)
    red, green, blue, alpha = ((picture >> shift & 255)[..., None] for shift in (16, 8, 0, 24))
    plain = np.concatenate([red, green, blue], axis=2) * 255 // np.maximum(alpha, 1)
    return np.concatenate([plain, alpha], axis=2).astype(np.uint8)


def _draw_errors(sheet: mpl.figure.Figure, project: Project, colors: np.ndarray, palette: Palette) -> None:
    """Draw the error of each chart in its colour, as a part of the diagonal of the whole."""
    diagonal = project.source.surface.diagonal
    errors = [
        100.0 * chart.training.certificate.accuracy.rmse_rel * chart.source.surface.diagonal / diagonal
        for chart in project.charts
    ]
    axes = panel(sheet, (0.535, 0.055, 0.375, 0.235), "Error of each chart, % of diagonal", palette)
    axes.set_facecolor(palette.sheet)
    axes.bar(np.arange(1, len(errors) + 1), errors, color=colors / 255.0, width=0.8)
    axes.set_xlim(0.2, len(errors) + 0.8)
    axes.xaxis.set_major_locator(mpl.ticker.MaxNLocator(12, integer=True, min_n_ticks=1))
    axes.yaxis.set_major_locator(mpl.ticker.MaxNLocator(4))
    numbers_beside(axes, palette)


def _summary(project: Project) -> str:
    """What the whole has come to, in one line."""
    whole, trained, known = project.training.whole, project.charts[0].training, project.source.topology
    folds = [chart.training.certificate.on_surface for chart in project.charts]
    flipped, total = sum(one.flipped_triangles for one in folds), sum(one.n_triangles for one in folds)
    return (
        f"{known.n_vertices:,} vertices, {known.n_faces:,} triangles  ·  {len(folds):,} charts  ·  "
        f"{trained.seconds:.0f} s on {trained.device}  ·  RMSE {100 * whole.rmse_rel:.3g} %  ·  "
        f"Chamfer {100 * whole.chamfer_rel:.3g} %  ·  Hausdorff {100 * whole.hausdorff_rel:.3g} % of the diagonal  ·  "
        f"normals {whole.normal_error_deg:.3g}°  ·  {flipped:,} of {total:,} triangles flipped"
    )
