"""The codes that a variational autoencoder gives to points."""

import numpy as np
import torch
from jaxtyping import Float64

from core.training.generators.trained import Trained
from core.training.generators.variational import VariationalAutoencoder


def posterior(
    trained: Trained, points: Float64[np.ndarray, "n d"]
) -> tuple[Float64[np.ndarray, "n k"], Float64[np.ndarray, "n k"]]:
    """Return the mean, and the logarithm of the variance, of the code of each point.

    Parameters
    ----------
    trained : Trained
        A variational autoencoder.
    points : (n, d) float64 array
        In input units.

    Raises
    ------
    ValueError
        If the model is none.
    """
    model = trained.model
    if not isinstance(model, VariationalAutoencoder):
        raise ValueError(f"{type(model).__name__} gives no distribution of codes")
    with torch.no_grad():
        mean, spread = model.encoder(trained.normalized(points)).double().chunk(2, 1)
    return mean.numpy(), spread.numpy()
