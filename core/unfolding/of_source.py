"""Following what a trained autoencoder has learned through its networks."""

from dataclasses import replace

import numpy as np
from scipy.spatial import cKDTree

from core.base.errors import BudaiError
from core.base.progress import Stop, Work, part
from core.charts.autoencoder import Autoencoder
from core.data.source import Source
from core.geometry.simplify import simplified
from core.unfolding.cell_edges import cell_edges
from core.unfolding.options import UnfoldOptions
from core.unfolding.steps import autoencoder_steps
from core.unfolding.unfold import unfold_points
from core.unfolding.unfolding import Unfolding


def unfold_source(source: Source, autoencoder: Autoencoder, options: UnfoldOptions) -> Work[Unfolding]:
    """Follow the vertices of a surface, or the rows of a table, from input to code to output.

    Parameters
    ----------
    source : Source
        What was learned.
    autoencoder : Autoencoder
        What has learned it; its detail layer is the last step.
    options : UnfoldOptions
        How it is to be seen.

    Yields
    ------
    Progress
        Part of the work done.

    Returns
    -------
    Unfolding
        In input units.

    Raises
    ------
    BudaiError
        If there is nothing to follow, or the autoencoder takes points of another dimension.
    """
    positions = source.positions
    if not len(positions):
        raise BudaiError(f"{source.name} holds no points; unfolding needs one. Open another file.")
    if positions.shape[1] != autoencoder.ambient_dimension:
        takes = autoencoder.ambient_dimension
        raise BudaiError(
            f"{source.name} has {positions.shape[1]} coordinates, the autoencoder takes {takes}. Train it."
        )
    stop = Stop()
    faces, chosen = np.empty((0, 3), np.int64), np.arange(len(positions))
    if source.has_faces:
        faces = source.surface.faces
        if len(positions) > options.most:
            fewer = yield from part(simplified(source.surface, 2 * options.most), 0.0, 0.1, stop=stop)
            chosen, faces = cKDTree(positions).query(fewer.vertices)[1], fewer.faces
    elif len(positions) > options.most:
        chosen = np.linspace(0, len(positions) - 1, options.most).astype(np.int64)
    points = (positions[chosen] - autoencoder.centre) / autoencoder.scale
    detail = autoencoder.detail
    correction = None if detail is None else detail.evaluate(autoencoder.encoder(points))
    steps, edges = autoencoder_steps(autoencoder), None
    if len(faces) and options.edges:
        edges = yield from part(cell_edges(points, faces, steps, options.edges), 0.1, 0.3, stop=stop)
    work = unfold_points(
        points,
        steps,
        faces,
        options.projection,
        code=len(autoencoder.encoder.weights),
        returns=True,
        overlaps=options.overlaps,
        correction=correction,
    )
    made = yield from part(work, 0.3, 1.0, stop=stop)
    ends = {"scale": autoencoder.scale, "offset": made.view @ autoencoder.centre}
    return replace(made, vertices=chosen, edges=edges, **ends)
