"""What is known of a fitted detail layer."""

from dataclasses import dataclass

COARSEST, FINEST = 64, 512
"""Bounds of the resolution, in nodes across the latent disk."""


@dataclass(frozen=True)
class DetailFigures:
    """Figures of a fit; errors are root mean squares over the diagonal of the bounding box.

    Parameters
    ----------
    resolution : int
        Nodes across the latent disk.
    spacing : float
        Distance of neighbouring nodes, in latent units.
    nodes : int
        Unknowns: nodes that samples meet, and the rim.
    smoothness : float
        Weight of the second differences.
    samples : int
        Rows that were fitted.
    folded_samples : int
        Rows that were left out because the chart is no embedding there.
    folded_share : float
        Their part of the area.
    rmse_rel : float
        Error at the samples that were fitted.
    network_rmse_rel : float
        That of the network alone.
    network_numbers, detail_numbers, surface_numbers : int
        How many numbers the networks, the layer and the surface (its coordinates) hold.
    seconds : float
        Time the fit took, pauses and evidence gathered after it not counted.
    held_out_rmse_rel, held_out_network_rmse_rel : float or None
        Errors at random samples that took no part, not even in choosing the smoothness; None where not checked.
    withheld_rmse_rel, withheld_network_rmse_rel : float or None
        Errors in geodesic balls, after a second fit that saw no sample of them; None where not checked, or where the
        surface is too coarse for it. The networks have been trained on these balls.
    withheld_share : float or None
        Part of the samples in these balls.
    messages : tuple of str
        What the user should know.
    """

    resolution: int
    spacing: float
    nodes: int
    smoothness: float
    samples: int
    folded_samples: int
    folded_share: float
    rmse_rel: float
    network_rmse_rel: float
    network_numbers: int
    detail_numbers: int
    surface_numbers: int
    seconds: float
    held_out_rmse_rel: float | None = None
    held_out_network_rmse_rel: float | None = None
    withheld_rmse_rel: float | None = None
    withheld_network_rmse_rel: float | None = None
    withheld_share: float | None = None
    messages: tuple[str, ...] = ()
