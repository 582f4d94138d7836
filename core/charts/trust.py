"""Letting each chart speak where it is accurate: the partition of unity of an atlas after training."""

from dataclasses import replace

import numpy as np
from jaxtyping import Float64

from core.charts.atlas import Atlas, Chart, Cover

_TRUSTED = 1e-3
"""Error, over the diagonal, up to which a chart keeps its say at a vertex."""
_USUAL = 4.0
"""The same over the median error of all, should that be more: an atlas that has learned little is blended as it was."""


def trusting(atlas: Atlas, vertices: Float64[np.ndarray, "v 3"]) -> Atlas:
    """Return an atlas whose charts have no say at vertices of an overlap that they miss, where another does better.

    Parameters
    ----------
    atlas : Atlas
        Trained charts of a surface.
    vertices : (v, 3) float64 array
        The vertices of the surface.

    Notes
    -----
    Weights of a partition of unity may be any that sum to 1 and vanish where a patch ends inside another. Those of
    charts that are wrong by more than a bound become 0, but for the best one at each vertex, and the others grow to a
    sum of 1. Where two have a say and one is within the bound, both are: the gap between them is at most twice the
    bound. Near places where a surface passes through itself an encoder of one chart must be wrong, that of another
    which has one of the two sheets alone need not.
    """
    cover = atlas.cover
    if len(cover) < 2 or vertices.shape[1] != 3:
        return atlas
    missed = [
        np.linalg.norm(chart.decoded() - vertices[chart.patch.vertices], axis=1) if len(chart.patch) else np.empty(0)
        for chart in atlas.charts
    ]
    diagonal = float(np.linalg.norm(np.ptp(vertices, axis=0)))
    bound = max(_TRUSTED * diagonal, _USUAL * float(np.median(np.concatenate(missed))))
    least = np.full(cover.n_vertices, np.inf)
    for patch, errors in zip(cover.patches, missed, strict=True):
        np.minimum.at(least, patch.vertices, np.where(patch.weights > 0.0, errors, np.inf))
    kept = [
        np.where(errors <= np.maximum(bound, least[patch.vertices]), patch.weights, 0.0)
        for patch, errors in zip(cover.patches, missed, strict=True)
    ]
    sums = cover.sums(kept)
    if (np.abs(sums - 1.0) <= 1e-12)[least < np.inf].all():
        return atlas
    patches = tuple(
        replace(patch, weights=np.minimum(some / np.where(sums > 0.0, sums, 1.0)[patch.vertices], 1.0))
        for patch, some in zip(cover.patches, kept, strict=True)
    )
    charts = tuple(Chart(patch, of.autoencoder, of.codes) for patch, of in zip(patches, atlas.charts, strict=True))
    return Atlas(Cover(patches, cover.face_chart, cover.n_vertices), charts)
