"""Errors at samples of different kinds: those that were fitted, and those that were not."""

from dataclasses import dataclass

from core.charts.detail_figures import DetailFigures
from core.evaluation.certificate import Certificate


@dataclass(frozen=True)
class Evidence:
    """Root mean square errors at one kind of samples, over the diagonal of the bounding box.

    Parameters
    ----------
    key : str
        Name in code, the same in every version.
    samples : str
        What kind of samples.
    network : float or None
        Error of the network alone; None where it was not measured.
    whole : float
        Error of the network with its detail layer, or of the network where it has none.
    explanation : str
        What they are.
    """

    key: str
    samples: str
    network: float | None
    whole: float
    explanation: str


def evidence(certificate: Certificate, detail: DetailFigures | None) -> tuple[Evidence, ...]:
    """Return the errors at samples that training and fit have seen, and at those that they have not.

    Parameters
    ----------
    certificate : Certificate
        Of an autoencoder.
    detail : DetailFigures or None
        Of its detail layer.
    """
    found: list[Evidence] = []
    if certificate.rmse_vertices_rel is not None:
        text = "The vertices of the surface, which training and fit have seen"
        text += " but for those withheld." if certificate.withheld_share else "."
        found.append(Evidence("vertices", "Vertices", None, certificate.rmse_vertices_rel, text))
    network = None if certificate.network is None else certificate.network.rmse_rel
    text = f"{certificate.samples:,} fresh random points, uniform by area: the figure of the certificate."
    found.append(Evidence("fresh", "Fresh points", network, certificate.rmse_rel, text))
    if certificate.withheld_rmse_rel is not None and certificate.withheld_share is not None:
        error, share = certificate.withheld_network_rmse_rel, 100 * certificate.withheld_share
        text = f"Geodesic balls with {share:.2g} % of the area, which neither training nor fit have seen."
        found.append(Evidence("unseen", "Never seen", error, certificate.withheld_rmse_rel, text))
    if detail is None:
        return tuple(found)
    text = f"{detail.samples:,} samples that the detail layer was fitted to."
    found.append(Evidence("fitted", "Fitted samples", detail.network_rmse_rel, detail.rmse_rel, text))
    if detail.held_out_rmse_rel is not None:
        text = "Random points that took no part in the fit, not even in choosing its smoothness."
        error = detail.held_out_network_rmse_rel
        found.append(Evidence("held_out", "Held-out points", error, detail.held_out_rmse_rel, text))
    if detail.withheld_rmse_rel is not None:
        text = (
            f"Geodesic balls with {100 * (detail.withheld_share or 0):.2g} % of the samples, after a fit that saw none "
            "of them. The network has been trained on them."
        )
        error = detail.withheld_network_rmse_rel
        found.append(Evidence("withheld", "Withheld balls", error, detail.withheld_rmse_rel, text))
    return tuple(found)
