"""What a detail layer is worth where it was not fitted: in geodesic balls that are withheld."""

from dataclasses import replace

from core.base.progress import Progress, Work, part
from core.charts.detail_figures import DetailFigures
from core.charts.fit_detail import DetailFit, error_at, weighted_equations
from core.charts.nested_dissection import Dissection, factorization

_MOST_WITHHELD = 0.5
"""Part of the samples that balls may withhold."""


def with_withheld_error(fit: DetailFit) -> Work[DetailFigures]:
    """Fit again without the samples in some geodesic balls, and return the figures with the errors in them.

    Parameters
    ----------
    fit : DetailFit
        A fit; its layer stays as it is.

    Notes
    -----
    A surface so coarse that the balls would take most of it is not tested so: its figures stay as they are.
    """
    yield Progress(0.0, "Detail layer: withheld balls")
    inside = fit.source.withheld(fit.rows)
    share = float(inside.mean())
    if not 0.0 < share < _MOST_WITHHELD:
        return fit.figures
    equations = weighted_equations(fit.lattice, fit.rows.where(~inside), fit.rows.weights.sum())
    work = factorization(Dissection(fit.lattice.active), equations.smoothed(fit.figures.smoothness))
    factor = yield from part(work, report=lambda progress: replace(progress, message="Detail layer: withheld balls"))
    layer = fit.lattice.layer(factor.solve(equations.right))
    balls, unit = fit.rows.where(inside), fit.figures.network_rmse_rel / (error_at(None, fit.rows) or 1.0)
    return replace(
        fit.figures,
        withheld_rmse_rel=error_at(layer, balls) * unit,
        withheld_network_rmse_rel=error_at(None, balls) * unit,
        withheld_share=share,
    )
