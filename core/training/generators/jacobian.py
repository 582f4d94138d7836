"""The Jacobian of a flow."""

import numpy as np
import torch
from jaxtyping import Float64

from core.training.generators.trained import Trained


def jacobians_of(
    trained: Trained, noise: Float64[np.ndarray, "n d"]
) -> tuple[Float64[np.ndarray, "n d d"], Float64[np.ndarray, " n"]]:
    """Return the derivative of the points that a flow makes by their noise, and the log density at these points.

    Parameters
    ----------
    trained : Trained
        A model with a density.
    noise : (n, d) float64 array
        Standard Gaussian numbers.

    Returns
    -------
    jacobians : (n, d, d) float64 array
        Row i of each is the derivative of coordinate i, in input units.
    densities : (n,) float64 array
        Logarithm of the density, by the way back from points to noise, in input units.

    Raises
    ------
    ValueError
        If the model has no density.
    """
    model = trained.model
    # In double precision: on a thin curve the way back divides by what is nearly nothing.
    model.double()
    try:
        codes = torch.as_tensor(noise, dtype=torch.float64).requires_grad_()
        points = model.image_of(codes)
        rows = [torch.autograd.grad(points[:, k].sum(), codes, retain_graph=True)[0] for k in range(points.shape[1])]
        with torch.no_grad():
            densities = model.log_density(points)
    finally:
        model.float()
    if densities is None:
        raise ValueError(f"{type(model).__name__} has no density")
    jacobians = trained.scale * np.stack([row.numpy() for row in rows], 1)
    return jacobians, densities.numpy() - points.shape[1] * np.log(trained.scale)
