"""What the inspector says of a region that was chosen with the lasso."""

import numpy as np

from app.style.translation import tr
from app.widgets.text import number, percent
from app.widgets.value_row import Line
from core.session.project import Project
from core.training.result import TrainingStep

MOST_DECODED = 20_000
"""Points of a region that are decoded to know their error."""


def region_lines(project: Project, live: TrainingStep | None, region: np.ndarray | None) -> tuple[Line, ...]:
    """Return how much a region holds and how well it is learned; a click copies each value at full precision.

    Parameters
    ----------
    project : Project
        What is open.
    live : TrainingStep or None
        The running training.
    region : int64 array or None
        Numbers of its points, rising.
    """
    source = project.source
    if source is None or region is None:
        return ()
    region = region[region < len(source.positions)]
    if not len(region):
        return ()
    noun = tr("Vertices") if source.has_faces else tr("Rows") if source.is_table else tr("Points")
    share = len(region) / len(source.positions)
    lines = [
        Line(
            noun,
            f"{len(region):,}",
            explanation=tr("{share} of all.", share=percent(share)),
            copied=" ".join(map(str, region.tolist())),
        )
    ]
    if source.has_faces:
        held = np.zeros(len(source.positions), bool)
        held[region] = True
        areas = source.surface.face_areas
        area = float(areas[held[source.surface.faces].all(axis=1)].sum())
        about = tr(
            "Of the triangles whose three corners are chosen; {share} of the surface.",
            share=percent(area / max(float(areas.sum()), 1e-300)),
        )
        lines.append(Line(tr("Area"), number(area, 4), explanation=about, copied=repr(area)))
    away = _errors(project, live, region)
    if away is not None:
        away = away / source.data.diagonal
        worst = int(away.argmax())
        about = tr("Root mean square over the chosen points, % of the diagonal.")
        rms = float(np.sqrt(np.mean(away**2)))
        lines.append(Line(tr("Error, RMS"), percent(rms), explanation=about, copied=repr(rms)))
        most = float(away[worst])
        lines.append(Line(tr("Error, largest"), percent(most), copied=repr(most)))
    return tuple(lines)


def _errors(project: Project, live: TrainingStep | None, region: np.ndarray) -> np.ndarray | None:
    """Distances of points from their reconstructions; None where there are none."""
    assert project.source is not None
    positions = project.source.positions
    chosen = region[:: -(-len(region) // MOST_DECODED)]
    if live is not None and live.reconstruction is not None and len(live.reconstruction) == len(positions):
        images = live.reconstruction[chosen]
    elif project.training is not None and len(project.training.codes) == len(positions):
        images = project.training.autoencoder.decode(project.training.codes[chosen])
    else:
        return None
    return np.linalg.norm(images - positions[chosen], axis=1)
